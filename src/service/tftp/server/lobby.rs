//! The thread of a server that listens, and keeps those transfers whose client has not reacted yet.
//!
//! A request may be forged: then nobody ever reacts to its answer. Until somebody does, it has a socket and an open file
//! but no thread and no file on the disk; there are at most [`MOST_GUESTS`] of them. When there are, the oldest makes
//! room for a new one, once it has had its [`GRACE`]; until then requests wait their turn. An honest client reacts
//! within a round trip, and is gone from here by then.

mod requests;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use polling::Events;

use super::config::ServerConfig;
use super::ledger::Ledger;
use super::queue::{Datagram, Queue};
use super::seat::{Desk, Guest, MakeFile, Seat, fate_of};
use super::state::{Fate, RequestId, ServerPhase};
use crate::journal::{Failure, Operation};
use crate::net::{Datagrams, Poll, Source, failure, is_about_a_peer};
use crate::service::folder::Folder;
use crate::service::stop::Stop;
use crate::service::tftp::crank::Crank;
use crate::service::tftp::drive::SCRATCH;
use crate::service::trace::{Log, Trace};

/// Requests whose client has not reacted.
const MOST_GUESTS: usize = 256;
/// Of one address.
const MOST_GUESTS_OF_ONE: usize = 32;
/// A guest has so long to react before it may have to make room.
const GRACE: Duration = Duration::from_millis(100);
/// Datagrams that are taken from the port, and requests that are served, before the guests are looked at.
const DATAGRAMS_AT_ONCE: usize = 4096;
const REQUESTS_AT_ONCE: usize = 32;
/// The receive buffer of the port: a flood should not crowd out an honest request too soon.
const LISTEN_BUFFER: usize = 4 << 20;
/// The event key of the port; guests have others.
const PORT_KEY: usize = 0;

/// Serves until `stop` is called.
pub(super) fn run(config: ServerConfig, ledger: &Arc<Ledger>, stop: &Stop) -> Result<(), Failure> {
    let folder = Folder::open(&config.folder)?;
    let socket = Datagrams::bind(config.bind)?;
    socket.grow_receive_buffer(LISTEN_BUFFER);
    socket.tell_destinations();
    let local = socket.local();
    let failed = |error: io::Error| failure(Operation::Receive, local, &error);
    let port = Source::new(stop.poll(), socket, PORT_KEY, true, false).map_err(failed)?;
    ledger.set_phase(ServerPhase::Listening(local));
    let mut lobby = Lobby {
        folder,
        port,
        poll: stop.poll().clone(),
        ledger,
        trace: Trace::new(Log::new(config.trace.clone())),
        config,
        guests: BTreeMap::new(),
        by_client: HashMap::new(),
        last_key: PORT_KEY,
        seats: Vec::new(),
        queue: Queue::default(),
        received: vec![0; SCRATCH],
        out: vec![0; SCRATCH],
    };
    let mut events = Events::new();
    let served = loop {
        if stop.is_stopped() {
            break Ok(());
        }
        let timeout = lobby.due().map(|at| at.saturating_duration_since(Instant::now()));
        if let Err(error) = stop.poll().wait(&mut events, timeout) {
            break Err(failed(error));
        }
        if let Err(error) = lobby.turn(events.iter().map(|event| event.key)) {
            break Err(failed(error));
        }
    };
    lobby.close();
    served
}

struct Lobby<'a> {
    config: ServerConfig,
    folder: Folder,
    port: Source<Datagrams>,
    poll: Poll,
    ledger: &'a Arc<Ledger>,
    trace: Trace,
    /// By age: keys grow.
    guests: BTreeMap<usize, Waiting>,
    by_client: HashMap<SocketAddr, usize>,
    last_key: usize,
    seats: Vec<Seat>,
    queue: Queue,
    received: Vec<u8>,
    out: Vec<u8>,
}

/// A transfer whose client has not reacted.
struct Waiting {
    /// Before the socket is given away, it leaves the poller.
    source: Source<Arc<Datagrams>>,
    id: RequestId,
    client: SocketAddr,
    crank: Crank,
    make_file: Option<MakeFile>,
    since: Instant,
}

impl Lobby<'_> {
    /// When there is something to do, if nothing comes.
    fn due(&self) -> Option<Instant> {
        let guests = self.guests.values().filter_map(|guest| guest.crank.deadline()).min();
        let request = (!self.queue.is_empty()).then(|| self.room_at());
        [guests, request].into_iter().flatten().min()
    }

    /// When there is room for one more guest.
    fn room_at(&self) -> Instant {
        let oldest = self.guests.first_key_value().filter(|_| self.guests.len() >= MOST_GUESTS);
        oldest.map_or_else(Instant::now, |(_, guest)| guest.since + GRACE)
    }

    fn turn(&mut self, ready: impl Iterator<Item = usize>) -> io::Result<()> {
        let mut requests = false;
        for key in ready {
            if key == PORT_KEY {
                requests = true;
            } else {
                self.receive_guest(key);
            }
        }
        if requests {
            self.receive_requests()?;
        }
        for _ in 0..REQUESTS_AT_ONCE {
            if self.room_at() > Instant::now() {
                break;
            }
            let Some(Datagram { from, to, bytes }) = self.queue.pop() else { break };
            self.take(from, to, &bytes);
        }
        self.keep_time();
        self.seats.retain(|seat| !seat.is_left());
        self.trace.flush();
        Ok(())
    }

    fn receive_requests(&mut self) -> io::Result<()> {
        let mut given_up = 0;
        for _ in 0..DATAGRAMS_AT_ONCE {
            match self.port.socket().receive_with_destination(&mut self.received) {
                Ok((len, from, to)) => {
                    self.trace.received(from, &self.received[..len]);
                    given_up += self.queue.push(from, to, &self.received[..len]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    while self.port.socket().next_unreachable().is_some() {}
                    break;
                }
                // Somebody does not want our ERROR.
                Err(error) if is_about_a_peer(&error) || error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if given_up > 0 {
            self.ledger.count_dropped(given_up);
        }
        Ok(())
    }

    /// The socket of a guest has something.
    fn receive_guest(&mut self, key: usize) {
        let Some(guest) = self.guests.get_mut(&key) else { return };
        match guest.source.socket().receive(&mut self.received) {
            Ok((len, from)) if from == guest.client => return self.react(key, len),
            Ok((len, from)) => guest.crank.handle(from, &self.received[..len]),
            Err(error) if is_about_a_peer(&error) => guest.crank.handle_returned(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => guest.crank.handle_returned(false),
            Err(error) => tracing::debug!(%error, "receive from a client"),
        }
        self.step(key);
    }

    /// The client reacted: the transfer gets a thread, unless that was all.
    fn react(&mut self, key: usize, len: usize) {
        let Some(mut guest) = self.leave(key, None) else { return };
        // A forged request leaves nothing on the disk: the file that is written is made now, by its thread.
        let first = guest.make_file.is_some().then(|| self.received[..len].to_vec());
        if first.is_none() {
            guest.crank.handle(guest.client, &self.received[..len]);
            if let Some(fate) = guest.fate() {
                return self.ledger.set_fate(guest.id, fate);
            }
        }
        let Waiting { source, id, client, crank, make_file, .. } = guest;
        let socket = Arc::clone(source.socket());
        drop(source);
        let desk = Desk::new(Arc::clone(&socket)).or_else(|error| {
            // Most likely there are too many open files; those of the guests are the least needed.
            tracing::debug!(%error, "take a client over");
            self.make_room(self.guests.len().div_ceil(2));
            Desk::new(socket)
        });
        let guest = Guest { id, client, crank, make_file, first };
        match desk.and_then(|desk| Seat::take(guest, desk, self.ledger)) {
            Ok(seat) => self.seats.push(seat),
            Err(error) => {
                let failure = failure(Operation::Worker, client, &error);
                self.ledger.set_fate(id, Fate::Failed(failure.into()));
            }
        }
    }

    /// The oldest guests leave.
    fn make_room(&mut self, guests: usize) {
        let oldest: Vec<usize> = self.guests.keys().copied().take(guests).collect();
        for key in oldest {
            self.leave(key, Some(Fate::Evicted));
        }
    }

    /// Timers of the guests.
    fn keep_time(&mut self) {
        let now = Instant::now();
        let is_due = |guest: &Waiting| guest.crank.deadline().is_some_and(|at| at <= now);
        let due: Vec<usize> = self.guests.iter().filter(|(_, guest)| is_due(guest)).map(|(key, _)| *key).collect();
        for key in due {
            if let Some(guest) = self.guests.get_mut(&key) {
                guest.crank.handle_time();
            }
            self.step(key);
        }
    }

    /// Sends what a guest has to say; one that is over leaves.
    fn step(&mut self, key: usize) {
        let Some(guest) = self.guests.get_mut(&key) else { return };
        guest.crank.send(&mut self.out);
        guest.crank.forget_unsent();
        if let Some(fate) = guest.fate() {
            guest.crank.send(&mut self.out);
            guest.crank.forget_unsent();
            self.leave(key, Some(fate));
        }
    }

    /// A guest is a guest no more.
    fn leave(&mut self, key: usize, fate: Option<Fate>) -> Option<Waiting> {
        let guest = self.guests.remove(&key)?;
        self.by_client.remove(&guest.client);
        if let Some(fate) = fate {
            self.ledger.set_fate(guest.id, fate);
        }
        Some(guest)
    }

    /// Tells everyone that it is over.
    fn close(&mut self) {
        self.seats.iter().for_each(Seat::stop);
        while let Some((&key, _)) = self.guests.first_key_value() {
            if let Some(mut guest) = self.leave(key, Some(Fate::Cancelled)) {
                guest.crank.machine.cancel();
                guest.crank.send(&mut self.out);
            }
        }
        self.seats.clear();
        self.trace.flush();
    }
}

impl Waiting {
    /// How it ended, if it did.
    fn fate(&mut self) -> Option<Fate> {
        let mut fate = None;
        while let Some(news) = self.crank.news() {
            fate = fate_of(news, &mut self.crank).or(fate);
        }
        fate
    }
}
