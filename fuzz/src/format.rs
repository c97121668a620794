//! Wire format 1 once more, from docs/format.md alone: seals anything, and reads plaintexts.

mod plain;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use xaes_256_gcm::aead::{AeadInOut, KeyInit};
use xaes_256_gcm::{Nonce, Tag, Xaes256Gcm};

pub use plain::{Limits, Plain, Reading};

pub const PREFIX: usize = 1 + 4 + 24;
pub const OVERHEAD: usize = PREFIX + 16;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Cookie,
    Record,
}

/// A key, and the name and context that its tokens are bound to.
pub struct Format {
    cipher: Xaes256Gcm,
    key_id: [u8; 4],
    name: &'static str,
    context: &'static str,
}

impl Format {
    pub fn new(secret: &[u8; 32], name: &'static str, context: &'static str) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, secret);
        let (mut seal_key, mut key_id) = ([0; 32], [0; 4]);
        hkdf.expand(b"sealed-session/1 seal", &mut seal_key).expect("a valid length");
        hkdf.expand(b"sealed-session/1 key id", &mut key_id).expect("a valid length");
        Self { cipher: Xaes256Gcm::new(&seal_key.into()), key_id, name, context }
    }

    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// Seals under a nonce that depends on the plaintext alone.
    pub fn seal(&self, purpose: Purpose, plaintext: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 24];
        nonce.copy_from_slice(&Sha256::digest(plaintext)[..24]);
        self.seal_with(purpose, nonce, plaintext)
    }

    pub fn seal_with(&self, purpose: Purpose, nonce: [u8; 24], plaintext: &[u8]) -> Vec<u8> {
        let mut token = vec![1];
        token.extend(self.key_id);
        token.extend(nonce);
        token.extend(plaintext);
        let aad = self.aad(purpose);
        let tag = self
            .cipher
            .encrypt_inout_detached(&Nonce::from(nonce), &aad, (&mut token[PREFIX..]).into())
            .expect("a short plaintext");
        token.extend(tag);
        token
    }

    /// The plaintext of a token under this key; `None` if the tag does not verify.
    pub fn open(&self, purpose: Purpose, token: &[u8]) -> Option<Vec<u8>> {
        let rest = token.strip_prefix(&[1])?.strip_prefix(&self.key_id)?;
        let (nonce, rest) = rest.split_first_chunk::<24>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<16>()?;
        let mut plaintext = ciphertext.to_vec();
        let aad = self.aad(purpose);
        let result = self.cipher.decrypt_inout_detached(
            &Nonce::from(*nonce),
            &aad,
            plaintext.as_mut_slice().into(),
            &Tag::from(*tag),
        );
        result.ok().map(|()| plaintext)
    }

    fn aad(&self, purpose: Purpose) -> Vec<u8> {
        let purpose: &[u8] = match purpose {
            Purpose::Cookie => b"cookie",
            Purpose::Record => b"record",
        };
        let mut of_key = vec![1];
        of_key.extend(self.key_id);
        let mut aad = Vec::new();
        for part in [b"sealed-session/1", of_key.as_slice(), purpose, self.name.as_bytes(), self.context.as_bytes()] {
            aad.extend(u16::try_from(part.len()).expect("a short part").to_be_bytes());
            aad.extend(part);
        }
        aad
    }
}

pub fn encode(token: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(token)
}

/// Decodes what a careless reader would: padded or not, trailing bits or not.
pub fn decode_carelessly(value: &[u8]) -> Option<Vec<u8>> {
    const CARELESS: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&base64::alphabet::URL_SAFE, CARELESS).decode(value).ok()
}
