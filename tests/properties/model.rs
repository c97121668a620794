//! What the docs say: sessions in cookies and records, without any bytes.

mod shelf;
mod things;

use std::collections::HashMap;

use sealed_session::SessionId;

use crate::flight::{Data, Deed, Seen};
use things::{GRACE, REMEMBERED, Record, SKEW, State};
pub(crate) use things::{IDLE, LIFETIME, Token};

/// A key: its number is the rank turned round, the highest seals.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ModelKey {
    pub(crate) revoked: bool,
    pub(crate) ended: bool,
}

/// What a request came with.
#[derive(Debug, Clone)]
enum Carried {
    Nothing,
    Session(Box<(Token, Option<Record>)>),
    Refused { kept: bool },
}

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    carried: Carried,
    pub(crate) seen: Seen,
    navigation: bool,
    deed: Deed,
    serial: u64,
}

/// What a response carries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Set {
    Nothing,
    Expired,
    /// A cookie; its id is `None` where it must be a new one.
    Sealed(Option<SessionId>, Box<Token>),
    /// A 503: the record was sealed meanwhile under a key that has gone since.
    Failed,
}

/// The record that is to be written again cannot be opened.
struct Unreadable;

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) store: bool,
    pub(crate) now: u64,
    pub(crate) keys: Vec<ModelKey>,
    records: HashMap<SessionId, Record>,
    /// A record under an id that is not known yet.
    unnamed: Option<Record>,
}

impl Model {
    /// A site with one key.
    pub(crate) fn new(store: bool, now: u64) -> Self {
        Self { store, now, keys: vec![ModelKey::default()], ..Self::default() }
    }

    /// The key that seals.
    pub(crate) fn sealing(&self) -> usize {
        self.keys.iter().rposition(|key| !key.revoked && !key.ended).unwrap()
    }

    fn key(&self, key: usize) -> Result<(), &'static str> {
        match self.keys[key] {
            ModelKey { revoked: true, .. } => Err("revoked_key"),
            ModelKey { ended: true, .. } => Err("ended_key"),
            ModelKey { .. } => Ok(()),
        }
    }

    fn open(&self, token: &Token) -> Result<(Data, Option<Record>), &'static str> {
        self.key(token.key)?;
        let (lifetime, idle) = token.limits();
        if self.now >= token.created + lifetime {
            return Err("expired_lifetime");
        }
        if self.now >= token.issued + idle {
            return Err("expired_idle");
        }
        if let Some(data) = &token.inside {
            return Ok((data.clone(), None));
        }
        let record = self.stored(token.id).ok_or("record_missing")?;
        self.key(record.key)?;
        match record.state {
            State::Live if self.now >= record.ends => Err("record_missing"),
            State::Ended => Err("record_missing"),
            State::Live | State::Retired => Ok((record.data.clone(), Some(record.clone()))),
        }
    }

    /// A request comes in.
    pub(crate) fn start(&self, cookie: Option<&Token>, navigation: bool, deed: Deed, serial: u64) -> Started {
        let fresh = |outcome| Seen { outcome, id: None, data: Data::default() };
        let (carried, seen) = match cookie.map(|token| (token, self.open(token))) {
            None => (Carried::Nothing, fresh("absent")),
            Some((_, Err(reason))) => (Carried::Refused { kept: reason == "ended_key" }, fresh(reason)),
            Some((token, Ok((data, record)))) => {
                let seen = Seen { outcome: "opened", id: Some(token.id), data };
                (Carried::Session(Box::new((token.clone(), record))), seen)
            }
        };
        Started { carried, seen, navigation, deed, serial }
    }

    /// Its handler goes on to its end. The table of `docs/behaviour.md`, row by row.
    pub(crate) fn finish(&mut self, started: &Started) -> Set {
        let Started { carried, deed, serial, seen, .. } = started;
        let destroyed = matches!(deed, Deed::SignOut | Deed::Restart);
        let renewed = matches!(deed, Deed::Renew | Deed::SignIn);
        let written = match deed {
            Deed::Write { large } => Some(Data::new(*serial, *large)),
            Deed::SignIn => Some(Data { serial: *serial, ..seen.data.clone() }),
            Deed::Restart => Some(Data::new(*serial, false)),
            _ => None,
        };
        let (token, record) = match carried {
            Carried::Session(session) => (&session.0, &session.1),
            _ => {
                return match (written, carried) {
                    (Some(data), _) => self.begin(data),
                    (None, Carried::Refused { kept }) if destroyed || !kept => Set::Expired,
                    (None, _) => Set::Nothing,
                };
            }
        };
        let keys = [Some(token.key), record.as_ref().map(|record| record.key)];
        let revoked = keys.into_iter().flatten().any(|key| self.keys[key].revoked);
        if destroyed || revoked {
            if destroyed {
                self.end(token, record.as_ref());
            }
            return match written {
                Some(data) if !revoked => self.begin(data),
                _ => Set::Expired,
            };
        }
        let retired = record.as_ref().is_some_and(|record| record.state != State::Live);
        let remembered = *deed == Deed::Remember;
        if !renewed && written.is_none() && !remembered {
            let due = !retired && self.refresh_due(token, keys, started.navigation);
            return if due { self.refresh(token, record.as_ref()) } else { Set::Nothing };
        }
        if retired && !renewed {
            return Set::Nothing;
        }
        self.seal(token, record.as_ref(), seen, written, renewed, remembered)
    }

    /// A session that there was not.
    fn begin(&mut self, data: Data) -> Set {
        let token = Token {
            id: SessionId::from_bytes([0; 16]),
            created: self.now,
            issued: self.now,
            own: None,
            key: self.sealing(),
            inside: None,
            lingers: None,
        };
        self.put_new(token, data)
    }

    /// A session under a new id, in its cookie or in a record.
    fn put_new(&mut self, mut token: Token, data: Data) -> Set {
        if data.is_large() && self.store {
            self.unnamed = Some(self.record(&token, data));
        } else {
            token.inside = Some(data);
        }
        Set::Sealed(None, Box::new(token))
    }

    /// The new session got this id.
    pub(crate) fn name(&mut self, id: SessionId) {
        if let Some(record) = self.unnamed.take() {
            assert!(self.records.insert(id, record).is_none(), "an id that was there");
        }
    }

    fn refresh_due(&self, token: &Token, keys: [Option<usize>; 2], navigation: bool) -> bool {
        let unused = self.now - token.issued.min(self.now);
        let idle = token.limits().1;
        let half = 2 * unused >= idle;
        let sealing = self.sealing();
        if keys.into_iter().flatten().any(|key| key < sealing) {
            navigation || half
        } else if keys.into_iter().flatten().any(|key| key > sealing) {
            half
        } else {
            half || navigation && 10 * unused > idle
        }
    }

    /// Sealed again, unchanged. A session that somebody else has ended, renewed or moved is not.
    fn refresh(&mut self, token: &Token, record: Option<&Record>) -> Set {
        let own = record.map_or(token.own, |record| record.own);
        let (now, key) = (self.now, self.sealing());
        let mut sealed = Token { issued: now.max(token.created), own, key, ..token.clone() };
        sealed.lingers = token.lingers.filter(|until| *until > now);
        if let Some(record) = record {
            let stored = self.stored(token.id).filter(|stored| stored.state == State::Live);
            let Some(stored) = stored else {
                return Set::Nothing;
            };
            let again = record.ends != sealed.created + sealed.limits().0 || record.key != key;
            // A record that is written again gives way to other writes; one whose end is moved is looked into.
            let unreadable = self.key(stored.key).is_err() || self.found(token.id).is_none();
            if if again { stored.writes != record.writes } else { unreadable } {
                return Set::Nothing;
            }
            if again {
                let again = self.record(&sealed, stored.data.clone());
                self.records.insert(token.id, again);
            }
            if let Some(record) = self.records.get_mut(&token.id) {
                record.expires = record.expires.max(sealed.end() + SKEW);
            }
        }
        Set::Sealed(Some(token.id), Box::new(sealed))
    }

    fn seal(
        &mut self,
        token: &Token,
        record: Option<&Record>,
        seen: &Seen,
        written: Option<Data>,
        renewed: bool,
        remembered: bool,
    ) -> Set {
        let (now, key) = (self.now, self.sealing());
        let created = if renewed { now } else { token.created };
        let own = if remembered {
            Some((now - created + REMEMBERED, REMEMBERED))
        } else {
            record.map_or(token.own, |record| record.own)
        };
        let changed = written.is_some();
        let data = written.unwrap_or_else(|| seen.data.clone());
        let mut sealed =
            Token { id: token.id, created, issued: now.max(created), own, key, inside: None, lingers: None };
        let live = record.filter(|record| record.state == State::Live);
        if renewed {
            return match live.map(|record| self.retire(token.id, record)) {
                Some(Ok(false)) => Set::Nothing,
                Some(Err(Unreadable)) => Set::Failed,
                _ => self.put_new(sealed, data),
            };
        }
        let lingers = token.lingers.filter(|until| *until > now);
        if !(data.is_large() && self.store) {
            // Into the cookie, or it stays there.
            match live.map(|record| self.retire(token.id, record)) {
                Some(Ok(false)) => return Set::Nothing,
                Some(Err(Unreadable)) => return Set::Failed,
                Some(Ok(true)) => sealed.lingers = Some(now + GRACE),
                None => sealed.lingers = lingers,
            }
            sealed.inside = Some(data);
            return Set::Sealed(Some(token.id), Box::new(sealed));
        }
        let found = match self.meets(token.id, live.map(|record| record.writes)) {
            Ok(found) => found.map(|found| (found.state, found.data.clone())),
            Err(Unreadable) => return Set::Failed,
        };
        let kept = match found {
            Some((State::Live, stored)) => Some(stored),
            Some((State::Retired, stored)) if live.is_none() && lingers.is_some() => Some(stored),
            None if live.is_none() => None,
            _ => return Set::Nothing,
        };
        let data = if changed { data } else { kept.unwrap_or(data) };
        let again = self.record(&sealed, data);
        self.records.insert(token.id, again);
        Set::Sealed(Some(token.id), Box::new(sealed))
    }
}
