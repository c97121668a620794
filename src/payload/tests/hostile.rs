//! Bytes made to hurt the reader.

use super::*;
use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    fmt,
    time::{Duration, Instant},
};

/// Checks that `bytes` are refused as a `T`.
#[track_caller]
fn assert_refused<T: DeserializeOwned + Debug>(bytes: &[u8], error: DecodeError) {
    assert_eq!(decode::<T>(bytes).unwrap_err(), error);
}

#[derive(Debug, Deserialize)]
struct MapTree(#[allow(dead_code)] BTreeMap<u8, MapTree>);

/// Without a base case, so every level takes no bytes at all.
#[derive(Debug, Deserialize)]
struct Endless {
    #[allow(dead_code)]
    next: Box<Endless>,
}

#[derive(Debug, Deserialize)]
struct EndlessNewtype(#[allow(dead_code)] Box<EndlessNewtype>);

#[derive(Debug, Deserialize)]
struct EndlessPair(#[allow(dead_code)] Box<(EndlessPair, ())>);

#[test]
fn nesting_bombs() {
    const LEVELS: usize = 65_000;
    on_small_stack(|| {
        assert_refused::<Node>(&[1; LEVELS], DecodeError::TooDeep);
        assert_refused::<Tree>(&[1; LEVELS], DecodeError::TooDeep);
        assert_refused::<Link>(&[1; LEVELS], DecodeError::TooDeep);
        assert_refused::<Link>(&[2; LEVELS], DecodeError::TooDeep);
        assert_refused::<Link>(&[3; LEVELS], DecodeError::TooDeep);
        assert_refused::<MapTree>(&[1; LEVELS], DecodeError::TooDeep);
        assert_refused::<Endless>(&[], DecodeError::TooDeep);
        assert_refused::<EndlessNewtype>(&[], DecodeError::TooDeep);
        assert_refused::<EndlessPair>(&[], DecodeError::TooDeep);
    });
}

#[test]
fn huge_lengths() {
    let lengths = [u64::MAX, u64::MAX / 2, u64::MAX - 65_536, 1 << 32, 1 << 20];
    for length in lengths {
        let bytes = [varint(length), vec![1; 100]].concat();
        assert_refused::<String>(&bytes, DecodeError::Invalid);
        assert_refused::<serde_bytes::ByteBuf>(&bytes, DecodeError::Invalid);
        assert_refused::<char>(&bytes, DecodeError::Invalid);
        assert_refused::<Vec<u8>>(&bytes, DecodeError::TooMany);
        assert_refused::<Vec<u64>>(&bytes, DecodeError::TooMany);
        assert_refused::<Vec<String>>(&bytes, DecodeError::TooMany);
        assert_refused::<VecDeque<[[u64; 32]; 32]>>(&bytes, DecodeError::TooMany);
        assert_refused::<HashSet<u8>>(&bytes, DecodeError::TooMany);
        assert_refused::<HashMap<String, String>>(&bytes, DecodeError::TooMany);
        assert_refused::<BTreeMap<u8, ()>>(&bytes, DecodeError::TooMany);
    }
    let one_short = [varint(101), vec![1; 100]].concat();
    assert_refused::<Vec<u8>>(&one_short, DecodeError::Invalid);
    assert_refused::<String>(&one_short, DecodeError::Invalid);
}

/// Checks that it takes next to no time to refuse a length that nothing but empty elements follow.
#[track_caller]
fn assert_no_spin<T: DeserializeOwned + Debug>() {
    for length in [u64::MAX, u64::MAX / 2, 1 << 32, MAX_EMPTY as u64 + 1] {
        let start = Instant::now();
        assert_refused::<T>(&varint(length), DecodeError::TooMany);
        assert!(start.elapsed() < Duration::from_millis(10));
    }
}

#[test]
fn spin_bombs() {
    assert_no_spin::<Vec<()>>();
    assert_no_spin::<Vec<[u8; 0]>>();
    assert_no_spin::<Vec<Unit>>();
    assert_no_spin::<Vec<((), [Unit; 32])>>();
    assert_no_spin::<HashSet<()>>();
    assert_no_spin::<HashMap<(), ()>>();
    assert_no_spin::<BTreeMap<Unit, [u8; 0]>>();
}

#[test]
fn empty_elements_are_counted_over_the_whole_payload() {
    let half = varint(MAX_EMPTY as u64 / 2);
    let all = [half.clone(), half.clone(), varint(0)].concat();
    let (a, b, c) = decode::<(Vec<()>, Vec<Unit>, Vec<()>)>(&all).unwrap();
    assert_eq!((a.len() + b.len(), c.len()), (MAX_EMPTY, 0));

    let one_more = [half.clone(), half, varint(1)].concat();
    assert_refused::<(Vec<()>, Vec<Unit>, Vec<()>)>(&one_more, DecodeError::TooMany);

    // An allowance for the announced elements, which the elements themselves spend before.
    let inside = [varint(2), varint(MAX_EMPTY as u64), varint(1)].concat();
    assert_refused::<Vec<Vec<()>>>(&inside, DecodeError::TooMany);
}

#[test]
fn keys_without_bytes_are_counted_even_if_the_values_have_some() {
    let bytes = [varint(MAX_EMPTY as u64 + 1), vec![7; MAX_EMPTY + 1]].concat();
    assert_refused::<HashMap<(), u8>>(&bytes, DecodeError::TooMany);
    assert!(decode::<HashMap<u8, ()>>(&bytes).is_ok());
}

#[test]
fn trailing_bytes() {
    assert_refused::<()>(&[0], DecodeError::Trailing);
    assert_refused::<u8>(&[1, 2], DecodeError::Trailing);
    assert_refused::<Vec<u8>>(&[1, 2, 3], DecodeError::Trailing);
    assert_refused::<Node>(&[0, 0], DecodeError::Trailing);
}

#[test]
fn malformed_values() {
    assert_refused::<bool>(&[2], DecodeError::Invalid);
    assert_refused::<Option<u8>>(&[2, 0], DecodeError::Invalid);
    assert_refused::<String>(&[2, 0xC3, 0x28], DecodeError::Invalid);
    assert_refused::<char>(&[1, 0xFF], DecodeError::Invalid);
    assert_refused::<char>(&[0], DecodeError::Invalid);
    // Postcard alone would take the first of the two.
    assert_refused::<char>(&[2, b'a', b'b'], DecodeError::Invalid);
    assert_refused::<Link>(&[4], DecodeError::Invalid);
    assert_refused::<Link>(&varint(u64::from(u32::MAX)), DecodeError::Invalid);
    assert_refused::<Link>(&varint(1 << 32), DecodeError::Invalid);
    assert_refused::<u16>(&varint(1 << 16), DecodeError::Invalid);
    assert_refused::<u64>(&[0xFF; 11], DecodeError::Invalid);
    assert_refused::<f64>(&[0; 7], DecodeError::Invalid);
    assert_refused::<u8>(&[], DecodeError::Invalid);
    assert_refused::<std::num::NonZeroU8>(&[0], DecodeError::Invalid);
}

/// Reads the first of any number of elements, or of any number of entries of a map.
#[derive(Debug, PartialEq)]
struct First<const MAP: bool>(u8);

impl<'de, const MAP: bool> Deserialize<'de> for First<MAP> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if MAP {
            deserializer.deserialize_map(FirstVisitor).map(Self)
        } else {
            deserializer.deserialize_seq(FirstVisitor).map(Self)
        }
    }
}

struct FirstVisitor;

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("elements or entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<u8, A::Error> {
        Ok(seq.next_element()?.unwrap_or_default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u8, A::Error> {
        Ok(map.next_entry::<(), u8>()?.unwrap_or_default().1)
    }
}

#[test]
fn elements_that_are_not_read() {
    assert_eq!(decode::<First<false>>(&[1, 7]).unwrap(), First(7));
    assert_eq!(decode::<First<true>>(&[1, 7]).unwrap(), First(7));
    assert_refused::<First<false>>(&[2, 7], DecodeError::Invalid);
    assert_refused::<First<true>>(&[2, 7], DecodeError::Invalid);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Only(u8),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Internal {
    Only { field: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content")]
enum Adjacent {
    Only(u8),
}

#[test]
fn types_that_need_a_self_describing_format() {
    assert_refused::<Untagged>(&raw(&Untagged::Only(1)), DecodeError::Invalid);
    assert_refused::<Internal>(&raw(&Internal::Only { field: 1 }), DecodeError::Invalid);
    assert_refused::<Adjacent>(&raw(&Adjacent::Only(1)), DecodeError::Invalid);
    assert_refused::<serde_json::Value>(&raw(&serde_json::Value::Null), DecodeError::Invalid);
    assert_refused::<IgnoredAny>(&[0], DecodeError::Invalid);
}

#[test]
fn errors_tell_nothing_of_the_payload() {
    /// Quotes what it is given.
    #[derive(Debug)]
    struct Quoting;
    impl<'de> Deserialize<'de> for Quoting {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Err(D::Error::custom(String::deserialize(deserializer)?))
        }
    }
    let error = decode::<Quoting>(&raw("secret")).unwrap_err();
    let texts: [String; 2] = [format!("{error:?}"), error.to_string()];
    assert!(texts.iter().all(|text| !text.contains("secret")), "{texts:?}");
}
