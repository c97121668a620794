//! Browsers, each with a session of its own, that count up and know what was acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::app::{Answer, App};
use super::tally::Tally;

/// How long a client goes on trying once the store is back.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Clients {
    clients: Vec<Arc<tokio::sync::Mutex<Client>>>,
    tally: Arc<Mutex<Tally>>,
    impatient: bool,
}

struct Client {
    name: usize,
    cookie: Option<String>,
    /// The last count that was acknowledged.
    acknowledged: u64,
    /// Requests since then of which nobody knows whether they were carried out.
    unknown: u64,
}

/// Traffic that goes on until it is stopped.
pub(crate) struct Traffic {
    stop: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl Traffic {
    pub(crate) async fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(task) = self.tasks.join_next().await {
            task.unwrap();
        }
    }
}

impl Clients {
    pub(crate) fn new(count: usize) -> Self {
        let client = |name| Client { name, cookie: None, acknowledged: 0, unknown: 0 };
        let clients = (0..count).map(|name| Arc::new(tokio::sync::Mutex::new(client(name)))).collect();
        Self { clients, tally: Arc::default(), impatient: false }
    }

    /// They give up at random moments.
    pub(crate) fn impatient(mut self) -> Self {
        self.impatient = true;
        self
    }

    pub(crate) fn tally(&self) -> Tally {
        *self.tally.lock().unwrap()
    }

    pub(crate) fn start(&self, app: &App) -> Traffic {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for client in &self.clients {
            let (client, app, tally) = (Arc::clone(client), app.clone(), Arc::clone(&self.tally));
            let (stop, impatient) = (Arc::clone(&stop), self.impatient);
            tasks.spawn(async move {
                let mut client = client.lock().await;
                let mut round = client.name as u64;
                while !stop.load(Ordering::Relaxed) {
                    round += 1;
                    let patience = if impatient && round.is_multiple_of(2) {
                        Duration::from_micros(round * 131 % 4000)
                    } else {
                        Duration::MAX
                    };
                    client.step(&app, &tally, patience).await;
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            });
        }
        Traffic { stop, tasks }
    }

    /// Each client comes through once more, now that the store is well.
    pub(crate) async fn recover(&self, app: &App) {
        let start = Instant::now();
        for client in &self.clients {
            let mut client = client.lock().await;
            while !client.step(app, &self.tally, Duration::MAX).await {
                assert!(start.elapsed() < PATIENCE, "the store is back, and the app does not see it");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Client {
    /// One request; says whether it was acknowledged.
    async fn step(&mut self, app: &App, tally: &Mutex<Tally>, patience: Duration) -> bool {
        let count = |add: fn(&mut Tally)| add(&mut tally.lock().unwrap());
        count(|tally| tally.requests += 1);
        self.unknown += 1;
        let answer = tokio::time::timeout(patience, app.count(self.name, self.cookie.as_deref())).await;
        let (before, now, cookie) = match answer {
            Err(_) => {
                count(|tally| tally.cancelled += 1);
                return false;
            }
            Ok(Answer::Refused) => {
                count(|tally| tally.refused += 1);
                return false;
            }
            Ok(Answer::Counted { before, now, cookie }) => (before, now, cookie),
        };
        match before.client {
            Some(client) => {
                assert_eq!(client, self.name, "somebody else's session");
                let possible = self.acknowledged..self.acknowledged + self.unknown;
                assert!(possible.contains(&before.count), "{} is none of {possible:?}", before.count);
            }
            None if self.cookie.is_some() => count(|tally| tally.lost += 1),
            None => {}
        }
        (self.cookie, self.acknowledged, self.unknown) = (Some(cookie), now, 0);
        true
    }
}
