//! Session types with everything that serde can say.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// A type with a bit of all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rich {
    pub count: u64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub signed: (i8, i16, i32, i64, i128),
    pub floats: (Single, Double),
    pub letter: char,
    pub maybe: Option<Option<String>>,
    pub numbers: Vec<u32>,
    pub map: HashMap<String, i64>,
    pub sorted: BTreeMap<u16, Vec<String>>,
    pub choice: Choice,
    pub choices: Vec<Choice>,
    pub tree: Tree,
    pub list: Option<Box<Link>>,
    pub nothings: Vec<()>,
    pub array: [u16; 4],
    pub flag: bool,
}

/// Compared bit by bit, for NaN is not equal to itself.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Single(f32);

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Double(f64);

impl PartialEq for Single {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl PartialEq for Double {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Choice {
    #[default]
    Unit,
    New(u8),
    Pair(u8, String),
    Fields {
        a: Option<u16>,
        b: Box<Choice>,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    leaf: u8,
    branches: Vec<Tree>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    value: i32,
    next: Option<Box<Link>>,
}

/// A small one, for targets that are not about the payload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub count: u32,
    pub name: String,
}
