//! The requests of a server and what becomes of them, where its threads report and whoever shows them looks.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::state::{Fate, Observer, Request, RequestId, ServerPhase, ServerState, ServerTransfer, Totals};
use crate::journal::{Timestamp, Wake};
use crate::proto::tftp::Mode;
use crate::proto::tftp::server::RequestKind;
use crate::service::tftp::Progress;

/// What is known of all requests.
pub(super) struct Ledger {
    inner: Mutex<Inner>,
    changed: Condvar,
    wake: Wake,
    observer: Observer,
}

struct Inner {
    revision: u64,
    phase: ServerPhase,
    last_id: u64,
    requests: VecDeque<Arc<Request>>,
    /// Those that are not over.
    open: BTreeMap<RequestId, (Arc<Request>, Option<Progress>)>,
    totals: Totals,
    /// What was last shown, if it still is so.
    shown: Option<Arc<ServerState>>,
}

/// A request, as it came.
pub(super) struct Asked {
    pub client: SocketAddr,
    pub kind: RequestKind,
    pub name: String,
    pub mode: Mode,
}

impl Ledger {
    pub fn new(wake: Wake, observer: Observer) -> Arc<Self> {
        let inner = Inner {
            revision: 0,
            phase: ServerPhase::Starting,
            last_id: 0,
            requests: VecDeque::new(),
            open: BTreeMap::new(),
            totals: Totals::default(),
            shown: None,
        };
        Arc::new(Self { inner: Mutex::new(inner), changed: Condvar::new(), wake, observer })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update<R>(&self, change: impl FnOnce(&mut Inner) -> R) -> R {
        let result = {
            let mut inner = self.lock();
            inner.revision += 1;
            inner.shown = None;
            change(&mut inner)
        };
        self.changed.notify_all();
        (self.wake)();
        result
    }

    pub fn set_phase(&self, phase: ServerPhase) {
        self.update(|inner| inner.phase = phase);
    }

    /// A datagram came that is no request.
    pub fn count_invalid(&self) {
        self.update(|inner| inner.totals.invalid += 1);
    }

    /// Datagrams were given up, because too many came.
    pub fn count_dropped(&self, datagrams: u64) {
        self.update(|inner| inner.totals.dropped += datagrams);
    }

    /// A request came; its fate may be final already.
    pub fn add(&self, asked: Asked, fate: Fate) -> RequestId {
        let request = self.update(|inner| {
            inner.last_id += 1;
            inner.totals.requests += 1;
            let Asked { client, kind, name, mode } = asked;
            let (id, time) = (RequestId(inner.last_id), Timestamp::now());
            let request = Arc::new(Request { id, time, client, kind, name, mode, fate });
            inner.totals.count(&request.fate);
            if !request.fate.is_final() {
                inner.open.insert(id, (Arc::clone(&request), None));
            }
            if inner.requests.len() == ServerState::MOST_REQUESTS {
                inner.requests.pop_front();
            }
            inner.requests.push_back(Arc::clone(&request));
            request
        });
        (self.observer)(&request);
        request.id
    }

    /// How far an open request is.
    pub fn set_progress(&self, id: RequestId, progress: Option<Progress>) {
        self.update(|inner| {
            if let Some((_, known)) = inner.open.get_mut(&id) {
                *known = progress;
            }
        });
    }

    /// Another fate of an open request.
    pub fn set_fate(&self, id: RequestId, fate: Fate) {
        let request = self.update(|inner| {
            let (old, progress) = inner.open.remove(&id)?;
            let request = Arc::new(Request { fate, ..Request::clone(&old) });
            inner.totals.count(&request.fate);
            if !request.fate.is_final() {
                inner.open.insert(id, (Arc::clone(&request), progress));
            }
            if let Ok(place) = inner.requests.binary_search_by_key(&id, |request| request.id) {
                inner.requests[place] = Arc::clone(&request);
            }
            Some(request)
        });
        if let Some(request) = request {
            (self.observer)(&request);
        }
    }

    /// What is: a snapshot.
    pub fn state(&self) -> Arc<ServerState> {
        self.lock().show()
    }

    /// Waits until `ready` says yes, or the time is over; whether it was yes.
    pub fn wait(&self, timeout: Duration, mut ready: impl FnMut(&ServerState) -> bool) -> bool {
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        loop {
            if ready(&inner.show()) {
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
    fn show(&mut self) -> Arc<ServerState> {
        let Self { revision, phase, requests, open, totals, shown, .. } = self;
        let snapshot = || {
            let running = open.values().filter_map(|(request, progress)| {
                progress.map(|progress| ServerTransfer { request: Arc::clone(request), progress })
            });
            Arc::new(ServerState {
                revision: *revision,
                phase: phase.clone(),
                transfers: running.filter(|transfer| transfer.request.fate == Fate::Running).collect(),
                requests: requests.iter().cloned().collect(),
                totals: *totals,
            })
        };
        Arc::clone(shown.get_or_insert_with(snapshot))
    }
}

impl Totals {
    fn count(&mut self, fate: &Fate) {
        match fate {
            Fate::Answered | Fate::Running | Fate::Cancelled => {}
            Fate::Done(progress) => {
                self.done += 1;
                self.bytes += progress.done_bytes;
            }
            Fate::Refused(_) => self.refused += 1,
            Fate::Failed(_) => self.failed += 1,
            Fate::Evicted => self.evicted += 1,
        }
    }
}
