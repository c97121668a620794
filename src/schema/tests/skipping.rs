//! Fields that are left out at times, by all the usual predicates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Schema,
    refusals::{Contact, Session, unreadable},
};

/// A struct whose field is left out at times.
macro_rules! skipping {
    ($($name:ident: $type:ty, $predicate:literal;)*) => {$(
        #[derive(Serialize, Deserialize, Default)]
        struct $name {
            before: u32,
            #[serde(default, skip_serializing_if = $predicate)]
            field: $type,
            after: Option<u32>,
        }
    )*};
}

skipping! {
    SkipsNone: Option<String>, "Option::is_none";
    SkipsEmptyVec: Vec<u32>, "Vec::is_empty";
    SkipsEmptyString: String, "String::is_empty";
    SkipsEmptyMap: BTreeMap<String, u32>, "BTreeMap::is_empty";
    SkipsZero: u64, "is_default";
    SkipsFalse: bool, "is_default";
    SkipsTrue: bool, "is_true";
    SkipsSome: Option<u8>, "Option::is_some";
    SkipsUnit: (), "is_default";
    SkipsZeros: [u8; 4], "is_default";
    SkipsDefault: Both, "is_default";
}

#[derive(Serialize, Deserialize, Default, PartialEq)]
struct Both {
    a: u32,
    b: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_true(value: &bool) -> bool {
    *value
}

#[derive(Serialize, Deserialize)]
enum SkipsInVariant {
    Other(u8),
    This {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<u8>,
    },
}

#[derive(Serialize, Deserialize)]
struct SkipsWithoutDefault(u8, #[serde(skip_serializing_if = "Option::is_none")] Option<u8>, u8);

#[test]
fn skipped_fields_are_unreadable() {
    macro_rules! each {
        ($($type:ty),* $(,)?) => {$(
            unreadable::<$type>("field");
            unreadable::<Session<$type>>("cart[].price.field");
            unreadable::<Option<Result<$type, u8>>>("Ok.field");
            unreadable::<Result<u8, Contact<$type>>>("Err::Mail.about.field");
        )*};
    }
    each![
        SkipsNone,
        SkipsEmptyVec,
        SkipsEmptyString,
        SkipsEmptyMap,
        SkipsZero,
        SkipsFalse,
        SkipsTrue,
        SkipsSome,
        SkipsZeros,
        SkipsDefault,
    ];
    unreadable::<SkipsUnit>("after");
    unreadable::<SkipsInVariant>("This.field");
    unreadable::<SkipsWithoutDefault>("1");
    let error = Schema::traced::<SkipsNone>().unwrap_err().to_string();
    assert!(error.contains("leaves out `field` at times (`skip_serializing_if`)"), "{error}");
}
