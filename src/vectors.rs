//! The security test vectors: published ones for every primitive that format 1 is made of, and format 1's own.
//!
//! The data are part of the library, and run through the very code that seals and opens sessions: its key derivation, its
//! cipher, its base64, its tokens. Nothing is read from disk. `tests/vectors/SOURCES.md` says where each file is from.
//!
//! ```
//! use sealed_session::vectors::{self, Extent};
//!
//! let report = vectors::run(Extent::Usual);
//! println!("{report}");
//! assert!(report.holds());
//! assert!(report.passed() >= 1500);
//! ```

mod base64url;
mod cavp;
mod file;
mod format_1;
mod hex;
mod report;
mod wycheproof;
mod xaes;

use file::VectorFile;
pub use report::{Report, Source};

/// How much to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Extent {
    /// All but the long runs: a second or less in a release build.
    #[default]
    Usual,
    /// The accumulated million messages of XAES-256-GCM, too.
    Full,
}

/// Runs the vectors.
#[must_use]
pub fn run(extent: Extent) -> Report {
    Report { sources: FILES.iter().map(|file| file.run(extent)).collect() }
}

/// The text of a file, at its path below `tests/vectors`.
macro_rules! file {
    ($path:literal, $about:literal, $cases:literal, $run:expr) => {
        VectorFile {
            path: $path,
            about: $about,
            text: include_str!(concat!("../tests/vectors/", $path)),
            cases: $cases,
            run: $run,
        }
    };
}

const FILES: [VectorFile; 14] = [
    file!("wycheproof/aes_gcm_test.json", "Wycheproof, AES-GCM", 316, wycheproof::gcm),
    file!("wycheproof/hmac_sha256_test.json", "Wycheproof, HMAC-SHA256", 174, wycheproof::hmac),
    file!("wycheproof/hkdf_sha256_test.json", "Wycheproof, HKDF-SHA256", 86, wycheproof::hkdf),
    file!("wycheproof/aes_cmac_test.json", "Wycheproof, AES-CMAC", 311, wycheproof::cmac),
    file!("nist-cavp/gcmDecrypt256.iv96-tag128.rsp", "NIST CAVP, GCM decrypt", 375, cavp::gcm_decrypt),
    file!("nist-cavp/gcmEncryptExtIV256.iv96-tag128.rsp", "NIST CAVP, GCM encrypt", 375, cavp::gcm_encrypt),
    file!("nist-cavp/kbkdf-ctr-cmac-aes256-r16-before.txt", "NIST CAVP, KBKDF with CMAC", 40, cavp::kbkdf),
    file!("nist-cavp/nist-800-38b-aes256.txt", "NIST SP 800-38B, CMAC", 4, cavp::cmac),
    file!("rfc/rfc-4231-sha256.txt", "RFC 4231, HMAC-SHA256", 6, cavp::hmac),
    file!("rfc/rfc-5869-HKDF-SHA256.txt", "RFC 5869, HKDF-SHA256", 3, cavp::hkdf),
    file!("c2sp/xaes_256_gcm_spec.json", "C2SP, XAES-256-GCM", 4, xaes::specification),
    file!("derived/xaes_256_gcm_stream.json", "the messages that C2SP accumulates", 71, xaes::stream),
    file!("derived/base64url_strict.json", "RFC 4648, base64url in one spelling", 82, base64url::strict),
    file!("format-1.json", "format 1: tokens and refusals", 233, format_1::published),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What a file is called that was cut off, lost its content, or lost one case.
    #[test]
    fn a_file_that_is_empty_or_short_fails() {
        for mut file in FILES {
            file.cases += 1;
            assert!(!file.run(Extent::Usual).holds(), "{} has lost a case", file.path);
            file.cases -= 1;
            let half = file.text.len() / 2;
            for text in ["", "{}", file.text.get(..half).unwrap_or_default()] {
                let source = VectorFile { text, ..file }.run(Extent::Usual);
                assert!(!source.holds(), "{} with {} bytes", file.path, text.len());
            }
        }
    }

    /// What a vector prescribes is compared: a digit changed in an output is noticed.
    #[test]
    fn a_changed_output_fails() {
        // In which case, and which output.
        let places = [
            ("\"tcId\": 100,", "\"tag\""),
            ("\"tcId\": 1,", "\"tag\""),
            ("\"tcId\": 1,", "\"okm\""),
            ("\"tcId\": 210,", "\"tag\""),
            ("Count = 0", "Tag ="),
            ("Count = 0", "Tag ="),
            ("COUNT=0", "KO ="),
            ("COUNT = 0", "OUTPUT ="),
            ("Len = 64", "MD ="),
            ("COUNT = 1", "PRK  ="),
            ("\"key\"", "\"Kx\""),
            ("\"key\"", "\"ciphertext_and_tag\""),
            ("\"Zm8\"", "\"decoded\""),
            ("\"tokens\"", "\"one_time_key\""),
        ];
        for (file, (case, output)) in FILES.into_iter().zip(places) {
            let (before, rest) = file.text.split_once(case).unwrap();
            let (between, after) = rest.split_once(output).unwrap();
            let at = after.find(|digit: char| digit.is_ascii_hexdigit()).unwrap();
            let (space, digits) = after.split_at(at);
            let other = if digits.starts_with('1') { '2' } else { '1' };
            let changed =
                [before, case, between, output, space, &format!("{other}"), digits.get(1..).unwrap()].concat();
            let source = VectorFile { text: changed.leak(), ..file }.run(Extent::Usual);
            assert_eq!(source.failed().len(), 1, "{}: {:?}", file.path, source.failed());
        }
    }
}
