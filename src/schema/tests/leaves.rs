//! Every type that sessions are made of.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque},
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::{NonZeroI64, NonZeroU8, NonZeroU32},
    ops::Range,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::{assert_distinct, schema};

/// Asserts that each of these types works alone, as a field and in every kind of container, and that no two of the
/// fields have the same schema.
macro_rules! distinct_leaves {
    ($($type:ty),* $(,)?) => {
        assert_distinct(&[$((stringify!($type), in_all_places::<$type>())),*]);
    };
}

/// A struct with the field between others.
#[derive(Serialize, Deserialize)]
struct Holder<T> {
    before: u8,
    field: T,
    after: String,
}

/// The schema of `T` as a field, after some checks.
fn in_all_places<T: Serialize + serde::de::DeserializeOwned>() -> super::Schema {
    let alone = schema::<T>();
    let list = schema::<Vec<T>>();
    assert_distinct(&[
        ("T", alone),
        ("Vec", list),
        ("Option", schema::<Option<T>>()),
        ("array", schema::<[T; 3]>()),
        ("array of other length", schema::<[T; 4]>()),
        ("tuple", schema::<(T, T)>()),
        ("map", schema::<BTreeMap<u8, T>>()),
        ("Result", schema::<Result<T, T>>()),
        ("Holder", schema::<Holder<T>>()),
    ]);
    assert_eq!(alone, schema::<Box<T>>());
    assert_eq!(list, schema::<VecDeque<T>>());
    schema::<Holder<T>>()
}

#[test]
fn primitive_types_differ() {
    distinct_leaves![
        bool,
        i8,
        i16,
        i32,
        i64,
        i128,
        u8,
        u16,
        u32,
        u64,
        u128,
        f32,
        f64,
        char,
        String,
        (),
        NonZeroU8,
        NonZeroU32,
        NonZeroI64,
        Duration,
        SystemTime,
        PathBuf,
        [u8; 32],
        [u8; 31],
        [u8; 0],
        Vec<u8>,
        Option<u8>,
        (u8,),
        (u8, u16),
        (u16, u8),
        PhantomData<u8>,
        Range<u32>,
        serde_bytes::ByteBuf,
    ];
}

#[test]
fn types_of_other_crates_differ() {
    distinct_leaves![
        String,
        Vec<u8>,
        serde_bytes::ByteBuf,
        uuid::Uuid,
        url::Url,
        IpAddr,
        Ipv4Addr,
        Ipv6Addr,
        SocketAddr,
        time::OffsetDateTime,
        time::Date,
        time::PrimitiveDateTime,
        time::Time,
        time::Duration,
        time::UtcOffset,
        time::Month,
        chrono::DateTime<chrono::Utc>,
        chrono::NaiveDate,
        chrono::NaiveDateTime,
        chrono::NaiveTime,
        chrono::Weekday,
    ];
}

#[test]
fn containers_differ() {
    distinct_leaves![
        Vec<String>,
        HashMap<String, u32>,
        HashMap<u32, String>,
        Vec<(String, u32)>,
        HashMap<String, Vec<u32>>,
        HashMap<String, HashMap<String, u32>>,
        Vec<Vec<String>>,
        Vec<Option<String>>,
        Option<Vec<String>>,
        Option<Option<String>>,
        Result<u32, String>,
        Result<String, u32>,
        Result<(), String>,
    ];
}

#[test]
fn equal_wires_are_equal_schemas() {
    assert_eq!(schema::<String>(), schema::<Box<str>>());
    assert_eq!(schema::<String>(), schema::<Cow<'static, str>>());
    assert_eq!(schema::<HashMap<String, u32>>(), schema::<BTreeMap<String, u32>>());
    assert_eq!(schema::<Vec<u32>>(), schema::<HashSet<u32>>());
    assert_eq!(schema::<Vec<u32>>(), schema::<BTreeSet<u32>>());
    assert_eq!(schema::<Vec<u32>>(), schema::<LinkedList<u32>>());
    assert_eq!(schema::<Vec<u32>>(), schema::<Box<[u32]>>());
    assert_eq!(schema::<Vec<u32>>(), schema::<Cow<'static, [u32]>>());
    assert_eq!(schema::<Holder<Box<u32>>>(), schema::<Holder<u32>>());
    assert_ne!(schema::<Holder<u32>>(), schema::<Holder<i32>>());
}

mod with {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Seconds {
        #[serde(with = "chrono::serde::ts_seconds")]
        at: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Millis {
        #[serde(with = "chrono::serde::ts_milliseconds")]
        at: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct MaybeSeconds {
        #[serde(with = "chrono::serde::ts_seconds_option")]
        at: Option<chrono::DateTime<chrono::Utc>>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Unix {
        #[serde(with = "time::serde::timestamp")]
        at: time::OffsetDateTime,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct MaybeUnix {
        #[serde(with = "time::serde::timestamp::option")]
        at: Option<time::OffsetDateTime>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Plain {
        at: time::OffsetDateTime,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Bytes {
        #[serde(with = "serde_bytes")]
        at: Vec<u8>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct List {
        at: Vec<u8>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Compact {
        #[serde(with = "uuid::serde::compact")]
        at: uuid::Uuid,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Hyphens {
        #[serde(with = "uuid::serde::hyphenated")]
        at: uuid::Uuid,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Id {
        at: uuid::Uuid,
    }
}

#[test]
fn with_attributes_count() {
    assert_distinct(&[
        ("seconds", schema::<with::Seconds>()),
        ("milliseconds", schema::<with::Millis>()),
        ("optional seconds", schema::<with::MaybeSeconds>()),
        ("unix", schema::<with::Unix>()),
        ("optional unix", schema::<with::MaybeUnix>()),
        ("plain", schema::<with::Plain>()),
        ("bytes", schema::<with::Bytes>()),
        ("list", schema::<with::List>()),
        ("compact", schema::<with::Compact>()),
        ("hyphens", schema::<with::Hyphens>()),
        ("id", schema::<with::Id>()),
    ]);
}
