//! Other people's TFTP programs, a bad network between them and us, and our own client and files.

pub mod clients;
pub mod proxy;
pub mod servers;

use std::ffi::{OsStr, OsString};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wirebench::codec::Charset;
use wirebench::proto::tftp::{BlockSize, Direction};
use wirebench::service::tftp::{
    Done, Options, Phase, Request, Server, ServerConfig, ServerPhase, ServerState, State, Transfer, TransferConfig,
    Uploads,
};

use super::sha256_of_file;

/// No transfer of these tests takes longer, on however busy a machine.
pub const LIMIT: Duration = Duration::from_mins(2);

/// Options of this block and window size, and the size of the file.
pub fn asking(block_size: u16, window_size: u16) -> Options {
    Options::Ask {
        block_size: BlockSize::new(block_size).unwrap(),
        window_size: NonZeroU16::new(window_size).unwrap(),
        timeout: None,
        size: true,
    }
}

/// A folder of files whose content follows from their size.
pub struct Files(TempDir);

impl Files {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where a file of it is.
    pub fn place(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.path().join(name.as_ref())
    }

    /// Writes a file of so many octets, for everybody to read.
    pub fn write(&self, name: impl AsRef<OsStr>, len: usize) -> PathBuf {
        let place = self.place(name);
        std::fs::write(&place, content(len)).unwrap();
        place
    }
}

/// So many octets without a short period, different ones for each length.
pub fn content(len: usize) -> Vec<u8> {
    let mut state = len as u64;
    let mut out = Vec::with_capacity(len + 8);
    while out.len() < len {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        out.extend_from_slice(&(state ^ (state >> 29)).to_be_bytes());
    }
    out.truncate(len);
    out
}

/// A name as bytes of this encoding, as a file system of an old machine has it.
pub fn name_in(charset: Charset, name: &str) -> OsString {
    OsString::from_vec(charset.encode(name).unwrap())
}

/// A name as the text that these bytes are in this encoding.
pub fn is_named(path: &Path, charset: Charset, name: &str) -> bool {
    path.file_name().unwrap().as_bytes() == &charset.encode(name).unwrap()[..]
}

/// A transfer of ours that is to succeed.
pub struct Ours(TransferConfig);

impl Ours {
    /// Fetches a file into this place.
    pub fn get(server: SocketAddr, remote: &str, local: &Path) -> Self {
        Self::new(server, Direction::Download, remote, local)
    }

    /// Gives a file to the server.
    pub fn put(server: SocketAddr, local: &Path, remote: &str) -> Self {
        Self::new(server, Direction::Upload, remote, local)
    }

    fn new(server: SocketAddr, direction: Direction, remote: &str, local: &Path) -> Self {
        let config = TransferConfig::new(server.ip().to_string(), direction, remote, local.to_owned());
        Self(TransferConfig { port: server.port(), ..config })
    }

    /// With these options.
    pub fn with(self, options: Options) -> Self {
        Self(TransferConfig { options, ..self.0 })
    }

    /// With the remote name in this encoding.
    pub fn named_in(self, charset: Charset) -> Self {
        Self(TransferConfig { charset, ..self.0 })
    }

    /// Runs until it is known how it ended.
    #[track_caller]
    pub fn end(self) -> Arc<State> {
        let (what, local) = (format!("{:?} {:?}", self.0.options, self.0.direction), self.0.local.clone());
        let transfer = Transfer::start(self.0, Arc::new(|| ())).unwrap();
        let ended = transfer.wait(LIMIT, |state| state.phase.has_ended());
        assert!(ended, "{what} of {} hangs: {:#?}", local.display(), transfer.state());
        transfer.state()
    }

    /// Runs to its good end.
    #[track_caller]
    pub fn done(self) -> (Done, Arc<State>) {
        let what = format!("{:?} of {}", self.0.options, self.0.remote);
        let state = self.end();
        match &state.phase {
            Phase::Done(done) => (done.clone(), state),
            other => panic!("{what}: {other:?}: {state:#?}"),
        }
    }
}

/// That a file has the content of its length, by its own hash and by the one that was computed on the way.
#[track_caller]
pub fn assert_same(done: &Done, original: &Path) {
    assert_eq!(done.size, std::fs::metadata(original).unwrap().len());
    assert_eq!(done.sha256.as_deref(), Some(&*sha256_of_file(original)));
    assert_eq!(sha256_of_file(&done.path), sha256_of_file(original));
}

/// A server of ours on the loopback address, with a port of its own.
pub struct OurServer {
    /// Where it listens.
    pub address: SocketAddr,
    server: Server,
}

impl OurServer {
    /// Serves a folder.
    #[track_caller]
    pub fn start(folder: &Path, uploads: Uploads) -> Self {
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = ServerConfig { uploads, ..ServerConfig::new(folder.to_owned(), bind) };
        let server = Server::start(config, Arc::new(|| ())).unwrap();
        assert!(server.wait(LIMIT, |state| state.phase != ServerPhase::Starting), "it does not start");
        let ServerPhase::Listening(address) = server.state().phase else { panic!("{:?}", server.state().phase) };
        Self { address, server }
    }

    /// What it is right now.
    pub fn state(&self) -> Arc<ServerState> {
        self.server.state()
    }

    /// Waits until it is so.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&ServerState) -> bool) -> bool {
        self.server.wait(timeout, ready)
    }

    /// The newest request, once nothing more is to come of any.
    #[track_caller]
    pub fn settled(&self) -> Arc<Request> {
        let settled = self.server.wait(LIMIT, |state| state.requests.iter().all(|request| request.fate.is_final()));
        let state = self.server.state();
        assert!(settled, "{state:#?}");
        Arc::clone(state.requests.last().unwrap())
    }
}
