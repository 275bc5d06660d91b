//! The person's side of a file that is sent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::journal::{FileStop, Wake};
use crate::session::send::board::Reading;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// The file is being opened.
    Opening,
    /// It is on its way.
    Sending,
    /// The peer takes nothing at the moment.
    Waiting,
    /// The person paused it.
    Paused,
    /// The system took all of it.
    Sent,
    /// It ended before.
    Stopped(FileStop),
}

impl FileState {
    /// Whether it goes on.
    pub fn is_alive(&self) -> bool {
        !matches!(self, Self::Sent | Self::Stopped(_))
    }
}

/// How the sending of a file goes.
#[derive(Clone, Debug, PartialEq)]
pub struct FileStatus {
    /// How far it is.
    pub state: FileState,
    /// So far the file was sent, in bytes of the file.
    pub offset_bytes: u64,
    /// The file's length when it was opened.
    pub total_bytes: u64,
    /// What was sent, in bytes; for several peers counted once.
    pub sent_bytes: u64,
    /// Blocks, lines or datagrams that were sent.
    pub packets: u64,
    /// About now, over some seconds.
    pub bytes_per_second: f64,
    /// At this rate.
    pub left: Option<Duration>,
    /// Since it began.
    pub elapsed: Duration,
    /// Of all that was sent, in small digits, at the end.
    pub sha256: Option<String>,
    /// Whether the content is written to the journal.
    pub logged: bool,
}

impl FileStatus {
    pub(super) fn opening() -> Self {
        Self {
            state: FileState::Opening,
            offset_bytes: 0,
            total_bytes: 0,
            sent_bytes: 0,
            packets: 0,
            bytes_per_second: 0.0,
            left: None,
            elapsed: Duration::ZERO,
            sha256: None,
            logged: false,
        }
    }
}

/// What the person wants.
#[derive(Default)]
pub(super) struct Wish {
    paused: AtomicBool,
    cancelled: AtomicBool,
    /// Wakes the link's thread, once the job runs there.
    waker: OnceLock<Wake>,
}

impl Wish {
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// From now on a wish wakes the link's thread.
    pub fn connect(&self, waker: &Wake) {
        self.waker.get_or_init(|| Arc::clone(waker));
    }

    fn set(&self, what: &AtomicBool, to: bool) {
        what.store(to, Ordering::Release);
        if let Some(wake) = self.waker.get() {
            wake();
        }
    }
}

/// Reads how it goes, and has it paused, resumed or cancelled. No call waits.
#[derive(Clone)]
pub struct FileHandle {
    wish: Arc<Wish>,
    status: Reading<FileStatus>,
}

impl FileHandle {
    pub(super) fn new(wish: Arc<Wish>, status: Reading<FileStatus>) -> Self {
        Self { wish, status }
    }

    /// How it goes.
    pub fn get(&self) -> FileStatus {
        self.status.get()
    }

    /// Sends no further block; what the link has taken already still goes out.
    pub fn pause(&self) {
        self.wish.set(&self.wish.paused, true);
    }

    /// Goes on.
    pub fn resume(&self) {
        self.wish.set(&self.wish.paused, false);
    }

    /// Ends it. What the system has not taken yet is taken back.
    pub fn cancel(&self) {
        self.wish.set(&self.wish.cancelled, true);
    }
}
