//! Writes what is said, on a thread of its own: a slow disk makes nobody wait.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Entry, Trouble, segment_name, segments};
use crate::journal::{Failure, Operation, disk_cause};

/// A segment that has reached this is followed by the next.
const SEGMENT_BYTES: u64 = 8 << 20;
/// All segments together grow to about this: whoever sends without end must not fill the disk.
const LIMIT_BYTES: u64 = 1 << 30;
/// The name of the thread.
const THREAD: &str = "wb-feiq-history";
/// So many entries may wait for the disk.
const BACKLOG: usize = 4096;

/// Keeps what is said in a folder. Its drop waits until what was given to it is written.
pub struct History {
    entries: Option<Sender<Entry>>,
    trouble: Arc<Mutex<Option<Trouble>>>,
    thread: Option<JoinHandle<()>>,
}

impl History {
    /// Starts to keep in `folder`, which is made when there is something to keep.
    pub fn start(folder: PathBuf) -> Result<Self, Failure> {
        let (sender, receiver) = bounded(BACKLOG);
        let trouble = Arc::new(Mutex::new(None));
        let said = Arc::clone(&trouble);
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
            keep(&receiver, &folder, |trouble| *said.lock().unwrap_or_else(PoisonError::into_inner) = trouble);
        });
        let thread = thread.map_err(|error| Failure {
            op: Operation::Worker,
            target: THREAD.to_owned(),
            cause: disk_cause(&error),
        })?;
        Ok(Self { entries: Some(sender), trouble, thread: Some(thread) })
    }

    /// Keeps an entry; `false`: the disk is so far behind that it can't.
    pub fn keep(&self, entry: Entry) -> bool {
        self.entries.as_ref().is_some_and(|entries| entries.try_send(entry).is_ok())
    }

    /// Why the last entries were not written; `None` if they were.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.entries = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that keeps the history panicked");
        }
    }
}

/// Writes until nobody can give an entry any more: what waits together is written together.
fn keep(entries: &Receiver<Entry>, folder: &Path, say: impl Fn(Option<Trouble>)) {
    let mut segment = None;
    let mut lines = Vec::new();
    let mut troubled = false;
    while let Ok(first) = entries.recv() {
        lines.clear();
        for entry in std::iter::once(first).chain(entries.try_iter().take(BACKLOG)) {
            if serde_json::to_writer(&mut lines, &entry).is_ok() {
                lines.push(b'\n');
            }
        }
        let written = append(&mut segment, folder, &lines);
        if written.is_err() {
            segment = None; // the next one begins on a line of its own
        }
        if troubled || written.is_err() {
            troubled = written.is_err();
            say(written.err());
        }
    }
}

/// An open segment.
struct Segment {
    file: File,
    len_bytes: u64,
}

fn append(segment: &mut Option<Segment>, folder: &Path, lines: &[u8]) -> Result<(), Trouble> {
    let failed = |error: io::Error| {
        let target = folder.display().to_string();
        Trouble::Failed(Failure { op: Operation::Write, target, cause: disk_cause(&error) })
    };
    let mut open = match segment.take().filter(|open| open.len_bytes < SEGMENT_BYTES) {
        Some(open) => open,
        None => next_segment(folder)
            .map_err(failed)?
            .ok_or(Trouble::Full { folder: folder.to_owned(), limit_bytes: LIMIT_BYTES })?,
    };
    open.file.write_all(lines).and_then(|()| open.file.flush()).map_err(failed)?;
    open.len_bytes += lines.len() as u64;
    *segment = Some(open);
    Ok(())
}

/// The last segment, or the one after it if it is full; `None` if there is enough of them.
fn next_segment(folder: &Path) -> io::Result<Option<Segment>> {
    std::fs::create_dir_all(folder)?;
    let (mut number, mut last_bytes, mut all_bytes) = (1, 0, 0);
    for (found, path) in segments(folder)? {
        (number, last_bytes) = (found, path.metadata()?.len());
        all_bytes += last_bytes;
    }
    if all_bytes >= LIMIT_BYTES {
        return Ok(None);
    }
    if last_bytes >= SEGMENT_BYTES {
        number = number.saturating_add(1);
    }
    open_segment(folder, number).map(Some)
}

fn open_segment(folder: &Path, number: u32) -> io::Result<Segment> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(folder.join(segment_name(number)))?;
    let mut len_bytes = file.metadata()?.len();
    if len_bytes > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            len_bytes += 1;
        }
    }
    Ok(Segment { file, len_bytes })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::super::search::tests::entry;
    use super::super::{Query, search};
    use super::*;

    fn kept(folder: &Path, texts: &[&str]) {
        let history = History::start(folder.to_owned()).unwrap();
        for text in texts {
            assert!(history.keep(entry(0, text)));
        }
    }

    fn texts(folder: &Path) -> (Vec<String>, u64) {
        let found = search::run(folder, &Query::default(), &|| false);
        (found.entries.into_iter().map(|entry| entry.text).collect(), found.damaged)
    }

    #[test]
    fn what_is_kept_is_there_after_the_drop_and_goes_on_later() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/er");
        kept(&folder, &["一", "two\nlines"]);
        kept(&folder, &["three"]);
        assert_eq!(texts(&folder), (vec!["three".to_owned(), "two\nlines".to_owned(), "一".to_owned()], 0));
        assert_eq!(segments(&folder).unwrap().len(), 1);
    }

    #[test]
    fn a_torn_line_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        kept(folder.path(), &["before"]);
        let path = folder.path().join(segment_name(1));
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"time\":1,\"sen").unwrap();
        kept(folder.path(), &["after"]);
        assert_eq!(texts(folder.path()), (vec!["after".to_owned(), "before".to_owned()], 1));
    }

    #[test]
    fn a_full_segment_is_followed_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(segment_name(7)), vec![b'\n'; SEGMENT_BYTES as usize]).unwrap();
        kept(folder.path(), &["new"]);
        let numbers: Vec<u32> = segments(folder.path()).unwrap().into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [7, 8]);
        assert_eq!(texts(folder.path()), (vec!["new".to_owned()], 0));
    }

    #[test]
    fn a_folder_that_cannot_be_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let history = History::start(file.join("folder")).unwrap();
        assert!(history.keep(entry(0, "lost")));
        let History { entries, trouble, thread } = &mut { history };
        *entries = None;
        thread.take().unwrap().join().unwrap();
        let trouble = trouble.lock().unwrap().clone();
        assert!(matches!(&trouble, Some(Trouble::Failed(failure)) if failure.target.contains("file")), "{trouble:?}");
    }

    #[test]
    fn a_full_history_is_said_and_goes_on_once_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let full = File::create(folder.path().join(segment_name(1))).unwrap();
        full.set_len(LIMIT_BYTES).unwrap(); // without a block on the disk
        let mut segment = None;
        let refused = append(&mut segment, folder.path(), b"new\n").unwrap_err();
        assert_eq!(refused, Trouble::Full { folder: folder.path().to_owned(), limit_bytes: LIMIT_BYTES });
        full.set_len(0).unwrap();
        append(&mut segment, folder.path(), b"new\n").unwrap();
        assert_eq!(std::fs::read(folder.path().join(segment_name(1))).unwrap(), b"new\n");
    }
}
