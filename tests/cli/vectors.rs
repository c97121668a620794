//! The command `vectors`.

use crate::tool::tool;

#[test]
fn the_vectors_are_inside_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let run = tool().current_dir(folder.path()).arg("vectors").output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success() && text.ends_with("all hold\n"), "{text}");
    assert!(text.contains("Wycheproof, AES-GCM"), "{text}");
}

#[test]
fn as_json_they_are_counted_by_source() {
    let run = tool().args(["vectors", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(report["passed"].as_u64().unwrap() >= 1500 && report["holds"] == true, "{report}");
    for source in report["sources"].as_array().unwrap() {
        let skipped: u64 =
            source["skipped"].as_array().unwrap().iter().map(|some| some["cases"].as_u64().unwrap()).sum();
        assert_eq!(source["passed"].as_u64().unwrap() + skipped, source["cases"], "{source}");
        assert_eq!(source["failed"], serde_json::json!([]));
    }
}
