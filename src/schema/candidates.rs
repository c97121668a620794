//! The values that the probe makes up.

use super::wire::Wire;

/// What a visitor asked for, at a leaf: each is the `deserialize_*` method of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    String,
    Bytes,
    ByteBuf,
}

impl Hint {
    /// The name that enters the digest.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Char => "char",
            Self::Str => "str",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::ByteBuf => "byte_buf",
        }
    }

    /// How many candidates there are.
    pub(super) fn candidates(self) -> usize {
        match self {
            Self::Bool => 2,
            Self::I8 => ints::<i8>().count(),
            Self::I16 => ints::<i16>().count(),
            Self::I32 => ints::<i32>().count(),
            Self::I64 | Self::I128 => ints::<i64>().count(),
            Self::U8 => ints::<u8>().count(),
            Self::U16 => ints::<u16>().count(),
            Self::U32 => ints::<u32>().count(),
            Self::U64 | Self::U128 => ints::<u64>().count(),
            Self::F32 | Self::F64 => FLOATS.len(),
            Self::Char => CHARS.len(),
            Self::Str | Self::String => STRINGS.len(),
            Self::Bytes | Self::ByteBuf => BYTES.len(),
        }
    }

    /// What postcard has on the wire for it.
    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Bool | Self::I8 | Self::U8 => Wire::Byte,
            Self::I16 | Self::I32 | Self::I64 | Self::I128 => Wire::Signed,
            Self::U16 | Self::U32 | Self::U64 | Self::U128 => Wire::Unsigned,
            Self::F32 => Wire::Float32,
            Self::F64 => Wire::Float64,
            Self::Char | Self::Str | Self::String | Self::Bytes | Self::ByteBuf => Wire::Text,
        }
    }
}

// In every list the first candidate is an ordinary value and the second is the zero of the type: predicates of
// `skip_serializing_if` are mostly `is_empty`, `is_zero` and the like, so both are tried even if neither is refused.
// The rest is only reached after a refusal. No extremes: `UNIX_EPOCH + Duration::from_secs(n)` in a `deserialize_with`
// would panic.

/// Lengths of sequences and maps. Long ones are for types that insist on one length.
pub(super) const LENGTHS: &[usize] = &[1, 0, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 64];

/// Round numbers, status codes, years, ports, timestamps, and a few negative ones.
const ROUND: &[i64] = &[
    300,
    301,
    400,
    404,
    500,
    512,
    999,
    1000,
    1024,
    1234,
    1900,
    1970,
    2000,
    2020,
    2025,
    4096,
    5000,
    8080,
    9999,
    10_000,
    50_000,
    65_535,
    65_536,
    100_000,
    123_456,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    1_700_000_000,
    1_000_000_000_000,
    1_700_000_000_000,
    -1,
    -2,
    -5,
    -10,
    -50,
    -100,
    -1000,
];

/// Coordinates, rates and percentages.
const FLOATS: &[f32] = &[1.0, 0.0, 0.5, 2.0, -1.0, -0.5, 0.1, 5.0, 10.0, 45.0, 90.0, 100.0, -10.0, 1000.0];

/// A letter, a digit, and the rest of what a single `char` tends to be.
const CHARS: &[char] = &['a', '\0', 'A', '0', '1', ' ', '-', '_', '.', '/', '#', '€'];

/// Strings that common validations accept.
const STRINGS: &[&str] = &[
    "a",
    "",
    "a@example.com",
    "http://example.com/",
    "https://example.com/",
    "example.com",
    "2001-01-01",
    "2001-01-01T01:01:01Z",
    "2001-01-01T01:01:01",
    "2001-01-01 01:01:01",
    "2001-01-01T01:01:01.000000000Z",
    "2001-01-01 01:01:01.0 +00:00:00",
    "Mon, 01 Jan 2001 01:01:01 GMT",
    "01:01:01",
    "01:01",
    "1",
    "0",
    "1.0",
    "1.0.0",
    "127.0.0.1",
    "::1",
    "127.0.0.1:80",
    "[::1]:80",
    "10.0.0.0/8",
    "aa",
    "AA",
    "aaa",
    "EUR",
    "aaaa",
    "aaaaaa",
    "aaaaaaaa",
    "Aa1!Aa1!",
    "Aa1!Aa1!Aa1!Aa1!",
    "en-US",
    "en_US",
    "en",
    "UTC",
    "Europe/Berlin",
    "GET",
    "text/plain",
    "/",
    "/a",
    "#ffffff",
    "#fff",
    "11",
    "1111",
    "11111",
    "111111",
    "11111111",
    "1111111111",
    "+14155552671",
    "14155552671",
    "4111111111111111",
    "DE89370400440532013000",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "00000000-0000-4000-8000-000000000000",
    "aaaaaaaaaa",
    "aaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "AAAAAAAAAAAAAAAAAAAAAA==",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "monday",
    "Monday",
    "january",
    "January",
    "P1D",
    "PT1S",
    "1s",
    "true",
    "null",
    "{}",
    "a b",
    "a.a",
    "a-a",
    "a_a",
    "a:a",
    "a/a",
    "@a",
];

/// Byte strings of the usual lengths: most types that read bytes insist on one.
const BYTES: &[&[u8]] = &[
    b"a", b"", &[1; 16], &[1; 32], &[1; 4], &[1; 8], &[1; 12], &[1; 2], &[1; 3], &[1; 6], &[1; 20], &[1; 24], &[1; 28],
    &[1; 33], &[1; 48], &[1; 64], &[1; 65], &[1; 96], &[1; 128], &[1; 256],
];

/// The integers that fit into `N`.
fn ints<N: TryFrom<i64>>() -> impl Iterator<Item = N> {
    let small = [1, 0].into_iter().chain(2..=255);
    small.chain(ROUND.iter().copied()).filter_map(|n| N::try_from(n).ok())
}

/// The boolean for `arm`; the arms are counted by [`Hint::candidates`], as in all of these.
pub(super) fn boolean(arm: usize) -> bool {
    arm == 0
}

/// The integer for `arm`.
pub(super) fn int<N: TryFrom<i64> + Default>(arm: usize) -> N {
    ints::<N>().nth(arm).unwrap_or_default()
}

/// The number for `arm`.
pub(super) fn float(arm: usize) -> f32 {
    FLOATS.get(arm).copied().unwrap_or_default()
}

/// The character for `arm`.
pub(super) fn character(arm: usize) -> char {
    CHARS.get(arm).copied().unwrap_or_default()
}

/// The string for `arm`.
pub(super) fn string(arm: usize) -> &'static str {
    STRINGS.get(arm).copied().unwrap_or_default()
}

/// The byte string for `arm`.
pub(super) fn bytes(arm: usize) -> &'static [u8] {
    BYTES.get(arm).copied().unwrap_or_default()
}
