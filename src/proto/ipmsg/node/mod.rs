//! A node: one participant of the protocol, without its socket and its clock.
//!
//! Received datagrams and the time go in ([`Node::handle_datagram`], [`Node::handle_timeout`]), datagrams to send and
//! events come out ([`Node::poll_transmit`], [`Node::poll_event`]); [`Node::poll_timeout`] says when the time matters
//! next. The driver takes everything out after each call.
//!
//! A peer is its IP address and port. Nothing that comes is proven: an answer counts only from the address that was
//! asked, an exit only for the address that it came from, and everything that others can fill has a bound. What comes
//! while the node's queues are full is dropped and counted, as by a full socket.

mod agenda;
mod announce;
mod compose;
mod config;
mod event;
mod groups;
mod identity;
mod images;
mod inbox;
mod numbers;
mod outbox;
mod outgoing;
mod presence;
mod rate;
mod recent;
mod sealed;
mod signals;
mod users;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

pub use self::config::{Config, Limits, Prefer, Rate, Timing};
pub use self::event::{Event, GroupMessage, GroupText, Received, Transmit, Verdict};
pub use self::images::SentImage;
pub use self::outgoing::{Outgoing, Refused};
pub use self::users::User;

use self::agenda::Agenda;
use self::announce::{Notice, Presence};
use self::identity::{Form, Identity};
use self::images::Images;
use self::numbers::{Dice, Numbers};
use self::outbox::{Answer, Outbox};
use self::rate::{Bucket, Gate, REPORT_INTERVAL};
use self::recent::Recent;
use self::sealed::Sealed;
use self::users::{Peer, Peers};
use super::{Command, ImageId, Packet, TextEncoding, code, option, parse_number, text};
use crate::proto::Moment;

/// Addresses whose rates are known.
const RATED_ADDRESSES: usize = 8192;

/// Strangers at one IP address that are told of us; they may be one host that invents ports.
const GREETINGS: Rate = Rate { per_second: 5, burst: 20 };

/// What is due at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Resend { to: SocketAddr, number: u64 },
    AnswerEntry(SocketAddr),
    Walk(Notice),
    ImageStep(SocketAddr, ImageId),
    ImageSilence(SocketAddr, ImageId),
    ReportLimits,
    Farewell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Online,
    Leaving,
    Left,
}

/// One participant.
#[derive(Debug)]
pub struct Node {
    config: Config,
    identity: Identity,
    life: Life,
    numbers: Numbers,
    dice: Dice,
    peers: Peers,
    newcomers: Bucket,
    gate: Gate,
    greetings: Recent<IpAddr, Bucket>,
    presence: Presence,
    outbox: Outbox,
    /// Messages that were shown, and until when they are remembered.
    seen: Recent<(SocketAddr, u64), Moment>,
    sealed: Sealed,
    images: Images,
    group_reading: Bucket,
    agenda: Agenda<Task>,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

impl Node {
    /// A node that is there and answers, and has told nobody yet.
    pub fn new(config: Config) -> Self {
        let limits = config.limits;
        let start = Moment::default();
        Self {
            identity: Identity::new(&config),
            life: Life::Online,
            numbers: Numbers::new(config.first_number),
            dice: Dice::new(config.seed),
            peers: Peers::new(limits.peers),
            newcomers: Bucket::full(limits.newcomers, start),
            gate: Gate::new(limits.per_address, limits.overall, RATED_ADDRESSES),
            greetings: Recent::new(RATED_ADDRESSES),
            presence: Presence::default(),
            outbox: Outbox::new(limits.pending),
            seen: Recent::new(limits.seen),
            sealed: Sealed::default(),
            images: Images::default(),
            group_reading: Bucket::full(limits.groups, start),
            agenda: Agenda::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            config,
        }
    }

    /// A datagram came.
    pub fn handle_datagram(&mut self, from: SocketAddr, bytes: &[u8], now: Moment) -> Verdict {
        if from.port() == self.config.port && self.config.own_addrs.contains(&from.ip()) {
            return Verdict::OwnEcho;
        }
        if self.life != Life::Online || from.port() == 0 {
            return Verdict::NotAnswered;
        }
        if !self.has_room() || !self.gate.admits(from.ip(), now) {
            return self.drop_datagram(from, now);
        }
        let packet = match Packet::parse(bytes) {
            Ok(packet) => packet,
            Err(malformed) => return Verdict::Malformed(malformed),
        };
        let encoding = self.encoding_of(from, bytes, &packet);
        self.peers.update(from, |peer| peer.user.last_seen = now);
        self.dispatch(from, &packet, encoding, now)
    }

    fn dispatch(&mut self, from: SocketAddr, packet: &Packet, encoding: TextEncoding, now: Moment) -> Verdict {
        match packet.command.code() {
            code::BR_ENTRY | code::ANSENTRY | code::BR_ABSENCE | code::SENDMSG | code::SHAKE
                if !self.make_known(from, now) =>
            {
                self.drop_datagram(from, now)
            }
            code::NOOPERATION => Verdict::Noted,
            code::BR_ENTRY | code::ANSENTRY | code::BR_ABSENCE => self.on_entry(from, packet, encoding, now),
            code::BR_EXIT => self.on_exit(from),
            code::SENDMSG => self.on_message(from, packet, encoding, now),
            code::RECVMSG => self.on_answer(from, packet, true, now),
            code::ANSREADMSG => self.on_answer(from, packet, false, now),
            code::READMSG | code::DELMSG => self.on_opened(from, packet, now),
            code::GETINFO => self.on_info_asked(from, now),
            code::GETABSENCEINFO => self.on_absence_asked(from, now),
            code::SENDINFO | code::SENDABSENCEINFO => self.on_info(from, packet, encoding, now),
            code::RELEASEFILES => self.on_released(from, packet),
            code::SHAKE => self.on_shake(from, packet, encoding, now),
            code::SHAKEACK => self.on_shake_answered(from, now),
            code::TYPING | code::TYPINGEND => {
                self.tell(Event::Typing { from, on: packet.command.code() == code::TYPING });
                Verdict::Noted
            }
            code::IMAGE => self.on_image_piece(from, packet, now),
            code::IMAGEACK => self.on_image_acked(from, packet, now),
            code::GROUPMSG => self.on_group_message(from, packet, encoding, now),
            // Keys, because nothing here decrypts; lists of hosts, because anybody could fill them; files are asked for
            // by TCP; the rest has effects that nobody wants from a stranger.
            _ if packet.command.name().is_some() => Verdict::NotAnswered,
            _ => Verdict::Unknown,
        }
    }

    fn on_answer(&mut self, from: SocketAddr, packet: &Packet, by_ack: bool, now: Moment) -> Verdict {
        let Some(number) = parse_number(&packet.extra) else { return Verdict::ForgedAck };
        match self.answered(from, number, by_ack, now) {
            Answer::Awaited => {
                self.peers.update(from, |peer| peer.answers = true);
                Verdict::Noted
            }
            Answer::Repeated => Verdict::Noted,
            Answer::Forged => Verdict::ForgedAck,
        }
    }

    /// Time passed: does what is due. As long as the queues are full nothing is; take from them first.
    pub fn handle_timeout(&mut self, now: Moment) {
        while self.has_room() {
            let Some(task) = self.agenda.take_due(now) else { break };
            match task {
                Task::Resend { to, number } => self.resend(to, number, now),
                Task::AnswerEntry(to) => self.answer_entry(to, now),
                Task::Walk(notice) => self.walk(notice, now),
                Task::ImageStep(to, id) => self.step_image(to, id, now),
                Task::ImageSilence(from, id) => self.check_silence(from, id, now),
                Task::ReportLimits => self.report_limits(),
                Task::Farewell => {
                    self.say_farewell(now);
                    self.life = Life::Left;
                    self.tell(Event::Left);
                }
            }
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.agenda.next_at().filter(|_| self.has_room())
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Everybody who announced itself, by address: those who are online, and those who left (the latter until their
    /// place is needed).
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.peers.users()
    }

    /// How many messages wait for an answer, or for their turn.
    pub fn pending(&self) -> usize {
        self.outbox.len()
    }

    /// Our addresses changed.
    pub fn set_own_addrs(&mut self, addrs: Vec<IpAddr>) {
        self.config.own_addrs = addrs;
    }

    /// The encoding of a packet's names and text, all in one: what the person chose for the peer, unless the packet
    /// itself says.
    fn encoding_of(&self, from: SocketAddr, bytes: &[u8], packet: &Packet) -> TextEncoding {
        let chosen = self.peers.get(from).and_then(|peer| peer.chosen).filter(|_| !packet.command.has(option::UTF8));
        chosen.or_else(|| text::encoding_of(bytes, &packet.version, packet.command)).unwrap_or(TextEncoding::Utf8)
    }

    /// Makes sure that the address is remembered; `false` if too many new ones came.
    fn make_known(&mut self, from: SocketAddr, now: Moment) -> bool {
        if self.peers.get(from).is_some() {
            return true;
        }
        let admitted = self.newcomers.take(self.config.limits.newcomers, now);
        if admitted {
            self.remember(from, now, |_| ());
        }
        admitted
    }

    fn remember(&mut self, addr: SocketAddr, now: Moment, change: impl FnOnce(&mut Peer)) {
        if let Some(forgotten) = self.peers.meet(addr, now) {
            self.tell(Event::Forgotten(forgotten));
        }
        self.peers.update(addr, change);
    }

    fn may_greet(&mut self, stranger: IpAddr, now: Moment) -> bool {
        self.greetings.entry(stranger, || Bucket::full(GREETINGS, now)).take(GREETINGS, now)
    }

    fn drop_datagram(&mut self, from: SocketAddr, now: Moment) -> Verdict {
        if self.gate.count(from.ip()) {
            self.agenda.set(now + REPORT_INTERVAL, Task::ReportLimits);
        }
        Verdict::RateLimited
    }

    fn report_limits(&mut self) {
        for (from, dropped) in self.gate.report() {
            self.tell(Event::Limited { from, dropped });
        }
    }

    /// Whether something may be sent now.
    fn ready(&self) -> Result<(), Refused> {
        match self.life {
            Life::Online if self.has_room() => Ok(()),
            Life::Online => Err(Refused::Busy { limit: self.config.limits.queue }),
            Life::Leaving | Life::Left => Err(Refused::Left),
        }
    }

    fn has_room(&self) -> bool {
        self.transmits.len() < self.config.limits.queue && self.events.len() < self.config.limits.queue
    }

    /// Sends a packet that no answer is awaited for.
    fn send_plain(&mut self, to: SocketAddr, command: Command, form: Form, extra: Vec<u8>, now: Moment) {
        let number = self.numbers.take(now);
        let packet = self.identity.packet(form, number, command, self.encoding_for(to), extra);
        self.transmit(to, packet.emit());
    }

    fn transmit(&mut self, to: SocketAddr, bytes: Vec<u8>) {
        self.transmits.push_back(Transmit { to, bytes });
    }

    fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }
}
