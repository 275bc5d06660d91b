//! Octets on their way to a file and to a hash. What is small is done at once; once there is more, a thread of its own
//! does it, so that neither the disk nor the hash slows the network.

use std::fs::File;
use std::io::{self, Write};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use sha2::{Digest, Sha256};

/// Octets of one piece of work at most, and so many that it is worth a handover when the time is good. Not more: where
/// the two threads share a processor, a piece is written while the peer sends the next window.
const PIECE: usize = 128 << 10;
const WORTH_IT: usize = PIECE / 2;
/// Pieces that are on their way to the thread or back.
const PIECES: usize = 8;
/// Octets that may be written and not yet be on the disk, so that the end does not take long.
const UNSYNCED: u64 = 16 << 20;

/// Where octets are kept.
pub(super) trait Output: Send {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// What was written is on the disk when this returns.
    fn sync(&mut self) -> io::Result<()>;
}

impl Output for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Takes octets, and gives their SHA-256 at the end, if it was wanted.
pub(super) struct Pipe {
    piece: Vec<u8>,
    work: Work,
}

enum Work {
    Here(Worker),
    Aside(Thread),
    /// It failed, and told so.
    Gone,
}

/// Dropped, it ends and is waited for: then the file is closed.
struct Thread {
    pieces: Option<Sender<Vec<u8>>>,
    back: Receiver<Vec<u8>>,
    handle: Option<JoinHandle<io::Result<Worker>>>,
}

struct Worker {
    output: Option<Box<dyn Output>>,
    digest: Option<Sha256>,
    unsynced: u64,
}

impl Pipe {
    /// Into `output`, if there is one.
    pub fn new(output: Option<Box<dyn Output>>, hash: bool) -> Self {
        let worker = Worker { output, digest: hash.then(Sha256::new), unsynced: 0 };
        Self { piece: Vec::new(), work: Work::Here(worker) }
    }

    /// Takes octets. An error may be about octets that were taken before; nothing is taken after it.
    pub fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.hand_over()?;
            }
        }
        Ok(())
    }

    /// The time is good for work: nothing is waited for that is here already.
    pub fn relieve(&mut self) -> io::Result<()> {
        if self.piece.len() >= WORTH_IT { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        if let Work::Here(_) = self.work
            && let Work::Here(worker) = std::mem::replace(&mut self.work, Work::Gone)
        {
            self.work = worker.aside()?;
        }
        let Work::Aside(thread) = &mut self.work else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let handed = thread.exchange(&mut self.piece);
        if handed.is_err() {
            self.work = Work::Gone;
        }
        handed
    }

    /// All of it is on the disk; its SHA-256.
    pub fn finish(mut self) -> io::Result<Option<[u8; 32]>> {
        let mut worker = match self.work {
            Work::Here(worker) => worker,
            Work::Aside(mut thread) => thread.join()?,
            Work::Gone => return Err(io::ErrorKind::BrokenPipe.into()),
        };
        worker.take(&std::mem::take(&mut self.piece))?;
        worker.sync()?;
        Ok(worker.digest.map(|digest| digest.finalize().into()))
    }
}

impl Thread {
    /// Gives a full piece away for an empty one. A thread that has failed takes none.
    fn exchange(&mut self, piece: &mut Vec<u8>) -> io::Result<()> {
        let empty = self.back.recv().ok();
        let taken = empty
            .zip(self.pieces.as_ref())
            .is_some_and(|(empty, pieces)| pieces.send(std::mem::replace(piece, empty)).is_ok());
        if taken { Ok(()) } else { Err(self.join().err().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into())) }
    }

    fn join(&mut self) -> io::Result<Worker> {
        self.pieces = None;
        let handle = self.handle.take().ok_or(io::ErrorKind::BrokenPipe)?;
        handle.join().map_err(|_| io::Error::other("the thread that writes panicked"))?
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if self.handle.is_some()
            && let Err(error) = self.join()
        {
            tracing::debug!(%error, "a file that is given up");
        }
    }
}

impl Worker {
    fn aside(mut self) -> io::Result<Work> {
        let (pieces, work) = bounded::<Vec<u8>>(PIECES);
        let (done, back) = bounded(PIECES);
        for _ in 1..PIECES {
            // There is room for all of them.
            let _ = done.send(Vec::with_capacity(PIECE));
        }
        let handle = std::thread::Builder::new().name("wb-disk".to_owned()).spawn(move || {
            for mut piece in work {
                self.take(&piece)?;
                piece.clear();
                let _ = done.send(piece); // nobody takes it back at the end
            }
            Ok(self)
        })?;
        Ok(Work::Aside(Thread { pieces: Some(pieces), back, handle: Some(handle) }))
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(output) = &mut self.output {
            output.write(bytes)?;
            self.unsynced += bytes.len() as u64;
        }
        if let Some(digest) = &mut self.digest {
            digest.update(bytes);
        }
        if self.unsynced >= UNSYNCED { self.sync() } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.unsynced = 0;
        self.output.as_mut().map_or(Ok(()), |output| output.sync())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::sync::{Arc, Mutex};

    use super::*;

    /// A disk with so much room.
    #[derive(Clone)]
    struct Disk {
        room: usize,
        kept: Arc<Mutex<Vec<u8>>>,
        synced: Arc<Mutex<usize>>,
    }

    impl Disk {
        fn new(room: usize) -> Self {
            Self { room, kept: Arc::default(), synced: Arc::default() }
        }
    }

    impl Output for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
            let mut kept = self.kept.lock().unwrap();
            if kept.len() + bytes.len() > self.room {
                return Err(io::ErrorKind::StorageFull.into());
            }
            kept.extend_from_slice(bytes);
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            *self.synced.lock().unwrap() = self.kept.lock().unwrap().len();
            Ok(())
        }
    }

    #[test]
    fn everything_arrives_in_order_and_is_synced() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 9 * PIECE + 5] {
            let bytes: Vec<u8> = (0..len).map(|at| (at / 7 % 251) as u8).collect();
            let disk = Disk::new(usize::MAX);
            let mut pipe = Pipe::new(Some(Box::new(disk.clone())), true);
            for piece in bytes.chunks(1000) {
                pipe.push(piece).unwrap();
            }
            let digest = pipe.finish().unwrap().unwrap();
            assert!(*disk.kept.lock().unwrap() == bytes, "{len}");
            assert_eq!(*disk.synced.lock().unwrap(), len);
            assert_eq!(digest, <[u8; 32]>::from(Sha256::digest(&bytes)), "{len}");
        }
    }

    #[test]
    fn a_full_disk_is_told_and_stays_told() {
        for room in [0, PIECE / 2, PIECE, 5 * PIECE] {
            let mut pipe = Pipe::new(Some(Box::new(Disk::new(room))), true);
            let quarter = vec![7; PIECE / 4];
            let mut pushed = (0..100).map(|_| pipe.push(&quarter));
            let told = pushed.find_map(Result::err).unwrap();
            assert_eq!(told.kind(), io::ErrorKind::StorageFull, "room for {room}");
            assert!(pipe.finish().is_err());
        }
        let mut pipe = Pipe::new(Some(Box::new(Disk::new(3))), false);
        pipe.push(b"abcd").unwrap();
        assert_eq!(pipe.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
