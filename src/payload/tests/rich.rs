//! A type with all of serde's data model, and any values of it.

use super::{Link, Unit};
use proptest::{collection, option, prelude::*};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, HashMap};

/// A number that is equal to itself, also if it is none.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bits64(f64);

impl PartialEq for Bits64 {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

/// A number that is equal to itself, also if it is none.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bits32(f32);

impl PartialEq for Bits32 {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Point(i32, i32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Name(String);

/// All that contains no other value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scalars {
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    flag: bool,
    letter: char,
    float: Bits32,
    double: Bits64,
    unit: (),
    unit_struct: Unit,
    point: Point,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Wrapper(Box<Rich>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Rich {
    Nothing,
    Scalars(Box<Scalars>),
    Name(Name),
    Bytes(ByteBuf),
    Link(Link),
    Empty(Vec<Unit>, HashMap<(), [u8; 0]>),
    Maybe(Option<Box<Rich>>),
    Result(Result<Box<Rich>, Point>),
    Newtype(Wrapper),
    Tuple(u8, Box<Rich>),
    Struct { left: Box<Rich>, right: (Unit, Box<Rich>) },
    List(Vec<Rich>),
    Map(HashMap<String, Rich>),
    Sorted(BTreeMap<u16, Rich>),
}

prop_compose! {
    fn scalars()(
        signed in any::<(i8, i16, i32, i64, i128)>(),
        unsigned in any::<(u8, u16, u32, u64, u128)>(),
        flag: bool,
        letter: char,
        float: u32,
        double: u64,
        point: (i32, i32),
    ) -> Scalars {
        Scalars {
            signed,
            unsigned,
            flag,
            letter,
            float: Bits32(f32::from_bits(float)),
            double: Bits64(f64::from_bits(double)),
            unit: (),
            unit_struct: Unit,
            point: Point(point.0, point.1),
        }
    }
}

/// Values of little depth.
pub(super) fn rich() -> impl Strategy<Value = Rich> {
    let leaf = prop_oneof![
        Just(Rich::Nothing),
        scalars().prop_map(|scalars| Rich::Scalars(Box::new(scalars))),
        any::<String>().prop_map(|text| Rich::Name(Name(text))),
        any::<Vec<u8>>().prop_map(|bytes| Rich::Bytes(ByteBuf::from(bytes))),
        (0..9_usize, any::<bool>())
            .prop_map(|(count, one)| { Rich::Empty(vec![Unit; count], one.then_some(((), [])).into_iter().collect()) }),
        Just(Rich::Link(Link::Struct { next: Box::new(Link::End) })),
        (1..3).prop_map(|x| Rich::Result(Err(Point(x, -x)))),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            option::of(boxed()).prop_map(Rich::Maybe),
            boxed().prop_map(|value| Rich::Result(Ok(value))),
            boxed().prop_map(|value| Rich::Newtype(Wrapper(value))),
            (any::<u8>(), boxed()).prop_map(|(number, value)| Rich::Tuple(number, value)),
            (boxed(), boxed()).prop_map(|(left, right)| Rich::Struct { left, right: (Unit, right) }),
            collection::vec(inner.clone(), 0..4).prop_map(Rich::List),
            collection::hash_map(any::<String>(), inner.clone(), 0..4).prop_map(Rich::Map),
            collection::btree_map(any::<u16>(), inner, 0..4).prop_map(Rich::Sorted),
        ]
    })
}

/// Puts one more value around `value`, of one of eight kinds.
pub(super) fn wrap(value: Rich, kind: u8) -> Rich {
    let boxed = Box::new(value);
    match kind {
        0 => Rich::Maybe(Some(boxed)),
        1 => Rich::Result(Ok(boxed)),
        2 => Rich::Newtype(Wrapper(boxed)),
        3 => Rich::Tuple(kind, boxed),
        4 => Rich::Struct { left: Box::new(Rich::Nothing), right: (Unit, boxed) },
        5 => Rich::List(vec![Rich::Nothing, *boxed]),
        6 => Rich::Map(HashMap::from([(String::from("key"), *boxed)])),
        _ => Rich::Sorted(BTreeMap::from([(7, *boxed)])),
    }
}

/// Values of any depth up to about twice the limit.
pub(super) fn deep() -> impl Strategy<Value = Rich> {
    let kinds = collection::vec(0..8_u8, 20..60);
    (rich(), kinds).prop_map(|(value, kinds)| kinds.into_iter().fold(value, wrap))
}
