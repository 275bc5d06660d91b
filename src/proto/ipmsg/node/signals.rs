//! FeiQ's small signs: the window that shakes, and that somebody types.

use std::net::SocketAddr;
use std::time::Duration;

use super::Node;
use super::event::{Event, Verdict};
use super::identity::Form;
use super::outgoing::Refused;
use super::presence::clipped;
use crate::proto::Moment;
use crate::proto::ipmsg::{Command, Packet, TextEncoding, code, emit_number, parse_number};

/// The answer to a shake counts for so long.
const SHAKE_TIME: Duration = Duration::from_secs(10);

impl Node {
    /// Shakes a window. Sent once: nobody wants to be shaken again because an answer was lost.
    /// [`Event::ShakeAnswered`] may follow.
    pub fn shake(&mut self, now: Moment, to: SocketAddr) -> Result<(), Refused> {
        self.ready()?;
        self.remember(to, now, |peer| peer.shaken_at = Some(now));
        self.send_plain(to, Command::new(code::SHAKE, 0), Form::Feiq, vec![0], now);
        Ok(())
    }

    /// Says that the person types, or stopped typing.
    pub fn typing(&mut self, now: Moment, to: SocketAddr, on: bool) -> Result<(), Refused> {
        self.ready()?;
        let code = if on { code::TYPING } else { code::TYPINGEND };
        self.send_plain(to, Command::new(code, 0), Form::Feiq, vec![0], now);
        Ok(())
    }

    /// Says that no more files of a message are wanted.
    pub fn release_files(&mut self, now: Moment, to: SocketAddr, number: u64) -> Result<(), Refused> {
        self.ready()?;
        self.send_plain(to, Command::new(code::RELEASEFILES, 0), Form::Own, emit_number(number), now);
        Ok(())
    }

    /// A shake came: answered each time, shown once.
    pub(super) fn on_shake(
        &mut self,
        from: SocketAddr,
        packet: &Packet,
        encoding: TextEncoding,
        now: Moment,
    ) -> Verdict {
        self.send_plain(from, Command::new(code::SHAKEACK, 0), Form::Feiq, emit_number(packet.number), now);
        if !self.is_new(from, packet, now) {
            return Verdict::Duplicate;
        }
        let (user, host) = (clipped(&encoding.decode(&packet.user)), clipped(&encoding.decode(&packet.host)));
        self.tell(Event::Shake { from, user, host });
        Verdict::Answered
    }

    /// The answer to a shake came.
    pub(super) fn on_shake_answered(&mut self, from: SocketAddr, now: Moment) -> Verdict {
        let shaken = self.peers.update(from, |peer| {
            let fresh = peer.shaken_at.take().is_some_and(|at| now.since(at) <= SHAKE_TIME);
            peer.answers |= fresh;
            fresh
        });
        if shaken != Some(true) {
            return Verdict::ForgedAck;
        }
        self.tell(Event::ShakeAnswered { by: from });
        Verdict::Noted
    }

    /// RELEASEFILES came.
    pub(super) fn on_released(&mut self, from: SocketAddr, packet: &Packet) -> Verdict {
        let Some(number) = parse_number(&packet.extra) else { return Verdict::NotAnswered };
        self.tell(Event::FilesReleased { by: from, number });
        Verdict::Noted
    }
}
