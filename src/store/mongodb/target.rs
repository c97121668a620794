//! The collection that records are in, found when it is first needed.

use std::sync::Arc;
use std::time::Duration;

use ::mongodb::bson::Document;
use ::mongodb::error::Result as DriverResult;
use ::mongodb::options::{
    Acknowledgment, ClientOptions, CollectionOptions, ConnectionString, ReadPreference, SelectionCriteria, WriteConcern,
};
use ::mongodb::{Client, Collection, Database};
use tokio::sync::{OnceCell, Semaphore};

use super::failure::failure;
use crate::error::Error;
use crate::store::StoreError;
use crate::store::url::{Location, refuse};

const DEFAULT_DATABASE: &str = "sealed_session";
pub(super) const DEFAULT_COLLECTION: &str = "sealed_sessions";
/// How long it may take to connect, and to find a server that takes writes.
const CONNECT: Duration = Duration::from_millis(1500);
/// How long a majority of the servers may take to have a write.
const MAJORITY: Duration = Duration::from_millis(1500);

/// How many calls may be on their way at once; others wait. The driver has a limit of its own for connections.
const CALLS: usize = 100;

/// Where records are.
pub(super) struct Target {
    /// What to connect to, unless a client came with the collection.
    address: Option<ConnectionString>,
    collection: String,
    found: OnceCell<Collection<Document>>,
    calls: Arc<Semaphore>,
}

impl Target {
    pub(super) fn of(database: &Database, collection: &str) -> Self {
        let found = OnceCell::new_with(Some(open(database, collection)));
        Self { address: None, collection: collection.to_owned(), found, calls: Arc::new(Semaphore::new(CALLS)) }
    }

    pub(super) fn from_url(url: &str) -> Result<Self, Error> {
        let (address, mut location) = split(url)?;
        let collection = location.text("collection").unwrap_or_else(|| DEFAULT_COLLECTION.to_owned());
        location.done(&["collection"])?;
        if collection.is_empty() || collection.starts_with("system.") || collection.contains(['$', '\0']) {
            return Err(refuse("`collection` in the URL of the store cannot be the name of a collection of MongoDB"));
        }
        let calls = Arc::new(Semaphore::new(CALLS));
        Ok(Self { address: Some(parse(&address)?), collection, found: OnceCell::new(), calls })
    }

    /// Runs a call of the driver to its end, also when nobody waits for it any more.
    ///
    /// Callers give up after a while, and the driver is bad at that: a caller that no longer waits for a connection keeps its
    /// place in the queue, of which about two a second are cleared. With 20 callers and a server that stopped for 5 seconds,
    /// no call came through for 25 seconds more. So the driver does not learn of callers that gave up.
    pub(super) async fn run<T, F>(
        &self,
        call: impl FnOnce(Collection<Document>) -> F,
    ) -> Result<DriverResult<T>, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = DriverResult<T>> + Send + 'static,
    {
        let call = call(self.found.get_or_try_init(|| self.find()).await?.clone());
        let permit = Arc::clone(&self.calls).acquire_owned().await.map_err(StoreError::unavailable)?;
        let task = tokio::spawn(async move {
            let result = call.await;
            drop(permit);
            result
        });
        task.await.map_err(StoreError::unavailable)
    }

    pub(super) fn name(&self) -> &str {
        &self.collection
    }

    /// Looks the servers up; the driver connects in the background, and by itself again whenever it has to.
    async fn find(&self) -> Result<Collection<Document>, StoreError> {
        let address = self.address.clone().ok_or_else(|| StoreError::unavailable("no MongoDB to connect to"))?;
        let mut options = ClientOptions::parse(address).await.map_err(|error| failure(&error))?;
        options.server_selection_timeout.get_or_insert(CONNECT);
        options.connect_timeout.get_or_insert(CONNECT);
        let database = options.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
        let client = Client::with_options(options).map_err(|error| failure(&error))?;
        Ok(open(&client.database(&database), &self.collection))
    }
}

/// The collection, read from the primary, as a secondary may not have what was written yet. Writes wait for a majority of
/// the servers and their journals, unless the app said otherwise.
fn open(database: &Database, collection: &str) -> Collection<Document> {
    let majority = || WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(MAJORITY).build();
    let options = CollectionOptions::builder()
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .write_concern(database.write_concern().cloned().unwrap_or_else(majority))
        .build();
    database.collection_with_options(collection, options)
}

/// The URL without our settings, and those. Not by `Location` alone: several hosts with ports are no URL to it.
fn split(url: &str) -> Result<(String, Location), Error> {
    let (hosts, query) = url.split_once('?').unwrap_or((url, ""));
    let is_ours = |setting: &&str| setting.split('=').next() == Some("collection");
    let (ours, theirs): (Vec<&str>, Vec<&str>) = query.split('&').filter(|it| !it.is_empty()).partition(is_ours);
    let location = Location::parse(&format!("mongodb://hosts/?{}", ours.join("&")))?;
    let theirs = theirs.join("&");
    Ok((if theirs.is_empty() { hosts.to_owned() } else { format!("{hosts}?{theirs}") }, location))
}

fn parse(address: &str) -> Result<ConnectionString, Error> {
    let parsed = ConnectionString::parse(address).map_err(|error| {
        // The driver quotes what it does not understand, which can be a part of a password.
        let has_secret = ["@", "assword", "authMechanismProperties"].iter().any(|sign| address.contains(sign));
        if has_secret {
            refuse(
                "MongoDB's driver refuses the URL of the store: check its options, and that user name and password are \
                 percent-encoded",
            )
        } else {
            refuse(format!("MongoDB's driver refuses the URL of the store: {}", error.kind))
        }
    })?;
    let is_blind = |concern: &WriteConcern| concern.w == Some(Acknowledgment::Nodes(0));
    if parsed.write_concern.as_ref().is_some_and(is_blind) {
        return Err(refuse("`w=0` in the URL of the store: nobody would notice that sessions are not stored"));
    }
    Ok(parsed)
}
