//! poem's `CookieSession`, private.

use http::StatusCode;
use http::header::{COOKIE, SET_COOKIE};
use poem::endpoint::make_sync;
use poem::session::{CookieConfig, CookieSession, Session};
use poem::web::cookie::CookieKey;
use poem::{Endpoint, Middleware, Request, Response};

use super::{Base, Driver, Lane};
use crate::peers::Refused;
use crate::session::Shop;
use crate::touch::{HTML, SHOP, Touch, modify, now, status};

struct Poem<E>(E);

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    let key = CookieKey::generate();
    super::lane(("poem, `CookieSession` (private)", "poem", Base::Poem), shop, |touch| {
        let sessions = CookieSession::new(CookieConfig::private(key.clone()));
        Ok(Poem(sessions.transform(make_sync(move |request| respond(handle(&request, touch))))))
    })
}

/// Without the middleware.
pub(super) fn bare() -> impl Driver {
    Poem(make_sync(|request| respond(handle(&request, Touch::Untouched))))
}

fn respond(status: StatusCode) -> Response {
    Response::builder().status(status).content_type(HTML).finish()
}

fn handle(request: &Request, touch: Touch) -> StatusCode {
    if matches!(touch, Touch::Untouched) {
        return StatusCode::OK;
    }
    let Some(session) = request.extensions().get::<Session>() else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    if let Touch::Fill(shop) = touch {
        session.set(SHOP, shop);
        return StatusCode::OK;
    }
    let mut shop = session.get::<Shop>(SHOP);
    if let (Touch::Modify, Some(shop)) = (touch, &mut shop) {
        modify(shop);
        session.set(SHOP, shop);
    }
    status(shop.as_ref())
}

impl<E: Endpoint<Output = Response> + 'static> Driver for Poem<E> {
    type Request = Request;
    type Response = poem::Result<Response>;

    fn request(&self, cookie: Option<&str>) -> Result<Self::Request, Refused> {
        let mut request = Request::default();
        if let Some(cookie) = cookie {
            request.headers_mut().insert(COOKIE, cookie.parse()?);
        }
        Ok(request)
    }

    fn call(&mut self, request: Self::Request) -> Self::Response {
        now(self.0.call(request))
    }

    fn status(response: &Self::Response) -> u16 {
        response.as_ref().map_or(0, |response| response.status().as_u16())
    }

    fn set_cookie(response: &Self::Response) -> Option<String> {
        let field = response.as_ref().ok()?.headers().get(SET_COOKIE)?;
        Some(field.to_str().ok()?.to_owned())
    }
}
