//! The plaintext of a token: flags, identity, times, and then either the data or what leads to it.

mod varint;

use std::ops::Range;

use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::schema::Schema;
use varint::{push_varint, take_varint, varint_len};

/// What the plaintext is; the three lowest bits of the flags.
const KIND: u8 = 0b111;
const INLINE: u8 = 0;
const REFERENCE: u8 = 1;
const RECORD: u8 = 2;
const RETIRED: u8 = 3;
const ENDED: u8 = 4;
/// The session has limits of its own: lifetime and idle timeout follow.
const FLAG_OWN_LIMITS: u8 = 1 << 3;
/// The plaintext ends in padding: 0x80 and then zeros.
const FLAG_PADDED: u8 = 1 << 4;
/// The session has, or had, a record: its generation follows.
const FLAG_GENERATION: u8 = 1 << 5;
/// The end of a record follows.
const FLAG_UNTIL: u8 = 1 << 6;
const PADDING_START: u8 = 0x80;

/// Who a session is and when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The session's identifier.
    pub id: SessionId,
    /// When the session began: at its first save, or at the last `renew`.
    pub created: Timestamp,
    /// When this token was sealed.
    pub issued: Timestamp,
    /// The session's own limits, where it has some ("remember me"); else the layer's apply.
    pub own_limits: Option<OwnLimits>,
    /// How often the session's record in a store was written when this token was sealed; 0 for a session that never had one.
    pub generation: u64,
}

/// Limits of one session, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLimits {
    /// Seconds from `created` to the end.
    pub lifetime: u64,
    /// Seconds from `issued` to the end.
    pub idle: u64,
}

/// What is sealed into a token that holds its session's data.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// Identity and times. `issued` before `created` is sealed as equal to it.
    pub head: Head,
    /// The shape of the payload.
    pub schema: Schema,
    /// The session's data.
    pub payload: &'a [u8],
}

/// Everything that can be sealed.
#[derive(Clone, Copy)]
pub(crate) enum Plaintext<'a> {
    /// A cookie with the session's data; a record of it from before may still be there until this moment.
    Inline(Contents<'a>, Option<Timestamp>),
    /// A cookie whose session's data is in a record.
    Reference(Head),
    /// A record.
    Record(Contents<'a>, RecordState),
    /// What stands in a record's place until this moment, once its session was ended.
    Ended(Head, Timestamp),
}

/// What a record is good for, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordState {
    /// When it ends, whatever the store says.
    pub(crate) ends: Timestamp,
    /// Its session has gone on without it, and it stays for requests under way: it can be read, never written.
    pub(crate) retired: bool,
}

/// What was found in a plaintext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Inline(Schema, Range<usize>, Option<Timestamp>),
    Reference,
    Record(Schema, Range<usize>, RecordState),
    Ended,
}

impl<'a> Plaintext<'a> {
    /// Identity and times.
    pub(crate) fn head(&self) -> &Head {
        match self {
            Self::Inline(contents, _) | Self::Record(contents, _) => &contents.head,
            Self::Reference(head) | Self::Ended(head, _) => head,
        }
    }

    fn data(&self) -> Option<(Schema, &'a [u8])> {
        match self {
            Self::Inline(contents, _) | Self::Record(contents, _) => Some((contents.schema, contents.payload)),
            Self::Reference(_) | Self::Ended(..) => None,
        }
    }

    fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Inline(_, until) => *until,
            Self::Reference(_) => None,
            Self::Record(_, state) => Some(state.ends),
            Self::Ended(_, until) => Some(*until),
        }
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Inline(..) => INLINE,
            Self::Reference(_) => REFERENCE,
            Self::Record(_, RecordState { retired: false, .. }) => RECORD,
            Self::Record(_, RecordState { retired: true, .. }) => RETIRED,
            Self::Ended(..) => ENDED,
        }
    }

    /// Length of the plaintext, padded to a multiple of `block`.
    pub(super) fn padded_len(&self, block: usize) -> usize {
        let len = self.overhead() + self.data().map_or(0, |(_, payload)| payload.len());
        len + padding(len, block)
    }

    /// Bytes that the payload can have in a plaintext of at most `max` bytes.
    pub(super) fn capacity(&self, max: usize, block: usize) -> usize {
        let padding = usize::from(block > 1);
        (max / block * block).saturating_sub(self.overhead() + padding)
    }

    /// Bytes of the plaintext besides payload and padding.
    fn overhead(&self) -> usize {
        let Head { created, issued, own_limits, generation, .. } = *self.head();
        let limits = own_limits.map_or(0, |own| varint_len(own.lifetime) + varint_len(own.idle));
        let generation = if generation == 0 { 0 } else { varint_len(generation) };
        let until = self.until().map_or(0, |until| varint_len(until.as_unix()));
        let times = varint_len(created.as_unix()) + varint_len(issued.since(created));
        1 + 16 + times + limits + generation + until + self.data().map_or(0, |_| 4)
    }

    /// Appends the plaintext, padded to a multiple of `block`.
    pub(crate) fn write(&self, out: &mut Vec<u8>, block: usize) {
        let start = out.len();
        let Head { id, created, issued, own_limits, generation } = *self.head();
        debug_assert!(generation > 0 || self.kind() == INLINE, "a record has been written once at least");
        out.push(self.kind() | self.flags(block));
        out.extend_from_slice(&id.to_bytes());
        push_varint(out, created.as_unix());
        push_varint(out, issued.since(created));
        if let Some(OwnLimits { lifetime, idle }) = own_limits {
            push_varint(out, lifetime);
            push_varint(out, idle);
        }
        if generation > 0 {
            push_varint(out, generation);
        }
        if let Some(until) = self.until() {
            push_varint(out, until.as_unix());
        }
        if let Some((schema, payload)) = self.data() {
            out.extend_from_slice(&schema.to_bytes());
            out.extend_from_slice(payload);
        }
        push_padding(out, padding(out.len() - start, block));
    }

    fn flags(&self, block: usize) -> u8 {
        let Head { own_limits, generation, .. } = self.head();
        let flags = [
            (own_limits.is_some(), FLAG_OWN_LIMITS),
            (block > 1, FLAG_PADDED),
            (*generation > 0, FLAG_GENERATION),
            (self.until().is_some(), FLAG_UNTIL),
        ];
        flags.into_iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag)
    }
}

/// Every flag that there is, besides the kind.
const FLAGS: u8 = FLAG_OWN_LIMITS | FLAG_PADDED | FLAG_GENERATION | FLAG_UNTIL;

/// Whether a plaintext is of a kind that there is, with flags that there are.
pub(super) fn is_known(plaintext: &[u8]) -> bool {
    plaintext.first().is_none_or(|flags| flags & !(KIND | FLAGS) == 0 && flags & KIND <= ENDED)
}

/// Reads what [`Plaintext::write`] wrote: the head, and where the payload lies. `None` for unknown flags, or flags that do
/// not go together, wrong lengths, numbers in another spelling, times that overflow, and padding that is anything but 0x80 and
/// zeros.
pub(super) fn read(plaintext: &[u8]) -> Option<(Head, Found)> {
    let (flags, rest) = plaintext.split_first()?;
    let has = |flag: u8| flags & flag != 0;
    if flags & !(KIND | FLAGS) != 0 {
        return None;
    }
    let (id, rest) = rest.split_first_chunk()?;
    let (created, rest) = take_varint(rest)?;
    let (age, rest) = take_varint(rest)?;
    let (lifetime, rest) = take_if(has(FLAG_OWN_LIMITS), rest)?;
    let (idle, rest) = take_if(has(FLAG_OWN_LIMITS), rest)?;
    let (generation, rest) = take_if(has(FLAG_GENERATION), rest)?;
    let (until, rest) = take_if(has(FLAG_UNTIL), rest)?;
    let rest_start = plaintext.len() - rest.len();
    let rest = if has(FLAG_PADDED) { strip_padding(rest)? } else { rest };
    let head = Head {
        id: SessionId::from_bytes(*id),
        created: Timestamp::from_unix(created),
        issued: Timestamp::from_unix(created.checked_add(age)?),
        own_limits: lifetime.zip(idle).map(|(lifetime, idle)| OwnLimits { lifetime, idle }),
        generation: generation.unwrap_or(0),
    };
    let until = until.map(Timestamp::from_unix);
    let data = || {
        let (schema, payload) = rest.split_first_chunk()?;
        let end = rest_start + rest.len();
        Some((Schema::from_bytes(*schema), end - payload.len()..end))
    };
    let found = match (flags & KIND, generation, until) {
        (_, Some(0), _) => return None,
        (INLINE, _, until) => data().map(|(schema, payload)| Found::Inline(schema, payload, until))?,
        (REFERENCE, Some(_), None) if rest.is_empty() => Found::Reference,
        (ENDED, Some(_), Some(_)) if rest.is_empty() => Found::Ended,
        (kind @ (RECORD | RETIRED), Some(_), Some(ends)) => {
            let (schema, payload) = data()?;
            Found::Record(schema, payload, RecordState { ends, retired: kind == RETIRED })
        }
        _ => return None,
    };
    Some((head, found))
}

impl std::fmt::Debug for Contents<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contents")
            .field("head", &self.head)
            .field("schema", &self.schema)
            .field("payload_len", &self.payload.len())
            .finish()
    }
}

/// A number, if there is to be one.
fn take_if(present: bool, bytes: &[u8]) -> Option<(Option<u64>, &[u8])> {
    if present { take_varint(bytes).map(|(number, rest)| (Some(number), rest)) } else { Some((None, bytes)) }
}

/// Bytes of padding behind `len` bytes. There is always at least one if there is padding at all, so that its end is
/// unmistakable.
const fn padding(len: usize, block: usize) -> usize {
    if block > 1 { block - len % block } else { 0 }
}

fn push_padding(out: &mut Vec<u8>, padding: usize) {
    if padding > 0 {
        out.push(PADDING_START);
        out.resize(out.len() + padding - 1, 0);
    }
}

fn strip_padding(padded: &[u8]) -> Option<&[u8]> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    let (payload, padding) = padded.split_at_checked(end)?;
    (*padding.first()? == PADDING_START).then_some(payload)
}
