//! The session type derives all it should, and cannot go to another thread.

//~ error[E0277]: `Visit` cannot be the data of a session
//~ = note: it must also be `Send + 'static`: own its data (`String` for `&str`), and hold no `Rc`

use std::rc::Rc;

use sealed_session::{Error, Keyring, SessionLayer};

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visit {
    count: u32,
    #[serde(skip)]
    cache: Rc<u32>,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<Visit>::new(Keyring::generate()?)?;
    Ok(())
}
