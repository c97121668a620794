#!/usr/bin/env bash
# Measures session layers over HTTP on this machine: one axum server per layer, the same handler (reads the session and
# modifies it), a valid cookie, wrk in interleaved rounds. Prints a Markdown table: medians of the rounds.
#
#   benches/peers/http.sh            5 rounds of 5 seconds per layer
#   benches/peers/http.sh --quick    2 rounds of 1 second, to see that it runs
#   benches/peers/http.sh --lto      the servers with fat LTO
#   benches/peers/http.sh --write    also writes the table into docs/speed-tables.md
#
# Needs wrk (Debian: apt-get install wrk). With redis-server on the PATH, tower-sessions on Redis is measured too.
set -euo pipefail
cd "$(dirname "$0")"

rounds=5 seconds=5 connections=32 profile=release write=
for option in "$@"; do
    case "$option" in
        --quick) rounds=2 seconds=1 ;;
        --lto) profile=lto ;;
        --write) write=yes ;;
        *) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
done

scratch=$(mktemp -d)
declare -A pid url cookie
redis_pid= redis_url=

main() {
    for tool in wrk curl; do
        command -v $tool >/dev/null || { echo "$tool is missing: apt-get install $tool" >&2; exit 1; }
    done
    build
    trap stop EXIT
    start_redis
    mapfile -t layers < <("$bin/server" | { [ -n "$redis_url" ] && cat || grep -v redis; })
    for layer in "${layers[@]}"; do start "$layer"; done
    for layer in "${layers[@]}"; do load "$layer" 1 >/dev/null; done # warm
    for ((round = 1; round <= rounds; round++)); do
        for layer in "${layers[@]}"; do
            echo "round $round of $rounds: $layer" >&2
            load "$layer" "$seconds" >>"$scratch/$layer"
        done
    done
    report | tee "$scratch/report"
    [ -z "$write" ] || "$bin/section" "http-${profile/release/plain}" <"$scratch/report"
}

build() {
    local features=()
    if command -v redis-server >/dev/null; then features=(--features redis); else echo "no redis-server: left out" >&2; fi
    cargo build --locked --profile "$profile" "${features[@]}" --bin server --bin section
    bin=${CARGO_TARGET_DIR:-target}/$profile
}

start_redis() {
    command -v redis-server >/dev/null || return 0
    local port=$((20000 + RANDOM % 10000))
    redis-server --bind 127.0.0.1 --port $port --dir "$scratch" --save '' --appendonly no >"$scratch/redis.log" &
    redis_pid=$! redis_url=redis://127.0.0.1:$port
    await "Redis" grep -q 'Ready to accept' "$scratch/redis.log"
}

start() {
    local layer=$1 head
    "$bin/server" "$layer" ${redis_url:+"$redis_url"} >"$scratch/$layer.url" &
    pid[$layer]=$!
    await "$layer" test -s "$scratch/$layer.url"
    url[$layer]=$(cat "$scratch/$layer.url")
    head=$(curl --silent --show-error --fail --include "${url[$layer]}/fill")
    cookie[$layer]=$(sed -n 's/^set-cookie: \([^;]*\);.*/\1/Ip' <<<"$head")
    # The bare one is sent a cookie too, of the length that ours has.
    [ "$layer" != bare ] || cookie[bare]=__Host-session=$(printf '%0258d' 0)
    [ -n "${cookie[$layer]}" ] || { echo "$layer: no cookie" >&2; exit 1; }
}

await() {
    local what=$1 tries
    shift
    for ((tries = 0; tries < 100; tries++)); do
        if "$@"; then return; fi
        sleep 0.1
    done
    echo "$what did not start" >&2
    exit 1
}

stop() {
    for running in "${pid[@]}" $redis_pid; do kill "$running" 2>/dev/null || true; done
    wait
    rm -rf "$scratch"
}

# One line: requests/s, p50 and p99 in µs, CPU µs per request of the server and of Redis.
load() {
    local layer=$1 duration=$2 cpu redis output
    cpu=$(ticks "${pid[$layer]}") redis=$(ticks "$redis_pid")
    output=$(wrk --threads 1 --connections "$connections" --duration "${duration}s" --latency \
        --header "Cookie: ${cookie[$layer]}" "${url[$layer]}/hit")
    if grep -qE 'Non-2xx|Socket errors' <<<"$output"; then
        printf '%s:\n%s\n' "$layer" "$output" >&2
        exit 1
    fi
    awk -v cpu=$(($(ticks "${pid[$layer]}") - cpu)) -v redis=$(($(ticks "$redis_pid") - redis)) -v hz="$(getconf CLK_TCK)" '
        function us(text) { return text ~ /us$/ ? text + 0 : text ~ /ms$/ ? text * 1e3 : text * 1e6 }
        $1 == "50%" { p50 = us($2) }
        $1 == "99%" { p99 = us($2) }
        / requests in / { requests = $1 }
        /^Requests\/sec/ { rate = $2 }
        END { print rate, p50, p99, cpu / hz * 1e6 / requests, redis / hz * 1e6 / requests }' <<<"$output"
}

# User and system time of a process so far; 0 for none. The name, in brackets, is the only field that may hold spaces.
ticks() {
    [ -n "$1" ] || { echo 0; return; }
    sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# The median of a column of a layer's rounds.
median() {
    awk -v column="$2" '{ print $column }' "$scratch/$1" | sort -g |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

report() {
    local layer rate cpu bare_rate bare_cpu
    bare_rate=$(median bare 1) bare_cpu=$(median bare 4)
    echo "## Over HTTP, profile ${profile/release/plain}"
    echo
    echo "Read and modify, typical session; wrk on the same machine ($(nproc) cores), $connections connections; medians of" \
        "$rounds interleaved rounds of $seconds s. CPU in µs per request, user and system."
    echo
    echo "| | requests/s | of bare | p50 µs | p99 µs | CPU | CPU added | CPU of Redis |"
    echo "|---|--:|--:|--:|--:|--:|--:|--:|"
    for layer in "${layers[@]}"; do
        rate=$(median "$layer" 1) cpu=$(median "$layer" 4)
        awk -v layer="$layer" -v rate="$rate" -v p50="$(median "$layer" 2)" -v p99="$(median "$layer" 3)" -v cpu="$cpu" \
            -v redis="$(median "$layer" 5)" -v bare_rate="$bare_rate" -v bare_cpu="$bare_cpu" 'BEGIN {
            name = layer == "bare" ? "axum alone" : layer == "same-headers" ? "axum alone, with headers as ours" : layer
            stored = layer ~ /redis/ ? sprintf("%.1f", redis) : "–"
            printf "| %s | %.0f | %.2f | %.0f | %.0f | %.1f | %.1f | %s |\n",
                name, rate, rate / bare_rate, p50, p99, cpu, cpu - bare_cpu, stored
        }'
    done
    echo
    goals "$bare_rate" "$bare_cpu"
}

goals() {
    local bare_rate=$1 bare_cpu=$2 layer least='' added
    for layer in "${layers[@]}"; do
        case $layer in bare | same-headers | sealed-session) continue ;; esac
        added=$(median "$layer" 4)
        if [ -z "$least" ] || awk "BEGIN { exit !($added < $least) }"; then least=$added; fi
    done
    awk -v share="$(median sealed-session 1)" -v bare="$bare_rate" -v ours="$(median sealed-session 4)" -v least="$least" \
        -v cpu="$bare_cpu" 'BEGIN {
        share /= bare; part = (ours - cpu) / (least - cpu)
        printf "- %s: %.2f of the requests/s of axum alone, at least 0.7\n", share >= 0.7 ? "pass" : "FAIL", share
        printf "- %s: %.2f of the CPU that the next best peer adds, at most 0.4\n", part <= 0.4 ? "pass" : "FAIL", part
    }'
}

main
