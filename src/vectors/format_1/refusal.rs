//! A published cookie that does not open.

use std::collections::HashMap;

use serde::Deserialize;

use super::shelf::{self, Shelf};
use super::{key, sealer};
use crate::clock::Timestamp;
use crate::keyring::ScheduledKey;
use crate::outcome::Refusal;
use crate::policy::Limits;
use crate::vectors::file::Unreadable;
use crate::vectors::hex::Hex;

#[derive(Deserialize)]
pub(super) struct RefusalVector {
    pub(super) name: String,
    pub(super) reason: String,
    value: String,
    keys: Vec<KeyVector>,
    cookie_name: String,
    context: String,
    now: u64,
    /// The shapes that the reader knows.
    schemas: Vec<Hex>,
    /// Records by their key, if the reader has a store.
    store: Option<HashMap<String, Hex>>,
}

#[derive(Deserialize)]
struct KeyVector {
    secret: Hex,
    open_until: Option<u64>,
    revoked: bool,
}

impl KeyVector {
    fn scheduled(&self) -> Result<ScheduledKey, Unreadable> {
        let mut scheduled = ScheduledKey::new(key(&self.secret)?);
        if let Some(until) = self.open_until {
            scheduled = scheduled.open_until(Timestamp::from_unix(until));
        }
        Ok(if self.revoked { scheduled.revoked() } else { scheduled })
    }
}

impl RefusalVector {
    /// The reason that was found, or "none".
    pub(super) fn found(&self, limits: Limits) -> Result<&'static str, Unreadable> {
        let keys = self.keys.iter().map(KeyVector::scheduled).collect::<Result<Vec<_>, _>>()?;
        let sealer = sealer(keys, &self.cookie_name, &self.context)?;
        let shelf = self
            .store
            .as_ref()
            .map(|records| Shelf(records.iter().map(|(key, data)| (key.clone(), data.to_vec())).collect()));
        let opened = shelf::open(&sealer, limits, &self.value, shelf.as_ref(), Timestamp::from_unix(self.now));
        Ok(match opened {
            Err(reason) => reason,
            Ok(session) if self.schemas.iter().any(|known| **known == session.schema.to_bytes()) => "none",
            Ok(_) => Refusal::ForeignSchema.as_str(),
        })
    }
}
