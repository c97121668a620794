//! Sealing: from a plaintext to a token, and to a cookie value.

use zeroize::Zeroize;

use super::contents::{Contents, Plaintext};
use super::{FORMAT, OVERHEAD, PREFIX_LEN, Purpose, Sealer, encoding, scratch};
use crate::cipher::{NONCE_LEN, TooLong};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::keyring::{Entry, Ring};
use crate::random::Random;

impl Sealer {
    /// Seals `contents` under the key that seals at `now`, with a fresh random nonce: a cookie value.
    ///
    /// # Errors
    /// [`ErrorKind::NoSealingKey`] when no key of the ring may seal, [`ErrorKind::Random`] when the operating system's
    /// random source fails.
    pub fn seal(&self, contents: &Contents<'_>, now: Timestamp) -> Result<String, Error> {
        scratch::lend(|token| {
            let plaintext = Plaintext::Inline(*contents, None);
            self.seal_into(token, Purpose::Cookie, &self.keyring.load(), &plaintext, now, Random::System)?;
            Ok(encoding::encode(token))
        })
    }

    /// Seals a cookie under a key of `ring`, and appends its value to `out`.
    pub(crate) fn seal_onto(
        &self,
        out: &mut Vec<u8>,
        ring: &Ring,
        plaintext: &Plaintext<'_>,
        now: Timestamp,
        random: Random,
    ) -> Result<(), Error> {
        scratch::lend(|token| {
            self.seal_into(token, Purpose::Cookie, ring, plaintext, now, random)?;
            encoding::encode_onto(token, out);
            Ok(())
        })
    }

    /// Seals a record under a key of `ring`: the bytes for a store.
    pub(crate) fn seal_record(
        &self,
        ring: &Ring,
        plaintext: &Plaintext<'_>,
        now: Timestamp,
        random: Random,
    ) -> Result<Vec<u8>, Error> {
        let mut token = Vec::new();
        self.seal_into(&mut token, Purpose::Record, ring, plaintext, now, random)?;
        Ok(token)
    }

    /// Seals into `token`, which is empty.
    fn seal_into(
        &self,
        token: &mut Vec<u8>,
        purpose: Purpose,
        ring: &Ring,
        plaintext: &Plaintext<'_>,
        now: Timestamp,
        random: Random,
    ) -> Result<(), Error> {
        let key = ring.sealing(now).ok_or_else(no_sealing_key)?;
        self.seal_into_under(token, purpose, key, random.nonce()?, plaintext)?;
        key.count_seal();
        Ok(())
    }

    /// The token: everything between choosing key and nonce, and base64. Deterministic.
    #[cfg(any(test, feature = "vectors"))]
    pub(crate) fn seal_under(
        &self,
        purpose: Purpose,
        key: &Entry,
        nonce: [u8; NONCE_LEN],
        plaintext: &Plaintext<'_>,
    ) -> Result<Vec<u8>, Error> {
        let mut token = Vec::new();
        self.seal_into_under(&mut token, purpose, key, nonce, plaintext)?;
        Ok(token)
    }

    /// As `seal_under`, into `token`, which is empty. Afterwards it holds no plaintext, come what may.
    fn seal_into_under(
        &self,
        token: &mut Vec<u8>,
        purpose: Purpose,
        key: &Entry,
        nonce: [u8; NONCE_LEN],
        plaintext: &Plaintext<'_>,
    ) -> Result<(), Error> {
        token.reserve_exact(OVERHEAD + plaintext.padded_len(self.padding));
        token.push(FORMAT);
        token.extend_from_slice(&key.id.to_bytes());
        token.extend_from_slice(&nonce);
        plaintext.write(token, self.padding);
        let aad = self.aad(purpose, key.id);
        let plaintext = token.get_mut(PREFIX_LEN + NONCE_LEN..).unwrap_or_default();
        match key.cipher.seal(&nonce, aad.as_ref(), plaintext) {
            Ok(tag) => token.extend_from_slice(&tag),
            Err(TooLong) => {
                token.zeroize();
                return Err(Error::new(ErrorKind::Encode, "the session is too large for AES-256-GCM"));
            }
        }
        Ok(())
    }
}

fn no_sealing_key() -> Error {
    Error::new(
        ErrorKind::NoSealingKey,
        "no key of the keyring may seal now (revoked or ended), so sessions can be read but not saved; add a key",
    )
}
