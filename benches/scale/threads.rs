//! Requests a second by the number of threads that serve them: read and modify through the layer, a clone of the service for
//! each thread. The bare service beside it says what this machine's cores are worth together.

use std::convert::Infallible;
use std::fmt::Debug;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use http::{HeaderMap, Request};
use sealed_session::SessionLayer;
use tower::{Layer, Service};

use crate::support::ready;
use crate::support::shop::{Shop, sample};
use crate::support::site::{self, Use};
use crate::times::median;
use crate::{knob, span};

pub(crate) fn run() {
    let layer = SessionLayer::<Shop>::new(site::keyring(1)).unwrap();
    let headers = site::headers(Some(&site::among_others(&ready(site::cookie(&layer, &sample("typical"))))));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rounds = knob("SCALE_ROUNDS", 5, 1);
    let (mut ours, mut bare) = (vec![Vec::new(); cores], vec![Vec::new(); cores]);
    for _ in 0..rounds {
        for threads in 1..=cores {
            let index = threads - 1;
            ours[index].push(rate(threads, &layer.layer(site::handler(Use::Modify)), &headers));
            bare[index].push(rate(threads, &site::handler(Use::Nothing), &headers));
        }
    }
    let [ours, bare] = [ours, bare].map(|rates| rates.into_iter().map(median).collect::<Vec<_>>());
    println!("Read and modify, requests a second.\n");
    println!("| threads | all | per thread | of linear | the bare service, of linear |\n|---:|---:|---:|---:|---:|");
    for (index, (ours_all, bare_all)) in ours.iter().zip(&bare).enumerate() {
        let threads = (index + 1) as f64;
        let [ours_share, bare_share] = [(ours_all, &ours), (bare_all, &bare)].map(|(all, of)| all / (threads * of[0]));
        let each = ours_all / threads;
        println!("| {threads} | {ours_all:.0} | {each:.0} | {ours_share:.2} | {bare_share:.2} |");
    }
}

/// Requests a second of so many threads together.
fn rate<S>(threads: usize, service: &S, headers: &HeaderMap) -> f64
where
    S: Service<Request<()>, Error = Infallible, Response: Debug> + Clone + Send,
{
    let (barrier, span) = (Barrier::new(threads), span());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (service, barrier) = (service.clone(), &barrier);
                scope.spawn(move || work(service, headers, barrier, span))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn work<S>(mut service: S, headers: &HeaderMap, barrier: &Barrier, span: Duration) -> f64
where
    S: Service<Request<()>, Error = Infallible>,
{
    // Headers of its own, as from a connection of its own: theirs share a count of references.
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.clone(), http::HeaderValue::from_bytes(value.as_bytes()).unwrap()))
        .collect();
    barrier.wait();
    let (start, mut count) = (Instant::now(), 0_u64);
    while start.elapsed() < span {
        for _ in 0..64 {
            drop(ready(service.call(site::request(&headers))));
        }
        count += 64;
    }
    count as f64 / start.elapsed().as_secs_f64()
}
