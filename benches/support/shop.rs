//! The sample sessions, as in `benches/peers/src/session.rs`.

use sealed_session::Values;
use serde::{Deserialize, Serialize};

/// What a shop keeps about a visitor.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    pub user_id: u64,
    pub email: String,
    pub roles: Vec<String>,
    pub csrf_token: String,
    pub locale: String,
    pub cart: Vec<Item>,
    pub signed_in_at: i64,
}

/// One line of a cart.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub sku: String,
    pub qty: u32,
    pub price: u64,
}

/// The names of the three sessions.
pub const SIZES: [&str; 3] = ["small", "typical", "big"];

/// One of [`SIZES`].
pub fn sample(size: &str) -> Shop {
    match size {
        "small" => Shop { user_id: 48_213_977, locale: "de-AT".into(), ..Shop::default() },
        "typical" => with_items(3),
        _ => with_items(20),
    }
}

/// A session with so many items in the cart.
pub fn with_items(items: u32) -> Shop {
    Shop {
        user_id: 48_213_977,
        email: "ma.lindqvist@example.com".into(),
        roles: vec!["customer".into(), "reviewer".into()],
        csrf_token: "n4bQgYhMfWWaL-qgxVrQFaO_".into(),
        locale: "de-AT".into(),
        cart: (0..items).map(item).collect(),
        signed_in_at: 1_763_661_600,
    }
}

/// Items of realistic and similar size; all skus have 8 characters.
fn item(index: u32) -> Item {
    let sku = format!("TEA-{:04}", (1_000 + 37 * index) % 10_000);
    Item { sku, qty: 10 + index % 3, price: 12_449 + 125 * u64::from(index) }
}

impl Shop {
    /// The smallest change that there is; the payload keeps its length.
    pub fn change(&mut self) {
        self.signed_in_at ^= 1;
    }

    /// The same data as a key-value session.
    pub fn as_values(&self) -> Values {
        let mut values = Values::default();
        values.insert("user_id", &self.user_id).unwrap();
        values.insert("email", &self.email).unwrap();
        values.insert("roles", &self.roles).unwrap();
        values.insert("csrf_token", &self.csrf_token).unwrap();
        values.insert("locale", &self.locale).unwrap();
        values.insert("cart", &self.cart).unwrap();
        values.insert("signed_in_at", &self.signed_in_at).unwrap();
        values
    }
}
