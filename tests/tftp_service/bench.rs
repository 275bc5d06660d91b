//! What the tests share: a served folder, transfers with it, and raw sockets.

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use wirebench::journal::Wake;
use wirebench::proto::tftp::{BlockSize, Direction, Patience};
use wirebench::service::tftp::{
    Done, Existing, Fate, Options, Phase, Request, Server, ServerConfig, ServerPhase, State, Transfer, TransferConfig,
    TransferFailure, Uploads,
};

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub fn wake() -> Wake {
    Arc::new(|| {})
}

/// A folder on the disk with two folders in it: what is served, and what the client has.
pub struct Bench {
    _root: tempfile::TempDir,
    pub served: PathBuf,
    pub own: PathBuf,
}

impl Bench {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (served, own) = (root.path().join("served"), root.path().join("own"));
        fs::create_dir(&served).unwrap();
        fs::create_dir(&own).unwrap();
        Self { _root: root, served, own }
    }

    pub fn server_config(&self) -> ServerConfig {
        ServerConfig {
            uploads: Uploads::Overwrite,
            ..ServerConfig::new(self.served.clone(), "127.0.0.1:0".parse().unwrap())
        }
    }

    /// A running server.
    pub fn serve(&self) -> (Server, SocketAddr) {
        started(self.server_config())
    }

    pub fn download(&self, server: SocketAddr, remote: &str) -> TransferConfig {
        at(server, Direction::Download, remote, TransferConfig::place_in(&self.own, remote))
    }

    pub fn upload(&self, server: SocketAddr, local: &str, remote: &str) -> TransferConfig {
        at(server, Direction::Upload, remote, self.own.join(local))
    }
}

/// A server that listens.
pub fn started(config: ServerConfig) -> (Server, SocketAddr) {
    let server = Server::start(config, wake()).unwrap();
    assert!(server.wait(PATIENCE, |state| state.phase != ServerPhase::Starting));
    match server.state().phase.clone() {
        ServerPhase::Listening(local) => (server, local),
        other => panic!("{other:?}"),
    }
}

fn at(server: SocketAddr, direction: Direction, remote: &str, local: PathBuf) -> TransferConfig {
    TransferConfig {
        port: server.port(),
        existing: Existing::Overwrite,
        ..TransferConfig::new(server.ip().to_string(), direction, remote, local)
    }
}

pub fn asking(block_size: u16, window_size: u16) -> Options {
    Options::Ask {
        block_size: BlockSize::new(block_size).unwrap(),
        window_size: NonZeroU16::new(window_size).unwrap(),
        timeout: None,
        size: true,
    }
}

/// Gives up after about 300 ms of silence.
pub fn impatient() -> Patience {
    Patience { first: Duration::from_millis(100), retries: 1 }
}

pub fn start(config: TransferConfig) -> Transfer {
    Transfer::start(config, wake()).unwrap()
}

/// Runs to its end.
pub fn run(config: TransferConfig) -> Arc<State> {
    let transfer = start(config);
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()), "{:?}", transfer.state());
    transfer.state()
}

pub fn done(config: TransferConfig) -> Done {
    let state = run(config);
    match &state.phase {
        Phase::Done(done) => done.clone(),
        _ => panic!("{state:?}"),
    }
}

pub fn failed(config: TransferConfig) -> TransferFailure {
    let state = run(config);
    match &state.phase {
        Phase::Failed(failure) => failure.clone(),
        _ => panic!("{state:?}"),
    }
}

/// Octets that differ from place to place.
pub fn octets(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The newest request of a client, once its fate is final.
pub fn final_fate(server: &Server, name: &str) -> Fate {
    let of = |request: &Arc<Request>| request.name == name && request.fate.is_final();
    assert!(server.wait(PATIENCE, |state| state.requests.iter().any(of)), "{:?}", server.state());
    server.state().requests.iter().rev().find(|request| of(request)).unwrap().fate.clone()
}

/// A socket of the test's own.
pub struct Raw(pub UdpSocket);

impl Raw {
    pub fn new() -> Self {
        Self::at("127.0.0.1")
    }

    pub fn at(ip: &str) -> Self {
        let socket = UdpSocket::bind((ip, 0)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    pub fn addr(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub fn send(&self, to: SocketAddr, bytes: &[u8]) {
        self.0.send_to(bytes, to).unwrap();
    }

    pub fn receive(&self) -> (Vec<u8>, SocketAddr) {
        let mut buffer = vec![0; 1 << 16];
        let (len, from) = self.0.recv_from(&mut buffer).unwrap();
        buffer.truncate(len);
        (buffer, from)
    }

    /// The next datagram, if there is one within the time.
    pub fn receive_within(&self, time: Duration) -> Option<(Vec<u8>, SocketAddr)> {
        self.0.set_read_timeout(Some(time)).unwrap();
        let mut buffer = vec![0; 1 << 16];
        let got = self.0.recv_from(&mut buffer).ok();
        self.0.set_read_timeout(Some(PATIENCE)).unwrap();
        got.map(|(len, from)| (buffer[..len].to_vec(), from))
    }
}

pub fn rrq(name: &[u8], options: &str) -> Vec<u8> {
    request(1, name, options)
}

pub fn wrq(name: &[u8], options: &str) -> Vec<u8> {
    request(2, name, options)
}

/// `options` as `blksize=8 windowsize=4`.
fn request(opcode: u8, name: &[u8], options: &str) -> Vec<u8> {
    let mut packet = [&[0, opcode], name, b"\0octet\0"].concat();
    for word in options.split([' ', '=']).filter(|word| !word.is_empty()) {
        packet.extend_from_slice(word.as_bytes());
        packet.push(0);
    }
    packet
}

pub fn ack(block: u16) -> Vec<u8> {
    [[0, 4], block.to_be_bytes()].concat()
}

pub fn data(block: u16, bytes: &[u8]) -> Vec<u8> {
    [&[0, 3], &block.to_be_bytes()[..], bytes].concat()
}

pub fn error_code(packet: &[u8]) -> Option<u16> {
    match packet {
        [0, 5, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// Runs `action` and says how long it took.
pub fn timed<T>(action: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = action();
    (result, start.elapsed())
}
