//! Sessions sealed into the cookie.

#[cfg(feature = "axum")]
mod axum;
mod body;
mod cache;
mod clock;
mod codec;
mod commit;
mod config;
mod cookie;
mod error;
mod event;
mod fetch;
mod future;
mod id;
mod kdf;
mod key;
mod keyring;
mod layer;
mod outcome;
mod payload;
mod policy;
mod random;
mod schema;
mod service;
mod session;
mod token;
mod values;

pub use body::SessionBody;
pub use cache::AllowSharedCaching;
pub use clock::Timestamp;
pub use codec::SessionData;
pub use cookie::SameSite;
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use future::SessionFuture;
pub use id::SessionId;
pub use key::{Key, KeyId};
pub use keyring::{Keyring, ScheduledKey};
pub use layer::{SessionLayer, SessionLayerBuilder};
pub use outcome::{Outcome, Refusal};
pub use policy::Cause;
pub use schema::Schema;
pub use service::SessionService;
pub use session::Session;
pub use token::{Contents, Head, Opened, OwnLimits, Sealer};
pub use values::Values;
