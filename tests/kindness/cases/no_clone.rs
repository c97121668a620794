//! `get` copies the data, and they are not `Clone`.

//~ doesn't satisfy `Visit: Clone`
//~ help: consider annotating `Visit` with `#[derive(Clone)]`

use sealed_session::Session;

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(session: Session<Visit>) -> String {
    session.get().count.to_string()
}

fn main() {
    let _ = hit;
}
