//! tower-sessions with sessions in the cookie: the layer of tower-sessions-cookie-store, encrypted.

use http::{Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key, PrivateCookie, Session};

use super::{Cookie, Peer, Refused};
use crate::each_field;
use crate::session::Sample;

pub(super) struct Store {
    layer: CookieSessionManagerLayer<PrivateCookie>,
}

impl Store {
    pub(super) fn new() -> Self {
        Self { layer: CookieSessionManagerLayer::private(Key::generate()) }
    }
}

async fn save(request: Request<()>) -> Result<Response<()>, Refused> {
    let session = request.extensions().get::<Session>().ok_or("no session layer")?;
    let sample = request.extensions().get::<Sample>().ok_or("no sample")?;
    match &sample.shop {
        Some(shop) => each_field!(shop, |name, value| session.insert(name, value).await?),
        // The layer sends no cookie for a session without data, unless it is saved by hand.
        None => session.save().await?,
    }
    Ok(Response::new(()))
}

impl Peer for Store {
    fn name(&self) -> &'static str {
        "tower-sessions-cookie-store, private"
    }

    fn package(&self) -> Option<&'static str> {
        Some("tower-sessions-cookie-store")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let mut request = Request::new(());
        request.extensions_mut().insert(sample.clone());
        Cookie::from_response(&pollster::block_on(self.layer.layer(service_fn(save)).oneshot(request))?)
    }
}
