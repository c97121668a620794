use sealed_session::store::{MemoryStore, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_conforms() {
    let report = conformance::check(MemoryStore::new(64 << 20)).await;
    assert!(report.passed(), "{report}");
}
