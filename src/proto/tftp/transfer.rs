//! One file on its way: who the peer is, what others get, how it ends.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use crate::proto::Moment;

use super::client::{ClientConfig, ConfigError, Direction};
use super::endpoint::same_endpoint;
use super::event::{Event, Failure, Statistics, Violation, Warning, WhyPlain};
use super::notices::Notices;
use super::opening::{Answer, First, Opening};
use super::options::Negotiated;
use super::pace::Pace;
use super::packet::{self, DATA_HEADER, ErrorCode, MAX_REQUEST, Packet};
use super::receiver::{Receiver, Taken};
use super::sender::{Sender, Sending};

/// How long a receiver answers a repeated last block, and how long if it is repeated again and again.
const DALLY: Duration = Duration::from_secs(6);
const LONGEST_DALLY: Duration = Duration::from_secs(20);

/// A datagram to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub to: SocketAddr,
    /// Its length in the buffer that [`Transfer::poll_transmit`] was given.
    pub len: usize,
}

#[derive(Debug)]
enum Stage {
    Opening(Box<Opening>),
    Sending(Sender),
    Receiving(Receiver),
    /// The file is whole; the last ACK may be lost.
    Dallying {
        receiver: Receiver,
        until: Moment,
        latest: Moment,
    },
    Over,
}

/// One file on its way, of a client or of a server. See the module for how it is driven.
#[derive(Debug)]
pub struct Transfer {
    stage: Stage,
    /// The peer's transfer identifier; for an opening, where the request goes.
    peer: SocketAddr,
    options: Negotiated,
    pace: Pace,
    stats: Statistics,
    events: VecDeque<Event>,
    notices: Notices,
    told_of_other_address: bool,
}

impl Transfer {
    /// A client's transfer; its request is due at once.
    pub fn client(config: &ClientConfig, now: Moment) -> Result<Self, ConfigError> {
        let opening = Opening::new(config)?;
        let pace = match config.direction {
            Direction::Download => Pace::of_receiver(config.patience, config.seed, now),
            Direction::Upload => Pace::of_sender(config.patience, config.seed, now),
        };
        Ok(Self::new(Stage::Opening(Box::new(opening)), config.server, Negotiated::default(), pace))
    }

    /// A server's transfer that sends.
    pub(super) fn sending(peer: SocketAddr, options: Negotiated, sender: Sender, pace: Pace) -> Self {
        Self::new(Stage::Sending(sender), peer, options, pace).announced()
    }

    /// A server's transfer that receives.
    pub(super) fn receiving(peer: SocketAddr, options: Negotiated, receiver: Receiver, pace: Pace) -> Self {
        Self::new(Stage::Receiving(receiver), peer, options, pace).announced()
    }

    fn new(stage: Stage, peer: SocketAddr, options: Negotiated, pace: Pace) -> Self {
        Self {
            stage,
            peer,
            options,
            pace,
            stats: Statistics::default(),
            events: VecDeque::new(),
            notices: Notices::default(),
            told_of_other_address: false,
        }
    }

    fn announced(mut self) -> Self {
        self.events.push_back(Event::Negotiated { peer: self.peer, options: self.options });
        self
    }

    /// Takes a datagram. What it gives back belongs to the end of the file, and is written before
    /// [`Self::poll_transmit`] acknowledges it.
    pub fn handle_datagram<'a>(&mut self, from: SocketAddr, bytes: &'a [u8], now: Moment) -> Option<&'a [u8]> {
        if let Stage::Opening(_) = self.stage {
            return self.handle_first(from, bytes, now);
        }
        if !same_endpoint(from, self.peer) {
            self.handle_stranger(from, bytes);
            return None;
        }
        self.stats.received += 1;
        if let Some((block, data)) = packet::as_data(bytes) {
            return self.handle_data(block, data, bytes, now);
        }
        match (Packet::parse(bytes), &mut self.stage) {
            (Ok(Packet::Error { code, text }), _) => self.handle_error(code, text),
            (Ok(Packet::Ack { block }), Stage::Sending(sender)) => {
                if sender.handle_ack(block, now, &mut self.pace, &mut self.stats) {
                    self.events.push_back(Event::Complete);
                    self.stage = Stage::Over;
                }
            }
            (Ok(Packet::OptionAck(_)), Stage::Receiving(receiver)) => {
                self.stats.duplicates += 1;
                receiver.handle_repeated_greeting(now, &mut self.pace);
            }
            (Ok(_), Stage::Dallying { .. } | Stage::Over) => {}
            (Ok(Packet::OptionAck(_) | Packet::Read(_) | Packet::Write(_)), _) => self.stats.duplicates += 1,
            _ => self.stats.invalid += 1,
        }
        None
    }

    fn handle_data<'a>(&mut self, block: u16, data: &'a [u8], bytes: &[u8], now: Moment) -> Option<&'a [u8]> {
        let receiver = match &mut self.stage {
            Stage::Receiving(receiver) => receiver,
            Stage::Dallying { receiver, until, latest } => {
                receiver.handle_data(block, data, now, &mut self.pace, &mut self.stats);
                *until = (now + DALLY).min(*latest);
                return None;
            }
            _ => {
                self.stats.invalid += 1;
                return None;
            }
        };
        let block_size = receiver.block_size();
        if data.len() > block_size {
            let violation = Violation::Oversize { got: data.len(), block_size };
            self.end(Failure::BadPacket { violation, bytes: sample(bytes) }, Some(ErrorCode::ILLEGAL));
            return None;
        }
        match receiver.handle_data(block, data, now, &mut self.pace, &mut self.stats) {
            Taken::Nothing => return None,
            Taken::Block => {}
            Taken::Last => self.complete(now),
            Taken::TooLarge => {
                let limit = receiver.limit();
                self.end(Failure::TooLarge { limit }, Some(ErrorCode::DISK_FULL));
                return None;
            }
        }
        Some(data)
    }

    /// The last block is here: success is told at once, the last ACK may have to be repeated.
    fn complete(&mut self, now: Moment) {
        if let Stage::Receiving(receiver) = std::mem::replace(&mut self.stage, Stage::Over) {
            if let Some(said) = receiver.expected().filter(|said| *said != self.stats.bytes) {
                self.events.push_back(Event::Warning(Warning::SizeDiffers { said, real: self.stats.bytes }));
            }
            let dally = self.options.timeout.map_or(DALLY, |timeout| DALLY.max(timeout * 2));
            let latest = now + dally.max(LONGEST_DALLY);
            self.stage = Stage::Dallying { receiver, until: now + dally, latest };
            self.events.push_back(Event::Complete);
        }
    }

    fn handle_error(&mut self, code: ErrorCode, text: &[u8]) {
        match self.stage {
            Stage::Dallying { .. } | Stage::Over => self.stage = Stage::Over,
            _ => self.end(Failure::Peer { code, text: text.to_vec() }, None),
        }
    }

    /// A datagram from another address or port changes nothing; it is answered, unless it is an ERROR itself.
    fn handle_stranger(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.stats.strangers += 1;
        match Packet::parse(bytes) {
            Ok(Packet::Error { .. }) | Err(_) => {}
            Ok(_) => self.notices.push(from, ErrorCode::UNKNOWN_TID, "unknown transfer ID"),
        }
    }

    fn handle_first<'a>(&mut self, from: SocketAddr, bytes: &'a [u8], now: Moment) -> Option<&'a [u8]> {
        let Stage::Opening(opening) = &mut self.stage else { return None };
        let Ok(packet) = Packet::parse(bytes) else {
            self.stats.invalid += 1;
            return None;
        };
        match opening.handle_packet(from, packet) {
            Answer::Nothing => self.stats.invalid += 1,
            Answer::Stranger => {
                self.handle_stranger(from, bytes);
                if !std::mem::replace(&mut self.told_of_other_address, true) {
                    self.events.push_back(Event::Warning(Warning::OtherAddress(from)));
                }
            }
            Answer::Refused(refusal) => self.notices.push(from, ErrorCode::OPTIONS, &refusal.to_string()),
            Answer::Retry(why) => {
                if let WhyPlain::Refused(refusal) = &why {
                    let text = refusal.to_string();
                    self.notices.push(from, ErrorCode::OPTIONS, &text);
                }
                self.pace.progress(now);
                self.events.push_back(Event::Retried(why));
            }
            Answer::Fail(failure, code) => {
                self.peer = from;
                self.end(failure, code);
            }
            Answer::Begin { options, useless_size, first } => {
                return self.begin(from, options, useless_size, first, now);
            }
        }
        None
    }

    fn begin<'a>(
        &mut self,
        peer: SocketAddr,
        options: Negotiated,
        useless_size: bool,
        first: First<'a>,
        now: Moment,
    ) -> Option<&'a [u8]> {
        let Stage::Opening(opening) = std::mem::replace(&mut self.stage, Stage::Over) else { return None };
        self.peer = peer;
        self.options = options;
        self.stats.received += 1;
        if let Some(trip) = opening.round_trip(now) {
            self.pace.sample(trip);
        }
        self.pace.progress(now);
        self.events.push_back(Event::Negotiated { peer, options });
        if useless_size {
            self.events.push_back(Event::Warning(Warning::UselessSize));
        }
        let receiver = || Receiver::new(&options, None, opening.limit());
        self.stage = match first {
            First::Ready => Stage::Sending(Sender::new(&options, None).with_rollover(opening.rollover())),
            First::OptionAck => Stage::Receiving(receiver()),
            First::Data(_) => Stage::Receiving(receiver().without_greeting()),
        };
        match first {
            First::Data(data) => self.handle_data(1, data, data, now),
            First::Ready | First::OptionAck => None,
        }
    }

    /// ICMP said that nobody listens at `to`: the end, if that is the peer.
    pub fn handle_unreachable(&mut self, to: SocketAddr) {
        if same_endpoint(to, self.peer) {
            match self.stage {
                Stage::Dallying { .. } => self.stage = Stage::Over,
                Stage::Over => {}
                _ => self.end(Failure::Unreachable, None),
            }
        }
    }

    /// The moment of [`Self::poll_timeout`] is here; too early does no harm.
    pub fn handle_timeout(&mut self, now: Moment) {
        let silent = match &mut self.stage {
            Stage::Opening(opening) => match opening.handle_timeout(now, &mut self.pace) {
                Ok(Some(why)) => {
                    self.events.push_back(Event::Retried(why));
                    Ok(())
                }
                Ok(None) => Ok(()),
                Err(failure) => return self.end(failure, None),
            },
            Stage::Sending(sender) => sender.handle_timeout(now, &mut self.pace),
            Stage::Receiving(receiver) => receiver.handle_timeout(now, &mut self.pace, &mut self.stats),
            Stage::Dallying { until, .. } if *until <= now => {
                self.stage = Stage::Over;
                Ok(())
            }
            Stage::Dallying { .. } | Stage::Over => Ok(()),
        };
        if let Err((tries, over)) = silent {
            self.end(Failure::NoAnswer { tries, over }, Some(ErrorCode::SEE_TEXT));
        }
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Opening(opening) => opening.poll_timeout(),
            Stage::Sending(sender) => sender.poll_timeout(),
            Stage::Receiving(receiver) => receiver.poll_timeout(),
            Stage::Dallying { until, .. } => Some(*until),
            Stage::Over => None,
        }
    }

    /// Writes the next datagram that is due to the start of `buf`, which holds [`Self::buffer_len`] octets at least.
    ///
    /// `read` fills the slice that it gets with the file's octets from an offset on, and says how many there are: fewer
    /// than asked for is the end of the file. A block that must be sent again is read again, and must be the same. A
    /// driver that receives gives one that is never called.
    ///
    /// # Errors
    /// What `read` says; the driver then ends the transfer with [`Self::fail`].
    ///
    /// # Panics
    /// If `buf` is too short.
    pub fn poll_transmit<E>(
        &mut self,
        now: Moment,
        buf: &mut [u8],
        mut read: impl FnMut(u64, &mut [u8]) -> Result<usize, E>,
    ) -> Result<Option<Transmit>, E> {
        let (pace, stats) = (&mut self.pace, &mut self.stats);
        let due = match &mut self.stage {
            _ if !self.notices.is_empty() => None,
            Stage::Opening(opening) => opening.poll_transmit(now, pace, buf).map(|(len, again)| {
                stats.retransmissions += u64::from(again);
                len
            }),
            Stage::Sending(sender) => match sender.poll_transmit(now, pace, stats, buf, &mut read)? {
                Some(Sending::Packet(len)) => Some(len),
                Some(Sending::SourceChanged) => {
                    self.end(Failure::SourceChanged, Some(ErrorCode::SEE_TEXT));
                    None
                }
                None => None,
            },
            Stage::Receiving(receiver) | Stage::Dallying { receiver, .. } => receiver.poll_transmit(now, pace, buf),
            Stage::Over => None,
        };
        let transmit = match due {
            Some(len) => Some(Transmit { to: self.peer, len }),
            None => self.notices.pop(buf).map(|(to, len)| Transmit { to, len }),
        };
        self.stats.sent += u64::from(transmit.is_some());
        Ok(transmit)
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The longest datagram that this transfer can send now; grows once, with [`Event::Negotiated`].
    pub fn buffer_len(&self) -> usize {
        (DATA_HEADER + self.options.block_size.octets()).max(MAX_REQUEST)
    }

    /// True when nothing is to be sent or awaited any more.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over) && self.notices.is_empty()
    }

    /// True if the peer reacted to what was sent. Until then a server takes the same request from the same client for
    /// one that was duplicated on its way.
    pub const fn is_answered(&self) -> bool {
        self.stats.received > 0
    }

    /// The peer's address and port: for a client before [`Event::Negotiated`], where its request goes.
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// What is in force; for a client from [`Event::Negotiated`] on.
    pub const fn options(&self) -> Negotiated {
        self.options
    }

    /// How far it is.
    pub const fn statistics(&self) -> Statistics {
        self.stats
    }

    /// Ends the transfer because the person wants so; the peer is told.
    pub fn cancel(&mut self) {
        match self.stage {
            Stage::Dallying { .. } | Stage::Over => self.stage = Stage::Over,
            _ => self.end(Failure::Cancelled, Some(ErrorCode::SEE_TEXT)),
        }
    }

    /// Ends the transfer because its driver can't read or write the file; the peer is told `code` and `text`. Also
    /// after [`Event::Complete`], as long as the last ACK is not sent: a disk may be full only when it is flushed.
    pub fn fail(&mut self, code: ErrorCode, text: &str) {
        let peer_is_known = !matches!(self.stage, Stage::Opening(_));
        if !matches!(self.stage, Stage::Over) {
            self.close(Failure::Local { code });
            if peer_is_known {
                self.notices.close_with(self.peer, code, text);
            }
        }
    }

    /// The end without the file. The peer is told the failure as `code`, if one is given and it is known.
    fn end(&mut self, failure: Failure, code: Option<ErrorCode>) {
        let text = match &failure {
            Failure::NoAnswer { .. } => "time-out".to_owned(),
            Failure::Options(refusal) => refusal.to_string(),
            Failure::BadPacket { violation, .. } => violation.to_string(),
            Failure::TooLarge { limit } => format!("more than {limit} octets"),
            Failure::SourceChanged => "the file changed".to_owned(),
            Failure::Cancelled => "cancelled".to_owned(),
            Failure::Peer { .. } | Failure::Unreachable | Failure::Local { .. } => String::new(),
        };
        let asked_in_vain = matches!(self.stage, Stage::Opening(_)) && matches!(failure, Failure::Cancelled);
        self.close(failure);
        if let Some(code) = code.filter(|_| !asked_in_vain) {
            self.notices.close_with(self.peer, code, &text);
        }
    }

    fn close(&mut self, failure: Failure) {
        self.stage = Stage::Over;
        self.events.push_back(Event::Failed(failure));
    }
}

/// The start of a datagram, to be shown.
pub(super) fn sample(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(64)].to_vec()
}
