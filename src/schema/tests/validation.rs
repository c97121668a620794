//! Types that refuse most values.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Schema, assert_distinct, schema};

/// An e-mail address.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[derive(Clone)]
pub(super) struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text.contains('@') { Ok(Self(text)) } else { Err("an e-mail address has an @") }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

mod inner {
    use super::*;

    /// The raw forms need names of their own.
    macro_rules! try_from {
        ($name:ident($raw:ty): $raw_text:literal, $value:ident => $valid:expr) => {
            #[derive(Serialize, Deserialize)]
            #[serde(try_from = $raw_text)]
            pub struct $name($raw);

            impl TryFrom<$raw> for $name {
                type Error = &'static str;

                fn try_from($value: $raw) -> Result<Self, &'static str> {
                    if $valid { Ok(Self($value)) } else { Err("is not valid") }
                }
            }
        };
    }

    try_from!(NonEmpty(String): "String", text => !text.is_empty());
    try_from!(Stars(u8): "u8", n => (1..=5).contains(&n));
    try_from!(Port(u16): "u16", n => n >= 1024);
    try_from!(Forties(u8): "u8", n => (40..50).contains(&n));
    try_from!(Negative(i32): "i32", n => n < 0);
    try_from!(Year(i32): "i32", n => (1990..2100).contains(&n));
    try_from!(Even(u64): "u64", n => n & 1 == 0 && n > 0);
    try_from!(Latitude(f64): "f64", n => (-90.0..=90.0).contains(&n) && n != 1.0);
    try_from!(Password(String): "String", text => text.len() >= 8 && text.bytes().any(|b| b.is_ascii_digit()));
    try_from!(Currency(String): "String", text => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()));
    try_from!(HexColor(String): "String", text => text.starts_with('#') && text.len() == 7);
    try_from!(Digest(Vec<u8>): "Vec<u8>", bytes => bytes.len() == 32);
    try_from!(AtLeastTwo(Vec<String>): "Vec<String>", list => list.len() >= 2);
    try_from!(NonEmptyList(Vec<u32>): "Vec<u32>", list => !list.is_empty());
    try_from!(Ordered((u32, u32)): "(u32, u32)", pair => pair.0 < pair.1);
    try_from!(Descending((u32, u32)): "(u32, u32)", pair => pair.0 > pair.1);
    try_from!(Three((u8, u8, u8)): "(u8, u8, u8)", n => n.0 < n.1 && n.1 < n.2);
    try_from!(NoA(char): "char", c => c != 'a');
    try_from!(MustBeFalse(bool): "bool", flag => !flag);
    try_from!(OneOf((Option<u8>, Option<u8>)): "(Option<u8>, Option<u8>)", n => n.0.is_some() != n.1.is_some());
    try_from!(Filled(Option<Stars>): "Option<Stars>", n => n.is_some());
}

use inner::*;

/// A session with the type between two others.
#[derive(Serialize, Deserialize)]
struct Session<T, Later> {
    before: String,
    checked: T,
    later: Later,
}

/// Asserts that the type works in all places and hides nothing that comes after it.
fn check<T: Serialize + DeserializeOwned>() -> Schema {
    assert_distinct(&[
        ("u32 later", schema::<Session<T, u32>>()),
        ("i32 later", schema::<Session<T, i32>>()),
        ("checked later", schema::<Session<T, Stars>>()),
        ("option", schema::<Session<Option<T>, u32>>()),
        ("vec", schema::<Session<Vec<T>, u32>>()),
        ("variant", schema::<Session<Result<T, T>, u32>>()),
        ("tuple", schema::<Session<(T, T, T), u32>>()),
    ]);
    schema::<T>()
}

#[test]
fn validated_types_hide_nothing() {
    macro_rules! each {
        ($($type:ty),* $(,)?) => { $(check::<$type>();)* };
    }
    each![
        Email,
        NonEmpty,
        Stars,
        Port,
        Forties,
        Negative,
        Year,
        Even,
        Latitude,
        Password,
        Currency,
        HexColor,
        Digest,
        AtLeastTwo,
        NonEmptyList,
        Ordered,
        Descending,
        Three,
        NoA,
        MustBeFalse,
        OneOf,
        Filled,
    ];
}

#[test]
fn rules_do_not_count_but_raw_types_do() {
    assert_eq!(schema::<Email>(), schema::<NonEmpty>());
    assert_eq!(schema::<Stars>(), schema::<Forties>());
    assert_eq!(schema::<Ordered>(), schema::<Descending>());
    assert_distinct(&[
        ("string", schema::<NonEmpty>()),
        ("u8", schema::<Stars>()),
        ("u16", schema::<Port>()),
        ("i32", schema::<Year>()),
        ("u64", schema::<Even>()),
        ("list", schema::<NonEmptyList>()),
        ("strings", schema::<AtLeastTwo>()),
        ("pair", schema::<Ordered>()),
        ("triple", schema::<Three>()),
    ]);
}

/// A type whose parts must fit together.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "RawAccount")]
struct Account {
    kind: Kind,
    age: u32,
    guardian: Option<Email>,
}

#[derive(Deserialize)]
struct RawAccount {
    kind: Kind,
    age: u32,
    guardian: Option<Email>,
}

#[derive(Serialize, Deserialize, PartialEq)]
enum Kind {
    Child,
    Adult,
    Senior { since: u16 },
}

impl TryFrom<RawAccount> for Account {
    type Error = &'static str;

    fn try_from(RawAccount { kind, age, guardian }: RawAccount) -> Result<Self, &'static str> {
        let valid = match kind {
            Kind::Child => age < 18 && guardian.is_some(),
            Kind::Adult => (18..65).contains(&age) && guardian.is_none(),
            Kind::Senior { .. } => age >= 65,
        };
        if valid { Ok(Self { kind, age, guardian }) } else { Err("does not fit together") }
    }
}

#[test]
fn parts_that_must_fit_together_are_found() {
    assert_distinct(&[
        ("alone", schema::<Account>()),
        ("u32 later", schema::<Session<Account, u32>>()),
        ("i32 later", schema::<Session<Account, i32>>()),
        ("checked later", schema::<Session<Vec<Account>, Ordered>>()),
    ]);
}

#[test]
fn many_validated_fields_work() {
    type Ten = (Email, Stars, Year, Password, Currency, Ordered, Three, AtLeastTwo, Account, Digest);
    assert_ne!(schema::<Session<Ten, u8>>(), schema::<Session<Ten, i8>>());
}
