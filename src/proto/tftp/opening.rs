//! A client until it has its first answer.

use std::net::SocketAddr;
use std::time::Duration;

use crate::proto::Moment;

use super::client::{ClientConfig, ConfigError, Direction};
use super::endpoint::{same_endpoint, same_host};
use super::event::{Failure, Violation, WhyPlain};
use super::numbering::Rollover;
use super::options::{Asked, BlockSize, Negotiated, Refusal};
use super::pace::Pace;
use super::packet::{ErrorCode, Packet, RawOptions};
use super::transfer::sample;

/// What a datagram means to an opening.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    /// Not an answer.
    Nothing,
    /// It is not from the server that was asked.
    Stranger,
    /// The transfer begins, with the sender as peer.
    Begin { options: Negotiated, useless_size: bool, first: First<'a> },
    /// Its options are refused; the transfer may still begin.
    Refused(Refusal),
    /// The request is repeated without options, at once; the sender is told the refusal, if that is why.
    Retry(WhyPlain),
    /// It ends the transfer; the sender is told with this code, unless it told us.
    Fail(Failure, Option<ErrorCode>),
}

/// With what a transfer begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum First<'a> {
    /// An OACK, to be answered by ACK 0.
    OptionAck,
    /// DATA 1.
    Data(&'a [u8]),
    /// ACK 0 or an OACK: what is to be sent can be sent.
    Ready,
}

/// The request and what came of it so far.
#[derive(Debug)]
pub(super) struct Opening {
    server: SocketAddr,
    any_address: bool,
    direction: Direction,
    asked: Asked,
    limit: u64,
    rollover: Rollover,
    with_options: Option<Box<[u8]>>,
    plain: Box<[u8]>,

    plain_now: bool,
    plain_sent: u32,
    /// Who answered the request with options by ERROR.
    error_from: Option<SocketAddr>,
    /// Options of this answer were refused.
    refused: bool,
    /// The end, if nothing better comes: it may belong to the request with options.
    held: Option<Failure>,
    due: bool,
    /// When the request was sent, if once.
    sent_at: Option<Moment>,
    repeat_at: Option<Moment>,
}

/// Codes with which old servers answer a request that has options.
const OLD_SERVER: [ErrorCode; 3] = [ErrorCode::OPTIONS, ErrorCode::ILLEGAL, ErrorCode::SEE_TEXT];

impl Opening {
    pub(super) fn new(config: &ClientConfig) -> Result<Self, ConfigError> {
        let asked = config.effective_options();
        let with_options = if asked.is_empty() { None } else { Some(config.request(asked)?) };
        Ok(Self {
            server: config.server,
            any_address: config.any_address,
            direction: config.direction,
            asked,
            limit: config.limit.unwrap_or(u64::MAX),
            rollover: config.rollover,
            plain_now: with_options.is_none(),
            with_options,
            plain: config.request(Asked::default())?,
            plain_sent: 0,
            error_from: None,
            refused: false,
            held: None,
            due: true,
            sent_at: None,
            repeat_at: None,
        })
    }

    pub(super) const fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) const fn rollover(&self) -> Rollover {
        self.rollover
    }

    /// How long the answer took, if it can be told.
    pub(super) fn round_trip(&self, now: Moment) -> Option<Duration> {
        self.sent_at.map(|sent| now.since(sent))
    }

    pub(super) fn handle_packet<'a>(&mut self, from: SocketAddr, packet: Packet<'a>) -> Answer<'a> {
        let other_host = !same_host(from, self.server);
        if let Packet::Error { code, text } = packet {
            return if other_host { Answer::Nothing } else { self.handle_error(from, code, text) };
        }
        if other_host && !self.any_address {
            return Answer::Stranger;
        }
        let begin = |first| Answer::Begin { options: Negotiated::default(), useless_size: false, first };
        match (self.direction, packet) {
            (_, Packet::OptionAck(options)) => self.handle_options(options),
            (Direction::Upload, Packet::Ack { block: 0 }) => begin(First::Ready),
            (Direction::Download, Packet::Data { block: 1, data }) => {
                let block_size = BlockSize::DEFAULT.octets();
                if data.len() <= block_size {
                    return begin(First::Data(data));
                }
                let violation = Violation::Oversize { got: data.len(), block_size };
                let bytes = sample(&packet.to_bytes());
                Answer::Fail(Failure::BadPacket { violation, bytes }, Some(ErrorCode::ILLEGAL))
            }
            _ => Answer::Nothing,
        }
    }

    fn handle_error<'a>(&mut self, from: SocketAddr, code: ErrorCode, text: &[u8]) -> Answer<'a> {
        let text = text.to_vec();
        if self.with_options.is_none() || !OLD_SERVER.contains(&code) {
            return Answer::Fail(Failure::Peer { code, text }, None);
        }
        if !self.plain_now {
            self.error_from = Some(from);
            self.go_plain();
            return Answer::Retry(WhyPlain::Error { code, text });
        }
        // It may answer the request with options, again or late; with a new port it answers the plain one.
        if self.error_from.is_some_and(|first| !same_endpoint(first, from)) {
            return Answer::Fail(Failure::Peer { code, text }, None);
        }
        self.error_from = Some(from);
        self.held = Some(Failure::Peer { code, text });
        Answer::Nothing
    }

    fn handle_options<'a>(&mut self, options: RawOptions<'a>) -> Answer<'a> {
        if self.with_options.is_none() {
            let bytes = sample(&Packet::OptionAck(options).to_bytes());
            let failure = Failure::BadPacket { violation: Violation::UnaskedOptions, bytes };
            return Answer::Fail(failure, Some(ErrorCode::OPTIONS));
        }
        match self.asked.check(options) {
            Ok((options, useless)) if !self.refused => {
                let first = match self.direction {
                    Direction::Download => First::OptionAck,
                    Direction::Upload => First::Ready,
                };
                Answer::Begin { options, useless_size: useless.is_some(), first }
            }
            Ok(_) => Answer::Nothing,
            Err(refusal @ Refusal::NotAsked { .. }) if !self.plain_now => {
                self.refused = true;
                self.go_plain();
                Answer::Retry(WhyPlain::Refused(refusal))
            }
            Err(refusal) if self.plain_now => {
                self.refused = true;
                self.held = Some(Failure::Options(refusal.clone()));
                Answer::Refused(refusal)
            }
            Err(refusal) => Answer::Fail(Failure::Options(refusal), Some(ErrorCode::OPTIONS)),
        }
    }

    fn go_plain(&mut self) {
        self.plain_now = true;
        self.due = true;
        self.sent_at = None;
    }

    /// `Ok` with the reason if the request loses its options now, `Err` when it is over.
    pub(super) fn handle_timeout(&mut self, now: Moment, pace: &mut Pace) -> Result<Option<WhyPlain>, Failure> {
        if self.due || self.repeat_at.is_none_or(|at| at > now) {
            return Ok(None);
        }
        if self.plain_sent >= 2
            && let Some(failure) = self.held.take()
        {
            return Err(failure);
        }
        if let Err((tries, over)) = pace.next_try(now) {
            return Err(self.held.take().unwrap_or(Failure::NoAnswer { tries, over }));
        }
        self.due = true;
        let (tries, retries) = pace.tries();
        if !self.plain_now && tries > retries / 2 {
            self.go_plain();
            return Ok(Some(WhyPlain::Silence));
        }
        Ok(None)
    }

    pub(super) const fn poll_timeout(&self) -> Option<Moment> {
        self.repeat_at
    }

    /// Writes the request, if it is due: its length, and whether it was sent before.
    pub(super) fn poll_transmit(&mut self, now: Moment, pace: &mut Pace, buf: &mut [u8]) -> Option<(usize, bool)> {
        if !std::mem::take(&mut self.due) {
            return None;
        }
        let request = match &self.with_options {
            Some(request) if !self.plain_now => request,
            _ => {
                self.plain_sent += 1;
                &self.plain
            }
        };
        buf[..request.len()].copy_from_slice(request);
        let again = self.repeat_at.is_some();
        self.sent_at = (!again).then_some(now);
        self.repeat_at = Some(now + pace.wait());
        Some((request.len(), again))
    }
}
