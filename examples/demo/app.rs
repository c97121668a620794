//! The routes of the demo, and the handlers of the shop. All that a handler needs is a `Session<Visitor>` among its
//! arguments.
//!
//! The forms need no token against cross-site request forgery: the cookie is `SameSite=Lax`, the crate's default, so
//! browsers do not send it along with another site's posts.

use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use sealed_session::{Error, Event, Keyring, Session, SessionLayer};

use crate::keys::{self, Keys};
use crate::notice::{self, Notice};
use crate::report::Report;
use crate::visitor::{Item, NewItem, SignIn, Visitor};
use crate::{anatomy, assets, page, trials};

/// The cookie's name. An app on https would keep the default, `__Host-session`.
pub(crate) const COOKIE: &str = "sealed-demo";

/// More than any of the forms takes.
const MAX_BODY: usize = 16 * 1024;

/// The whole app. `on_event` hears what its sessions do.
///
/// # Errors
/// What [`SessionLayerBuilder::build`](sealed_session::SessionLayerBuilder::build) refuses.
pub(crate) fn app(ring: Keyring, on_event: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Result<Router, Error> {
    let sessions = SessionLayer::<Visitor>::builder(ring.clone())
        .name(COOKIE)
        // The demo speaks plain http to your own machine, over which not every client keeps a `Secure` cookie. In
        // production, leave this line out, and the name too.
        .insecure_for_http()
        .on_event(on_event)
        .build()?;
    let keys = Keys { ring, sessions: sessions.clone() };
    Ok(Router::new()
        .route("/", get(home).with_state(keys.clone()))
        .route("/session.json", get(session_json))
        .route("/visit", post(visit))
        .route("/items", post(add_item))
        .route("/items/clear", post(clear_items))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .merge(trials::routes())
        .merge(keys::routes(keys))
        // These never ask for the session, so they cost no cryptography and stay cacheable.
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(sessions))
}

/// The page. It only reads: whoever comes by and does nothing gets no cookie.
async fn home(
    session: Session<Visitor>,
    State(keys): State<Keys>,
    headers: HeaderMap,
    notice: Result<Query<Notice>, QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let report = Report::of(&session)?;
    // A query that is none of ours shows no notice.
    let notice = notice.ok().map(|Query(notice)| notice);
    Ok((assets::PROTECTION, Html(page::page(&report, anatomy::sent(&headers), &keys.sessions.key_report(), notice))))
}

/// The same for scripts.
async fn session_json(session: Session<Visitor>) -> Result<Json<Report>, Error> {
    Report::of(&session).map(Json)
}

async fn visit(session: Session<Visitor>) -> Result<Redirect, Error> {
    notice::after(session.try_update(|visitor| visitor.visits = visitor.visits.saturating_add(1)))
}

async fn add_item(session: Session<Visitor>, Form(item): Form<NewItem>) -> Result<Redirect, Error> {
    match Item::try_from(item) {
        Ok(item) => notice::after(session.try_update(|visitor| visitor.items.push(item))),
        Err(invalid) => Ok(notice::redirect(invalid)),
    }
}

async fn clear_items(session: Session<Visitor>) -> Redirect {
    session.update(|visitor| visitor.items.clear());
    Redirect::to("/")
}

async fn login(session: Session<Visitor>, Form(form): Form<SignIn>) -> Result<Redirect, Error> {
    match form.user() {
        Ok(user) => {
            // A new id whenever somebody gains rights: one that was planted before is then worth nothing.
            session.renew();
            notice::after(session.try_update(|visitor| visitor.user = Some(user)))
        }
        Err(invalid) => Ok(notice::redirect(invalid)),
    }
}

async fn logout(session: Session<Visitor>) -> Redirect {
    session.destroy();
    Redirect::to("/")
}
