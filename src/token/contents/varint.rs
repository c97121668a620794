//! Numbers in a plaintext: postcard's varints, each with one spelling.

/// Appends `number` as postcard writes it: seven bits a byte, lowest first, the top bit set on all but the last.
pub(super) fn push_varint(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number in its shortest form off the front of `bytes`, so that every number has one spelling.
pub(super) fn take_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
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

pub(super) const fn varint_len(number: u64) -> usize {
    (number | 1).ilog2() as usize / 7 + 1
}
