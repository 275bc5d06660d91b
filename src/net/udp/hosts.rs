//! Names of hosts to send to: resolved off the worker's thread, remembered for a minute, and what waits for them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::journal::Failure;
use crate::net::command::Outgoing;
use crate::net::job::JobSlot;
use crate::net::poll::Poll;
use crate::net::resolve::Resolution;

/// How long an answer is good. After that the name is looked up again, while the old answer still serves.
const FRESH: Duration = Duration::from_mins(1);
/// How many names are remembered.
const MAX_HOSTS: usize = 64;

/// The addresses of a name.
pub type Addrs = Arc<[SocketAddr]>;

/// A send that waits for the address of its host.
pub struct Waiting {
    pub outgoing: Outgoing,
    /// The job that sends it, if it is one.
    pub sender: Option<JobSlot>,
}

/// A name that was looked up.
pub struct Answered {
    pub host: String,
    /// The addresses, or why there are none.
    pub result: Result<Addrs, Failure>,
    /// Whether the addresses are others than before.
    pub changed: bool,
    /// What waited for them, in order.
    pub waiting: VecDeque<Waiting>,
}

struct Host {
    name: String,
    port: u16,
    known: Option<(Addrs, Instant)>,
    resolution: Option<Resolution>,
    waiting: VecDeque<Waiting>,
}

/// The hosts that a worker sends to.
#[derive(Default)]
pub struct Hosts {
    hosts: Vec<Host>,
}

impl Hosts {
    /// The addresses of a host, if they are known; else the lookup starts, or goes on.
    pub fn lookup(&mut self, host: &str, port: u16, poll: &Poll, now: Instant) -> Option<Addrs> {
        let at = self.hosts.iter().position(|h| h.port == port && h.name == host).unwrap_or_else(|| {
            self.make_room();
            let name = host.to_owned();
            self.hosts.push(Host { name, port, known: None, resolution: None, waiting: VecDeque::new() });
            self.hosts.len() - 1
        });
        let entry = &mut self.hosts[at];
        let fresh = entry.known.as_ref().is_some_and(|(_, since)| now < *since + FRESH);
        if !fresh && entry.resolution.is_none() {
            entry.resolution = Some(Resolution::start(host, port, poll.clone()));
        }
        entry.known.as_ref().map(|(addrs, _)| Arc::clone(addrs))
    }

    /// Lets a send wait for its host, which was looked up before. Gives it back when that is not so.
    pub fn wait(&mut self, host: &str, port: u16, waiting: Waiting) -> Result<(), Waiting> {
        match self.hosts.iter_mut().find(|h| h.port == port && h.name == host) {
            Some(entry) => {
                entry.waiting.push_back(waiting);
                Ok(())
            }
            None => Err(waiting),
        }
    }

    /// Everything that waits.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.hosts.iter().flat_map(|h| &h.waiting)
    }

    /// Forgets what a job has sent and waits.
    pub fn forget(&mut self, sender: JobSlot) {
        for entry in &mut self.hosts {
            entry.waiting.retain(|w| w.sender != Some(sender));
        }
    }

    /// A lookup that has ended since the last call.
    pub fn poll(&mut self, now: Instant) -> Option<Answered> {
        let (at, result) =
            self.hosts.iter_mut().enumerate().find_map(|(at, entry)| Some((at, entry.resolution.as_mut()?.poll()?)))?;
        let entry = &mut self.hosts[at];
        entry.resolution = None;
        let waiting = std::mem::take(&mut entry.waiting);
        match result {
            Ok(addrs) => {
                let addrs: Addrs = addrs.into();
                let changed = entry.known.as_ref().is_none_or(|(known, _)| *known != addrs);
                entry.known = Some((Arc::clone(&addrs), now));
                Some(Answered { host: entry.name.clone(), result: Ok(addrs), changed, waiting })
            }
            Err(failure) => {
                let host = self.hosts.swap_remove(at).name;
                Some(Answered { host, result: Err(failure), changed: false, waiting })
            }
        }
    }

    /// Forgets the oldest answer that nobody waits for.
    fn make_room(&mut self) {
        while self.hosts.len() >= MAX_HOSTS {
            let idle = self.hosts.iter().enumerate().filter(|(_, h)| h.waiting.is_empty());
            let Some((at, _)) = idle.min_by_key(|(_, h)| h.known.as_ref().map(|&(_, since)| since)) else { return };
            self.hosts.swap_remove(at);
        }
    }
}
