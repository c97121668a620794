//! The session type lacks `Default`.

//~ error[E0277]: `Visit` cannot be the data of a session
//~ = note: derive it: `#[derive(Default, Serialize, Deserialize)]` (serde with its `derive` feature)

use sealed_session::{Error, Keyring, SessionLayer};

#[derive(serde::Serialize, serde::Deserialize)]
struct Visit {
    count: u32,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<Visit>::new(Keyring::generate()?)?;
    Ok(())
}
