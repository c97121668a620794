//! Nothing says of which type the sessions are: `Values` is the default of the type, but not of the call.

//~ help: consider specifying
//~ cannot infer type of the type parameter `T` declared on the struct `SessionLayer`

use axum::Router;
use sealed_session::{Error, Keyring, SessionLayer};

fn main() -> Result<(), Error> {
    let _: Router = Router::new().layer(SessionLayer::new(Keyring::generate()?)?);
    Ok(())
}
