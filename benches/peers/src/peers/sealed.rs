//! This crate, through its layer.

use std::convert::Infallible;

use http::header::COOKIE;
use http::{Request, Response};
use sealed_session::{
    Contents, Head, Keyring, Schema, Sealer, Session, SessionData, SessionId, SessionLayer, Timestamp, Values,
};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt, service_fn};

use super::{COOKIE_NAME, Cookie, Peer, Refused};
use crate::each_field;
use crate::session::{Sample, Shop};

/// The answer to a request whose handler does `change` to its session.
fn respond<T: SessionData>(
    layer: &SessionLayer<T>,
    cookie: Option<&Cookie>,
    change: impl Fn(&Session<T>) -> Result<(), sealed_session::Error>,
) -> Result<Cookie, Refused> {
    let change = &change;
    let handler = service_fn(|request: Request<()>| async move {
        let status = match Session::from_request(&request).await.and_then(|session| change(&session)) {
            Ok(()) => 200,
            Err(_) => 500,
        };
        Ok::<_, Infallible>(Response::builder().status(status).body(String::new()).unwrap_or_default())
    });
    let mut request = Request::new(());
    if let Some(cookie) = cookie {
        request.headers_mut().insert(COOKIE, format!("{COOKIE_NAME}={}", cookie.value).parse()?);
    }
    Cookie::from_response(&pollster::block_on(layer.layer(handler).oneshot(request))?)
}

/// A session without fields.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Empty {}

/// The session is a type of the app.
pub(super) struct Typed {
    layer: SessionLayer<Shop>,
    empty: SessionLayer<Empty>,
    opened: Cookie,
}

impl Typed {
    pub(super) fn new() -> Result<Self, Refused> {
        // The layer sends no cookie for a new session without data. But it renews one, so that is what is measured, and the
        // label is there to be able to make the first one.
        let keyring = Keyring::generate()?;
        let now = Timestamp::now();
        let head =
            Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
        let contents = Contents { head, schema: Schema::from_label("empty"), payload: &[] };
        let opened = Cookie::from_token(Sealer::new(keyring.clone(), COOKIE_NAME, "")?.seal(&contents, now)?);
        let empty = SessionLayer::builder(keyring.clone()).schema("empty").build()?;
        Ok(Self { layer: SessionLayer::new(keyring)?, empty, opened })
    }
}

impl Peer for Typed {
    fn name(&self) -> &'static str {
        "sealed-session, typed"
    }

    fn package(&self) -> Option<&'static str> {
        Some("sealed-session")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        match &sample.shop {
            None => respond(&self.empty, Some(&self.opened), |session| {
                session.renew();
                Ok(())
            }),
            Some(shop) => respond(&self.layer, None, |session| {
                session.replace(Shop::clone(shop));
                Ok(())
            }),
        }
    }
}

/// The session is a map.
pub(super) struct KeyValue {
    layer: SessionLayer<Values>,
}

impl KeyValue {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { layer: SessionLayer::new(Keyring::generate()?)? })
    }
}

impl Peer for KeyValue {
    fn name(&self) -> &'static str {
        "sealed-session, key-value"
    }

    fn package(&self) -> Option<&'static str> {
        Some("sealed-session")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let Some(shop) = &sample.shop else {
            // A new session without data gets no cookie; one that was emptied does.
            let filled = respond(&self.layer, None, |session| session.insert("visits", &1))?;
            return respond(&self.layer, Some(&filled), |session| {
                session.remove("visits");
                Ok(())
            });
        };
        respond(&self.layer, None, |session| {
            each_field!(shop, |name, value| session.insert(name, value)?);
            Ok(())
        })
    }
}
