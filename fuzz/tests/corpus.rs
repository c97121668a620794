//! Every file of the committed corpus through its target, on stable Rust and without a fuzzer.

use std::path::Path;

use sealed_session_fuzz::{TARGETS, bounded};

#[test]
fn the_corpus_makes_no_findings() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, target) in TARGETS {
        // The first run makes what later ones find ready, as the fuzzer's does.
        target(&[0, 0]);
        let mut files: Vec<_> =
            corpus.join(name).read_dir().expect(name).map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        assert!(files.len() >= 5, "{name} has only {} files", files.len());
        for file in &files {
            let data = std::fs::read(file).expect("a file");
            // The name of the file, if this panics.
            println!("{}", file.display());
            bounded(|| target(&data));
        }
        println!("{name}: {} files", files.len());
    }
}
