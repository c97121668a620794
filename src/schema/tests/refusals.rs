//! Types without a schema, and what their errors say.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use super::{Schema, SchemaErrorKind, validation::Email};

/// Asserts that `T` has no schema, for the right reason, and that the message says what is needed.
#[track_caller]
fn refused<T: Serialize + DeserializeOwned>(kind: SchemaErrorKind, path: &str) {
    let error = Schema::traced::<T>().expect_err(std::any::type_name::<T>());
    let text = error.to_string();
    println!("{text}");
    assert_eq!((error.kind(), error.path()), (kind, path), "{text}");
    assert_eq!(error.type_name(), std::any::type_name::<T>());
    assert!(text.contains(error.type_name()) && text.contains(path), "{text}");
    let remedy = match kind {
        SchemaErrorKind::Unreadable => "change that field or its serde attribute",
        _ => "SessionLayerBuilder::schema(\"name-of-this-shape\")",
    };
    assert!(text.contains(remedy), "{text}");
}

/// Asserts that `T` is written by postcard and not read back.
#[track_caller]
pub(super) fn unreadable<T: Serialize + DeserializeOwned>(path: &str) {
    refused::<T>(SchemaErrorKind::Unreadable, path);
}

/// Asserts that no value of `T` could be made up.
#[track_caller]
fn resists<T: Serialize + DeserializeOwned>(path: &str) {
    refused::<T>(SchemaErrorKind::Resists, path);
}

/// Something around it.
#[derive(Serialize, Deserialize)]
pub(super) struct Session<T> {
    user: String,
    cart: Vec<Item<T>>,
    contact: Option<Contact<T>>,
}
#[derive(Serialize, Deserialize)]
pub(super) struct Item<T> {
    count: u32,
    price: T,
}
#[derive(Serialize, Deserialize)]
pub(super) enum Contact<T> {
    Nobody,
    Mail { to: Email, about: T },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    A { x: u32 },
    B { y: String },
}
#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(u32),
    B { y: String },
}
#[derive(Serialize, Deserialize)]
struct Plain {
    a: u8,
}
#[derive(Serialize, Deserialize)]
struct Flat {
    b: u8,
    #[serde(flatten)]
    plain: Plain,
}
#[derive(Serialize, Deserialize)]
struct FlatMap {
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[test]
fn self_describing_types_are_unreadable() {
    macro_rules! each {
        ($($type:ty),*) => {$(
            unreadable::<$type>("");
            unreadable::<Item<$type>>("price");
            unreadable::<Session<$type>>("cart[].price");
            unreadable::<Option<Contact<$type>>>("Mail.about");
        )*};
    }
    each![Untagged, Internal, Adjacent, Flat, FlatMap, serde_json::Value];
    unreadable::<BTreeMap<String, serde_json::Value>>("{}");
}

/// Written, but not read.
#[derive(Serialize, Deserialize)]
struct NotRead {
    a: u32,
    #[serde(skip_deserializing)]
    b: Option<u32>,
    c: String,
}
/// Read, but not written.
#[derive(Serialize, Deserialize)]
struct NotWritten {
    a: u32,
    #[serde(skip_serializing)]
    b: Option<u32>,
    c: String,
}
/// The reader does not count the first variant, the writer does.
#[derive(Serialize, Deserialize)]
enum ShiftedVariants {
    #[serde(skip_deserializing)]
    A,
    B,
    C,
}
/// Written as a string, read as a number.
#[derive(Serialize, Deserialize)]
struct AtOdds {
    a: u8,
    #[serde(serialize_with = "as_text")]
    b: u64,
}

fn as_text<S: Serializer>(n: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&n.to_string())
}

/// Another meaning for the same kind of bytes.
#[derive(Serialize, Deserialize)]
struct Halved {
    #[serde(serialize_with = "half")]
    a: u32,
}

fn half<S: Serializer>(n: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(n + 1)
}

/// Refuses to be written.
#[derive(Deserialize)]
struct Unwritable(u8);

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not today"))
    }
}

/// Does not say its length.
#[derive(Deserialize)]
struct Endless(Vec<u8>);

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut list = serializer.serialize_seq(None)?;
        self.0.iter().try_for_each(|byte| list.serialize_element(byte))?;
        list.end()
    }
}

/// Reads its variants by name.
#[derive(Serialize)]
enum ByName {
    A,
    B,
}

impl<'de> Deserialize<'de> for ByName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = ByName;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }

            fn visit_enum<A: serde::de::EnumAccess<'de>>(self, data: A) -> Result<ByName, A::Error> {
                let (name, _) = data.variant::<String>()?;
                Ok(if name == "A" { ByName::A } else { ByName::B })
            }
        }
        deserializer.deserialize_enum("ByName", &["A", "B"], Visitor)
    }
}

#[test]
fn types_that_read_what_they_do_not_write_are_unreadable() {
    unreadable::<NotRead>("c");
    unreadable::<NotWritten>("b");
    unreadable::<ShiftedVariants>("");
    unreadable::<AtOdds>("b");
    unreadable::<Halved>("");
    unreadable::<Item<Unwritable>>("price");
    unreadable::<Item<Endless>>("price");
    unreadable::<Item<ByName>>("price");
}

/// There is no such value.
#[derive(Serialize, Deserialize)]
enum Never {}
/// Nor of this.
#[derive(Serialize, Deserialize)]
struct Infinite {
    next: Box<Infinite>,
}
/// Nor of this.
#[derive(Serialize, Deserialize)]
enum InfiniteToo {
    A(Box<InfiniteToo>),
    B(u8, Box<InfiniteToo>),
}
/// No candidate is of that form.
#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct Secret(String);

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text == "open sesame" { Ok(Self(text)) } else { Err("the word is wrong") }
    }
}
/// Nor of that, deep inside.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "(u32, Option<Email>, Vec<u8>)")]
struct Unlikely((u32, Option<Email>, Vec<u8>));

impl TryFrom<(u32, Option<Email>, Vec<u8>)> for Unlikely {
    type Error = &'static str;

    fn try_from(_: (u32, Option<Email>, Vec<u8>)) -> Result<Self, &'static str> {
        Err("never")
    }
}

#[test]
fn types_without_a_value_resist() {
    resists::<Never>("");
    resists::<Session<Never>>("cart[].price");
    resists::<Result<u8, Never>>("Err");
    resists::<Infinite>("next");
    resists::<InfiniteToo>("B.1");
    resists::<Secret>("");
    resists::<Session<Secret>>("cart[].price");
    resists::<Option<Option<Secret>>>("");
    resists::<BTreeMap<Secret, u8>>("{key}");
    resists::<Item<Unlikely>>("price");
    let error = Schema::traced::<Item<Secret>>().unwrap_err().to_string();
    assert!(error.contains("the word is wrong"), "{error}");
}
