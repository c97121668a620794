//! The sample sessions that every peer carries.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What a shop keeps about a visitor.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    /// Who is signed in.
    pub user_id: u64,
    /// Their e-mail address.
    pub email: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// 24 characters of base64.
    pub csrf_token: String,
    /// Language and country.
    pub locale: String,
    /// What they are about to buy.
    pub cart: Vec<Item>,
    /// When they signed in, in seconds since 1970.
    pub signed_in_at: i64,
}

impl Shop {
    /// Who is signed in, in every sample.
    pub const USER: u64 = 48_213_977;
    /// When they signed in, in every sample.
    pub const SIGNED_IN_AT: i64 = 1_763_661_600;
}

/// One line of a cart.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The article.
    pub sku: String,
    /// How many of it.
    pub qty: u32,
    /// Price of one, in cents.
    pub price: u64,
}

/// Runs one expression for each field of a [`Shop`], with its name and a reference to its value: how an app fills a
/// key-value session. A macro, because the values differ in type and some peers `await`.
#[macro_export]
macro_rules! each_field {
    ($shop:expr, |$name:ident, $value:ident| $put:expr) => {
        $crate::each_field!(@ $shop, $name, $value, $put, user_id email roles csrf_token locale cart signed_in_at)
    };
    (@ $shop:expr, $name:ident, $value:ident, $put:expr, $($field:ident)*) => {{
        $({
            let ($name, $value) = (stringify!($field), &$shop.$field);
            $put;
        })*
    }};
}

/// One session to seal. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What the table calls it.
    pub label: &'static str,
    /// Its data; an empty session has no fields at all, so that its size is the peer's overhead alone.
    pub shop: Option<Arc<Shop>>,
}

impl Sample {
    /// The three samples of the table.
    #[must_use]
    pub fn all() -> [Self; 3] {
        [Self::empty(), Self { label: "typical", ..Self::with_items(3) }, Self { label: "big", ..Self::with_items(20) }]
    }

    /// The three samples of the speed tables: the empty one would measure no data at all, so the small one is signed in
    /// and has an empty cart.
    #[must_use]
    pub fn timed() -> [Self; 3] {
        let [_, typical, big] = Self::all();
        [Self { label: "small", ..Self::with_items(0) }, typical, big]
    }

    /// No data.
    #[must_use]
    pub fn empty() -> Self {
        Self { label: "empty", shop: None }
    }

    /// A shop's session with so many items in the cart.
    #[must_use]
    pub fn with_items(items: u32) -> Self {
        let shop = Shop {
            user_id: Shop::USER,
            email: "ma.lindqvist@example.com".into(),
            roles: vec!["customer".into(), "reviewer".into()],
            csrf_token: "n4bQgYhMfWWaL-qgxVrQFaO_".into(),
            locale: "de-AT".into(),
            cart: (0..items).map(item).collect(),
            signed_in_at: Shop::SIGNED_IN_AT,
        };
        Self { label: "with items", shop: Some(Arc::new(shop)) }
    }

    /// What `serde_json` makes of it.
    ///
    /// # Errors
    /// None that is known of; every peer returns errors, so this does too.
    pub fn json(&self) -> serde_json::Result<String> {
        self.shop.as_ref().map_or_else(|| Ok("{}".into()), |shop| serde_json::to_string(&**shop))
    }

    /// The claims of a token that carries it. The libraries' default checks demand an `exp`.
    #[must_use]
    pub fn claims(&self) -> Claims<'_> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Claims { shop: self.shop.as_deref(), exp: now.as_secs() + 14 * 24 * 60 * 60 }
    }
}

/// Items of realistic and similar size; all skus have 8 characters.
fn item(index: u32) -> Item {
    Item { sku: format!("TEA-{:04}", 1_000 + 37 * index), qty: 10 + index % 3, price: 12_449 + 125 * u64::from(index) }
}

/// See [`Sample::claims`].
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    #[serde(flatten)]
    shop: Option<&'a Shop>,
    exp: u64,
}
