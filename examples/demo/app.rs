//! The routes of the demo, and the handlers of the shop. All that a handler needs is a `Session<Visitor>` among its
//! arguments; none of them knows, or cares, whether the session is in the cookie or in the store.
//!
//! The forms need no token against cross-site request forgery: the cookie is `SameSite=Lax`, the crate's default, so
//! browsers do not send it along with another site's posts.

use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use sealed_session::{EndSession, Error, Place, Session};

use crate::notice::{self, Kind, Notice};
use crate::report::Report;
use crate::shop::Shop;
use crate::visitor::{Item, NewItem, SignIn, Visitor};
use crate::{anatomy, assets, keys, outage, page, trials};

/// More than any of the forms takes.
const MAX_BODY: usize = 16 * 1024;

/// The whole app.
pub(crate) fn app(shop: Shop) -> Router {
    let sessions = shop.sessions.clone();
    Router::new()
        .route("/", get(home))
        .route("/session.json", get(session_json))
        .route("/visit", post(visit))
        .route("/items", post(add_item))
        .route("/items/clear", post(clear_items))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .merge(trials::routes())
        .merge(keys::routes())
        // These never ask for the session, so they cost no cryptography and stay cacheable.
        .merge(assets::routes())
        .with_state(shop)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(sessions)
}

/// The page. It only reads: whoever comes by and does nothing gets no cookie.
async fn home(
    session: Result<Session<Visitor>, Error>,
    State(shop): State<Shop>,
    headers: HeaderMap,
    notice: Result<Query<Notice>, QueryRejection>,
) -> Result<Response, Error> {
    let session = match session {
        Ok(session) => session,
        Err(error) => return Ok(outage::response(error)),
    };
    let report = Report::of(&session, &shop.storage)?;
    // A query that is none of ours shows no notice.
    let notice = notice.ok().map(|Query(notice)| notice);
    let page = page::page(&report, &shop, anatomy::sent(&headers), notice);
    Ok((assets::PROTECTION, Html(page)).into_response())
}

/// The same for scripts.
async fn session_json(session: Session<Visitor>, State(shop): State<Shop>) -> Result<Json<Report>, Error> {
    Report::of(&session, &shop.storage).map(Json)
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

/// What is left of a session is so little that it fits its cookie.
async fn clear_items(session: Session<Visitor>) -> Redirect {
    session.update(|visitor| visitor.items.clear());
    match session.place() {
        Place::Cookie => Redirect::to("/"),
        Place::Store => notice::redirect(Kind::Back),
    }
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

/// By `EndSession`, not by `Session`: it asks the store for nothing, so signing out works while the store is down.
async fn logout(session: EndSession<Visitor>) -> Redirect {
    session.end();
    Redirect::to("/")
}
