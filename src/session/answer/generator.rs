//! The character generator (RFC 864), at a rate: to each connection as long as it takes it, and one datagram for each
//! that comes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{AnswerStatus, Clock, note, remote, send, target};
use crate::automation::answer::{Throttle, Verdict};
use crate::codec::template::Random;
use crate::journal::{AnswerNote, Failure, Peer};
use crate::net::{Happening, Job, Line, Next, Outgoing};

/// Printable characters of ASCII, and how many of them are in a line.
const CHARACTERS: usize = 95;
const LINE_CHARACTERS: usize = 72;
/// After so many bytes the pattern begins again.
const PERIOD: usize = CHARACTERS * (LINE_CHARACTERS + 2);
/// The longest datagram.
const MAX_DATAGRAM: u64 = 512;

/// How often is sent, if the rate is not too low for it,
const TICK: Duration = Duration::from_millis(20);
/// for so much at least is sent at once.
const LEAST_BYTES: u64 = 74;
/// With so much waiting in the line nothing more is sent, and as much is sent at once.
const FULL_BYTES: u64 = 256 << 10;
const NS_PER_SECOND: u128 = 1_000_000_000;

pub(super) struct Generator {
    bytes_per_second: u64,
    tick: Duration,
    /// Two periods, so that any place of the first has a whole one after it.
    pattern: Box<[u8]>,
    clients: BTreeMap<u32, Client>,
    throttle: Throttle,
    per_second: u32,
    clock: Clock,
    random: Random,
    is_started: bool,
    status: Arc<AnswerStatus>,
}

struct Client {
    peer: Peer,
    /// The place in the pattern.
    place: usize,
    since: Instant,
}

impl Generator {
    pub fn new(rate_kb: u32, per_second: u32, status: Arc<AnswerStatus>) -> Self {
        let bytes_per_second = u64::from(rate_kb.max(1)) * 1000;
        let tick = TICK.max(Duration::from_secs(LEAST_BYTES) / u32::try_from(bytes_per_second).unwrap_or(u32::MAX));
        Self {
            bytes_per_second,
            tick,
            pattern: (0..2 * PERIOD).map(character).collect(),
            clients: BTreeMap::new(),
            throttle: Throttle::new(per_second),
            per_second,
            clock: Clock(Instant::now()),
            random: Random::seeded(0x5EED),
            is_started: false,
            status,
        }
    }

    fn begin(&mut self, peer: Peer, now: Instant) {
        self.clients.insert(peer.stream, Client { peer, place: 0, since: now });
    }

    /// Those that were there before.
    fn start(&mut self, now: Instant, line: &mut dyn Line) {
        if !std::mem::replace(&mut self.is_started, true) {
            for peer in line.peers() {
                self.begin(peer, now);
            }
        }
    }

    fn datagram(&mut self, peer: Peer, now: Instant, line: &mut dyn Line) {
        if let Verdict::Over { is_first, .. } = self.throttle.ask(remote(peer), self.clock.since(now)) {
            self.status.add_left_out();
            if is_first {
                note(line, peer, AnswerNote::Limited { per_second: self.per_second });
            }
            return;
        }
        let number = self.random.next_u64();
        let place = (number >> 32) as usize % CHARACTERS * (LINE_CHARACTERS + 2);
        let len = (number % (MAX_DATAGRAM + 1)) as usize;
        if send(line, peer, Outgoing::new(target(peer), &self.pattern[place..place + len])) {
            self.status.add_answered();
        }
    }
}

impl Client {
    /// Sends what is due; whether that was something.
    fn feed(&mut self, rate: u64, pattern: &[u8], now: Instant, line: &mut dyn Line) -> Result<bool, Failure> {
        let target = target(self.peer);
        if line.pending_bytes(&target) >= FULL_BYTES {
            // What it did not take is not made up for.
            self.since = now;
            return Ok(false);
        }
        let passed_ns = now.saturating_duration_since(self.since).as_nanos();
        let due = passed_ns * u128::from(rate) / NS_PER_SECOND;
        if due < u128::from(LEAST_BYTES) {
            return Ok(false);
        }
        let bytes = due.min(u128::from(FULL_BYTES));
        let taken = Duration::from_nanos((bytes * NS_PER_SECOND / u128::from(rate)) as u64);
        self.since = if bytes < due { now } else { self.since + taken };
        let mut piece = Vec::with_capacity(bytes as usize);
        while piece.len() < bytes as usize {
            let len = (bytes as usize - piece.len()).min(PERIOD);
            piece.extend_from_slice(&pattern[self.place..self.place + len]);
            self.place = (self.place + len) % PERIOD;
        }
        line.send(Outgoing::new(target, piece)).map(|()| true)
    }
}

impl Job for Generator {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        self.start(now, line);
        match what {
            Happening::Received { peer, .. } if peer.stream == 0 => self.datagram(peer, now, line),
            Happening::Joined(peer) => self.begin(peer, now),
            Happening::Left(peer) => {
                self.clients.remove(&peer.stream);
            }
            Happening::Received { .. } | Happening::Finished(_) | Happening::Failed(_) => {}
        }
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        self.start(now, line);
        let (rate, pattern, status) = (self.bytes_per_second, &self.pattern, &self.status);
        self.clients.retain(|_, client| match client.feed(rate, pattern, now, line) {
            Ok(sent) => {
                if sent {
                    status.add_answered();
                }
                true
            }
            Err(failure) => {
                line.report(Some(client.peer), failure);
                false
            }
        });
        Next::Wait((!self.clients.is_empty()).then(|| now + self.tick))
    }

    fn listens(&self) -> bool {
        true
    }
}

/// The byte at this place of the pattern.
fn character(place: usize) -> u8 {
    let (line, column) = (place / (LINE_CHARACTERS + 2), place % (LINE_CHARACTERS + 2));
    match column {
        LINE_CHARACTERS => b'\r',
        column if column > LINE_CHARACTERS => b'\n',
        column => b' ' + ((line + column) % CHARACTERS) as u8,
    }
}
