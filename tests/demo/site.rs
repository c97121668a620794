//! The demo, served until it is dropped.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use sealed_session::{Key, Keyring};
use tokio::sync::oneshot;

use crate::app;
use crate::shop::Shop;
use crate::storage::Storage;

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    events: Arc<Mutex<Vec<String>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// One key that every start has.
pub(crate) fn ring() -> Keyring {
    let bytes = std::array::from_fn(|index| u8::try_from(index * 37 % 251).unwrap());
    Keyring::new([Key::from_bytes(bytes).unwrap()]).unwrap()
}

/// The URL of a store in this file.
pub(crate) fn sqlite(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

impl Site {
    /// With the store of this URL, as after `--store`.
    pub(crate) fn start(ring: Keyring, store: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let events = Arc::new(Mutex::new(Vec::new()));
        let (store, heard) = (store.to_owned(), Arc::clone(&events));
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let storage = Storage::open(&store).unwrap();
                let shop =
                    Shop::new(ring, storage, move |event| heard.lock().unwrap().push(format!("{event:?}"))).unwrap();
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let served = axum::serve(listener, app::app(shop));
                let _ = served.with_graceful_shutdown(async { drop(stopped.await) }).await;
            });
        });
        Self { address, events, stop: Some(stop), thread: Some(thread) }
    }

    /// Whether there was an event whose text begins so.
    pub(crate) fn heard(&self, start: &str) -> bool {
        self.events.lock().unwrap().iter().any(|event| event.starts_with(start))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
