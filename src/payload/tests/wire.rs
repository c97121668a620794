//! The types that sessions are made of.

use super::*;
use serde::Deserializer;
use serde_bytes::ByteBuf;
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    net::IpAddr,
    path::PathBuf,
    time::{Duration, SystemTime},
};

#[test]
fn types_of_the_standard_library() {
    assert_round_trip(&(i128::MIN, u128::MAX, i64::MIN, u64::MAX, i8::MIN));
    assert_round_trip(&[Ok(1_u8), Err(String::from("no"))]);
    assert_round_trip(&(Duration::new(1, 2), SystemTime::UNIX_EPOCH));
    assert_round_trip::<[IpAddr; 2]>(&["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]);
    assert_round_trip(&(PathBuf::from("/tmp"), 'ß', '\u{10FFFF}', ((),)));
    assert_round_trip(&(0..5, std::ops::Bound::Excluded(7)));
    assert_round_trip(&HashMap::from([(String::from("key"), vec![Some(1.5_f32), None])]));
    assert_round_trip::<(Box<str>, Box<[u8]>)>(&("text".into(), vec![1, 2].into()));
}

#[test]
fn types_of_other_crates() {
    assert_round_trip(&uuid::Uuid::from_u128(7));
    assert_round_trip(&url::Url::parse("https://example.org/?q=1").unwrap());
    assert_round_trip(&time::OffsetDateTime::UNIX_EPOCH);
    assert_round_trip(&chrono::DateTime::UNIX_EPOCH);
    assert_round_trip(&ByteBuf::from(vec![0, 255]));
}

#[test]
fn owned_and_borrowed_data() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Texts {
        text: Cow<'static, str>,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    }
    assert_round_trip(&Texts { text: "text".into(), bytes: vec![1, 2] });

    let bytes = raw(&("text", serde_bytes::Bytes::new(b"bytes")));
    let mut input = super::super::Input::new(&bytes);
    let (text, data) = <(&str, &[u8])>::deserialize(input.reader()).unwrap();
    assert_eq!((text, data), ("text", &b"bytes"[..]));
    assert!(bytes.as_ptr_range().contains(&text.as_ptr()));
}

/// Lengths and text are not read by postcard: it and we must agree about every spelling of them.
#[test]
fn lengths_and_text_are_read_as_postcard_reads_them() {
    let two = (0..=u16::MAX).map(|pair| pair.to_be_bytes().to_vec());
    let tails: [&[u8]; 9] =
        [b"", b"a", b"ab", b"\x00", b"\x80", b"\x80\x00", b"\xc3\xa4", b"\xed\xa0\x80", "ä€🍵".as_bytes()];
    let lengths: [&[u8]; 8] = [
        &[1],
        &[2],
        &[3],
        &[9],
        &[0x81, 0x00],
        &[0x80, 0x80, 0x00],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
    ];
    let joined = lengths.iter().flat_map(|length| tails.map(|tail| [length, tail].concat()));
    let long = [0, 1, 126, 127, 128, 129, 300].map(|len| raw(&"x".repeat(len)));
    let mut read = 0;
    for bytes in two.chain(joined).chain(long) {
        let expected = postcard::take_from_bytes::<String>(&bytes).ok();
        let expected = expected.filter(|(_, rest)| rest.is_empty()).map(|(text, _)| text);
        read += usize::from(expected.is_some());
        assert_eq!(decode::<String>(&bytes).ok(), expected, "{bytes:x?}");
        let expected = postcard::take_from_bytes::<Vec<bool>>(&bytes).ok();
        let expected = expected.filter(|(_, rest)| rest.is_empty()).map(|(flags, _)| flags);
        assert_eq!(decode::<Vec<bool>>(&bytes).ok(), expected, "{bytes:x?}");
    }
    assert!(read > 128 + 7, "{read}");
}

#[test]
fn aliases_and_defaults_change_nothing() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Aliased {
        #[serde(alias = "one", alias = "eins")]
        first: u8,
        #[serde(default)]
        second: u8,
        #[serde(skip)]
        third: u8,
    }
    let value = Aliased { first: 1, second: 2, third: 0 };
    assert_round_trip(&vec![value]);
}

#[test]
fn the_last_of_duplicate_keys_wins() {
    let bytes = raw(&vec![("a", 1_u8), ("b", 2), ("a", 3)]);
    let expected = [(String::from("a"), 3), (String::from("b"), 2)];
    assert_eq!(decode::<HashMap<String, u8>>(&bytes).unwrap(), HashMap::from(expected.clone()));
    assert_eq!(decode::<BTreeMap<String, u8>>(&bytes).unwrap(), BTreeMap::from(expected));
}

#[test]
fn the_format_is_not_human_readable() {
    #[derive(Debug, PartialEq)]
    struct Readable(bool);
    impl Serialize for Readable {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.is_human_readable().serialize(serializer)
        }
    }
    impl<'de> Deserialize<'de> for Readable {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let readable = deserializer.is_human_readable();
            bool::deserialize(deserializer)?;
            Ok(Self(readable))
        }
    }
    assert_eq!(encode(&Readable(true)).unwrap(), [0]);
    assert_eq!(decode::<Readable>(&[0]).unwrap(), Readable(false));
    assert_eq!(field_sizes(&(Readable(true),))[0].bytes, 1);
}

#[test]
fn hash_tables_are_written_in_one_order_and_other_collections_in_theirs() {
    let encoded = |names: &[u32]| {
        let map: HashMap<String, u32> = names.iter().map(|name| (name.to_string(), *name)).collect();
        let set: HashSet<u32> = names.iter().copied().collect();
        encode(&(map, set)).unwrap()
    };
    let names: Vec<u32> = (0..300).collect();
    let reversed: Vec<u32> = (0..300).rev().collect();
    assert_eq!(encoded(&names), encoded(&reversed));
    assert_eq!(decode::<(HashMap<String, u32>, HashSet<u32>)>(&encoded(&names)).unwrap().0.len(), 300);
    assert_eq!(encode(&[3u8, 1, 2].as_slice()).unwrap(), [3, 3, 1, 2]);
    assert_eq!(encode(&Vec::from([9u8, 1])).unwrap(), [2, 9, 1]);
}
