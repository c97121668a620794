//! XAES-256-GCM, the cipher of format 1: AES-256-GCM with nonces of 192 bits, <https://c2sp.org/XAES-256-GCM>.

mod cmac;
pub(crate) mod gcm;
mod recent;

use zeroize::Zeroizing;

pub(crate) use cmac::Cmac;
use gcm::Gcm;
pub(crate) use gcm::{Inauthentic, TooLong};
use recent::Recent;

use crate::stack;

pub(crate) const NONCE_LEN: usize = DERIVING_LEN + gcm::NONCE_LEN;
pub(crate) const TAG_LEN: usize = 16;
/// Bytes of the nonce that go into the derivation of a message's key; the rest is the nonce under that key.
pub(crate) const DERIVING_LEN: usize = 12;

/// The cipher under one key. What depends on the key alone is computed once, when it is made.
pub(crate) struct Cipher {
    cmac: Cmac,
    recent: Recent,
}

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self { cmac: Cmac::new(key), recent: Recent::default() }
    }

    /// Encrypts `text` in place, and yields the tag over it and `aad`. A nonce is good for one text.
    pub(crate) fn seal(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG_LEN], TooLong> {
        let (deriving, nonce) = halves(nonce);
        self.recent.with(deriving, || self.derived(&deriving), |gcm| gcm.seal(&nonce, aad, text))
    }

    /// Decrypts `text` in place, if `tag` is the one over it and `aad`.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Inauthentic> {
        let (deriving, nonce) = halves(nonce);
        self.recent.with(deriving, || self.derived(&deriving), |gcm| gcm.open(&nonce, aad, text, tag))
    }

    /// The cipher of the messages whose nonce begins with `deriving`.
    fn derived(&self, deriving: &[u8; DERIVING_LEN]) -> Box<Gcm> {
        stack::wiped(|| {
            let mut key = Zeroizing::new([0; 32]);
            self.message_key(deriving, &mut key);
            Box::new(Gcm::new(&key))
        })
    }

    /// The key of the messages whose nonce begins with `deriving`.
    pub(crate) fn message_key(&self, deriving: &[u8; DERIVING_LEN], key: &mut [u8; 32]) {
        // Label "X", a zero byte, and the context: the form that SP 800-108 gives the fixed input, with its optional length
        // left out. With the counter in front that is one block.
        kbkdf(&self.cmac, &[b"X\x00", deriving], key);
    }
}

/// What derives the key of a message, and the nonce under that key.
fn halves(nonce: &[u8; NONCE_LEN]) -> ([u8; DERIVING_LEN], [u8; gcm::NONCE_LEN]) {
    let [n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, rest @ ..] = *nonce;
    ([n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11], rest)
}

/// Fills `output` by the KDF in counter mode with AES-CMAC and a counter of 16 bits before the fixed input,
/// [SP 800-108](https://csrc.nist.gov/pubs/sp/800/108/r1/final), section 4.1.
pub(crate) fn kbkdf(cmac: &Cmac, fixed: &[&[u8]], output: &mut [u8]) {
    // Two counters at a time: all that XAES needs.
    for (first, pair) in (1u16..).step_by(2).zip(output.chunks_mut(2 * cmac::BLOCK_LEN)) {
        let mut mac = cmac.start();
        mac.update_each([first, first + 1].map(u16::to_be_bytes));
        fixed.iter().for_each(|part| mac.update(part));
        let mut chunks = pair.chunks_mut(cmac::BLOCK_LEN);
        mac.finish(|tag| {
            let chunk = chunks.next().unwrap_or_default();
            chunk.iter_mut().zip(tag).for_each(|(to, from)| *to = *from);
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The first vector of the specification. The second time, what was derived is at hand.
    #[test]
    fn a_published_message() {
        let cipher = Cipher::new(&[1; 32]);
        let nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX";
        for _ in 0..2 {
            let mut text = *b"XAES-256-GCM";
            let tag = cipher.seal(nonce, b"", &mut text).unwrap();
            assert_eq!(text, [0xce, 0x54, 0x6e, 0xf6, 0x3c, 0x9c, 0xc6, 0x07, 0x65, 0x92, 0x36, 0x09]);
            cipher.open(nonce, b"", &mut text, &tag).unwrap();
            assert_eq!(text, *b"XAES-256-GCM");
        }
    }

    #[test]
    fn what_another_key_derived_is_of_no_use() {
        let ciphers = [1, 2].map(|key| Cipher::new(&[key; 32]));
        let sealed = ciphers.each_ref().map(|cipher| {
            let mut text = [0; 3];
            (cipher.seal(&[5; NONCE_LEN], b"", &mut text).unwrap(), text)
        });
        assert_ne!(sealed[0], sealed[1]);
    }
}
