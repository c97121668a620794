//! Files of records `name = value`, as NIST's Cryptographic Algorithm Validation Program writes them, and the RFCs' vectors
//! in that form.

use std::collections::HashMap;

use super::Extent;
use super::file::Unreadable;
use super::hex::Hex;
use super::report::Tally;
use crate::cipher::gcm::Gcm;
use crate::cipher::{Cmac, kbkdf as derive};
use crate::kdf::{hkdf_sha256_into, hmac_sha256};

/// One record. A line without `=` is a name without a value.
struct Record<'a> {
    number: usize,
    fields: HashMap<&'a str, &'a str>,
}

impl Record<'_> {
    fn field(&self, name: &str) -> Result<&str, Unreadable> {
        self.fields.get(name).copied().ok_or_else(|| format!("record {} has no {name}", self.number).into())
    }

    fn bytes(&self, name: &str) -> Result<Hex, Unreadable> {
        Hex::parse(self.field(name)?)
    }

    /// A number of bits or bytes.
    fn number(&self, name: &str) -> Result<usize, Unreadable> {
        Ok(self.field(name)?.parse()?)
    }
}

/// The records of a file. Each begins with a field called `first`; what stands before the first one belongs to none.
fn records<'a>(text: &'a str, first: &str) -> Vec<Record<'a>> {
    let mut records: Vec<Record<'a>> = Vec::new();
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '['])) {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let (name, value) = (name.trim(), value.trim());
        if name == first {
            records.push(Record { number: records.len(), fields: HashMap::new() });
        }
        if let Some(record) = records.last_mut() {
            record.fields.insert(name, value);
        }
    }
    records
}

pub(super) fn gcm_decrypt(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "Count") {
        let mut opened = record.bytes("CT")?.to_vec();
        let (key, nonce) = (record.bytes("Key")?.array()?, record.bytes("IV")?.array()?);
        let tag = record.bytes("Tag")?.array()?;
        let outcome = Gcm::new(&key).open(&nonce, &record.bytes("AAD")?, &mut opened, &tag);
        let holds = match record.fields.contains_key("FAIL") {
            true => outcome.is_err(),
            false => outcome.is_ok() && opened == *record.bytes("PT")?,
        };
        tally.check(format_args!("record {}", record.number), holds);
    }
    Ok(())
}

pub(super) fn gcm_encrypt(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "Count") {
        let (key, nonce) = (record.bytes("Key")?.array()?, record.bytes("IV")?.array()?);
        let mut sealed = record.bytes("PT")?.to_vec();
        let tag = Gcm::new(&key).seal(&nonce, &record.bytes("AAD")?, &mut sealed);
        let tag = tag.map_err(|_| "a message is too long")?;
        let holds = sealed == *record.bytes("CT")? && tag == *record.bytes("Tag")?;
        tally.check(format_args!("record {}", record.number), holds);
    }
    Ok(())
}

pub(super) fn kbkdf(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "COUNT") {
        let mut output = vec![0; record.number("L")? / 8];
        let cmac = Cmac::new(&record.bytes("KI")?.array()?);
        derive(&cmac, &[&record.bytes("FixedInputData")?], &mut output);
        tally.check(format_args!("record {}", record.number), output == *record.bytes("KO")?);
    }
    Ok(())
}

pub(super) fn cmac(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "COUNT") {
        let cmac = Cmac::new(&record.bytes("KEY")?.array()?);
        let expected = record.bytes("OUTPUT")?;
        let mut mac = cmac.start::<1>();
        mac.update(&record.bytes("MESSAGE")?);
        let mut right = false;
        mac.finish(|tag| right = tag == &*expected);
        tally.check(format_args!("record {}", record.number), right);
    }
    Ok(())
}

pub(super) fn hmac(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "Len") {
        let mac = hmac_sha256(&record.bytes("Key")?, &[&record.bytes("Msg")?]);
        tally.check(format_args!("record {}", record.number), mac.as_slice() == &*record.bytes("MD")?);
    }
    Ok(())
}

pub(super) fn hkdf(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    for record in records(text, "COUNT") {
        let (salt, input, info) = (record.bytes("salt")?, record.bytes("IKM")?, record.bytes("info")?);
        let mut output = vec![0; record.number("L")?];
        hkdf_sha256_into(&salt, &input, &info, &mut output);
        let extracted = hmac_sha256(&salt, &[&input]);
        let holds = extracted.as_slice() == &*record.bytes("PRK")? && output == *record.bytes("OKM")?;
        tally.check(format_args!("record {}", record.number), holds);
    }
    Ok(())
}
