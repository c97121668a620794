//! Any order of sign-ins, writes, renewals, sign-outs, rotations and waits, with requests under way, against a model.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use sealed_session::{Key, Keyring, ScheduledKey, Sealer, SessionId, Timestamp};

use crate::flight::{Data, Deed, Flight};
use crate::model::{IDLE, LIFETIME, Model, ModelKey, Set, Started, Token};
use crate::support::{self, Clock, SECOND, Site};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A request comes in with the cookie that there is, and its handler waits. Navigation or not.
    Start(Deed, bool),
    /// One of those that wait goes on to its end.
    Finish(usize),
    /// A request from its beginning to its end.
    Visit(Deed, bool),
    Wait(u64),
    AddKey,
    Revoke(usize),
    EndKey(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..40)
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        4 => 1..70_u64,
        4 => IDLE / 10 - 2..IDLE / 10 + 3,
        2 => IDLE / 2 - 2..IDLE / 2 + 3,
        1 => IDLE - 2..IDLE + 3,
        1 => LIFETIME - IDLE..LIFETIME + 3,
    ];
    prop_oneof![
        6 => (deed(), any::<bool>()).prop_map(|(deed, navigation)| Step::Start(deed, navigation)),
        6 => (0..12_usize).prop_map(Step::Finish),
        8 => (deed(), any::<bool>()).prop_map(|(deed, navigation)| Step::Visit(deed, navigation)),
        4 => wait.prop_map(Step::Wait),
        1 => Just(Step::AddKey),
        1 => (0..12_usize).prop_map(Step::Revoke),
        1 => (0..12_usize).prop_map(Step::EndKey),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Read),
        1 => Just(Deed::Same),
        4 => any::<bool>().prop_map(|large| Deed::Write { large }),
        1 => Just(Deed::Renew),
        2 => Just(Deed::SignIn),
        1 => Just(Deed::SignOut),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Remember),
    ]
}

/// The site, the browser and the model, side by side.
struct World {
    site: Site<Data>,
    keyring: Keyring,
    sealer: Sealer,
    model: Model,
    /// The browser's cookie, and what it is.
    jar: Option<(String, Token)>,
    flights: Vec<(Flight, Started)>,
    /// When each session began.
    beginnings: HashMap<SessionId, u64>,
    /// When each key was ended.
    ends: HashMap<usize, u64>,
    serial: u64,
}

impl World {
    fn new(store: bool) -> Self {
        let clock = Clock::new();
        let keyring = Keyring::new([key(0)]).unwrap();
        let site = Site::machine(&keyring, &clock, |builder| with_store(builder, store));
        let sealer = Sealer::new(keyring.clone(), &site.name, "").unwrap();
        let model = Model::new(store, clock.now().as_unix());
        let (jar, flights, beginnings, ends) = Default::default();
        Self { site, keyring, sealer, model, jar, flights, beginnings, ends, serial: 0 }
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Start(deed, navigation) => {
                let flight = self.start(*deed, *navigation).await;
                self.flights.push(flight);
            }
            Step::Finish(index) if !self.flights.is_empty() => {
                let flight = self.flights.swap_remove(index % self.flights.len());
                self.finish(flight).await;
            }
            Step::Finish(_) => {}
            Step::Visit(deed, navigation) => {
                let flight = self.start(*deed, *navigation).await;
                self.finish(flight).await;
            }
            Step::Wait(seconds) => {
                self.site.clock.advance(*seconds as u32 * SECOND);
                self.model.now += seconds;
            }
            Step::AddKey => {
                self.model.keys.push(ModelKey::default());
                self.load_keys();
            }
            Step::Revoke(index) => self.change_key(*index, |key| key.revoked = true),
            Step::EndKey(index) => self.change_key(*index, |key| key.ended = true),
        }
    }

    /// Some key must be left to seal.
    fn change_key(&mut self, index: usize, change: impl FnOnce(&mut ModelKey)) {
        let number = index % self.model.keys.len();
        let usable = |(other, key): (usize, &ModelKey)| other != number && !key.revoked && !key.ended;
        if self.model.keys.iter().enumerate().any(usable) {
            change(&mut self.model.keys[number]);
            self.load_keys();
        }
    }

    /// The new config of the keyring, the newest key first.
    fn load_keys(&mut self) {
        let mut keys = Vec::new();
        for (number, state) in self.model.keys.iter().enumerate().rev() {
            let mut scheduled = key(number);
            if state.ended {
                let end = *self.ends.entry(number).or_insert(self.model.now);
                scheduled = scheduled.open_until(Timestamp::from_unix(end));
            }
            keys.push(if state.revoked { scheduled.revoked() } else { scheduled });
        }
        self.keyring.replace(&Keyring::new(keys).unwrap());
    }

    async fn start(&mut self, deed: Deed, navigation: bool) -> (Flight, Started) {
        self.serial += 1;
        let cookie = self.jar.as_ref().map(|(value, _)| value.as_str());
        let flight = Flight::start(&self.site, cookie, navigation, deed, self.serial).await;
        let token = self.jar.as_ref().map(|(_, token)| token);
        let started = self.model.start(token, navigation, deed, self.serial);
        assert_eq!(flight.seen, started.seen, "what {deed:?} sees");
        (flight, started)
    }

    async fn finish(&mut self, (flight, started): (Flight, Started)) {
        let answer = flight.finish().await;
        let expected = self.model.finish(&started);
        let status = if expected == Set::Failed { 503 } else { 200 };
        assert_eq!(answer.status(), status, "{started:?}");
        let field = answer.set_cookie();
        match &expected {
            Set::Nothing | Set::Failed => assert_eq!(field, None, "{started:?}"),
            Set::Expired => assert!(answer.expires(), "{started:?}: {field:?}"),
            Set::Sealed(id, token) => {
                assert!(answer.sets(), "{started:?}: {field:?}");
                let left = token.end().saturating_sub(self.model.now);
                assert_eq!(answer.max_age(), Some(left), "{started:?}");
                let value = cookie::Cookie::parse(field.unwrap()).unwrap().value().to_owned();
                self.receive(value, *id, (**token).clone(), &started);
                return;
            }
        }
        if expected == Set::Expired {
            self.jar = None;
        }
    }

    /// The browser takes a cookie, which must be what the model says.
    fn receive(&mut self, value: String, id: Option<SessionId>, token: Token, started: &Started) {
        let opened = self.sealer.open(value.as_bytes(), self.site.clock.now()).unwrap();
        match id {
            Some(id) => assert_eq!(opened.head.id, id, "an id that changed: {started:?}"),
            None => self.model.name(opened.head.id),
        }
        let token = Token { id: opened.head.id, ..token };
        let began = self.beginnings.insert(token.id, token.created);
        assert_eq!(began.is_none(), id.is_none(), "an id that was used before: {started:?}");
        assert!(began.is_none_or(|began| began == token.created), "a lifetime that was extended: {started:?}");
        let own = opened.head.own_limits.map(|own| (own.lifetime, own.idle));
        let times = (opened.head.created.as_unix(), opened.head.issued.as_unix(), own);
        assert_eq!(times, (token.created, token.issued, token.own), "{started:?}");
        assert_eq!(opened.key, key_of(token.key).id(), "{started:?}");
        assert_eq!(opened.schema().is_some(), token.inside.is_some(), "where the data went: {started:?}");
        // Its time may have passed while the request was under way.
        self.jar = (token.end() > self.model.now).then_some((value, token));
    }
}

#[cfg(feature = "memory")]
fn with_store(
    builder: sealed_session::SessionLayerBuilder<Data>,
    store: bool,
) -> sealed_session::SessionLayerBuilder<Data> {
    if store { builder.overflow(sealed_session::store::MemoryStore::new(16 << 20)) } else { builder }
}

fn key_of(number: usize) -> Key {
    support::key(&format!("key {number}"))
}

fn key(number: usize) -> ScheduledKey {
    ScheduledKey::new(key_of(number))
}

fn run(store: bool, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new(store);
        for step in steps {
            world.step(step).await;
        }
        while let Some(flight) = world.flights.pop() {
            world.finish(flight).await;
        }
    });
}

/// Without a store a large session is refused; that is another test's.
fn small(steps: Vec<Step>) -> Vec<Step> {
    let small = |deed| if matches!(deed, Deed::Write { .. }) { Deed::Write { large: false } } else { deed };
    let steps = steps.into_iter().map(|step| match step {
        Step::Start(deed, navigation) => Step::Start(small(deed), navigation),
        Step::Visit(deed, navigation) => Step::Visit(small(deed), navigation),
        step => step,
    });
    steps.collect()
}

proptest! {
    #![proptest_config(crate::fewer(1))]

    #[test]
    fn sessions_in_their_cookie_follow_the_model(steps in steps()) {
        run(false, &small(steps));
    }

    #[test]
    fn sessions_in_a_store_follow_the_model(steps in steps()) {
        run(true, &steps);
    }
}

/// A page is open on a session in the store, and its refresh is due; meanwhile another request does `deed`.
fn while_a_refresh_is_due(deed: Deed) {
    let steps = [
        Step::Visit(Deed::Write { large: true }, true),
        Step::Wait(IDLE / 2),
        Step::Start(Deed::Read, true),
        Step::Visit(deed, true),
        Step::Finish(0),
        Step::Wait(61),
        Step::Visit(Deed::Read, false),
    ];
    run(true, &steps);
}

#[test]
fn row_73_a_refresh_does_not_bring_back_what_a_parallel_request_renewed() {
    while_a_refresh_is_due(Deed::SignIn);
}

#[test]
fn row_73_nor_what_it_ended() {
    while_a_refresh_is_due(Deed::SignOut);
}

#[test]
fn row_73_nor_what_it_moved_into_the_cookie() {
    while_a_refresh_is_due(Deed::Write { large: false });
}
