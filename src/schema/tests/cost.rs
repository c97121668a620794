//! What a schema costs: `cargo test --release cost -- --ignored --nocapture`.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Schema, explore, validation::Email};
use crate::schema::tracer::Tracer;

/// An ordinary session of ten fields.
#[derive(Serialize, Deserialize)]
struct Ten {
    user: Option<u64>,
    name: String,
    email: String,
    role: Role,
    cart: Vec<Item>,
    theme: u8,
    csrf: [u8; 32],
    signed_in: u64,
    flash: Option<String>,
    remember: bool,
}
/// The same with types that refuse most values.
#[derive(Serialize, Deserialize)]
struct TenChecked {
    user: uuid::Uuid,
    name: String,
    email: Email,
    role: Role,
    cart: BTreeMap<String, Item>,
    back: Option<url::Url>,
    address: std::net::IpAddr,
    signed_in: time::OffsetDateTime,
    seen: chrono::DateTime<chrono::Utc>,
    remember: bool,
}
#[derive(Serialize, Deserialize)]
enum Role {
    Guest,
    Member(u8),
    Admin { level: u32 },
}
#[derive(Serialize, Deserialize)]
struct Item {
    sku: String,
    count: u32,
    price: i64,
}

/// An enum with 40 variants.
macro_rules! units {
    ($($name:ident)*) => {
        #[derive(Serialize, Deserialize)]
        enum Forty { $($name),* }
    };
}
units!(
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 B0 B1 B2 B3 B4 B5 B6 B7 B8 B9
    C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 D0 D1 D2 D3 D4 D5 D6 D7 D8 D9
);

/// A struct with 60 fields.
macro_rules! fields {
    ($($name:ident)*) => {
        #[derive(Serialize, Deserialize)]
        struct Sixty { $($name: String, )* last: Forty }
    };
}
fields!(
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
    d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8
);

/// The passes that `T` takes.
fn passes<T: Serialize + DeserializeOwned>() -> usize {
    explore::run::<T>(&mut Tracer::default()).unwrap()
}

fn measure<T: Serialize + DeserializeOwned>(name: &str) {
    const RUNS: u32 = 200;
    let start = Instant::now();
    for _ in 0..RUNS {
        black_box(Schema::traced::<T>().unwrap());
    }
    println!("{name}: {} passes, {:?}", passes::<T>(), start.elapsed() / RUNS);
}

#[test]
#[ignore = "prints durations"]
fn cost() {
    measure::<u32>("u32");
    measure::<Ten>("ten fields");
    measure::<TenChecked>("ten checked fields");
    measure::<Forty>("40 variants");
    measure::<Sixty>("60 fields");
}

#[test]
fn ordinary_types_take_few_passes() {
    assert!(passes::<u32>() <= 2);
    assert!(passes::<Ten>() <= 10, "{}", passes::<Ten>());
    assert!(passes::<TenChecked>() <= 80, "{}", passes::<TenChecked>());
    assert!(passes::<Forty>() <= 40);
    assert!(passes::<Sixty>() <= 41);
}
