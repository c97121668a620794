//! `?` was forgotten behind the store.

//~ is not a store of sessions
//~ = note: a URL is opened with `store::open("redis://…")?`, mind the `?`

use sealed_session::{Error, Keyring, SessionLayer, store};

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visit {
    count: u32,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<Visit>::builder(Keyring::generate()?).overflow(store::open("redis://127.0.0.1")).build()?;
    Ok(())
}
