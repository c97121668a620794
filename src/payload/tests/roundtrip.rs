//! Properties of any values and any bytes.

use super::{
    bounds::both_take,
    rich::{Rich, Scalars, deep, rich},
    *,
};
use proptest::{collection, prelude::*, sample::Index};
use std::collections::{BTreeMap, HashMap};

/// Checks that what can be read from `bytes`, if anything, can be written and read again.
fn read_and_write<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(value) = decode::<T>(bytes) {
        let again = encode(&value).unwrap();
        assert_eq!(decode::<T>(&again).unwrap(), value);
    }
}

/// Does it for several types.
fn read_and_write_all(bytes: &[u8]) {
    read_and_write::<Rich>(bytes);
    read_and_write::<Vec<Rich>>(bytes);
    read_and_write::<Scalars>(bytes);
    read_and_write::<Node>(bytes);
    read_and_write::<Tree>(bytes);
    read_and_write::<Link>(bytes);
    read_and_write::<(Option<String>, Vec<char>)>(bytes);
    read_and_write::<Vec<Vec<()>>>(bytes);
    read_and_write::<HashMap<(), Unit>>(bytes);
    read_and_write::<BTreeMap<String, Option<bool>>>(bytes);
}

proptest! {
    #[test]
    fn any_value_is_itself_again(value in rich()) {
        assert_round_trip(&value);
    }

    #[test]
    fn any_depth_is_taken_by_both_or_none(value in deep()) {
        both_take(&value);
    }

    #[test]
    fn any_sizes_add_up(value in collection::vec(rich(), 0..5)) {
        let fields: usize = field_sizes(&value).iter().map(|field| field.bytes).sum();
        prop_assert_eq!(fields + 1, encode(&value).unwrap().len());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        read_and_write_all(&bytes);
    }

    #[test]
    fn any_small_bytes_are_read_or_refused(bytes in collection::vec(0..14_u8, 0..200)) {
        read_and_write_all(&bytes);
    }

    #[test]
    fn any_damage_is_read_or_refused(value in rich(), place: Index, byte: u8) {
        let mut bytes = raw(&value);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        read_and_write::<Rich>(&bytes);
        bytes.truncate(place);
        prop_assert_eq!(decode::<Rich>(&bytes), Err(DecodeError::Invalid));
    }
}
