//! Base64url in its one spelling.

use serde::Deserialize;

use super::Extent;
use super::file::Unreadable;
use super::hex::Hex;
use super::report::Tally;
use crate::token::encoding;

#[derive(Deserialize)]
struct Published {
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    encoded: String,
    /// Absent where it must be refused.
    decoded: Option<Hex>,
    result: Verdict,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Valid,
    Invalid,
}

pub(super) fn strict(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    let published: Published = serde_json::from_str(text)?;
    for (number, test) in published.tests.iter().enumerate() {
        let decoded = encoding::decode(test.encoded.as_bytes());
        let holds = match (&test.result, &test.decoded) {
            (Verdict::Valid, Some(expected)) => {
                let encoded = encoding::encode(expected);
                decoded.as_deref() == Some(expected) && encoded == test.encoded
            }
            (Verdict::Valid, None) => return Err(format!("test {number} has no output").into()),
            (Verdict::Invalid, _) => decoded.is_none(),
        };
        tally.check(format_args!("test {number}, {:?}", test.encoded), holds);
    }
    Ok(())
}
