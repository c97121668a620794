//! Section 5 of docs/format.md: the plaintext. Read as the page says, and written back.

use super::Purpose;

const OWN_LIMITS: u8 = 0x08;
const PADDED: u8 = 0x10;
const GENERATION: u8 = 0x20;
const UNTIL: u8 = 0x40;

/// A plaintext, field by field.
#[derive(Debug, Clone, PartialEq, Eq, arbitrary::Arbitrary)]
pub struct Plain {
    pub kind: u8,
    pub id: [u8; 16],
    pub created: u64,
    pub age: u64,
    pub own_limits: Option<(u64, u64)>,
    pub generation: Option<u64>,
    pub until: Option<u64>,
    /// Zeros behind the `80` of the padding, if there is one.
    pub zeros: Option<u16>,
    pub schema: Option<[u8; 4]>,
    pub payload: Vec<u8>,
}

/// What a reader makes of a plaintext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Plain(Plain),
    Malformed,
    Unknown,
}

/// A layer's timeouts, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub lifetime: u64,
    pub idle: u64,
}

impl Plain {
    pub fn read(bytes: &[u8], purpose: Purpose) -> Reading {
        match bytes.first() {
            Some(flags) if flags & 0x80 != 0 || flags & 7 > 4 => Reading::Unknown,
            _ => Self::read_known(bytes, purpose).map_or(Reading::Malformed, Reading::Plain),
        }
    }

    fn read_known(bytes: &[u8], purpose: Purpose) -> Option<Self> {
        let (flags, mut rest) = bytes.split_first()?;
        let kind = flags & 7;
        if (purpose == Purpose::Cookie) != (kind <= 1) {
            return None;
        }
        let has = |flag: u8| flags & flag != 0;
        let rest = &mut rest;
        let id = *rest.split_off(..16)?.first_chunk()?;
        let (created, age) = (number(rest)?, number(rest)?);
        created.checked_add(age)?;
        let own_limits = if has(OWN_LIMITS) { Some((number(rest)?, number(rest)?)) } else { None };
        let generation = if has(GENERATION) { Some(number(rest)?) } else { None };
        let until = if has(UNTIL) { Some(number(rest)?) } else { None };
        let fits = match kind {
            0 => true,
            1 => generation.is_some() && until.is_none(),
            _ => generation.is_some() && until.is_some(),
        };
        if !fits || generation == Some(0) {
            return None;
        }
        let schema = if matches!(kind, 0 | 2 | 3) { Some(*rest.split_off(..4)?.first_chunk()?) } else { None };
        let (payload, zeros) = if has(PADDED) { without_padding(rest)? } else { (*rest, None) };
        if schema.is_none() && !payload.is_empty() {
            return None;
        }
        let payload = payload.to_vec();
        Some(Self { kind, id, created, age, own_limits, generation, until, zeros, schema, payload })
    }

    pub fn write(&self) -> Vec<u8> {
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let flags = flag(self.own_limits.is_some(), OWN_LIMITS)
            | flag(self.zeros.is_some(), PADDED)
            | flag(self.generation.is_some(), GENERATION)
            | flag(self.until.is_some(), UNTIL);
        let mut out = vec![self.kind | flags];
        out.extend(self.id);
        let own_limits = self.own_limits.into_iter().flat_map(|(lifetime, idle)| [lifetime, idle]);
        for value in [self.created, self.age].into_iter().chain(own_limits).chain(self.generation).chain(self.until) {
            push(&mut out, value);
        }
        out.extend(self.schema.into_iter().flatten());
        out.extend(&self.payload);
        if let Some(zeros) = self.zeros {
            out.push(0x80);
            out.resize(out.len() + usize::from(zeros), 0);
        }
        out
    }

    pub fn issued(&self) -> u64 {
        self.created.saturating_add(self.age)
    }

    /// The three steps on time in section 6.
    pub fn refused_at(&self, now: u64, limits: Limits) -> Option<&'static str> {
        let (lifetime, idle) = self.own_limits.unwrap_or((limits.lifetime, limits.idle));
        let lifetime = lifetime.min(34_560_000);
        if self.issued() > now + 60 {
            Some("not_yet_valid")
        } else if now >= self.created.saturating_add(lifetime) {
            Some("expired_lifetime")
        } else if now >= self.issued().saturating_add(idle) {
            Some("expired_idle")
        } else {
            None
        }
    }
}

/// Takes a varint off the front: of 64 bits, and no longer than it needs to be.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u128;
    for position in 0..10 {
        let byte = *bytes.split_off_first()?;
        value |= u128::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return u64::try_from(value).ok().filter(|_| byte != 0 || position == 0);
        }
    }
    None
}

fn push(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn without_padding(bytes: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let content = bytes.iter().rposition(|byte| *byte != 0)?;
    let zeros = bytes.len() - content - 1;
    let zeros = u16::try_from(zeros).expect("no token is that long");
    (bytes[content] == 0x80).then_some((&bytes[..content], Some(zeros)))
}
