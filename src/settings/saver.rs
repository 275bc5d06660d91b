//! Writes a document on a thread of its own, so that a slow disk never holds the window.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Document, SaveError, Settings, save};

/// Writes the newest document handed to it, at most once a second, and what is left when it is dropped.
pub struct Saver<D = Settings> {
    folder: PathBuf,
    desk: Arc<Desk<D>>,
    thread: Option<JoinHandle<()>>,
}

/// Where a document waits for the thread.
struct Desk<D> {
    state: Mutex<State<D>>,
    changed: Condvar,
    /// Called when a write failed.
    wake: OnceLock<Wake>,
}

/// See [`Saver::wake_with`].
type Wake = Arc<dyn Fn() + Send + Sync>;

struct State<D> {
    newest: Option<D>,
    ending: bool,
    failure: Option<SaveError>,
}

impl<D> Desk<D> {
    fn new() -> Self {
        let state = State { newest: None, ending: false, failure: None };
        Self { state: Mutex::new(state), changed: Condvar::new(), wake: OnceLock::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Document + PartialEq + Send + 'static> Saver<D> {
    /// Starts the thread, which writes to `dir`.
    pub fn start(dir: PathBuf) -> io::Result<Self> {
        let folder = dir.clone();
        let mut saver = Self::start_with(Duration::from_secs(1), move |document| save(&dir, document))?;
        saver.folder = folder;
        Ok(saver)
    }

    fn start_with(
        pause: Duration,
        write: impl FnMut(&D) -> Result<(), SaveError> + Send + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk::new());
        let shared = Arc::clone(&desk);
        let name = D::KEPT.stem().to_owned();
        let thread = std::thread::Builder::new().name(name).spawn(move || run(&shared, pause, write))?;
        Ok(Self { folder: PathBuf::new(), desk, thread: Some(thread) })
    }
}

impl<D> Saver<D> {
    /// The folder of the file.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is called when a write failed, so that somebody takes the failure; the first one counts.
    pub fn wake_with(&self, wake: Wake) {
        let _ = self.desk.wake.set(wake);
    }

    /// Hands over a document to be written; returns at once. An older one that still waits is forgotten.
    pub fn save(&self, document: D) {
        self.desk.lock().newest = Some(document);
        self.desk.changed.notify_all();
    }

    /// What went wrong with the last write, once.
    pub fn take_failure(&self) -> Option<SaveError> {
        self.desk.lock().failure.take()
    }
}

impl<D> Drop for Saver<D> {
    fn drop(&mut self) {
        self.desk.lock().ending = true;
        self.desk.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a panic there was reported by the panic hook
        }
    }
}

fn run<D: PartialEq>(desk: &Desk<D>, pause: Duration, mut write: impl FnMut(&D) -> Result<(), SaveError>) {
    let mut written: Option<D> = None;
    let mut not_before: Option<Instant> = None;
    while let Some(document) = next(desk, not_before) {
        if written.as_ref() == Some(&document) {
            continue;
        }
        match write(&document) {
            Ok(()) => {
                written = Some(document);
                desk.lock().failure = None;
            }
            Err(failure) => {
                written = None;
                desk.lock().failure = Some(failure);
                if let Some(wake) = desk.wake.get() {
                    wake();
                }
            }
        }
        not_before = Some(Instant::now() + pause);
    }
}

/// Waits for a document and for its time, which an end brings at once; `None` at the end.
fn next<D>(desk: &Desk<D>, not_before: Option<Instant>) -> Option<D> {
    let mut state = desk.lock();
    loop {
        let left = not_before.map_or(Duration::ZERO, |time| time.saturating_duration_since(Instant::now()));
        if state.ending || (state.newest.is_some() && left.is_zero()) {
            return state.newest.take();
        }
        state = if state.newest.is_some() {
            desk.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
        } else {
            desk.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
        };
    }
}

#[cfg(test)]
mod tests {
    // tests panic on purpose
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::settings::{Kept, TabSettings, load};

    const LONG: Duration = Duration::from_hours(1);

    fn settings(budget_mib: u32) -> Settings {
        Settings { journal_budget_mib: budget_mib, ..Settings::default() }
    }

    fn recorded(pause: Duration) -> (Saver, crossbeam_channel::Receiver<u32>) {
        let (sender, writes) = crossbeam_channel::bounded(1000);
        let saver = Saver::start_with(pause, move |settings: &Settings| {
            sender.send(settings.journal_budget_mib).unwrap();
            Ok(())
        });
        (saver.unwrap(), writes)
    }

    #[test]
    fn a_burst_is_one_write_and_the_last_comes_at_the_end() {
        let (saver, writes) = recorded(LONG);
        saver.save(settings(100));
        assert_eq!(writes.recv().unwrap(), 100, "the first is written at once");
        for budget in 101..=200 {
            saver.save(settings(budget));
        }
        drop(saver);
        assert_eq!(writes.iter().collect::<Vec<_>>(), [200]);
    }

    #[test]
    fn what_is_written_already_is_not_written_again() {
        let (saver, writes) = recorded(Duration::ZERO);
        for budget in [100, 100, 300] {
            saver.save(settings(budget));
        }
        drop(saver);
        let written: Vec<u32> = writes.iter().collect();
        assert!(written == [100, 300] || written == [300], "{written:?}");
    }

    #[test]
    fn nothing_handed_over_is_nothing_written() {
        let (saver, writes) = recorded(LONG);
        drop(saver);
        assert_eq!(writes.iter().count(), 0);
    }

    #[test]
    fn a_failure_is_told_once_and_the_next_save_tries_again() {
        let (sender, tried) = crossbeam_channel::bounded(1000);
        let saver = Saver::start_with(Duration::ZERO, move |settings: &Settings| {
            sender.send(settings.journal_budget_mib).unwrap();
            Err(SaveError { file: Kept::Settings, path: "x".into(), source: io::Error::other("no") })
        })
        .unwrap();
        saver.save(settings(100));
        assert_eq!(tried.recv().unwrap(), 100);
        saver.save(settings(100));
        assert_eq!(tried.recv().unwrap(), 100, "not taken for written");
        let desk = Arc::clone(&saver.desk);
        drop(saver);
        assert!(desk.lock().failure.is_some());
    }

    #[test]
    fn a_dropped_saver_has_written_to_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new").join("folder");
        let saver = Saver::start(folder.clone()).unwrap();
        let mut settings = settings(77);
        settings.tabs.push(TabSettings::default());
        saver.save(settings.clone());
        drop(saver);
        assert_eq!(load(&folder), (settings, None));
    }

    #[test]
    fn a_failure_wakes_who_is_to_say_it() {
        let (sender, woken) = crossbeam_channel::bounded(1);
        let refuse = |_: &Settings| {
            Err(SaveError { file: Kept::Settings, path: "x".into(), source: io::ErrorKind::StorageFull.into() })
        };
        let saver = Saver::start_with(Duration::ZERO, refuse).unwrap();
        saver.wake_with(Arc::new(move || sender.try_send(()).unwrap()));
        saver.save(Settings::default());
        woken.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(saver.take_failure().unwrap().path.to_str(), Some("x"));
    }
}
