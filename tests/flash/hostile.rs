//! Payloads that are no messages, sealed by somebody who has the key.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sealed_session::{Contents, Flash, Head, Schema, Sealer, Session, SessionId, Values};
use serde_bytes::ByteBuf;

use super::support::{Browser, Site, keyring};
use super::{Noted, Visit};

/// A cookie of `site` with this payload, as only who has the key can make it.
fn sealed<T: Noted>(site: &Site<T>, payload: &[u8]) -> Browser {
    let (schema, now) = (Schema::of::<T>().unwrap(), site.clock.now());
    let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
    let sealer = Sealer::new(keyring(&["a"]), &site.name, "").unwrap();
    Browser { cookie: Some(sealer.seal(&Contents { head, schema, payload }, now).unwrap()) }
}

/// Everything that can be done with messages.
fn use_all<T: Noted>(session: &Session<T>) {
    let flash = Flash::of(session);
    let _ = (flash.is_empty(), flash.peek(), flash.take_of("info"), flash.info("x"), flash.take());
}

/// Bytes, most of them small, which make sense in more places.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![3 => 0..6_u8, 1 => any::<u8>()], 0..60)
}

proptest! {
    #[test]
    fn garbage_in_a_session_is_no_panic(note in ".{0,9}", bytes in bytes()) {
        let typed = Site::<Visit>::new();
        let payload = [postcard::to_allocvec(&note).unwrap(), bytes.clone()].concat();
        prop_assert_eq!(sealed(&typed, &payload).visit(&typed, use_all).status().as_u16(), 200);

        let key_value = Site::<Values>::new();
        let values = BTreeMap::from([("flash", ByteBuf::from(bytes))]);
        let mut browser = sealed(&key_value, &postcard::to_allocvec(&values).unwrap());
        prop_assert_eq!(browser.visit(&key_value, use_all).status().as_u16(), 200);
        prop_assert_eq!(&key_value.events.take()[0], "opened");
    }
}
