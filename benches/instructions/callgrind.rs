//! Runs this program under callgrind.

use std::process::Command;

/// Operations in the shorter of two runs.
const COUNT: u64 = 500;

/// Instructions for one operation of a path.
pub(crate) fn per_operation(path: &str) -> u64 {
    let [once, twice] = [COUNT, 2 * COUNT].map(|count| collected(path, count));
    (twice.saturating_sub(once) + COUNT / 2) / COUNT
}

/// Instructions of a whole run.
fn collected(path: &str, count: u64) -> u64 {
    let said =
        valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], &["--run", path, &count.to_string()]).1;
    let line = said.lines().find_map(|line| line.split_once("Collected :"));
    let number = line.and_then(|(_, number)| number.trim().parse().ok());
    number.unwrap_or_else(|| panic!("callgrind does not say what it counted: {said}"))
}

/// What stands beside the numbers because they depend on it.
pub(crate) fn circumstances() -> Vec<String> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output();
        output.map_or_else(|error| format!("{program}: {error}"), |output| text(&output.stdout).trim().to_owned())
    };
    let features = valgrind(&["--tool=none"], &["--features"]).0;
    vec![version("rustc"), version("valgrind"), format!("{} {}", std::env::consts::ARCH, features.trim())]
}

/// What the processor can do, of what the ciphers and base64 ask for. Under valgrind, this is what valgrind can do.
pub(crate) fn features() -> String {
    #[cfg(target_arch = "x86_64")]
    let known = [
        ("aes", is_x86_feature_detected!("aes")),
        ("pclmulqdq", is_x86_feature_detected!("pclmulqdq")),
        ("sse4.1", is_x86_feature_detected!("sse4.1")),
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("vaes", is_x86_feature_detected!("vaes")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let known: [(&str, bool); 0] = [];
    known.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

/// What this program prints under valgrind, and what valgrind says.
fn valgrind(options: &[&str], arguments: &[&str]) -> (String, String) {
    let mut command = Command::new("valgrind");
    command.args(options).arg(std::env::current_exe().unwrap()).args(arguments);
    let output = command.output().unwrap_or_else(|error| panic!("valgrind: {error}"));
    assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
