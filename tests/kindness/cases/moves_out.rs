//! What is read is not taken out.

//~ help: consider cloning the value if the performance cost is acceptable

use sealed_session::Session;

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visit {
    name: String,
}

async fn hit(session: Session<Visit>) -> String {
    session.read(|visit| visit.name)
}

fn main() {
    let _ = hit;
}
