//! The old shape cannot be turned into the new one. The bound is on std's `From`, so the message is Rust's own.

//~ error[E0277]: the trait bound `New: From<Old>` is not satisfied
//~ help: the trait `From<Old>` is not implemented for `New`
//~ note: required by a bound in `SessionLayerBuilder::<T>::also_reads`

use sealed_session::{Error, Keyring, SessionLayer};

#[derive(serde::Serialize, serde::Deserialize)]
struct Old {
    user: String,
}

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct New {
    user: String,
    theme: Option<String>,
}

fn main() -> Result<(), Error> {
    let _ = SessionLayer::<New>::builder(Keyring::generate()?).also_reads::<Old>().build()?;
    Ok(())
}
