//! actix-session with `CookieSessionStore`, in an actix-web app.

use actix_session::storage::CookieSessionStore;
use actix_session::{SessionExt, SessionMiddleware};
use actix_web::body::MessageBody;
use actix_web::cookie::Key;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::rt::Runtime;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpRequest, HttpResponse, web};

use super::{Base, Driver, Lane};
use crate::peers::Refused;
use crate::session::Shop;
use crate::touch::{HTML, SHOP, Touch, modify, now, status};

struct Actix<S>(S);

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    let (runtime, key) = (Runtime::new()?, Key::generate());
    super::lane(("actix-session, cookie store", "actix-session", Base::Actix), shop, |touch| {
        let sessions = SessionMiddleware::new(CookieSessionStore::default(), key.clone());
        let handler = web::to(move |request: HttpRequest| async move { handle(&request, touch) });
        Ok(Actix(runtime.block_on(init_service(App::new().wrap(sessions).default_service(handler)))))
    })
}

/// Without the middleware.
pub(super) fn bare() -> Result<impl Driver, Refused> {
    let handler = web::to(move |request: HttpRequest| async move { handle(&request, Touch::Untouched) });
    Ok(Actix(Runtime::new()?.block_on(init_service(App::new().default_service(handler)))))
}

fn handle(request: &HttpRequest, touch: Touch) -> actix_web::Result<HttpResponse> {
    let status = match touch {
        Touch::Untouched => StatusCode::OK,
        _ => answer(request, touch)?,
    };
    Ok(HttpResponse::build(status).content_type(HTML).finish())
}

fn answer(request: &HttpRequest, touch: Touch) -> actix_web::Result<StatusCode> {
    let session = request.get_session();
    if let Touch::Fill(shop) = touch {
        session.insert(SHOP, shop)?;
        return Ok(StatusCode::OK);
    }
    let mut shop = session.get::<Shop>(SHOP)?;
    if let (Touch::Modify, Some(shop)) = (touch, &mut shop) {
        modify(shop);
        session.insert(SHOP, shop)?;
    }
    Ok(StatusCode::from_u16(status(shop.as_ref()).as_u16()).unwrap_or_default())
}

impl<S, B> Driver for Actix<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody,
{
    type Request = actix_http::Request;
    type Response = actix_web::Result<ServiceResponse<B>>;

    fn request(&self, cookie: Option<&str>) -> Result<Self::Request, Refused> {
        let mut request = TestRequest::default();
        if let Some(cookie) = cookie {
            request = request.insert_header((COOKIE, cookie));
        }
        Ok(request.to_request())
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
