//! What a watch tells an operator.

use crate::error::Error;

/// What came of a change at the source of a watched keyring. Each one is also a `tracing` event. Holds no secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum WatchEvent {
    /// The source's keys are in force now. Also when it is good again after [`Refused`](Self::Refused) or
    /// [`Unreadable`](Self::Unreadable), with whatever keys.
    #[non_exhaustive]
    Reloaded {
        /// Keys that opened until now and are gone, by label or id, as [`Keyring::replace`](crate::Keyring::replace) returns
        /// them. Their sessions no longer open.
        vanished: Vec<String>,
        /// The key that seals now, by label or id; `None` if none does, so that saves answer 503.
        sealing: Option<String>,
    },
    /// What the source holds is not a keyring. The keys in force stay as they are.
    #[non_exhaustive]
    Refused {
        /// What is wrong with it.
        error: Error,
    },
    /// The file, a secret file that it names, or what the source asks, is missing or cannot be read. The keys in force stay
    /// as they are.
    #[non_exhaustive]
    Unreadable {
        /// Why.
        error: Error,
    },
}

const TARGET: &str = "sealed_session";

impl WatchEvent {
    pub(super) fn trace(&self) {
        match self {
            Self::Reloaded { vanished, sealing: Some(key) } => {
                tracing::info!(target: TARGET, event = "keyring_reloaded", key, vanished = vanished.len(), "keyring reloaded");
            }
            Self::Reloaded { vanished, sealing: None } => {
                tracing::error!(target: TARGET, event = "keyring_without_sealing_key", vanished = vanished.len(), "keyring reloaded, and no key of it may seal");
            }
            Self::Refused { error } => {
                tracing::error!(target: TARGET, event = "keyring_refused", %error, "keyring not reloaded: the new keys are refused");
            }
            Self::Unreadable { error } => {
                tracing::error!(target: TARGET, event = "keyring_unreadable", %error, "keyring not reloaded: its source cannot be read");
            }
        }
    }
}
