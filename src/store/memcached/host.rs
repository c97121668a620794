//! One memcached server.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use memcache::exp::{AsyncMetaClient, Error, Operation};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::failure::{failure, slow};
use crate::store::{RecordKey, StoreError};

/// How long it may take to look a name up, to get a free connection, or to connect.
const CONNECT: Duration = Duration::from_millis(1000);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_millis(1500);
/// The name of a server that cannot be reached is looked up again after so long.
const LOOK_UP_AGAIN: Duration = Duration::from_secs(10);

/// A server, with its connections. Each call has a connection of its own; one whose call did not finish, because it failed or
/// was given up, is closed, so that no other call can get its answer.
pub(super) struct Host {
    address: String,
    connections: usize,
    found: Mutex<Option<(AsyncMetaClient, Instant)>>,
}

impl Host {
    pub(super) fn new(address: String, connections: usize) -> Self {
        Self { address, connections, found: Mutex::new(None) }
    }

    /// How much this server is the one for `key`: the one with the highest number is. So when the list of servers changes, only
    /// the records of those that came or went are looked for elsewhere.
    pub(super) fn weight(&self, key: &RecordKey) -> [u8; 32] {
        Sha256::new().chain_update(key.to_bytes()).chain_update(&self.address).finalize().into()
    }

    /// Does one thing. Nothing is tried twice.
    pub(super) async fn run<O: Operation>(&self, operation: O) -> Result<O::Output, StoreError> {
        let client = self.client().await?;
        let result = client.run(operation).await;
        if let Err(Error::Io(_) | Error::Timeout { .. }) = result {
            self.forget();
        }
        result.map_err(|error| failure(&error))
    }

    /// The connections to the address that the server's name stands for.
    async fn client(&self) -> Result<AsyncMetaClient, StoreError> {
        if let Some((client, _)) = &*self.found.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(client.clone());
        }
        let builder = AsyncMetaClient::builder()
            .max_idle(self.connections)
            .max_connections(Some(self.connections))
            .connect_timeout(Some(CONNECT))
            .io_timeout(Some(ANSWER));
        let found = timeout(CONNECT, builder.connect_async(self.address.clone())).await;
        let client = found.map_err(|_| slow())?.map_err(|error| failure(&error))?;
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever was faster has connections already.
        Ok(known.get_or_insert((client, Instant::now())).0.clone())
    }

    fn forget(&self) {
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_some_and(|(_, since)| since.elapsed() > LOOK_UP_AGAIN) {
            *known = None;
        }
    }
}
