//! What is known of a cookie, and how it is shown.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::moment;
use crate::output::printable;

/// The outcome of a session that opens.
pub(crate) const OPENED: &str = "opened";

/// What is known of a cookie.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    pub(crate) outcome: &'static str,
    /// How many cookies of the name there were.
    pub(crate) cookies: usize,
    pub(crate) format: Option<u8>,
    pub(crate) key_id: Option<String>,
    pub(crate) key_label: Option<String>,
    pub(crate) key_is_older: Option<bool>,
    /// The session's id, hashed as in logs.
    pub(crate) session: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) issued: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) lifetime: Option<u64>,
    pub(crate) idle: Option<u64>,
    pub(crate) own_limits: Option<bool>,
    /// The data is not in the cookie, but in a record of a store.
    pub(crate) in_store: Option<bool>,
    /// How often the session's record was written, as far as the cookie knows; 0 for a session that never had one.
    pub(crate) generation: Option<u64>,
    pub(crate) schema: Option<String>,
    pub(crate) payload_len: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<BTreeMap<String, Value>>,
    /// `expires`, seen from now.
    #[serde(skip)]
    pub(crate) until: Option<String>,
}

impl Report {
    /// Nothing else is known.
    pub(crate) fn of(outcome: &'static str) -> Self {
        Self { outcome, ..Self::default() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "outcome   {}", self.outcome)?;
        if self.cookies > 1 {
            write!(f, " (of {} cookies)", self.cookies)?;
        }
        if let Some(format) = self.format {
            write!(f, "\nformat    {format}")?;
        }
        if let Some(id) = &self.key_id {
            write!(f, "\nkey       {id}")?;
            self.key_label.iter().try_for_each(|label| write!(f, "  {}", printable(label)))?;
            f.write_str(if self.key_is_older == Some(true) { " (a newer key seals)" } else { "" })?;
        }
        self.write_session(f)?;
        self.write_payload(f)
    }
}

impl Report {
    fn write_session(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(session), Some(lifetime), Some(idle)) = (&self.session, self.lifetime, self.idle) else {
            return Ok(());
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let whose = if self.own_limits == Some(true) { "its own" } else { "the app's" };
        write!(f, "\nsession   {session} (hashed, as in logs)")?;
        write!(f, "\ncreated   {}\nissued    {}", text(&self.created), text(&self.issued))?;
        write!(f, "\nexpires   {} ({})", text(&self.expires), text(&self.until))?;
        write!(f, "\nlimits    {}, idle {} ({whose})", moment::duration(lifetime), moment::duration(idle))
    }

    fn write_payload(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(schema), Some(len)) = (&self.schema, self.payload_len) else {
            return match self.generation {
                Some(writes) => write!(f, "\npayload   in a record of the app's store (write {writes})"),
                None => Ok(()),
            };
        };
        write!(f, "\nschema    {schema}\npayload   {len} bytes")?;
        match &self.payload {
            Some(payload) => write!(f, "\n          {payload}")?,
            None => f.write_str(" (--show-payload shows them)")?,
        }
        let mut entries = self.values.iter().flatten();
        entries.try_for_each(|(key, value)| write!(f, "\n  {}: {}", printable(key), printable(&value.to_string())))
    }
}
