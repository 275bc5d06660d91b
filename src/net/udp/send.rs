//! From a command to the socket: the address, the limits, the queue for what the socket does not take at once.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::family::{max_len, shown};
use super::hosts::{Answered, Waiting};
#[cfg(target_os = "linux")]
use super::returned::headers_len;
use super::{SLICE, Worker};
use crate::codec::Charset;
use crate::journal::{Cause, Event, Failure, Head, Kind, Operation, Peer, Timestamp};
use crate::net::command::{Outgoing, Target};
use crate::net::error;
use crate::net::job::JobSlot;
use crate::net::resolve::literal;

/// What may wait for the socket and for names, in bytes and in datagrams.
const MAX_PENDING_BYTES: u64 = 4 << 20;
const MAX_PENDING: usize = 1024;
/// When the system was out of buffers, the next try comes so much later: no event tells when it has some.
const RETRY_DELAY: Duration = Duration::from_millis(2);
/// After so long without buffers a datagram fails.
const RETRY_PATIENCE: Duration = Duration::from_secs(1);
/// A send may give back errors of earlier ones before it goes out; so many are worth a new try.
const MAX_TRIES: usize = 8;

/// A datagram on its way.
struct Datagram {
    to: SocketAddr,
    payload: Arc<[u8]>,
    charset: Option<Charset>,
    log: bool,
    /// The job that sends it, if it is one.
    sender: Option<JobSlot>,
}

/// What the socket did not take at once.
#[derive(Default)]
pub struct Outbox {
    queue: VecDeque<Datagram>,
    bytes: u64,
    retry_at: Option<Instant>,
    /// Since when the system has no buffers.
    starved_since: Option<Instant>,
    last: Option<(SocketAddr, u64)>,
    /// What our own system lets through, with all headers, as it said last.
    #[cfg(target_os = "linux")]
    pub(super) mtu: Option<u32>,
}

impl Outbox {
    /// When to try again without being told by the poller.
    pub fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// The length of the last datagram, if it went there.
    #[cfg(target_os = "linux")]
    pub fn last_len_to(&self, to: SocketAddr) -> Option<u64> {
        self.last.filter(|&(last, _)| last == to).map(|(_, len)| len)
    }
}

/// The peer that a failed send is about, where it has an address.
pub fn peer(target: &Target) -> Option<Peer> {
    match target {
        Target::Address(addr) => Some(Peer::datagram(shown(*addr))),
        _ => None,
    }
}

fn describe(target: &Target) -> String {
    match target {
        Target::Address(addr) => shown(*addr).to_string(),
        Target::Host { host, port } => format!("{host}:{port}"),
        Target::Server | Target::AllClients => String::new(),
        Target::Client(number) => format!("#{number}"),
    }
}

fn refused(target: impl Display, cause: Cause) -> Failure {
    Failure { op: Operation::Send, target: target.to_string(), cause }
}

impl Worker<'_> {
    /// Sends, or lets it wait for the socket or for the address of its host; or refuses.
    pub(super) fn submit(&mut self, outgoing: Outgoing, sender: Option<JobSlot>, now: Instant) -> Result<(), Failure> {
        let (host, port) = match &outgoing.target {
            Target::Address(to) => return self.dispatch(shown(*to), &outgoing, sender, now),
            Target::Host { host, port } => (host.trim().to_owned(), *port),
            Target::Server => return Err(refused(describe(&outgoing.target), Cause::NotConnected)),
            Target::Client(_) | Target::AllClients => {
                return Err(refused(describe(&outgoing.target), Cause::NoSuchPeer));
            }
        };
        if let Some(to) = literal(&host, port) {
            return self.dispatch(shown(to), &outgoing, sender, now);
        }
        if let Some(addrs) = self.hosts.lookup(&host, port, &self.context.poll, now) {
            return self.dispatch_to_host(&addrs, &outgoing, sender, now);
        }
        // No need to look up where to send what can't be sent.
        check_len(outgoing.payload.len(), max_len(std::net::Ipv6Addr::UNSPECIFIED.into()))
            .and_then(|()| self.check_room(outgoing.payload.len()))
            .map_err(|cause| refused(describe(&outgoing.target), cause))?;
        let waiting = Waiting { outgoing, sender };
        self.hosts.wait(&host, port, waiting).map_err(|w| refused(describe(&w.outgoing.target), Cause::NameNotFound))
    }

    /// Sends what waited for names that are known now.
    pub(super) fn answers(&mut self, now: Instant) {
        while let Some(Answered { host, result, changed, waiting }) = self.hosts.poll(now) {
            if let (Ok(addrs), true) = (&result, changed) {
                let addrs = addrs.iter().map(SocketAddr::ip).collect();
                self.event(None, &Event::Resolved { host, addrs });
            }
            let mut failures = Vec::new();
            for Waiting { outgoing, sender } in waiting {
                let sent = match &result {
                    Ok(_) if self.context.is_closing() => Err(refused(describe(&outgoing.target), Cause::NotConnected)),
                    Ok(addrs) => self.dispatch_to_host(addrs, &outgoing, sender, now),
                    Err(failure) => Err(failure.clone()),
                };
                if let Err(failure) = sent {
                    if let Some(slot) = sender {
                        self.news.failed(slot, failure.clone());
                    }
                    failures.push(failure);
                }
            }
            self.report_all(failures);
        }
    }

    /// To the first address of a host that this socket can reach.
    fn dispatch_to_host(
        &mut self,
        addrs: &[SocketAddr],
        outgoing: &Outgoing,
        sender: Option<JobSlot>,
        now: Instant,
    ) -> Result<(), Failure> {
        match addrs.iter().find(|addr| self.family.speaks(addr.ip())) {
            Some(&to) => self.dispatch(shown(to), outgoing, sender, now),
            None => Err(refused(describe(&outgoing.target), Cause::FamilyMismatch)),
        }
    }

    /// To an address: at once, or behind those that wait already.
    fn dispatch(
        &mut self,
        to: SocketAddr,
        outgoing: &Outgoing,
        sender: Option<JobSlot>,
        now: Instant,
    ) -> Result<(), Failure> {
        let refused = |cause| refused(to, cause);
        if !self.family.speaks(to.ip()) {
            return Err(refused(Cause::FamilyMismatch));
        }
        check_len(outgoing.payload.len(), max_len(to.ip())).map_err(refused)?;
        if to.ip() == std::net::Ipv4Addr::BROADCAST && !self.broadcast {
            return Err(refused(Cause::BroadcastOff));
        }
        let Outgoing { charset, log, .. } = *outgoing;
        let datagram = Datagram { to, payload: Arc::clone(&outgoing.payload), charset, log, sender };
        if self.outbox.queue.is_empty() {
            match self.transmit(&datagram) {
                Ok(()) => return Ok(()),
                Err(e) if !waits(&e) => return Err(self.send_failed(&datagram, &e)),
                Err(e) => {
                    self.check_room(datagram.payload.len()).map_err(refused)?;
                    self.wait_for_room(&e, now);
                }
            }
        } else {
            self.check_room(datagram.payload.len()).map_err(refused)?;
        }
        self.outbox.bytes += datagram.payload.len() as u64;
        self.outbox.queue.push_back(datagram);
        Ok(())
    }

    /// Sends what waits, as far as the socket takes it, for at most [`SLICE`].
    pub(super) fn flush(&mut self, now: Instant) {
        if self.outbox.queue.is_empty() || self.outbox.retry_at.is_some_and(|at| now < at) {
            return;
        }
        while let Some(datagram) = self.outbox.queue.pop_front() {
            let starved = self.outbox.starved_since.is_some_and(|since| now >= since + RETRY_PATIENCE);
            match self.transmit(&datagram) {
                Ok(()) => self.outbox.starved_since = None,
                Err(e) if waits(&e) && !(starved && error::is_out_of_buffers(&e)) => {
                    self.outbox.queue.push_front(datagram);
                    self.wait_for_room(&e, now);
                    return;
                }
                Err(e) => {
                    self.outbox.starved_since = None;
                    let failure = self.send_failed(&datagram, &e);
                    if let Some(slot) = datagram.sender {
                        self.news.failed(slot, failure.clone());
                    }
                    self.report(Some(Peer::datagram(datagram.to)), failure);
                }
            }
            self.outbox.bytes -= datagram.payload.len() as u64;
            if now.elapsed() >= SLICE || self.context.is_closing() {
                return; // the poller wakes us at once for the rest
            }
        }
        self.outbox.retry_at = None;
        self.interest(false);
    }

    /// Gives the datagram to the socket, and to the journal when it is gone.
    fn transmit(&mut self, datagram: &Datagram) -> io::Result<()> {
        let addr = self.family.to_socket(datagram.to).ok_or(io::ErrorKind::InvalidInput)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let result = self.source.socket().send_to(&datagram.payload, addr);
            let time = Timestamp::now();
            match result {
                Ok(_) => {
                    let len = datagram.payload.len() as u64;
                    self.outbox.last = Some((datagram.to, len));
                    self.context.counters.sent(1, len);
                    let peer = Some(Peer::datagram(datagram.to));
                    if datagram.log {
                        let head = Head { time, kind: Kind::Sent, peer, charset: datagram.charset };
                        self.batch.push(head, &datagram.payload);
                        self.flush_if_large();
                    }
                    return Ok(());
                }
                Err(e) if waits(&e) || tries == MAX_TRIES => return Err(e),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                // The error of an earlier datagram; this one has not been tried yet.
                Err(e) => {
                    let earlier = matches!(e.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset);
                    if self.returned_errors() == 0 && !earlier {
                        return Err(e);
                    }
                }
            }
        }
    }

    fn wait_for_room(&mut self, error: &io::Error, now: Instant) {
        if error.kind() == io::ErrorKind::WouldBlock {
            self.outbox.retry_at = None;
            self.interest(true);
        } else {
            self.outbox.retry_at = Some(now + RETRY_DELAY);
            self.outbox.starved_since.get_or_insert(now);
            self.interest(false);
        }
    }

    fn interest(&mut self, writable: bool) {
        if let Err(e) = self.source.interest(true, writable) {
            self.report(None, error::failure(Operation::Worker, self.local, &e));
        }
    }

    fn send_failed(&self, datagram: &Datagram, error: &io::Error) -> Failure {
        let to = datagram.to;
        #[cfg(target_os = "linux")]
        if error::is_too_large(error)
            && let Some(mtu) = self.outbox.mtu
        {
            let max = u64::from(mtu).saturating_sub(headers_len(to));
            return refused(to, Cause::TooLarge { len: datagram.payload.len() as u64, max });
        }
        if error::is_access_denied(error) && !self.broadcast && to.is_ipv4() {
            // That is how the system says that the address is one of its subnets' broadcast.
            return refused(to, Cause::BroadcastOff);
        }
        error::failure(Operation::Send, to, error)
    }

    fn check_room(&self, len: usize) -> Result<(), Cause> {
        let pending = self.pending_bytes();
        if pending + len as u64 > MAX_PENDING_BYTES || self.pending_count() >= MAX_PENDING {
            return Err(Cause::QueueFull { pending });
        }
        Ok(())
    }

    /// Bytes that wait for the socket or for a name.
    pub(super) fn pending_bytes(&self) -> u64 {
        self.outbox.bytes + self.hosts.waiting().map(|w| w.outgoing.payload.len() as u64).sum::<u64>()
    }

    /// Takes what a job has sent and waits out of the queues; the bytes.
    pub(super) fn take_back(&mut self, sender: JobSlot) -> u64 {
        let before = self.pending_bytes();
        self.hosts.forget(sender);
        self.outbox.queue.retain(|datagram| datagram.sender != Some(sender));
        self.outbox.bytes = self.outbox.queue.iter().map(|datagram| datagram.payload.len() as u64).sum();
        before - self.pending_bytes()
    }

    /// How many datagrams wait for the socket or for a name.
    pub(super) fn pending_count(&self) -> usize {
        self.outbox.queue.len() + self.hosts.waiting().count()
    }

    /// Says that what waits still will never be sent.
    pub(super) fn give_up_pending(&mut self) {
        let queued = self.outbox.queue.drain(..).map(|datagram| datagram.to.to_string());
        let waiting = self.hosts.waiting().map(|w| describe(&w.outgoing.target));
        let failures = queued.chain(waiting).map(|target| refused(target, Cause::NotConnected)).collect();
        self.report_all(failures);
        self.outbox.bytes = 0;
    }

    /// Reports many failures with one append, which may have to wait for the disk.
    fn report_all(&mut self, mut failures: Vec<Failure>) {
        let Some(last) = failures.pop() else { return };
        for failure in failures {
            self.event(None, &Event::Failed(failure));
        }
        self.report(None, last);
    }
}

/// Whether the socket takes the same datagram a little later.
fn waits(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error::is_out_of_buffers(error)
}

fn check_len(len: usize, max: usize) -> Result<(), Cause> {
    if len > max { Err(Cause::TooLarge { len: len as u64, max: max as u64 }) } else { Ok(()) }
}
