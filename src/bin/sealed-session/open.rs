//! The command `open`: what is in a cookie.

use std::collections::BTreeMap;
use std::time::Duration;

use sealed_session::{Head, KeyId, Keyring, Opened, Refusal, Schema, Sealer, Timestamp, Values};
use serde_json::Value;

use crate::args::Open;
use crate::cookie;
use crate::failure::{Exit, Failure};
use crate::file;
use crate::limits::Limits;
use crate::moment;
use crate::output::{Answer, hex};
use crate::report::{OPENED, Report};

/// Opens the cookie on standard input.
pub(crate) fn run(wanted: &Open, now: Timestamp) -> Result<Answer, Failure> {
    let keyring = match &wanted.file {
        Some(path) => Keyring::from_file_text(path, &file::read(path)?)?,
        None => Keyring::from_env(&wanted.env)?,
    };
    let reader = Reader {
        sealer: Sealer::new(keyring.clone(), &wanted.name, &wanted.context)?,
        keyring,
        limits: Limits { lifetime: wanted.lifetime, idle: wanted.idle },
        show_payload: wanted.show_payload,
        now,
    };
    let input = cookie::read_input()?;
    let reports = cookie::values(&input, &wanted.name).into_iter().map(|value| reader.open(value)).collect();
    let report = choose(reports);
    Answer::new(&report, if report.outcome == OPENED { Exit::Fine } else { Exit::Problem })
}

/// What an app makes of several cookies of one name: those that open must be one session, of which the one counts that has
/// seen the latest write of its record, then the latest. If none opens, a reason to keep the cookie goes before a reason to
/// clear it.
fn choose(mut reports: Vec<Report>) -> Report {
    let cookies = reports.len();
    let opens = |report: &Report| report.outcome == OPENED;
    let kept =
        |report: &Report| matches!(report.outcome, "unknown_key" | "ended_key" | "unknown_format" | "not_yet_valid");
    let best = if reports.iter().any(opens) {
        reports.retain(opens);
        let one_session = reports.windows(2).all(|two| matches!(two, [a, b] if a.session == b.session));
        let latest = reports.into_iter().rev().max_by_key(|report| (report.generation, report.issued.clone()));
        latest.filter(|_| one_session).unwrap_or_else(|| Report::of(Refusal::Duplicate.as_str()))
    } else {
        let position = reports.iter().position(kept).unwrap_or(0);
        reports.into_iter().nth(position).unwrap_or_else(|| Report::of("absent"))
    };
    Report { cookies, ..best }
}

/// Opens cookies as an app would.
struct Reader {
    keyring: Keyring,
    sealer: Sealer,
    limits: Limits,
    show_payload: bool,
    now: Timestamp,
}

impl Reader {
    fn open(&self, value: &str) -> Report {
        match self.sealer.open(value.as_bytes(), self.now) {
            Ok(opened) => self.opened(&opened),
            Err(refusal) => self.refused(refusal),
        }
    }

    fn refused(&self, refusal: Refusal) -> Report {
        let format = match refusal {
            Refusal::UnknownFormat(format) => Some(format),
            other => other.key_id().map(|_| 1),
        };
        let key_label = refusal.key_id().and_then(|id| self.label(id));
        let key_id = refusal.key_id().map(|id| id.to_string());
        Report { format, key_id, key_label, ..Report::of(refusal.as_str()) }
    }

    fn opened(&self, opened: &Opened) -> Report {
        let Head { id, created, issued, own_limits, generation } = opened.head;
        let limits = self.limits.of(own_limits);
        let values = self.values(opened);
        let refusal = limits.refusal(&opened.head, self.now).or(values.as_ref().err().copied());
        Report {
            format: Some(1),
            key_id: Some(opened.key.to_string()),
            key_label: self.label(opened.key),
            key_is_older: Some(opened.key_is_older),
            session: Some(id.to_string()),
            created: Some(moment::show(created)),
            issued: Some(moment::show(issued)),
            expires: Some(moment::show(limits.end(&opened.head))),
            lifetime: Some(limits.lifetime.as_secs()),
            idle: Some(limits.idle.as_secs()),
            own_limits: Some(own_limits.is_some()),
            schema: opened.schema().map(|schema| hex(&schema.to_bytes())),
            payload_len: opened.schema().map(|_| opened.payload().len()),
            in_store: Some(opened.schema().is_none()),
            generation: Some(generation),
            payload: opened.schema().filter(|_| self.show_payload).map(|_| hex(opened.payload())),
            values: values.ok().flatten().filter(|_| self.show_payload),
            until: Some(moment::relative(limits.end(&opened.head), self.now)),
            ..Report::of(refusal.map_or(OPENED, |refusal| refusal.as_str()))
        }
    }

    /// The entries of a key-value session; none for any other session.
    ///
    /// # Errors
    /// When its payload is not of that shape.
    fn values(&self, opened: &Opened) -> Result<Option<BTreeMap<String, Value>>, Refusal> {
        match Schema::of::<Values>() {
            Ok(schema) if opened.schema() == Some(schema) => {
                entries(opened.payload()).ok_or(Refusal::Malformed).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn label(&self, id: KeyId) -> Option<String> {
        let keys = self.keyring.report(self.now, Duration::ZERO);
        keys.into_iter().find(|key| key.id == id).and_then(|key| key.label)
    }
}

/// Reads a key-value session. A value that JSON cannot hold, such as bytes, is shown as hex.
fn entries(payload: &[u8]) -> Option<BTreeMap<String, Value>> {
    let (packed, rest): (BTreeMap<String, &[u8]>, _) = postcard::take_from_bytes(payload).ok()?;
    let shown =
        |value: &[u8]| rmp_serde::from_slice(value).unwrap_or_else(|_| Value::String(format!("0x{}", hex(value))));
    rest.is_empty().then(|| packed.into_iter().map(|(key, value)| (key, shown(value))).collect())
}
