//! A browser: one cookie, visits with requests side by side, and pauses in between.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::Cookie;
use http::header::{COOKIE, SET_COOKIE};
use http::{Method, Request};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use sealed_session::KeyId;

use crate::machine::Answer;
use crate::scenario::{IDLE, LIFETIME, MINUTE, Millis, SECOND};

const NAME: &str = "__Host-session";

/// A cookie, with what the simulation knows of it and no browser could.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    value: String,
    /// When the browser forgets it, by its `Max-Age`.
    forgotten: Millis,
    pub(crate) seal: Seal,
}

/// What the simulation knows of a cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seal {
    /// Which session it is.
    pub(crate) session: u64,
    /// The generation of the key.
    pub(crate) generation: usize,
    pub(crate) created: Millis,
    pub(crate) sealed: Millis,
}

impl Seal {
    /// Whether the session's time limits are further away than `margin`.
    pub(crate) fn is_alive(&self, now: Millis, margin: Millis) -> bool {
        now + margin < self.sealed + IDLE && now + margin < self.created + LIFETIME
    }
}

/// What a request is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purpose {
    /// The handler writes.
    pub(crate) writes: bool,
    /// The visitor goes to a page, as opposed to a script that fetches something.
    pub(crate) navigates: bool,
}

#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) held: Option<Held>,
}

impl Browser {
    /// The cookie that a request carries at `now`.
    pub(crate) fn cookie(&self, now: Millis) -> Option<&Held> {
        self.held.as_ref().filter(|held| now < held.forgotten)
    }

    /// The requests of one visit, with how much later than the first they are sent. Without a session, the visitor signs in.
    pub(crate) fn visit(&self, now: Millis, random: &mut Xoshiro256PlusPlus) -> Vec<(Millis, Purpose)> {
        if self.cookie(now).is_none() {
            return vec![(0, Purpose { writes: true, navigates: true })];
        }
        let page = (0, Purpose { writes: random.random_ratio(1, 4), navigates: true });
        let scripts = (0..random.random_range(0..=3u32)).map(|_| {
            let after = random.random_range(20..=2 * SECOND);
            (after, Purpose { writes: random.random_ratio(1, 3), navigates: false })
        });
        std::iter::once(page).chain(scripts.collect::<Vec<_>>()).collect()
    }

    /// How long until the next visit: mostly minutes; one pause in five comes close to the idle timeout or passes it.
    pub(crate) fn pause(random: &mut Xoshiro256PlusPlus) -> Millis {
        if random.random_ratio(1, 5) {
            random.random_range(IDLE * 4 / 5..=IDLE + MINUTE)
        } else {
            random.random_range(10 * SECOND..=6 * MINUTE)
        }
    }
}

impl Purpose {
    /// The request, with the headers that browsers send.
    pub(crate) fn request(self, held: Option<&Held>) -> Option<Request<()>> {
        let (mode, dest) = if self.navigates { ("navigate", "document") } else { ("cors", "empty") };
        let request = Request::builder()
            .method(if self.writes { Method::POST } else { Method::GET })
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest);
        let request = match held {
            Some(held) => request.header(COOKIE, format!("{NAME}={}", held.value)),
            None => request,
        };
        request.body(()).ok()
    }
}

/// The `Set-Cookie` of an answer.
pub(crate) struct Field {
    value: String,
    max_age: Millis,
    /// The key that sealed it; none if it expires the cookie.
    pub(crate) key: Option<KeyId>,
}

impl Field {
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let text = answer.headers().get(SET_COOKIE)?.to_str().ok()?;
        let cookie = Cookie::parse(text).ok()?;
        let max_age = u64::try_from(cookie.max_age()?.whole_seconds()).ok()? * SECOND;
        Some(Self { value: cookie.value().to_owned(), max_age, key: key_id(cookie.value()) })
    }

    /// The cookie as a browser holds it that gets it at `arrival`.
    pub(crate) fn held(self, arrival: Millis, seal: Seal) -> Held {
        Held { value: self.value, forgotten: arrival + self.max_age, seal }
    }
}

/// Bytes 1 to 4 of a token name its key; the first eight characters hold bytes 0 to 5.
fn key_id(value: &str) -> Option<KeyId> {
    let head = URL_SAFE_NO_PAD.decode(value.get(..8)?).ok()?;
    head.get(1..5)?.try_into().ok().map(KeyId::from_bytes)
}
