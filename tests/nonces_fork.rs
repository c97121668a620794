//! A real `fork`: parent and child go on from the same memory, and no two seals draw the same nonce. In a program of its own,
//! with one test, because only the thread that forks lives on in the child.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod nonces_support;

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use fork::{Fork, fork, waitpid};
use nonces_support::{Nonce, assert_all_differ, assert_no_run_in_common, draw, sealer};
use sealed_session::Sealer;

#[test]
fn row_67_parent_and_child_of_a_fork_repeat_no_nonce() {
    let sealer = sealer();
    let mut all = Vec::new();
    // However much of a state is used up when the fork happens.
    for before in [0, 1, 97, 700] {
        all.extend(draw(&sealer, before));
        // Threads that have ended, whose state may be used by others; threads that wait.
        let ended: Vec<_> = (0..3).map(|_| on_thread(&sealer, before)).collect();
        all.extend(ended.into_iter().flat_map(|thread| thread.join().unwrap()));
        let waiting: Vec<_> = (0..3).map(|_| Waiting::start(&sealer, before)).collect();
        // Two children of the same state, the first with a child of its own.
        let children = [Child::start(&sealer, 1), Child::start(&sealer, 0)];
        all.extend(draw_here_and_elsewhere(&sealer));
        all.extend(waiting.into_iter().flat_map(Waiting::finish));
        for child in children {
            let theirs = child.finish();
            assert_no_run_in_common(&all, &theirs);
            all.extend(theirs);
        }
    }
    // Four rounds of what was drawn before (7 times) and after: by parent, child, its child and the other child (4 × 900), and
    // by the threads that waited (3 × 300).
    assert_eq!(all.len(), 7 * (1 + 97 + 700) + 4 * (4 * 900 + 3 * 300));
    assert_all_differ(all);
}

fn on_thread(sealer: &Sealer, count: usize) -> JoinHandle<Vec<Nonce>> {
    let sealer = sealer.clone();
    thread::spawn(move || draw(&sealer, count))
}

/// 900 of them, on this thread and on two new ones.
fn draw_here_and_elsewhere(sealer: &Sealer) -> Vec<Nonce> {
    let threads = [on_thread(sealer, 300), on_thread(sealer, 300)];
    let here = draw(sealer, 300);
    here.into_iter().chain(threads.into_iter().flat_map(|thread| thread.join().unwrap())).collect()
}

/// A thread that has sealed, and goes on when it is told to.
struct Waiting(Sender<()>, JoinHandle<Vec<Nonce>>);

impl Waiting {
    /// Returns when it has sealed so often.
    fn start(sealer: &Sealer, before: usize) -> Self {
        let (go, told) = channel();
        let (ready, is_ready) = channel();
        let sealer = sealer.clone();
        let thread = thread::spawn(move || {
            let mut nonces = draw(&sealer, before);
            ready.send(()).unwrap();
            told.recv().unwrap();
            nonces.extend(draw(&sealer, 300));
            nonces
        });
        is_ready.recv().unwrap();
        Self(go, thread)
    }

    fn finish(self) -> Vec<Nonce> {
        self.0.send(()).unwrap();
        self.1.join().unwrap()
    }
}

/// A process that seals, and tells what it drew.
struct Child {
    process: i32,
    nonces: PipeReader,
}

impl Child {
    /// With as many generations below it.
    fn start(sealer: &Sealer, generations: usize) -> Self {
        let (reader, writer) = pipe().unwrap();
        match fork().unwrap() {
            Fork::Parent(process) => Self { process, nonces: reader },
            Fork::Child => be_a_child(sealer, generations, writer),
        }
    }

    fn finish(mut self) -> Vec<Nonce> {
        let mut bytes = Vec::new();
        self.nonces.read_to_end(&mut bytes).unwrap();
        assert_eq!(waitpid(self.process).unwrap(), 0, "the child failed");
        assert!(!bytes.is_empty());
        bytes.chunks_exact(24).map(|nonce| nonce.try_into().unwrap()).collect()
    }
}

fn be_a_child(sealer: &Sealer, generations: usize, mut out: PipeWriter) -> ! {
    let grandchild = (generations > 0).then(|| Child::start(sealer, generations - 1));
    let mut nonces = draw_here_and_elsewhere(sealer);
    if let Some(grandchild) = grandchild {
        let theirs = grandchild.finish();
        assert_no_run_in_common(&nonces, &theirs);
        nonces.extend(theirs);
    }
    out.write_all(nonces.as_flattened()).unwrap();
    // No destructors: what this process was a copy of is not its to end.
    std::process::exit(0)
}
