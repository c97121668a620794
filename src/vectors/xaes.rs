//! XAES-256-GCM, <https://c2sp.org/XAES-256-GCM>: the two messages of the specification with what lies between, and the
//! messages that it accumulates from a stream of SHAKE-128.

use serde::Deserialize;
use shake::{ExtendableOutput, Shake128, Update, XofReader};

use super::Extent;
use super::file::Unreadable;
use super::hex::Hex;
use super::report::Tally;
use crate::cipher::{Cipher, NONCE_LEN};

const LONG: usize = 100_000;
const NOT_ASKED: &str = "100,000 messages and more are run on request";

#[derive(Deserialize)]
struct Specification {
    tests: Vec<Message>,
    accumulated: Accumulated,
}

#[derive(Deserialize)]
struct Accumulated {
    results: Vec<Checkpoint>,
}

#[derive(Deserialize)]
struct Stream {
    checkpoints: Vec<Checkpoint>,
    tests: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    key: Hex,
    nonce: Hex,
    #[serde(rename = "Kx")]
    message_key: Option<Hex>,
    plaintext: Hex,
    aad: Hex,
    ciphertext_and_tag: Hex,
}

/// The hash over the first so many messages.
#[derive(Deserialize)]
struct Checkpoint {
    iterations: usize,
    hash: Hex,
}

pub(super) fn specification(text: &str, extent: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    let specification: Specification = serde_json::from_str(text)?;
    messages(&specification.tests, tally)?;
    accumulated(&specification.accumulated.results, extent, tally);
    Ok(())
}

pub(super) fn stream(text: &str, extent: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    let stream: Stream = serde_json::from_str(text)?;
    let mut source = Source::new();
    for (number, message) in stream.tests.iter().enumerate() {
        let (key, nonce, plaintext, aad) = source.message();
        let same = key == *message.key && nonce == *message.nonce;
        if !same || plaintext != *message.plaintext || aad != *message.aad {
            return Err(format!("message {number} is not the one of the stream").into());
        }
    }
    messages(&stream.tests, tally)?;
    accumulated(&stream.checkpoints, extent, tally);
    Ok(())
}

fn messages(tests: &[Message], tally: &mut Tally) -> Result<(), Unreadable> {
    for (number, test) in tests.iter().enumerate() {
        let (cipher, nonce) = (Cipher::new(&test.key.array()?), test.nonce.array::<NONCE_LEN>()?);
        let derives = match (&test.message_key, nonce.first_chunk()) {
            (Some(expected), Some(deriving)) => {
                let mut key = [0; 32];
                cipher.message_key(deriving, &mut key);
                key == **expected
            }
            _ => true,
        };
        let mut text = test.plaintext.to_vec();
        let tag = cipher.seal(&nonce, &test.aad, &mut text).map_err(|_| "a message is too long")?;
        let seals = [&*text, &tag].concat() == *test.ciphertext_and_tag;
        let opens = cipher.open(&nonce, &test.aad, &mut text, &tag).is_ok() && text == *test.plaintext;
        tally.check(format_args!("message {number}"), derives && seals && opens);
    }
    Ok(())
}

/// Seals message after message, and compares the hash over all that came out where there is one to compare.
fn accumulated(checkpoints: &[Checkpoint], extent: Extent, tally: &mut Tally) {
    let wanted = |checkpoint: &&Checkpoint| extent == Extent::Full || checkpoint.iterations < LONG;
    checkpoints.iter().filter(|checkpoint| !wanted(checkpoint)).for_each(|_| tally.skip(NOT_ASKED));
    let last = checkpoints.iter().filter(wanted).map(|checkpoint| checkpoint.iterations).max().unwrap_or(0);
    let (mut source, mut hash) = (Source::new(), Shake128::default());
    for iteration in 1..=last {
        let (key, nonce, mut text, aad) = source.message();
        match Cipher::new(&key).seal(&nonce, &aad, &mut text) {
            Ok(tag) => [text.as_slice(), &tag].into_iter().for_each(|part| hash.update(part)),
            Err(_) => return tally.fail(format!("message {iteration} is too long")),
        }
        for checkpoint in checkpoints.iter().filter(|checkpoint| checkpoint.iterations == iteration) {
            let mut found = [0; 32];
            hash.clone().finalize_xof().read(&mut found);
            tally.check(format_args!("{iteration} messages"), found == *checkpoint.hash);
        }
    }
}

/// The stream that the messages are drawn from.
struct Source<R>(R);

impl Source<shake::Shake128Reader> {
    fn new() -> Self {
        Self(Shake128::default().finalize_xof())
    }

    /// Key, nonce, plaintext and associated data of the next message.
    fn message(&mut self) -> ([u8; 32], [u8; NONCE_LEN], Vec<u8>, Vec<u8>) {
        (self.bytes(), self.bytes(), self.text(), self.text())
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read(&mut bytes);
        bytes
    }

    /// Up to 255 bytes, behind their number.
    fn text(&mut self) -> Vec<u8> {
        let [len] = self.bytes();
        let mut text = vec![0; usize::from(len)];
        self.0.read(&mut text);
        text
    }
}
