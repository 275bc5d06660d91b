//! A folder that is fetched: its stream becomes a tree in a staging folder, which gets its name when all of it is there.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use super::Shared;
use super::board::Progress;
use super::ended::Ended;
use super::fetch::{CHUNK, FetchRequest, connect, set_mtime};
use super::place::{Staged, disk_failure, new_file, under_free_name};
use super::transfer::{FolderLimit, TransferFailure};
use crate::proto::ipmsg::{DirDecoder, DirError, DirEvent, DirHeader};
use crate::service::stop::Stop;

/// So many entries of a folder may have names that are the same for our disk; each is tried in turn.
const NUMBERS: u32 = 100;

/// Fetches a folder; where it lies then.
pub(super) fn fetch(
    shared: &Shared,
    request: &FetchRequest,
    stop: Arc<Stop>,
    progress: &mut Progress,
) -> Result<PathBuf, Ended> {
    // What the stream calls its root does not matter: the person accepted the name that was offered.
    let name = request.safe_name(&request.attachment.name)?;
    let staged = Staged::folder(&request.into, &name, request.existing)?;
    let folder = staged.part().to_owned();
    let mut tree = Tree { request, progress, file: None, staged, folder, depth: 0 };
    let mut line = connect(shared, request, stop)?;
    let mut decoder = DirDecoder::new(request.limits);
    let mut buffer = vec![0; CHUNK];
    while !decoder.is_done() {
        let len = line.read(&mut buffer)?;
        if len == 0 {
            return Err(TransferFailure::FolderCut.into());
        }
        let mut input = &buffer[..len];
        while let Some(event) = decoder.next(&mut input).map_err(stream_failure)? {
            if line.is_stopped() {
                return Err(Ended::Stopped);
            }
            tree.grow(event)?;
        }
    }
    Ok(tree.staged.keep()?)
}

fn stream_failure(error: DirError) -> TransferFailure {
    TransferFailure::Limit(match error {
        DirError::TooDeep { max } => FolderLimit::Depth(max),
        DirError::TooManyEntries { max } => FolderLimit::Entries(max),
        DirError::TooManyBytes { max } => FolderLimit::Bytes(max),
        other => return TransferFailure::Stream(other),
    })
}

/// The tree as far as it is there. It consists of folders and files that were made here and nothing else, so that no
/// link can lead out of it.
struct Tree<'a> {
    request: &'a FetchRequest,
    progress: &'a mut Progress,
    /// Closed before `staged` is removed: Windows removes no open file.
    file: Option<Growing>,
    staged: Staged,
    /// Where the next entry goes.
    folder: PathBuf,
    depth: usize,
}

/// The file that is being written.
struct Growing {
    path: PathBuf,
    file: File,
    mtime: u64,
}

impl Tree<'_> {
    fn grow(&mut self, event: DirEvent<'_>) -> Result<(), TransferFailure> {
        match event {
            DirEvent::Enter(_) if self.depth == 0 => self.depth = 1,
            DirEvent::Enter(header) => {
                self.folder = self.make(&header, |path| fs::create_dir(path))?.0;
                self.depth += 1;
            }
            DirEvent::File(header) => {
                let (path, file) = self.make(&header, new_file)?;
                self.file = Some(Growing { path, file, mtime: header.mtime().unwrap_or(0) });
            }
            DirEvent::Data(bytes) => {
                if let Some(Growing { path, file, .. }) = &mut self.file {
                    file.write_all(bytes).map_err(|error| disk_failure(path, &error))?;
                }
                self.staged.bytes += bytes.len() as u64;
                self.progress.add_bytes(bytes.len());
            }
            DirEvent::EndOfFile => {
                if let Some(Growing { file, mtime, .. }) = self.file.take() {
                    set_mtime(&file, mtime);
                }
                self.progress.add_file();
            }
            DirEvent::Special(_) => self.progress.skip(),
            DirEvent::Leave => {
                self.depth -= 1;
                if self.depth > 0 {
                    self.folder.pop();
                }
            }
            DirEvent::Done => {}
        }
        Ok(())
    }

    /// Makes an entry. Where its name is taken already, which two names can be that differ only to the sender, it gets
    /// a number.
    fn make<T>(
        &mut self,
        header: &DirHeader,
        make: impl FnMut(&std::path::Path) -> std::io::Result<T>,
    ) -> Result<(PathBuf, T), TransferFailure> {
        self.staged.entries += 1;
        under_free_name(&self.folder, &self.request.safe_name(&header.name)?, NUMBERS, make)
    }
}
