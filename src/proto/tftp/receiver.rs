//! The end that receives the data: a client that reads, a server that is written to.

use std::time::Duration;

use crate::proto::Moment;

use super::event::Statistics;
use super::numbering::{CROSSING, Rollover};
use super::options::Negotiated;
use super::pace::Pace;
use super::packet;

/// Rounds in which block 65536 did not come as 0 but something came as 1, until 1 is taken for it without a proof.
const ROUNDS_FOR_ONE: u32 = 5;

/// How the peer goes on after it was told of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AfterGap {
    Unknown,
    /// With a whole window from the gap on, as RFC 7440 means it.
    Whole,
}

/// What became of a DATA packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It belongs into the file.
    Block,
    /// It belongs into the file and ends it.
    Last,
    /// It does not belong into the file now.
    Nothing,
    /// It would make the file larger than its limit.
    TooLarge,
}

/// Where a DATA packet belongs.
enum Place {
    Next,
    Ahead,
    /// It is the newest that arrived, once more.
    Newest,
    Old,
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct Receiver {
    block_size: usize,
    window: u64,
    /// Not known before the first block that tells.
    rollover: Option<Rollover>,
    /// A server's OACK, which stands for ACK 0.
    greeting: Option<Box<[u8]>>,
    /// The size that the peer said, if that can be.
    expected: Option<u64>,
    limit: u64,

    /// The block that is due.
    next: u64,
    /// The last block that the peer may send before it hears from us.
    window_end: u64,
    /// The end of the window before the newest gap.
    old_end: Option<u64>,
    after_gap: AfterGap,
    /// The gap before `next` was told.
    gap_told: bool,
    /// A short block that disagrees with the size was seen once: its number and length.
    doubted: Option<(u64, usize)>,
    /// See [`ROUNDS_FOR_ONE`].
    rounds_with_one: u32,
    /// The file's last block made its size, if it was counted from 1.
    size_says_one: bool,
    /// The peer can only number from 1 after 65535.
    one_is_proven: bool,

    /// An ACK must be sent now.
    ack_due: bool,
    /// An ACK will be due, if nothing moves until then.
    late_ack: Option<Moment>,
    /// The newest block that was acknowledged, if an ACK was sent at all.
    acked: Option<u64>,
    /// When the ACK that `next` answers was sent, if once.
    asked_at: Option<Moment>,
    repeat_at: Option<Moment>,
    complete: bool,
}

impl Receiver {
    /// An end that first sends `greeting` or ACK 0 (server), or ACK 0 for an OACK (client).
    pub(super) fn new(options: &Negotiated, greeting: Option<Box<[u8]>>, limit: u64) -> Self {
        let window = u64::from(options.window_size.get());
        Self {
            block_size: options.block_size.octets(),
            window,
            rollover: None,
            greeting,
            expected: options.size.filter(|size| *size > 0),
            limit,
            next: 1,
            window_end: window,
            old_end: None,
            after_gap: AfterGap::Unknown,
            gap_told: false,
            doubted: None,
            rounds_with_one: 0,
            size_says_one: false,
            one_is_proven: false,
            ack_due: true,
            late_ack: None,
            acked: None,
            asked_at: None,
            repeat_at: None,
            complete: false,
        }
    }

    /// DATA 1 came instead of an OACK: nothing precedes it.
    pub(super) fn without_greeting(mut self) -> Self {
        self.ack_due = false;
        self
    }

    pub(super) const fn block_size(&self) -> usize {
        self.block_size
    }

    pub(super) const fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) const fn expected(&self) -> Option<u64> {
        self.expected
    }

    /// Takes DATA of at most a block's size.
    pub(super) fn handle_data(
        &mut self,
        wire: u16,
        data: &[u8],
        now: Moment,
        pace: &mut Pace,
        stats: &mut Statistics,
    ) -> Taken {
        if self.next == CROSSING && self.rollover.is_none() {
            self.decide_rollover(wire, data.len(), stats.bytes);
        }
        match self.place(wire) {
            Place::Next if !self.complete => return self.take(data, now, pace, stats),
            Place::Ahead if !self.complete => self.tell_gap(),
            Place::Newest if self.complete => self.ack_due = true,
            Place::Newest => self.repeat_late(now, pace),
            _ => {}
        }
        stats.duplicates += 1;
        Taken::Nothing
    }

    /// The OACK came again: the ACK 0 for it is lost, unless it came twice by itself.
    pub(super) fn handle_repeated_greeting(&mut self, now: Moment, pace: &mut Pace) {
        if self.next == 1 {
            self.repeat_late(now, pace);
        }
    }

    fn place(&self, wire: u16) -> Place {
        let rollover = self.rollover.unwrap_or_default();
        match rollover.ahead(self.next, wire) {
            Some(0) => Place::Next,
            Some(distance) if self.next + distance <= self.window_end => Place::Ahead,
            _ if rollover.is_before(self.next, wire) => Place::Newest,
            _ => Place::Old,
        }
    }

    /// Block 65536 is due, and may be numbered 0 or 1. In lock-step the number says which. In a window, 1 can also be
    /// the block after a lost 0; taken for the lost one, it would silently ruin the file. Then 65535 is acknowledged,
    /// so that the peer's window starts with the block in question. If the number after that window's last one comes,
    /// counted from 0, the peer counts from 1.
    /// Near the end of a file no such number comes; there it is proof if the last block, counted from 1, twice makes
    /// the size that the peer said.
    fn decide_rollover(&mut self, wire: u16, len: usize, bytes: u64) {
        let whole_blocks = u64::from(wire.saturating_sub(1)) * self.block_size as u64;
        if len < self.block_size && self.expected == Some(bytes + whole_blocks + len as u64) {
            self.one_is_proven |= std::mem::replace(&mut self.size_says_one, true);
        }
        let from_one = match wire {
            0 => return self.rollover = Some(Rollover::Zero),
            1 if !self.gap_told => {
                self.rounds_with_one += 1;
                self.window == 1 || self.one_is_proven || self.rounds_with_one >= ROUNDS_FOR_ONE
            }
            1 => self.one_is_proven,
            _ => {
                let window_starts_here = self.window_end + 1 == CROSSING + self.window;
                let unambiguous = self.window < CROSSING / 2;
                if window_starts_here && unambiguous && wire == Rollover::Zero.wire(self.window_end + 1) {
                    self.gap_told &= self.one_is_proven; // this window is lost; the peer must start it again
                    self.one_is_proven = true;
                    self.tell_gap();
                }
                false
            }
        };
        if from_one {
            self.rollover = Some(Rollover::One);
        }
    }

    fn take(&mut self, data: &[u8], now: Moment, pace: &mut Pace, stats: &mut Statistics) -> Taken {
        let bytes = stats.bytes + data.len() as u64;
        if bytes > self.limit {
            return Taken::TooLarge;
        }
        let last = data.len() < self.block_size;
        if last && self.expected.is_some_and(|size| size != bytes) {
            // The size may be wrong, or this datagram was cut on its way: seen twice, it is the end.
            let doubt = Some((self.next, data.len()));
            if self.doubted != doubt {
                self.doubted = doubt;
                self.tell_gap();
                return Taken::Nothing;
            }
        }
        if let Some(asked_at) = self.asked_at.take() {
            pace.sample(now.since(asked_at));
        }
        pace.progress(now);
        stats.blocks += 1;
        stats.bytes = bytes;
        let block = self.next;
        self.next += 1;
        self.gap_told = false;
        if self.old_end.is_some_and(|end| block > end) {
            self.old_end = None;
            self.after_gap = AfterGap::Whole;
        }
        self.late_ack = None;
        self.complete = last;
        if last || block == self.window_end {
            self.ack_due = true;
        } else {
            self.repeat_at = Some(pace.due(now));
            if self.old_end == Some(block) && self.after_gap == AfterGap::Unknown {
                // Some send only the rest of the broken window, and wait for its ACK.
                self.late_ack = Some(now + (pace.round_trip() / 4).max(Duration::from_millis(5)));
            }
        }
        if last { Taken::Last } else { Taken::Block }
    }

    /// Something is missing before what came. Told once for each gap, or a window of 64 blocks would cause 63 ACKs,
    /// and each of them a window.
    fn tell_gap(&mut self) {
        if self.gap_told {
            return;
        }
        self.gap_told = true;
        self.ack_due = true;
        self.old_end = (self.window_end < self.next - 1 + self.window).then_some(self.window_end);
    }

    /// The newest block came again: its ACK may be lost. Acknowledged at once, a packet that was only duplicated on its
    /// way could double the traffic for ever, with peers that answer a repeated ACK.
    fn repeat_late(&mut self, now: Moment, pace: &mut Pace) {
        if self.acked == Some(self.next - 1) && !self.ack_due {
            let delay = Duration::from_millis(150).mul_f64(1.0 + pace.jitter() / 3.0);
            self.late_ack = Some(self.late_ack.unwrap_or(now + delay));
        }
    }

    /// `Err`: nothing moved for too long.
    pub(super) fn handle_timeout(
        &mut self,
        now: Moment,
        pace: &mut Pace,
        stats: &mut Statistics,
    ) -> Result<(), (u32, Duration)> {
        if self.late_ack.is_some_and(|at| at <= now) {
            self.late_ack = None;
            self.ack_due = true;
        }
        if !self.complete && !self.ack_due && self.repeat_at.is_some_and(|at| at <= now) {
            pace.next_try(now)?;
            stats.retransmissions += 1;
            self.gap_told = false;
            self.ack_due = true;
        }
        Ok(())
    }

    pub(super) fn poll_timeout(&self) -> Option<Moment> {
        let repeat_at = self.repeat_at.filter(|_| !self.complete);
        [self.late_ack, repeat_at].into_iter().flatten().min()
    }

    /// Writes the ACK that is due. It always carries the newest block in order.
    pub(super) fn poll_transmit(&mut self, now: Moment, pace: &mut Pace, buf: &mut [u8]) -> Option<usize> {
        if !std::mem::take(&mut self.ack_due) {
            return None;
        }
        let newest = self.next - 1;
        self.asked_at = (self.acked != Some(newest)).then_some(now);
        self.acked = Some(newest);
        self.window_end = newest + self.window;
        self.old_end = self.old_end.filter(|end| *end > newest);
        self.late_ack = None;
        self.repeat_at = Some(pace.due(now));
        let packet: &[u8] = match &self.greeting {
            Some(greeting) if newest == 0 => greeting,
            _ => &packet::ack(self.rollover.unwrap_or_default().wire(newest)),
        };
        buf[..packet.len()].copy_from_slice(packet);
        Some(packet.len())
    }
}
