//! A picture that is to be sent, read off the window's thread.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::journal::Wake;
use crate::proto::ipmsg::MAX_IMAGE_BYTES;

/// The file's bytes, or why there are none.
pub type Bytes = Result<Arc<[u8]>, String>;

/// A file that is being read.
///
/// Its thread is not joined: a file system that does not answer can't be interrupted, and it holds nothing but a
/// channel's end.
pub struct ImageFile {
    answer: Receiver<Bytes>,
}

impl ImageFile {
    /// Starts to read.
    pub fn read(path: PathBuf, wake: Wake) -> Self {
        let (sender, answer) = bounded(1);
        let spawned = std::thread::Builder::new().name("wb-feiq-image".to_owned()).spawn(move || {
            let _ = sender.send(bytes(&path).map_err(|error| format!("{}: {error}", path.display())));
            wake();
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "read a picture off the window's thread");
        }
        Self { answer }
    }

    /// What was read; `None`: not yet.
    pub fn take(&self) -> Option<Bytes> {
        match self.answer.try_recv() {
            Ok(bytes) => Some(bytes),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(String::new())),
        }
    }
}

fn bytes(path: &Path) -> std::io::Result<Arc<[u8]>> {
    let most = u64::from(MAX_IMAGE_BYTES);
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, format!("> {} MB", most >> 20)));
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn a_file_is_read_up_to_what_a_picture_may_have() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, [1, 2, 3]).unwrap();
        assert_eq!(&*bytes(&path).unwrap(), [1, 2, 3]);
        File::create(&path).unwrap().set_len(u64::from(MAX_IMAGE_BYTES) + 1).unwrap();
        assert_eq!(bytes(&path).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
        assert!(bytes(&folder.path().join("none")).is_err());
    }
}
