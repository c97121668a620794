//! The plaintext of a token: flags, identity, times, schema, payload, padding.

use std::ops::Range;

use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::schema::Schema;

/// The payload follows; there is no other kind yet.
const KIND_INLINE: u8 = 0;
/// The session has limits of its own: lifetime and idle timeout follow.
const FLAG_OWN_LIMITS: u8 = 1 << 3;
/// The plaintext ends in padding: 0x80 and then zeros.
const FLAG_PADDED: u8 = 1 << 4;
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
}

/// Limits of one session, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLimits {
    /// Seconds from `created` to the end.
    pub lifetime: u64,
    /// Seconds from `issued` to the end.
    pub idle: u64,
}

/// What is sealed into a token.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// Identity and times. `issued` before `created` is sealed as equal to it.
    pub head: Head,
    /// The shape of the payload.
    pub schema: Schema,
    /// The session's data.
    pub payload: &'a [u8],
}

impl Contents<'_> {
    /// Length of the plaintext, padded to a multiple of `block`.
    pub(super) fn padded_len(&self, block: usize) -> usize {
        let len = self.overhead() + self.payload.len();
        len + padding(len, block)
    }

    /// Bytes that the payload can have in a plaintext of at most `max` bytes.
    pub(super) fn capacity(&self, max: usize, block: usize) -> usize {
        let padding = usize::from(block > 1);
        (max / block * block).saturating_sub(self.overhead() + padding)
    }

    /// Bytes of the plaintext besides payload and padding.
    fn overhead(&self) -> usize {
        let Head { created, issued, own_limits, .. } = self.head;
        let limits = own_limits.map_or(0, |own| varint_len(own.lifetime) + varint_len(own.idle));
        let times = varint_len(created.as_unix()) + varint_len(issued.since(created));
        1 + 16 + times + limits + 4
    }

    /// Appends the plaintext, padded to a multiple of `block`.
    pub(super) fn write(&self, out: &mut Vec<u8>, block: usize) {
        let start = out.len();
        let Head { id, created, issued, own_limits } = self.head;
        let limits = if own_limits.is_some() { FLAG_OWN_LIMITS } else { 0 };
        let padded = if block > 1 { FLAG_PADDED } else { 0 };
        out.push(KIND_INLINE | limits | padded);
        out.extend_from_slice(&id.to_bytes());
        push_varint(out, created.as_unix());
        push_varint(out, issued.since(created));
        if let Some(OwnLimits { lifetime, idle }) = own_limits {
            push_varint(out, lifetime);
            push_varint(out, idle);
        }
        out.extend_from_slice(&self.schema.to_bytes());
        out.extend_from_slice(self.payload);
        push_padding(out, padding(out.len() - start, block));
    }
}

/// Reads what [`Contents::write`] wrote: the head, the schema, and where the payload lies. `None` for unknown flags,
/// wrong lengths, numbers in another spelling, times that overflow, and padding that is anything but 0x80 and zeros.
pub(super) fn read(plaintext: &[u8]) -> Option<(Head, Schema, Range<usize>)> {
    let (flags, rest) = plaintext.split_first()?;
    if flags & !(FLAG_OWN_LIMITS | FLAG_PADDED) != KIND_INLINE {
        return None;
    }
    let (id, rest) = rest.split_first_chunk()?;
    let (created, rest) = take_varint(rest)?;
    let (age, rest) = take_varint(rest)?;
    let (own_limits, rest) = if flags & FLAG_OWN_LIMITS == 0 {
        (None, rest)
    } else {
        let (lifetime, rest) = take_varint(rest)?;
        let (idle, rest) = take_varint(rest)?;
        (Some(OwnLimits { lifetime, idle }), rest)
    };
    let (schema, payload) = rest.split_first_chunk()?;
    let start = plaintext.len() - payload.len();
    let payload = if flags & FLAG_PADDED == 0 { payload } else { strip_padding(payload)? };
    let issued = Timestamp::from_unix(created.checked_add(age)?);
    let head = Head { id: SessionId::from_bytes(*id), created: Timestamp::from_unix(created), issued, own_limits };
    Some((head, Schema::from_bytes(*schema), start..start + payload.len()))
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

/// Appends `number` as postcard writes it: seven bits a byte, lowest first, the top bit set on all but the last.
fn push_varint(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number in its shortest form off the front of `bytes`, so that every number has one spelling.
fn take_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (position, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            let overflows = position == 9 && *byte > 1;
            let too_long = position > 0 && *byte == 0;
            return bytes.get(position + 1..).filter(|_| !overflows && !too_long).map(|rest| (number, rest));
        }
    }
    None
}

const fn varint_len(number: u64) -> usize {
    (number | 1).ilog2() as usize / 7 + 1
}
