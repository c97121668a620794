//! Reads the memory of this process, as somebody would who has a core dump of it.

use std::fs::File;
use std::os::unix::fs::FileExt;

use zeroize::Zeroize;

/// What hides the needles, so that the list of them is not found itself.
const MASK: u8 = 0xa7;
/// Pieces are looked for, because an allocator writes over the beginning of what was freed.
const PIECE: usize = 16;
const BLOCK: usize = 1 << 16;

/// Something that must not be found.
#[derive(Clone)]
pub(crate) struct Needle {
    name: &'static str,
    masked: Vec<u8>,
}

impl Needle {
    /// From hexadecimal digits, which are another spelling than what is looked for.
    pub(crate) fn hex(name: &'static str, digits: &str) -> Self {
        let digit = |character: u8| (character as char).to_digit(16).unwrap() as u8;
        let pairs = digits.as_bytes().chunks(2);
        Self { name, masked: pairs.map(|pair| ((digit(pair[0]) << 4) | digit(pair[1])) ^ MASK).collect() }
    }

    /// From base64 in the standard alphabet, without writing down what it stands for.
    pub(crate) fn base64(name: &'static str, text: &str) -> Self {
        let value = |character: u8| match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let symbols = text.trim_end_matches('=').as_bytes().chunks(4);
        let bytes = symbols.flat_map(|symbols| {
            (1..symbols.len()).map(|place| {
                let (left, right) = (value(symbols[place - 1]), value(symbols[place]));
                ((left << (2 * place)) | (right >> (6 - 2 * place))) ^ MASK
            })
        });
        Self { name, masked: bytes.collect() }
    }

    pub(crate) fn bytes(name: &'static str, bytes: &[u8]) -> Self {
        Self { name, masked: bytes.iter().map(|byte| byte ^ MASK).collect() }
    }

    /// Each byte of it, changed.
    pub(crate) fn map(&self, name: &'static str, change: u8) -> Self {
        Self { name, masked: self.masked.iter().map(|byte| byte ^ change).collect() }
    }

    /// The pieces, the last one at the very end.
    fn pieces(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let last = self.masked.len() - PIECE;
        let starts = (0..last).step_by(PIECE).chain([last]);
        starts.map(|start| (start, &self.masked[start..start + PIECE]))
    }
}

/// Where a piece was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: &'static str,
    /// Which byte of the needle the piece begins with, and where it is.
    pub(crate) place: String,
}

/// Looks through everything that this process can write to.
pub(crate) struct Scanner {
    memory: File,
    /// Begins with the end of the block before. Wiped after each use, and left out by its address.
    block: Vec<u8>,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self { memory: File::open("/proc/self/mem").unwrap(), block: vec![0; BLOCK + PIECE] }
    }

    pub(crate) fn find(&mut self, needles: &[Needle]) -> Vec<Found> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut found = Vec::new();
        let mut total = 0;
        for line in maps.lines() {
            let mut fields = line.split_ascii_whitespace();
            let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
            let name = fields.nth(3).unwrap_or("anonymous");
            if rights.starts_with("rw") && name != "[vvar]" {
                let (start, end) = range.split_once('-').unwrap();
                let parse = |address| u64::from_str_radix(address, 16).unwrap();
                total += self.find_in(parse(start), parse(end), name, needles, &mut found);
            }
        }
        self.block.zeroize();
        self.block.resize(BLOCK + PIECE, 0);
        assert!(total > 100_000, "only {total} bytes could be read");
        found
    }

    fn find_in(&mut self, start: u64, end: u64, name: &str, needles: &[Needle], found: &mut Vec<Found>) -> u64 {
        let own = self.block.as_ptr() as u64..self.block.as_ptr() as u64 + self.block.len() as u64;
        let mut at = start;
        while at < end {
            // Blocks overlap, so that nothing is cut in two.
            let len = (end - at).min(BLOCK as u64 + PIECE as u64 - 1) as usize;
            let block = &mut self.block[..len];
            if self.memory.read_exact_at(block, at).is_err() {
                return at - start;
            }
            for needle in needles {
                for (offset, piece) in needle.pieces() {
                    for position in positions(block, piece) {
                        let address = at + position as u64;
                        if !own.contains(&address) {
                            let place = format!("from byte {offset} on, at {address:x} in {name}");
                            found.push(Found { name: needle.name, place });
                        }
                    }
                }
            }
            at += BLOCK as u64;
        }
        end - start
    }
}

/// Where in `block` the piece is, which is masked.
fn positions(block: &[u8], piece: &[u8]) -> Vec<usize> {
    let first = piece[0] ^ MASK;
    let mut positions = Vec::new();
    let mut from = 0;
    while let Some(next) = block[from..].iter().position(|byte| *byte == first) {
        let start = from + next;
        let window = block[start..].iter().take(piece.len());
        if window.len() == piece.len() && window.zip(piece).all(|(byte, masked)| byte ^ MASK == *masked) {
            positions.push(start);
        }
        from = start + 1;
    }
    positions
}
