//! The response: carries what became of the session.

use cookie::Cookie;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::body::SessionBody;
use crate::cache::{AllowSharedCaching, make_private, vary_by_cookie};
use crate::codec::SessionData;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::session::{ResponseFacts, Settled};

/// The response, with what it must carry once its handler is done with the session.
pub(crate) fn commit<T: SessionData, B>(
    config: &Config<T>,
    settled: Settled,
    response: Response<B>,
) -> Response<SessionBody<B>> {
    let shared = is_shared(&response);
    let mut response = match &settled.error {
        Some(error) => failure(error, SessionBody::text(failure_text(error))),
        None => response.map(SessionBody::inner),
    };
    let headers = response.headers_mut();
    let sets_cookie = settled.cookie.is_some();
    if let Some(cookie) = settled.cookie {
        set_cookie(config, headers, cookie);
    }
    let private = sets_cookie || (settled.private && !shared);
    if private && make_private(headers) {
        config.report(&Event::CacheOverridden);
    }
    if private || !shared {
        vary_by_cookie(headers);
    }
    response
}

/// What the session has to know of a response.
pub(crate) fn facts<B>(response: &Response<B>) -> ResponseFacts {
    ResponseFacts { failed: response.status().is_server_error(), shared: is_shared(response) }
}

/// The app wants shared caches to keep the response.
fn is_shared<B>(response: &Response<B>) -> bool {
    response.extensions().get::<AllowSharedCaching>().is_some()
}

/// Puts `cookie` in, in place of what the handler may have set under our name itself, and expires what former attributes
/// left behind.
fn set_cookie<T>(config: &Config<T>, headers: &mut HeaderMap, cookie: HeaderValue) {
    if remove_own(headers, &cookie) {
        config.report(&Event::CookieOverridden);
    }
    headers.append(SET_COOKIE, cookie);
    for former in &config.former {
        headers.append(SET_COOKIE, former.clone());
    }
}

/// Removes the `Set-Cookie` fields that would set the cookie that `ours` sets. Says whether there were any.
fn remove_own(headers: &mut HeaderMap, ours: &HeaderValue) -> bool {
    if !headers.contains_key(SET_COOKIE) {
        return false;
    }
    let others: Vec<_> =
        headers.get_all(SET_COOKIE).iter().filter(|field| !same_cookie(field, ours)).cloned().collect();
    if headers.get_all(SET_COOKIE).iter().count() == others.len() {
        return false;
    }
    headers.remove(SET_COOKIE);
    for field in others {
        headers.append(SET_COOKIE, field);
    }
    true
}

/// Whether a browser would keep both under one name, domain and path. A field without a path counts as ours: it takes the
/// request's.
fn same_cookie(field: &HeaderValue, ours: &HeaderValue) -> bool {
    let parse = |field: &HeaderValue| Cookie::parse(String::from_utf8_lossy(field.as_bytes()).into_owned()).ok();
    let (Some(theirs), Some(ours)) = (parse(field), parse(ours)) else {
        return false;
    };
    let same_path = theirs.path().is_none() || theirs.path() == ours.path();
    theirs.name() == ours.name() && same_path && theirs.domain() == ours.domain()
}

/// A response of our own, in place of the handler's, of which nothing is left: it told of a change that was not saved.
pub(crate) fn failure<B>(error: &Error, body: B) -> Response<B> {
    let status = error.status();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// What a client is told of a failure: nothing about keys or content.
pub(crate) fn failure_text(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NoSealingKey | ErrorKind::Random => "The session cannot be saved at the moment. Please try again.\n",
        ErrorKind::Store(_) | ErrorKind::RolledBack => {
            "The session is not available at the moment. Please try again.\n"
        }
        ErrorKind::Conflict => "Another request changed the session at the same time. Please try again.\n",
        ErrorKind::CrossSite => "This request came from another site.\n",
        ErrorKind::NotHttps(_) => "This request did not come over https.\n",
        ErrorKind::MissingLayer => "This service asks for a session, but has no SessionLayer for its type.\n",
        _ => "The session could not be saved.\n",
    }
}
