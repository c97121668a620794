//! The longer texts, as they stand in the repository.

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/attacks.md")]
pub mod attacks {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/behaviour.md")]
pub mod behaviour {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../COMPARE.md")]
pub mod compare {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/flash.md")]
pub mod flash {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/format.md")]
pub mod format {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-actix-session.md")]
pub mod from_actix_session {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-axum-extra.md")]
pub mod from_axum_extra {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-cookie-session.md")]
pub mod from_cookie_session {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-express.md")]
pub mod from_express {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-express-stores.md")]
pub mod from_express_stores {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/from-tower-sessions.md")]
pub mod from_tower_sessions {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/login.md")]
pub mod login {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/operations.md")]
pub mod operations {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/proxies.md")]
pub mod proxies {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/rotation.md")]
pub mod rotation {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/stores.md")]
pub mod stores {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../SECURITY.md")]
pub mod security {}
