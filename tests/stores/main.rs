//! The conformance suite on every store, and what each store does when its server fails.
#![cfg(all(feature = "store-testing", unix))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../servers/mod.rs"]
mod servers;

#[cfg(any(feature = "memcached", feature = "mongodb", feature = "redis"))]
mod faults;
#[cfg(feature = "memcached")]
mod memcached;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "tower-sessions")]
mod tower_sessions;
