//! The transfers of a node, where their threads report and whoever shows them looks.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::transfer::{Refusal, RefusedRequest, Transfer, TransferFailure, TransferId, TransferState};
use crate::journal::Wake;
use crate::service::stop::Stop;

/// Transfers that are over and still shown; older ones are forgotten.
const FINISHED_MAX: usize = 500;
/// Refused requests that are still shown; all are counted.
const REFUSED_MAX: usize = 32;
/// How often a running transfer tells how far it is.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// A rate is taken over this time.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// All transfers, and the requests that were turned away.
pub(super) struct Board {
    inner: Mutex<Inner>,
    changed: Condvar,
    wake: Wake,
}

#[derive(Default)]
struct Inner {
    last_id: u64,
    /// By id, growing.
    transfers: Vec<Transfer>,
    /// Of those that run.
    stops: HashMap<TransferId, Arc<Stop>>,
    refused: VecDeque<RefusedRequest>,
    refused_total: u64,
}

impl Board {
    pub fn new(wake: Wake) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::default(), changed: Condvar::new(), wake })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update<R>(&self, change: impl FnOnce(&mut Inner) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        (self.wake)();
        result
    }

    /// Adds a transfer, whose id this gives.
    pub fn add(&self, mut transfer: Transfer) -> TransferId {
        self.update(|inner| {
            inner.last_id += 1;
            transfer.id = TransferId(inner.last_id);
            let id = transfer.id;
            inner.transfers.push(transfer);
            inner.forget();
            id
        })
    }

    /// A copy of all.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.lock().transfers.clone()
    }

    /// The last requests that were turned away, the latest last, and how many there were in all.
    pub fn refused(&self) -> (Vec<RefusedRequest>, u64) {
        let inner = self.lock();
        (inner.refused.iter().cloned().collect(), inner.refused_total)
    }

    pub fn refuse(&self, from: IpAddr, why: Refusal) {
        self.update(|inner| {
            inner.refused_total += 1;
            if inner.refused.len() == REFUSED_MAX {
                inner.refused.pop_front();
            }
            inner.refused.push_back(RefusedRequest { from, why });
        });
    }

    /// Ends a transfer; one that still waits is over at once.
    pub fn cancel(&self, id: TransferId) {
        self.cancel_if(|transfer| transfer.id == id);
    }

    /// Ends those transfers.
    pub fn cancel_if(&self, mut wanted: impl FnMut(&Transfer) -> bool) {
        self.update(|inner| {
            let Inner { transfers, stops, .. } = inner;
            for transfer in transfers.iter_mut().filter(|transfer| !transfer.state.is_over() && wanted(transfer)) {
                if let Some(stop) = stops.get(&transfer.id) {
                    stop.stop();
                }
                if transfer.state == TransferState::Waiting {
                    transfer.state = TransferState::Cancelled;
                }
            }
        });
    }

    /// Takes up a transfer that waited, unless it was cancelled meanwhile; `stop` ends it from now on.
    pub fn begin(self: &Arc<Self>, id: TransferId, stop: Option<Arc<Stop>>) -> Option<Progress> {
        self.update(|inner| {
            let transfer = inner.get(id).filter(|transfer| transfer.state == TransferState::Waiting)?;
            transfer.state = TransferState::Running;
            inner.stops.extend(stop.map(|stop| (id, stop)));
            Some(Progress::new(Arc::clone(self), id))
        })
    }

    /// Waits until `ready` says yes, or the time is over; whether it was yes.
    pub fn wait(&self, timeout: Duration, mut ready: impl FnMut(&[Transfer]) -> bool) -> bool {
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        loop {
            if ready(&inner.transfers) {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Inner {
    fn get(&mut self, id: TransferId) -> Option<&mut Transfer> {
        let at = self.transfers.binary_search_by_key(&id, |transfer| transfer.id).ok()?;
        Some(&mut self.transfers[at])
    }

    fn forget(&mut self) {
        let over = self.transfers.iter().filter(|transfer| transfer.state.is_over()).count();
        let mut surplus = over.saturating_sub(FINISHED_MAX);
        self.transfers.retain(|transfer| {
            let goes = surplus > 0 && transfer.state.is_over();
            surplus -= usize::from(goes);
            !goes
        });
    }
}

/// How a running transfer reports. Dropped before its end, it says that a bug of ours ended it.
pub(super) struct Progress {
    board: Arc<Board>,
    id: TransferId,
    started: Instant,
    reported: Instant,
    window: (Instant, u64),
    bytes_per_second: f64,
    done_bytes: u64,
    files: u64,
    skipped: u64,
    over: bool,
}

impl Progress {
    fn new(board: Arc<Board>, id: TransferId) -> Self {
        let now = Instant::now();
        Self {
            board,
            id,
            started: now,
            reported: now,
            window: (now, 0),
            bytes_per_second: 0.0,
            done_bytes: 0,
            files: 0,
            skipped: 0,
            over: false,
        }
    }

    /// Bytes of content so far.
    pub fn done_bytes(&self) -> u64 {
        self.done_bytes
    }

    /// Counts bytes of content.
    pub fn add_bytes(&mut self, bytes: usize) {
        self.done_bytes += bytes as u64;
        self.report_now_and_then();
    }

    /// Counts a complete file.
    pub fn add_file(&mut self) {
        self.files += 1;
        self.report_now_and_then();
    }

    /// Counts an entry that was left out.
    pub fn skip(&mut self) {
        self.skipped += 1;
        self.report_now_and_then();
    }

    /// Says how it ended.
    pub fn finish(mut self, state: TransferState) {
        let seconds = self.started.elapsed().as_secs_f64();
        self.bytes_per_second = if seconds > 0.0 { self.done_bytes as f64 / seconds } else { 0.0 };
        self.report(Some(state));
    }

    fn report_now_and_then(&mut self) {
        let now = Instant::now();
        if now.saturating_duration_since(self.reported) >= REPORT_EVERY {
            self.reported = now;
            self.rate(now);
            self.report(None);
        }
    }

    fn rate(&mut self, now: Instant) {
        let (since, before) = self.window;
        let passed = now.saturating_duration_since(since);
        // In the first second what there is must do.
        if passed >= RATE_WINDOW || since == self.started {
            self.bytes_per_second = (self.done_bytes - before) as f64 / passed.as_secs_f64().max(1e-3);
        }
        if passed >= RATE_WINDOW {
            self.window = (now, self.done_bytes);
        }
    }

    fn report(&mut self, end: Option<TransferState>) {
        self.over |= end.is_some();
        self.board.update(|inner| {
            if end.is_some() {
                inner.stops.remove(&self.id);
            }
            if let Some(transfer) = inner.get(self.id) {
                transfer.done_bytes = self.done_bytes;
                transfer.files = self.files;
                transfer.skipped = self.skipped;
                transfer.bytes_per_second = self.bytes_per_second;
                transfer.elapsed = self.started.elapsed();
                if let Some(end) = end {
                    transfer.state = end;
                }
            }
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if !self.over {
            self.report(Some(TransferState::Failed(TransferFailure::Internal)));
        }
    }
}
