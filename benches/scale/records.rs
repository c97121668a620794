//! Records to fill stores with.

use std::ops::Range;
use std::sync::Arc;

use sealed_session::store::{Creation, RecordKey, Store};
use sealed_session::{SessionId, Timestamp};

/// As large as records are that overflow by default.
pub(crate) const SIZE: usize = 3072;
/// How many calls are under way while records are put in.
const AT_ONCE: u64 = 64;

pub(crate) fn key(number: u64) -> RecordKey {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_le_bytes());
    RecordKey::of(SessionId::from_bytes(id))
}

/// The same in each run. Like sealed bytes it cannot be compressed (SplitMix64).
pub(crate) fn data(number: u64) -> [u8; SIZE] {
    let mut data = [0; SIZE];
    let mut state = number.wrapping_mul(SIZE as u64);
    for chunk in data.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    data
}

/// Creates the records of these numbers.
pub(crate) async fn fill<S: Store + ?Sized>(store: &Arc<S>, numbers: Range<u64>, expires: Timestamp, now: Timestamp) {
    let tasks = (0..AT_ONCE).map(|task| {
        let (store, numbers) = (Arc::clone(store), numbers.clone());
        tokio::spawn(async move {
            for number in numbers.skip(task as usize).step_by(AT_ONCE as usize) {
                let created = store.create(&key(number), &data(number), expires, now).await.unwrap();
                assert!(matches!(created, Creation::Created(_)));
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}
