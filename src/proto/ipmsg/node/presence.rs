//! Who is here: entries and exits of others, our answers to them, and what we say of ourselves when asked.
//!
//! IPMSG answers an entry after a random 0 to 4 seconds where there are many peers, so that not all answer at once.
//! Here the delay grows with the number of users that are online, up to a second, and is next to nothing among a few.

use std::mem;
use std::net::SocketAddr;
use std::time::Duration;

use super::event::{Event, Verdict};
use super::identity::{Form, encode_lossy};
use super::outgoing::Refused;
use super::users::Peer;
use super::{Node, Task};
use crate::proto::Moment;
use crate::proto::ipmsg::{ClientKind, Command, Entry, Packet, TextEncoding, code, option};

/// An address gets an answer to its entries at most so often.
const ANSWER_INTERVAL: Duration = Duration::from_millis(250);
/// Per user online, an answer may be so much later.
const ANSWER_SPREAD_PER_USER_MS: u64 = 4;
const ANSWER_SPREAD_MAX_MS: u64 = 1000;
/// A stranger is told of us at most so often.
const GREETING_INTERVAL: Duration = Duration::from_secs(10);
/// A sender gets our absence text at most so often.
const AUTO_REPLY_INTERVAL: Duration = Duration::from_mins(1);
/// An answer to what we asked counts for so long.
const ASKING_TIME: Duration = Duration::from_secs(10);
/// Names are shown up to so many characters.
const NAME_CHARS: usize = 128;

impl Node {
    /// `BR_ENTRY`, ANSENTRY or `BR_ABSENCE` came.
    pub(super) fn on_entry(
        &mut self,
        from: SocketAddr,
        packet: &Packet,
        encoding: TextEncoding,
        now: Moment,
    ) -> Verdict {
        let entry = Entry::from(packet);
        let said = Said::new(packet, &entry, encoding);
        let greeted = packet.command.code() == code::ANSENTRY;
        let enters = packet.command.code() == code::BR_ENTRY;
        let identity_prefers = self.config.prefer;
        let changed = self.peers.update(from, |peer| {
            peer.answers |= greeted && peer.greeted_at.is_some_and(|at| now.since(at) <= ASKING_TIME);
            peer.learnt = peer.learnt.or(Some(said.reads));
            let before = peer.user.clone();
            said.tell(peer);
            if enters && peer.user.kind == ClientKind::Iptux {
                peer.starts = peer.starts.wrapping_add(1);
            }
            peer.listed = true;
            peer.user.encoding = peer.sends_in(identity_prefers);
            (!before.online, peer.user != before, peer.user.clone())
        });
        let Some((came, changed, user)) = changed else { return Verdict::Noted };
        if came {
            self.tell(Event::Online(Box::new(user)));
        } else if changed {
            self.tell(Event::Changed(Box::new(user)));
        }
        if !enters {
            return Verdict::Noted;
        }
        self.owe_answer(from, now);
        Verdict::Answered
    }

    fn owe_answer(&mut self, to: SocketAddr, now: Moment) {
        let spread = (self.peers.online() as u64 * ANSWER_SPREAD_PER_USER_MS).min(ANSWER_SPREAD_MAX_MS);
        let delay = Duration::from_millis(self.dice.below(spread));
        let at = self.peers.update(to, |peer| {
            let earliest = peer.answered_at.map_or(now, |at| at + ANSWER_INTERVAL);
            (!mem::replace(&mut peer.owed_answer, true)).then(|| earliest.max(now) + delay)
        });
        if let Some(Some(at)) = at {
            self.agenda.set(at, Task::AnswerEntry(to));
        }
    }

    /// ANSENTRY to somebody who announced itself.
    pub(super) fn answer_entry(&mut self, to: SocketAddr, now: Moment) {
        let owed = self.peers.update(to, |peer| {
            peer.answered_at = Some(now);
            mem::take(&mut peer.owed_answer)
        });
        if owed == Some(true) {
            self.notify(code::ANSENTRY, to, now);
        }
    }

    /// `BR_EXIT` came: it is about the address that it came from, whatever names it carries.
    pub(super) fn on_exit(&mut self, from: SocketAddr) -> Verdict {
        let was_online = self.peers.update(from, |peer| {
            // Whoever comes back may be another program.
            peer.learnt = None;
            mem::take(&mut peer.user.online)
        });
        if was_online == Some(true) {
            self.tell(Event::Offline(from));
        }
        Verdict::Noted
    }

    /// Tells the unknown sender of a message that we are here, so that it can answer and be listed.
    pub(super) fn greet(&mut self, stranger: SocketAddr, now: Moment) {
        if self.peers.get(stranger).is_some() {
            self.enter(stranger, now);
        }
    }

    /// Tells somebody who may not know of us that we are here, and later that we leave: it lists us, and shows our name
    /// with what we say. iptux also forgets our last packet number, and does not hide what we say after we were started
    /// again.
    pub(super) fn introduce(&mut self, to: SocketAddr, now: Moment) {
        if self.enter(to, now) {
            self.presence.remember(to, self.config.limits.announced);
        }
    }

    /// `BR_ENTRY` to somebody who is not known to be online; whether it was sent.
    fn enter(&mut self, to: SocketAddr, now: Moment) -> bool {
        let wanted = self.peers.get(to).is_none_or(|peer| {
            !peer.user.online && peer.greeted_at.is_none_or(|at| now.since(at) >= GREETING_INTERVAL)
        });
        let enters = wanted && self.may_greet(to.ip(), now);
        if enters {
            self.peers.update(to, |peer| peer.greeted_at = Some(now));
            self.notify(code::BR_ENTRY, to, now);
        }
        enters
    }

    /// While we are away, the sender of a message gets our absence text.
    pub(super) fn reply_absence(&mut self, to: SocketAddr, command: Command, now: Moment) {
        let Some(text) = self.presence.absence_text.clone() else { return };
        if command.has(option::AUTORET) || command.has(option::BROADCAST) {
            return;
        }
        let due = self.peers.update(to, |peer| {
            let due = peer.auto_replied_at.is_none_or(|at| now.since(at) >= AUTO_REPLY_INTERVAL);
            if due {
                peer.auto_replied_at = Some(now);
            }
            due
        });
        if due == Some(true) {
            self.reply_text(to, Command::new(code::SENDMSG, option::AUTORET), &text, now);
        }
    }

    /// GETABSENCEINFO came.
    pub(super) fn on_absence_asked(&mut self, from: SocketAddr, now: Moment) -> Verdict {
        let text = self.presence.absence_text.clone().unwrap_or_else(|| "Not absence mode".to_owned());
        self.reply_text(from, Command::new(code::SENDABSENCEINFO, 0), &text, now);
        Verdict::Answered
    }

    /// GETINFO came.
    pub(super) fn on_info_asked(&mut self, from: SocketAddr, now: Moment) -> Verdict {
        let text = self.config.info.clone();
        self.reply_text(from, Command::new(code::SENDINFO, 0), &text, now);
        Verdict::Answered
    }

    /// Asks for a user's program and version: [`Event::Info`] may follow.
    pub fn ask_info(&mut self, now: Moment, to: SocketAddr) -> Result<(), Refused> {
        self.ready()?;
        self.remember(to, now, |peer| peer.info_asked_at = Some(now));
        self.send_plain(to, Command::new(code::GETINFO, 0), Form::Own, vec![0], now);
        Ok(())
    }

    /// Asks for a user's absence text: [`Event::AbsenceText`] may follow.
    pub fn ask_absence(&mut self, now: Moment, to: SocketAddr) -> Result<(), Refused> {
        self.ready()?;
        self.remember(to, now, |peer| peer.absence_asked_at = Some(now));
        self.send_plain(to, Command::new(code::GETABSENCEINFO, 0), Form::Own, vec![0], now);
        Ok(())
    }

    /// SENDINFO or SENDABSENCEINFO came: it counts if we asked.
    pub(super) fn on_info(
        &mut self,
        from: SocketAddr,
        packet: &Packet,
        encoding: TextEncoding,
        now: Moment,
    ) -> Verdict {
        let about_absence = packet.command.code() == code::SENDABSENCEINFO;
        let asked = self.peers.update(from, |peer| {
            let asked = if about_absence { &mut peer.absence_asked_at } else { &mut peer.info_asked_at };
            asked.take_if(|_| true).is_some_and(|at| now.since(at) <= ASKING_TIME)
        });
        if asked != Some(true) {
            return Verdict::NotAnswered;
        }
        let text = encoding.decode(packet.sections().next().unwrap_or_default());
        self.tell(if about_absence { Event::AbsenceText { from, text } } else { Event::Info { from, text } });
        Verdict::Noted
    }

    /// A text, lossily in the encoding that `to` reads.
    fn reply_text(&mut self, to: SocketAddr, command: Command, text: &str, now: Moment) {
        let encoding = self.encoding_for(to);
        let command = if encoding == TextEncoding::Utf8 { command.with(option::UTF8) } else { command };
        let mut extra = encode_lossy(text, encoding);
        extra.push(0);
        let number = self.numbers.take(now);
        let packet = self.identity.packet(Form::Own, number, command, encoding, extra);
        self.transmit(to, packet.emit());
    }
}

/// What an entry says of its sender.
struct Said {
    user: String,
    host: String,
    nick: String,
    group: String,
    kind: ClientKind,
    version: Vec<u8>,
    absent: bool,
    takes_files: bool,
    reads: TextEncoding,
}

impl Said {
    fn new(packet: &Packet, entry: &Entry, encoding: TextEncoding) -> Self {
        let Packet { version, command, .. } = packet;
        let line = |key: &[u8], field: &[u8]| match entry.line(key) {
            Some(value) if !value.is_empty() => clipped(&TextEncoding::Utf8.decode(value)),
            _ => clipped(&encoding.decode(field)),
        };
        let kind = ClientKind::seen(version, Some(entry));
        let reads_utf8 = command.has(option::CAPUTF8) && !kind.is_feiq() && kind != ClientKind::Iptux;
        Self {
            user: line(b"UN", &packet.user),
            host: line(b"HN", &packet.host),
            nick: line(b"NN", &entry.nick),
            group: line(b"GN", &entry.group),
            kind,
            version: version.iter().copied().take(NAME_CHARS).collect(),
            absent: command.has(option::ABSENCE),
            takes_files: command.has(option::FILEATTACH),
            reads: if reads_utf8 { TextEncoding::Utf8 } else { TextEncoding::Gbk },
        }
    }

    fn tell(self, peer: &mut Peer) {
        let user = &mut peer.user;
        user.user = self.user;
        user.host = self.host;
        user.nick = self.nick;
        user.group = self.group;
        user.kind = self.kind;
        user.version = self.version;
        user.absent = self.absent;
        user.takes_files = self.takes_files;
        user.online = true;
    }
}

/// A name of bearable length.
pub(super) fn clipped(name: &str) -> String {
    name.chars().take(NAME_CHARS).collect()
}
