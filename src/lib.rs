//! Sessions for tower services (axum, hyper, tonic) that live in the cookie itself: encrypted, authenticated, typed.
//! No store, no migration, no server beside yours; and where a session may outgrow its cookie, one line that names a store.
//!
//! | feature | default | what it adds | what it depends on |
//! |---|---|---|---|
//! | `axum` | yes | [`Session`] and [`Flash`] as extractors, [`Error`] as a response; without it axum says that a handler with a `Session` is no `Handler` | `axum-core` |
//! | `config` | no | keys and whole layers by config: `Keyring::from_file`, `SessionLayer::from_settings` | `toml`, `serde_json`, `humantime` |
//! | `watch` | no | a key file that is watched, or any other source that is asked: `Keyring::watch`, `Keyring::poll` | `notify` |
//! | `metrics` | no | everything that happens, counted: [`guide::operations`] | `metrics` |
//! | `cli` | no | the key tool, `sealed-session` | `clap`, `toml_edit`, `tempfile` |
//! | `sqlite` | no | overflow into SQLite, embedded: [`store`] | `rusqlite` (bundled) |
//! | `postgres`, `mysql` | no | overflow into PostgreSQL, MySQL or MariaDB; need Rust 1.94 | `sqlx` |
//! | `redis` | no | overflow into Redis or Valkey | `redis` |
//! | `memcached` | no | overflow into Memcached | `memcache` |
//! | `mongodb` | no | overflow into MongoDB | `mongodb` |
//! | `memory` | no | overflow into this process, for tests | `url`, `bytesize`, `humantime`, as all of these |
//! | `tower-sessions` | no | overflow into any store of `tower-sessions` | `tower-sessions-core` |
//! | `vectors` | no | the security test vectors: `vectors::run` | `serde_json`, `hex`, `shake` |
//! | `store-testing` | no | the suite that a store of your own has to pass | – |
//!
//! # Start
//!
//! A type, keys, a layer:
//!
//! ```no_run
//! # #[cfg(feature = "axum")] mod start {
//! use axum::{Router, routing::get};
//! use sealed_session::{Keyring, Session, SessionLayer};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Visit {
//!     count: u32,
//! }
//!
//! async fn hit(session: Session<Visit>) -> String {
//!     let count = session.update(|visit| { visit.count += 1; visit.count });
//!     format!("visit {count}")
//! }
//!
//! # fn app() -> Result<Router, sealed_session::Error> {
//! let keyring = Keyring::from_env("SESSION_KEYS")?; // from `openssl rand -base64 32`
//! let app: Router = Router::new().route("/", get(hit)).layer(SessionLayer::<Visit>::new(keyring)?);
//! # Ok(app) }
//! # }
//! ```
//!
//! # Contents
//!
//! | I want to | read |
//! |---|---|
//! | use a session in a handler | [`Session`]; alone it is key-value data, [`Values`] |
//! | set names, timeouts, attributes | [`SessionLayerBuilder`] |
//! | sign people in and out | [`guide::login`], [`Login`], [`LocalPath`] |
//! | tell something on the next page | [`guide::flash`], [`Flash`] |
//! | rotate keys | [`guide::rotation`], [`Keyring`] |
//! | keep sessions that are larger than a cookie | [`guide::stores`], [`store`] |
//! | change the session's struct | [`also_reads`](SessionLayerBuilder::also_reads) |
//! | run behind nginx or another proxy | [`guide::proxies`] |
//! | know what happens, and be woken up | [`guide::operations`], [`Event`], [`Outcome`] |
//! | know why a response carries a cookie, or why one was refused | [`guide::behaviour`] |
//! | know what it protects from, and what not | [`guide::security`], [`guide::attacks`] |
//! | come from another library | Express: [`guide::from_express`], [`its stores`](guide::from_express_stores), [`cookie-session`](guide::from_cookie_session); [`guide::from_tower_sessions`], [`guide::from_axum_extra`], [`guide::from_actix_session`] |
//! | compare it with others | [`guide::compare`] |
//! | read the cookie in another language | [`guide::format`]; [`Sealer`] makes tokens without HTTP |
//!
//! # Frameworks
//!
//! With axum, `Session` is an extractor, as above. Elsewhere it comes from the request: [`Session::from_request`] in hyper and
//! every tower service, [`Session::from_extensions`] in tonic. The examples `counter`, `hyper`, `tonic` and `stack` show each.
//!
//! # With a store
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), sealed_session::Error> {
//! # #[derive(Default, serde::Serialize, serde::Deserialize)] struct Cart { items: Vec<String> }
//! use sealed_session::{Keyring, SessionLayer, store};
//!
//! let layer = SessionLayer::<Cart>::builder(Keyring::from_env("SESSION_KEYS")?)
//!     .overflow(store::open("sqlite://sessions.db")?) // or postgres://, mysql://, redis://, memcached://, mongodb://
//!     .build()?;
//! # Ok(()) }
//! # #[cfg(not(feature = "sqlite"))] fn main() {}
//! ```
//!
//! A session that would make too large a cookie moves into a sealed record there, and comes back when it shrinks. Sessions
//! that fit never touch the store, so it may be down and they do not notice. [`guide::behaviour`] has the rules.
//!
//! # Without a store
//!
//! What a browser holds, the browser can send again: a stateless session cannot be revoked one by one, and an old cookie of
//! a session opens until its timeouts end, also after a sign-out. Keep the timeouts short, keep facts that must be current
//! (a balance, a ban) in your database, and revoke a key to end all sessions under it. [`guide::security`] says more.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod guide;

#[cfg(feature = "axum")]
mod axum;
mod body;
mod cache;
mod cipher;
mod clock;
mod codec;
mod commit;
mod config;
mod cookie;
#[cfg(feature = "config")]
mod document;
mod error;
mod event;
mod fetch;
mod flash;
mod future;
mod https;
mod id;
mod kdf;
mod key;
mod keyring;
mod layer;
mod local_path;
mod login;
mod outcome;
mod payload;
mod policy;
mod random;
mod record;
mod schema;
mod service;
mod session;
#[cfg(feature = "config")]
mod settings;
mod shards;
mod stack;
pub mod store;
mod token;
mod values;
#[cfg(feature = "vectors")]
pub mod vectors;

pub use body::SessionBody;
pub use cache::AllowSharedCaching;
pub use clock::Timestamp;
pub use codec::SessionData;
pub use cookie::SameSite;
pub use error::{Error, ErrorKind};
pub use event::Event;
#[cfg(feature = "metrics")]
pub use event::metrics::describe_metrics;
pub use flash::{Category, Flash, FlashData, HasFlash, Message, Messages};
pub use future::SessionFuture;
pub use https::{NotHttps, OverTls, TrustedProxies};
pub use id::SessionId;
pub use key::{Key, KeyId};
#[cfg(feature = "config")]
pub use keyring::{KeyConfig, KeyringConfig, Moment, SecretText};
pub use keyring::{KeyReport, KeyState, Keyring, ScheduledKey};
#[cfg(feature = "watch")]
pub use keyring::{KeyringWatch, WatchEvent, WatchOptions};
pub use layer::{SessionLayer, SessionLayerBuilder, SessionSize};
pub use local_path::LocalPath;
pub use login::{HasLogin, Login};
pub use outcome::{Outcome, Refusal};
pub use policy::{Cause, Place};
pub use record::OnConflict;
pub use schema::Schema;
pub use service::SessionService;
pub use session::{EndSession, Session};
#[cfg(feature = "config")]
pub use settings::{CookieSettings, FormerAttributes, OverflowSettings, Period, Settings};
pub use token::{Contents, Head, Opened, OwnLimits, Sealer};
pub use values::Values;

/// The README's code, compiled where it has all that it uses.
#[cfg(all(doctest, feature = "axum", feature = "watch"))]
#[doc = include_str!("../README.md")]
struct Readme;
