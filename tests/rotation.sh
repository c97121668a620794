#!/usr/bin/env bash
# Runs every step of docs/rotation.md as it stands there, in a folder of its own, against the demo on a free port.
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD

cargo build --quiet --locked --features cli,watch --bin sealed-session --example demo

folder=$(mktemp -d)
trap 'status=$?; jobs -p | xargs -r kill 2>/dev/null || true; rm -rf "$folder"; exit $status' EXIT

# The code blocks marked `sh`, without the indentation of their list.
awk '/^ *```sh$/ { on = 1; match($0, /^ */); indent = RLENGTH; next }
     /^ *```$/ && on { on = 0; print ""; next }
     on { print substr($0, indent + 1) }' docs/rotation.md > "$folder/steps.sh"
steps=$(grep -c . "$folder/steps.sh")
[ "$steps" -ge 30 ] || { echo "only $steps lines of steps found in docs/rotation.md" >&2; exit 1; }

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
mkdir "$folder/bin"
ln -s "$target/debug/sealed-session" "$folder/bin/sealed-session"
# `cargo run … --example demo`, which is built already.
printf '#!/bin/sh\nexec "%s/debug/examples/demo"\n' "$target" > "$folder/bin/cargo"
chmod +x "$folder/bin/cargo"

cd "$folder"
# A step that waits for what does not come must not wait for ever.
PATH="$folder/bin:$PATH" PORT=$port APP=http://127.0.0.1:$port \
    timeout 120 bash -euo pipefail -c 'trap "kill %1 2>/dev/null || true" EXIT; . ./steps.sh' > steps.log 2>&1 || {
    cat steps.log >&2
    echo "a step of docs/rotation.md failed" >&2
    exit 1
}
cd "$project"
echo "docs/rotation.md: $steps lines of steps, all of them ran"
