//! The jobs of a link, as its worker runs them.
//!
//! A job acts on the worker that runs it, so it is taken out of its seat for the time of a call, and what its acts lead
//! to (a connection is gone, a name was not found) waits as [`News`] until the call is over.

use std::time::{Duration, Instant};

use super::context::Context;
use super::job::{Happening, Job, JobSlot, JobSlots, Line, Next};
use super::timer::FineTimer;
use crate::journal::{Failure, Peer, Timestamp};

/// Room for received bytes that is kept between two deliveries.
const KEPT_BYTES: usize = 1 << 20;
/// A job that wants to be asked again within this time needs a timer that is exact.
const SHORT: Duration = Duration::from_millis(50);

/// A worker that has jobs.
pub(super) trait Employer: Line {
    fn context(&self) -> &Context;
    fn jobs(&mut self) -> &mut Jobs;
    fn news(&mut self) -> &mut News;
    /// Drops what a job has handed over and no socket has begun to take.
    fn forget(&mut self, slot: JobSlot);
}

/// The seats of a link's jobs.
#[derive(Default)]
pub(super) struct Jobs {
    seats: [Option<Seat>; JobSlot::ALL.len()],
    acting: Option<JobSlot>,
    shown: JobSlots,
    timer: Option<FineTimer>,
}

struct Seat {
    job: Box<dyn Job>,
    /// When it wants to be asked again.
    next: Option<Instant>,
}

impl Jobs {
    /// Whose call the worker is in: what is sent now is sent by this job.
    pub fn acting(&self) -> Option<JobSlot> {
        self.acting
    }

    /// When the first of them wants to be asked.
    pub fn due(&self) -> Option<Instant> {
        self.seats.iter().flatten().filter_map(|seat| seat.next).min()
    }

    pub fn is_empty(&self) -> bool {
        self.seats.iter().all(Option::is_none)
    }

    /// Whether one of them wants what is received.
    pub fn listen(&self) -> bool {
        self.seats.iter().flatten().any(|seat| seat.job.listens())
    }

    fn running(&self) -> JobSlots {
        let mut running = JobSlots::default();
        for slot in JobSlot::ALL.into_iter().filter(|slot| self.seats[*slot as usize].is_some()) {
            running.insert(slot);
        }
        running
    }

    /// Keeps the system's timer exact while somebody needs it.
    fn tune(&mut self, now: Instant) {
        let short = self.due().is_some_and(|due| due.saturating_duration_since(now) < SHORT);
        if short != self.timer.is_some() {
            self.timer = short.then(FineTimer::new);
        }
    }
}

/// What has happened and was not told to the jobs yet.
#[derive(Default)]
pub(super) struct News {
    /// Whether somebody wants to know.
    pub wanted: bool,
    /// Whether somebody wants to know what is received.
    pub listening: bool,
    items: Vec<Item>,
    bytes: Vec<u8>,
}

enum Item {
    /// With the end of its bytes; they begin where those of the last one end.
    Received {
        peer: Peer,
        time: Timestamp,
        end: usize,
    },
    Joined(Peer),
    Finished(Peer),
    Left(Peer),
    Failed(JobSlot, Failure),
}

impl News {
    pub fn received(&mut self, peer: Peer, time: Timestamp, bytes: &[u8]) {
        if self.listening {
            self.bytes.extend_from_slice(bytes);
            self.items.push(Item::Received { peer, time, end: self.bytes.len() });
        }
    }

    pub fn joined(&mut self, peer: Peer) {
        if self.wanted {
            self.items.push(Item::Joined(peer));
        }
    }

    pub fn finished(&mut self, peer: Peer) {
        if self.wanted {
            self.items.push(Item::Finished(peer));
        }
    }

    pub fn left(&mut self, peer: Peer) {
        if self.wanted {
            self.items.push(Item::Left(peer));
        }
    }

    pub fn failed(&mut self, slot: JobSlot, failure: Failure) {
        self.items.push(Item::Failed(slot, failure));
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Puts a job into its slot and asks it for the first time.
pub(super) fn start(worker: &mut impl Employer, slot: JobSlot, job: Box<dyn Job>) {
    dismiss(worker, slot);
    worker.jobs().seats[slot as usize] = Some(Seat { job, next: None });
    seated(worker);
    ask(worker, slot, Instant::now());
    seated(worker);
}

/// Stops what runs in a slot.
pub(super) fn stop(worker: &mut impl Employer, slot: JobSlot) {
    dismiss(worker, slot);
    seated(worker);
}

/// Stops all of them: the link closes.
pub(super) fn stop_all(worker: &mut impl Employer) {
    for slot in JobSlot::ALL {
        dismiss(worker, slot);
    }
    seated(worker);
}

/// Asks each whether there is something to do.
pub(super) fn poll(worker: &mut impl Employer) {
    if worker.jobs().is_empty() {
        return;
    }
    for slot in JobSlot::ALL {
        ask(worker, slot, Instant::now());
    }
    seated(worker);
}

/// Tells what has happened.
pub(super) fn deliver(worker: &mut impl Employer) {
    while !worker.news().is_empty() {
        let mut items = std::mem::take(&mut worker.news().items);
        let mut bytes = std::mem::take(&mut worker.news().bytes);
        let mut start = 0;
        for item in items.drain(..) {
            match item {
                Item::Received { peer, time, end } => {
                    hear(worker, peer, time, &bytes[start..end]);
                    start = end;
                }
                Item::Joined(peer) => tell_all(worker, Happening::Joined(peer)),
                Item::Finished(peer) => tell_all(worker, Happening::Finished(peer)),
                Item::Left(peer) => tell_all(worker, Happening::Left(peer)),
                Item::Failed(slot, failure) => tell(worker, slot, Happening::Failed(&failure)),
            }
        }
        if worker.news().is_empty() && bytes.capacity() <= KEPT_BYTES {
            bytes.clear();
            (worker.news().items, worker.news().bytes) = (items, bytes);
        }
    }
}

/// Tells what was just received.
pub(super) fn hear(worker: &mut impl Employer, peer: Peer, time: Timestamp, bytes: &[u8]) {
    for slot in JobSlot::ALL {
        if worker.jobs().seats[slot as usize].as_ref().is_some_and(|seat| seat.job.listens()) {
            tell(worker, slot, Happening::Received { peer, bytes, time });
        }
    }
}

fn tell_all(worker: &mut impl Employer, what: Happening<'_>) {
    for slot in JobSlot::ALL {
        tell(worker, slot, what);
    }
}

fn tell(worker: &mut impl Employer, slot: JobSlot, what: Happening<'_>) {
    let Some(mut seat) = worker.jobs().seats[slot as usize].take() else { return };
    worker.jobs().acting = Some(slot);
    seat.job.happened(what, Instant::now(), worker);
    worker.jobs().acting = None;
    worker.jobs().seats[slot as usize] = Some(seat);
}

fn ask(worker: &mut impl Employer, slot: JobSlot, now: Instant) {
    let Some(mut seat) = worker.jobs().seats[slot as usize].take() else { return };
    worker.jobs().acting = Some(slot);
    let next = seat.job.poll(now, worker);
    worker.jobs().acting = None;
    if let Next::Wait(next) = next {
        seat.next = next;
        worker.jobs().seats[slot as usize] = Some(seat);
    }
}

/// Takes a job out of its seat, after its last words.
fn dismiss(worker: &mut impl Employer, slot: JobSlot) {
    let Some(mut seat) = worker.jobs().seats[slot as usize].take() else { return };
    worker.jobs().acting = Some(slot);
    seat.job.stopped(worker);
    worker.jobs().acting = None;
    worker.forget(slot);
}

/// Who runs may have changed.
fn seated(worker: &mut impl Employer) {
    let now = Instant::now();
    let jobs = worker.jobs();
    jobs.tune(now);
    let (running, listening) = (jobs.running(), jobs.listen());
    let changed = std::mem::replace(&mut jobs.shown, running) != running;
    let news = worker.news();
    (news.wanted, news.listening) = (!running.is_empty(), listening);
    if changed {
        worker.context().status.update(|s| s.jobs = running);
    }
}
