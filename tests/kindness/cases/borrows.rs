//! The session type borrows its data. Rust finds that out too late to show our message; its own names the trait that cannot be
//! had, and the documentation of `SessionData` says the rest.

//~ error: implementation of `Deserialize` is not general enough
//~ = note: `Visit<'_>` must implement `Deserialize<'0>`, for any lifetime `'0`...

use sealed_session::{Error, Keyring, SessionLayer};

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visit<'a> {
    name: &'a str,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<Visit>::new(Keyring::generate()?)?;
    Ok(())
}
