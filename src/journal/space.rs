//! Where spilled segments go: a private file that disappears with its journal. Behind a trait, so that a test can have
//! a disk that is full.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place that can give a spill file.
pub(super) trait SpillSpace: Send + Sync {
    /// A new, empty file.
    fn create(&self) -> io::Result<Arc<dyn SpillFile>>;
    /// Where it is, for people.
    fn path(&self) -> PathBuf;
}

/// A file that several threads use at once, each at its own place.
pub(super) trait SpillFile: Send + Sync {
    /// Writes all of it there.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Fills the buffer from there.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
    /// Where it is, for people.
    fn path(&self) -> PathBuf;
}

/// A folder on disk.
pub(super) struct Folder(pub PathBuf);

impl SpillSpace for Folder {
    fn create(&self) -> io::Result<Arc<dyn SpillFile>> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        std::fs::create_dir_all(&self.0)?;
        // A name may be taken by a file that a crash left; it is not ours to touch.
        for _ in 0..1000 {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = self.0.join(format!("wirebench-{}-{number}.journal", std::process::id()));
            match private().open(&path) {
                Ok(file) => return Ok(Arc::new(DiskFile { file: Some(file), path })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for the spill file"))
    }

    fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

/// New, and readable only by its user where the system knows that.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Deleted when dropped.
struct DiskFile {
    file: Option<File>,
    path: PathBuf,
}

impl DiskFile {
    fn file(&self) -> &File {
        self.file.as_ref().expect("taken only in drop")
    }
}

impl SpillFile for DiskFile {
    #[cfg(unix)]
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self.file(), bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(self.file(), bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    bytes = &bytes[n..];
                    offset += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    #[cfg(unix)]
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self.file(), bytes, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(self.file(), bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    bytes = &mut bytes[n..];
                    offset += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

impl Drop for DiskFile {
    #[cfg(unix)]
    fn drop(&mut self) {
        delete(&self.path); // the name goes at once, the blocks when the last hold on the file is closed
        let large = self.file().metadata().is_ok_and(|metadata| metadata.len() > CLOSE_HERE_MAX_BYTES);
        if let Some(file) = self.file.take()
            && large
            && let Err(error) = close_elsewhere(file)
        {
            tracing::debug!(%error, "the spill file is closed where it was dropped");
        }
    }

    #[cfg(not(unix))]
    fn drop(&mut self) {
        self.file = None; // Windows deletes no open file
        delete(&self.path);
    }
}

/// A smaller file is closed where it is dropped.
#[cfg(unix)]
const CLOSE_HERE_MAX_BYTES: u64 = 64 << 20;

/// Closes a file whose blocks take the system long to free, in another process. Whoever closes a deleted file last
/// waits until its blocks are free, 130 ms per gigabyte; a thread would not do, since a process that ends waits for it.
/// So the last hold is that of a `sleep` that has the file as its standard input.
#[cfg(unix)]
fn close_elsewhere(file: File) -> io::Result<()> {
    use std::process::{Command, Stdio};
    let mut sleep = Command::new("sleep");
    sleep.arg("1").stdin(file).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = sleep.spawn()?;
    drop(sleep); // and with it our hold on the file
    // Nobody waits for the thread: it only takes the exit status, for a program that lives on.
    std::thread::Builder::new().name("wb-close".to_owned()).spawn(move || child.wait().map(drop)).map(drop)
}

fn delete(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, path = %path.display(), "delete the spill file");
    }
}
