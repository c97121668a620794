//! The session type lacks `Deserialize`.

//~ error[E0277]: `Visit` cannot be the data of a session
//~ = note: derive it: `#[derive(Default, Serialize, Deserialize)]` (serde with its `derive` feature)

use sealed_session::{Error, Keyring, SessionLayer};

#[derive(Default, serde::Serialize)]
struct Visit {
    count: u32,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<Visit>::builder(Keyring::generate()?).build()?;
    Ok(())
}
