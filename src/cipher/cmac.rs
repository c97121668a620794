//! AES-256-CMAC, [RFC 4493](https://www.rfc-editor.org/rfc/rfc4493) and SP 800-38B.

use aes_gcm::aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::aes::{Aes256Enc, Block};
use zeroize::{Zeroize, Zeroizing};

pub(crate) const BLOCK_LEN: usize = 16;

/// AES-256-CMAC under one key, its subkeys computed.
#[derive(Clone)]
pub(crate) struct Cmac {
    aes: Aes256Enc,
    /// For a last block that is whole.
    whole: Zeroizing<[u8; BLOCK_LEN]>,
    /// For one that is filled up.
    filled_up: Zeroizing<[u8; BLOCK_LEN]>,
}

impl Cmac {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let aes = Aes256Enc::new(key.into());
        let mut zeros = Zeroizing::new([0; BLOCK_LEN]);
        aes.encrypt_block((&mut *zeros).into());
        let whole = doubled(&zeros);
        let filled_up = doubled(&whole);
        Self { aes, whole, filled_up }
    }

    /// Begins `N` messages of one length. The processor works on them side by side, so that two take little longer than one.
    pub(crate) fn start<const N: usize>(&self) -> Running<'_, N> {
        Running { cmac: self, states: [Block::default(); N], taken: 0 }
    }
}

/// Messages of one length, under way.
pub(crate) struct Running<'a, const N: usize> {
    cmac: &'a Cmac,
    states: [Block; N],
    /// Bytes of the current block that are in the states already.
    taken: usize,
}

impl<const N: usize> Running<'_, N> {
    /// Appends to each message a part of its own. All have `LEN` bytes.
    pub(crate) fn update_each<const LEN: usize>(&mut self, parts: [[u8; LEN]; N]) {
        for at in 0..LEN {
            self.next_block();
            for (state, part) in self.states.iter_mut().zip(&parts) {
                xor(state, self.taken, part.get(at..=at).unwrap_or_default());
            }
            self.taken += 1;
        }
    }

    /// Appends `part` to all of them.
    pub(crate) fn update(&mut self, mut part: &[u8]) {
        while !part.is_empty() {
            self.next_block();
            let (now, later) = part.split_at(part.len().min(BLOCK_LEN - self.taken));
            self.states.iter_mut().for_each(|state| xor(state, self.taken, now));
            self.taken += now.len();
            part = later;
        }
    }

    /// A full block waits for what follows, because the last one is treated differently.
    fn next_block(&mut self) {
        if self.taken == BLOCK_LEN {
            self.cmac.aes.encrypt_blocks(&mut self.states);
            self.taken = 0;
        }
    }

    /// Hands the tags out, one after the other.
    pub(crate) fn finish(mut self, mut take: impl FnMut(&[u8])) {
        let is_whole = self.taken == BLOCK_LEN;
        let subkey = if is_whole { &self.cmac.whole } else { &self.cmac.filled_up };
        for state in &mut self.states {
            if !is_whole {
                xor(state, self.taken, &[0x80]);
            }
            xor(state, 0, subkey.as_slice());
        }
        self.cmac.aes.encrypt_blocks(&mut self.states);
        self.states.iter().for_each(|state| take(state));
    }
}

impl<const N: usize> Drop for Running<'_, N> {
    fn drop(&mut self) {
        self.states.iter_mut().for_each(|state| state.zeroize());
    }
}

fn xor(state: &mut Block, from: usize, part: &[u8]) {
    state.iter_mut().skip(from).zip(part).for_each(|(to, from)| *to ^= from);
}

/// The block times x in the field of 2¹²⁸ elements, without a branch on its bits.
fn doubled(block: &[u8; BLOCK_LEN]) -> Zeroizing<[u8; BLOCK_LEN]> {
    let number = u128::from_be_bytes(*block);
    Zeroizing::new(((number << 1) ^ (0x87 * (number >> 127))).to_be_bytes())
}
