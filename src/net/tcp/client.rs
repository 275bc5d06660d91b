//! The worker of a TCP client: resolve, connect, serve the connection, and where it is wanted connect again.

mod line;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use polling::Events;
use socket2::SockRef;

use super::backoff::Backoff;
use super::connection::{BUDGET, CHUNK, Connection, DISK_PATIENCE, Gone, Side, next_stream};
use super::dial::Dial;
use super::farewell::farewell;
use super::ledger::Ledger;
use super::options::{self, Options};
use super::outbox::Held;
use crate::journal::{Cause, Event, Failure, Operation, Peer};
use crate::net::command::{Command, Outgoing, Target};
use crate::net::config::TcpClientConfig;
use crate::net::context::Context;
use crate::net::error;
use crate::net::job::JobSlot;
use crate::net::jobs::{self, Jobs};
use crate::net::options::{Buffers, SocketOptions};
use crate::net::pace::{Pace, time_until_first};
use crate::net::resolve::{self, Resolution};
use crate::net::status::Phase;

/// A connect under way is looked at this often, whether the poller says something or not.
const DIAL_LOOK: Duration = Duration::from_millis(50);
/// Commands that are obeyed before the socket's next turn.
const COMMANDS_PER_TURN: usize = 256;

/// Runs until the person closes it or, without automatic reconnect, until the connection is over.
pub(in crate::net) fn run(context: &Context, config: TcpClientConfig) -> Result<(), Failure> {
    let mut client = Client {
        context,
        options: Options { nodelay: config.nodelay, keepalive: config.keepalive, socket: config.options },
        reconnect: config.reconnect,
        config,
        ledger: Ledger::new(context),
        events: Events::new(),
        held: Held::default(),
        connection: None,
        gone: None,
        jobs: Jobs::default(),
        pace: Pace::new(),
        shown_pending: 0,
        shown_half_closed: false,
    };
    let outcome = client.run();
    // Those that outlived the connection.
    jobs::stop_all(&mut client);
    client.ledger.flush();
    outcome
}

/// How the time with a connection ended.
#[derive(Debug, PartialEq, Eq)]
enum Served {
    /// The person closed it.
    Closed,
    /// The peer or the network.
    Lost,
}

struct Client<'a> {
    context: &'a Context,
    config: TcpClientConfig,
    options: Options,
    reconnect: bool,
    ledger: Ledger<'a>,
    events: Events,
    held: Held,
    connection: Option<Connection>,
    /// The connection is over; its end is seen to at the end of the turn.
    gone: Option<Gone>,
    jobs: Jobs,
    pace: Pace,
    shown_pending: u64,
    shown_half_closed: bool,
}

impl Client<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        let mut backoff = Backoff::default();
        loop {
            let outcome = match self.connect() {
                Ok(None) => return Ok(()),
                Ok(Some(connection)) => {
                    let since = Instant::now();
                    self.ledger.news.joined(connection.peer());
                    self.connection = Some(connection);
                    if self.serve()? == Served::Closed {
                        return Ok(());
                    }
                    backoff.connected_for(since.elapsed());
                    Ok(())
                }
                Err(failure) => Err(failure),
            };
            if !self.reconnect || self.context.is_closing() {
                return outcome;
            }
            if let Err(failure) = outcome {
                self.ledger.report(None, failure);
            }
            if !self.wait_to_reconnect(&mut backoff)? {
                return Ok(());
            }
        }
    }

    /// Waits for the next attempt; `false` when there will be none.
    fn wait_to_reconnect(&mut self, backoff: &mut Backoff) -> Result<bool, Failure> {
        let (delay, attempt) = backoff.next();
        let in_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.ledger.event(None, &Event::Reconnecting { in_ms, attempt });
        self.context.status.update(|s| s.phase = Phase::Reconnecting);
        let until = Instant::now() + delay;
        while Instant::now() < until {
            if !self.pause(until)? {
                return Ok(false);
            }
            if !self.reconnect {
                // The switch is the person's way to end the waiting.
                self.ledger.event(None, &Event::Closed);
                self.ledger.flush();
                return Ok(false);
            }
        }
        self.context.status.update(|s| s.phase = Phase::Opening);
        Ok(true)
    }

    /// Waits without a connection until something happens; `false` when the link is to be closed.
    fn pause(&mut self, until: Instant) -> Result<bool, Failure> {
        self.ledger.flush();
        if !self.context.is_closing() {
            self.wait(time_until_first([Some(until), self.jobs.due()]))?;
        }
        self.obey_all();
        self.work();
        Ok(!self.context.is_closing())
    }

    fn wait(&mut self, timeout: Option<Duration>) -> Result<(), Failure> {
        let idle = self.context.commands.is_empty() && self.ledger.news.is_empty();
        let timeout = if idle { timeout } else { Some(Duration::ZERO) };
        let poll = &self.context.poll;
        poll.wait(&mut self.events, timeout).map_err(|error| error::failure(Operation::Worker, "poll", &error))
    }

    /// The server as the person wrote it.
    fn server(&self) -> String {
        let host = self.config.host.trim();
        match resolve::literal(host, self.config.port) {
            Some(addr) => addr.to_string(),
            None => format!("{host}:{}", self.config.port),
        }
    }

    /// Connects to the first address that answers; `None` when it was cancelled.
    fn connect(&mut self) -> Result<Option<Connection>, Failure> {
        let deadline = Instant::now() + self.config.connect_timeout;
        let Some(addrs) = self.resolve(deadline)? else { return Ok(None) };
        let local = self.config.local.filter(|local| !local.ip().is_unspecified() || local.port() != 0);
        let usable: Vec<_> =
            addrs.into_iter().filter(|addr| local.is_none_or(|local| local.is_ipv4() == addr.is_ipv4())).collect();
        let mut failed: Option<Failure> = None;
        for (tried, &addr) in usable.iter().enumerate() {
            if let Some(failure) = failed.take() {
                self.ledger.report(None, failure);
            }
            // Each address gets its share, so that one that swallows packets leaves time for the next.
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(usable.len() - tried).unwrap_or(u32::MAX);
            match self.dial(addr, local, share) {
                Ok(outcome) => return Ok(outcome),
                Err(failure) => failed = Some(failure),
            }
        }
        Err(failed.unwrap_or_else(|| Failure {
            op: Operation::Connect,
            target: self.server(),
            cause: Cause::FamilyMismatch,
        }))
    }

    /// The addresses of the server; `None` when it was cancelled.
    fn resolve(&mut self, deadline: Instant) -> Result<Option<Vec<SocketAddr>>, Failure> {
        let (host, port) = (self.config.host.trim().to_owned(), self.config.port);
        let mut resolution = Resolution::start(&host, port, self.context.poll.clone());
        loop {
            if let Some(answer) = resolution.poll() {
                let addrs = answer?;
                if resolve::literal(&host, port).is_none() {
                    let addrs = addrs.iter().map(SocketAddr::ip).collect();
                    self.ledger.event(None, &Event::Resolved { host, addrs });
                }
                return Ok(Some(addrs));
            }
            if Instant::now() >= deadline {
                return Err(Failure {
                    op: Operation::Resolve,
                    target: self.server(),
                    cause: timed_out(self.config.connect_timeout),
                });
            }
            if !self.pause(deadline)? {
                return Ok(None);
            }
        }
    }

    /// Connects to one address; `None` when it was cancelled.
    fn dial(
        &mut self,
        remote: SocketAddr,
        local: Option<SocketAddr>,
        patience: Duration,
    ) -> Result<Option<Connection>, Failure> {
        let server = self.server();
        let target = if server == remote.to_string() { server } else { format!("{server} ({remote})") };
        let failed = |cause| Failure { op: Operation::Connect, target: target.clone(), cause };
        let deadline = Instant::now() + patience;
        let stream = next_stream();
        let dial = Dial::start_with(&self.options.socket, &self.context.poll, stream, remote, local, &target)?;
        let local = loop {
            match dial.outcome() {
                Some(Ok(local)) => break local,
                Some(Err(error)) if error::cause(&error) == (Cause::TimedOut { after_ms: None }) => {
                    return Err(failed(timed_out(patience)));
                }
                Some(Err(error)) => return Err(failed(error::cause(&error))),
                None => {}
            }
            let now = Instant::now();
            if now >= deadline {
                return Err(failed(timed_out(patience)));
            }
            if !self.pause(deadline.min(now + DIAL_LOOK))? {
                return Ok(None);
            }
        };
        let source = dial.into_source().map_err(|error| failed(error::cause(&error)))?;
        let connection = Connection::new(source, Peer { addr: remote, stream }, Side::Client);
        self.ledger.event(None, &Event::Connected { local, remote });
        self.options.apply(connection.stream(), remote, &mut self.ledger, None);
        let buffers = Buffers::of(&SockRef::from(connection.stream()));
        self.ledger.flush();
        self.context.status.update(|s| {
            s.buffers = buffers;
            s.phase = Phase::Open { local, remote: Some(remote) };
            s.half_closed = false;
        });
        Ok(Some(connection))
    }

    /// The time with a connection.
    fn serve(&mut self) -> Result<Served, Failure> {
        loop {
            if self.context.is_closing() {
                jobs::stop_all(self);
                let connections: BTreeMap<_, _> =
                    self.connection.take().map(|c| (c.peer().stream, c)).into_iter().collect();
                farewell(&self.context.poll, &mut self.ledger, &mut self.events, connections);
                self.lost();
                return Ok(Served::Closed);
            }
            self.turn();
            if let Some(gone) = self.gone.take()
                && let Some(connection) = self.connection.take()
            {
                connection.part(&mut self.ledger, gone);
            }
            if self.connection.is_none() {
                self.ledger.flush();
                self.work();
                self.ledger.flush();
                self.lost();
                return Ok(Served::Lost);
            }
            // First the journal: whoever sees the status finds there what led to it.
            self.ledger.flush();
            self.show();
            let (pending, deadline) = self.connection.as_ref().map_or((0, None), |c| (c.pending(), c.deadline()));
            let tell = if pending == self.shown_pending { None } else { self.pace.next() };
            self.ledger.wait_for_room(DISK_PATIENCE);
            self.wait(time_until_first([self.jobs.due(), deadline, tell]))?;
        }
    }

    /// What one wake-up does: read, write, obey, work.
    fn turn(&mut self) {
        // Answers are given between reads.
        let budget = if self.jobs.listen() { CHUNK } else { BUDGET };
        self.attend(|connection, ledger| connection.service(ledger, budget));
        self.obey_all();
        if self.gone.is_none() {
            self.work();
        }
        self.attend(|connection, _| connection.expire(Instant::now()));
    }

    /// Does something with the connection, if there is one, and notes when that was its end.
    fn attend(&mut self, action: impl FnOnce(&mut Connection, &mut Ledger) -> Result<(), Gone>) {
        if self.gone.is_none()
            && let Some(connection) = &mut self.connection
        {
            self.gone = action(connection, &mut self.ledger).err();
        }
    }

    /// The jobs' turn.
    fn work(&mut self) {
        jobs::deliver(self);
        jobs::poll(self);
    }

    /// Commands that wait, as many as fit into a turn.
    fn obey_all(&mut self) {
        for _ in 0..COMMANDS_PER_TURN {
            if self.context.is_closing() || self.gone.is_some() {
                break;
            }
            let Ok(command) = self.context.commands.try_recv() else { break };
            self.obey(command);
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
            Command::HalfClose(_) => {
                let asked = match &mut self.connection {
                    Some(connection) => connection.half_close(),
                    None => Err(self.not_connected()),
                };
                if let Err(failure) = asked {
                    self.ledger.report(None, failure);
                }
                self.attend(|connection, ledger| connection.flush(ledger, BUDGET));
            }
            Command::Reset(_) => match self.connection.take() {
                Some(connection) => connection.abort(&mut self.ledger),
                None => self.ledger.report(None, self.not_connected()),
            },
            Command::SetNodelay(on) => {
                self.options.nodelay = on;
                self.configure(|stream| options::set_nodelay(stream, on));
            }
            Command::SetKeepalive(on) => {
                self.options.keepalive = on;
                self.configure(|stream| options::set_keepalive(stream, on));
            }
            Command::SetReconnect(on) => self.reconnect = on,
            Command::SetOptions(options) => self.set_options(options),
            other => tracing::debug!(command = ?other, "not a command of a TCP client"),
        }
    }

    fn configure(&mut self, set: impl FnOnce(&TcpStream) -> std::io::Result<()>) {
        if let Some(Err(error)) = self.connection.as_ref().map(|connection| set(connection.stream())) {
            let failure = error::failure(Operation::Configure, self.server(), &error);
            self.ledger.report(None, failure);
        }
    }

    fn set_options(&mut self, options: SocketOptions) {
        self.options.socket = options;
        let Some(connection) = &self.connection else { return };
        options::apply_socket(&options, connection.stream(), connection.peer().addr, &mut self.ledger, None);
        let buffers = Buffers::of(&SockRef::from(connection.stream()));
        self.context.status.update(|s| s.buffers = buffers);
    }

    fn not_connected(&self) -> Failure {
        Failure { op: Operation::Send, target: self.server(), cause: Cause::NotConnected }
    }

    /// Queues a send and gives the socket what it takes now; or says why not.
    fn submit(&mut self, outgoing: Outgoing, sender: Option<JobSlot>) -> Result<(), Failure> {
        // One that is over takes it still: it counts among what was not sent.
        let Some(connection) = &mut self.connection else { return Err(self.not_connected()) };
        if !is_for(&outgoing.target, connection.peer()) {
            return Err(connection.send_failure(Cause::NoSuchPeer));
        }
        let payload = self.held.hold(outgoing, sender).map_err(|cause| connection.send_failure(cause))?;
        connection.queue(payload)?;
        self.attend(|connection, ledger| connection.flush(ledger, BUDGET));
        Ok(())
    }

    /// Takes what a job has sent and waits out of the connection; the bytes.
    fn take_back(&mut self, sender: JobSlot, begun: bool) -> u64 {
        let mut bytes = 0;
        self.attend(|connection, ledger| {
            bytes = connection.forget(sender, begun);
            connection.flush(ledger, BUDGET)
        });
        bytes
    }

    /// Brings the status up to date.
    fn show(&mut self) {
        let Some(connection) = &self.connection else { return };
        let pending = connection.pending();
        if pending != self.shown_pending && self.pace.may_tell(Instant::now()) {
            self.shown_pending = pending;
            self.context.status.update(|s| s.pending_bytes = pending);
        }
        if connection.fin_sent() && !self.shown_half_closed {
            self.shown_half_closed = true;
            self.context.status.update(|s| s.half_closed = true);
        }
    }

    /// The status without a connection.
    fn lost(&mut self) {
        self.shown_pending = 0;
        self.shown_half_closed = false;
        self.context.status.update(|s| {
            s.pending_bytes = 0;
            s.half_closed = false;
            s.buffers = None;
        });
    }
}

/// Whether a target means the server of this connection.
fn is_for(target: &Target, peer: Peer) -> bool {
    match target {
        Target::Server => true,
        Target::Address(addr) => *addr == peer.addr,
        Target::Client(stream) => *stream == peer.stream,
        Target::Host { .. } | Target::AllClients => false,
    }
}

fn timed_out(after: Duration) -> Cause {
    Cause::TimedOut { after_ms: Some(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)) }
}
