//! A framing as a view: the journal with its streams cut into frames, at any time, for all that was received and sent.
//!
//! [`Framed`] is a [`Source`] of rows like the journal itself, but its records are frames: a frame stands where the
//! record of the journal stands with which it became complete, and decodes from its own beginning. Datagrams and events
//! are records as they are. A large frame is several records, *slices*, that go on where the one before ends. Behind the
//! last of these settled records come those of which more bytes are to come, for each stream; they may change.
//!
//! A thread goes over the journal once, and follows it; it keeps an index of bounded size and no bytes. What the window
//! asks for is cut again from the nearest entry of that index.
//!
//! **Architecture invariant:** whatever the window asks is answered at once, if only with "loading", and the thread
//! wakes the window when it knows. What is settled never changes: it depends on the journal's records alone, and not on
//! when they were looked at.

mod build;
mod cutter;
mod index;
mod limits;
mod mark;
mod pass;
mod reader;
mod sequence;
mod state;
mod tail;
#[cfg(test)]
mod tests;
mod waiting;
mod worker;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use self::build::Built;
use self::state::{Shared, State, Want};
use super::rows::{Extent, Source};
use super::{Fetch, Journal, KindMask, Seek, Wake};
use crate::codec::framing::Framing;

pub use limits::Limits;
pub use mark::{FrameState, Mark};
pub use reader::Place;
pub use sequence::Sequence;
pub use state::Located;
pub use waiting::FramedWaiting;

/// A journal with its streams cut into frames. Dropping it ends its thread.
pub struct Framed {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// The answer of [`Framed::built`].
enum Asked {
    Built(Built),
    Loading,
    Lost,
    OutOfRange,
}

impl Framed {
    /// Starts to cut a journal. `wake` is called when there is something new to show.
    pub fn start(journal: Arc<Journal>, framing: Framing, wake: Wake) -> std::io::Result<Self> {
        Self::with_limits(journal, framing, Limits::default(), wake)
    }

    /// The same with other limits.
    pub fn with_limits(journal: Arc<Journal>, framing: Framing, limits: Limits, wake: Wake) -> std::io::Result<Self> {
        let shared = Shared::new(journal, framing, limits, wake);
        let of_thread = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("wb-framing".to_owned()).spawn(move || worker::run(&of_thread))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// What it cuts.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.shared.journal
    }

    /// How it cuts.
    pub fn framing(&self) -> &Framing {
        &self.shared.framing
    }

    /// How much of the journal was cut, 0 to 1, until its end was reached for the first time.
    pub fn progress(&self) -> Option<f32> {
        let (real, caught_up) = {
            let state = self.shared.lock();
            (state.real, state.caught_up || state.gone)
        };
        (!caught_up).then(|| real as f32 / self.shared.journal.len().max(1) as f32)
    }

    /// Where in the journal a record begins; `None` while that is not known.
    pub fn place_of(&self, index: u64) -> Option<Place> {
        let mut state = self.shared.lock();
        if let Asked::Built(built) = self.built(&mut state, index) { Some(built.place) } else { None }
    }

    /// Where a byte of the journal is shown, or the first record after it. `None` while that is looked for: then it is to
    /// be asked again after the next wake-up.
    pub fn locate(&self, place: Place) -> Option<Located> {
        let mut state = self.shared.lock();
        if let Some((of, located)) = state.located
            && of == place
        {
            state.located = None; // what is behind the settled records moves
            return Some(located);
        }
        if state.gone {
            return Some(Located { index: 0, offset: 0 });
        }
        if state.sought != Some(place) {
            state.sought = Some(place);
            self.shared.call();
        }
        None
    }

    /// A record, or whether it is being built.
    fn built(&self, state: &mut State, index: u64) -> Asked {
        let limits = &self.shared.limits;
        if index < state.lost {
            return Asked::Lost;
        }
        let want = if let Some(at) = index.checked_sub(state.records) {
            match state.open(at, limits) {
                Ok(built) => return Asked::Built(built),
                Err(Some(slice)) => Want::Open(slice),
                Err(None) => return Asked::OutOfRange,
            }
        } else if let Some(built) = state.built(index, limits) {
            return Asked::Built(built);
        } else {
            Want::Chunk(index / limits.chunk_records)
        };
        if self.shared.want(state, want) { Asked::Loading } else { Asked::Lost }
    }

    fn seek(&self, state: &mut State, told: Result<Option<u64>, u64>) -> Seek {
        match told {
            Ok(found) => found.map_or(Seek::None, Seek::Found),
            Err(index) if self.shared.want(state, Want::Kinds(index)) => Seek::Loading(index),
            Err(index) => Seek::Found(index), // so that the loss is seen
        }
    }

    /// Counts what the thread has answered.
    fn answers(&self) -> u64 {
        self.shared.lock().answers
    }

    /// Waits until the thread has answered more than that, at most so long.
    fn wait(&self, answers: u64, most: Duration) {
        let state = self.shared.lock();
        if state.answers == answers && !state.gone {
            drop(self.shared.wait(state, most));
        }
    }
}

impl Source for Framed {
    fn get(&self, index: u64) -> Fetch {
        let mut state = self.shared.lock();
        match self.built(&mut state, index) {
            Asked::Built(built) => built.record.map_or(Fetch::Lost, Fetch::Ready),
            Asked::Loading => Fetch::Loading,
            Asked::Lost => Fetch::Lost,
            Asked::OutOfRange => Fetch::OutOfRange,
        }
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        let mut state = self.shared.lock();
        let told = state.next_of(index, mask);
        self.seek(&mut state, told)
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        let mut state = self.shared.lock();
        let told = state.previous_of(index, mask);
        self.seek(&mut state, told)
    }

    fn extent(&self) -> Extent {
        let state = self.shared.lock();
        Extent {
            records: state.records + state.tail.records(),
            lost_records: state.lost,
            lost: state.lost_real.0,
            lost_bytes: state.lost_real.1,
            revision: state.revision,
        }
    }

    fn byte_offset(&self, index: u64) -> u64 {
        self.shared.lock().byte_offset(index, &self.shared.limits)
    }
}

impl Drop for Framed {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.journal.signal().notify();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of a framed view panicked");
        }
    }
}
