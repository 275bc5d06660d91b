//! Writes what is said, on a thread of its own: a slow disk makes nobody wait.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Entry, segment_name, segments};

/// A segment that has reached this is followed by the next.
const SEGMENT_BYTES: u64 = 8 << 20;
/// So many entries may wait for the disk.
const BACKLOG: usize = 4096;

/// Keeps what is said in a folder. Its drop waits until what was given to it is written.
pub struct History {
    entries: Option<Sender<Entry>>,
    trouble: Arc<Mutex<Option<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl History {
    /// Starts to keep in `folder`, which is made when there is something to keep.
    pub fn start(folder: PathBuf) -> io::Result<Self> {
        let (sender, receiver) = bounded(BACKLOG);
        let trouble = Arc::new(Mutex::new(None));
        let said = Arc::clone(&trouble);
        let thread = std::thread::Builder::new().name("wb-feiq-history".to_owned()).spawn(move || {
            keep(&receiver, &folder, |trouble| *said.lock().unwrap_or_else(PoisonError::into_inner) = trouble);
        })?;
        Ok(Self { entries: Some(sender), trouble, thread: Some(thread) })
    }

    /// Keeps an entry; `false`: the disk is so far behind that it can't.
    pub fn keep(&self, entry: Entry) -> bool {
        self.entries.as_ref().is_some_and(|entries| entries.try_send(entry).is_ok())
    }

    /// Why the last write failed; `None` if it did not.
    pub fn trouble(&self) -> Option<String> {
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
fn keep(entries: &Receiver<Entry>, folder: &Path, say: impl Fn(Option<String>)) {
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
            say(written.err().map(|error| format!("{}: {error}", folder.display())));
        }
    }
}

/// An open segment.
struct Segment {
    number: u32,
    file: File,
    len_bytes: u64,
}

fn append(segment: &mut Option<Segment>, folder: &Path, lines: &[u8]) -> io::Result<()> {
    let mut open = match segment.take() {
        Some(open) if open.len_bytes < SEGMENT_BYTES => open,
        Some(full) => open_segment(folder, full.number.saturating_add(1))?,
        None => {
            std::fs::create_dir_all(folder)?;
            let last = segments(folder)?.pop();
            match last.map_or(Ok((1, 0)), |(number, path)| path.metadata().map(|data| (number, data.len())))? {
                (number, len) if len < SEGMENT_BYTES => open_segment(folder, number)?,
                (number, _) => open_segment(folder, number.saturating_add(1))?,
            }
        }
    };
    open.file.write_all(lines)?;
    open.file.flush()?;
    open.len_bytes += lines.len() as u64;
    *segment = Some(open);
    Ok(())
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
    Ok(Segment { number, file, len_bytes })
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
        assert!(trouble.lock().unwrap().as_deref().unwrap().contains("file"));
    }
}
