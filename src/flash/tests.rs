#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::payload;
use crate::schema::Schema;

const USUAL: [(Category, &str); 4] = [
    (Category::Info, "info"),
    (Category::Success, "success"),
    (Category::Warning, "warning"),
    (Category::Error, "error"),
];

fn texts(messages: &Messages) -> Vec<&str> {
    messages.iter().map(Message::text).collect()
}

fn encoded(messages: &Messages) -> Vec<u8> {
    let mut bytes = Vec::new();
    payload::encode_into(messages, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_category_is_its_name() {
    for (category, name) in USUAL {
        assert_eq!((category.as_str(), category.to_string().as_str()), (name, name));
        assert_eq!((Category::from(name), Category::from(name.to_owned())), (category.clone(), category));
    }
    for name in ["cart", "", "Info", "info ", "<b>"] {
        let category = Category::from(name);
        assert_eq!(category, Category::Other(name.to_owned()));
        assert_eq!((category.as_str(), category.to_string().as_str()), (name, name));
    }
}

#[test]
fn a_message_has_the_one_spelling_of_its_category() {
    let spelt = Category::Other("error".into());
    assert_eq!(*Message::new(spelt, "no").category(), Category::Error);
    let read: Message = serde_json::from_value(json!({ "category": "error", "text": "no" })).unwrap();
    assert_eq!(*read.category(), Category::Error);
    let other = b"\x01\x04\x05error\x02no";
    assert_eq!(payload::decode::<Messages>(other).unwrap().iter().next(), Some(&read));
}

#[test]
fn what_messages_cost_and_how_they_look_in_a_cookie() {
    let mut messages = Messages::default();
    assert_eq!(encoded(&messages), [0]);
    messages.push("info", "saved");
    assert_eq!(encoded(&messages), b"\x01\x00\x05saved");
    messages.push("cart", "full");
    assert_eq!(encoded(&messages), b"\x02\x00\x05saved\x04\x04cart\x04full");
    assert_eq!(payload::decode::<Messages>(&encoded(&messages)).unwrap(), messages);
}

/// With another shape, an update of this crate would set aside every session that has messages in it.
#[test]
fn the_shape_stays() {
    assert_eq!(format!("{:?}", Schema::of::<Messages>().unwrap()), "Schema(0cafae08)");
}

#[test]
fn templates_and_json_see_names() {
    let mut messages = Messages::default();
    messages.push("info", "saved");
    messages.push("cart", "<b>");
    let json = json!([{ "category": "info", "text": "saved" }, { "category": "cart", "text": "<b>" }]);
    assert_eq!(serde_json::to_value(&messages).unwrap(), json);
    assert_eq!(serde_json::from_value::<Messages>(json).unwrap(), messages);
}

#[test]
fn taking_some_keeps_the_order_of_both() {
    let mut messages = Messages::default();
    for (category, text) in [("info", "1"), ("error", "2"), ("info", "3"), ("cart", "4"), ("error", "5")] {
        messages.push(category, text);
    }
    let errors = messages.take_if(|message| *message.category() == Category::Error);
    assert_eq!((texts(&errors), texts(&messages)), (vec!["2", "5"], vec!["1", "3", "4"]));
    assert_eq!((messages.len(), messages.is_empty()), (3, false));
    assert_eq!(texts(&messages.take_if(|_| true)), ["1", "3", "4"]);
    assert!(messages.is_empty());
}

/// Bytes, most of them small, which make sense in more places.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![3 => 0..6_u8, 1 => any::<u8>()], 0..30)
}

proptest! {
    #[test]
    fn garbage_is_refused_or_read_and_never_more(bytes in bytes()) {
        if let Ok(messages) = payload::decode::<Messages>(&bytes) {
            // Each message takes two bytes at least.
            prop_assert!(messages.len() * 2 < bytes.len());
            let again = encoded(&messages);
            prop_assert!(again.len() <= bytes.len());
            prop_assert_eq!(payload::decode::<Messages>(&again).unwrap(), messages);
        }
    }
}
