//! AES-256-CMAC, [RFC 4493](https://www.rfc-editor.org/rfc/rfc4493) and SP 800-38B.

use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

pub(crate) const BLOCK_LEN: usize = 16;

type Block = Zeroizing<[u8; BLOCK_LEN]>;

/// AES-256-CMAC under one key, its subkeys computed.
#[derive(Clone)]
pub(crate) struct Cmac {
    aes: Aes256,
    /// For a last block that is whole.
    whole: Block,
    /// For one that is filled up.
    filled_up: Block,
}

impl Cmac {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let aes = Aes256::new(key.into());
        let mut zeros = Zeroizing::new([0; BLOCK_LEN]);
        aes.encrypt_block((&mut *zeros).into());
        let whole = doubled(&zeros);
        let filled_up = doubled(&whole);
        Self { aes, whole, filled_up }
    }

    /// Begins a message.
    pub(crate) fn start(&self) -> Running<'_> {
        Running { cmac: self, state: Zeroizing::new([0; BLOCK_LEN]), taken: 0 }
    }
}

/// A message under way.
pub(crate) struct Running<'a> {
    cmac: &'a Cmac,
    state: Block,
    /// Bytes of the current block that are in the state already.
    taken: usize,
}

impl Running<'_> {
    pub(crate) fn update(&mut self, mut part: &[u8]) {
        while !part.is_empty() {
            // A full block waits for what follows, because the last one is treated differently.
            if self.taken == BLOCK_LEN {
                self.cmac.aes.encrypt_block((&mut *self.state).into());
                self.taken = 0;
            }
            let (now, later) = part.split_at(part.len().min(BLOCK_LEN - self.taken));
            self.state.iter_mut().skip(self.taken).zip(now).for_each(|(to, from)| *to ^= from);
            self.taken += now.len();
            part = later;
        }
    }

    pub(crate) fn finish(mut self) -> Block {
        let subkey = match self.state.get_mut(self.taken) {
            None => &self.cmac.whole,
            Some(end) => {
                *end ^= 0x80;
                &self.cmac.filled_up
            }
        };
        self.state.iter_mut().zip(subkey.iter()).for_each(|(to, from)| *to ^= from);
        self.cmac.aes.encrypt_block((&mut *self.state).into());
        self.state
    }
}

/// The block times x in the field of 2¹²⁸ elements, without a branch on its bits.
fn doubled(block: &Block) -> Block {
    let number = u128::from_be_bytes(**block);
    Zeroizing::new(((number << 1) ^ (0x87 * (number >> 127))).to_be_bytes())
}
