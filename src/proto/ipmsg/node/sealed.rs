//! Sealed messages (封装): shown when opened, and their sender is told of it until it says that it knows.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::Node;
use super::event::{Event, Verdict};
use super::identity::Form;
use super::outbox::Purpose;
use super::outgoing::Refused;
use super::recent::Recent;
use crate::proto::Moment;
use crate::proto::ipmsg::{Command, Packet, code, emit_number, option, parse_number};

/// So many are remembered each way.
const REMEMBERED: usize = 4096;

/// What became of a sealed message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    Closed,
    Broken,
}

/// The sealed messages of both directions.
#[derive(Debug)]
pub(super) struct Sealed {
    sent: Recent<(SocketAddr, u64), Seal>,
    /// Whether the sender of each wants to be told until it answers.
    received: Recent<(SocketAddr, u64), bool>,
}

impl Default for Sealed {
    fn default() -> Self {
        Self { sent: Recent::new(REMEMBERED), received: Recent::new(REMEMBERED) }
    }
}

impl Node {
    pub(super) fn note_sealed(&mut self, from: SocketAddr, number: u64, checked: bool) {
        *self.sealed.received.entry((from, number), || checked) = checked;
    }

    pub(super) fn note_sealed_sent(&mut self, to: SocketAddr, number: u64) {
        *self.sealed.sent.entry((to, number), || Seal::Closed) = Seal::Closed;
    }

    /// The person opened the sealed message `number` of `from`: its sender is told, and again until it answers
    /// ([`Event::OpeningConfirmed`]), if it asked for that.
    pub fn open_sealed(&mut self, now: Moment, from: SocketAddr, number: u64) -> Result<(), Refused> {
        self.ready()?;
        if self.tells_opening(from, number) {
            return Ok(());
        }
        let checked = self.sealed.received.remove(&(from, number)).unwrap_or(true);
        if !checked {
            self.send_plain(from, Command::new(code::READMSG, 0), Form::Own, emit_number(number), now);
            return Ok(());
        }
        let own = self.numbers.take(now);
        self.outbox.admits(&BTreeSet::from([from]), own)?;
        let command = Command::new(code::READMSG, option::READCHECK);
        let packet = self.identity.packet(Form::Own, own, command, self.encoding_for(from), emit_number(number));
        self.submit(from, own, packet.emit(), Purpose::Opening(number), now);
        Ok(())
    }

    /// READMSG or DELMSG came.
    pub(super) fn on_opened(&mut self, from: SocketAddr, packet: &Packet, now: Moment) -> Verdict {
        let number = parse_number(&packet.extra);
        let Some((number, seal)) = number.and_then(|number| Some((number, self.sealed.sent.get_mut(&(from, number))?)))
        else {
            return Verdict::NotAnswered;
        };
        let first = std::mem::replace(seal, Seal::Broken) == Seal::Closed;
        if packet.command.code() == code::DELMSG {
            if first {
                self.tell(Event::DiscardedBy { by: from, number });
            }
            return Verdict::Noted;
        }
        if first {
            self.tell(Event::ReadBy { by: from, number });
        }
        self.send_plain(from, Command::new(code::ANSREADMSG, 0), Form::Own, emit_number(packet.number), now);
        Verdict::Answered
    }
}
