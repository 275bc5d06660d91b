//! Fire and forget: one datagram to several targets from any free port, without a node.
//!
//! A link of its own sends it, so names are looked up and errors come back as everywhere. What the journal of that link
//! tells is put together per target: sent, nobody listens there, or why it could not be sent; and whether the target
//! acked, which some do without being asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::journal::{Cause, Config, Cursor, Event, Failure, Kind, Record, Recorder, Timestamp, Wake};
use crate::net::{Command, Counters, Link, LinkConfig, Outgoing, Phase, SocketOptions, Target, UdpConfig};
use crate::proto::ipmsg::{Packet, code};

/// Memory for what comes back; more goes to the disk.
const BUDGET_BYTES: usize = 1 << 20;

/// A datagram that was sent without a node, and what came back so far. Dropping it closes its socket.
pub struct SendOnce {
    link: Link,
    cursor: Cursor,
    number: Option<u64>,
    outcomes: Vec<Outcome>,
}

/// How it went at one target.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Where to.
    pub target: Target,
    /// Its addresses, once they are known: the first is used.
    pub addrs: Vec<IpAddr>,
    /// How far it is.
    pub tried: Tried,
}

/// How far a datagram is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Its socket opens, or its host's name is looked up.
    Waiting,
    /// The system took it; whether it arrives can't be known.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// The target acked it.
    Acked {
        /// So long after it was sent.
        after: Duration,
    },
    /// The network answered that it can't get there: nobody listens, or no way leads there.
    Unreachable(Cause),
    /// It was not sent.
    Failed(Failure),
}

impl Tried {
    /// Whether the system took it.
    pub fn was_sent(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Acked { .. } | Self::Unreachable(_))
    }
}

impl SendOnce {
    /// Starts to send `datagram` to each of `targets`; returns at once. `wake` is called when there is news.
    ///
    /// `local` is the address to send from; `None`: the system chooses. The port is always a free one.
    pub fn start(
        targets: &[Target],
        datagram: &[u8],
        broadcast: bool,
        local: Option<IpAddr>,
        wake: Wake,
    ) -> Result<Self, Failure> {
        let config = Config { budget_bytes: BUDGET_BYTES, spill_dir: std::env::temp_dir() };
        let recorder = Recorder::new(config, Arc::clone(&wake));
        let link = Link::open(
            LinkConfig::Udp(UdpConfig {
                local: SocketAddr::new(local.unwrap_or_else(|| any_address(targets)), 0),
                broadcast,
                share_port: false,
                groups: Vec::new(),
                multicast_ttl: 1,
                multicast_loopback: true,
                options: SocketOptions::default(),
            }),
            Arc::clone(&recorder),
            Arc::new(Counters::default()),
            wake,
        )?;
        let outcomes = targets.iter().map(|target| {
            let literal = match target {
                Target::Address(addr) => Some(addr.ip()),
                Target::Host { host, .. } => host.trim().parse().ok(),
                _ => None,
            };
            Outcome { target: target.clone(), addrs: literal.into_iter().collect(), tried: Tried::Waiting }
        });
        let outcomes = outcomes.collect();
        let mut once = Self { cursor: recorder.journal().cursor(0), link, number: None, outcomes };
        once.again(datagram);
        Ok(once)
    }

    /// Sends another datagram to the same targets from the same socket. How it went with the one before is forgotten.
    pub fn again(&mut self, datagram: &[u8]) {
        let payload: Arc<[u8]> = Arc::from(datagram);
        self.number = Packet::parse(datagram).ok().map(|packet| packet.number);
        for outcome in &mut self.outcomes {
            let target = outcome.target.clone();
            let outgoing = Outgoing::new(target, Arc::clone(&payload));
            outcome.tried = match self.link.command(Command::Send(outgoing)) {
                Ok(()) => Tried::Waiting,
                Err(failure) => Tried::Failed(failure),
            };
        }
    }

    /// How it went so far, in the order of the targets.
    pub fn outcomes(&mut self) -> &[Outcome] {
        while let Some(record) = self.cursor.next() {
            match record {
                Ok(record) => self.take(&record),
                Err(error) => tracing::debug!(%error, "read what came back"),
            }
        }
        if let Phase::Closed { failure: Some(failure) } = self.link.status().phase {
            for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.tried == Tried::Waiting) {
                outcome.tried = Tried::Failed(failure.clone());
            }
        }
        &self.outcomes
    }

    /// Whether it was sent or failed at every target.
    pub fn is_sent(&mut self) -> bool {
        self.outcomes().iter().all(|outcome| outcome.tried != Tried::Waiting)
    }

    fn take(&mut self, record: &Record) {
        let peer = record.head.peer.map(|peer| peer.addr);
        match (record.head.kind, record.event()) {
            (Kind::Sent, _) => {
                let waiting = |outcome: &&mut Outcome| outcome.tried == Tried::Waiting && outcome.is_at(peer);
                if let Some(outcome) = self.outcomes.iter_mut().find(waiting) {
                    outcome.tried = Tried::Sent { at: record.head.time };
                }
            }
            (Kind::Received, _) if self.acks(record.bytes()) => {
                for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.is_at(peer)) {
                    if let Tried::Sent { at } = outcome.tried {
                        let nanos = u64::try_from(record.head.time.0 - at.0).unwrap_or(0);
                        outcome.tried = Tried::Acked { after: Duration::from_nanos(nanos) };
                    }
                }
            }
            (_, Some(Event::Resolved { host, addrs })) => {
                for outcome in &mut self.outcomes {
                    if matches!(&outcome.target, Target::Host { host: asked, .. } if asked.trim() == host) {
                        outcome.addrs.clone_from(&addrs);
                    }
                }
            }
            (_, Some(Event::Unreachable { to, cause })) => {
                // A system that does not say whose it is tells something only about a single target.
                let single = self.outcomes.len() == 1;
                for outcome in &mut self.outcomes {
                    let concerned = if to.is_some() { outcome.is_at(to) } else { single };
                    if concerned && matches!(outcome.tried, Tried::Sent { .. }) {
                        outcome.tried = Tried::Unreachable(cause.clone());
                    }
                }
            }
            (_, Some(Event::Failed(failure))) => {
                let waiting =
                    |outcome: &&mut Outcome| outcome.tried == Tried::Waiting && outcome.is_called(&failure.target);
                if let Some(outcome) = self.outcomes.iter_mut().find(waiting) {
                    outcome.tried = Tried::Failed(failure);
                }
            }
            _ => {}
        }
    }

    /// Whether this is an ack of what was sent.
    fn acks(&self, bytes: &[u8]) -> bool {
        let Ok(packet) = Packet::parse(bytes) else { return false };
        let digits: Vec<u8> = packet.extra.iter().copied().take_while(u8::is_ascii_digit).collect();
        packet.command.code() == code::RECVMSG
            && self.number.is_some_and(|number| number.to_string().as_bytes() == digits.as_slice())
    }
}

impl Outcome {
    /// Whether this is an address of the target.
    fn is_at(&self, addr: Option<SocketAddr>) -> bool {
        addr.is_some_and(|addr| match &self.target {
            Target::Address(to) => *to == addr,
            Target::Host { port, .. } => *port == addr.port() && self.addrs.contains(&addr.ip()),
            _ => false,
        })
    }

    /// Whether a failure with this target is about it.
    fn is_called(&self, target: &str) -> bool {
        match &self.target {
            Target::Address(to) => to.to_string() == target,
            Target::Host { host, port } => {
                let literal = self.addrs.iter().any(|ip| SocketAddr::new(*ip, *port).to_string() == target);
                literal || format!("{}:{port}", host.trim()) == target
            }
            _ => false,
        }
    }
}

/// The unspecified address of the family that reaches all targets; IPv4 where names leave it open.
fn any_address(targets: &[Target]) -> IpAddr {
    let is_ipv6 = |target: &Target| match target {
        Target::Address(addr) => addr.is_ipv6(),
        Target::Host { host, .. } => host.contains(':'),
        _ => false,
    };
    if targets.iter().any(is_ipv6) { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() }
}
