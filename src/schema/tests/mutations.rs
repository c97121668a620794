//! Every kind of change, at every kind of place.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Schema, assert_distinct, schema, validation::Email};

/// Defines the type `Mutant`, and whatever it needs, in a module of its own.
macro_rules! mutant {
    ($module:ident { $($item:item)* }) => {
        mod $module {
            use serde::{Deserialize, Serialize};

            $(
                #[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
                $item
            )*
        }
    };
}

mutant!(original {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(other_type_names {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Rank }
    pub enum Rank { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(field_added_last {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role, more: u8 }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(field_added_first {
    pub struct Mutant { more: u8, id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(field_removed {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(fields_reordered {
    pub struct Mutant { name: String, id: u32, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(field_renamed {
    pub struct Mutant { id: u32, nick: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(field_renamed_by_serde {
    pub struct Mutant { id: u32, #[serde(rename = "nick")] name: String, tags: Vec<String>, #[serde(rename = "n")] note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(unsigned_to_signed {
    pub struct Mutant { id: i32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(wider_integer {
    pub struct Mutant { id: u64, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(option_to_plain {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: String, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(plain_to_option {
    pub struct Mutant { id: Option<u32>, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(string_to_bytes {
    pub struct Mutant { id: u32, name: Vec<u8>, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(element_retyped {
    pub struct Mutant { id: u32, name: String, tags: Vec<u32>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(variant_added_last {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 }, Root }
});
mutant!(variant_added_first {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Root, Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(variant_removed {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Admin { level: u32, since: u64 } }
});
mutant!(variant_renamed {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Visitor, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(variants_reordered {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Member(u8), Guest, Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(unit_variant_filled {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest(()), Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(newtype_variant_retyped {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(i8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});
mutant!(tuple_variant_retyped {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u16, u8), Admin { level: u32, since: u64 } }
});
mutant!(tuple_variant_longer {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16, u8), Admin { level: u32, since: u64 } }
});
mutant!(struct_variant_retyped {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: i64 } }
});
mutant!(struct_variant_renamed {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { grade: u32, since: u64 } }
});
mutant!(struct_variant_shorter {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32 } }
});
mutant!(struct_variant_reordered {
    pub struct Mutant { id: u32, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { since: u64, level: u32 } }
});
mutant!(wrapped {
    pub struct Mutant { id: Id, name: String, tags: Vec<String>, note: Option<String>, role: Role }
    pub struct Id(u32);
    pub enum Role { Guest, Member(u8), Pair(u8, u16), Admin { level: u32, since: u64 } }
});

/// A struct around it.
#[derive(Serialize, Deserialize)]
struct Field<T> {
    before: u8,
    inner: T,
    after: u8,
}
#[derive(Serialize, Deserialize)]
struct Newtype<T>(T);
#[derive(Serialize, Deserialize)]
struct TupleStruct<T>(u8, T);
#[derive(Serialize, Deserialize)]
enum NewtypeVariant<T> {
    Other,
    This(T),
}
#[derive(Serialize, Deserialize)]
enum TupleVariant<T> {
    Other,
    This(u8, T),
}
#[derive(Serialize, Deserialize)]
enum StructVariant<T> {
    Other,
    This { before: u8, inner: T },
}
/// A leaf that refuses most values stands before it.
#[derive(Serialize, Deserialize)]
struct Validated<T> {
    email: Email,
    inner: T,
}
/// It is part of a recursive type.
#[derive(Serialize, Deserialize)]
struct Tree<T> {
    children: Vec<Tree<T>>,
    inner: T,
}
/// It is part of a recursive type, in a later variant.
#[derive(Serialize, Deserialize)]
enum Chain<T> {
    More(Box<Chain<T>>, Box<Chain<T>>),
    End(T),
}

/// Asserts at each place that no two of the mutants have the same schema.
macro_rules! places {
    ($mutants:tt $($name:ident: $type:ident => $place:ty;)*) => {
        $(places!(@one $mutants $name $type $place);)*
    };
    (@one ($($module:ident)*) $name:ident $type:ident $place:ty) => {
        #[test]
        fn $name() {
            fn at<$type: Serialize + DeserializeOwned + Ord + std::hash::Hash>() -> Schema {
                schema::<$place>()
            }
            assert_distinct(&[$((stringify!($module), at::<$module::Mutant>())),*]);
            assert_eq!(at::<original::Mutant>(), at::<other_type_names::Mutant>());
        }
    };
}

places! {
    (
        original field_added_last field_added_first field_removed fields_reordered field_renamed
        field_renamed_by_serde unsigned_to_signed wider_integer option_to_plain plain_to_option string_to_bytes
        element_retyped variant_added_last variant_added_first variant_removed variant_renamed variants_reordered
        unit_variant_filled newtype_variant_retyped tuple_variant_retyped tuple_variant_longer struct_variant_retyped
        struct_variant_renamed struct_variant_shorter struct_variant_reordered wrapped
    )
    alone: T => T;
    in_all_of_it: T => Option<Vec<HashMap<u8, Result<Box<StructVariant<T>>, ()>>>>;
}

// The compiler takes its time over these, so there are fewer mutants.
places! {
    (
        original field_added_last field_removed fields_reordered field_renamed unsigned_to_signed wider_integer
        option_to_plain string_to_bytes variant_added_last variant_removed variant_renamed variants_reordered
        newtype_variant_retyped tuple_variant_retyped struct_variant_retyped
    )
    in_a_field: T => Field<T>;
    in_a_vec: T => Field<Vec<T>>;
    in_an_option: T => Field<Option<T>>;
    in_map_values: T => Field<HashMap<String, T>>;
    in_map_keys: T => BTreeMap<T, u8>;
    in_a_tuple: T => (u8, T, u8);
    in_a_newtype: T => Newtype<T>;
    in_a_tuple_struct: T => TupleStruct<T>;
    in_a_newtype_variant: T => NewtypeVariant<T>;
    in_a_tuple_variant: T => TupleVariant<T>;
    in_a_struct_variant: T => StructVariant<T>;
    in_a_box: T => Field<Box<T>>;
    in_a_result: T => Result<T, String>;
    in_an_error: T => Result<String, T>;
    in_an_array: T => Field<[T; 3]>;
    behind_a_validated_field: T => Validated<T>;
    in_a_recursive_struct: T => Tree<T>;
    in_a_recursive_enum: T => Chain<T>;
}

#[test]
fn places_differ() {
    type M = original::Mutant;
    assert_distinct(&[
        ("alone", schema::<M>()),
        ("field", schema::<Field<M>>()),
        ("vec", schema::<Vec<M>>()),
        ("option", schema::<Option<M>>()),
        ("map", schema::<HashMap<u8, M>>()),
        ("key", schema::<HashMap<M, u8>>()),
        ("tuple", schema::<(u8, M)>()),
        ("newtype", schema::<Newtype<M>>()),
        ("tuple struct", schema::<TupleStruct<M>>()),
        ("newtype variant", schema::<NewtypeVariant<M>>()),
        ("tuple variant", schema::<TupleVariant<M>>()),
        ("struct variant", schema::<StructVariant<M>>()),
        ("result", schema::<Result<M, u8>>()),
        ("error", schema::<Result<u8, M>>()),
        ("array", schema::<[M; 2]>()),
        ("validated", schema::<Validated<M>>()),
        ("tree", schema::<Tree<M>>()),
        ("chain", schema::<Chain<M>>()),
    ]);
}
