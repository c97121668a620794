//! One machine of the fleet: a clock that is off, a keyring of its own, and the crate's layer around a handler.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use sealed_session::{Cause, Error, Event, Keyring, Outcome, Refusal, Session, SessionBody, SessionLayer, Timestamp};
use serde::{Deserialize, Serialize};
use tower::{Layer, Service, service_fn};

use crate::operator::{Ring, fleet_time, timestamp};
use crate::scenario::{IDLE, LIFETIME, Millis};

/// What a session holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Visit {
    writes: u32,
}

/// The fleet's time, and what the layers' hooks told since somebody asked. Shared by all machines of a run.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    now: Arc<AtomicU64>,
    seen: Arc<Mutex<Seen>>,
}

/// What the hook told of one step of a request.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) refused: Option<Refusal>,
    pub(crate) opened: bool,
    pub(crate) sealed: Option<Cause>,
    pub(crate) failed: bool,
}

impl Surroundings {
    pub(crate) fn set(&self, now: Millis) {
        self.now.store(now, Relaxed);
    }

    pub(crate) fn take_seen(&self) -> Seen {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn hear(&self, event: &Event<'_>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Outcome { outcome: Outcome::Refused(refusal), .. } => seen.refused = Some(*refusal),
            Event::Outcome { outcome: Outcome::Opened, .. } => seen.opened = true,
            Event::Sealed { cause, .. } => seen.sealed = Some(*cause),
            Event::Failed { .. } => seen.failed = true,
            _ => {}
        }
    }
}

/// A request under way in a machine.
pub(crate) type Handling = Pin<Box<dyn Future<Output = Result<Answer, Infallible>>>>;
pub(crate) type Answer = Response<SessionBody<()>>;

pub(crate) struct Machine {
    /// How far its clock is off.
    skew: i64,
    keyring: Keyring,
    layer: SessionLayer<Visit>,
    /// Which of the published rings it has.
    pub(crate) ring: usize,
    /// The generation of the newest key that it knows, and since when.
    pub(crate) newest: usize,
    pub(crate) learned: Millis,
    pub(crate) up: bool,
    /// How often it has crashed: what was under way before a crash is gone.
    pub(crate) crashes: u32,
}

impl Machine {
    /// A machine that starts with one of the published rings.
    pub(crate) fn start(
        surroundings: &Surroundings,
        skew: i64,
        (at, ring): (usize, &Ring),
        now: Millis,
    ) -> Result<Self, Error> {
        let keyring = Keyring::new(ring.keys.clone())?;
        let (clock, hook) = (Arc::clone(&surroundings.now), surroundings.clone());
        let layer = SessionLayer::builder(keyring.clone())
            .idle_timeout(Duration::from_millis(IDLE))
            .lifetime(Duration::from_millis(LIFETIME))
            .clock(move || timestamp(clock.load(Relaxed).saturating_add_signed(skew)))
            .on_event(move |event| hook.hear(event))
            .build()?;
        Ok(Self { skew, keyring, layer, ring: at, newest: ring.newest, learned: now, up: true, crashes: 0 })
    }

    /// Starts again after a crash, with nothing but that ring.
    pub(crate) fn restart(
        &mut self,
        surroundings: &Surroundings,
        ring: (usize, &Ring),
        now: Millis,
    ) -> Result<(), Error> {
        *self = Self { crashes: self.crashes, ..Self::start(surroundings, self.skew, ring, now)? };
        Ok(())
    }

    pub(crate) fn crash(&mut self) {
        self.up = false;
        self.crashes += 1;
    }

    /// Takes a published ring over, while serving.
    pub(crate) fn reload(&mut self, (at, ring): (usize, &Ring), now: Millis) {
        self.keyring.replace(&ring.keyring);
        self.ring = at;
        if self.newest != ring.newest {
            (self.newest, self.learned) = (ring.newest, now);
        }
    }

    /// What its clock shows at `time`.
    pub(crate) fn clock(&self, time: Millis) -> Timestamp {
        timestamp(time.saturating_add_signed(self.skew))
    }

    /// When its clock shows `timestamp`.
    pub(crate) fn reaches(&self, timestamp: Timestamp) -> Millis {
        fleet_time(timestamp).saturating_add_signed(-self.skew)
    }

    /// Hands a request to the layer. The first step opens the session, the second one ends the request.
    pub(crate) fn call(&self, request: Request<()>) -> Handling {
        Box::pin(self.layer.layer(service_fn(handle)).call(request))
    }
}

/// One step of a request; the answer when that was the last.
pub(crate) fn step(handling: &mut Handling) -> Option<Answer> {
    match handling.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(answer)) => Some(answer),
        Poll::Pending => None,
    }
}

/// Reads or writes, and takes its time, so that rings change while a request is under way.
async fn handle(request: Request<()>) -> Result<Response<()>, Infallible> {
    let mut response = Response::new(());
    match Session::<Visit>::from_request(&request).await {
        Ok(session) if request.method() == Method::POST => session.update(|visit| visit.writes += 1),
        Ok(session) => session.read(|_| ()),
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    let mut waited = false;
    poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    Ok(response)
}
