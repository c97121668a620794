//! The name of the table.

use crate::error::Error;
use crate::store::url::refuse;

/// The table unless another is named. It stands like this in the `schema.sql` of each engine.
pub(in crate::store) const DEFAULT: &str = "sealed_sessions";
/// The longest name. What the database allows (63, 64) less what the name of the index has in addition.
const MAX_LENGTH: usize = 48;

/// The name of a table, with its schema or database if it was named.
///
/// Names cannot be parameters of a statement, so this is the only text that gets into one. It is made of letters, digits and
/// `_`, and quoted nevertheless: it may be a word that the database reserves.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct Table {
    schema: Option<String>,
    name: String,
}

impl Table {
    /// From `name` or `schema.name`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else.
    pub(in crate::store) fn parse(text: &str) -> Result<Self, Error> {
        let (schema, name) = text.split_once('.').map_or((None, text), |(schema, name)| (Some(schema), name));
        if is_identifier(name) && schema.is_none_or(is_identifier) {
            Ok(Self { schema: schema.map(str::to_owned), name: name.to_owned() })
        } else {
            Err(refuse(format!(
                "the table of the store has no usable name: give 1 to {MAX_LENGTH} of the letters a-z and A-Z, digits and \
                 `_`, not beginning with a digit, for example `{DEFAULT}` or `app.{DEFAULT}`"
            )))
        }
    }

    /// As it stands in a statement, in these quotes.
    pub(in crate::store) fn quoted(&self, quote: char) -> String {
        let Self { schema, name } = self;
        match schema {
            Some(schema) => format!("{quote}{schema}{quote}.{quote}{name}{quote}"),
            None => format!("{quote}{name}{quote}"),
        }
    }

    /// `sql`, which is about the default table, for this table.
    pub(in crate::store) fn in_schema(&self, sql: &str, quote: char) -> String {
        let index = format!("{quote}{DEFAULT}_expires{quote}");
        let own_index = format!("{quote}{}_expires{quote}", self.name);
        let table = format!("{quote}{DEFAULT}{quote}");
        sql.replace(&index, &own_index).replace(&table, &self.quoted(quote))
    }
}

impl Default for Table {
    fn default() -> Self {
        Self { schema: None, name: DEFAULT.to_owned() }
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

fn is_identifier(text: &str) -> bool {
    text.len() <= MAX_LENGTH
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
}
