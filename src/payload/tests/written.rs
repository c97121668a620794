//! What the writer refuses, and what it does not.

use super::*;
use serde::ser::{Error, SerializeMap, SerializeSeq, Serializer};
use std::collections::BTreeMap;

#[derive(Default, Serialize)]
struct Sparse {
    first: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<u8>,
    #[serde(rename = "3rd", skip_serializing_if = "Vec::is_empty")]
    third: Vec<u8>,
    #[serde(skip)]
    _never: u8,
}

#[derive(Serialize)]
enum SparseVariant {
    Only {
        #[serde(skip_serializing_if = "Option::is_none")]
        field: Option<u8>,
    },
}

#[test]
fn skipped_fields_are_refused_by_name() {
    let full = Sparse { second: Some(1), third: vec![2], ..Sparse::default() };
    assert_eq!(encode(&full).unwrap(), [0, 1, 1, 1, 2]);
    for (sparse, field) in [
        (Sparse { second: None, third: vec![2], ..full }, "second"),
        (Sparse { second: Some(1), third: vec![], ..full }, "3rd"),
        (Sparse::default(), "second"),
    ] {
        let error = EncodeError::Skipped { field };
        assert_eq!(encode(&sparse).unwrap_err(), error);
        assert_eq!(encode(&vec![Some(&full), Some(&sparse)]).unwrap_err(), error);
        assert!(error.to_string().contains(field));
    }
}

#[test]
fn skipped_fields_of_variants_are_refused_by_name() {
    assert!(encode(&SparseVariant::Only { field: Some(1) }).is_ok());
    let error = encode(&SparseVariant::Only { field: None }).unwrap_err();
    assert_eq!(error, EncodeError::Skipped { field: "field" });
}

/// A sequence or a map that tells any length.
struct Announced {
    map: bool,
    length: Option<usize>,
    elements: u8,
}

impl Serialize for Announced {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.map {
            let mut map = serializer.serialize_map(self.length)?;
            (0..self.elements).try_for_each(|element| map.serialize_entry(&element, "value"))?;
            map.end()
        } else {
            let mut seq = serializer.serialize_seq(self.length)?;
            (0..self.elements).try_for_each(|element| seq.serialize_element(&element))?;
            seq.end()
        }
    }
}

#[test]
fn lengths_must_be_known_and_true() {
    for map in [false, true] {
        let encode = |length, elements| encode(&Announced { map, length, elements });
        assert!(encode(Some(0), 0).is_ok());
        assert!(encode(Some(3), 3).is_ok());
        for (length, elements) in [(None, 0), (None, 3), (Some(2), 3), (Some(4), 3)] {
            let error = encode(length, elements).unwrap_err();
            assert_eq!(error, EncodeError::UnknownLength, "{length:?}, {elements}");
        }
    }
}

#[test]
fn flattened_fields_are_refused() {
    #[derive(Serialize)]
    struct Outer {
        name: String,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    let outer = Outer { name: String::new(), rest: BTreeMap::new() };
    assert_eq!(encode(&outer).unwrap_err(), EncodeError::UnknownLength);
}

#[test]
fn own_errors_keep_their_message() {
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no colour"))
        }
    }
    let error = encode(&(String::from("text"), Failing)).unwrap_err();
    assert_eq!(error, EncodeError::Custom("no colour".into()));
    assert_eq!(error.to_string(), "no colour");
}

#[test]
fn failing_display_is_an_error() {
    struct Failing;
    impl std::fmt::Display for Failing {
        fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Err(std::fmt::Error)
        }
    }
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }
    assert!(matches!(encode(&Failing), Err(EncodeError::Custom(_))));
}

#[test]
fn a_value_is_serialized_once() {
    /// Serializes what is left of an iterator.
    struct OneShot(std::cell::RefCell<std::vec::IntoIter<u8>>);
    impl Serialize for OneShot {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(&mut *self.0.borrow_mut())
        }
    }
    let elements = OneShot(vec![7, 8].into_iter().into());
    assert_eq!(encode(&elements).unwrap(), [2, 7, 8]);
}

#[test]
fn a_length_that_is_only_bounded_is_unknown_even_if_there_is_nothing() {
    struct Those(fn(&u8) -> bool);
    impl Serialize for Those {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq([1, 2].iter().filter(|element| (self.0)(element)))
        }
    }
    for those in [Those(|_| true), Those(|_| false)] {
        assert_eq!(encode(&those).unwrap_err(), EncodeError::UnknownLength);
    }
}
