//! iron-session, the JavaScript package, default options: its format "Fe26.2" written in Rust, so that the comparison is one
//! program.
//!
//! Verified against the npm packages iron-session 9.0.1 (iron-webcrypto 2.0.0) and 8.0.4 (1.2.1): from the same JSON they make
//! a `Set-Cookie` of exactly the same length, and they open what was sealed here. `tests/iron_session.rs` repeats that.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use pbkdf2::pbkdf2_hmac_array;
use sha1::Sha1;
use sha2::Sha256;

use super::{COOKIE_NAME, Cookie, Peer, Refused, random};
use crate::session::Sample;

/// 14 days, the default.
const TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// What the package adds to the name and the value by default; `Max-Age` is the ttl less 60 seconds.
const ATTRIBUTES: &str = "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Lax";
/// The package throws above this.
const MAX_SET_COOKIE: usize = 4096;

/// Seals with a password, as the package does.
pub struct Iron {
    password: String,
}

impl Iron {
    /// With a random password of 44 characters.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new() -> Result<Self, Refused> {
        Ok(Self { password: STANDARD.encode(random::<32>()?) })
    }

    /// The password, to let the package open what was sealed here.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The package's `sealData`: `Fe26.2*id*salt*iv*data*expiration*salt*mac`, and the version behind `~`.
    fn seal(&self, json: &str) -> Result<String, Refused> {
        let iv = random::<16>()?;
        let salt = hex(random()?);
        let key = self.derive(&salt);
        let data = Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(json.as_bytes());
        let expiration = (SystemTime::now().duration_since(UNIX_EPOCH)? + TTL).as_millis();
        let (iv, data) = (URL_SAFE_NO_PAD.encode(iv), URL_SAFE_NO_PAD.encode(data));
        let base = format!("Fe26.2*1*{salt}*{iv}*{data}*{expiration}");
        let mac_salt = hex(random()?);
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.derive(&mac_salt))?;
        mac.update(base.as_bytes());
        let mac = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Ok(format!("{base}*{mac_salt}*{mac}~2"))
    }

    /// One round, as the package does by default. The salt is the hex text, not what it stands for.
    fn derive(&self, salt: &str) -> [u8; 32] {
        pbkdf2_hmac_array::<Sha1, 32>(self.password.as_bytes(), salt.as_bytes(), 1)
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Peer for Iron {
    fn name(&self) -> &'static str {
        "iron-session 9.0.1 (npm; its format)"
    }

    fn package(&self) -> Option<&'static str> {
        None
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let header = format!("{COOKIE_NAME}={}{ATTRIBUTES}", self.seal(&sample.json()?)?);
        if header.len() > MAX_SET_COOKIE {
            return Err(format!("Cookie length is too big ({} bytes)", header.len()).into());
        }
        Cookie::from_header(&header)
    }
}
