//! "Remember me": a session with timeouts of its own.

use std::time::Duration;

use super::Session;
use super::state::State;
use crate::codec::SessionData;

impl<T: SessionData> Session<T> {
    /// "Remember me": from now on this session lives for `duration`, used or not, instead of the layer's timeouts. Holds
    /// for later writes too, and survives [`Session::renew`]. Granted is at most what the layer's
    /// [`longest_remember`](crate::SessionLayerBuilder::longest_remember) says.
    pub fn remember_for(&self, duration: Duration) {
        let longest = self.0.config.limits.remember;
        self.change_state(|state| state.remember_for(duration.as_secs().clamp(1, longest.max(1))));
    }

    /// Takes [`remember_for`](Session::remember_for) back: the layer's timeouts hold again, the lifetime counted from when the
    /// session began. [`sign_in`](Session::sign_in) does that by itself.
    pub fn forget(&self) {
        self.change_state(State::forget);
    }
}
