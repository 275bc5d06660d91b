//! The worker of a TCP server: accepts, and serves all clients from one thread, none at the cost of another.

mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use polling::Events;
use socket2::SockRef;

use super::connection::{BUDGET, CHUNK, Connection, DISCONNECT_PATIENCE, DISK_PATIENCE, Gone, Side, next_stream};
use super::farewell::farewell;
use super::ledger::Ledger;
use super::listen::{canonical, concerns_one_connection, listen_with};
use super::options::{self, Options};
use super::outbox::Held;
use crate::journal::{Cause, Event, Failure, Operation, Peer};
use crate::net::command::{Command, Outgoing, Target};
use crate::net::config::TcpServerConfig;
use crate::net::context::Context;
use crate::net::error;
use crate::net::job::JobSlot;
use crate::net::jobs::{self, Jobs};
use crate::net::options::{Buffers, SocketOptions};
use crate::net::pace::{Pace, time_until_first};
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

/// Runs until closed.
pub(in crate::net) fn run(context: &Context, config: &TcpServerConfig) -> Result<(), Failure> {
    let (listener, local) = listen_with(&config.options, config.local)?;
    let listener = Source::new(&context.poll, listener, LISTENER, true, false)
        .map_err(|error| error::failure(Operation::Listen, local, &error))?;
    let mut server = Server {
        context,
        listener,
        local,
        options: Options { nodelay: config.nodelay, keepalive: config.keepalive, socket: config.options },
        connections: BTreeMap::new(),
        finished: BTreeSet::new(),
        held: Held::default(),
        ledger: Ledger::new(context),
        jobs: Jobs::default(),
        roster_changed: false,
        pending_changed: false,
        pace: Pace::new(),
        accept_again: None,
        accept_reported: None,
    };
    server.ledger.event(None, &Event::Listening { local });
    server.ledger.flush();
    let buffers = server.buffers();
    context.status.update(|s| {
        s.phase = Phase::Open { local, remote: None };
        s.buffers = buffers;
    });

    let mut events = Events::new();
    let served = server.serve(&mut events);
    jobs::stop_all(&mut server);
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
    /// Those whose peer closed its side already, and those that end when nothing waits for them.
    finished: BTreeSet<u32>,
    held: Held,
    ledger: Ledger<'a>,
    jobs: Jobs,
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
            // What was asked for before something came is done before that is served.
            if !self.context.commands.is_empty() {
                self.look();
            }
            let budget = self.budget(events.len());
            let mut looked = Instant::now();
            for event in events.iter() {
                match event.key {
                    LISTENER => self.accept(),
                    key => self.attend(key as u32, |connection, ledger| connection.service(ledger, budget)),
                }
                jobs::deliver(self);
                if looked.elapsed() >= LOOK || self.jobs.due().is_some_and(|due| due <= Instant::now()) {
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
        if !self.context.commands.is_empty() || !self.ledger.news.is_empty() {
            return Some(Duration::ZERO);
        }
        let tell = if self.pending_changed { self.pace.next() } else { None };
        let finished = self.finished.iter().filter_map(|stream| self.connections.get(stream)?.deadline()).min();
        time_until_first([self.jobs.due(), tell, finished, self.accept_again])
    }

    /// What each of those that are ready may read and write in its turn. Answers are given between reads.
    fn budget(&self, ready: usize) -> usize {
        if self.jobs.listen() { CHUNK } else { (BUDGET / ready.max(1)).max(CHUNK) }
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
        jobs::deliver(self);
        jobs::poll(self);
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
        let (pending, finished) = (connection.pending(), connection.is_finished());
        let outcome = action(connection, &mut self.ledger);
        self.pending_changed |= connection.pending() != pending;
        if connection.is_finished() && !finished {
            self.finished.insert(stream);
            self.roster_changed = true;
        }
        if let Err(gone) = outcome {
            self.remove(stream, |connection, ledger| connection.part(ledger, gone));
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
        let source = Source::new(&self.context.poll, stream, peer.stream as usize, true, false)?;
        self.ledger.event(Some(peer), &Event::PeerJoined { peer: addr });
        self.options.apply(source.socket(), addr, &mut self.ledger, Some(peer));
        self.ledger.news.joined(peer);
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
                if let Err(failure) = self.submit(outgoing, None) {
                    self.ledger.report(None, failure);
                }
            }
            Command::StartJob(slot, job) => jobs::start(self, slot, job),
            Command::StopJob(slot) => jobs::stop(self, slot),
            Command::Disconnect(which) => self.disconnect_all(which),
            Command::Reset(which) => self.reset(which),
            Command::HalfClose(which) => self.half_close(which),
            Command::SetNodelay(on) => {
                self.options.nodelay = on;
                self.configure(|stream| options::set_nodelay(stream, on));
            }
            Command::SetKeepalive(on) => {
                self.options.keepalive = on;
                self.configure(|stream| options::set_keepalive(stream, on));
            }
            Command::SetOptions(options) => self.set_options(options),
            other => tracing::debug!(command = ?other, "not a command of a TCP server"),
        }
    }

    /// The clients that a command means: one, or all.
    fn chosen(&mut self, which: Option<u32>) -> Vec<u32> {
        match which {
            Some(stream) if self.connections.contains_key(&stream) => vec![stream],
            Some(stream) => {
                self.ledger.report(None, no_such_client(stream));
                Vec::new()
            }
            None => self.connections.keys().copied().collect(),
        }
    }

    fn reset(&mut self, which: Option<u32>) {
        for stream in self.chosen(which) {
            self.remove(stream, Connection::abort);
        }
    }

    fn set_options(&mut self, options: SocketOptions) {
        self.options.socket = options;
        let refused = options.apply_buffers(&SockRef::from(self.listener.socket()));
        for refused in refused {
            self.ledger.report(None, refused.failure());
        }
        for connection in self.connections.values() {
            let peer = connection.peer();
            options::apply_socket(&options, connection.stream(), peer.addr, &mut self.ledger, Some(peer));
        }
        let buffers = self.buffers();
        self.context.status.update(|s| s.buffers = buffers);
    }

    fn buffers(&self) -> Option<Buffers> {
        Buffers::of(&SockRef::from(self.listener.socket()))
    }

    fn disconnect_all(&mut self, which: Option<u32>) {
        for stream in self.chosen(which) {
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

    /// Sends to one or all.
    fn submit(&mut self, outgoing: Outgoing, sender: Option<JobSlot>) -> Result<(), Failure> {
        let streams = self.targets(&outgoing.target)?;
        let refused = |cause| Failure { op: Operation::Send, target: self.local.to_string(), cause };
        let payload = self.held.hold(outgoing, sender).map_err(refused)?;
        let mut queued = Vec::with_capacity(streams.len());
        for &stream in &streams {
            let Some(connection) = self.connections.get_mut(&stream) else { continue };
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

    /// Takes what a job has sent and waits out of all connections; the most bytes of one of them.
    fn take_back(&mut self, sender: JobSlot, begun: bool) -> u64 {
        let mut most = 0;
        for stream in self.connections.keys().copied().collect::<Vec<_>>() {
            self.attend(stream, |connection, ledger| {
                most = most.max(connection.forget(sender, begun));
                connection.flush(ledger, CHUNK)
            });
        }
        most
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
