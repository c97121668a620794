//! The files of Project Wycheproof, <https://github.com/C2SP/wycheproof>.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Extent;
use super::file::Unreadable;
use super::hex::Hex;
use super::report::Tally;
use crate::cipher::Cmac;
use crate::cipher::gcm::Gcm;
use crate::kdf::{MAX_OUTPUT, hkdf_sha256_into, hmac_sha256};

const OTHER_GCM: &str = "format 1 has keys of 256 bits, nonces of 96 and tags of 128 alone";
const OTHER_CMAC: &str = "format 1 has keys of 256 bits alone";
const TOO_LONG: &str = "longer than HKDF yields: where the crate derives, that does not compile";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published<T> {
    number_of_tests: usize,
    test_groups: Vec<Group<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group<T> {
    key_size: usize,
    iv_size: Option<usize>,
    tag_size: Option<usize>,
    tests: Vec<T>,
}

/// The groups of a file, if it has all the tests that it says it has.
fn groups<T: DeserializeOwned>(text: &str) -> Result<Vec<Group<T>>, Unreadable> {
    let published: Published<T> = serde_json::from_str(text)?;
    let found = published.test_groups.iter().map(|group| group.tests.len()).sum::<usize>();
    if found == published.number_of_tests {
        Ok(published.test_groups)
    } else {
        Err(format!("{found} tests in place of {}", published.number_of_tests).into())
    }
}

/// What a test says about its output.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Valid,
    Invalid,
}

impl Verdict {
    fn agrees(&self, accepted: bool) -> bool {
        accepted == (*self == Self::Valid)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GcmTest {
    tc_id: usize,
    key: Hex,
    iv: Hex,
    aad: Hex,
    msg: Hex,
    ct: Hex,
    tag: Hex,
    result: Verdict,
}

pub(super) fn gcm(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for group in groups::<GcmTest>(text)? {
        let ours = (group.key_size, group.iv_size, group.tag_size) == (256, Some(96), Some(128));
        for test in group.tests {
            if !ours {
                tally.skip(OTHER_GCM);
                continue;
            }
            let (key, nonce) = (test.key.array()?, test.iv.array()?);
            let mut opened = test.ct.to_vec();
            let opens = Gcm::new(&key).open(&nonce, &test.aad, &mut opened, &test.tag.array()?).is_ok();
            let mut sealed = test.msg.to_vec();
            let tag = Gcm::new(&key).seal(&nonce, &test.aad, &mut sealed).map_err(|_| "a message is too long")?;
            let seals = sealed == *test.ct && tag == *test.tag;
            let agree = opens == seals && (!opens || opened == *test.msg);
            tally.check(format_args!("test {}", test.tc_id), test.result.agrees(opens) && agree);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MacTest {
    tc_id: usize,
    key: Hex,
    msg: Hex,
    tag: Hex,
    result: Verdict,
}

/// Tags may be cut off: those of 128 bits are the first half of ours.
pub(super) fn hmac(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for group in groups::<MacTest>(text)? {
        let len = group.tag_size.unwrap_or_default() / 8;
        for test in group.tests {
            let tag = hmac_sha256(&test.key, &[&test.msg]);
            let right = len > 0 && tag.get(..len) == Some(&*test.tag);
            tally.check(format_args!("test {}", test.tc_id), test.result.agrees(right));
        }
    }
    Ok(())
}

pub(super) fn cmac(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for group in groups::<MacTest>(text)? {
        for test in group.tests {
            if group.key_size != 256 {
                tally.skip(OTHER_CMAC);
                continue;
            }
            let cmac = Cmac::new(&test.key.array()?);
            let mut mac = cmac.start::<1>();
            mac.update(&test.msg);
            let mut right = false;
            mac.finish(|tag| right = tag == &*test.tag);
            tally.check(format_args!("test {}", test.tc_id), test.result.agrees(right));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HkdfTest {
    tc_id: usize,
    ikm: Hex,
    salt: Hex,
    info: Hex,
    size: usize,
    okm: Hex,
    result: Verdict,
}

pub(super) fn hkdf(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for test in groups::<HkdfTest>(text)?.into_iter().flat_map(|group| group.tests) {
        if test.size > MAX_OUTPUT {
            tally.skip(TOO_LONG);
            continue;
        }
        let mut output = vec![0; test.size];
        hkdf_sha256_into(&test.salt, &test.ikm, &test.info, &mut output);
        tally.check(format_args!("test {}", test.tc_id), test.result.agrees(output == *test.okm));
    }
    Ok(())
}
