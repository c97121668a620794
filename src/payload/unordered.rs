//! Collections whose order means nothing, and so is written the same way every time.

use std::any::type_name;

/// Hash tables iterate in an order that changes when they grow and from process to process. Without a fixed order, a session
/// with one would count as changed when it is not. All other collections keep theirs: it may mean something.
///
/// Their `Serialize` hands the collection itself to the serializer, so its type's name tells. Should a name ever change, the
/// order is written as it comes.
pub(super) fn is_unordered<I>() -> bool {
    let name = type_name::<I>().trim_start_matches('&');
    name.starts_with("std::collections::hash::") || name.starts_with("hashbrown::")
}

/// Sorts the pieces of `bytes` that begin at `starts`; the last one ends where `bytes` end.
pub(super) fn sort_pieces(bytes: &mut Vec<u8>, starts: &[usize]) {
    let Some(first) = starts.first().copied() else { return };
    let tail = bytes.split_off(first);
    let ends = starts.iter().skip(1).copied().chain([first + tail.len()]);
    let mut pieces: Vec<_> =
        starts.iter().zip(ends).filter_map(|(start, end)| tail.get(start - first..end - first)).collect();
    pieces.sort_unstable();
    pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
}
