//! The files of received bytes: one, or one for each peer.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::name;

/// Files that are open at a time; the least recently used is closed for another.
const OPEN_MAX: usize = 256;
/// Files for peers; all peers beyond share one, so that forged addresses cannot fill a folder.
const PEERS_MAX: usize = 4096;
/// So much is collected for a file before it is written.
const BUFFER_BYTES: usize = 32 << 10;

/// A write that failed.
#[derive(Debug)]
pub(super) struct WriteFailed {
    pub path: PathBuf,
    pub error: io::Error,
}

/// Appends to files by peer.
pub(super) struct PeerFiles {
    /// The path with `{peer}` still in it.
    template: String,
    per_peer: bool,
    open: HashMap<Option<SocketAddr>, Appending>,
    known: HashSet<SocketAddr>,
    uses: u64,
    last_path: PathBuf,
    pub written_bytes: u64,
}

/// An open file and what waits for it.
struct Appending {
    path: PathBuf,
    /// Opened with the first write.
    file: Option<File>,
    buffer: Vec<u8>,
    last_use: u64,
}

impl PeerFiles {
    pub fn new(template: String) -> Self {
        let per_peer = name::is_per_peer(&template);
        let last_path = PathBuf::from(&template);
        Self { template, per_peer, open: HashMap::new(), known: HashSet::new(), uses: 0, last_path, written_bytes: 0 }
    }

    /// The file that was opened last; before the first, with `{peer}` still in its name.
    pub fn last_path(&self) -> &Path {
        &self.last_path
    }

    fn path(&self, peer: Option<SocketAddr>) -> PathBuf {
        if self.per_peer { name::fill_in_peer(&self.template, peer).into() } else { PathBuf::from(&self.template) }
    }

    /// Takes the bytes, and writes where enough has come together. When that fails they are kept all the same: the
    /// caller flushes until it works before it brings more.
    pub fn append(&mut self, peer: Option<SocketAddr>, bytes: &[u8]) -> Result<(), WriteFailed> {
        let key = self.key(peer);
        self.uses += 1;
        let mut made_room = Ok(());
        if !self.open.contains_key(&key) {
            if self.open.len() >= OPEN_MAX {
                made_room = self.close_least_used();
            }
            let path = self.path(key);
            self.last_path.clone_from(&path);
            self.open.insert(key, Appending { path, file: None, buffer: Vec::new(), last_use: 0 });
        }
        if let Some(appending) = self.open.get_mut(&key) {
            appending.last_use = self.uses;
            appending.buffer.extend_from_slice(bytes);
            if appending.buffer.len() >= BUFFER_BYTES {
                appending.flush(&mut self.written_bytes)?;
            }
        }
        made_room
    }

    /// Writes everything that waits; the files in which that fails keep it. Returns the first failure.
    pub fn flush(&mut self) -> Result<(), WriteFailed> {
        let mut result = Ok(());
        for appending in self.open.values_mut() {
            let flushed = appending.flush(&mut self.written_bytes);
            result = result.and(flushed);
        }
        result
    }

    /// Bytes that wait.
    pub fn pending_bytes(&self) -> u64 {
        self.open.values().map(|appending| appending.buffer.len() as u64).sum()
    }

    /// `None` is the one file, or that of the peers beyond the limit.
    fn key(&mut self, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        let peer = peer.filter(|_| self.per_peer)?;
        if self.known.len() < PEERS_MAX {
            self.known.insert(peer);
            return Some(peer);
        }
        self.known.contains(&peer).then_some(peer)
    }

    fn close_least_used(&mut self) -> Result<(), WriteFailed> {
        let least = self.open.iter().min_by_key(|(_, appending)| appending.last_use).map(|(key, _)| *key);
        if let Some(key) = least
            && let Some(appending) = self.open.get_mut(&key)
        {
            appending.flush(&mut self.written_bytes)?;
            self.open.remove(&key);
        }
        Ok(())
    }
}

impl Appending {
    fn flush(&mut self, written_bytes: &mut u64) -> Result<(), WriteFailed> {
        let mut done = 0;
        let result = self.write(&mut done);
        self.buffer.drain(..done);
        *written_bytes += done as u64;
        result.map_err(|error| WriteFailed { path: self.path.clone(), error })
    }

    /// Writes from the buffer; `done` tells how much of it, also when it fails.
    fn write(&mut self, done: &mut usize) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(open(&self.path)?),
        };
        while *done < self.buffer.len() {
            match file.write(&self.buffer[*done..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => *done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.file = None; // opened anew for the next try: the folder may have been moved
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn more_peers_than_files_and_more_than_names() {
        let folder = tempfile::tempdir().unwrap();
        let template = folder.path().join("sub").join("{peer}.bin");
        let mut files = PeerFiles::new(template.to_str().unwrap().to_owned());
        let count = PEERS_MAX as u16 + 10;
        for round in 0..2u8 {
            for port in 1..=count {
                files.append(Some(SocketAddr::from(([127, 0, 0, 1], port))), &[round; 3]).unwrap();
                assert!(files.open.len() <= OPEN_MAX);
            }
        }
        files.flush().unwrap();
        assert_eq!((files.pending_bytes(), files.written_bytes), (0, u64::from(count) * 6));
        let content = |name: &str| std::fs::read(folder.path().join("sub").join(name)).unwrap();
        assert_eq!(content("127.0.0.1_1.bin"), [0, 0, 0, 1, 1, 1]);
        assert_eq!(content("127.0.0.1_4096.bin"), [0, 0, 0, 1, 1, 1]);
        assert_eq!(content("other.bin").len(), 60);
        assert_eq!(folder.path().join("sub").read_dir().unwrap().count(), PEERS_MAX + 1);
    }

    #[test]
    fn what_cannot_be_written_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let blocker = folder.path().join("sub");
        std::fs::write(&blocker, b"").unwrap();
        let path = blocker.join("file");
        let mut files = PeerFiles::new(path.to_str().unwrap().to_owned());
        let failed = files.append(None, &vec![7; BUFFER_BYTES]).unwrap_err();
        assert_eq!(failed.path, path);
        assert_eq!((files.pending_bytes(), files.written_bytes), (BUFFER_BYTES as u64, 0));
        std::fs::remove_file(&blocker).unwrap();
        files.flush().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), vec![7; BUFFER_BYTES]);
    }
}
