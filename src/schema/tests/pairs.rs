//! Sessions that look alike and are not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema;

/// Asserts that two sessions, which may have further items, have different schemas.
macro_rules! differ {
    ($($name:ident { $($left:item)* } { $($right:item)* })*) => {$(
        #[test]
        fn $name() {
            mod left {
                #[allow(unused_imports)]
                use super::*;
                $(#[derive(Serialize, Deserialize)] $left)*
            }
            mod right {
                #[allow(unused_imports)]
                use super::*;
                $(#[derive(Serialize, Deserialize)] $right)*
            }
            assert_ne!(schema::<left::S>(), schema::<right::S>());
        }
    )*};
}

differ! {
    names_of_two_equal_types_swapped {
        pub struct S { user: Uuid, cart: Uuid }
    } {
        pub struct S { cart: Uuid, user: Uuid }
    }
    names_rotated {
        pub struct S { a: u64, b: u64, c: u64 }
    } {
        pub struct S { b: u64, c: u64, a: u64 }
    }
    prefix_moved_between_names {
        pub struct S { ab: u8, c: u8 }
    } {
        pub struct S { a: u8, bc: u8 }
    }
    field_split_in_two {
        pub struct S { name: (u8, u8) }
    } {
        pub struct S { name: u8, rest: u8 }
    }
    tuple_for_struct {
        pub struct S { at: P } pub struct P(u32, u32);
    } {
        pub struct S { at: (u32, u32) }
    }
    newtype_for_plain {
        pub struct S { id: Id } pub struct Id(u64);
    } {
        pub struct S { id: u64 }
    }
    unit_field_added {
        pub struct S { id: u64 }
    } {
        pub struct S { id: u64, nothing: () }
    }
    array_length {
        pub struct S { token: [u8; 16] }
    } {
        pub struct S { token: [u8; 32] }
    }
    array_for_bytes {
        pub struct S { token: [u8; 16] }
    } {
        pub struct S { token: Vec<u8> }
    }
    uuid_for_array {
        pub struct S { token: Uuid }
    } {
        pub struct S { token: [u8; 16] }
    }
    uuid_for_u128 {
        pub struct S { token: Uuid }
    } {
        pub struct S { token: u128 }
    }
    map_for_list_of_pairs {
        pub struct S { m: BTreeMap<String, u32> }
    } {
        pub struct S { m: Vec<(String, u32)> }
    }
    map_sides_swapped {
        pub struct S { m: BTreeMap<u32, u64> }
    } {
        pub struct S { m: BTreeMap<u64, u32> }
    }
    option_moved_into_list {
        pub struct S { m: Option<Vec<u32>> }
    } {
        pub struct S { m: Vec<Option<u32>> }
    }
    bool_for_u8 {
        pub struct S { admin: bool }
    } {
        pub struct S { admin: u8 }
    }
    enum_for_bool {
        pub struct S { admin: bool }
    } {
        pub struct S { admin: B } pub enum B { No, Yes }
    }
    option_for_enum {
        pub struct S { who: Option<u32> }
    } {
        pub struct S { who: W } pub enum W { None, Some(u32) }
    }
    result_for_enum {
        pub struct S { who: Result<u32, u32> }
    } {
        pub struct S { who: W } pub enum W { Good(u32), Bad(u32) }
    }
    payloads_of_variants_swapped {
        pub struct S { r: R } pub enum R { A(u32), B(String), C(u32) }
    } {
        pub struct S { r: R } pub enum R { A(u32), B(u32), C(String) }
    }
    last_variant_of_forty {
        pub struct S { r: [R; 2] } pub enum R { A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P(u8) }
    } {
        pub struct S { r: [R; 2] } pub enum R { A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P(i8) }
    }
    enum_in_enum {
        pub struct S { r: R } pub enum R { A, B(Q) } pub enum Q { X, Y(T) } pub enum T { M, N { deep: u16 } }
    } {
        pub struct S { r: R } pub enum R { A, B(Q) } pub enum Q { X, Y(T) } pub enum T { M, N { deep: u32 } }
    }
    variant_moved_to_inner_enum {
        pub struct S { r: R } pub enum R { A(Q), B } pub enum Q { X }
    } {
        pub struct S { r: R } pub enum R { A(Q) } pub enum Q { X, B }
    }
    two_enums_swapped {
        pub struct S { a: R, b: Q } pub enum R { A, B } pub enum Q { A, C }
    } {
        pub struct S { a: Q, b: R } pub enum R { A, B } pub enum Q { A, C }
    }
    struct_variant_for_struct {
        pub struct S { r: R } pub enum R { A { x: u8 } }
    } {
        pub struct S { r: R } pub enum R { A(X) } pub struct X { x: u8 }
    }
    newtype_variant_for_tuple_variant {
        pub struct S { r: R } pub enum R { A((u8, u8)) }
    } {
        pub struct S { r: R } pub enum R { A(u8, u8) }
    }
    unit_variant_for_empty_struct_variant {
        pub struct S { r: R } pub enum R { A }
    } {
        pub struct S { r: R } pub enum R { A {} }
    }
    flash_messages {
        pub struct S { flash: Vec<M> } pub struct M { level: L, text: String } pub enum L { Info, Warn }
    } {
        pub struct S { flash: Vec<M> } pub struct M { level: L, text: String } pub enum L { Warn, Info }
    }
    login_steps {
        pub struct S { step: L } pub enum L { Password { user: Uuid }, Totp { user: Uuid, tries: u8 }, Done(Uuid) }
    } {
        pub struct S { step: L } pub enum L { Password { user: Uuid }, Totp { user: Uuid, tries: u8 }, Done { user: Uuid } }
    }
    oauth_state {
        pub struct S { csrf: String, pkce: Option<String>, next: Option<String> }
    } {
        pub struct S { csrf: String, pkce: Option<String>, back: Option<String> }
    }
    cart_price {
        pub struct S { cart: Vec<I> } pub struct I { sku: String, price: u32, count: u32 }
    } {
        pub struct S { cart: Vec<I> } pub struct I { sku: String, count: u32, price: u32 }
    }
    last_seen {
        pub struct S { user: u64, seen: time::OffsetDateTime }
    } {
        pub struct S { user: u64, seen: time::PrimitiveDateTime }
    }
    expiry {
        pub struct S { user: u64, seen: std::time::SystemTime }
    } {
        pub struct S { user: u64, seen: std::time::Duration }
    }
    address {
        pub struct S { ip: std::net::IpAddr }
    } {
        pub struct S { ip: std::net::Ipv4Addr }
    }
    peer {
        pub struct S { ip: std::net::SocketAddrV4 }
    } {
        pub struct S { ip: std::net::Ipv4Addr, port: u16 }
    }
    url_for_string {
        pub struct S { back: Option<url::Url> }
    } {
        pub struct S { back: Option<String> }
    }
    roles {
        pub struct S { roles: BTreeSet<R> } #[derive(PartialEq, Eq, PartialOrd, Ord)] pub enum R { A, B, C }
    } {
        pub struct S { roles: BTreeSet<R> } #[derive(PartialEq, Eq, PartialOrd, Ord)] pub enum R { A, C, B }
    }
    permissions_by_tenant {
        pub struct S { p: HashMap<Uuid, Vec<P>> } pub enum P { Read, Write(u8) }
    } {
        pub struct S { p: HashMap<Uuid, Vec<P>> } pub enum P { Read, Write(u16) }
    }
    nested_option {
        pub struct S { p: Option<Option<u8>> }
    } {
        pub struct S { p: Option<u8> }
    }
    float_width {
        pub struct S { lat: f32, lon: f32 }
    } {
        pub struct S { lat: f64, lon: f64 }
    }
    char_for_string {
        pub struct S { initial: char }
    } {
        pub struct S { initial: String }
    }
    signed_for_non_zero {
        pub struct S { n: u32 }
    } {
        pub struct S { n: std::num::NonZeroU32 }
    }
    generic_argument {
        pub struct S { p: Page<u8> } pub struct Page<T> { items: Vec<T>, next: Option<T> }
    } {
        pub struct S { p: Page<i8> } pub struct Page<T> { items: Vec<T>, next: Option<T> }
    }
}
