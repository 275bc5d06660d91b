//! A sequence of quick commands on a link's own thread.
//!
//! [`Sequence`] is the job: it gives the pure machine ([`automation::sequence`](crate::automation::sequence)) the time,
//! a socket and the packets of those who were asked. [`SequenceProgress`] is what a window reads.

mod packets;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::automation::sequence::{Action, Plan, Report, Sequence as Machine, World};
use crate::codec::framing::Framing;
use crate::codec::template::{Lookup, Random};
use crate::journal::{Cause, Failure, Timestamp, Wake};
use crate::net::{Happening, Job, Line, Next, Outgoing, Target};
use packets::Packets;

/// How many messages go out before the worker looks after its sockets again.
const SENDS_PER_TURN: usize = 16;

/// A sequence, and to whom it talks.
pub struct SequenceConfig {
    /// What it does.
    pub plan: Plan,
    /// To whom it sends, and whose packets are answers; see [`SequenceConfig::framing`].
    pub target: Target,
    /// Where packets begin and end in a stream. A datagram is a packet by itself.
    ///
    /// An answer is a packet that began after the send and came from the target: from anyone of several clients, from
    /// anyone at all for a datagram to a broadcast or multicast address, and for one to a host's name from its port.
    pub framing: Framing,
    /// Files of templates, and variables besides the plan's own.
    pub lookup: Box<dyn Lookup + Send>,
}

/// The job, for [`JobSlot::Sequence`](crate::net::JobSlot::Sequence).
pub struct Sequence {
    machine: Machine<Failure>,
    target: Target,
    packets: Packets,
    lookup: Box<dyn Lookup + Send>,
    random: Random,
    /// When it was asked first: its time zero.
    begun: Option<Instant>,
    progress: SequenceProgress,
    wake: Wake,
}

/// How far a sequence is, to be read at any time.
#[derive(Clone)]
pub struct SequenceProgress(Arc<Shared>);

struct Shared {
    report: Mutex<Report<Failure>>,
    /// Whether the window was woken and has not read since.
    woken: AtomicBool,
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence").field("target", &self.target).field("machine", &self.machine).finish_non_exhaustive()
    }
}

impl fmt::Debug for SequenceProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SequenceProgress")
    }
}

impl Sequence {
    /// A sequence that begins when the worker first asks it. `wake` is called when there is something new to read, once
    /// until it is read.
    pub fn new(config: SequenceConfig, wake: Wake) -> (Self, SequenceProgress) {
        let SequenceConfig { plan, target, framing, lookup } = config;
        let machine = Machine::new(plan);
        let shared = Shared { report: Mutex::new(machine.report().clone()), woken: AtomicBool::new(false) };
        let progress = SequenceProgress(Arc::new(shared));
        let sequence = Self {
            machine,
            packets: Packets::new(&target, framing),
            target,
            lookup,
            random: Random::seeded(Timestamp::now().0.cast_unsigned()),
            begun: None,
            progress: progress.clone(),
            wake,
        };
        (sequence, progress)
    }

    /// The time of the sequence.
    fn elapsed(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.begun.get_or_insert(now))
    }

    fn send(&mut self, outgoing: Outgoing, elapsed: Duration, line: &mut dyn Line) {
        self.packets.begin();
        // A stream has no empty messages: such a step only waits.
        let is_nothing = outgoing.payload.is_empty() && self.packets.are_streams();
        let result = if is_nothing { Ok(()) } else { line.send(outgoing) };
        match result {
            Ok(()) => self.machine.sent(elapsed),
            Err(Failure { cause: Cause::NotConnected | Cause::NoClients | Cause::NoSuchPeer, .. }) => {
                self.machine.disconnected();
            }
            Err(failure) => self.machine.refused(elapsed, failure),
        }
    }

    /// Tells the window what is new.
    fn publish(&mut self) {
        let Some(changed) = self.machine.take_changed() else { return };
        let shared = &self.progress.0;
        shared.report.lock().unwrap_or_else(PoisonError::into_inner).update(self.machine.report(), changed);
        if !shared.woken.swap(true, Ordering::AcqRel) {
            (self.wake)();
        }
    }
}

impl Job for Sequence {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        let elapsed = self.elapsed(now);
        let machine = &mut self.machine;
        match what {
            Happening::Received { peer, bytes, time } => {
                self.packets.received(peer, bytes, time, now, |packet| machine.received(packet, elapsed));
            }
            Happening::Finished(peer) if self.packets.concerns(peer) => {
                self.packets.finish(peer, |packet| machine.received(packet, elapsed));
            }
            Happening::Left(peer) if self.packets.concerns(peer) => {
                self.packets.finish(peer, |packet| machine.received(packet, elapsed));
                let others = self.target == Target::AllClients && line.peers().iter().any(|other| *other != peer);
                if !others {
                    self.machine.disconnected();
                }
            }
            Happening::Joined(_) | Happening::Finished(_) | Happening::Left(_) => {}
            Happening::Failed(failure) => self.machine.refused(elapsed, failure.clone()),
        }
        self.publish();
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        let elapsed = self.elapsed(now);
        let machine = &mut self.machine;
        self.packets.idle(now, |packet| machine.received(packet, elapsed));
        for _ in 0..SENDS_PER_TURN {
            if (self.machine.is_leaving() || self.machine.is_due(elapsed)) && line.pending_bytes(&self.target) > 0 {
                self.publish();
                return Next::Wait(None); // until the socket took it
            }
            self.machine.left(elapsed);
            let world = &mut World { now: &jiff::Zoned::now(), random: &mut self.random, lookup: &mut *self.lookup };
            match self.machine.poll(elapsed, world) {
                Action::Send { payload, charset } => {
                    let outgoing = Outgoing::new(self.target.clone(), payload).with_charset(charset);
                    self.send(outgoing, elapsed, line);
                }
                Action::Wait(until) => {
                    let until = until.and_then(|until| self.begun?.checked_add(until));
                    self.publish();
                    return Next::Wait([until, self.packets.next_idle()].into_iter().flatten().min());
                }
                Action::Done => {
                    self.publish();
                    return Next::Done;
                }
            }
        }
        self.publish();
        Next::Wait(Some(now))
    }

    fn listens(&self) -> bool {
        true
    }
}

impl Drop for Sequence {
    /// Whoever lets go of it stops it.
    fn drop(&mut self) {
        self.machine.stop();
        self.publish();
    }
}

impl SequenceProgress {
    /// Looks at what came of it so far; the sequence waits as long.
    pub fn read<T>(&self, look: impl FnOnce(&Report<Failure>) -> T) -> T {
        self.0.woken.store(false, Ordering::Release);
        look(&self.0.report.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A copy of what came of it so far.
    pub fn get(&self) -> Report<Failure> {
        self.read(Report::clone)
    }

    /// Whether it has not ended.
    pub fn is_running(&self) -> bool {
        self.read(Report::is_running)
    }
}
