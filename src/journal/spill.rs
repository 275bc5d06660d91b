//! The journal's thread: moves the oldest segments to the spill file, and loads what the window wants to see.
//!
//! When the disk is full the oldest data is given up, and its space in the file is used again: the file becomes a ring.
//! Once a second a longer file is tried, so that all goes on when there is space again.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::block;
use super::catalog::{Extent, Place};
use super::extents::Extents;
use super::fetched::SpillTrouble;
use super::segment::Segment;
use super::shared::{Shared, Worker};
use super::space::SpillFile;
use super::window::KindMap;

/// How long a longer file is not tried after it failed.
const EXTEND_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// The pause after a write into the file's own space failed: the disk is not full, it is broken.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);
/// So much is written between two looks at whether the journal is closed.
const PIECE_BYTES: usize = 256 << 10;

/// The thread's life.
pub(super) fn run(shared: &Arc<Shared>) {
    let _gone = GoneOnDrop(shared);
    let mut spiller = Spiller { shared, extents: Extents::new(), head: Vec::new(), extend_after: None };
    let mut pause = None;
    while let Some(job) = next_job(shared, pause) {
        pause = match job {
            Job::Load(load) => {
                load.run(shared);
                pause
            }
            Job::Spill { segment, first_byte } => spiller.spill(segment, first_byte),
        };
    }
}

/// Whatever ends the thread, a panic too: appenders then know that nobody spills any more.
struct GoneOnDrop<'a>(&'a Arc<Shared>);

impl Drop for GoneOnDrop<'_> {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        if !inner.stopping {
            // The handle is dropped with it: the thread has nothing left to do but to return.
            inner.worker = Worker::Gone;
            let bug = io::Error::other("internal error: the journal's thread panicked");
            inner.trouble = Some(SpillTrouble::writing(&self.0.space.path(), &bug));
        }
    }
}

enum Job {
    Load(Load),
    Spill { segment: Arc<Segment>, first_byte: u64 },
}

/// Waits for something to do. `None`: the journal is closed. Nothing is spilled before `pause`.
fn next_job(shared: &Shared, pause: Option<Instant>) -> Option<Job> {
    let mut inner = shared.lock();
    loop {
        if inner.stopping {
            return None;
        }
        if let Some(first) = inner.wanted.pop_front() {
            let Some(at) = inner.catalog.find(first) else { continue };
            let (slot, end) = inner.catalog.get(at);
            if let (Place::File(extent), Some(file)) = (&slot.place, &inner.file) {
                return Some(Job::Load(Load {
                    file: Arc::clone(file),
                    extent: *extent,
                    first,
                    records: (end.records() - first) as usize,
                    payload_len: (end.bytes - slot.start.bytes) as usize,
                }));
            }
            continue;
        }
        let left = pause.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
        let over = inner.catalog.resident_bytes() > shared.budget_bytes;
        if over
            && left.is_none()
            && let Some(segment) = inner.catalog.oldest_resident()
        {
            let segment = Arc::clone(segment);
            let first_byte = inner.catalog.find(segment.first).map_or(0, |at| inner.catalog.get(at).0.start.bytes);
            return Some(Job::Spill { segment, first_byte });
        }
        inner = shared.wait_for_work(inner, left.filter(|_| over));
    }
}

/// A segment that the window waits for.
struct Load {
    file: Arc<dyn SpillFile>,
    extent: Extent,
    first: u64,
    records: usize,
    payload_len: usize,
}

impl Load {
    fn run(self, shared: &Shared) {
        let loaded = block::read(&*self.file, self.extent, self.first, self.records, self.payload_len);
        let loaded = loaded.map(|segment| (KindMap::of(&segment), Arc::new(segment)));
        let mut inner = shared.lock();
        let gone = match loaded {
            Ok((kinds, segment)) => Some(inner.window.insert(segment, kinds)),
            Err(error) => {
                inner.catalog.mark_unreadable(self.first);
                inner.trouble = Some(SpillTrouble::reading(&self.file.path(), &error));
                None
            }
        };
        drop(inner);
        drop(gone); // a megabyte is not freed under the lock
        (shared.wake)();
    }
}

struct Spiller<'a> {
    shared: &'a Arc<Shared>,
    extents: Extents,
    /// Everything of a block but its payload.
    head: Vec<u8>,
    /// When a longer file may be tried again.
    extend_after: Option<Instant>,
}

impl Spiller<'_> {
    /// Moves the oldest resident segment to the file, or gives up what is older, or it. Returns until when to pause.
    fn spill(&mut self, segment: Arc<Segment>, first_byte: u64) -> Option<Instant> {
        let len = block::encode_head(&segment, first_byte, &mut self.head);
        loop {
            if self.shared.is_stopping() {
                return None;
            }
            if let Some(offset) = self.extents.reuse(len) {
                match self.write(&segment, offset) {
                    Ok(()) => self.moved(segment, Extent { offset, len }),
                    Err(error) => {
                        self.note(&error);
                        return Some(Instant::now() + PAUSE_AFTER_FAILURE);
                    }
                }
                return None;
            }
            if self.extend_after.is_none_or(|after| Instant::now() >= after) {
                let offset = self.extents.end();
                match self.write(&segment, offset) {
                    Ok(()) => {
                        self.extents.extended(len);
                        self.extend_after = None;
                        self.shared.lock().trouble = None;
                        self.moved(segment, Extent { offset, len });
                        return None;
                    }
                    Err(error) if self.shared.is_stopping() => {
                        tracing::debug!(%error, "the journal was closed while it spilled");
                        return None;
                    }
                    Err(error) => {
                        self.note(&error);
                        self.extend_after = Some(Instant::now() + EXTEND_AGAIN_AFTER);
                    }
                }
            }
            if !self.give_up_oldest() {
                return None;
            }
        }
    }

    /// Gives up the oldest segment. False if it was one in memory: then there is room, and nothing left to write.
    fn give_up_oldest(&mut self) -> bool {
        let given_up = {
            let mut inner = self.shared.lock();
            let given_up = inner.catalog.give_up_oldest();
            self.shared.update_room(&inner);
            given_up
        };
        (self.shared.wake)();
        match given_up {
            Some(Place::File(extent) | Place::Unreadable(extent)) => {
                self.extents.release(extent);
                true
            }
            Some(Place::Memory(_)) | None => false,
        }
    }

    fn moved(&self, segment: Arc<Segment>, extent: Extent) {
        let mut inner = self.shared.lock();
        drop(inner.catalog.moved_to_file(extent)); // `segment` is another hold on it
        self.shared.update_room(&inner);
        // Readers may hold it too; then it is theirs to free.
        if let Some(segment) = Arc::into_inner(segment) {
            inner.recycle(segment);
        }
    }

    fn note(&self, error: &io::Error) {
        let mut inner = self.shared.lock();
        let path = inner.file.as_ref().map_or_else(|| self.shared.space.path(), |file| file.path());
        inner.trouble = Some(SpillTrouble::writing(&path, error));
        drop(inner);
        (self.shared.wake)();
    }

    fn write(&self, segment: &Segment, offset: u64) -> io::Result<()> {
        let file = self.file()?;
        let mut at = offset;
        for piece in self.head.chunks(PIECE_BYTES).chain(segment.payload.chunks(PIECE_BYTES)) {
            if self.shared.is_stopping() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            file.write_at(piece, at)?;
            at += piece.len() as u64;
        }
        Ok(())
    }

    /// The file, created on first need.
    fn file(&self) -> io::Result<Arc<dyn SpillFile>> {
        if let Some(file) = &self.shared.lock().file {
            return Ok(Arc::clone(file));
        }
        let file = self.shared.space.create()?;
        file.write_at(&block::file_header(), 0)?;
        self.shared.lock().file = Some(Arc::clone(&file));
        Ok(file)
    }
}
