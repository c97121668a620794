//! The migration guides, `docs/from-*.md`: each row of their tables is tried here, by the test that the row names.
#![cfg(feature = "memory")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unreachable_pub)]
#![allow(clippy::redundant_closure_for_method_calls, clippy::string_slice)]

#[allow(dead_code, reason = "the tests of overflow use more of it")]
#[path = "../overflow/spy.rs"]
mod spy;
#[path = "../support/mod.rs"]
mod support;

mod from_actix_session;
mod from_axum_extra;
mod from_cookie_session;
mod from_express;
mod from_express_stores;
mod from_tower_sessions;
mod table;

use sealed_session::{
    HasLogin, Keyring, Login, Session, SessionData, SessionLayer, SessionLayerBuilder, TrustedProxies,
    store::StoreErrorKind,
};
use serde::{Deserialize, Serialize};

use spy::{ALL, Fault, Spy};
use support::{Browser, Clock, Site, keyring};

/// What a small shop keeps of a visitor.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Shop {
    login: Login<u64>,
    views: u32,
    cart: Vec<String>,
}

impl HasLogin for Shop {
    type User = u64;

    fn login(&self) -> &Login<u64> {
        &self.login
    }

    fn login_mut(&mut self) -> &mut Login<u64> {
        &mut self.login
    }
}

type Handle = Session<Shop>;

fn view(session: &Handle) {
    session.update(|shop| shop.views += 1);
}

fn look(session: &Handle) {
    session.read(|shop| shop.views);
}

/// More than a cookie holds.
fn fill(session: &Handle) {
    session.update(|shop| shop.cart = (0..60).map(|n| format!("{n:0>99}")).collect());
}

/// A site whose cookie goes by the name that `settings` give it.
fn site_with<T: SessionData>(settings: impl FnOnce(SessionLayerBuilder<T>) -> SessionLayerBuilder<T>) -> Site<T> {
    let mut site = Site::with(settings);
    site.name = site.layer.cookie_name().to_owned();
    site
}

/// A site, and a browser that has been there.
fn visited() -> (Site<Shop>, Browser) {
    let (site, mut browser) = (Site::new(), Browser::default());
    browser.visit(&site, view);
    site.events.take();
    (site, browser)
}

/// A site with a store.
fn with_store(settings: impl FnOnce(SessionLayerBuilder<Shop>) -> SessionLayerBuilder<Shop>) -> (Site<Shop>, Spy) {
    let spy = Spy::new();
    (Site::with(|builder| settings(builder.overflow(spy.clone()))), spy)
}

/// The cookie is sent where a proxy of ours says that it was https.
fn behind_a_proxy(builder: SessionLayerBuilder<Shop>) -> SessionLayerBuilder<Shop> {
    builder
        .secure_auto(TrustedProxies::new(["10.0.0.0/8"]).unwrap())
        .peer_address(|extensions| extensions.get().copied())
}

/// The `Set-Cookie` of a first visit.
fn set_by(settings: impl FnOnce(SessionLayerBuilder<Shop>) -> SessionLayerBuilder<Shop>) -> String {
    Browser::default().visit(&site_with(settings), view).set_cookie().unwrap()
}

/// The value of an attribute; empty for one that has none.
fn attribute<'a>(field: &'a str, name: &str) -> Option<&'a str> {
    let mut attributes = field.split("; ").skip(1).map(|part| part.split_once('=').unwrap_or((part, "")));
    attributes.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Why a layer with these settings is not built.
fn refused(settings: impl FnOnce(SessionLayerBuilder<Shop>) -> SessionLayerBuilder<Shop>) -> String {
    settings(SessionLayer::<Shop>::builder(keyring(&["a"]))).build().unwrap_err().to_string()
}
