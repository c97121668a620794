//! Key-value data: each value stands for itself.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// Named values of any serde type: the data of a plain [`Session`](crate::Session).
///
/// Each value is [MessagePack](https://github.com/msgpack/msgpack/blob/master/spec.md), structs as maps with field names, so
/// it describes itself: reading a value as another type is an error and never garbage, and a struct may gain or lose fields by
/// serde's rules (`#[serde(default)]`, `#[serde(deny_unknown_fields)]`).
///
/// It costs more bytes than a typed session, where field names are not stored.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<String, Packed>);

impl Values {
    /// The value under `key`, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when it is of another type.
    pub fn get<V: DeserializeOwned>(&self, key: &str) -> Result<Option<V>, Error> {
        self.0.get(key).map(|packed| packed.unpack(key)).transpose()
    }

    /// Puts `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when it cannot be serialized; what was there stays.
    pub fn insert<V: Serialize + ?Sized>(&mut self, key: &str, value: &V) -> Result<(), Error> {
        let packed = Packed::pack(key, value)?;
        match self.0.get_mut(key) {
            Some(place) => *place = packed,
            None => drop(self.0.insert(key.to_owned(), packed)),
        }
        Ok(())
    }

    /// Removes what is under `key`. Says whether there was something.
    pub fn remove(&mut self, key: &str) -> bool {
        self.0.remove(key).is_some()
    }

    /// Removes what is under `key` and returns it.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when it is of another type; it then stays.
    pub fn take<V: DeserializeOwned>(&mut self, key: &str) -> Result<Option<V>, Error> {
        let value = self.get(key)?;
        self.remove(key);
        Ok(value)
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there is a value under `key`.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes everything. The session itself goes on; to end it, use [`Session::destroy`](crate::Session::destroy).
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for Values {
    /// Shows the keys alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// One value, as MessagePack.
struct Packed(Vec<u8>);

/// Deeper values cannot come from here, so they need not be read.
const MAX_DEPTH: usize = 64;

impl Packed {
    fn pack<V: Serialize + ?Sized>(key: &str, value: &V) -> Result<Self, Error> {
        let failed = |why: String| {
            let data = std::any::type_name::<V>();
            Error::new(ErrorKind::Value, format!("the value of type `{data}` for session key {key:?} {why}"))
        };
        let packed = Self(rmp_serde::to_vec_named(value).map_err(|_| failed("cannot be serialized".into()))?);
        if packed.is_whole() { Ok(packed) } else { Err(failed(format!("is nested more than {MAX_DEPTH} levels deep"))) }
    }

    fn unpack<V: DeserializeOwned>(&self, key: &str) -> Result<V, Error> {
        let mut unpacker = rmp_serde::Deserializer::from_read_ref(self.0.as_slice());
        unpacker.set_max_depth(MAX_DEPTH);
        let value = if self.is_whole() { V::deserialize(&mut unpacker).ok() } else { None };
        value.ok_or_else(|| {
            let data = std::any::type_name::<V>();
            Error::new(ErrorKind::Value, format!("the value under session key {key:?} is no `{data}`"))
        })
    }

    /// Whether this is one value, nothing left over. Then no length in it announces more than there is: collections take
    /// memory for what is announced.
    fn is_whole(&self) -> bool {
        let mut rest = self.0.as_slice();
        let mut unpacker = rmp_serde::Deserializer::new(&mut rest);
        unpacker.set_max_depth(MAX_DEPTH);
        IgnoredAny::deserialize(&mut unpacker).is_ok() && rest.is_empty()
    }
}

impl Serialize for Packed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Packed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a MessagePack value")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Packed, E> {
                Ok(Packed(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_value_is_read_if_it_is_one_and_nothing_is_left_over() {
        let is_map = |bytes: &[u8]| Packed(bytes.to_vec()).unpack::<HashMap<String, u8>>("k").is_ok();
        assert!(is_map(b"\x81\xa1a\x01"));
        assert!(!is_map(b"\x81\xa1a\x01\x01"), "one byte too many");
        assert!(!is_map(b"\xdf\xff\xff\xff\xff\xa1a\x01"), "a map that announces 2^32 - 1 entries");
    }

    #[test]
    fn no_memory_is_taken_for_what_a_length_announces() {
        for announced in [b"\xdf\xff\xff\xff\xff\x01", b"\xdd\xff\xff\xff\xff\x01"] {
            let packed = Packed(announced.to_vec());
            let used = allocation_counter::measure(|| {
                packed.unpack::<HashMap<String, u64>>("k").unwrap_err();
                packed.unpack::<Vec<u64>>("k").unwrap_err();
            });
            assert!(used.bytes_max < 4096, "{used:?}");
        }
    }
}
