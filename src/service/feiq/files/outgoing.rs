//! What goes out on a connection, collected so that many small files do not become many small packets.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::board::Progress;
use super::ended::Ended;
use super::transfer::TransferFailure;
use crate::journal::{Failure, Operation, disk_cause};
use crate::service::line::{Broken, Line};

/// Read from a file, and handed to the socket, at a time.
const CHUNK: usize = 128 << 10;

/// A connection with what waits to be sent.
pub(super) struct Outgoing<'a> {
    line: &'a mut Line,
    waiting: Vec<u8>,
}

impl<'a> Outgoing<'a> {
    pub fn new(line: &'a mut Line) -> Self {
        Self { line, waiting: Vec::with_capacity(CHUNK) }
    }

    /// Whether to go on.
    pub fn check(&self) -> Result<(), Broken> {
        if self.line.is_stopped() { Err(Broken::Stopped) } else { Ok(()) }
    }

    /// Sends a few bytes, now or with what follows.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Sends exactly `size` bytes of a file, from where it stands; `look` sees them all.
    pub fn copy(
        &mut self,
        file: &mut File,
        path: &Path,
        size: u64,
        progress: &mut Progress,
        mut look: impl FnMut(&[u8]),
    ) -> Result<(), Ended> {
        let mut left = size;
        while left > 0 {
            let start = self.waiting.len();
            let room = left.min((CHUNK - start) as u64);
            let read = file.take(room).read_to_end(&mut self.waiting);
            let len = read.map_err(|error| read_failure(path, &error))?;
            if (len as u64) < room {
                return Err(TransferFailure::Shrank { path: path.to_owned() }.into());
            }
            look(&self.waiting[start..]);
            left -= room;
            progress.add_bytes(len);
            if self.waiting.len() >= CHUNK {
                self.flush()?;
            }
        }
        progress.add_file();
        Ok(())
    }

    /// Sends what waits.
    pub fn flush(&mut self) -> Result<(), Broken> {
        self.line.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

/// A failure to read a file.
pub(super) fn read_failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure { op: Operation::Read, target: path.display().to_string(), cause: disk_cause(error) }
}
