//! Fingerprints that must never change: every live session depends on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Schema, schema, validation::Email};

/// An ordinary session.
#[derive(Serialize, Deserialize)]
struct Session {
    user: Option<u64>,
    email: Email,
    roles: Vec<Role>,
    cart: BTreeMap<String, Item>,
    flash: Vec<(Level, String)>,
    theme: Theme,
    csrf: [u8; 32],
    signed_in: std::time::SystemTime,
    step: Result<u8, String>,
    remember: bool,
}
#[derive(Serialize, Deserialize)]
enum Role {
    Guest,
    Member(u8),
    Admin { level: u32, since: u64 },
}
#[derive(Serialize, Deserialize)]
struct Item {
    count: u32,
    price: i64,
    note: Option<String>,
}
#[derive(Serialize, Deserialize)]
enum Level {
    Info,
    Warning,
}
#[derive(Serialize, Deserialize)]
struct Theme(u8, f32);
/// A recursive type.
#[derive(Serialize, Deserialize)]
enum Menu {
    Sub(Vec<Menu>, Box<Menu>),
    Entry { title: String, parent: Option<Box<Menu>> },
}

#[test]
fn fingerprints_do_not_change() {
    let found = [
        ("session", schema::<Session>()),
        ("menu", schema::<Menu>()),
        ("unit", schema::<()>()),
        ("u32", schema::<u32>()),
        ("string", schema::<String>()),
        ("map", schema::<BTreeMap<String, String>>()),
        ("ip", schema::<std::net::IpAddr>()),
        ("tuple", schema::<(Option<char>, Vec<i128>)>()),
        ("uuid", schema::<uuid::Uuid>()),
        ("time", schema::<time::OffsetDateTime>()),
        ("label", Schema::from_label("cart-2")),
        ("empty label", Schema::from_label("")),
    ];
    let found = found.map(|(name, schema)| (name, u32::from_be_bytes(schema.to_bytes())));
    let pinned = [
        "session 325096ec",
        "menu 31b11a8f",
        "unit af80dcc5",
        "u32 dcee5275",
        "string 308f5f56",
        "map ea0c177d",
        "ip dfe9637c",
        "tuple 031479ac",
        "uuid 6b471e77",
        "time bbdac19a",
        "label c841e819",
        "empty label 789609f8",
    ];
    assert_eq!(found.map(|(name, hex)| format!("{name} {hex:08x}")), pinned);
}

#[test]
fn labels_are_a_world_of_their_own() {
    assert_ne!(Schema::from_label("cart-1"), Schema::from_label("cart-2"));
    assert_ne!(Schema::from_label("string"), schema::<String>());
}

#[test]
fn bytes_go_in_and_out() {
    let schema = Schema::from_bytes([0x01, 0xab, 0x00, 0xff]);
    assert_eq!(schema.to_bytes(), [0x01, 0xab, 0x00, 0xff]);
    assert_eq!(format!("{schema:?}"), "Schema(01ab00ff)");
}
