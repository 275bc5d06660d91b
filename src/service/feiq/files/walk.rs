//! A folder that is served: walked through in the order of its names, no link followed, one folder's names in memory
//! for each level.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::board::Progress;
use super::ended::Ended;
use super::offers::{Item, mtime, open_regular};
use super::outgoing::Outgoing;
use super::transfer::{FolderLimit, TransferFailure};
use super::wire_name::{wire_bytes, wire_text};
use crate::proto::ipmsg::{DirHeader, DirLimits, ExtAttr, FileKind, LEAVE_HEADER, TextEncoding};

/// Sends a folder as a stream.
pub(super) fn send(
    out: &mut Outgoing<'_>,
    item: &Item,
    encoding: TextEncoding,
    limits: DirLimits,
    progress: &mut Progress,
) -> Result<(), Ended> {
    let changed = |_| TransferFailure::Changed { path: item.path.clone() };
    let metadata = fs::symlink_metadata(&item.path).map_err(changed)?;
    let names = list(&item.path).map_err(changed)?;
    let mut walk = Walk { out, encoding, limits, progress, entries: 0, bytes: 0, open: Vec::new() };
    walk.enter(&item.name, mtime(&metadata), item.path.clone(), names)?;
    while let Some((folder, names)) = walk.open.last_mut() {
        match names.next() {
            Some(name) => {
                let path = folder.join(&name);
                walk.visit(&name, path)?;
            }
            None => walk.leave()?,
        }
    }
    Ok(())
}

/// The names in a folder, sorted.
fn list(folder: &Path) -> io::Result<Vec<OsString>> {
    // A link that took the folder's place is not followed.
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

struct Walk<'a, 'line> {
    out: &'a mut Outgoing<'line>,
    encoding: TextEncoding,
    limits: DirLimits,
    progress: &'a mut Progress,
    entries: u64,
    bytes: u64,
    /// The folders that are open, from the root on, each with the names that are still to come.
    open: Vec<(PathBuf, std::vec::IntoIter<OsString>)>,
}

impl Walk<'_, '_> {
    /// Sends an entry, or leaves it out if it is neither a file nor a folder, or can't be read.
    fn visit(&mut self, name: &OsStr, path: PathBuf) -> Result<(), Ended> {
        self.out.check()?;
        let name = wire_text(name);
        let visited = match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => match list(&path) {
                Ok(names) => return self.enter(&name, mtime(&metadata), path, names),
                Err(error) => Err(error),
            },
            Ok(metadata) if metadata.is_file() => match open_regular(&path) {
                Ok((mut file, metadata)) => {
                    let size = metadata.len();
                    self.bytes = self.bytes.saturating_add(size);
                    if self.bytes > self.limits.bytes {
                        return Err(TransferFailure::Limit(FolderLimit::Bytes(self.limits.bytes)).into());
                    }
                    self.header(&name, FileKind::Regular, size, mtime(&metadata))?;
                    return self.out.copy(&mut file, &path, size, self.progress, |_| ());
                }
                Err(error) => Err(error),
            },
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = visited {
            tracing::warn!(%error, path = %path.display(), "an entry of an offered folder is left out");
        }
        self.progress.skip();
        Ok(())
    }

    fn enter(&mut self, name: &str, mtime: u64, path: PathBuf, names: Vec<OsString>) -> Result<(), Ended> {
        self.entries += names.len() as u64;
        let limit = if self.open.len() >= self.limits.depth {
            Some(FolderLimit::Depth(self.limits.depth))
        } else {
            (self.entries > self.limits.entries).then_some(FolderLimit::Entries(self.limits.entries))
        };
        if let Some(limit) = limit {
            return Err(TransferFailure::Limit(limit).into());
        }
        self.header(name, FileKind::Directory, 0, mtime)?;
        self.open.push((path, names.into_iter()));
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Ended> {
        self.open.pop();
        Ok(self.out.push(LEAVE_HEADER)?)
    }

    fn header(&mut self, name: &str, kind: FileKind, size: u64, mtime: u64) -> Result<(), Ended> {
        let ext = vec![ExtAttr::new(ExtAttr::MTIME, mtime)];
        let header = DirHeader { name: wire_bytes(name, self.encoding), size, attr: kind.attr(), ext };
        let header = header.emit().expect("a name of at most 255 characters fits a header of 64 KiB");
        Ok(self.out.push(&header)?)
    }
}
