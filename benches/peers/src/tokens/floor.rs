//! What the cipher alone costs: AES-256-GCM on bytes, in place, with a fresh 12-byte nonce of the operating system. No
//! encoding of any kind, no session around it, and a nonce too short to be drawn at random for long: a ruler, not a peer.

use std::rc::Rc;

use crate::peers::{Refused, random};

const NONCE: usize = 12;
const TAG: usize = 16;

/// AES-256-GCM of one library.
pub trait Floor {
    /// The package it comes from.
    fn package(&self) -> &'static str;

    /// Nonce, ciphertext, tag.
    ///
    /// # Errors
    /// The library's own.
    fn seal(&self, payload: &[u8]) -> Result<Vec<u8>, Refused>;

    /// The payload.
    ///
    /// # Errors
    /// The library's own.
    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Refused>;
}

/// All of them.
///
/// # Errors
/// When one cannot be set up.
pub fn all() -> Result<Vec<Rc<dyn Floor>>, Refused> {
    Ok(vec![Rc::new(RustCrypto::new()?), Rc::new(Ring::new()?), Rc::new(AwsLc::new()?)])
}

/// Room for everything, with a fresh nonce at the front.
fn buffer(payload: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut sealed = Vec::with_capacity(NONCE + payload.len() + TAG);
    sealed.extend(random::<NONCE>()?);
    sealed.extend(payload);
    Ok(sealed)
}

struct RustCrypto(aes_gcm::Aes256Gcm);

impl RustCrypto {
    fn new() -> Result<Self, Refused> {
        use aes_gcm::KeyInit;
        Ok(Self(aes_gcm::Aes256Gcm::new(&random::<32>()?.into())))
    }
}

impl Floor for RustCrypto {
    fn package(&self) -> &'static str {
        "aes-gcm"
    }

    fn seal(&self, payload: &[u8]) -> Result<Vec<u8>, Refused> {
        use aes_gcm::aead::AeadInOut;
        let mut sealed = buffer(payload)?;
        let (nonce, plain) = sealed.split_first_chunk_mut::<NONCE>().ok_or("too short")?;
        let tag = self.0.encrypt_inout_detached(&(*nonce).into(), b"", plain.into()).map_err(|_| "too long")?;
        sealed.extend(tag);
        Ok(sealed)
    }

    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Refused> {
        use aes_gcm::aead::AeadInOut;
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or("too short")?;
        let (cipher, tag) = rest.split_last_chunk::<TAG>().ok_or("too short")?;
        let mut plain = cipher.to_vec();
        let opened = self.0.decrypt_inout_detached(&(*nonce).into(), b"", plain.as_mut_slice().into(), &(*tag).into());
        opened.map_err(|_| "refused")?;
        Ok(plain)
    }
}

/// The two libraries have one interface, so one body serves both.
macro_rules! floor {
    ($name:ident, $library:ident, $package:literal) => {
        struct $name($library::aead::LessSafeKey);

        impl $name {
            fn new() -> Result<Self, Refused> {
                let key = $library::aead::UnboundKey::new(&$library::aead::AES_256_GCM, &random::<32>()?);
                Ok(Self($library::aead::LessSafeKey::new(key.map_err(|_| "a bad key")?)))
            }
        }

        impl Floor for $name {
            fn package(&self) -> &'static str {
                $package
            }

            fn seal(&self, payload: &[u8]) -> Result<Vec<u8>, Refused> {
                use $library::aead::{Aad, Nonce};
                let mut sealed = buffer(payload)?;
                let (nonce, plain) = sealed.split_first_chunk_mut::<NONCE>().ok_or("too short")?;
                let nonce = Nonce::assume_unique_for_key(*nonce);
                let tag = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), plain);
                sealed.extend(tag.map_err(|_| "too long")?.as_ref());
                Ok(sealed)
            }

            fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Refused> {
                use $library::aead::{Aad, Nonce};
                let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or("too short")?;
                let mut plain = rest.to_vec();
                let nonce = Nonce::assume_unique_for_key(*nonce);
                let len = self.0.open_in_place(nonce, Aad::empty(), &mut plain).map_err(|_| "refused")?.len();
                plain.truncate(len);
                Ok(plain)
            }
        }
    };
}

floor!(Ring, ring, "ring");
floor!(AwsLc, aws_lc_rs, "aws-lc-rs");
