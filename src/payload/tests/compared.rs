//! Values compared with their encoding.

use std::collections::{BTreeMap, HashMap};

use crate::payload::{encode_into, encodes_to};

fn encoded<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_into(value, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_value_encodes_to_its_encoding_and_to_nothing_else() {
    let value = (7_u8, "text".to_owned(), vec![Some(300_u64), None], BTreeMap::from([(1, 'a'), (2, 'b')]));
    let bytes = encoded(&value);
    assert!(encodes_to(&value, &bytes));
    assert!(encodes_to(&(), &[]));
    for at in 0..bytes.len() {
        assert!(!encodes_to(&value, &bytes[..at]), "the first {at} bytes");
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert!(!encodes_to(&value, &other), "another byte at {at}");
    }
    assert!(!encodes_to(&value, &[&bytes[..], &[0]].concat()), "a byte more");
}

/// It keeps nothing that it could sort, so what it sees is not the encoding.
#[test]
fn a_map_in_the_order_of_its_iteration_is_not_taken_for_its_encoding() {
    let map: HashMap<u8, u8> = (0..100).map(|key| (key, key)).collect();
    let unsorted: Vec<u8> = [100].into_iter().chain(map.iter().flat_map(|(key, value)| [*key, *value])).collect();
    assert_ne!(unsorted, encoded(&map), "this takes luck");
    assert!(!encodes_to(&map, &unsorted));
    let one = HashMap::from([(1, 'a')]);
    assert!(encodes_to(&one, &encoded(&one)), "nothing to sort");
}

#[test]
fn a_value_that_cannot_be_encoded_encodes_to_nothing() {
    struct Broken;
    impl serde::Serialize for Broken {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("broken"))
        }
    }
    assert!(!encodes_to(&Broken, &[]));
}
