//! Any session under any key, name and context, at any time, comes back as it was.

use std::time::Duration;

use proptest::prelude::*;
use sealed_session::{Key, Keyring, Session};

use crate::shapes::{Anything, anything};
use crate::support::{Browser, Clock, SECOND, Site};

/// The layer's defaults.
const LIFETIME: u64 = 14 * 86_400;
const IDLE: u64 = 86_400;

/// Any key that is accepted.
pub(crate) fn key() -> impl Strategy<Value = Key> {
    any::<[u8; 32]>().prop_filter_map("a weak key", |bytes| Key::from_bytes(bytes).ok())
}

pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[!#$%&'*+.^_`|~0-9A-Za-z-]{1,96}", "__Host-[a-z]{1,89}", "__Secure-[A-Z0-9]{1,87}"]
}

pub(crate) fn context() -> impl Strategy<Value = String> {
    ".{0,120}".prop_map(|text| text.chars().take(30).collect())
}

/// A clock that stands at `now`.
fn clock(now: u64) -> Clock {
    let clock = Clock::new();
    clock.go_back(Duration::from_secs(clock.now().as_unix()));
    clock.advance(Duration::from_secs(now));
    clock
}

proptest! {
    #![proptest_config(crate::fewer(2))]

    #[test]
    fn any_session_comes_back_as_it_was(
        data in anything(), key in key(), name in name(), context in context(), pad in 1..300_usize,
        now in prop_oneof![0..u64::from(u32::MAX), any::<u64>().prop_map(|now| now / 2)], later in 0..2 * IDLE,
    ) {
        let site = Site::<Anything>::machine(&Keyring::new([key]).unwrap(), &clock(now), |builder| {
            builder.name(&name).context(&context).pad_to(pad)
        });
        let site = Site { name, ..site };
        let mut browser = Browser::default();
        let answer = browser.visit(&site, |session| session.replace(data.clone()));
        if answer.status() == 500 {
            // Too large; the property of the headers is about that.
            return Ok(());
        }
        prop_assert_eq!(browser.cookie.is_some(), data != Anything::default());
        site.clock.advance(Duration::from_secs(later));
        let (mut outcome, mut found, mut begun) = (String::new(), Anything::default(), None);
        browser.clone().visit(&site, |session| {
            (outcome, found) = (session.outcome().to_string(), session.get());
            begun = (!session.is_new()).then(|| session.created_at());
        });
        match (data == Anything::default(), later < IDLE) {
            (true, _) => prop_assert_eq!(outcome, "absent"),
            (false, true) => {
                prop_assert_eq!(&outcome, "opened");
                prop_assert_eq!(&found, &data);
                let clamped: time::OffsetDateTime = sealed_session::Timestamp::from_unix(now).into();
                prop_assert_eq!(begun, Some(clamped));
            }
            (false, false) => prop_assert_eq!(outcome, "expired_idle"),
        }
        prop_assert!(later < IDLE || found == Anything::default());
    }

    #[test]
    fn no_use_makes_a_session_outlive_its_lifetime(waits in prop::collection::vec(1..IDLE / 10 * 9, 1..60), remember: bool) {
        let site = Site::<Anything>::machine(&crate::support::keyring(&["a"]), &Clock::new(), |builder| builder);
        let mut browser = Browser::default();
        let lifetime = if remember { 20 * 86_400 } else { LIFETIME };
        browser.visit(&site, |session: &Session<Anything>| {
            session.update(|data| data.array = [1, 2, 3]);
            if remember {
                session.remember_for(20 * crate::support::DAY);
            }
        });
        let mut age = 0;
        for wait in waits {
            age += wait;
            site.clock.advance(wait as u32 * SECOND);
            let mut open = false;
            browser.visit(&site, |session| {
                open = !session.is_new();
                if age % 3 == 0 && open {
                    session.update(|data| data.array[0] ^= 1);
                }
            });
            prop_assert_eq!(open, age < lifetime, "{} seconds old", age);
            if !open {
                return Ok(());
            }
        }
    }
}
