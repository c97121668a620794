//! `docs/from-express-stores.md`.

mod options;
mod urls;
