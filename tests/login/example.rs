//! `examples/login.rs`, by its routes.

#[allow(dead_code)]
#[path = "../../examples/login.rs"]
mod login;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http_body_util::BodyExt;
use tower::ServiceExt;

use sealed_session::{Keyring, SessionLayer};

use crate::support::{Clock, MINUTE};

struct Visitor {
    app: Router,
    cookie: String,
}

impl Visitor {
    fn new(clock: &Clock) -> Self {
        let now = clock.clone();
        let layer =
            SessionLayer::<login::Account>::builder(Keyring::generate().unwrap()).clock(move || now.now()).build();
        Self { app: login::app(layer.unwrap()), cookie: String::new() }
    }

    /// Status, `Location`, body.
    async fn send(&mut self, request: http::request::Builder, form: &str) -> (u16, String, String) {
        let request = request.header(COOKIE, &self.cookie).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.app.clone().oneshot(request.body(Body::from(form.to_owned())).unwrap()).await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let location = response.headers().get(LOCATION).map_or("", |field| field.to_str().unwrap()).to_owned();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, location, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn get(&mut self, path: &str) -> (u16, String, String) {
        self.send(Request::get(path), "").await
    }

    async fn post(&mut self, path: &str, form: &str) -> (u16, String) {
        let (status, location, _) = self.send(Request::post(path), form).await;
        (status, location)
    }
}

const ADA: &str = "name=ada&password=lovelace";

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let mut visitor = Visitor::new(&Clock::new());
    let (status, location, _) = visitor.get("/orders?page=2&all=%26").await;
    assert_eq!((status, location.as_str()), (303, "/sign-in?next=/orders%3Fpage%3D2%26all%3D%2526"));
    let (_, _, page) = visitor.get(&location).await;
    assert!(page.contains(r#"name=next type=hidden value="/orders?page=2&amp;all=%26">"#), "{page}");
    assert_eq!(visitor.post("/sign-in", "name=ada&password=wrong").await.0, 401);
    let answer = visitor.post("/sign-in", &format!("{ADA}&next=/orders%3Fpage%3D2%26all%3D%2526")).await;
    assert_eq!(answer, (303, "/orders?page=2&all=%26".into()));
    assert_eq!(visitor.get(&answer.1).await.2, "the orders of user 1815\n");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let mut visitor = Visitor::new(&Clock::new());
    for elsewhere in
        ["https://evil.example", "//evil.example", "/%5Cevil.example", "%09//evil.example", "/..//evil.example"]
    {
        let (_, _, page) = visitor.get(&format!("/sign-in?next={elsewhere}")).await;
        assert!(page.contains(r#"value="/">"#), "{page}");
        assert_eq!(visitor.post("/sign-in", &format!("{ADA}&next={elsewhere}")).await, (303, "/".into()));
    }
    let (_, location, _) = visitor.get("//evil.example/orders").await;
    assert!(!location.starts_with("//"), "{location}");
}

#[tokio::test]
async fn the_password_is_asked_for_again_after_ten_minutes() {
    let clock = Clock::new();
    let mut visitor = Visitor::new(&clock);
    visitor.post("/sign-in", ADA).await;
    assert_eq!(visitor.get("/password").await.0, 200);
    clock.advance(10 * MINUTE);
    assert_eq!(visitor.get("/orders").await.0, 200);
    let (status, location, _) = visitor.get("/password").await;
    assert_eq!((status, location.as_str()), (303, "/confirm?next=/password"));
    assert_eq!(visitor.post("/confirm", "name=ada&password=wrong&next=/password").await.0, 401);
    assert_eq!(visitor.get("/password").await.0, 303);
    assert_eq!(visitor.post("/confirm", &format!("{ADA}&next=/password")).await, (303, "/password".into()));
    assert_eq!(visitor.get("/password").await.0, 200);
    visitor.post("/sign-out", "").await;
    assert_eq!(visitor.get("/orders").await.1, "/sign-in?next=/orders");
}

#[tokio::test]
async fn what_was_posted_is_not_asked_for_with_get() {
    let mut visitor = Visitor::new(&Clock::new());
    assert_eq!(visitor.post("/confirm", ADA).await, (303, "/sign-in?next=/".into()));
}
