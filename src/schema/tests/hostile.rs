//! `Deserialize` impls that do what they should not.

use std::{cell::Cell, fmt, thread};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor},
};

use super::{Schema, SchemaErrorKind, schema};

/// Defines a type with one `Deserialize` impl, made from a visitor's method, and a `Serialize` impl that writes nothing.
macro_rules! hostile {
    ($name:ident: $start:ident($($argument:expr),*) => $($method:tt)*) => {
        struct $name;

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct V;
                impl<'de> Visitor<'de> for V {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(stringify!($name))
                    }

                    $($method)*
                }
                deserializer.$start($($argument,)* V)
            }
        }
    };
}

hostile!(RefusesAll: deserialize_u64() =>
    fn visit_u64<E: Error>(self, _: u64) -> Result<RefusesAll, E> {
        Err(E::custom("no"))
    }
);
hostile!(NeverAsks: deserialize_seq() =>
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<NeverAsks, A::Error> {
        Ok(NeverAsks)
    }
);
hostile!(AsksForever: deserialize_tuple(3) =>
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AsksForever, A::Error> {
        for _ in 0..1000 {
            seq.next_element::<u8>()?;
        }
        Ok(AsksForever)
    }
);
hostile!(WantsMany: deserialize_seq() =>
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<WantsMany, A::Error> {
        for _ in 0..1000 {
            seq.next_element::<u8>()?.ok_or_else(|| A::Error::custom("more"))?;
        }
        Ok(WantsMany)
    }
);
hostile!(ValuesFirst: deserialize_map() =>
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ValuesFirst, A::Error> {
        map.next_value::<u8>()?;
        map.next_key::<u8>()?;
        Ok(ValuesFirst)
    }
);
hostile!(SwallowsErrors: deserialize_seq() =>
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<SwallowsErrors, A::Error> {
        let _ = seq.next_element::<IgnoredAny>();
        Ok(SwallowsErrors)
    }
);
hostile!(Unlisted: deserialize_enum("Unlisted", &[]) =>
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Unlisted, A::Error> {
        data.variant::<u32>()?.1.unit_variant()?;
        Ok(Unlisted)
    }
);
hostile!(Nests: deserialize_option() =>
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Nests, D::Error> {
        Nests::deserialize(deserializer)
    }
);

/// Fails to say what it expects, and says it with a failing `Display`.
struct Speechless;

impl Serialize for Speechless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for Speechless {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl Visitor<'_> for V {
            type Value = Speechless;

            fn expecting(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                Err(fmt::Error)
            }

            fn visit_u8<E: Error>(self, _: u8) -> Result<Speechless, E> {
                Ok(Speechless)
            }
        }
        deserializer.deserialize_u8(V)
    }
}

thread_local! {
    static COUNTER: Cell<u64> = const { Cell::new(0) };
}

/// Asks for something else every time.
struct Fickle;

impl Serialize for Fickle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Fickle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let n = COUNTER.with(|counter| counter.replace(counter.get() + 1));
        if n & 1 == 0 {
            u32::deserialize(deserializer).map(drop)
        } else {
            String::deserialize(deserializer).map(drop)
        }?;
        Ok(Self)
    }
}

/// Every level is a type of its own, so nothing is ever recognised.
#[derive(Serialize, Deserialize)]
struct Twice<T>(Box<T>, Box<T>);
type Twice4<T> = Twice<Twice<Twice<Twice<T>>>>;
type Twice16<T> = Twice4<Twice4<Twice4<Twice4<T>>>>;

/// A newtype around a newtype around a newtype.
#[derive(Serialize, Deserialize)]
struct Wrap<T>(Option<T>);
type Wrap4<T> = Wrap<Wrap<Wrap<Wrap<T>>>>;
type Wrap16<T> = Wrap4<Wrap4<Wrap4<Wrap4<T>>>>;
type Wrap64<T> = Wrap16<Wrap16<Wrap16<Wrap16<T>>>>;

/// Runs with the stack of an ordinary thread, and tells which kind of error came out.
#[track_caller]
fn kind<T: Serialize + DeserializeOwned>() -> Option<SchemaErrorKind> {
    let run = || Schema::traced::<T>().map_err(|error| (println!("{error}"), error.kind()).1).err();
    thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap()
}

#[test]
fn hostile_types_terminate() {
    let (resists, unreadable) = (Some(SchemaErrorKind::Resists), Some(SchemaErrorKind::Unreadable));
    assert_eq!(kind::<RefusesAll>(), resists);
    assert_eq!(kind::<[RefusesAll; 32]>(), resists);
    assert_eq!(kind::<Vec<Option<RefusesAll>>>(), resists);
    assert_eq!(kind::<WantsMany>(), resists);
    assert_eq!(kind::<Nests>(), resists);
    assert!(kind::<Fickle>().is_some());
    assert_eq!(kind::<Twice16<u8>>(), resists);
    assert_eq!(kind::<Wrap64<u8>>(), resists);
    assert_eq!(kind::<SwallowsErrors>(), unreadable);
    assert_eq!(kind::<Unlisted>(), unreadable);
    assert_eq!(kind::<NeverAsks>(), unreadable);
    assert_eq!(kind::<AsksForever>(), unreadable);
    assert_eq!(kind::<ValuesFirst>(), unreadable);
    assert_eq!(kind::<Wrap16<u8>>(), None);
    let _ = schema::<Speechless>();
}
