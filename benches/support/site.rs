//! A service behind the layer, and the requests that it gets.

use std::convert::Infallible;
use std::future::Future;

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response};
use sealed_session::{Key, Keyring, Session, SessionLayer};
use tower::{Layer, Service, service_fn};

use super::shop::Shop;

/// The name of the layer's cookie.
pub const NAME: &str = "__Host-session";

/// What a handler does with its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Nothing,
    Read,
    Modify,
}

impl Use {
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Read, Self::Modify];
}

/// What the benches are called.
impl std::fmt::Display for Use {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "untouched",
            Self::Read => "read",
            Self::Modify => "modify",
        })
    }
}

/// The service inside: what a request costs without sessions is what it costs with `Use::Nothing`.
pub fn handler(
    what: Use,
) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible, Future: Future + Send> + Clone + Send {
    service_fn(move |request: Request<()>| async move {
        if what != Use::Nothing {
            let session = Session::<Shop>::from_request(&request).await.unwrap();
            match what {
                Use::Modify => session.update(Shop::change),
                _ => drop(session.read(|shop| std::hint::black_box(shop.user_id))),
            }
        }
        let mut response = Response::new(());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        Ok(response)
    })
}

/// A key that is the same in each run.
pub fn key(number: u8) -> Key {
    let bytes =
        std::array::from_fn(|index| (index as u8).wrapping_mul(151).wrapping_add(number.wrapping_mul(29)) ^ 0x5c);
    Key::from_bytes(bytes).unwrap()
}

pub fn keyring(number: u8) -> Keyring {
    Keyring::new([key(number)]).unwrap()
}

/// What a browser sends, with this `Cookie` field.
pub fn headers(cookie: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static("shop.example.com"));
    headers.insert(USER_AGENT, HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"));
    headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
    if let Some(cookie) = cookie {
        headers.insert(COOKIE, HeaderValue::from_str(cookie).unwrap());
    }
    headers
}

/// A `Cookie` field with ours between those of others.
pub fn among_others(value: &str) -> String {
    format!("theme=dark; {NAME}={value}; _ga=GA1.1.1207316325.1763661600")
}

/// About 2 KB of other cookies.
pub fn others_of_2_kb() -> String {
    (0..16).map(|number| format!("_analytics_{number:02}={}; ", "x".repeat(110))).collect::<String>() + "theme=dark"
}

pub fn request(headers: &HeaderMap) -> Request<()> {
    let mut request = Request::new(());
    *request.headers_mut() = headers.clone();
    request
}

/// The value of a cookie that holds `shop`, or refers to it: what the layer answers a visitor who fills a cart.
pub async fn cookie(layer: &SessionLayer<Shop>, shop: &Shop) -> String {
    try_cookie(layer, shop).await.unwrap()
}

/// As [`cookie`]; `None` when the store failed.
pub async fn try_cookie(layer: &SessionLayer<Shop>, shop: &Shop) -> Option<String> {
    let mut filling = layer.layer(service_fn(|request: Request<()>| async move {
        Session::<Shop>::from_request(&request).await.unwrap().replace(shop.clone());
        Ok::<_, Infallible>(Response::new(()))
    }));
    let response = filling.call(Request::new(())).await.unwrap();
    value(response.headers())
}

/// The value that a response sets.
pub fn value(headers: &HeaderMap) -> Option<String> {
    let field = headers.get(SET_COOKIE)?.to_str().ok()?;
    let value = field.strip_prefix(NAME)?.strip_prefix('=')?.split(';').next()?;
    Some(value.to_owned())
}
