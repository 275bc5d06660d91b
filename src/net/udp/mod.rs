//! The worker of a UDP socket: one thread that receives, sends and keeps the timers.
//!
//! Each turn serves commands, timers and answers of the resolver, then receives for at most [`SLICE`], so that a flood
//! of datagrams keeps nothing else waiting; it sleeps in the poller only when nothing is left to do.

mod cycle;
mod datagrams;
mod drops;
mod family;
mod hosts;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;
mod receive;
mod returned;
mod send;
mod senders;
mod socket;

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use polling::Events;
use socket2::SockRef;

use self::cycle::Running;
pub(crate) use self::datagrams::{Datagrams, is_about_a_peer};
use self::drops::Drops;
pub use self::family::Family;
use self::hosts::Hosts;
#[cfg(target_os = "linux")]
use self::linux::Receiver;
#[cfg(not(target_os = "linux"))]
use self::portable::Receiver;
use self::receive::Traffic;
use self::send::Outbox;
use self::senders::Senders;
use super::command::{Command, Cycle};
use super::config::{Group, UdpConfig};
use super::context::Context;
use super::error;
use super::multicast::Multicast;
use super::poll::Source;
use super::status::Phase;
use crate::journal::{Batch, Cause, Event, Failure, Operation};

/// How long one kind of work may keep the others waiting.
const SLICE: Duration = Duration::from_millis(2);

/// Runs until closed.
pub(super) fn run(context: &Context, config: &UdpConfig) -> Result<(), Failure> {
    let (socket, family) = socket::open(config)?;
    let mut worker = Worker::new(context, socket, family, config)?;
    worker.announce(config);
    worker.serve()
}

/// A bound socket and all that belongs to it.
struct Worker<'a> {
    context: &'a Context,
    source: Source<UdpSocket>,
    family: Family,
    /// Where it is bound, with the real port.
    local: SocketAddr,
    receiver: Receiver,
    /// What was received and is not in the journal yet.
    batch: Batch,
    senders: Senders,
    drops: Drops,
    /// Failed receives without a datagram between them.
    receive_failures: u32,
    outbox: Outbox,
    hosts: Hosts,
    cycle: Option<Running>,
    multicast: Multicast,
    broadcast: bool,
    /// What the status says of pending bytes.
    shown_pending: u64,
}

impl<'a> Worker<'a> {
    fn new(context: &'a Context, socket: UdpSocket, family: Family, config: &UdpConfig) -> Result<Self, Failure> {
        let failed = |e| error::failure(Operation::Bind, config.local, &e);
        let local = family::shown(socket.local_addr().map_err(failed)?);
        Ok(Self {
            source: Source::new(&context.poll, socket, 0, true, false).map_err(failed)?,
            context,
            family,
            local,
            receiver: Receiver::new(),
            batch: Batch::default(),
            senders: Senders::default(),
            drops: Drops::default(),
            receive_failures: 0,
            outbox: Outbox::default(),
            hosts: Hosts::default(),
            cycle: None,
            multicast: Multicast::new(family),
            broadcast: config.broadcast,
            shown_pending: 0,
        })
    }

    /// Says that it is open, and does what the configuration wants beyond the bind.
    fn announce(&mut self, config: &UdpConfig) {
        let local = self.local;
        self.context.recorder.event(None, &Event::Bound { local });
        self.set_multicast(config.multicast_ttl, config.multicast_loopback);
        for group in &config.groups {
            self.join(group);
        }
        self.context.status.update(|s| s.phase = Phase::Open { local, remote: None });
    }

    fn serve(&mut self) -> Result<(), Failure> {
        let mut events = Events::new();
        while !self.context.is_closing() {
            let commands_left = self.commands();
            self.tick(Instant::now());
            self.answers(Instant::now());
            let traffic = self.receive()?;
            self.publish(Instant::now());
            if commands_left || traffic == Traffic::More {
                continue;
            }
            let timeout = self.deadline().map(|at| at.saturating_duration_since(Instant::now()));
            let poll = &self.context.poll;
            let woken = match traffic {
                Traffic::None => poll.wait(&mut events, timeout),
                _ => poll.peek(&mut events, timeout),
            };
            woken.map_err(|e| error::failure(Operation::Worker, self.local, &e))?;
        }
        self.finish();
        Ok(())
    }

    /// Serves the commands that wait, for at most [`SLICE`]; whether some are left.
    fn commands(&mut self) -> bool {
        let mut until = None;
        while let Ok(command) = self.context.commands.try_recv() {
            let now = Instant::now();
            self.command(command, now);
            if now >= *until.get_or_insert(now + SLICE) || self.context.is_closing() {
                return !self.context.commands.is_empty();
            }
        }
        false
    }

    fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Send(outgoing) => {
                let peer = send::peer(&outgoing.target);
                if let Err(failure) = self.submit(outgoing, false, now) {
                    self.context.report(peer, failure);
                }
            }
            Command::Cycle(cycle) => self.set_cycle(cycle, now),
            Command::Join(group) => self.join(&group),
            Command::Leave(group) => self.leave(&group),
            Command::SetBroadcast(on) => match SockRef::from(self.source.socket()).set_broadcast(on) {
                Ok(()) => self.broadcast = on,
                Err(e) => self.context.report(None, error::failure(Operation::Configure, self.local, &e)),
            },
            Command::SetMulticast { ttl, loopback } => self.set_multicast(ttl, loopback),
            Command::Disconnect(_) => self.refuse(Operation::Configure, Cause::NoSuchPeer),
            Command::HalfClose(_) => self.refuse(Operation::Configure, Cause::NotConnected),
            // Switches of TCP, which a session may set whatever its mode is.
            Command::SetNodelay(_) | Command::SetKeepalive(_) | Command::SetReconnect(_) => {}
        }
    }

    fn refuse(&self, op: Operation, cause: Cause) {
        self.context.report(None, Failure { op, target: self.local.to_string(), cause });
    }

    /// What the timers want: the cyclic send, and another try of what the socket did not take.
    fn tick(&mut self, now: Instant) {
        self.flush(now);
        if !self.cycle.as_mut().is_some_and(|running| running.take_due(now)) || self.hosts.cycle_waits() {
            return;
        }
        let Some(outgoing) = self.cycle.as_ref().map(|running| running.outgoing.clone()) else { return };
        let peer = send::peer(&outgoing.target);
        if let Err(failure) = self.submit(outgoing, true, now) {
            self.stop_cycle();
            self.context.report(peer, failure);
        }
    }

    fn set_cycle(&mut self, cycle: Option<Cycle>, now: Instant) {
        self.stop_cycle();
        if let Some(cycle) = cycle {
            self.cycle = Some(Running::start(cycle, now));
            self.context.status.update(|s| s.cycling = true);
        }
    }

    fn stop_cycle(&mut self) {
        self.hosts.forget_cycle();
        if self.cycle.take().is_some() {
            self.context.status.update(|s| s.cycling = false);
        }
    }

    fn set_multicast(&self, ttl: u8, loopback: bool) {
        if let Err(e) = self.multicast.set(&SockRef::from(self.source.socket()), ttl, loopback) {
            self.context.report(None, error::failure(Operation::Configure, self.local, &e));
        }
    }

    fn join(&mut self, group: &Group) {
        match self.multicast.join(&SockRef::from(self.source.socket()), group) {
            Ok(false) => {}
            Ok(true) => {
                let event = Event::GroupJoined { group: group.address, interface: group.interface_name.clone() };
                self.groups_changed(&event);
            }
            Err(cause) => self.group_failed(Operation::Join, group, cause),
        }
    }

    fn leave(&mut self, group: &Group) {
        match self.multicast.leave(&SockRef::from(self.source.socket()), group) {
            Ok(()) => {
                let event = Event::GroupLeft { group: group.address, interface: group.interface_name.clone() };
                self.groups_changed(&event);
            }
            Err(cause) => self.group_failed(Operation::Leave, group, cause),
        }
    }

    fn groups_changed(&self, event: &Event) {
        self.context.recorder.event(None, event);
        if let Err(e) = self.multicast.route(&SockRef::from(self.source.socket())) {
            self.context.report(None, error::failure(Operation::Configure, self.local, &e));
        }
        let groups = self.multicast.groups().to_vec();
        self.context.status.update(|s| s.groups = groups.into());
    }

    fn group_failed(&self, op: Operation, group: &Group, cause: Cause) {
        let target = match group.interface_name.as_str() {
            "" => group.address.to_string(),
            interface => format!("{} ({interface})", group.address),
        };
        self.context.report(None, Failure { op, target, cause });
    }

    /// Shows what has changed.
    fn publish(&mut self, now: Instant) {
        if let Some(senders) = self.senders.take(now) {
            self.context.status.update(|s| s.senders = senders);
        }
        if self.drops.take_check(now) {
            self.observe_drops();
        }
        if let Some(datagrams) = self.drops.take_event(now) {
            self.context.recorder.event(None, &Event::KernelDropped { datagrams });
        }
        let pending = self.pending_bytes();
        if pending != self.shown_pending {
            self.shown_pending = pending;
            self.context.status.update(|s| s.pending_bytes = pending);
        }
    }

    /// The earliest of the timers.
    fn deadline(&self) -> Option<Instant> {
        let cycle = self.cycle.as_ref().map(Running::due);
        [cycle, self.outbox.retry_at(), self.senders.due(), self.drops.due()].into_iter().flatten().min()
    }

    /// The last words before the socket closes: what was not said yet, and what could not be sent.
    fn finish(&mut self) {
        self.observe_drops();
        if let Some(datagrams) = self.drops.take_rest() {
            self.context.recorder.event(None, &Event::KernelDropped { datagrams });
        }
        self.give_up_pending();
    }
}
