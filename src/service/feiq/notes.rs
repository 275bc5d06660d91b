//! What the node did, as entries of the journal beside the datagrams.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::files::{Direction, Transfer, TransferFailure, TransferState};
use crate::journal::{Batch, Cause, Defect, Event, NodeNote, Peer, Recorder, Timestamp};
use crate::proto::ipmsg::node::{Event as NodeEvent, Verdict};
use crate::proto::ipmsg::{Malformed, Packet};

/// Addresses whose last port is remembered for the note that too much came from them.
const MAX_LIMITED: usize = 1024;

/// Gathers notes, and appends many at once.
#[derive(Default)]
pub(super) struct Notes {
    batch: Batch,
    limited: BTreeMap<IpAddr, SocketAddr>,
}

impl Notes {
    pub fn note(&mut self, peer: Option<SocketAddr>, note: NodeNote) {
        self.batch.push_event(Timestamp::now(), peer.map(Peer::datagram), &Event::Node { note });
    }

    /// How many wait to be appended.
    pub fn len(&self) -> usize {
        self.batch.len()
    }

    /// What was done with a datagram; `said_already`: what happened because of it was noted.
    pub fn verdict(&mut self, from: SocketAddr, bytes: &[u8], verdict: &Verdict, said_already: bool) {
        let packet = || Packet::parse(bytes).unwrap_or_default();
        let note = match verdict {
            Verdict::Acked => NodeNote::Acked { number: packet().number },
            Verdict::Shown => NodeNote::Shown { number: packet().number },
            Verdict::Duplicate => NodeNote::Duplicate { number: packet().number },
            Verdict::Answered => NodeNote::Answered,
            Verdict::Noted if said_already => return,
            Verdict::Noted => NodeNote::Noted,
            Verdict::OwnEcho => NodeNote::OwnEcho,
            Verdict::Malformed(defect) => NodeNote::Malformed { defect: defect_of(defect) },
            Verdict::ForgedAck => {
                NodeNote::ForgedAck { number: crate::proto::ipmsg::parse_number(&packet().extra).unwrap_or_default() }
            }
            Verdict::Unknown => NodeNote::Unknown { command: packet().command.0 },
            Verdict::NotAnswered => NodeNote::NotAnswered { command: packet().command.0 },
            // Told once a second, with their number.
            Verdict::RateLimited => {
                if self.limited.len() < MAX_LIMITED {
                    self.limited.insert(from.ip(), from);
                }
                return;
            }
        };
        self.note(Some(from), note);
    }

    /// What happened, where the datagrams beside it do not say it.
    pub fn event(&mut self, event: &NodeEvent) {
        let millis = |after: std::time::Duration| u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        match event {
            NodeEvent::Online(user) => {
                let name = if user.nick.is_empty() { &user.user } else { &user.nick };
                self.note(Some(user.addr), NodeNote::Online { name: name.clone() });
            }
            NodeEvent::Delivered { to, number, after, .. } => {
                self.note(Some(*to), NodeNote::Delivered { number: *number, after_ms: millis(*after) });
            }
            NodeEvent::Retried { to, number, tries } => {
                self.note(Some(*to), NodeNote::Retried { number: *number, attempt: *tries });
            }
            NodeEvent::NoAnswer { to, number, tries } => {
                self.note(Some(*to), NodeNote::NoAnswer { number: *number, tries: *tries });
            }
            NodeEvent::ReadBy { by, number } => self.note(Some(*by), NodeNote::Read { number: *number }),
            NodeEvent::Limited { from, dropped } => {
                let peer = from.and_then(|from| self.limited.remove(&from));
                self.note(peer, NodeNote::RateLimited { datagrams: *dropped });
            }
            _ => {}
        }
    }

    pub fn offline(&mut self, addr: SocketAddr, name: String) {
        self.note(Some(addr), NodeNote::Offline { name });
    }

    /// A transfer that is over.
    pub fn transfer(&mut self, transfer: &Transfer) {
        let name = transfer.name.clone();
        let note = match (&transfer.state, transfer.direction) {
            (TransferState::Done { size, .. }, Direction::Serving) => NodeNote::FileSent { name, bytes: *size },
            (TransferState::Done { size, path, .. }, Direction::Fetching) => {
                let name = path.file_name().map_or(name, |name| name.to_string_lossy().into_owned());
                NodeNote::FileReceived { name, bytes: *size }
            }
            (TransferState::Failed(TransferFailure::System(failure)), _) => {
                NodeNote::FileFailed { name, cause: failure.cause.clone() }
            }
            (TransferState::Failed(failure), _) => {
                NodeNote::FileFailed { name, cause: Cause::Other { code: None, message: failure.to_string() } }
            }
            (TransferState::Refused, _) => NodeNote::FileFailed { name, cause: Cause::Refused },
            (TransferState::Cancelled, _) => {
                NodeNote::FileFailed { name, cause: Cause::Other { code: None, message: "cancelled".to_owned() } }
            }
            (TransferState::Waiting | TransferState::Running, _) => return,
        };
        self.note(Some(transfer.peer), note);
    }

    /// Into the journal.
    pub fn append(&mut self, recorder: &Recorder) {
        recorder.append(&mut self.batch);
    }
}

fn defect_of(malformed: &Malformed) -> Defect {
    match malformed {
        Malformed::Empty => Defect::Empty,
        Malformed::TooFewFields { .. } => Defect::TooFewFields,
        Malformed::NumberNotDecimal => Defect::PacketNumber,
        Malformed::CommandNotDecimal => Defect::Command,
        Malformed::TooLong { .. } => Defect::TooLong,
    }
}
