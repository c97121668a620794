//! The key file as a document that can be edited: comments, order and spelling stay.

use sealed_session::{Key, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::moment;

const HEADER: &str = "# The keys that seal sessions. Whoever reads this file can forge every session.\n";
const KEYS: &str = "keys";

/// A key file in TOML.
pub(crate) struct Document {
    toml: DocumentMut,
    /// Lines end in `\r\n`.
    crlf: bool,
}

/// A key that is to be added.
pub(crate) struct NewKey {
    pub(crate) label: String,
    pub(crate) key: Key,
    pub(crate) seal_from: Timestamp,
}

impl Document {
    /// # Errors
    /// When `text` is not TOML. The error names the line and does not quote it, for it may hold a secret.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let crlf = text.contains("\r\n");
        let text = if crlf { text.replace("\r\n", "\n") } else { text.to_owned() };
        let toml = text.parse::<DocumentMut>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            Failure::Refused(format!(
                "line {}: this is not TOML, so it cannot be edited: repair it first",
                before.matches('\n').count() + 1
            ))
        })?;
        Ok(Self { toml, crlf })
    }

    /// The file's text now.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(self.toml.to_string());
        if self.crlf { Zeroizing::new(text.replace('\n', "\r\n")) } else { text }
    }

    /// The labels in the order of the file, those of revoked keys included.
    pub(crate) fn labels(&self) -> Vec<&str> {
        self.keys().into_iter().filter_map(label_of).collect()
    }

    /// Appends a key.
    pub(crate) fn add(&mut self, new: &NewKey) {
        let fields = [
            ("label", Value::from(new.label.as_str())),
            ("secret", Value::from(new.key.expose_base64().as_str())),
            ("seal_from", date(new.seal_from)),
        ];
        match self.toml.get_mut(KEYS) {
            Some(Item::Value(Value::Array(keys))) => append_inline(keys, InlineTable::from_iter(fields)),
            _ => self.append_table(fields),
        }
    }

    /// Gives the live key of that label an end.
    pub(crate) fn end(&mut self, label: &str, until: Timestamp) {
        for key in self.keys_mut().into_iter().filter(|key| label_of(*key) == Some(label) && !is_revoked(*key)) {
            set(key, "open_until", date(until));
        }
        self.tidy();
    }

    /// Revokes the keys of that label. Says whether there was one that was not revoked; `None` means no key has the label.
    pub(crate) fn revoke(&mut self, label: &str) -> Option<bool> {
        let mut changed = None;
        for key in self.keys_mut().into_iter().filter(|key| label_of(*key) == Some(label)) {
            changed = Some(changed == Some(true) || !is_revoked(key));
            if !is_revoked(key) {
                set(key, "revoked", true.into());
            }
        }
        self.tidy();
        changed
    }

    /// Whether some key seems fit to seal, as far as the document tells: neither revoked nor ended.
    pub(crate) fn may_seal(&self, now: Timestamp) -> bool {
        let ended = |key: &dyn TableLike| key.get("open_until").and_then(time_of).is_some_and(|until| until <= now);
        self.keys().into_iter().any(|key| !is_revoked(key) && !ended(key))
    }

    fn keys(&self) -> Vec<&dyn TableLike> {
        match self.toml.get(KEYS) {
            Some(Item::ArrayOfTables(keys)) => keys.iter().map(|key| key as &dyn TableLike).collect(),
            Some(Item::Value(Value::Array(keys))) => {
                keys.iter().filter_map(Value::as_inline_table).map(|key| key as &dyn TableLike).collect()
            }
            _ => Vec::new(),
        }
    }

    fn keys_mut(&mut self) -> Vec<&mut dyn TableLike> {
        match self.toml.get_mut(KEYS) {
            Some(Item::ArrayOfTables(keys)) => keys.iter_mut().map(|key| key as &mut dyn TableLike).collect(),
            Some(Item::Value(Value::Array(keys))) => {
                keys.iter_mut().filter_map(Value::as_inline_table_mut).map(|key| key as &mut dyn TableLike).collect()
            }
            _ => Vec::new(),
        }
    }

    fn tidy(&mut self) {
        if let Some(keys) = self.toml.get_mut(KEYS).and_then(Item::as_array_mut) {
            keys.iter_mut().filter_map(Value::as_inline_table_mut).for_each(tidy);
        }
    }

    /// Appends `[[keys]]`, behind a blank line and behind the comments at the end of the file, which belong to what stands
    /// above them.
    fn append_table(&mut self, fields: [(&str, Value); 3]) {
        let trailing = self.toml.trailing().as_str().unwrap_or_default();
        let is_empty = self.toml.is_empty() && trailing.trim().is_empty();
        let prefix = if is_empty { format!("{HEADER}\n") } else { with_blank_line(trailing) };
        let mut table = Table::from_iter(fields);
        table.decor_mut().set_prefix(prefix);
        self.toml.set_trailing("");
        let keys = self.toml.entry(KEYS).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if let Item::ArrayOfTables(keys) = keys {
            keys.push(table);
        }
    }
}

/// Comments and blank lines, so that they end in a blank line.
fn with_blank_line(comments: &str) -> String {
    match comments {
        blank if blank.trim().is_empty() && blank.contains('\n') => blank.to_owned(),
        blank if blank.trim().is_empty() => "\n".to_owned(),
        text if text.ends_with("\n\n") => text.to_owned(),
        text => format!("{}\n\n", text.trim_end_matches('\n')),
    }
}

/// Appends to `keys = [{…}, {…}]`: on a line of its own if the last entry has one, behind the comment of that.
fn append_inline(keys: &mut Array, key: InlineTable) {
    let prefix = keys.iter().last().and_then(|last| last.decor().prefix()?.as_str()).unwrap_or_default();
    let Some((_, indent)) = prefix.rsplit_once('\n') else {
        return keys.push(key);
    };
    let comment = keys.trailing().as_str().unwrap_or_default().trim_end();
    let prefix = format!("{comment}\n{indent}");
    keys.set_trailing("\n");
    keys.push_formatted(Value::from(key).decorated(prefix, ""));
}

/// Sets a field. One that is there keeps its place and its comment.
fn set(key: &mut dyn TableLike, field: &str, mut value: Value) {
    match key.get_mut(field).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(key.insert(field, Item::Value(value))),
    }
}

/// A field that was added to `{…}` stands behind the space that was before the brace.
fn tidy(key: &mut InlineTable) {
    let fields = key.len();
    for (_, value) in key.iter_mut().take(fields.saturating_sub(1)) {
        let blank = value.decor().suffix().and_then(RawString::as_str).is_some_and(|suffix| suffix.trim().is_empty());
        if blank {
            value.decor_mut().set_suffix("");
        }
    }
}

fn label_of(key: &dyn TableLike) -> Option<&str> {
    key.get("label").and_then(Item::as_str)
}

fn is_revoked(key: &dyn TableLike) -> bool {
    key.get("revoked").and_then(Item::as_bool) == Some(true)
}

/// A time, as TOML's own or as text.
fn time_of(item: &Item) -> Option<Timestamp> {
    let text = item.as_str().map(str::to_owned).or_else(|| item.as_datetime().map(Datetime::to_string))?;
    OffsetDateTime::parse(&text, &Rfc3339).ok().map(Timestamp::from)
}

/// A time as TOML's own: without quotes.
fn date(time: Timestamp) -> Value {
    let text = moment::show(time);
    text.parse::<Datetime>().map_or_else(|_| Value::from(text), Value::from)
}
