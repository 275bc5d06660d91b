//! The client: fetches files and folders from peers, a few at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::board::Progress;
use super::ended::Ended;
use super::offers::time_of;
use super::place::{Existing, Staged, disk_failure};
use super::transfer::{Direction, Transfer, TransferFailure, TransferId, TransferState};
use super::{Shared, folder};
use crate::journal::Operation;
use crate::net::failure;
use crate::proto::ipmsg::{
    Attachment, Command, DirLimits, DirRequest, FileKind, FileRequest, Packet, TextEncoding, code, safe_name,
};
use crate::service::digest::hex_digits;
use crate::service::line::Line;
use crate::service::stop::Stop;

/// Fetches that run at once; the others wait their turn.
const FETCHES_MAX: usize = 4;
/// Fetches that may wait.
const WAITING_MAX: usize = 1000;
/// A connect that takes longer has failed.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// A peer that sent all it offered has so long to send more than that, or to close.
const SURPLUS_PATIENCE: Duration = Duration::from_millis(100);

/// Read from a socket, and written to a file, at a time.
pub(super) const CHUNK: usize = 128 << 10;

/// Who asks: the header of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    /// The node's version.
    pub version: Vec<u8>,
    /// A number for the request.
    pub number: u64,
    /// The user's name.
    pub user: Vec<u8>,
    /// The host's name.
    pub host: Vec<u8>,
}

/// A file or folder to fetch.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// From whom: the address and port that the offer came from.
    pub peer: SocketAddr,
    /// The number of the packet that offered it.
    pub number: u64,
    /// What was offered.
    pub attachment: Attachment,
    /// How the peer writes names.
    pub encoding: TextEncoding,
    /// The folder where it is to go.
    pub into: PathBuf,
    /// What to do when its name is taken.
    pub existing: Existing,
    /// How large a folder may be.
    pub limits: DirLimits,
    /// Who asks.
    pub requester: Requester,
}

impl FetchRequest {
    /// The name as the peer gave it.
    fn offered_name(&self) -> String {
        self.decode(&self.attachment.name)
    }

    /// A peer that says that it writes UTF-8, and does not, writes GBK.
    pub(super) fn decode(&self, name: &[u8]) -> String {
        let encoding = if std::str::from_utf8(name).is_ok() { self.encoding } else { TextEncoding::Gbk };
        encoding.decode(name)
    }

    /// The name under which something may lie on our disk.
    pub(super) fn safe_name(&self, name: &[u8]) -> Result<String, TransferFailure> {
        let name = self.decode(name);
        safe_name(&name).map_err(|why| TransferFailure::Name { name, why })
    }

    fn is_folder(&self) -> bool {
        self.attachment.kind() == FileKind::Directory
    }

    /// The bytes that ask for it.
    fn emit(&self) -> Vec<u8> {
        let (number, file_id) = (self.number, self.attachment.id);
        let (code, extra) = if self.is_folder() {
            (code::GETDIRFILES, DirRequest { number, file_id }.emit())
        } else {
            (code::GETFILEDATA, FileRequest { number, file_id, offset: 0 }.emit())
        };
        let Requester { version, number, user, host } = self.requester.clone();
        Packet { version, number, user, host, command: Command::new(code, 0), extra }.emit()
    }
}

/// Fetches that wait, and the threads that take them.
#[derive(Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    requests: VecDeque<(TransferId, FetchRequest)>,
    workers: usize,
}

/// Puts a fetch on the board and in the queue.
pub(super) fn fetch(shared: &Arc<Shared>, request: FetchRequest) -> TransferId {
    let mut waiting = shared.fetches.0.lock().unwrap_or_else(PoisonError::into_inner);
    let is_full = waiting.requests.len() >= WAITING_MAX;
    let is_folder = request.is_folder();
    let size = request.attachment.size;
    let id = shared.board.add(Transfer {
        id: TransferId::default(),
        direction: Direction::Fetching,
        peer: request.peer,
        number: request.number,
        attachment: request.attachment.id,
        name: request.offered_name(),
        is_folder,
        done_bytes: 0,
        total_bytes: (!is_folder || size > 0).then_some(size),
        files: 0,
        skipped: 0,
        bytes_per_second: 0.0,
        elapsed: Duration::ZERO,
        state: if is_full { TransferState::Failed(TransferFailure::QueueFull) } else { TransferState::Waiting },
    });
    if is_full {
        return id;
    }
    waiting.requests.push_back((id, request));
    if waiting.workers < FETCHES_MAX {
        match shared.start_thread("wb-feiq-fetch", None, work) {
            Ok(()) => waiting.workers += 1,
            // A worker that runs will come to it.
            Err(error) if waiting.workers > 0 => tracing::warn!(%error, "start a thread for fetching"),
            Err(error) => {
                waiting.requests.pop_back();
                if let Some(progress) = shared.board.begin(id, None) {
                    progress.finish(TransferState::Failed(failure(Operation::Worker, "wb-feiq-fetch", &error).into()));
                }
            }
        }
    }
    id
}

/// Fetches until nothing waits.
fn work(shared: &Arc<Shared>) {
    loop {
        let next = {
            let mut waiting = shared.fetches.0.lock().unwrap_or_else(PoisonError::into_inner);
            let next = waiting.requests.pop_front();
            waiting.workers -= usize::from(next.is_none());
            next
        };
        let Some((id, request)) = next else { return };
        // The board says what a panic ended: its transfer is dropped on the way.
        if catch_unwind(AssertUnwindSafe(|| run(shared, id, &request))).is_err() {
            tracing::error!(?id, "a fetch panicked");
        }
    }
}

fn run(shared: &Arc<Shared>, id: TransferId, request: &FetchRequest) {
    let stop = match Stop::new() {
        Ok(stop) => stop,
        Err(error) => {
            if let Some(progress) = shared.board.begin(id, None) {
                progress.finish(TransferState::Failed(failure(Operation::Worker, "poll", &error).into()));
            }
            return;
        }
    };
    let Some(mut progress) = shared.board.begin(id, Some(Arc::clone(&stop))) else { return };
    let fetched = if request.is_folder() {
        folder::fetch(shared, request, stop, &mut progress).map(|path| (path, None))
    } else {
        fetch_file(shared, request, stop, &mut progress)
    };
    let size = progress.done_bytes();
    progress.finish(match fetched {
        Ok((path, sha256)) => TransferState::Done { path, size, sha256 },
        Err(Ended::Stopped) => TransferState::Cancelled,
        Err(Ended::Refused) => TransferState::Refused,
        Err(Ended::Failed(failure)) => TransferState::Failed(failure),
    });
}

/// Connects and asks.
pub(super) fn connect(shared: &Shared, request: &FetchRequest, stop: Arc<Stop>) -> Result<Line, Ended> {
    let source = shared.source_for(request.peer);
    let mut line = Line::connect(request.peer, source, stop, CONNECT_PATIENCE, shared.silence)?;
    line.ask(&request.emit())?;
    Ok(line)
}

fn fetch_file(
    shared: &Shared,
    request: &FetchRequest,
    stop: Arc<Stop>,
    progress: &mut Progress,
) -> Result<(PathBuf, Option<String>), Ended> {
    let name = request.safe_name(&request.attachment.name)?;
    let (mut staged, mut file) = Staged::file(&request.into, &name, request.existing)?;
    let mut line = connect(shared, request, stop)?;
    let sha256 = receive(&mut line, request.attachment.size, &mut staged, &mut file, progress)?;
    set_mtime(&file, request.attachment.mtime);
    drop(file);
    Ok((staged.keep()?, Some(sha256)))
}

/// Takes exactly that much from the peer; its hash.
fn receive(
    line: &mut Line,
    size: u64,
    staged: &mut Staged,
    file: &mut File,
    progress: &mut Progress,
) -> Result<String, Ended> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut left = size;
    while left > 0 {
        let room = buffer.len().min(usize::try_from(left).unwrap_or(CHUNK));
        let len = line.read(&mut buffer[..room])?;
        if len == 0 {
            return Err(TransferFailure::Short { got: size - left, expected: size }.into());
        }
        file.write_all(&buffer[..len]).map_err(|error| disk_failure(staged.part(), &error))?;
        hash.update(&buffer[..len]);
        left -= len as u64;
        staged.bytes += len as u64;
        progress.add_bytes(len);
    }
    // Whoever sent all of it may be gone in whatever way; only more bytes say that it was not that file.
    let surplus = line.read_until(&mut buffer[..1], Instant::now() + SURPLUS_PATIENCE);
    if matches!(surplus, Ok(Some(1))) {
        return Err(TransferFailure::TooMuch { expected: size }.into());
    }
    if line.is_stopped() {
        return Err(Ended::Stopped);
    }
    progress.add_file();
    Ok(hex_digits(&hash.finalize()))
}

/// Gives a file the time that the peer said it has.
pub(super) fn set_mtime(file: &File, mtime: u64) {
    if let Some(time) = time_of(mtime)
        && let Err(error) = file.set_modified(time)
    {
        tracing::debug!(%error, mtime, "set the time of a file");
    }
}
