//! `docs/from-express.md`.

mod calls;
mod cookie;
mod options;
mod rules;
mod store;
