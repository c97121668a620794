//! Authentic cookies whose payload is not what its shape says: what a build with another idea of that shape would have sealed.

use std::collections::BTreeMap;

use allocation_counter::measure;
use sealed_session::{Contents, Head, Schema, Sealer, Session, SessionData, SessionId};

use super::support::{Answer, Browser, Clock, Site, keyring};

/// A request with this payload, sealed under a key of the site, as a `T`.
fn visit<T: SessionData>(payload: &[u8], see: impl FnOnce(&Session<T>)) -> Answer {
    let (ring, clock) = (keyring(&["a"]), Clock::new());
    let site = Site::<T>::machine(&ring, &clock, |builder| builder.schema("shape"));
    let now = clock.now();
    let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
    let contents = Contents { head, schema: Schema::from_label("shape"), payload };
    let value = Sealer::new(ring, &site.name, "").unwrap().seal(&contents, now).unwrap();
    let mut answer = None;
    let info = measure(|| answer = Some(Browser { cookie: Some(value) }.visit(&site, see)));
    // The whole request, with its cookie and its response.
    assert!(info.bytes_max < 16 * 1024, "{} bytes", info.bytes_max);
    answer.unwrap()
}

#[track_caller]
fn refused<T: SessionData>(payload: &[u8]) {
    let answer = visit::<T>(payload, |session| {
        assert_eq!((session.outcome().as_str(), session.is_new()), ("malformed", true));
    });
    assert!(answer.expires());
}

/// 2⁶⁴ − 1 as a length.
const LONGEST: [u8; 10] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

#[test]
fn row_41_lengths_of_2_to_the_64_allocate_nothing() {
    for payload in [LONGEST.to_vec(), [&LONGEST[..], &[1; 1000]].concat()] {
        refused::<Vec<u8>>(&payload);
        refused::<Vec<u64>>(&payload);
        refused::<Vec<String>>(&payload);
        refused::<Vec<[[u64; 32]; 32]>>(&payload);
        refused::<String>(&payload);
        refused::<BTreeMap<String, u64>>(&payload);
        refused::<std::collections::HashMap<u64, [u64; 32]>>(&payload);
        refused::<sealed_session::Values>(&payload);
        // Inside of others.
        let inner = [&[1][..], &payload].concat();
        refused::<Vec<String>>(&inner);
        refused::<Option<Vec<u64>>>(&inner);
        refused::<BTreeMap<String, u64>>(&inner);
    }
}

#[test]
fn row_42_a_length_of_2_to_the_64_without_contents_does_not_spin() {
    refused::<Vec<()>>(&LONGEST);
    refused::<Vec<[u8; 0]>>(&LONGEST);
    refused::<Vec<((), ())>>(&LONGEST);
}

#[test]
fn row_44_bytes_that_are_no_value_of_their_type() {
    // Text that is not UTF-8: a stray byte, a cut-off character, an overlong one, a surrogate.
    for text in [&[1, 0xff][..], &[2, 0xe2, 0x82], &[2, 0xc0, 0x80], &[3, 0xed, 0xa0, 0x80]] {
        refused::<String>(text);
        refused::<Vec<String>>(&[&[1], text].concat());
        refused::<BTreeMap<String, u8>>(&[&[1], text, &[0]].concat());
    }
    for tag in [2, 3, 0x80, 0xff] {
        refused::<bool>(&[tag]);
        refused::<(u8, bool)>(&[7, tag]);
        refused::<Option<u8>>(&[tag, 7]);
        refused::<Option<()>>(&[tag]);
    }
    refused::<bool>(&[]);
    refused::<Option<u8>>(&[1]);
}

#[test]
fn row_44_of_equal_keys_in_a_map_the_last_counts() {
    visit::<BTreeMap<u8, u8>>(&[2, 1, 10, 1, 20], |session| assert_eq!(session.get(), BTreeMap::from([(1, 20)])));
}

#[test]
fn row_39_each_byte_behind_the_payload_is_one_too_many() {
    visit::<(u8, bool)>(&[7, 1], |session| assert_eq!(session.get(), (7, true)));
    for behind in [&[0][..], &[1], &[0; 100]] {
        refused::<(u8, bool)>(&[&[7, 1], behind].concat());
        refused::<()>(behind);
        refused::<String>(&[&[1, b'a'], behind].concat());
    }
}
