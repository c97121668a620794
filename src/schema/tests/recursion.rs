//! Types that contain themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Schema, assert_distinct, schema, validation::Email};

#[derive(Serialize, Deserialize)]
struct List {
    value: u32,
    next: Option<Box<List>>,
}
#[derive(Serialize, Deserialize)]
struct SignedList {
    value: i32,
    next: Option<Box<SignedList>>,
}
#[derive(Serialize, Deserialize)]
struct Tree {
    value: u32,
    children: Vec<Tree>,
}
#[derive(Serialize, Deserialize)]
struct NamedTree {
    value: u32,
    children: BTreeMap<String, NamedTree>,
}
#[derive(Serialize, Deserialize)]
struct LateTree {
    children: Vec<LateTree>,
    email: Email,
    role: Role,
}
#[derive(Serialize, Deserialize)]
struct LaterTree {
    children: Vec<LaterTree>,
    email: Email,
    role: Role,
    more: u8,
}
#[derive(Serialize, Deserialize)]
enum Role {
    Guest,
    Deputy(Box<LateTree>),
    Admin(Email),
}
/// The first variants all recurse, with more than one branch.
#[derive(Serialize, Deserialize)]
enum Expr {
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Neg(Box<Expr>),
    Call { name: String, arguments: Vec<Expr> },
    Block(Vec<Statement>),
    Number(i64),
}
#[derive(Serialize, Deserialize)]
enum Statement {
    Do(Expr),
    If { condition: Expr, then: Box<Statement>, otherwise: Option<Box<Statement>> },
    Let(String, Expr),
    Done,
}
mod changed {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub enum Expr {
        Add(Box<Expr>, Box<Expr>),
        Mul(Box<Expr>, Box<Expr>),
        Neg(Box<Expr>),
        Call { name: String, arguments: Vec<Expr> },
        Block(Vec<Statement>),
        Number(i64),
    }
    #[derive(Serialize, Deserialize)]
    pub enum Statement {
        Do(Expr),
        If { condition: Expr, then: Box<Statement>, otherwise: Option<Box<Statement>> },
        Let(String, Expr),
        Done(u8),
    }
}
/// Neither has a variant that ends it alone.
#[derive(Serialize, Deserialize)]
enum Ping {
    Pong(Box<Pong>),
}
#[derive(Serialize, Deserialize)]
enum Pong {
    Ping(Box<Ping>),
    End,
}
/// Many variants that recurse before one that ends.
#[derive(Serialize, Deserialize)]
enum Wide {
    A(Box<Wide>, Box<Wide>),
    B(Box<Wide>, Box<Wide>),
    C(Box<Wide>, Box<Wide>),
    D(Box<Wide>, Box<Wide>),
    E(Box<Wide>, Box<Wide>),
    F(Box<Wide>, Box<Wide>),
    G(Box<Wide>, Box<Wide>),
    H(Box<Wide>, Box<Wide>),
    I(Box<Wide>, Box<Wide>),
    J(Box<Wide>, Box<Wide>),
    K(Box<Wide>, Box<Wide>),
    L(Box<Wide>, Box<Wide>),
    M(Box<Wide>, Box<Wide>),
    N(Box<Wide>, Box<Wide>),
    Z(u8),
}
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Bare(Vec<Bare>);
/// The list inside must not be empty.
#[derive(Serialize, Deserialize)]
enum Rule {
    Any(Filled<Rule>),
    All(Filled<Rule>),
    Is(Email),
}
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", bound = "T: Serialize + serde::de::DeserializeOwned")]
struct Filled<T>(Vec<T>);

impl<T> TryFrom<Vec<T>> for Filled<T> {
    type Error = &'static str;

    fn try_from(list: Vec<T>) -> Result<Self, &'static str> {
        if list.is_empty() { Err("is empty") } else { Ok(Self(list)) }
    }
}
/// The way out has a list that must not be empty.
#[derive(Serialize, Deserialize)]
struct Tagged {
    children: Vec<Tagged>,
    tags: Filled<String>,
}
/// The same type twice, side by side and nested in other arguments; no recursion.
#[derive(Serialize, Deserialize)]
struct Pair<T>(T, T);

#[test]
fn recursive_types_work_and_differ() {
    assert_distinct(&[
        ("list", schema::<List>()),
        ("signed list", schema::<SignedList>()),
        ("tree", schema::<Tree>()),
        ("named tree", schema::<NamedTree>()),
        ("late tree", schema::<LateTree>()),
        ("later tree", schema::<LaterTree>()),
        ("expression", schema::<Expr>()),
        ("changed expression", schema::<changed::Expr>()),
        ("statement", schema::<Statement>()),
        ("changed statement", schema::<changed::Statement>()),
        ("ping", schema::<Ping>()),
        ("pong", schema::<Pong>()),
        ("wide", schema::<Wide>()),
        ("bare", schema::<Bare>()),
        ("rule", schema::<Rule>()),
        ("tagged", schema::<Tagged>()),
        ("options", schema::<(Option<Box<List>>, Vec<Expr>)>()),
        ("pairs", schema::<Pair<Pair<u8>>>()),
        ("more pairs", schema::<Pair<Pair<Pair<u8>>>>()),
        ("signed pairs", schema::<Pair<Pair<Pair<i8>>>>()),
    ]);
}

/// Types whose visitors have the same name, the same size and the same fields; none is recursive.
macro_rules! namesake {
    ($name:ident: $type:ty) => {
        #[derive(Serialize)]
        #[serde(transparent)]
        struct $name(Box<$type>);

        const _: () = {
            #[derive(Deserialize)]
            struct Raw {
                value: Box<$type>,
            }
            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Raw::deserialize(deserializer).map(|raw| Self(raw.value))
                }
            }
        };
    };
}
namesake!(Inner: u32);
namesake!(SignedInner: i32);
namesake!(Outer: Inner);
namesake!(SignedOuter: SignedInner);

#[test]
fn namesakes_are_never_taken_for_each_other() {
    assert_ne!(schema::<Inner>(), schema::<SignedInner>());
    let (outer, signed) = (Schema::traced::<Outer>(), Schema::traced::<SignedOuter>());
    assert!(outer.is_err() || outer != signed, "{outer:?}");
    println!("{outer:?}");
}
