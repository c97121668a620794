//! Writer and reader draw the same line.

use super::{
    rich::{Rich, wrap},
    *,
};
use std::collections::{BTreeMap, HashMap};

/// Checks that the writer takes `value` if and only if the reader takes postcard's bytes of it.
#[track_caller]
pub(super) fn both_take<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> bool {
    let written = encode(value);
    let read = decode::<T>(&raw(value));
    match (written, read) {
        (Ok(bytes), Ok(again)) => {
            assert_postcard(&bytes, value);
            assert_eq!(again, *value);
            true
        }
        (Err(EncodeError::TooDeep), Err(DecodeError::TooDeep))
        | (Err(EncodeError::TooMany), Err(DecodeError::TooMany)) => false,
        (written, read) => panic!("{written:?}, {:?}", read.map(drop)),
    }
}

/// The number of times `wrap` can be applied to the default until the value is refused.
#[track_caller]
fn deepest<T>(wrap: impl Fn(T) -> T) -> usize
where
    T: Serialize + DeserializeOwned + PartialEq + Debug + Default,
{
    let mut value = T::default();
    for count in 0..=MAX_DEPTH + 1 {
        if !both_take(&value) {
            return count;
        }
        value = wrap(value);
    }
    panic!("no limit");
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Maps(BTreeMap<u8, Maps>);

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Pairs(Option<Box<(Pairs, u8)>>, u8);

#[test]
fn depth_is_the_same_for_both() {
    on_small_stack(|| {
        let node = |next| Node { next: Some(Box::new(next)) };
        // The struct of the last node is a level of its own.
        assert_eq!(deepest(node), MAX_DEPTH / 2);
        assert_eq!(deepest(|tree| Tree(vec![tree])), MAX_DEPTH / 2);
        assert_eq!(deepest(|map| Maps(BTreeMap::from([(0, map)]))), MAX_DEPTH / 2);
        assert_eq!(deepest(|pairs| Pairs(Some(Box::new((pairs, 0))), 0)), MAX_DEPTH.div_ceil(3));
        // One level each, and none for a unit variant.
        assert_eq!(deepest(|next| Link::Newtype(Box::new(next))), MAX_DEPTH + 1);
    });
}

#[test]
fn every_kind_of_variant_is_a_level() {
    on_small_stack(|| {
        let wraps: [fn(Box<Link>) -> Link; 3] =
            [Link::Newtype, |next| Link::Tuple(next, 0), |next| Link::Struct { next }];
        for wrap in wraps {
            let deepest = (0..MAX_DEPTH).fold(Link::End, |next, _| wrap(Box::new(next)));
            assert!(both_take(&deepest));
            assert!(!both_take(&wrap(Box::new(deepest))));
        }
    });
}

#[test]
fn siblings_do_not_add_up() {
    assert!(both_take(&vec![Link::Newtype(Box::default()); 10 * MAX_DEPTH]));
}

#[test]
fn empty_elements_are_the_same_for_both() {
    let most = vec![(); MAX_EMPTY];
    assert!(both_take(&most));
    assert!(!both_take(&vec![(); MAX_EMPTY + 1]));
    assert!(!both_take(&vec![[0_u8; 0]; MAX_EMPTY + 1]));
    assert!(!both_take(&vec![Unit; MAX_EMPTY + 1]));
    assert!(!both_take(&vec![(Unit, ()); MAX_EMPTY + 1]));
    assert!(both_take(&(vec![(); MAX_EMPTY - 1], HashMap::from([((), Unit)]))));
    assert!(!both_take(&(most, HashMap::from([((), Unit)]))));
}

#[test]
fn only_empty_elements_are_counted() {
    assert!(both_take(&vec![0_u8; 2 * MAX_EMPTY]));
    assert!(both_take(&vec![(Unit, 0_u8); 2 * MAX_EMPTY]));
    assert!(both_take(&vec![None::<()>; 2 * MAX_EMPTY]));
    assert!(both_take(&vec![String::new(); 2 * MAX_EMPTY]));
    // Fields without bytes are bounded by the type, whatever their number.
    assert!(both_take(&vec![([Unit; 32], 0_u8); MAX_EMPTY]));
}

#[test]
fn a_small_stack_holds_the_deepest_values() {
    on_small_stack(|| {
        for kind in 0..8 {
            let mut value = Rich::Nothing;
            let mut count = 0;
            while both_take(&value) {
                value = wrap(value, kind);
                count += 1;
            }
            assert!((MAX_DEPTH / 4..=MAX_DEPTH + 1).contains(&count), "{kind}: {count}");
        }
    });
}
