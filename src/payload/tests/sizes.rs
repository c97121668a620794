//! The sizes of top-level fields.

use super::*;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Session {
    id: u64,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    cart: Vec<(String, u32)>,
}

#[derive(Serialize)]
struct Newtype<T>(T);

#[derive(Serialize)]
struct TupleStruct(u8, String);

#[derive(Serialize)]
enum State {
    Out,
    In(Session),
    Pair(u8, String),
    Named { a: u8, b: String },
}

fn session() -> Session {
    Session { id: 300, email: "a@example.org".into(), note: None, cart: vec![("a".repeat(40), 1)] }
}

/// The sizes as pairs of name and bytes.
fn pairs<T: Serialize + ?Sized>(value: &T) -> Vec<(String, usize)> {
    let sizes = field_sizes(value).into_iter();
    sizes.map(|field| (field.name, field.bytes)).collect()
}

/// Checks names and sizes.
#[track_caller]
fn assert_sizes<T: Serialize + ?Sized>(value: &T, expected: &[(&str, usize)]) {
    let found = pairs(value);
    let found: Vec<_> = found.iter().map(|(name, bytes)| (&**name, *bytes)).collect();
    assert_eq!(found, expected);
}

#[test]
fn fields_of_a_struct_are_found_through_what_is_around() {
    let expected = [("cart", 43), ("email", 14), ("id", 2)];
    assert_sizes(&session(), &expected);
    assert_sizes(&Some(Newtype(Box::new(session()))), &expected);
    assert_sizes(&State::In(session()), &expected);
    assert_sizes(&State::Named { a: 1, b: "bc".into() }, &[("b", 3), ("a", 1)]);
}

#[test]
fn positions_stand_for_names() {
    let expected = [("1", 3), ("0", 1)];
    assert_sizes(&TupleStruct(1, "bc".into()), &expected);
    assert_sizes(&State::Pair(1, "bc".into()), &expected);
    assert_sizes(&(1_u8, "bc"), &expected);
    assert_sizes(&vec!["", "bc"], &expected);
    assert_sizes(&Newtype(["", "bc"]), &expected);
}

#[test]
fn keys_are_names_and_part_of_the_size() {
    let text = BTreeMap::from([("first", vec![0_u8; 9]), ("second", vec![])]);
    assert_sizes(&text, &[("first", 16), ("second", 8)]);
    assert_sizes(&BTreeMap::from([(300_u16, "a")]), &[("300", 4)]);
    assert_sizes(&BTreeMap::from([((1_u8, 2_u8), "a")]), &[("0", 4)]);
    assert_sizes(&serde_json::json!({ "a": null, "b": "c" }), &[("b", 4), ("a", 2)]);
}

#[test]
fn other_values_have_no_fields() {
    assert_sizes(&1_u8, &[]);
    assert_sizes("text", &[]);
    assert_sizes(&None::<Session>, &[]);
    assert_sizes(&State::Out, &[]);
    assert_sizes(&Newtype(()), &[]);
}

#[test]
fn fields_that_cannot_be_encoded_are_left_out() {
    let deep = (0..=MAX_DEPTH).fold(Link::End, |next, _| Link::Newtype(Box::new(next)));
    assert_sizes(&("a", session(), "bc"), &[("2", 3), ("0", 2)]);
    assert_sizes(&("a", deep.clone()), &[("0", 2)]);
    assert_sizes(&deep, &[]);
}

#[test]
fn a_value_is_measured_as_it_is_written_and_no_deeper() {
    // As text it would have no fields.
    assert_sizes(&std::net::Ipv4Addr::LOCALHOST, &[("0", 1), ("1", 1), ("2", 1), ("3", 1)]);
    let nested = |levels| (0..levels).fold(Nested::Fields { a: 1 }, |next, _| Nested::Newtype(Box::new(next)));
    assert_sizes(&nested(MAX_DEPTH - 1), &[("a", 1)]);
    assert_sizes(&nested(MAX_DEPTH + 1), &[]);
}

#[derive(Serialize)]
enum Nested {
    Newtype(Box<Nested>),
    Fields { a: u8 },
}
