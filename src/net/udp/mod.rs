//! The worker of a UDP socket: one thread that receives, sends and keeps the timers.
//!
//! Each turn serves commands, timers and answers of the resolver, then receives for at most [`SLICE`], so that a flood
//! of datagrams keeps nothing else waiting; it sleeps in the poller only when nothing is left to do.

mod datagrams;
mod drops;
mod family;
mod hosts;
mod line;
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
use super::command::Command;
use super::config::{Group, UdpConfig};
use super::context::Context;
use super::error;
use super::jobs::{self, Jobs, News};
use super::multicast::Multicast;
use super::options::{Buffers, Ip, SocketOptions};
use super::poll::Source;
use super::status::Phase;
use crate::journal::{Batch, Cause, Event, Failure, Operation, Peer, Timestamp};

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
    /// What has happened and is not in the journal yet.
    batch: Batch,
    senders: Senders,
    drops: Drops,
    /// Failed receives without a datagram between them.
    receive_failures: u32,
    outbox: Outbox,
    hosts: Hosts,
    jobs: Jobs,
    news: News,
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
            batch: Batch::default(),
            senders: Senders::default(),
            drops: Drops::default(),
            receive_failures: 0,
            outbox: Outbox::default(),
            hosts: Hosts::default(),
            jobs: Jobs::default(),
            news: News::default(),
            multicast: Multicast::new(family),
            broadcast: config.broadcast,
            shown_pending: 0,
        })
    }

    /// Says that it is open, and does what the configuration wants beyond the bind.
    fn announce(&mut self, config: &UdpConfig) {
        let local = self.local;
        self.event(None, &Event::Bound { local });
        for refused in config.options.apply(&SockRef::from(self.source.socket()), self.ip()) {
            self.report(None, refused.failure());
        }
        self.set_multicast(config.multicast_ttl, config.multicast_loopback);
        for group in &config.groups {
            self.join(group);
        }
        self.flush_journal();
        let buffers = self.buffers();
        self.context.status.update(|s| {
            s.phase = Phase::Open { local, remote: None };
            s.buffers = buffers;
        });
    }

    fn ip(&self) -> Ip {
        match self.family {
            Family::V4 => Ip::V4,
            Family::V6 => Ip::V6,
            Family::Dual => Ip::Both,
        }
    }

    fn buffers(&self) -> Option<Buffers> {
        Buffers::of(&SockRef::from(self.source.socket()))
    }

    fn serve(&mut self) -> Result<(), Failure> {
        let served = self.turns();
        jobs::stop_all(self);
        self.finish();
        served
    }

    fn turns(&mut self) -> Result<(), Failure> {
        let mut receiver = Receiver::new();
        let mut events = Events::new();
        while !self.context.is_closing() {
            let commands_left = self.commands();
            self.flush(Instant::now());
            jobs::poll(self);
            self.answers(Instant::now());
            let traffic = self.receive(&mut receiver)?;
            jobs::deliver(self);
            if traffic != Traffic::None {
                // What was heard may have given them something to do, or a time to wait for.
                jobs::poll(self);
            }
            self.flush_journal();
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
        Ok(())
    }

    /// An event, in its place among the records.
    fn event(&mut self, peer: Option<Peer>, event: &Event) {
        self.batch.push_event(Timestamp::now(), peer, event);
    }

    /// A failure that does not end the link, in its place among the records and in the status.
    fn report(&mut self, peer: Option<Peer>, failure: Failure) {
        self.flush_journal();
        self.context.report(peer, failure);
    }

    /// Hands over what has happened. May wait for the disk.
    fn flush_journal(&mut self) {
        self.context.recorder.append(&mut self.batch);
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
                if let Err(failure) = self.submit(outgoing, None, now) {
                    self.report(peer, failure);
                }
            }
            Command::StartJob(slot, job) => jobs::start(self, slot, job),
            Command::StopJob(slot) => jobs::stop(self, slot),
            Command::Join(group) => self.join(&group),
            Command::Leave(group) => self.leave(&group),
            Command::SetBroadcast(on) => match SockRef::from(self.source.socket()).set_broadcast(on) {
                Ok(()) => self.broadcast = on,
                Err(e) => self.report(None, error::failure(Operation::Configure, self.local, &e)),
            },
            Command::SetOptions(options) => self.set_options(options),
            Command::SetMulticast { ttl, loopback } => self.set_multicast(ttl, loopback),
            Command::Disconnect(_) => self.refuse(Operation::Configure, Cause::NoSuchPeer),
            Command::HalfClose(_) | Command::Reset(_) => self.refuse(Operation::Configure, Cause::NotConnected),
            // Switches of TCP, which a session may set whatever its mode is.
            Command::SetNodelay(_) | Command::SetKeepalive(_) | Command::SetReconnect(_) => {}
        }
    }

    fn refuse(&mut self, op: Operation, cause: Cause) {
        self.report(None, Failure { op, target: self.local.to_string(), cause });
    }

    fn set_options(&mut self, options: SocketOptions) {
        for refused in options.apply(&SockRef::from(self.source.socket()), self.ip()) {
            self.report(None, refused.failure());
        }
        let buffers = self.buffers();
        self.context.status.update(|s| s.buffers = buffers);
    }

    fn set_multicast(&mut self, ttl: u8, loopback: bool) {
        if let Err(e) = self.multicast.set(&SockRef::from(self.source.socket()), ttl, loopback) {
            self.report(None, error::failure(Operation::Configure, self.local, &e));
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

    fn groups_changed(&mut self, event: &Event) {
        self.event(None, event);
        if let Err(e) = self.multicast.route(&SockRef::from(self.source.socket())) {
            self.report(None, error::failure(Operation::Configure, self.local, &e));
        }
        self.flush_journal();
        let groups = self.multicast.groups().to_vec();
        self.context.status.update(|s| s.groups = groups.into());
    }

    fn group_failed(&mut self, op: Operation, group: &Group, cause: Cause) {
        let target = match group.interface_name.as_str() {
            "" => group.address.to_string(),
            interface => format!("{} ({interface})", group.address),
        };
        self.report(None, Failure { op, target, cause });
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
            self.event(None, &Event::KernelDropped { datagrams });
            self.flush_journal();
        }
        let pending = self.pending_bytes();
        if pending != self.shown_pending {
            self.shown_pending = pending;
            self.context.status.update(|s| s.pending_bytes = pending);
        }
    }

    /// The earliest of the timers.
    fn deadline(&self) -> Option<Instant> {
        let news = (!self.news.is_empty()).then(Instant::now);
        [self.jobs.due(), news, self.outbox.retry_at(), self.senders.due(), self.drops.due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// The last words before the socket closes: what was not said yet, and what could not be sent.
    fn finish(&mut self) {
        self.observe_drops();
        if let Some(datagrams) = self.drops.take_rest() {
            self.event(None, &Event::KernelDropped { datagrams });
        }
        self.give_up_pending();
        self.flush_journal();
    }
}
