//! A struct that changes, and nobody is logged out: `cargo run --example upgrade`.
//!
//! The fingerprint of a type's shape travels in the cookie, so a session of another shape is never misread; it is upgraded
//! if the layer knows how, else set aside. A deploy takes two releases, because during each of them old and new machines
//! serve side by side:
//!
//! 1. Release 1 still writes `V1`, and also reads `V2`.
//! 2. Release 2 writes `V2`, and also reads `V1`.

use std::convert::Infallible;

use http::header::{COOKIE, SET_COOKIE};
use http::{Request, Response};
use sealed_session::{Keyring, Session, SessionData, SessionLayer};
use serde::{Deserialize, Serialize};
use tower::{ServiceExt, service_fn};

#[derive(Debug, Default, Serialize, Deserialize)]
struct V1 {
    user: String,
    visits: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct V2 {
    user: String,
    visits: u64,
    theme: Option<String>,
}

impl From<V1> for V2 {
    fn from(old: V1) -> Self {
        Self { user: old.user, visits: old.visits.into(), theme: None }
    }
}

/// Back again, for machines that still run release 1 while release 2 is rolled out.
impl From<V2> for V1 {
    fn from(new: V2) -> Self {
        Self { user: new.user, visits: new.visits.try_into().unwrap_or(u32::MAX) }
    }
}

trait Visits: SessionData + std::fmt::Debug {
    fn visit(&mut self);
}

impl Visits for V1 {
    fn visit(&mut self) {
        (self.user, self.visits) = ("ada".into(), self.visits + 1);
    }
}

impl Visits for V2 {
    fn visit(&mut self) {
        (self.user, self.visits) = ("ada".into(), self.visits + 1);
    }
}

/// One request to a machine with this layer; returns the cookie that the browser has afterwards.
async fn visit<T: Visits>(
    machine: &str,
    layer: &SessionLayer<T>,
    cookie: String,
) -> Result<String, Box<dyn std::error::Error>> {
    let service = tower::Layer::layer(
        layer,
        service_fn(async |request: Request<()>| {
            let text = match Session::<T>::from_request(&request).await {
                Ok(session) => session.update(|data| {
                    data.visit();
                    format!("{data:?}")
                }),
                Err(error) => error.to_string(),
            };
            Ok::<_, Infallible>(Response::new(text))
        }),
    );
    let response = service.oneshot(Request::builder().header(COOKIE, &cookie).body(())?).await?;
    let set = response.headers().get(SET_COOKIE).and_then(|field| field.to_str().ok()?.split(';').next());
    let cookie = set.map_or(cookie, Into::into);
    let body = http_body_util::BodyExt::collect(response.into_body()).await?.to_bytes();
    println!("{machine}: {}", String::from_utf8_lossy(&body));
    Ok(cookie)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keyring = Keyring::generate()?;
    let before = SessionLayer::<V1>::new(keyring.clone())?;
    let release_1 = SessionLayer::<V1>::builder(keyring.clone()).also_reads::<V2>().build()?;
    let release_2 = SessionLayer::<V2>::builder(keyring).also_reads::<V1>().build()?;

    let cookie = visit("before   ", &before, String::new()).await?;
    println!("-- release 1 is rolled out");
    let cookie = visit("release 1", &release_1, cookie).await?;
    let cookie = visit("before   ", &before, cookie).await?;
    println!("-- release 2 is rolled out");
    let cookie = visit("release 2", &release_2, cookie).await?;
    let cookie = visit("release 1", &release_1, cookie).await?;
    visit("release 2", &release_2, cookie).await?;
    Ok(())
}
