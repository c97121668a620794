//! As handlers in axum have it.

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use sealed_session::{Error, Flash, Keyring, Session, SessionLayer};
use tower::ServiceExt;

use super::{Noted, Values, Visit};

async fn save<T: Noted>(flash: Flash<T>, session: Session<T>, again: Flash<T>) -> Result<Redirect, Error> {
    flash.success("saved")?;
    T::set_note(&session, "beside");
    again.push("cart", "full")?;
    assert_eq!(Flash::of(&session).peek()?.len(), 2);
    Ok(Redirect::to("/"))
}

async fn home<T: Noted>(session: Session<T>, flash: Flash<T>) -> Result<String, Error> {
    Ok(format!("{:?} {}", super::lines(&flash.take()?), T::note(&session)))
}

async fn huge<T: Noted>(flash: Flash<T>) -> Result<(), Error> {
    flash.info("x".repeat(5000))
}

struct Page {
    status: StatusCode,
    location: Option<String>,
    text: String,
}

/// Sends a request with the cookie, and keeps the one that comes back.
async fn send(app: &Router, target: (&str, &str), cookie: &mut Option<String>) -> Page {
    let request =
        Request::builder().method(target.0).uri(target.1).header(COOKIE, cookie.as_deref().unwrap_or_default());
    let response = app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let text = |name| response.headers().get(name).map(|field| field.to_str().unwrap().to_owned());
    assert!(response.headers().get_all(SET_COOKIE).iter().count() <= 1);
    if let Some(field) = text(SET_COOKIE) {
        *cookie = field.split(';').next().map(str::to_owned);
    }
    let (status, location) = (response.status(), text(LOCATION));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Page { status, location, text: String::from_utf8(body.to_vec()).unwrap() }
}

async fn redirect_after_post<T: Noted>() {
    let layer = SessionLayer::<T>::new(Keyring::generate().unwrap()).unwrap();
    let routes =
        Router::new().route("/", get(home::<T>)).route("/save", post(save::<T>)).route("/huge", post(huge::<T>));
    let (app, mut cookie) = (routes.clone().layer(layer), None);
    assert_eq!(send(&app, ("GET", "/"), &mut cookie).await.text, "[] ");
    assert_eq!(cookie, None);
    let page = send(&app, ("POST", "/save"), &mut cookie).await;
    assert_eq!((page.status, page.location.as_deref()), (StatusCode::SEE_OTHER, Some("/")));
    assert_eq!(send(&app, ("POST", "/huge"), &mut cookie).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(send(&app, ("GET", "/"), &mut cookie).await.text, r#"["success: saved", "cart: full"] beside"#);
    let before = cookie.clone();
    assert_eq!(send(&app, ("GET", "/"), &mut cookie).await.text, "[] beside");
    assert_eq!(cookie, before);
    // Without the layer.
    assert_eq!(send(&routes, ("GET", "/"), &mut cookie).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn typed() {
    redirect_after_post::<Visit>().await;
}

#[tokio::test]
async fn key_value() {
    redirect_after_post::<Values>().await;
}
