//! What a journal's callers and its thread share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::batch::Batch;
use super::catalog::{Catalog, Totals};
use super::fetched::{SpillTrouble, Stats};
use super::segment::{Active, Buffers, Segment};
use super::signal::Signal;
use super::space::{SpillFile, SpillSpace};
use super::spill;
use super::tails::{Tails, stream_key};
use super::window::Window;
use super::{Head, Wake};

/// How much more than its budget a journal holds before appends wait for the disk.
pub(super) const SLACK_BYTES: usize = 32 << 20;
/// How many loads may wait; a window that scrolls on wants the newest.
const WANTED_MAX: usize = 4;
/// The lock is given back after so much of a batch.
const CHUNK_BYTES: usize = 256 << 10;
const CHUNK_RECORDS: usize = 4096;
/// Memory of gone segments that is kept for new ones.
const SPARE_MAX: usize = 2;

/// The journal's thread.
#[derive(Default)]
pub(super) enum Worker {
    /// Not needed so far; what it will need.
    #[default]
    Idle,
    /// Running.
    Running(JoinHandle<()>),
    /// It could not be started, or it panicked: what is over the budget is given up.
    Gone,
}

/// Behind the lock.
#[derive(Default)]
pub(super) struct Inner {
    pub catalog: Catalog,
    pub active: Active,
    pub tails: Tails,
    pub window: Window,
    /// The segment that a thread read last.
    pub last_read: Option<Arc<Segment>>,
    /// First records of the segments that the window waits for.
    pub wanted: VecDeque<u64>,
    pub spare: Vec<Buffers>,
    pub file: Option<Arc<dyn SpillFile>>,
    pub trouble: Option<SpillTrouble>,
    pub stopping: bool,
    pub worker: Worker,
}

impl Inner {
    /// The sums over everything appended.
    pub fn totals(&self) -> Totals {
        self.catalog.end().plus(self.active.kinds(), self.active.segment().payload.len() as u64)
    }

    /// A loaded segment, by its first record, without a change of what is kept for the window.
    pub fn peek_loaded(&self, first: u64) -> Option<Arc<Segment>> {
        self.window.peek(first).or_else(|| self.last_read.clone().filter(|segment| segment.first == first))
    }

    pub fn stats(&self) -> Stats {
        let (totals, lost) = (self.totals(), self.catalog.start());
        Stats {
            records: totals.records(),
            bytes: totals.bytes,
            lost_records: lost.records(),
            lost_bytes: lost.bytes,
            memory_bytes: self.catalog.resident_bytes()
                + self.catalog.memory_bytes()
                + self.active.memory_bytes()
                + self.window.memory_bytes()
                + self.last_read.as_ref().map_or(0, |segment| segment.memory_bytes())
                + self.spare.iter().map(Buffers::memory_bytes).sum::<usize>()
                + self.tails.memory_bytes(),
            spilled_bytes: self.catalog.file_bytes(),
        }
    }

    /// Keeps the memory of a segment that nobody uses any more.
    pub fn recycle(&mut self, segment: Segment) {
        if self.spare.len() < SPARE_MAX {
            let Segment { mut entries, mut payload, .. } = segment;
            entries.clear();
            payload.clear();
            self.spare.push(Buffers { entries, payload });
        }
    }

    fn push(&mut self, head: &Head, bytes: &[u8]) -> bool {
        let sealed = self.active.is_full_for(bytes.len());
        if sealed {
            let kinds = self.active.kinds();
            let segment = self.active.seal(self.spare.pop());
            self.catalog.push(Arc::new(segment), kinds);
        }
        let index = self.active.segment().end();
        let before =
            stream_key(head.kind, head.peer.as_ref()).and_then(|key| self.tails.advance(key, index, bytes.len()));
        let (distance, position) =
            before.map_or((0, 0), |tail| (u32::try_from(index - tail.last).unwrap_or(0), tail.position as u32));
        self.active.push(head, bytes, distance, position);
        sealed
    }
}

/// What a journal's callers and its thread share.
pub(super) struct Shared {
    inner: Mutex<Inner>,
    /// The thread waits here for work.
    work: Condvar,
    /// Appenders wait here for the disk.
    room: Condvar,
    /// Records appended.
    len: AtomicU64,
    congested: AtomicBool,
    /// Readers that wait for the lock; appenders step back for them.
    readers: AtomicUsize,
    /// Rings when there are more records.
    pub grown: Signal,
    pub budget_bytes: usize,
    pub space: Box<dyn SpillSpace>,
    pub wake: Wake,
}

impl Shared {
    pub fn new(budget_bytes: usize, space: Box<dyn SpillSpace>, wake: Wake) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            work: Condvar::new(),
            room: Condvar::new(),
            len: AtomicU64::new(0),
            congested: AtomicBool::new(false),
            readers: AtomicUsize::new(0),
            grown: Signal::default(),
            budget_bytes,
            space,
            wake,
        })
    }

    /// The lock, for the journal's thread.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock, for one who reads: appenders let it pass.
    pub fn read(&self) -> MutexGuard<'_, Inner> {
        if let Ok(inner) = self.inner.try_lock() {
            return inner;
        }
        self.readers.fetch_add(1, Ordering::Relaxed);
        let inner = self.lock();
        self.readers.fetch_sub(1, Ordering::Relaxed);
        inner
    }

    /// The lock, for one who appends. The lock itself is not fair: a flood would take it again before a reader that
    /// was just woken is running.
    fn lock_after_readers(&self) -> MutexGuard<'_, Inner> {
        for _ in 0..64 {
            if self.readers.load(Ordering::Relaxed) == 0 {
                break;
            }
            std::thread::yield_now();
        }
        self.lock()
    }

    pub fn len(&self) -> u64 {
        self.len.load(Ordering::SeqCst)
    }

    /// Appends the batch and empties it.
    pub fn store(self: &Arc<Self>, batch: &mut Batch) {
        let mut start = 0;
        let mut heads = batch.heads.iter();
        let mut more = true;
        while more {
            let chunk_start = start;
            let mut records = 0;
            let mut sealed = false;
            let mut inner = self.lock_after_readers();
            loop {
                let Some((head, end)) = heads.next() else {
                    more = false;
                    break;
                };
                sealed |= inner.push(head, &batch.bytes[start..*end]);
                start = *end;
                records += 1;
                if start - chunk_start >= CHUNK_BYTES || records == CHUNK_RECORDS {
                    break;
                }
            }
            self.len.store(inner.active.segment().end(), Ordering::SeqCst);
            if sealed {
                self.keep_budget(&mut inner);
            }
        }
        batch.clear();
        self.grown.notify();
    }

    /// After a segment was sealed: has the thread spill what is over the budget.
    fn keep_budget(self: &Arc<Self>, inner: &mut Inner) {
        if inner.catalog.resident_bytes() <= self.budget_bytes {
            return;
        }
        self.start_worker(inner);
        if matches!(inner.worker, Worker::Gone) {
            while inner.catalog.resident_bytes() > self.budget_bytes {
                inner.catalog.give_up_oldest();
            }
        }
        self.work.notify_one();
        self.update_room(inner);
    }

    fn start_worker(self: &Arc<Self>, inner: &mut Inner) {
        if matches!(inner.worker, Worker::Idle) {
            let shared = Arc::clone(self);
            let spawned = std::thread::Builder::new().name("wb-journal".to_owned()).spawn(move || spill::run(&shared));
            inner.worker = spawned.map_or_else(
                |error| {
                    inner.trouble = Some(SpillTrouble::writing(&self.space.path(), &error));
                    Worker::Gone
                },
                Worker::Running,
            );
        }
    }

    /// Asks the thread to load a segment for the window. False if there is no thread any more.
    pub fn request(&self, inner: &mut Inner, first: u64) -> bool {
        if matches!(inner.worker, Worker::Gone) {
            return false;
        }
        if !inner.wanted.contains(&first) {
            if inner.wanted.len() == WANTED_MAX {
                inner.wanted.pop_front();
            }
            inner.wanted.push_back(first);
            self.work.notify_one();
        }
        true
    }

    /// Waits on the lock until there is something to do for the thread, or the time is over.
    pub fn wait_for_work<'a>(&self, inner: MutexGuard<'a, Inner>, timeout: Option<Duration>) -> MutexGuard<'a, Inner> {
        match timeout {
            Some(timeout) => self.work.wait_timeout(inner, timeout).unwrap_or_else(PoisonError::into_inner).0,
            None => self.work.wait(inner).unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// After memory was taken or given back.
    pub fn update_room(&self, inner: &Inner) {
        let congested = inner.catalog.resident_bytes() > self.budget_bytes.saturating_add(SLACK_BYTES);
        if self.congested.swap(congested, Ordering::AcqRel) && !congested {
            self.room.notify_all();
        }
    }

    pub fn has_room(&self) -> bool {
        !self.congested.load(Ordering::Acquire)
    }

    pub fn wait_for_room(&self, timeout: Duration) -> bool {
        if self.has_room() {
            return true;
        }
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        while !self.has_room() && !inner.stopping {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self.room.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Whether the thread is to end.
    pub fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Ends the thread: at most one piece of a block later.
    pub fn stop(&self) {
        let worker = {
            let mut inner = self.lock();
            inner.stopping = true;
            std::mem::replace(&mut inner.worker, Worker::Gone)
        };
        self.work.notify_all();
        self.room.notify_all();
        if let Worker::Running(handle) = worker
            && handle.join().is_err()
        {
            tracing::error!("the journal's thread panicked");
        }
    }
}
