//! The worker of a TCP server: accepts, and serves all clients from one thread, none at the cost of another.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use polling::Events;

use super::connection::{BUDGET, CHUNK, Connection, DISK_PATIENCE, Gone, Side, next_stream};
use super::farewell::farewell;
use super::ledger::Ledger;
use super::listen::{canonical, concerns_one_connection, listen};
use super::options::{self, Options};
use super::outbox::Held;
use super::timer::{Pace, Ticker, time_until_first};
use crate::journal::{Cause, Event, Failure, Operation, Peer};
use crate::net::command::{Command, Outgoing, Target};
use crate::net::config::TcpServerConfig;
use crate::net::context::Context;
use crate::net::error;
use crate::net::poll::{RECHECK, Source};
use crate::net::status::{Client, Phase};

/// The listening socket's key; streams begin at 1.
const LISTENER: usize = 0;
/// Clients that are accepted before the others' next turn.
const ACCEPTS_PER_TURN: usize = 128;
/// Commands that are obeyed before the sockets' next turn.
const COMMANDS_PER_TURN: usize = 256;
/// Commands and timers are looked at this often while many sockets are ready.
const LOOK: Duration = Duration::from_millis(4);
/// Without descriptors or memory for one more client, the next try comes after this,
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// and is reported at most this often.
const ACCEPT_REPORT: Duration = Duration::from_secs(1);
/// What a client that the person disconnects has already sent is read for at most this long.
const DISCONNECT_PATIENCE: Duration = Duration::from_millis(20);

/// Runs until closed.
pub(in crate::net) fn run(context: &Context, config: &TcpServerConfig) -> Result<(), Failure> {
    let (listener, local) = listen(config.local)?;
    let listener = Source::new(&context.poll, listener, LISTENER, true, false)
        .map_err(|error| error::failure(Operation::Listen, local, &error))?;
    let mut server = Server {
        context,
        listener,
        local,
        options: Options { nodelay: config.nodelay, keepalive: config.keepalive },
        connections: BTreeMap::new(),
        finished: BTreeSet::new(),
        held: Held::default(),
        ledger: Ledger::new(context),
        ticker: None,
        roster_changed: false,
        pending_changed: false,
        pace: Pace::new(),
        accept_again: None,
        accept_reported: None,
    };
    server.ledger.event(None, &Event::Listening { local });
    server.ledger.flush();
    context.status.update(|s| s.phase = Phase::Open { local, remote: None });

    let mut events = Events::new();
    let served = server.serve(&mut events);
    let Server { listener, mut ledger, connections, .. } = server;
    drop(listener);
    farewell(&context.poll, &mut ledger, &mut events, connections);
    served
}

struct Server<'a> {
    context: &'a Context,
    listener: Source<TcpListener>,
    local: SocketAddr,
    options: Options,
    /// By stream number, so in the order in which they came.
    connections: BTreeMap<u32, Connection>,
    /// Those whose peer closed its side already.
    finished: BTreeSet<u32>,
    held: Held,
    ledger: Ledger<'a>,
    ticker: Option<Ticker>,
    roster_changed: bool,
    pending_changed: bool,
    pace: Pace,
    /// Accepting is suspended until then.
    accept_again: Option<Instant>,
    accept_reported: Option<Instant>,
}

impl Server<'_> {
    fn serve(&mut self, events: &mut Events) -> Result<(), Failure> {
        let mut swept = Instant::now();
        while !self.context.is_closing() {
            self.ledger.wait_for_room(DISK_PATIENCE);
            let timeout = self.timeout();
            self.context
                .poll
                .wait(events, timeout)
                .map_err(|error| error::failure(Operation::Worker, "poll", &error))?;
            let budget = (BUDGET / events.len().max(1)).max(CHUNK);
            let mut looked = Instant::now();
            for event in events.iter() {
                match event.key {
                    LISTENER => self.accept(),
                    key => self.attend(key as u32, |connection, ledger| connection.service(ledger, budget)),
                }
                if looked.elapsed() >= LOOK {
                    self.look();
                    looked = Instant::now();
                    if self.context.is_closing() {
                        break;
                    }
                }
            }
            if RECHECK.is_some_and(|most| swept.elapsed() >= most) {
                swept = Instant::now();
                if self.accept_again.is_none() {
                    self.accept();
                }
                for stream in self.connections.keys().copied().collect::<Vec<_>>() {
                    self.attend(stream, |connection, ledger| connection.service(ledger, CHUNK));
                }
            }
            self.look();
            // First the journal: whoever sees the status finds there what led to it.
            self.ledger.flush();
            self.show();
        }
        Ok(())
    }

    fn timeout(&self) -> Option<Duration> {
        if !self.context.commands.is_empty() {
            return Some(Duration::ZERO);
        }
        let tick = self.ticker.as_ref().map(Ticker::next);
        let tell = if self.pending_changed { self.pace.next() } else { None };
        let finished = self.finished.iter().filter_map(|stream| self.connections.get(stream)?.deadline()).min();
        time_until_first([tick, tell, finished, self.accept_again])
    }

    /// Commands, and timers that are due.
    fn look(&mut self) {
        for _ in 0..COMMANDS_PER_TURN {
            if self.context.is_closing() {
                return;
            }
            let Ok(command) = self.context.commands.try_recv() else { break };
            self.obey(command);
        }
        self.tick();
        let now = Instant::now();
        for stream in self.finished.iter().copied().collect::<Vec<_>>() {
            self.attend(stream, |connection, _| connection.expire(now));
        }
        if self.accept_again.is_some_and(|again| again <= now) {
            self.resume_accepting();
        }
    }

    /// Does something with a client, and sees to what comes of it.
    fn attend(&mut self, stream: u32, action: impl FnOnce(&mut Connection, &mut Ledger) -> Result<(), Gone>) {
        let Some(connection) = self.connections.get_mut(&stream) else { return };
        let pending = connection.pending();
        let outcome = action(connection, &mut self.ledger);
        self.pending_changed |= connection.pending() != pending;
        if connection.is_finished() && self.finished.insert(stream) {
            self.roster_changed = true;
        }
        if let Err(gone) = outcome {
            self.remove(stream, |connection, ledger| connection.leave(ledger, gone));
        }
    }

    fn remove(&mut self, stream: u32, farewell: impl FnOnce(Connection, &mut Ledger)) {
        let Some(connection) = self.connections.remove(&stream) else { return };
        farewell(connection, &mut self.ledger);
        self.finished.remove(&stream);
        self.roster_changed = true;
        // A descriptor is free again.
        if self.accept_again.is_some() {
            self.accept_again = Some(Instant::now());
        }
    }

    fn accept(&mut self) {
        for _ in 0..ACCEPTS_PER_TURN {
            match self.listener.socket().accept() {
                Ok((stream, addr)) => {
                    let addr = canonical(addr);
                    if let Err(error) = self.welcome(stream, addr) {
                        self.ledger.report(None, error::failure(Operation::Accept, addr, &error));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => return self.suspend_accepting(&error),
            }
        }
    }

    fn welcome(&mut self, stream: TcpStream, addr: SocketAddr) -> io::Result<()> {
        stream.set_nonblocking(true)?;
        let peer = Peer { addr, stream: next_stream() };
        let options = self.options.apply(&stream);
        let source = Source::new(&self.context.poll, stream, peer.stream as usize, true, false)?;
        self.ledger.event(Some(peer), &Event::PeerJoined { peer: addr });
        if let Err(error) = options {
            self.ledger.report(Some(peer), error::failure(Operation::Configure, addr, &error));
        }
        self.connections.insert(peer.stream, Connection::new(source, peer, Side::Server));
        self.roster_changed = true;
        Ok(())
    }

    /// The system has no room for one more client. Those that wait keep the listening socket ready, so it is left alone
    /// for a while.
    fn suspend_accepting(&mut self, error: &io::Error) {
        let now = Instant::now();
        if self.accept_reported.is_none_or(|last| now.saturating_duration_since(last) >= ACCEPT_REPORT) {
            self.accept_reported = Some(now);
            self.ledger.report(None, error::failure(Operation::Accept, self.local, error));
        }
        if self.listener.interest(false, false).is_ok() {
            self.accept_again = Some(now + ACCEPT_PAUSE);
        }
    }

    fn resume_accepting(&mut self) {
        match self.listener.interest(true, false) {
            Ok(()) => self.accept_again = None,
            Err(error) => {
                tracing::error!(%error, "accept again");
                self.accept_again = Some(Instant::now() + ACCEPT_PAUSE);
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Send(outgoing) => {
                if let Err(failure) = self.send(outgoing, false) {
                    self.ledger.report(None, failure);
                }
            }
            Command::Cycle(cycle) => {
                self.ticker = cycle.map(|cycle| Ticker::new(cycle, Instant::now()));
                let cycling = self.ticker.is_some();
                self.context.status.update(|s| s.cycling = cycling);
                self.tick();
            }
            Command::Disconnect(which) => self.disconnect(which),
            Command::HalfClose(which) => self.half_close(which),
            Command::SetNodelay(on) => {
                self.options.nodelay = on;
                self.configure(|stream| options::set_nodelay(stream, on));
            }
            Command::SetKeepalive(on) => {
                self.options.keepalive = on;
                self.configure(|stream| options::set_keepalive(stream, on));
            }
            other => tracing::debug!(command = ?other, "not a command of a TCP server"),
        }
    }

    fn disconnect(&mut self, which: Option<u32>) {
        let streams = match which {
            Some(stream) if self.connections.contains_key(&stream) => vec![stream],
            Some(stream) => return self.ledger.report(None, no_such_client(stream)),
            None => self.connections.keys().copied().collect(),
        };
        for stream in streams {
            // A last chance for what waits.
            self.attend(stream, |connection, ledger| connection.flush(ledger, CHUNK));
            self.remove(stream, |connection, ledger| connection.hang_up(ledger, DISCONNECT_PATIENCE));
            if self.context.is_closing() {
                return;
            }
        }
    }

    fn half_close(&mut self, which: Option<u32>) {
        let streams = which.map_or_else(|| self.connections.keys().copied().collect(), |stream| vec![stream]);
        for stream in streams {
            let Some(connection) = self.connections.get_mut(&stream) else {
                self.ledger.report(None, no_such_client(stream));
                continue;
            };
            if let Err(failure) = connection.half_close() {
                let peer = connection.peer();
                self.ledger.report(Some(peer), failure);
            }
            self.attend(stream, |connection, ledger| connection.flush(ledger, CHUNK));
        }
    }

    fn configure(&mut self, set: impl Fn(&TcpStream) -> io::Result<()>) {
        for connection in self.connections.values() {
            if let Err(error) = set(connection.stream()) {
                let peer = connection.peer();
                self.ledger.report(Some(peer), error::failure(Operation::Configure, peer.addr, &error));
            }
        }
    }

    /// Sends to one or all. With `patient`, clients for which something waits already are left out this time.
    fn send(&mut self, outgoing: Outgoing, patient: bool) -> Result<(), Failure> {
        let streams = self.targets(&outgoing.target)?;
        let refused = |cause| Failure { op: Operation::Send, target: self.local.to_string(), cause };
        let payload = self.held.hold(outgoing.payload, outgoing.charset).map_err(refused)?;
        let mut queued = Vec::with_capacity(streams.len());
        for &stream in &streams {
            let Some(connection) = self.connections.get_mut(&stream) else { continue };
            if patient && connection.pending() > 0 {
                continue;
            }
            match connection.queue(Rc::clone(&payload)) {
                Ok(()) => queued.push(stream),
                Err(failure) if streams.len() == 1 => return Err(failure),
                Err(failure) => {
                    let peer = connection.peer();
                    self.ledger.report(Some(peer), failure);
                }
            }
        }
        drop(payload);
        let budget = (BUDGET / queued.len().max(1)).max(CHUNK);
        for stream in queued {
            self.attend(stream, |connection, ledger| connection.flush(ledger, budget));
            self.pending_changed = true;
            if self.context.is_closing() {
                break;
            }
        }
        Ok(())
    }

    /// The clients that a target means.
    fn targets(&self, target: &Target) -> Result<Vec<u32>, Failure> {
        let refused = |target: String, cause| Err(Failure { op: Operation::Send, target, cause });
        match target {
            Target::AllClients => {
                let mut here = self.connections.values().filter(|c| !c.is_finished()).peekable();
                if here.peek().is_none() {
                    return refused(self.local.to_string(), Cause::NoClients);
                }
                let open: Vec<_> = here.filter(|c| !c.is_half_closed()).map(|c| c.peer().stream).collect();
                if open.is_empty() { refused(self.local.to_string(), Cause::HalfClosed) } else { Ok(open) }
            }
            Target::Client(stream) if self.connections.contains_key(stream) => Ok(vec![*stream]),
            Target::Client(stream) => Err(no_such_client(*stream)),
            Target::Address(addr) => {
                let wanted = canonical(*addr);
                match self.connections.values().find(|c| c.peer().addr == wanted) {
                    Some(connection) => Ok(vec![connection.peer().stream]),
                    None => refused(addr.to_string(), Cause::NoSuchPeer),
                }
            }
            Target::Host { host, port } => refused(format!("{host}:{port}"), Cause::NoSuchPeer),
            Target::Server => refused(self.local.to_string(), Cause::NoSuchPeer),
        }
    }

    /// The cyclic send. A refused one ends the cycle.
    fn tick(&mut self) {
        let Some(outgoing) = self.ticker.as_mut().and_then(|ticker| ticker.due(Instant::now())) else { return };
        if let Err(failure) = self.send(outgoing, true) {
            self.ticker = None;
            self.context.status.update(|s| s.cycling = false);
            self.ledger.report(None, failure);
        }
    }

    /// Brings the status up to date: the list at once, bytes that wait at an easy pace.
    fn show(&mut self) {
        let now = Instant::now();
        let pending_due = self.pending_changed && self.pace.may_tell(now);
        if !(pending_due || self.roster_changed) {
            return;
        }
        (self.roster_changed, self.pending_changed) = (false, false);
        let clients: Vec<Client> = self
            .connections
            .values()
            .filter(|connection| !connection.is_finished())
            .map(|connection| Client { peer: connection.peer(), pending_bytes: connection.pending() })
            .collect();
        let pending_bytes = self.connections.values().map(Connection::pending).sum();
        self.context.status.update(|s| {
            s.clients = Arc::new(clients);
            s.pending_bytes = pending_bytes;
        });
    }
}

fn no_such_client(stream: u32) -> Failure {
    Failure { op: Operation::Send, target: format!("#{stream}"), cause: Cause::NoSuchPeer }
}
