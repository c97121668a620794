//! A handler asks for a type that derives nothing. That it is no `Handler` is axum's message; ours is beside it.

//~ error[E0277]: `Visit` cannot be the data of a session
//~ = note: derive it: `#[derive(Default, Serialize, Deserialize)]` (serde with its `derive` feature)

use axum::Router;
use axum::routing::get;
use sealed_session::Session;

struct Visit {
    count: u32,
}

async fn hit(session: Session<Visit>) -> String {
    session.update(|visit| visit.count += 1);
    session.read(|visit| visit.count.to_string())
}

fn main() {
    let _: Router = Router::new().route("/", get(hit));
}
