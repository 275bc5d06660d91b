//! What a link is right now, shared between its worker and whoever looks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::config::Group;
use super::job::JobSlots;
use super::options::Buffers;
use crate::journal::{Failure, Peer, Wake};

/// The life of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Resolving, binding, connecting. A close cancels it.
    Opening,
    /// Bound, listening or connected.
    Open {
        /// Our address, with the real port.
        local: SocketAddr,
        /// The server, for a TCP client.
        remote: Option<SocketAddr>,
    },
    /// Waiting to connect again.
    Reconnecting,
    /// Over; the worker has ended or is about to.
    Closed {
        /// Why, if not because the person closed it.
        failure: Option<Failure>,
    },
}

/// A client of a TCP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address and stream number.
    pub peer: Peer,
    /// Bytes that it has not taken yet.
    pub pending_bytes: u64,
}

/// What a link is right now.
#[derive(Clone, Debug)]
pub struct Status {
    /// Opening, open, closed.
    pub phase: Phase,
    /// Clients of a TCP server, in the order in which they came. Shared, so that a look costs nothing.
    pub clients: Arc<Vec<Client>>,
    /// Who sent datagrams, newest last, at most 64.
    pub senders: Arc<Vec<SocketAddr>>,
    /// Multicast groups that are joined.
    pub groups: Arc<Vec<Group>>,
    /// Bytes that were accepted for sending and not yet taken by the socket.
    pub pending_bytes: u64,
    /// Our sending direction is shut down.
    pub half_closed: bool,
    /// Jobs that run.
    pub jobs: JobSlots,
    /// The socket's buffers; of a TCP server those that its connections begin with. `None` while it is not open.
    pub buffers: Option<Buffers>,
    /// The last refused or failed send, with a number that grows, so that each can be shown once.
    pub last_failure: Option<(u64, Failure)>,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            phase: Phase::Opening,
            clients: Arc::default(),
            senders: Arc::default(),
            groups: Arc::default(),
            pending_bytes: 0,
            half_closed: false,
            jobs: JobSlots::default(),
            buffers: None,
            last_failure: None,
        }
    }
}

/// The shared cell that holds a [`Status`].
pub struct StatusCell {
    status: Mutex<Status>,
    changed: Condvar,
    wake: Wake,
}

impl StatusCell {
    /// A cell in phase `Opening`; `wake` is called at each change.
    pub fn new(wake: Wake) -> Arc<Self> {
        Arc::new(Self { status: Mutex::default(), changed: Condvar::new(), wake })
    }

    /// A copy; cheap, the lists are shared.
    pub fn get(&self) -> Status {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes it and tells everyone.
    pub fn update(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        (self.wake)();
    }

    /// Waits until `ready` says yes or the time is over; returns the status, and whether it was yes.
    pub fn wait(&self, timeout: Duration, mut ready: impl FnMut(&Status) -> bool) -> (Status, bool) {
        let deadline = Instant::now() + timeout;
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if ready(&status) {
                return (status.clone(), true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return (status.clone(), false);
            }
            status = self.changed.wait_timeout(status, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Counted on the socket's side.
#[derive(Debug, Default)]
pub struct Counters {
    /// Datagrams, or reads of a stream.
    pub received_packets: AtomicU64,
    /// Payload bytes received.
    pub received_bytes: AtomicU64,
    /// Datagrams, or sends accepted by a stream.
    pub sent_packets: AtomicU64,
    /// Payload bytes sent.
    pub sent_bytes: AtomicU64,
    /// Datagrams that the kernel dropped because the receive buffer was full (`SO_RXQ_OVFL`), where it tells.
    pub kernel_drops: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountersSnapshot {
    /// See [`Counters::received_packets`].
    pub received_packets: u64,
    /// See [`Counters::received_bytes`].
    pub received_bytes: u64,
    /// See [`Counters::sent_packets`].
    pub sent_packets: u64,
    /// See [`Counters::sent_bytes`].
    pub sent_bytes: u64,
    /// See [`Counters::kernel_drops`].
    pub kernel_drops: u64,
}

impl Counters {
    /// All of them now.
    pub fn snapshot(&self) -> CountersSnapshot {
        CountersSnapshot {
            received_packets: self.received_packets.load(Ordering::Relaxed),
            received_bytes: self.received_bytes.load(Ordering::Relaxed),
            sent_packets: self.sent_packets.load(Ordering::Relaxed),
            sent_bytes: self.sent_bytes.load(Ordering::Relaxed),
            kernel_drops: self.kernel_drops.load(Ordering::Relaxed),
        }
    }

    /// Counts `packets` received with `bytes` together.
    pub fn received(&self, packets: u64, bytes: u64) {
        self.received_packets.fetch_add(packets, Ordering::Relaxed);
        self.received_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts `packets` sent with `bytes` together.
    pub fn sent(&self, packets: u64, bytes: u64) {
        self.sent_packets.fetch_add(packets, Ordering::Relaxed);
        self.sent_bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}
