//! Saves what is received to a file, while it comes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Zoned;

use super::name;
use super::peer_files::{PeerFiles, WriteFailed};
use crate::journal::{Failure, Followed, Follower, FollowerStop, Operation, Recorder, Wake, disk_cause};

/// How often what came is written, and how often a write that failed is tried again.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
/// How long it waits at once where nothing comes.
const IDLE: Duration = Duration::from_mins(1);
/// After a stop, so long may the last records take.
const LAST_WORDS: Duration = Duration::from_millis(120);

/// How the saving goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveStatus {
    /// The file; with a file for each peer, the one that was opened last.
    pub path: PathBuf,
    /// Bytes that were written.
    pub written_bytes: u64,
    /// Why nothing can be written now. It is tried again each second; what comes meanwhile stays in the journal, and is
    /// written later.
    pub error: Option<Failure>,
    /// Bytes that will never be written: the journal had to give them up, or was cleared, or saving was ended before
    /// they could be.
    pub missed_bytes: u64,
}

/// Appends the raw received bytes of a session to a file, from now on, on a thread of its own. Ends when dropped: what
/// came before that is written first, as far as 200 ms allow.
pub struct SaveReceived {
    status: Arc<Mutex<SaveStatus>>,
    stop: FollowerStop,
    thread: Option<JoinHandle<()>>,
}

impl SaveReceived {
    /// Starts to save. The path may hold `{date}`, `{time}` (those of now) and `{peer}` (then each peer has a file of
    /// its own). `wake` is called when the status changes, at most about once a second.
    pub fn start(recorder: &Recorder, path: &str, wake: Wake) -> std::io::Result<Self> {
        let files = PeerFiles::new(name::fill_in(path, &Zoned::now()));
        let follower = recorder.follow();
        let stop = follower.stop_handle();
        let status = Arc::new(Mutex::new(SaveStatus { path: files.last_path().to_owned(), ..SaveStatus::default() }));
        let saver = Saver { follower, files, status: Arc::clone(&status), wake };
        let thread = std::thread::Builder::new().name("wb-save-recv".to_owned()).spawn(move || saver.run())?;
        Ok(Self { status, stop, thread: Some(thread) })
    }

    /// How it goes.
    pub fn status(&self) -> SaveStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it, and tells how it went.
    pub fn finish(mut self) -> SaveStatus {
        self.end();
        self.status()
    }

    fn end(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that saves what is received panicked");
        }
    }
}

impl Drop for SaveReceived {
    fn drop(&mut self) {
        self.end();
    }
}

struct Saver {
    follower: Follower,
    files: PeerFiles,
    status: Arc<Mutex<SaveStatus>>,
    wake: Wake,
}

impl Saver {
    fn run(mut self) {
        let mut flush_at: Option<Instant> = None;
        loop {
            let wait = flush_at.map_or(IDLE, |at| at.saturating_duration_since(Instant::now()));
            let taken = match self.follower.next(wait) {
                Followed::Stopped => break,
                followed => self.take(followed, &mut flush_at),
            };
            let failed = match taken {
                Ok(()) if flush_at.is_some_and(|at| Instant::now() >= at) => {
                    flush_at = None;
                    self.files.flush().err()
                }
                Ok(()) => continue,
                Err(failed) => Some(failed),
            };
            self.tell(failed.as_ref());
            if failed.is_some() && !self.retry() {
                break;
            }
        }
        self.last_words();
    }

    fn take(&mut self, followed: Followed, flush_at: &mut Option<Instant>) -> Result<(), WriteFailed> {
        match followed {
            Followed::Received(record) => {
                flush_at.get_or_insert_with(|| Instant::now() + FLUSH_EVERY);
                self.files.append(record.head.peer.map(|peer| peer.addr), record.bytes())
            }
            Followed::Missed { bytes, .. } => {
                flush_at.get_or_insert_with(|| Instant::now() + FLUSH_EVERY);
                self.missed(bytes);
                Ok(())
            }
            Followed::Idle | Followed::Stopped => Ok(()),
        }
    }

    /// Tries each second to write what waits. Nothing more is read meanwhile: the journal keeps it. False: stopped.
    fn retry(&mut self) -> bool {
        loop {
            if self.follower.pause(FLUSH_EVERY) {
                return false;
            }
            // A journal that was cleared is not kept for a file that can't be written: it may be what fills the disk.
            let skipped = self.follower.skip_ended();
            if skipped > 0 {
                self.missed(skipped);
            }
            let failed = self.files.flush().err();
            self.tell(failed.as_ref());
            if failed.is_none() {
                return true;
            }
        }
    }

    /// After a stop: what was received before it.
    fn last_words(mut self) {
        let deadline = Instant::now() + LAST_WORDS;
        let mut flush_at = None;
        let mut failed = self.files.flush().err();
        while failed.is_none() && Instant::now() < deadline {
            let Some(followed) = self.follower.next_at_once() else { break };
            failed = self.take(followed, &mut flush_at).err();
        }
        failed = failed.or_else(|| self.files.flush().err());
        let left = self.files.pending_bytes() + self.follower.skip_ended() + self.follower.unread_bytes();
        if left > 0 {
            self.missed(left);
        }
        self.tell(failed.as_ref());
    }

    fn missed(&self, bytes: u64) {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).missed_bytes += bytes;
    }

    fn tell(&self, failed: Option<&WriteFailed>) {
        {
            let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
            status.written_bytes = self.files.written_bytes;
            self.files.last_path().clone_into(&mut status.path);
            status.error = failed.map(|failed| failure(&failed.path, &failed.error));
        }
        (self.wake)();
    }
}

/// A write to this file failed.
pub(super) fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure { op: Operation::Write, target: path.display().to_string(), cause: disk_cause(error) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::net::SocketAddr;
    use std::sync::Condvar;

    use super::*;
    #[cfg(target_os = "linux")]
    use crate::journal::Cause;
    use crate::journal::{Batch, Config, Head, Kind, Peer, Timestamp};

    #[derive(Default)]
    struct Bell {
        rung: Mutex<u64>,
        changed: Condvar,
    }

    impl Bell {
        fn wake(self: &Arc<Self>) -> Wake {
            let bell = Arc::clone(self);
            Arc::new(move || {
                *bell.rung.lock().unwrap() += 1;
                bell.changed.notify_all();
            })
        }

        fn until(&self, done: impl Fn() -> bool) {
            let mut rung = self.rung.lock().unwrap();
            while !done() {
                let (guard, timeout) = self.changed.wait_timeout(rung, Duration::from_mins(1)).unwrap();
                assert!(!timeout.timed_out(), "nothing happened for a minute");
                rung = guard;
            }
        }
    }

    fn recorder(folder: &tempfile::TempDir) -> Arc<Recorder> {
        Recorder::new(Config { budget_bytes: 0, spill_dir: folder.path().join("spill") }, Arc::new(|| {}))
    }

    fn receive(recorder: &Recorder, port: u16, bytes: &[u8]) {
        let peer = Some(Peer::datagram(SocketAddr::from(([127, 0, 0, 1], port))));
        recorder.payload(Head { time: Timestamp(1), kind: Kind::Received, peer, charset: None }, bytes);
    }

    fn path_in(folder: &tempfile::TempDir, name: &str) -> String {
        folder.path().join(name).to_str().unwrap().to_owned()
    }

    #[test]
    fn what_comes_is_appended() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(&folder);
        let path = path_in(&folder, "new folder/a.bin");
        receive(&recorder, 1, b"too early");
        for part in [b"one ".as_slice(), b"two"] {
            let saving = SaveReceived::start(&recorder, &path, Arc::new(|| {})).unwrap();
            receive(&recorder, 1, part);
            recorder.start_new();
            receive(&recorder, 1, b"!");
            let status = saving.finish();
            assert_eq!((status.error, status.missed_bytes), (None, 0));
            assert_eq!((status.path, status.written_bytes), (PathBuf::from(&path), part.len() as u64 + 1));
        }
        assert_eq!(std::fs::read(path).unwrap(), b"one !two!");
    }

    #[test]
    fn a_running_save_is_flushed_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(&folder);
        let bell = Arc::new(Bell::default());
        let path = path_in(&folder, "{peer}-{date}.bin");
        let saving = SaveReceived::start(&recorder, &path, bell.wake()).unwrap();
        receive(&recorder, 7, b"seven");
        receive(&recorder, 8, b"eight");
        bell.until(|| saving.status().written_bytes == 10);
        let name = |peer: &str| name::fill_in(&path.replace("{peer}", peer), &Zoned::now());
        assert_eq!(std::fs::read(name("127.0.0.1_7")).unwrap(), b"seven");
        assert_eq!(std::fs::read(name("127.0.0.1_8")).unwrap(), b"eight");
    }

    #[test]
    fn a_flood_is_saved_whole_while_the_log_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(&folder);
        let path = path_in(&folder, "flood.bin");
        let bell = Arc::new(Bell::default());
        let saving = SaveReceived::start(&recorder, &path, bell.wake()).unwrap();
        let head = Head { time: Timestamp(1), kind: Kind::Received, peer: None, charset: None };
        let mut expected = Vec::new();
        let mut batch = Batch::default();
        for n in 0..100_000u32 {
            batch.push(head, &n.to_le_bytes());
            expected.extend_from_slice(&n.to_le_bytes());
            if n % 50 == 0 {
                recorder.append(&mut batch);
            }
            if n % 5000 == 0 {
                recorder.start_new();
            }
        }
        recorder.append(&mut batch);
        bell.until(|| saving.status().written_bytes == expected.len() as u64);
        assert_eq!(saving.finish().missed_bytes, 0);
        assert!(std::fs::read(path).unwrap() == expected);
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(&folder);
        let bell = Arc::new(Bell::default());
        let blocker = folder.path().join("sub");
        std::fs::write(&blocker, b"").unwrap();
        let path = path_in(&folder, "sub/a.bin");
        let saving = SaveReceived::start(&recorder, &path, bell.wake()).unwrap();
        receive(&recorder, 1, &vec![1; 100_000]);
        bell.until(|| saving.status().error.is_some());
        receive(&recorder, 1, &vec![2; 100_000]);
        std::fs::remove_file(&blocker).unwrap();
        bell.until(|| saving.status().written_bytes == 200_000);
        assert_eq!(saving.finish().error, None);
        assert_eq!(std::fs::read(path).unwrap()[100_000..], vec![2; 100_000]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_and_ends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(&folder);
        let bell = Arc::new(Bell::default());
        let saving = SaveReceived::start(&recorder, "/dev/full", bell.wake()).unwrap();
        receive(&recorder, 1, &vec![1; 100_000]);
        bell.until(|| saving.status().error.is_some());
        let error = saving.status().error.unwrap();
        assert_eq!((error.op, error.cause, error.target.as_str()), (Operation::Write, Cause::DiskFull, "/dev/full"));
        receive(&recorder, 1, &[1; 10]);
        drop(recorder.start_new());
        let before = Instant::now();
        let status = saving.finish();
        assert!(before.elapsed() < Duration::from_millis(800), "{:?}", before.elapsed());
        assert_eq!((status.written_bytes, status.missed_bytes), (0, 100_010));
    }
}
