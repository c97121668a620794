//! Says which tests a run leaves out, because their features are off. `./test` leaves out none.

use std::io::Write;

#[test]
fn tests_whose_features_are_off_are_named() {
    let features = [
        ("config", cfg!(feature = "config")),
        ("watch", cfg!(feature = "watch")),
        ("metrics", cfg!(feature = "metrics")),
        ("cli", cfg!(feature = "cli")),
        ("memory", cfg!(feature = "memory")),
        ("sqlite", cfg!(feature = "sqlite")),
        ("postgres", cfg!(feature = "postgres")),
        ("mysql", cfg!(feature = "mysql")),
        ("redis", cfg!(feature = "redis")),
        ("memcached", cfg!(feature = "memcached")),
        ("mongodb", cfg!(feature = "mongodb")),
        ("tower-sessions", cfg!(feature = "tower-sessions")),
        ("tls", cfg!(feature = "tls")),
    ];
    let off: Vec<_> = features.into_iter().filter(|(_, on)| !on).map(|(name, _)| name).collect();
    if !off.is_empty() {
        // Not `eprintln`, which a test that passes keeps to itself.
        let _ = writeln!(
            std::io::stderr(),
            "\nLEFT OUT: the tests of {}, whose features are off (`cargo test --all-features`); and the reader in Python and \
             the steps of the rotation guide (`./test` runs all)",
            off.join(", ")
        );
    }
    assert!(
        off.is_empty() || std::env::var_os("REQUIRE_SERVERS").is_none(),
        "left out although all is wanted: {off:?}"
    );
}
