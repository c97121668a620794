//! What keeps the sessions, each behind its own layer with default settings, called without a network.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::Debug;

use axum::body::Body;
use http::header::{COOKIE, SET_COOKIE};
use http::{Extensions, HeaderMap, Request, Response, StatusCode};
use peers::peers::Refused;
use peers::session::Shop;
use peers::touch::{SHOP, now};
use poem::session::{CookieConfig, MemoryStorage, ServerSession};
use poem::{Endpoint, Middleware};
use sealed_session::{Keyring, SessionLayer};
use tower::{Layer, Service, service_fn};
use tower_sessions::{MemoryStore, SessionManagerLayer};

/// What a request is for. It travels in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) enum Visit {
    /// Begins a session with this in it.
    Begin(Shop),
    /// Comes back to the session of this user.
    Return(u64),
}

/// A layer with its sessions.
pub(crate) trait Keeper {
    /// Sends a request, with this cookie. Gives back the cookie of the response as `name=value`.
    ///
    /// # Errors
    /// When the session was not there, or had the data of another.
    fn visit(&mut self, visit: Visit, cookie: Option<&str>) -> Result<Option<String>, Refused>;
}

/// Makes one without sessions. Needs a runtime around it: poem's store cleans up in a task.
pub(crate) type Make = fn() -> Result<Box<dyn Keeper>, Refused>;

/// sealed-session: the visitors keep their sessions.
pub(crate) fn sealed() -> Result<Box<dyn Keeper>, Refused> {
    let layer = SessionLayer::<Shop>::new(Keyring::generate()?)?;
    let service = service_fn(|request| async { respond(sealed_handler(request).await) });
    Ok(Box::new(Tower(layer.layer(service))))
}

/// tower-sessions with its `MemoryStore`.
pub(crate) fn tower_sessions() -> Result<Box<dyn Keeper>, Refused> {
    let layer = SessionManagerLayer::new(MemoryStore::default());
    let service = service_fn(|request| async { respond(tower_sessions_handler(request).await) });
    Ok(Box::new(Tower(layer.layer(service))))
}

/// poem's `ServerSession` with its `MemoryStorage`.
pub(crate) fn poem() -> Result<Box<dyn Keeper>, Refused> {
    let layer = ServerSession::new(CookieConfig::default(), MemoryStorage::new());
    let endpoint = poem::endpoint::make_sync(|request| status(poem_handler(&request)));
    Ok(Box::new(Poem(layer.transform(endpoint))))
}

/// Whether the session is as it should be.
type Found = Result<bool, Box<dyn Error + Send + Sync>>;

async fn sealed_handler(request: Request<Body>) -> Found {
    let visit = visit(request.extensions())?;
    let session = sealed_session::Session::<Shop>::from_request(&request).await?;
    Ok(match visit {
        Visit::Begin(shop) => {
            session.replace(shop);
            true
        }
        Visit::Return(user) => session.read(|shop| shop.user_id == user),
    })
}

async fn tower_sessions_handler(request: Request<Body>) -> Found {
    let visit = visit(request.extensions())?;
    let session = request.extensions().get::<tower_sessions::Session>().cloned().ok_or("no layer")?;
    Ok(match visit {
        Visit::Begin(shop) => {
            session.insert(SHOP, shop).await?;
            true
        }
        Visit::Return(user) => session.get::<Shop>(SHOP).await?.is_some_and(|shop| shop.user_id == user),
    })
}

fn poem_handler(request: &poem::Request) -> Found {
    let session = request.extensions().get::<poem::session::Session>().ok_or("no layer")?;
    Ok(match visit(request.extensions())? {
        Visit::Begin(shop) => {
            session.set(SHOP, shop);
            true
        }
        Visit::Return(user) => session.get::<Shop>(SHOP).is_some_and(|shop| shop.user_id == user),
    })
}

fn visit(extensions: &Extensions) -> Result<Visit, &'static str> {
    extensions.get().cloned().ok_or("no visit")
}

fn status(found: Found) -> StatusCode {
    match found {
        Ok(true) => StatusCode::OK,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn respond(found: Found) -> Result<Response<Body>, Infallible> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(found);
    Ok(response)
}

fn cookie(status: StatusCode, headers: &HeaderMap) -> Result<Option<String>, Refused> {
    if status != StatusCode::OK {
        return Err(format!("a session is not as it was: {status}").into());
    }
    let Some(field) = headers.get(SET_COOKIE) else { return Ok(None) };
    Ok(field.to_str()?.split(';').next().map(str::to_owned))
}

/// Behind a layer of tower's.
struct Tower<S>(S);

impl<S, B> Keeper for Tower<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Debug>,
{
    fn visit(&mut self, visit: Visit, sent: Option<&str>) -> Result<Option<String>, Refused> {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(visit);
        if let Some(sent) = sent {
            request.headers_mut().insert(COOKIE, sent.parse()?);
        }
        let response = now(async {
            std::future::poll_fn(|context| self.0.poll_ready(context)).await?;
            self.0.call(request).await
        });
        let response = response.map_err(|error| format!("{error:?}"))?;
        cookie(response.status(), response.headers())
    }
}

/// Behind a middleware of poem's.
struct Poem<E>(E);

impl<E: Endpoint<Output = poem::Response>> Keeper for Poem<E> {
    fn visit(&mut self, visit: Visit, sent: Option<&str>) -> Result<Option<String>, Refused> {
        let mut request = poem::Request::default();
        request.extensions_mut().insert(visit);
        if let Some(sent) = sent {
            request.headers_mut().insert(COOKIE, sent.parse()?);
        }
        let response = now(self.0.call(request)).map_err(|error| error.to_string())?;
        cookie(response.status(), response.headers())
    }
}

#[cfg(test)]
mod tests {
    use super::{Make, Refused, Shop, Visit, poem, sealed, tower_sessions};

    #[test]
    fn a_session_that_is_not_kept_is_noticed() -> Result<(), Refused> {
        let runtime = tokio::runtime::Runtime::new()?;
        let _entered = runtime.enter();
        for make in [sealed, tower_sessions, poem] as [Make; 3] {
            let mut keeper = make()?;
            let begin = Visit::Begin(Shop { user_id: 1, ..Shop::default() });
            let cookie = keeper.visit(begin, None)?;
            assert!(keeper.visit(Visit::Return(1), cookie.as_deref()).is_ok());
            assert!(keeper.visit(Visit::Return(2), cookie.as_deref()).is_err());
            assert!(make()?.visit(Visit::Return(1), cookie.as_deref()).is_err());
        }
        Ok(())
    }
}
