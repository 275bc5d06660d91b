//! From the socket into the journal.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::{Receiver, SLICE, Worker};
use crate::journal::{Cause, Event, Failure, Head, Kind, Operation, Peer};
use crate::net::{error, jobs};

/// How much is gathered for one append: the journal's lock is taken once for many datagrams.
const MAX_BATCH_RECORDS: usize = 1024;
const MAX_BATCH_BYTES: usize = 1 << 20;
/// After so many failed receives in a row the socket is beyond hope.
const MAX_FAILURES: u32 = 16;

/// What the socket had to give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Traffic {
    /// Nothing.
    None,
    /// Something, and that was all.
    Some,
    /// Something, and there may be more.
    More,
}

impl Worker<'_> {
    /// Receives what is there, for at most [`SLICE`] and until a job is due. While the journal has no room it only waits
    /// for that, as long.
    pub(super) fn receive(&mut self, receiver: &mut Receiver) -> Result<Traffic, Failure> {
        let due = self.jobs.due();
        let slice = due.map_or(SLICE, |due| SLICE.min(due.saturating_duration_since(Instant::now())));
        if !self.context.recorder.wait_for_room(slice) {
            // The disk is slower than the peers: what comes now waits in the kernel, which counts what it drops.
            return Ok(Traffic::More);
        }
        let start = Instant::now();
        let mut empty = true;
        let more = loop {
            match receiver.receive(self.source.socket()) {
                Ok(count) => {
                    empty = false;
                    self.receive_failures = 0;
                    self.take(receiver, count);
                    if receiver.drained() {
                        break false;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break false,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    empty = false;
                    self.receive_failed(&e)?;
                }
            }
            if start.elapsed() >= slice || self.context.is_closing() {
                break true;
            }
        };
        if empty {
            // Woken, and nothing there: an error may have come back for a datagram that we sent.
            self.returned_errors();
        }
        self.flush_journal();
        Ok(match (more, empty) {
            (true, _) => Traffic::More,
            (false, false) => Traffic::Some,
            (false, true) => Traffic::None,
        })
    }

    /// Counts the datagrams of a call and puts them into the journal, many at a time.
    fn take(&mut self, receiver: &Receiver, count: usize) {
        let mut bytes = 0;
        for (from, time, payload) in receiver.datagrams() {
            self.senders.note(from);
            let head = Head { time, kind: Kind::Received, peer: Some(Peer::datagram(from)), charset: None };
            self.batch.push(head, payload);
            bytes += payload.len() as u64;
        }
        self.context.counters.received(count as u64, bytes);
        if let Some(total) = receiver.drop_total() {
            self.count_drops(total);
        }
        if count > 1 {
            self.drops.traffic(Instant::now());
        }
        if self.jobs.listen() {
            for (from, time, payload) in receiver.datagrams() {
                jobs::hear(self, Peer::datagram(from), time, payload);
            }
        }
        self.flush_if_large();
    }

    /// Hands over what has happened when it has become much.
    pub(super) fn flush_if_large(&mut self) {
        if self.batch.len() >= MAX_BATCH_RECORDS || self.batch.len_bytes() >= MAX_BATCH_BYTES {
            self.flush_journal();
        }
    }

    /// Asks the kernel what it has dropped.
    pub(super) fn observe_drops(&mut self) {
        #[cfg(target_os = "linux")]
        if let Some(total) = super::linux::drop_total(self.source.socket()) {
            self.count_drops(total);
        }
    }

    fn count_drops(&mut self, total: u32) {
        let new = self.drops.observe(total);
        if new > 0 {
            self.context.counters.kernel_drops.fetch_add(new, Ordering::Relaxed);
        }
    }

    /// An error instead of a datagram. Mostly it is about one that we sent: then it is an event, and receiving goes on.
    fn receive_failed(&mut self, error: &io::Error) -> Result<(), Failure> {
        if self.returned_errors() > 0 {
            return Ok(());
        }
        let unreachable = match error::cause(error) {
            // Windows says "reset" for an ICMP "port unreachable", and not whose it is.
            Cause::Refused | Cause::Reset => Some(Cause::Refused),
            // And "network dropped connection on reset" for one that ran out of hops.
            Cause::TimedOut { .. } | Cause::HostUnreachable => Some(Cause::HostUnreachable),
            Cause::NetworkUnreachable => Some(Cause::NetworkUnreachable),
            _ => None,
        };
        if let Some(cause) = unreachable {
            self.event(None, &Event::Unreachable { to: None, cause });
            return Ok(());
        }
        let failure = error::failure(Operation::Receive, self.local, error);
        self.receive_failures += 1;
        if self.receive_failures >= MAX_FAILURES {
            return Err(failure);
        }
        self.report(None, failure);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use std::net::UdpSocket;

    /// The same test for each of the receivers.
    macro_rules! receives {
        ($name:ident, $module:ident) => {
            #[test]
            fn $name() {
                use super::super::$module::{BATCH_LEN, Receiver};
                let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
                socket.set_nonblocking(true).unwrap();
                let to = socket.local_addr().unwrap();
                let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
                let mut receiver = Receiver::new();
                assert_eq!(receiver.receive(&socket).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);

                // On loopback a datagram is in the receiver's buffer when send returns.
                let large: Vec<u8> = (0..65_507u32).map(|i| i as u8).collect();
                for payload in [&b""[..], b"a", &large] {
                    peer.send_to(payload, to).unwrap();
                }
                assert_eq!(receiver.receive(&socket).unwrap(), 3);
                assert!(receiver.drained());
                let got: Vec<_> = receiver.datagrams().map(|(from, _, bytes)| (from, bytes.to_vec())).collect();
                let from = peer.local_addr().unwrap();
                assert_eq!(got, [(from, vec![]), (from, b"a".to_vec()), (from, large)]);

                for i in 0..BATCH_LEN + 2 {
                    peer.send_to(&[i as u8], to).unwrap();
                }
                assert_eq!(receiver.receive(&socket).unwrap(), BATCH_LEN);
                assert!(!receiver.drained());
                assert_eq!(receiver.receive(&socket).unwrap(), 2);
                let got: Vec<_> = receiver.datagrams().map(|(_, _, bytes)| bytes.to_vec()).collect();
                assert_eq!(got, [[BATCH_LEN as u8], [BATCH_LEN as u8 + 1]]);
                assert_eq!(receiver.drop_total(), None);
            }
        };
    }

    receives!(portable_receiver_takes_whole_datagrams_in_order, portable);
    #[cfg(target_os = "linux")]
    receives!(linux_receiver_takes_whole_datagrams_in_order, linux);
}
