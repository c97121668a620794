//! A certificate of its own for each run, which the browser is told to trust.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

static CERTIFICATE: LazyLock<CertifiedKey<KeyPair>> =
    LazyLock::new(|| rcgen::generate_simple_self_signed(["example.test".to_owned()]).unwrap());

/// What a server shows the browser; with HTTP/2, as most servers have it.
pub(crate) fn acceptor() -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(CERTIFICATE.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CERTIFICATE.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// The hash of its public key, by which the browser trusts it under any name. To ignore errors of certificates altogether
/// would not do: Chromium caches nothing that came with such an error.
pub(crate) fn public_key_hash() -> String {
    STANDARD.encode(Sha256::digest(CERTIFICATE.signing_key.subject_public_key_info()))
}
