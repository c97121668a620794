//! A published token, with everything that lies between its contents and its bytes.

use std::collections::HashMap;

use serde::Deserialize;

use super::shelf::{self, Shelf};
use super::{key, sealer};
use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::kdf::hkdf_sha256;
use crate::policy::Limits;
use crate::schema::Schema;
use crate::store::RecordKey;
use crate::token::{Contents, FORMAT, Head, OwnLimits, Plaintext, Purpose, RecordState, Sealer, encoding};
use crate::vectors::file::Unreadable;
use crate::vectors::hex::Hex;

const REFERENCE: u8 = 1;
const RETIRED: u8 = 3;
const ENDED: u8 = 4;

#[derive(Deserialize)]
pub(super) struct TokenVector {
    pub(super) name: String,
    purpose: String,
    kind: u8,
    secret: Hex,
    seal_key: Hex,
    key_id: Hex,
    cookie_name: String,
    context: String,
    aad: Hex,
    session_id: Hex,
    created: u64,
    issued: u64,
    own_limits: Option<Own>,
    generation: Option<u64>,
    until: Option<u64>,
    schema: Option<Hex>,
    payload: Option<Hex>,
    padded_to: usize,
    plaintext: Hex,
    nonce: Hex,
    one_time_key: Hex,
    ciphertext: Hex,
    tag: Hex,
    token: Hex,
    value: Option<String>,
    record_key: Option<String>,
    record: Option<String>,
    opens_at: Vec<u64>,
}

#[derive(Deserialize)]
struct Own {
    lifetime: u64,
    idle: u64,
}

impl TokenVector {
    /// What does not hold, if something does not.
    pub(super) fn check(&self, all: &HashMap<&str, &Self>, limits: Limits) -> Result<Option<&'static str>, Unreadable> {
        match self.differs()? {
            None => self.does_not_open(all, limits),
            found => Ok(found),
        }
    }

    /// Seals the contents anew, and compares every step.
    fn differs(&self) -> Result<Option<&'static str>, Unreadable> {
        let (key, nonce) = (key(&self.secret)?, self.nonce.array()?);
        let sealer = sealer([key.clone()], &self.cookie_name, &self.context)?.pad_to(self.padded_to)?;
        let (plaintext, purpose) = (self.contents()?, self.purpose()?);
        let ring = sealer.keyring().load();
        let entry = ring.sealing(Timestamp::from_unix(self.issued)).ok_or("no key seals")?;
        let mut written = Vec::new();
        plaintext.write(&mut written, self.padded_to);
        let token = sealer.seal_under(purpose, entry, nonce, &plaintext)?;
        let value = encoding::encode(&token);
        let record_key = RecordKey::of(self.head()?.id).to_string();
        let mut one_time_key = [0; 32];
        entry.cipher.message_key(nonce.first_chunk().ok_or("a nonce is too short")?, &mut one_time_key);
        let steps = [
            ("key id", key.id().to_bytes() == *self.key_id),
            ("seal key", *hkdf_sha256::<32>(&[], &self.secret, b"sealed-session/1 seal") == *self.seal_key),
            ("associated data", sealer.aad(purpose, key.id()).as_ref() == &*self.aad),
            ("plaintext", written == *self.plaintext),
            ("one-time key", one_time_key == *self.one_time_key),
            ("ciphertext and tag", token.ends_with(&[&*self.ciphertext, &*self.tag].concat())),
            ("token", token == *self.token && token.first() == Some(&FORMAT)),
            ("value", self.value.as_ref().is_none_or(|published| *published == value)),
            ("record key", self.record_key.as_ref().is_none_or(|published| *published == record_key)),
        ];
        Ok(steps.into_iter().find(|(_, holds)| !holds).map(|(step, _)| step))
    }

    /// Opens the token at each time when it should, a reference with its record.
    fn does_not_open(&self, all: &HashMap<&str, &Self>, limits: Limits) -> Result<Option<&'static str>, Unreadable> {
        let record = match &self.record {
            Some(name) => Some(*all.get(name.as_str()).ok_or("the record of a reference is missing")?),
            None => None,
        };
        let holder = record.unwrap_or(self);
        let mut keys = vec![key(&self.secret)?];
        if holder.secret != self.secret {
            keys.push(key(&holder.secret)?);
        }
        let sealer = sealer(keys, &self.cookie_name, &self.context)?;
        let shelf =
            record.map(|record| Shelf([(record.record_key.clone().unwrap_or_default(), record.token.to_vec())].into()));
        if self.kind == ENDED {
            let found = sealer.open_record(self.token.to_vec(), self.head()?.id, Timestamp::from_unix(self.issued));
            return Ok((!matches!(found, Ok(None))).then_some("the word that a session was ended"));
        }
        for now in self.opens_at.iter().map(|now| Timestamp::from_unix(*now)) {
            let opens = match &self.value {
                Some(value) => self.opens_as_cookie(&sealer, holder, value, shelf.as_ref(), limits, now)?,
                None => self.opens_as_record(&sealer, now)?,
            };
            if !opens {
                return Ok(Some("it does not open as what it is"));
            }
        }
        Ok(None)
    }

    fn opens_as_cookie(
        &self,
        sealer: &Sealer,
        holder: &Self,
        value: &str,
        shelf: Option<&Shelf>,
        limits: Limits,
        now: Timestamp,
    ) -> Result<bool, Unreadable> {
        let session =
            shelf::Session { head: self.head()?, schema: holder.schema()?, payload: holder.payload().to_vec() };
        let until = sealer.open(value.as_bytes(), now).ok().and_then(|opened| opened.record_until());
        let same_until = until.map(Timestamp::as_unix) == self.until;
        Ok(shelf::open(sealer, limits, value, shelf, now) == Ok(session) && same_until)
    }

    fn opens_as_record(&self, sealer: &Sealer, now: Timestamp) -> Result<bool, Unreadable> {
        let head = self.head()?;
        let Ok(Some((opened, state))) = sealer.open_record(self.token.to_vec(), head.id, now) else { return Ok(false) };
        let same_state = state == self.state()? && now < state.ends;
        Ok(same_state && opened.head == head && opened.payload() == self.payload())
    }

    fn purpose(&self) -> Result<Purpose, Unreadable> {
        match self.purpose.as_str() {
            "cookie" => Ok(Purpose::Cookie),
            "record" => Ok(Purpose::Record),
            other => Err(format!("there is no purpose {other:?}").into()),
        }
    }

    fn head(&self) -> Result<Head, Unreadable> {
        Ok(Head {
            id: SessionId::from_bytes(self.session_id.array()?),
            created: Timestamp::from_unix(self.created),
            issued: Timestamp::from_unix(self.issued),
            own_limits: self.own_limits.as_ref().map(|own| OwnLimits { lifetime: own.lifetime, idle: own.idle }),
            generation: self.generation.unwrap_or(0),
        })
    }

    fn schema(&self) -> Result<Schema, Unreadable> {
        Ok(Schema::from_bytes(self.schema.as_ref().ok_or("there is no schema")?.array()?))
    }

    fn payload(&self) -> &[u8] {
        self.payload.as_deref().unwrap_or_default()
    }

    fn until(&self) -> Result<Timestamp, Unreadable> {
        Ok(Timestamp::from_unix(self.until.ok_or("there is no until")?))
    }

    fn state(&self) -> Result<RecordState, Unreadable> {
        Ok(RecordState { ends: self.until()?, retired: self.kind == RETIRED })
    }

    fn contents(&self) -> Result<Plaintext<'_>, Unreadable> {
        let head = self.head()?;
        let contents = || Ok::<_, Unreadable>(Contents { head, schema: self.schema()?, payload: self.payload() });
        Ok(match (self.kind, self.purpose()?) {
            (REFERENCE, _) => Plaintext::Reference(head),
            (ENDED, _) => Plaintext::Ended(head, self.until()?),
            (_, Purpose::Cookie) => Plaintext::Inline(contents()?, self.until.map(Timestamp::from_unix)),
            (_, Purpose::Record) => Plaintext::Record(contents()?, self.state()?),
        })
    }
}
