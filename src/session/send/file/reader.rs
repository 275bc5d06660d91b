//! The thread that reads the file.
//!
//! It holds nothing but the file and its end of the queue, and nobody waits for it: a read from a network that stalls
//! can't be interrupted. It ends with the first block that nobody wants.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::cut::{Cut, HexDigits, Lines};
use super::queue::{Block, Part, Queue};
use super::{FileConfig, FileMode};
use crate::journal::{Cause, Failure, FileStop, Operation};
use crate::net::failure;

const THREAD: &str = "wb-file-reader";
/// How much is read at a time where the blocks do not say it.
const READ_BYTES: usize = 256 << 10;
/// What is kept of blocks to be used again once the socket is done with them.
const POOL_BYTES: usize = 8 << 20;
const POOL_BLOCKS: usize = 64;

/// Starts to read.
pub(super) fn start(config: FileConfig, queue: Arc<Queue>) -> Result<(), FileStop> {
    let path = config.path.display().to_string();
    let run = move || {
        let read = catch_unwind(AssertUnwindSafe(|| read(&config, &queue)));
        // A bug of ours; the panic hook has logged its words.
        let panicked = |_| {
            let cause = Cause::Panic { message: "panic".to_owned() };
            Err(FileStop::Failed(Failure { op: Operation::Worker, target: THREAD.to_owned(), cause }))
        };
        if let Some(end) = read.unwrap_or_else(panicked).transpose() {
            queue.push(Part::End(end));
        }
    };
    let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(run);
    thread.map(drop).map_err(|error| FileStop::Failed(failure(Operation::Worker, path, &error)))
}

/// Reads all of it; `None` when nobody wants more.
fn read(config: &FileConfig, queue: &Queue) -> Result<Option<[u8; 32]>, FileStop> {
    let (mut file, total) = open(&config.path)?;
    if !queue.push(Part::Opened { total_bytes: total }) {
        return Ok(None);
    }
    let mut out = Out { queue, digest: Sha256::new(), wanted: true, pool: VecDeque::new() };
    let mut rest = Rest { file: &mut file, path: &config.path, total, taken: 0 };
    match &config.mode {
        FileMode::Raw => out.raw(&mut rest, config.block_bytes())?,
        FileMode::Hex => out.cut(&mut rest, &mut HexDigits::new(config.block_bytes()))?,
        FileMode::Lines { strip, append, framing } => {
            let mut lines = Lines::new(*strip, append.clone(), framing.clone(), config.max_packet_bytes());
            out.cut(&mut rest, &mut lines)?;
        }
    }
    if !out.wanted {
        return Ok(None);
    }
    rest.check_end()?;
    Ok(Some(out.digest.finalize().into()))
}

fn open(path: &Path) -> Result<(File, u64), FileStop> {
    let failed = |error: io::Error| read_failed(path, &error);
    // Asked first: the mere opening of a pipe may wait for ever.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(FileStop::NotAFile);
    }
    let file = File::open(path).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    Ok((file, total))
}

fn read_failed(path: &Path, error: &io::Error) -> FileStop {
    let Failure { op, target, cause } = failure(Operation::Read, path.display(), error);
    let cause = match error.kind() {
        io::ErrorKind::NotFound => Cause::Other { code: error.raw_os_error(), message: "no such file".to_owned() },
        _ => cause,
    };
    FileStop::Failed(Failure { op, target, cause })
}

/// What is still to be read.
struct Rest<'a> {
    file: &'a mut File,
    path: &'a Path,
    total: u64,
    taken: u64,
}

impl Rest<'_> {
    /// Fills the buffer as far as the file goes; how much.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, FileStop> {
        let wanted = (buffer.len() as u64).min(self.total - self.taken) as usize;
        let mut len = 0;
        while len < wanted {
            match self.file.read(&mut buffer[len..wanted]) {
                Ok(0) => {
                    let found = self.taken + len as u64;
                    return Err(FileStop::Shrank { total_bytes: self.total, found_bytes: found });
                }
                Ok(read) => len += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_failed(self.path, &error)),
            }
        }
        self.taken += len as u64;
        Ok(len)
    }

    /// Whether the file ends where it should.
    fn check_end(&mut self) -> Result<(), FileStop> {
        loop {
            return match self.file.read(&mut [0]) {
                Ok(0) => Ok(()),
                Ok(_) => Err(FileStop::Grew { total_bytes: self.total }),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(read_failed(self.path, &error)),
            };
        }
    }

    fn is_over(&self) -> bool {
        self.taken == self.total
    }
}

/// Where blocks go.
struct Out<'a> {
    queue: &'a Queue,
    digest: Sha256,
    wanted: bool,
    pool: VecDeque<Arc<[u8]>>,
}

impl Out<'_> {
    /// Blocks as they lie in the file, read straight into what the socket is given.
    fn raw(&mut self, rest: &mut Rest<'_>, block_bytes: usize) -> Result<(), FileStop> {
        while self.wanted && !rest.is_over() {
            let len = (block_bytes as u64).min(rest.total - rest.taken) as usize;
            let mut block = self.blank(len);
            let buffer = Arc::get_mut(&mut block).expect("nobody else has a blank block");
            // What could be read before a failure is sent as far as whole blocks go.
            rest.fill(buffer)?;
            if len == block_bytes && self.pool.len() < POOL_BLOCKS.min(POOL_BYTES / block_bytes) {
                self.pool.push_back(Arc::clone(&block));
            }
            self.send(block, rest.taken);
        }
        Ok(())
    }

    /// Blocks that something cuts.
    fn cut(&mut self, rest: &mut Rest<'_>, cut: &mut dyn Cut) -> Result<(), FileStop> {
        let mut buffer = vec![0; READ_BYTES];
        while self.wanted && !rest.is_over() {
            let len = rest.fill(&mut buffer)?;
            cut.feed(&buffer[..len], &mut |bytes, offset| self.send(bytes.into(), offset))?;
        }
        if self.wanted { cut.end(&mut |bytes, offset| self.send(bytes.into(), offset)) } else { Ok(()) }
    }

    fn send(&mut self, bytes: Arc<[u8]>, offset_bytes: u64) -> bool {
        self.digest.update(&bytes);
        self.wanted = self.queue.push(Part::Block(Block { bytes, offset_bytes }));
        self.wanted
    }

    /// A block to be filled: one that the socket is done with, or a new one.
    fn blank(&mut self, len: usize) -> Arc<[u8]> {
        if let Some(block) = self.pool.pop_front_if(|oldest| oldest.len() == len && Arc::get_mut(oldest).is_some()) {
            return block;
        }
        std::iter::repeat_n(0, len).collect()
    }
}
