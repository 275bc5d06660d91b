//! Blocks on their way from the reader to the job: few enough to be held, and neither side waits for the other's lock.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::journal::{FileStop, Wake};

/// How much may lie here; at least one block in any case.
const MAX_BYTES: usize = 4 << 20;
/// And how many, for lines of a byte each.
const MAX_BLOCKS: usize = 4096;

/// What the reader has to say.
pub(super) enum Part {
    /// The file is open, and so long.
    Opened { total_bytes: u64 },
    /// The next to be sent.
    Block(Block),
    /// All was read: the SHA-256 of all blocks, or why it is not all.
    End(Result<[u8; 32], FileStop>),
}

/// What is sent at once.
pub(super) struct Block {
    pub bytes: Arc<[u8]>,
    /// Where the file goes on after it.
    pub offset_bytes: u64,
}

#[derive(Default)]
struct State {
    parts: VecDeque<Part>,
    bytes: usize,
    /// The job is gone.
    closed: bool,
    /// The job found nothing, and waits.
    hungry: Option<Wake>,
}

/// The queue, shared by both sides.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    room: Condvar,
}

impl Queue {
    /// The reader's side: adds a part as soon as there is room; `false` when nobody wants it any more.
    pub fn push(&self, part: Part) -> bool {
        let mut state = self.lock();
        while !state.closed && (state.bytes >= MAX_BYTES || state.parts.len() >= MAX_BLOCKS) {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        if let Part::Block(block) = &part {
            state.bytes += block.bytes.len();
        }
        state.parts.push_back(part);
        let hungry = state.hungry.take();
        drop(state);
        if let Some(wake) = hungry {
            wake();
        }
        true
    }

    /// The job's side: the next part; if there is none, `wake` is called once there is.
    pub fn pop(&self, wake: impl FnOnce() -> Wake) -> Option<Part> {
        let mut state = self.lock();
        let part = state.parts.pop_front();
        match &part {
            Some(Part::Block(block)) => {
                let full = state.bytes >= MAX_BYTES || state.parts.len() + 1 >= MAX_BLOCKS;
                state.bytes -= block.bytes.len();
                if full {
                    self.room.notify_one();
                }
            }
            Some(_) => {}
            None => state.hungry = Some(wake()),
        }
        part
    }

    /// The job is gone: the reader ends as soon as it comes by.
    pub fn close(&self) {
        self.lock().closed = true;
        self.room.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
