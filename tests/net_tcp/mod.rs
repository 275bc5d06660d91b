//! What the tests of links share: a link with its journal, and ways to wait for what happens.
#![allow(clippy::unwrap_used, dead_code)] // tests panic on purpose; each file uses its part

pub mod running;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use wirebench::codec::template::NoLookup;
use wirebench::journal::{Config, Event, Kind, LeaveReason, Record, Recorder};
use wirebench::net::{
    Command, Counters, JobSlot, Link, LinkConfig, Outgoing, Phase, SocketOptions, Status, Target, TcpClientConfig,
    TcpServerConfig, UdpConfig,
};
use wirebench::session::send::{Cycle, CycleConfig, Packet};

/// No event of these tests takes longer, on however busy a machine.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// What a close may take.
pub const CLOSE: Duration = Duration::from_millis(200);

/// Whether a close takes no longer than it may, in one of three rounds: a busy machine may lose time of its own.
#[track_caller]
pub fn assert_closes_in_time(mut round: impl FnMut() -> Duration) {
    let rounds: Vec<_> = std::iter::repeat_with(&mut round).take(3).take_while(|took| *took > CLOSE).collect();
    assert!(rounds.len() < 3, "{rounds:?}");
}

pub const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
}

/// A link with its journal.
pub struct Bench {
    pub link: Option<Link>,
    pub recorder: Arc<Recorder>,
    pub counters: Arc<Counters>,
    bell: Arc<Bell>,
    spill: tempfile::TempDir,
}

impl Bench {
    pub fn open(config: LinkConfig) -> Self {
        let bell = Arc::new(Bell::default());
        let wake: wirebench::journal::Wake = {
            let bell = Arc::clone(&bell);
            Arc::new(move || {
                *bell.rung.lock().unwrap() += 1;
                bell.changed.notify_all();
            })
        };
        let spill = tempfile::tempdir().unwrap();
        let config_of_journal = Config { budget_bytes: 64 << 20, spill_dir: spill.path().to_owned() };
        let recorder = Recorder::new(config_of_journal, wake);
        let counters = Arc::new(Counters::default());
        let link = Link::open(config, Arc::clone(&recorder), Arc::clone(&counters), Arc::new(|| ())).unwrap();
        Self { link: Some(link), recorder, counters, bell, spill }
    }

    pub fn link(&self) -> &Link {
        self.link.as_ref().unwrap()
    }

    pub fn command(&self, command: Command) {
        self.link().command(command).unwrap();
    }

    pub fn send(&self, target: Target, payload: impl AsRef<[u8]>) {
        self.command(Command::Send(outgoing(target, payload)));
    }

    /// Waits until of so many bytes that were handed over less than 16 MiB wait: the status says that now and then only,
    /// the counters are exact.
    #[track_caller]
    pub fn until_room(&self, handed_over: u64) {
        let deadline = Instant::now() + PATIENCE;
        while handed_over - self.counters.snapshot().sent_bytes >= 16 << 20 {
            assert!(Instant::now() < deadline, "journal {:#?}", self.summary());
            self.link().status_cell().wait(Duration::from_millis(5), |_| false);
        }
    }

    /// Waits for a status.
    #[track_caller]
    pub fn until(&self, ready: impl FnMut(&Status) -> bool) -> Status {
        let (status, reached) = self.link().status_cell().wait(PATIENCE, ready);
        assert!(reached, "status {status:?}, journal {:#?}", self.summary());
        status
    }

    /// Waits until it is open; our address.
    #[track_caller]
    pub fn opened(&self) -> SocketAddr {
        match self.until(|s| matches!(s.phase, Phase::Open { .. } | Phase::Closed { .. })).phase {
            Phase::Open { local, .. } => local,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the worker has ended by itself.
    #[track_caller]
    pub fn ended(&self) -> Option<wirebench::journal::Failure> {
        match self.until(|s| matches!(s.phase, Phase::Closed { .. })).phase {
            Phase::Closed { failure } => failure,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the journal's records, in their order, satisfy `ready`, which sees each once.
    #[track_caller]
    pub fn until_record(&self, mut ready: impl FnMut(&Record) -> bool) -> Record {
        let deadline = Instant::now() + PATIENCE;
        let journal = self.recorder.journal();
        let mut next = 0;
        loop {
            let rung = *self.bell.rung.lock().unwrap();
            while next < journal.len() {
                let record = journal.read(next).unwrap();
                if ready(&record) {
                    return record;
                }
                next += 1;
            }
            let mut now_rung = self.bell.rung.lock().unwrap();
            while *now_rung == rung {
                let left = deadline.saturating_duration_since(Instant::now());
                assert!(!left.is_zero(), "journal {:#?}", self.summary());
                now_rung = self.bell.changed.wait_timeout(now_rung, left).unwrap().0;
            }
        }
    }

    /// Waits for an event.
    #[track_caller]
    pub fn until_event(&self, mut wanted: impl FnMut(&Event) -> bool) -> Event {
        self.until_record(|record| record.event().is_some_and(|event| wanted(&event))).event().unwrap()
    }

    /// Waits until so many bytes were received.
    #[track_caller]
    pub fn until_received(&self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.until_record(|record| {
            if record.head.kind == Kind::Received {
                bytes.extend_from_slice(record.bytes());
            }
            bytes.len() >= len
        });
        bytes
    }

    /// All records there are.
    pub fn records(&self) -> Vec<Record> {
        let journal = self.recorder.journal();
        (0..journal.len()).map(|index| journal.read(index).unwrap()).collect()
    }

    pub fn events(&self) -> Vec<Event> {
        self.records().iter().filter_map(Record::event).collect()
    }

    /// All bytes of one kind.
    pub fn bytes(&self, kind: Kind) -> Vec<u8> {
        self.records().iter().filter(|r| r.head.kind == kind).flat_map(|r| r.bytes().to_vec()).collect()
    }

    /// Closes the link; how long that took.
    pub fn close(&mut self) -> Duration {
        let start = Instant::now();
        drop(self.link.take());
        start.elapsed()
    }

    fn summary(&self) -> Vec<String> {
        let records = self.records();
        let shown = records.iter().rev().take(20).rev();
        shown
            .map(|r| match r.event() {
                Some(event) => format!("{event:?}"),
                None => format!("{:?} {} bytes, {:?}", r.head.kind, r.bytes().len(), r.head.peer),
            })
            .collect()
    }
}

pub fn outgoing(target: Target, payload: impl AsRef<[u8]>) -> Outgoing {
    Outgoing::new(target, payload.as_ref())
}

/// A job that sends this at each tick, for ever.
pub fn cycle(target: Target, payload: impl AsRef<[u8]>, interval_ms: u64) -> Command {
    let config = CycleConfig {
        target,
        packets: vec![Packet::bytes(payload.as_ref(), None)],
        interval: Duration::from_millis(interval_ms),
        rounds: None,
        lookup: Box::new(NoLookup),
    };
    Command::StartJob(JobSlot::Sending, Box::new(Cycle::new(config, Arc::new(|| ())).0))
}

/// Whether a cycle runs.
pub fn cycling(status: &Status) -> bool {
    status.jobs.contains(JobSlot::Sending)
}

pub fn client_config(addr: SocketAddr) -> TcpClientConfig {
    TcpClientConfig {
        host: addr.ip().to_string(),
        port: addr.port(),
        local: None,
        connect_timeout: Duration::from_secs(10),
        reconnect: false,
        nodelay: true,
        keepalive: false,
        options: SocketOptions::default(),
    }
}

pub fn open_client(addr: SocketAddr) -> Bench {
    Bench::open(LinkConfig::TcpClient(client_config(addr)))
}

/// A client link and the peer's end of its connection.
pub fn connected() -> (Bench, TcpStream) {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let bench = open_client(listener.local_addr().unwrap());
    let (peer, _) = listener.accept().unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    bench.opened();
    (bench, peer)
}

pub fn open_server(local: SocketAddr) -> Bench {
    Bench::open(LinkConfig::TcpServer(TcpServerConfig {
        local,
        nodelay: true,
        keepalive: false,
        options: SocketOptions::default(),
    }))
}

/// A server link that listens, and where.
pub fn listening() -> (Bench, SocketAddr) {
    let bench = open_server(LOOPBACK);
    let local = bench.opened();
    (bench, local)
}

/// A UDP link that is bound, and where.
pub fn bound() -> (Bench, SocketAddr) {
    let bench = Bench::open(LinkConfig::Udp(UdpConfig {
        local: LOOPBACK,
        broadcast: false,
        share_port: false,
        groups: Vec::new(),
        multicast_ttl: 1,
        multicast_loopback: true,
        options: SocketOptions::default(),
    }));
    let local = bench.opened();
    (bench, local)
}

/// A client of a server link, with its stream number.
#[track_caller]
pub fn join(bench: &Bench, server: SocketAddr) -> (TcpStream, u32) {
    let peer = TcpStream::connect(server).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let local = peer.local_addr().unwrap();
    let status = bench.until(|s| s.clients.iter().any(|c| c.peer.addr == local));
    let stream = status.clients.iter().find(|c| c.peer.addr == local).unwrap().peer.stream;
    (peer, stream)
}

/// Closes with an RST.
pub fn reset(peer: TcpStream) {
    SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
}

/// How the other end of a [`reset`] connection ends. Wine shuts a socket down before it closes it, so that a FIN comes
/// before the RST.
pub fn after_reset() -> LeaveReason {
    let wine = cfg!(windows) && std::path::Path::new(r"C:\windows\system32\winecfg.exe").exists();
    if wine { LeaveReason::Finished } else { LeaveReason::Reset }
}

/// A socket that has a port and does not listen yet: connects are refused, and nobody else gets the port.
pub fn reserved() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::from(LOOPBACK)).unwrap();
    let addr = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, addr)
}

pub fn read_exactly(mut peer: &TcpStream, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    peer.read_exact(&mut bytes).unwrap();
    bytes
}

pub fn read_to_end(mut peer: &TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    peer.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Sends as fast as it can, until the connection ends.
pub fn flood(mut peer: TcpStream) {
    let block = vec![3; 256 << 10];
    while peer.write_all(&block).is_ok() {}
}

pub fn left(reason: LeaveReason) -> impl FnMut(&Event) -> bool {
    move |event| matches!(event, Event::PeerLeft { reason: r, .. } if *r == reason)
}

/// Bytes without a short period, so that a lost, doubled or moved piece shows.
pub struct Pattern(Vec<u8>);

impl Pattern {
    pub fn new() -> Self {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let block = (0..1_000_003)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            })
            .collect();
        Self(block)
    }

    /// A piece from `offset` on, of at most `len` bytes.
    pub fn piece(&self, offset: u64, len: usize) -> &[u8] {
        let start = (offset % self.0.len() as u64) as usize;
        &self.0[start..self.0.len().min(start + len)]
    }

    /// Whether the bytes are those at `offset`.
    pub fn matches(&self, mut offset: u64, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let piece = self.piece(offset, bytes.len());
            if piece != &bytes[..piece.len()] {
                return false;
            }
            offset += piece.len() as u64;
            bytes = &bytes[piece.len()..];
        }
        true
    }
}
