//! Layers with a store: their limits, and what they make of sessions of other layers.

use sealed_session::Place;
use serde::{Deserialize, Serialize};

use super::moves::{look, visit};
use super::support::{Browser, HOUR, MINUTE, SECOND, Site, keyring};
use super::{Cart, site, site_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lengths_and_limits() {
    let (site, _) = site_with(|builder| builder.overflow_at(2000).max_record(10_000));
    let mut browser = Browser::default();
    browser.visit(&site, |session| {
        session.update(|cart| cart.fill(1000));
        assert!(session.encoded_len().unwrap() < 2000);
        let remaining = session.remaining().unwrap();
        assert!((8800..9100).contains(&remaining), "{remaining}");
        session.check_fit().unwrap();
        session.update(|cart| cart.fill(9000));
        assert!(session.encoded_len().unwrap() > 12_000);
        session.check_fit().unwrap();
        let error = session.try_update(|cart| cart.fill(10_000)).unwrap_err();
        assert!(error.to_string().contains("`items`") && error.to_string().contains("max_record"), "{error}");
        assert_eq!(session.read(Cart::len), 9000);
    });
    assert_eq!(look(&mut browser, &site), (browser_cart(9000), Place::Store));
}

fn browser_cart(bytes: usize) -> Cart {
    let mut cart = Cart::default();
    cart.fill(bytes);
    cart
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_length_is_that_of_the_cookie_which_is_sent() {
    let (site, _) = site();
    let mut browser = Browser::default();
    // Inline, on the way back from the store, with the record lingering, and after its grace.
    for (before, wait) in [(100, SECOND), (5000, SECOND), (100, SECOND), (200, SECOND), (300, MINUTE)] {
        let mut len = 0;
        let answer = browser.visit(&site, |session| {
            session.update(|cart| cart.fill(before));
            len = session.encoded_len().unwrap();
        });
        let sent = answer.set_cookie().unwrap().len();
        assert!(if before == 5000 { len > 6000 } else { len == sent }, "{before}: {len}, {sent} sent");
        site.clock.advance(wait);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_layer_without_a_store_keeps_the_reference() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let without = Site::<Cart>::machine(&keyring(&["a"]), &site.clock, |builder| builder);
    let answer = browser.visit(&without, |session| assert_eq!(session.outcome().as_str(), "no_store"));
    assert!(answer.set_cookie().is_none());
    assert_eq!(look(&mut browser, &site).0.len(), 5000);
    assert_eq!(spy.store().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_changed_struct_in_a_record_is_upgraded() {
    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Next {
        items: Vec<String>,
        owner: String,
    }
    impl From<Cart> for Next {
        fn from(cart: Cart) -> Self {
            Self { items: cart.items, owner: cart.user.unwrap_or_default() }
        }
    }
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| {
        cart.fill(5000);
        cart.user = Some("ann".into());
    });
    let next = Site::<Next>::machine(&keyring(&["a"]), &site.clock, |builder| {
        builder.overflow(spy.clone()).also_reads::<Cart>()
    });
    browser.visit(&next, |session| {
        session.update(|next| {
            assert_eq!((next.items.len(), next.owner.as_str()), (50, "ann"));
            next.owner = "bob".into();
        });
    });
    browser.visit(&next, |session| assert_eq!(session.read(|next| next.owner.clone()), "bob"));
    // A build that does not know the new shape sets it aside, and keeps it.
    let answer = browser.visit(&site, |session| assert_eq!(session.outcome().as_str(), "foreign_schema"));
    assert!(answer.set_cookie().is_none());
}

#[test]
fn settings_out_of_range_are_refused() {
    use sealed_session::SessionLayer;
    use std::time::Duration;
    let builder = || SessionLayer::<Cart>::builder(keyring(&["a"])).overflow(super::Spy::new());
    let cases = [
        (builder().overflow_at(4094), "4093"),
        (builder().overflow_at(100), "overflow_at(100)"),
        (builder().max_record(100), "max_record(100)"),
        (builder().max_record(usize::MAX), "max_record"),
        (builder().record_grace(2 * HOUR), "record_grace"),
        (builder().store_timeout(Duration::ZERO), "store_timeout"),
        (builder().store_timeout(HOUR), "store_timeout"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(builder().overflow_at(4093).max_record(15 << 20).record_grace(Duration::ZERO).build().is_ok());
}
