//! The same, of a handler that only signs out.

//~ error[E0277]: `Visit` cannot be the data of a session
//~ = note: derive it: `#[derive(Default, Serialize, Deserialize)]` (serde with its `derive` feature)

use sealed_session::EndSession;

struct Visit;

async fn sign_out(session: EndSession<Visit>) {
    session.end();
}

fn main() {
    let _ = sign_out;
}
