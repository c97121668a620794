//! Any session: every shape that serde knows, one inside the other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Anything {
    pub(crate) root: Shape,
    pub(crate) marker: Marker,
    pub(crate) set: BTreeSet<i64>,
    pub(crate) array: [u8; 3],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Marker;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Newtype(Box<Shape>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pair(Box<Shape>, char);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Shape {
    #[default]
    Unit,
    Bool(bool),
    Signed(i8, i16, i32, i64, i128),
    Unsigned(u8, u16, u32, u64, u128),
    Float(f32, f64),
    Char(char),
    Text(String),
    Bytes(ByteBuf),
    Option(Option<Box<Shape>>),
    Seq(Vec<Shape>),
    Units(Vec<()>),
    Map(BTreeMap<String, Shape>),
    Tuple((Box<Shape>, Marker, u8)),
    Newtype(Newtype),
    TupleStruct(Pair),
    Struct {
        left: Box<Shape>,
        right: Option<Box<Shape>>,
    },
}

pub(crate) fn anything() -> impl Strategy<Value = Anything> {
    (shape(), btree_set(any::<i64>(), 0..4), any::<[u8; 3]>()).prop_map(|(root, set, array)| Anything {
        root,
        marker: Marker,
        set,
        array,
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Unit),
        any::<bool>().prop_map(Shape::Bool),
        any::<(i8, i16, i32, i64, i128)>().prop_map(|(a, b, c, d, e)| Shape::Signed(a, b, c, d, e)),
        any::<(u8, u16, u32, u64, u128)>().prop_map(|(a, b, c, d, e)| Shape::Unsigned(a, b, c, d, e)),
        any::<(f32, f64)>().prop_map(|(a, b)| Shape::Float(a, b)),
        any::<char>().prop_map(Shape::Char),
        any::<String>().prop_map(Shape::Text),
        vec(any::<u8>(), 0..40).prop_map(|bytes| Shape::Bytes(ByteBuf::from(bytes))),
        (0..200_usize).prop_map(|len| Shape::Units(vec![(); len])),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let one = || inner.clone().prop_map(Box::new);
        prop_oneof![
            proptest::option::of(one()).prop_map(Shape::Option),
            vec(inner.clone(), 0..4).prop_map(Shape::Seq),
            btree_map(".{0,8}", inner.clone(), 0..4).prop_map(Shape::Map),
            (one(), any::<u8>()).prop_map(|(shape, byte)| Shape::Tuple((shape, Marker, byte))),
            one().prop_map(|shape| Shape::Newtype(Newtype(shape))),
            (one(), any::<char>()).prop_map(|(shape, letter)| Shape::TupleStruct(Pair(shape, letter))),
            (one(), proptest::option::of(one())).prop_map(|(left, right)| Shape::Struct { left, right }),
        ]
    })
}
