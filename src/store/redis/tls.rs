//! Encrypted connections.

use rustls::crypto::{CryptoProvider, ring};

/// The driver takes the provider of the process, and panics when there is none. Apps that want another one install it
/// before the first session overflows.
pub(super) fn ensure_provider() {
    if CryptoProvider::get_default().is_none() {
        // Fails only when somebody else was faster.
        let _ = ring::default_provider().install_default();
    }
}
