//! AES-256-GCM with nonces of 96 bits and tags of 128, SP 800-38D. By one of two libraries, which do the same: RustCrypto's
//! `aes-gcm`, or AWS-LC.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(not(feature = "aws-lc-rs"))]
mod rust_crypto;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use aws_lc::Gcm;
#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) use rust_crypto::Gcm;

pub(crate) const NONCE_LEN: usize = 12;

/// The text is longer than AES-GCM can encrypt, 64 GiB; or memory ran out.
#[derive(Debug)]
pub(crate) struct TooLong;

/// The tag is not the one over these bytes under this key and nonce.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inauthentic;
