//! The end that sends the data: a client that writes, a server that is read from.

use std::time::Duration;

use crate::proto::Moment;

use super::event::Statistics;
use super::numbering::{CROSSING, Rollover};
use super::options::Negotiated;
use super::pace::Pace;
use super::packet::{self, DATA_HEADER};

/// Rounds in which the peer held on to 65535, until block 65536 is numbered the other way.
const ROUNDS_TO_RENUMBER: u32 = 4;

/// What a sender wants to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// A packet of this length is written.
    Packet(usize),
    /// The file is not what it was when a block was sent for the first time.
    SourceChanged,
}

/// The sending end.
#[derive(Debug)]
pub(super) struct Sender {
    block_size: usize,
    window: u64,
    rollover: Rollover,
    /// A server's OACK, which stands for block 0.
    greeting: Option<Box<[u8]>>,

    /// The oldest block without an ACK.
    base: u64,
    /// The block to send next.
    next: u64,
    /// One more than the newest block that was ever sent.
    fresh: u64,
    /// The last block and its length, once it was read.
    last: Option<(u64, usize)>,

    /// A repeated ACK has already turned us back to `base`.
    turned_back: bool,
    /// When `base` was sent, in the newest round.
    round_began: Moment,
    /// The end of a window that was sent once, and when.
    measured: Option<(u64, Moment)>,
    repeat_at: Option<Moment>,
    crossing: Crossing,
}

/// What is known of how the peer numbers block 65536.
#[derive(Debug, Default)]
struct Crossing {
    /// The peer acknowledged that block.
    confirmed: bool,
    sent_as_zero: bool,
    sent_as_one: bool,
    /// In this round the peer acknowledged the block before it, again.
    denied: bool,
    /// See [`ROUNDS_TO_RENUMBER`].
    rounds: u32,
}

impl Sender {
    /// An end that first sends `greeting` and waits for ACK 0 (server), or DATA 1.
    pub(super) fn new(options: &Negotiated, greeting: Option<Box<[u8]>>) -> Self {
        let first = u64::from(greeting.is_none());
        Self {
            block_size: options.block_size.octets(),
            window: u64::from(options.window_size.get()),
            rollover: Rollover::Zero,
            greeting,
            base: first,
            next: first,
            fresh: first,
            last: None,
            turned_back: false,
            round_began: Moment::default(),
            measured: None,
            repeat_at: None,
            crossing: Crossing::default(),
        }
    }

    pub(super) const fn with_rollover(mut self, rollover: Rollover) -> Self {
        self.rollover = rollover;
        self
    }

    /// True when the last block is acknowledged.
    pub(super) fn handle_ack(&mut self, wire: u16, now: Moment, pace: &mut Pace, stats: &mut Statistics) -> bool {
        let acked = self.acked_block(wire).filter(|acked| *acked >= self.base);
        let Some(acked) = acked else {
            stats.duplicates += 1;
            if self.base > 0 && self.rollover.is_before(self.base, wire) {
                self.handle_repeated_ack(now, pace);
            }
            return false;
        };
        if let Some((_, sent)) = self.measured.take_if(|(block, _)| *block == acked) {
            pace.sample(now.since(sent));
        }
        pace.progress(now);
        stats.blocks = acked;
        self.turned_back = false;
        if let Some((last, len)) = self.last
            && last == acked
        {
            stats.bytes = (last - 1) * self.block_size as u64 + len as u64;
            self.repeat_at = None;
            return true;
        }
        stats.bytes = acked * self.block_size as u64;
        self.base = acked + 1;
        self.turn_back();
        false
    }

    /// The block that an ACK means, if it was sent. The ACK of block 65536 says how the peer numbers.
    fn acked_block(&mut self, wire: u16) -> Option<u64> {
        if !self.crossing.confirmed && self.fresh > CROSSING {
            let found = match wire {
                0 if self.crossing.sent_as_zero => Some(Rollover::Zero),
                1 if self.crossing.sent_as_one => Some(Rollover::One),
                _ => None,
            };
            if let Some(rollover) = found {
                self.rollover = rollover;
                self.crossing.confirmed = true;
                return Some(CROSSING);
            }
        }
        let from = self.base.saturating_sub(1);
        let block = from + self.rollover.ahead(from, wire)?;
        let end = if self.crossing.confirmed { self.fresh } else { self.fresh.min(CROSSING) };
        (block < end).then_some(block)
    }

    /// In lock-step a repeated ACK is never answered (RFC 1123 §4.2.3.1: the Sorcerer's Apprentice). In a window it may
    /// say that the window's first block is lost. Answered once, and not sooner than it can say that.
    fn handle_repeated_ack(&mut self, now: Moment, pace: &Pace) {
        let enough_sent = self.next > self.base + 1;
        let can_know = now.since(self.round_began) >= pace.round_trip() / 2;
        if self.base == CROSSING && self.next > self.base && can_know {
            self.crossing.denied = true;
        }
        if enough_sent && can_know && !self.turned_back {
            self.turned_back = true;
            self.turn_back();
        }
    }

    /// Goes on with the oldest block that has no ACK.
    fn turn_back(&mut self) {
        self.next = self.base;
        self.measured = None;
        self.renumber_if_denied();
    }

    /// Some peers number from 1 after 65535, and take 0 for an old block: they acknowledge 65535 again and again.
    fn renumber_if_denied(&mut self) {
        if std::mem::take(&mut self.crossing.denied) && !self.crossing.confirmed {
            self.crossing.rounds += 1;
            if self.crossing.rounds >= ROUNDS_TO_RENUMBER {
                self.crossing.rounds = 0;
                self.rollover = self.rollover.other();
            }
        }
    }

    /// The block to send now. As long as it is not known how the peer numbers block 65536, nothing follows that could
    /// be taken for it. Only the block after the next is sent, if it is a whole one: the gap makes the peer say at once
    /// what it has.
    fn due(&self) -> Option<u64> {
        let end = if self.base == 0 { 1 } else { self.base + self.window };
        let block = match self.next {
            next if next <= CROSSING || self.crossing.confirmed => next,
            next if next == CROSSING + 1 => next + 1,
            _ => return None,
        };
        (block < end && self.last.is_none_or(|(last, _)| block <= last)).then_some(block)
    }

    /// `Err`: nothing moved for too long.
    pub(super) fn handle_timeout(&mut self, now: Moment, pace: &mut Pace) -> Result<(), (u32, Duration)> {
        if self.repeat_at.is_some_and(|at| at <= now) {
            pace.next_try(now)?;
            self.repeat_at = None;
            self.turned_back = false;
            self.turn_back();
        }
        Ok(())
    }

    pub(super) const fn poll_timeout(&self) -> Option<Moment> {
        self.repeat_at
    }

    /// Writes the packet that is due. `read` fills a block from the file at an offset; less than a block is its end.
    pub(super) fn poll_transmit<E>(
        &mut self,
        now: Moment,
        pace: &mut Pace,
        stats: &mut Statistics,
        buf: &mut [u8],
        read: &mut impl FnMut(u64, &mut [u8]) -> Result<usize, E>,
    ) -> Result<Option<Sending>, E> {
        let Some(block) = self.due() else { return Ok(None) };
        let again = block < self.fresh;
        let len = if block == 0 {
            let greeting = self.greeting.as_deref().unwrap_or_default();
            buf[..greeting.len()].copy_from_slice(greeting);
            greeting.len()
        } else {
            let data = &mut buf[DATA_HEADER..DATA_HEADER + self.block_size];
            let read_len = read((block - 1) * self.block_size as u64, data)?;
            let is_last = read_len < self.block_size;
            if is_last && block > self.next {
                self.next = block + 1;
                return Ok(None);
            }
            let known = self.last == Some((block, read_len));
            if again && is_last != known || self.last.is_some_and(|(last, _)| last == block) && !known {
                return Ok(Some(Sending::SourceChanged));
            }
            if is_last {
                self.last = Some((block, read_len));
            }
            if block == CROSSING {
                self.crossing.sent_as_zero |= self.rollover == Rollover::Zero;
                self.crossing.sent_as_one |= self.rollover == Rollover::One;
            }
            buf[..DATA_HEADER].copy_from_slice(&packet::data_header(self.rollover.wire(block)));
            DATA_HEADER + read_len
        };
        if block == self.base {
            self.round_began = now;
        }
        if again {
            stats.retransmissions += 1;
        } else {
            self.fresh = block + 1;
            if block + 1 == self.base.max(1) + self.window || block == 0 || self.last.is_some() {
                self.measured = Some((block, now));
            }
        }
        self.next = block + 1;
        self.repeat_at = Some(pace.due(now));
        Ok(Some(Sending::Packet(len)))
    }
}
