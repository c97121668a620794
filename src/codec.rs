//! `T` to payload and back, by the shapes that a layer knows.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::outcome::Refusal;
use crate::payload::{self, DecodeError, EncodeError};
use crate::schema::Schema;

/// What a session type must be. Implemented for every type that can be; derive `Serialize`, `Deserialize` and `Default`.
///
/// It owns its data: a field is a `String`, not a `&str`, because the request that it was read from is gone long before.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the data of a session",
    label = "not usable as session data",
    note = "derive it: `#[derive(Default, Serialize, Deserialize)]` (serde with its `derive` feature)",
    note = "it must also be `Send + 'static`: own its data (`String` for `&str`), and hold no `Rc`"
)]
pub trait SessionData: Serialize + DeserializeOwned + Default + Send + 'static {}

// Not recommended, so that the compiler speaks of `SessionData`, with the notes above, rather than of one trait of the five.
#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Default + Send + 'static> SessionData for T {}

/// Writes `T` in one shape and reads it from several.
pub(crate) struct Codec<T> {
    pub(crate) schema: Schema,
    readers: Vec<Reader<T>>,
    /// The shape was named, not computed, so what is written is read back before it is sealed.
    read_back: bool,
}

/// Reads payloads of one shape.
struct Reader<T> {
    schema: Schema,
    read: fn(&[u8]) -> Result<T, DecodeError>,
}

impl<T: SessionData> Codec<T> {
    /// A codec for the shape of `T`, or for the one that is named by a label.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] when the shape cannot be fingerprinted.
    pub(crate) fn new(label: Option<&str>) -> Result<Self, Error> {
        let schema = schema_of::<T>(label)?;
        let reader = Reader { schema, read: payload::decode::<T> };
        Ok(Self { schema, readers: vec![reader], read_back: label.is_some() })
    }

    /// Also reads the shape of `Other`.
    ///
    /// # Errors
    /// As for [`Codec::new`].
    pub(crate) fn also_reads<Other>(&mut self, label: Option<&str>) -> Result<(), Error>
    where
        Other: Serialize + DeserializeOwned,
        T: From<Other>,
    {
        let read = |bytes: &[u8]| payload::decode::<Other>(bytes).map(T::from);
        self.readers.push(Reader { schema: schema_of::<Other>(label)?, read });
        Ok(())
    }

    /// Whether payloads of shape `schema` can be read.
    pub(crate) fn reads(&self, schema: Schema) -> bool {
        self.reader(schema).is_some()
    }

    /// Reads a payload of shape `schema`.
    pub(crate) fn decode(&self, schema: Schema, payload: &[u8]) -> Result<T, Refusal> {
        let reader = self.reader(schema).ok_or(Refusal::ForeignSchema)?;
        (reader.read)(payload).map_err(|_| Refusal::Malformed)
    }

    fn reader(&self, schema: Schema) -> Option<&Reader<T>> {
        self.readers.iter().find(|reader| reader.schema == schema)
    }

    /// The payload of `value`, in place of what is in `room`.
    ///
    /// # Errors
    /// [`ErrorKind::Encode`] when it cannot be written, or could not be read back.
    pub(crate) fn encode_in(&self, value: &T, room: Vec<u8>) -> Result<Vec<u8>, Error> {
        let payload = self.encode_unchecked(value, room)?;
        if self.read_back && payload::decode::<T>(&payload).is_err() {
            let message = format!(
                "a session of type `{}` cannot be read back from what serde wrote, so it was not saved; avoid untagged and \
                 internally tagged enums, `flatten` and `serde_json::Value` in it",
                std::any::type_name::<T>()
            );
            return Err(Error::new(ErrorKind::Encode, message));
        }
        Ok(payload)
    }

    /// The payload of `value`.
    ///
    /// # Errors
    /// As for [`Codec::encode_in`].
    pub(crate) fn encode(&self, value: &T) -> Result<Vec<u8>, Error> {
        self.encode_in(value, Vec::new())
    }

    /// As [`Codec::encode_in`], to compare with another payload: it may be that it could not be read back.
    pub(crate) fn encode_unchecked(&self, value: &T, mut room: Vec<u8>) -> Result<Vec<u8>, Error> {
        room.clear();
        payload::encode_into(value, &mut room).map_err(unwritable::<T>)?;
        Ok(room)
    }
}

#[cold]
fn unwritable<T>(error: EncodeError) -> Error {
    let data = std::any::type_name::<T>();
    // What a `Serialize` of the app's own says may quote the session.
    let why = match error {
        EncodeError::Custom(_) => "its own `Serialize` failed".into(),
        error => error.to_string(),
    };
    Error::new(ErrorKind::Encode, format!("a session of type `{data}` was not saved: {why}"))
}

fn schema_of<T: Serialize + DeserializeOwned>(label: Option<&str>) -> Result<Schema, Error> {
    match label {
        Some(label) => Ok(Schema::from_label(label)),
        None => Schema::of::<T>(),
    }
}

impl<T> fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reads: Vec<_> = self.readers.iter().map(|reader| reader.schema).collect();
        f.debug_struct("Codec").field("writes", &self.schema).field("reads", &reads).finish_non_exhaustive()
    }
}
