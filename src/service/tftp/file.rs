//! The file of a transfer: what is received goes into a [`Sink`], what is sent comes from a [`Source`].

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::state::{Done, TransferFailure};
use crate::journal::Operation;
use crate::proto::tftp::Mode;
use crate::proto::tftp::netascii::{Decoder, Encoder, LineEnd};
use crate::service::digest::hex_digits;
use crate::service::part::{Part, disk_failure};
use crate::service::pipe::{Output, Pipe};

/// A file that is received.
pub(super) struct Sink {
    /// Before `part`: what is removed must be closed on Windows.
    pipe: Pipe,
    part: Part,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    size: u64,
}

impl Sink {
    pub fn new(part: Part, output: Box<dyn Output>, mode: Mode, hash: bool) -> Self {
        let decoder = (mode == Mode::Netascii).then(|| Decoder::new(LineEnd::NATIVE));
        Self { pipe: Pipe::new(Some(output), hash), part, decoder, text: Vec::new(), size: 0 }
    }

    /// Takes what comes next.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), TransferFailure> {
        let bytes = match &mut self.decoder {
            None => bytes,
            Some(decoder) => {
                self.text.clear();
                decoder.decode(bytes, &mut self.text);
                &self.text
            }
        };
        self.size += bytes.len() as u64;
        self.pipe.push(bytes).map_err(|error| disk_failure(Operation::Write, self.part.shown(), &error).into())
    }

    /// The peer was answered and has something to do: a good time to write. An error may be about what was taken before.
    pub fn relieve(&mut self) -> Result<(), TransferFailure> {
        self.pipe.relieve().map_err(|error| disk_failure(Operation::Write, self.part.shown(), &error).into())
    }

    /// It is complete: on the disk, under its name.
    pub fn finish(mut self) -> Result<Done, TransferFailure> {
        if let Some(decoder) = self.decoder.take() {
            self.text.clear();
            decoder.finish(&mut self.text);
            self.size += self.text.len() as u64;
            self.pipe.push(&self.text).map_err(|error| disk_failure(Operation::Write, self.part.shown(), &error))?;
        }
        let Self { pipe, part, size, .. } = self;
        let digest = pipe.finish().map_err(|error| disk_failure(Operation::Write, part.shown(), &error))?;
        Ok(Done { path: part.keep()?, size, sha256: digest.map(|digest| hex_digits(&digest)) })
    }
}

/// Octets that are read at once; a larger block is read without this detour.
const CHUNK: usize = 256 << 10;
const FIRST_CHUNK: usize = 16 << 10;
const DIRECT: usize = 32 << 10;

/// A file that is sent.
pub(super) struct Source {
    reader: Reader,
    encoder: Option<Encoder>,
    path: PathBuf,
}

/// Its octets as they are here.
struct Reader {
    file: File,
    ahead: Ahead,
    digest: Option<Pipe>,
    /// How much of it was read: what the digest has.
    size: u64,
}

/// What was read already.
#[derive(Default)]
struct Ahead {
    start: u64,
    bytes: Vec<u8>,
    /// The file ends where `bytes` do.
    at_end: bool,
}

impl Source {
    /// Opens a file for an upload; the size is what it has on the wire, if that is known.
    pub fn open(path: &Path, mode: Mode, hash: bool) -> Result<(Self, Option<u64>), TransferFailure> {
        let failed = |error| disk_failure(Operation::Read, path, &error);
        // Opening a device or a named pipe could do or wait for anything.
        if !path.metadata().map_err(failed)?.is_file() {
            return Err(TransferFailure::NotAFile(path.to_owned()));
        }
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        Ok((Self::new(file, path.to_owned(), mode, hash), (mode == Mode::Octet).then_some(size)))
    }

    /// Sends an open file.
    pub fn new(file: File, path: PathBuf, mode: Mode, hash: bool) -> Self {
        let digest = hash.then(|| Pipe::new(None, true));
        let encoder = (mode == Mode::Netascii).then(|| Encoder::new(LineEnd::NATIVE));
        Self { reader: Reader { file, ahead: Ahead::default(), digest, size: 0 }, encoder, path }
    }

    /// Fills `out` with the wire's octets from `offset` on; fewer are the end.
    pub fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<usize, TransferFailure> {
        let reader = &mut self.reader;
        let got = match &mut self.encoder {
            None => reader.read(offset, out),
            Some(encoder) => encoder.read(offset, out, |offset, out| reader.read(offset, out)),
        };
        got.map_err(|error| disk_failure(Operation::Read, &self.path, &error).into())
    }

    /// All of it was sent.
    pub fn finish(self) -> Result<Done, TransferFailure> {
        let Self { reader: Reader { digest, size, .. }, path, .. } = self;
        let digest = digest.map_or(Ok(None), Pipe::finish);
        let digest = digest.map_err(|error| disk_failure(Operation::Read, &path, &error))?;
        Ok(Done { path, size, sha256: digest.map(|digest| hex_digits(&digest)) })
    }
}

impl Reader {
    fn read(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        if out.len() >= DIRECT {
            let len = read_full(&self.file, offset, out)?;
            count(&mut self.size, &mut self.digest, offset, &out[..len])?;
            return Ok(len);
        }
        if self.ahead.load(&self.file, offset, out.len())? {
            count(&mut self.size, &mut self.digest, offset, &self.ahead.bytes)?;
        }
        let from = usize::try_from(offset - self.ahead.start).unwrap_or(usize::MAX).min(self.ahead.bytes.len());
        let got = &self.ahead.bytes[from..];
        let len = out.len().min(got.len());
        out[..len].copy_from_slice(&got[..len]);
        Ok(len)
    }
}

/// Counts octets that lie at `start`, each of them once: what is sent again was counted.
fn count(size: &mut u64, digest: &mut Option<Pipe>, start: u64, bytes: &[u8]) -> io::Result<()> {
    let known = size.checked_sub(start).and_then(|known| usize::try_from(known).ok());
    let fresh = known.and_then(|known| bytes.get(known..)).unwrap_or_default();
    *size += fresh.len() as u64;
    digest.as_mut().map_or(Ok(()), |digest| digest.push(fresh))
}

impl Ahead {
    /// Sees to it that `len` octets from `offset` on are here, if the file has them; whether they had to be read.
    fn load(&mut self, file: &File, offset: u64, len: usize) -> io::Result<bool> {
        let end = self.start + self.bytes.len() as u64;
        if offset >= self.start && (offset + len as u64 <= end || self.at_end && offset <= end) {
            return Ok(false);
        }
        // A request may be forged: its file is read further only when its first octets were taken.
        self.bytes.resize(if offset == 0 { FIRST_CHUNK.max(len) } else { CHUNK }, 0);
        let wanted = self.bytes.len();
        let got = read_full(file, offset, &mut self.bytes);
        self.bytes.truncate(*got.as_ref().unwrap_or(&0));
        self.start = offset;
        self.at_end = self.bytes.len() < wanted;
        got.map(|_| true)
    }
}

/// Fills `out` from an offset of the file; fewer octets are its end.
fn read_full(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match read_at(file, offset + filled as u64, &mut out[filled..]) {
            Ok(0) => break,
            Ok(len) => filled += len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, offset)
}
