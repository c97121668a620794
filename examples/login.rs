//! Sign in, sign out, remember me, and asking again before something dangerous: `cargo run --example login`, then open
//! <http://127.0.0.1:3000> and sign in as `ada` with the password `lovelace`.

use std::time::Duration;

use axum::Router;
use axum::extract::{Form, FromRequestParts, OriginalUri, Query};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use sealed_session::{HasLogin, Keyring, LocalPath, Login, Session, SessionLayer};
use serde::{Deserialize, Serialize};

/// What the database calls a user by.
type UserId = u64;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Account {
    login: Login<UserId>,
    /// Data of the visitor, which stay when he signs in.
    pages: u32,
}

impl HasLogin for Account {
    type User = UserId;

    fn login(&self) -> &Login<UserId> {
        &self.login
    }

    fn login_mut(&mut self) -> &mut Login<UserId> {
        &mut self.login
    }
}

/// Somebody who is signed in. A handler that takes one sends everybody else to sign in, and back afterwards.
struct User(UserId);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let session = Session::<Account>::from_parts(parts).await.map_err(IntoResponse::into_response)?;
        session.user().map(Self).ok_or_else(|| ask("/sign-in", parts))
    }
}

/// As [`User`], who has shown the password less than ten minutes ago.
struct RecentUser(UserId);

impl<S: Sync> FromRequestParts<S> for RecentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let User(id) = User::from_request_parts(parts, state).await?;
        let session = Session::<Account>::from_parts(parts).await.map_err(IntoResponse::into_response)?;
        let recent = session.authenticated_within(Duration::from_secs(10 * 60));
        if recent { Ok(Self(id)) } else { Err(ask("/confirm", parts)) }
    }
}

/// To the page that asks, and then back to where the visitor was going; or home, if that was no page: what he sent is gone.
fn ask(page: &str, parts: &Parts) -> Response {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let next = if parts.method == Method::GET { LocalPath::of(uri) } else { None };
    Redirect::to(&format!("{page}?next={}", next.unwrap_or_default().to_query_value())).into_response()
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
    remember: Option<String>,
    #[serde(default)]
    next: String,
}

/// Look the user up here, and compare with the password's hash (argon2, scrypt).
fn check(name: &str, password: &str) -> Option<UserId> {
    (name == "ada" && password == "lovelace").then_some(1815)
}

async fn sign_in_page(Query(Next { next }): Query<Next>) -> Html<String> {
    form("/sign-in", "Sign in", &next, r#"<label><input type=checkbox name=remember> remember me</label>"#)
}

async fn sign_in(session: Session<Account>, Form(form): Form<Credentials>) -> Response {
    let Some(user) = check(&form.name, &form.password) else {
        return (StatusCode::UNAUTHORIZED, "unknown name, or wrong password\n").into_response();
    };
    session.sign_in(user);
    if form.remember.is_some() {
        session.remember_for(Duration::from_secs(30 * 24 * 60 * 60));
    }
    back(&form.next)
}

async fn confirm_page(_user: User, Query(Next { next }): Query<Next>) -> Html<String> {
    form("/confirm", "Your password, once more", &next, "")
}

async fn confirm(User(user): User, session: Session<Account>, Form(form): Form<Credentials>) -> Response {
    if check(&form.name, &form.password) != Some(user) {
        return (StatusCode::UNAUTHORIZED, "wrong password\n").into_response();
    }
    session.confirm_login();
    back(&form.next)
}

/// Whatever the form says, it leads to a page of ours.
fn back(next: &str) -> Response {
    Redirect::to(LocalPath::parse(next).unwrap_or_default().as_str()).into_response()
}

async fn sign_out(session: Session<Account>) -> Redirect {
    session.sign_out();
    Redirect::to("/")
}

async fn home(session: Session<Account>) -> Html<String> {
    let pages = session.update(|account| {
        account.pages += 1;
        account.pages
    });
    let who = match session.user() {
        Some(id) => format!("user {id}, until {}", session.expires_at()),
        None => "nobody".into(),
    };
    Html(format!(
        r#"<p>Signed in: {who}. Pages seen: {pages}.
        <p><a href=/orders?page=1>Orders</a> (for users), <a href=/password>Password</a> (for users who showed theirs lately)
        <form method=post action=/sign-out><button>Sign out</button></form>"#
    ))
}

async fn orders(User(id): User) -> String {
    format!("the orders of user {id}\n")
}

async fn password(RecentUser(id): RecentUser) -> String {
    format!("here user {id} could change the password\n")
}

fn form(action: &str, title: &str, next: &str, more: &str) -> Html<String> {
    // There is no `"`, `<` or `>` in it.
    let next = LocalPath::parse(next).unwrap_or_default().as_str().replace('&', "&amp;");
    Html(format!(
        r#"<h1>{title}</h1><form method=post action={action}>
        <input name=name placeholder=name> <input name=password type=password placeholder=password>
        <input name=next type=hidden value="{next}"> {more} <button>Go on</button></form>"#
    ))
}

pub(crate) fn app(layer: SessionLayer<Account>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/orders", get(orders))
        .route("/password", get(password))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/confirm", get(confirm_page).post(confirm))
        .route("/sign-out", post(sign_out))
        .layer(layer)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<Account>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app(layer)).await?;
    Ok(())
}
