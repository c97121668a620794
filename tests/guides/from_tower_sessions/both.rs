//! What each does better, tried on both.

use std::sync::Arc;

use sealed_session::Session;
use tower_sessions::{MemoryStore, SessionStore};

use super::{key_value, their_id, theirs, views};
use crate::support::Browser;
use crate::*;

/// Of two requests that save, the one that saves last has overwritten the other, also when they changed different things.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lost_writes() {
    let store = Arc::new(MemoryStore::default());
    let id = their_id(&store).await;
    let (one, two) = (theirs(&store, id), theirs(&store, id));
    one.insert("a", 1).await.unwrap();
    two.insert("b", 1).await.unwrap();
    one.save().await.unwrap();
    two.save().await.unwrap();
    assert_eq!(theirs(&store, id).get::<u32>("a").await.unwrap(), None);

    let (site, _) = with_store(|builder| builder.on_conflict(sealed_session::OnConflict::Fail));
    let mut slow = Browser::default();
    slow.visit(&site, fill);
    let mut fast = slow.clone();
    let answer = slow.visit(&site, |session| {
        view(session);
        fast.visit(&site, |session| session.update(|shop| shop.cart.push("tea".into())));
    });
    assert_eq!(answer.status(), 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn ended_and_revived() {
    let store = Arc::new(MemoryStore::default());
    let id = their_id(&store).await;
    let slow = theirs(&store, id);
    slow.insert("views", 2).await.unwrap();
    theirs(&store, id).flush().await.unwrap();
    slow.save().await.unwrap();
    assert_eq!(theirs(&store, id).get::<u32>("views").await.unwrap(), Some(2), "it is back");

    let (site, _) = with_store(|builder| builder);
    let mut slow = Browser::default();
    slow.visit(&site, fill);
    let mut fast = slow.clone();
    let answer = slow.visit(&site, |session| {
        view(session);
        fast.visit(&site, Session::destroy);
    });
    assert_eq!(answer.set_cookie(), None);
    slow.visit(&site, |session| assert!(session.is_new()));
}

#[tokio::test]
async fn revoking_one() {
    let store = Arc::new(MemoryStore::default());
    let id = their_id(&store).await;
    store.delete(&id.unwrap()).await.unwrap();
    assert_eq!(theirs(&store, id).get::<u32>("views").await.unwrap(), None);

    let (site, mut browser) = key_value();
    let mut copy = browser.clone();
    browser.visit(&site, Session::destroy);
    copy.visit(&site, |session| assert_eq!(views(session), Some(1)));
}
