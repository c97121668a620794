//! actix-session with `CookieSessionStore`, in an actix-web app.

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::rt::Runtime;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpMessage, HttpRequest, HttpResponse, web};

use super::{Cookie, Peer, Refused};
use crate::each_field;
use crate::session::Sample;

/// The name that the middleware gives its cookie.
const NAME: &str = "id";

/// The peer; a function, because its app has a type that cannot be named.
pub(super) fn store() -> Result<impl Peer, Refused> {
    let runtime = Runtime::new()?;
    let sessions = SessionMiddleware::new(CookieSessionStore::default(), Key::generate());
    let app = runtime.block_on(init_service(App::new().wrap(sessions).default_service(web::to(save))));
    Ok(Store { runtime, app })
}

async fn save(session: Session, request: HttpRequest) -> actix_web::Result<HttpResponse> {
    let shop = request.extensions().get::<Sample>().and_then(|sample| sample.shop.clone());
    match shop {
        Some(shop) => each_field!(shop, |name, value| session.insert(name, value)?),
        None if session.entries().is_empty() => session.insert("visits", 1)?,
        None => session.clear(),
    }
    Ok(HttpResponse::Ok().finish())
}

struct Store<S> {
    runtime: Runtime,
    app: S,
}

impl<S, B> Store<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    fn call(&self, sample: &Sample, cookie: Option<&Cookie>) -> Result<Cookie, Refused> {
        let mut request = TestRequest::default();
        if let Some(cookie) = cookie {
            request = request.insert_header((COOKIE, format!("{NAME}={}", cookie.value)));
        }
        let request = request.to_request();
        request.extensions_mut().insert(sample.clone());
        let response = self.runtime.block_on(self.app.call(request)).map_err(|error| error.to_string())?;
        let header = response.headers().get(SET_COOKIE).ok_or("answered without a cookie")?;
        Cookie::from_header(header.to_str()?)
    }
}

impl<S, B> Peer for Store<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    fn name(&self) -> &'static str {
        "actix-session, `CookieSessionStore`"
    }

    fn package(&self) -> Option<&'static str> {
        Some("actix-session")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let cookie = self.call(sample, None)?;
        match sample.shop {
            Some(_) => Ok(cookie),
            // A new session without data gets no cookie; one that was emptied does.
            None => self.call(sample, Some(&cookie)),
        }
    }
}
