//! Looks through what was kept, on a thread of its own, the newest first.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::{Entry, MAX_LINE_BYTES, segments};
use crate::journal::{Timestamp, Wake};

/// What to look for; an empty one finds everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Part of the text or of an attachment's name, in any case; empty: any.
    pub text: String,
    /// Part of the peer's address or name, or of the group; empty: any.
    pub peer: String,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// No more than this many, the newest.
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self { text: String::new(), peer: String::new(), from: None, until: None, limit: 1000 }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// Whether there were more than the limit.
    pub more: bool,
    /// Lines that can't be read.
    pub damaged: u64,
    /// What could not be read at all, in one sentence.
    pub trouble: Option<String>,
}

/// A search on its way. Its drop ends it.
pub struct Search {
    found: Arc<Mutex<Option<Arc<Found>>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Search {
    /// Starts to look through a folder; `wake` is called when it is done.
    pub fn start(folder: PathBuf, query: Query, wake: Wake) -> io::Result<Self> {
        let found = Arc::new(Mutex::new(None));
        let stop = Arc::new(AtomicBool::new(false));
        let (result, stopped) = (Arc::clone(&found), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("wb-feiq-search".to_owned()).spawn(move || {
            let done = run(&folder, &query, &|| stopped.load(Ordering::Relaxed));
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(done));
            wake();
        })?;
        Ok(Self { found, stop, thread: Some(thread) })
    }

    /// What was found, once it is done.
    pub fn found(&self) -> Option<Arc<Found>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that searches the history panicked");
        }
    }
}

/// Looks through a folder until it has enough or is stopped.
pub(super) fn run(folder: &Path, query: &Query, stopped: &dyn Fn() -> bool) -> Found {
    let mut found = Found::default();
    let segments = segments(folder).unwrap_or_else(|error| {
        found.trouble = Some(format!("{}: {error}", folder.display()));
        Vec::new()
    });
    let wanted = Wanted::new(query);
    for (_, path) in segments.into_iter().rev() {
        let mut last = VecDeque::new();
        let room = query.limit - found.entries.len();
        let read = lines(&path, stopped, |line| match serde_json::from_slice::<Entry>(line) {
            Ok(entry) if wanted.matches(&entry) => {
                last.push_back(entry);
                if last.len() > room {
                    last.pop_front();
                    found.more = true;
                }
            }
            Ok(_) => {}
            Err(_) => found.damaged += 1,
        });
        match read {
            Ok(oversized) => found.damaged += oversized,
            Err(error) => found.trouble = Some(format!("{}: {error}", path.display())),
        }
        found.entries.extend(last.into_iter().rev());
        if found.more || stopped() {
            break;
        }
    }
    found
}

/// Gives each line that is not empty, without its end; returns how many were too long.
fn lines(path: &Path, stopped: &dyn Fn() -> bool, mut each: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(64 << 10, File::open(path)?);
    let mut line = Vec::new();
    let mut oversized = 0;
    let mut in_oversized = false;
    while !stopped() {
        line.clear();
        let limit = MAX_LINE_BYTES as u64;
        if Read::by_ref(&mut reader).take(limit).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let ended = line.last() == Some(&b'\n');
        if in_oversized || (!ended && line.len() == MAX_LINE_BYTES) {
            oversized += u64::from(!in_oversized);
            in_oversized = !ended;
            continue;
        }
        let text = line.trim_ascii();
        if !text.is_empty() {
            each(text);
        }
    }
    Ok(oversized)
}

/// A query, made ready for many entries.
struct Wanted<'a> {
    query: &'a Query,
    text: String,
    peer: String,
}

impl<'a> Wanted<'a> {
    fn new(query: &'a Query) -> Self {
        Self { query, text: query.text.to_lowercase(), peer: query.peer.trim().to_lowercase() }
    }

    fn matches(&self, entry: &Entry) -> bool {
        let holds = |text: &str, part: &str| part.is_empty() || text.to_lowercase().contains(part);
        self.query.from.is_none_or(|from| entry.timestamp() >= from)
            && self.query.until.is_none_or(|until| entry.timestamp() < until)
            && (holds(&entry.name, &self.peer)
                || holds(&entry.peer.to_string(), &self.peer)
                || entry.group.as_ref().is_some_and(|group| holds(group, &self.peer)))
            && (holds(&entry.text, &self.text) || entry.attached.iter().any(|name| holds(name, &self.text)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::time::Duration;

    use super::super::{What, segment_name};
    use super::*;

    pub fn entry(time: i64, text: &str) -> Entry {
        Entry {
            time,
            sent: false,
            peer: "127.0.0.2:2425".parse().unwrap(),
            name: "吴彦祖".to_owned(),
            group: None,
            number: 7,
            what: What::Text,
            text: text.to_owned(),
            sealed: false,
            attached: Vec::new(),
        }
    }

    fn folder_with(segments: &[&[Entry]]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (at, entries) in segments.iter().enumerate() {
            let lines: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap() + "\n").collect();
            std::fs::write(folder.path().join(segment_name(at as u32 + 1)), lines.concat()).unwrap();
        }
        folder
    }

    fn texts(folder: &Path, query: &Query) -> Vec<String> {
        run(folder, query, &|| false).entries.into_iter().map(|entry| entry.text).collect()
    }

    #[test]
    fn text_peer_and_dates_are_asked_for_together() {
        let other = Entry { name: "Lee".to_owned(), peer: "10.0.0.9:2425".parse().unwrap(), ..entry(30, "Report") };
        let file = Entry { attached: vec!["报告 Report.docx".to_owned()], ..entry(40, "") };
        let group = Entry { group: Some("3b199b07".to_owned()), ..entry(50, "to all") };
        let folder = folder_with(&[&[entry(10, "你好"), entry(20, "my REPORT")], &[other, file, group]]);
        let all = Query::default;
        let found = |query: Query| texts(folder.path(), &query);
        assert_eq!(found(all()), ["to all", "", "Report", "my REPORT", "你好"]);
        assert_eq!(found(Query { text: "report".to_owned(), ..all() }), ["", "Report", "my REPORT"]);
        assert_eq!(found(Query { text: "REPORT".to_owned(), peer: "lee".to_owned(), ..all() }), ["Report"]);
        assert_eq!(found(Query { peer: " 127.0.0.2 ".to_owned(), text: "好".to_owned(), ..all() }), ["你好"]);
        assert_eq!(found(Query { peer: "3B19".to_owned(), ..all() }), ["to all"]);
        let dates = Query { from: Some(Timestamp(20)), until: Some(Timestamp(40)), ..all() };
        assert_eq!(found(dates), ["Report", "my REPORT"]);
    }

    #[test]
    fn the_newest_come_first_and_the_limit_is_said() {
        let folder = folder_with(&[&[entry(1, "a"), entry(2, "b")], &[entry(3, "c"), entry(4, "d")]]);
        for (limit, expected, more) in [(5, &["d", "c", "b", "a"][..], false), (3, &["d", "c", "b"], true)] {
            let found = run(folder.path(), &Query { limit, ..Query::default() }, &|| false);
            let texts: Vec<_> = found.entries.iter().map(|entry| entry.text.as_str()).collect();
            assert_eq!((texts.as_slice(), found.more), (expected, more));
        }
        assert_eq!(texts(folder.path(), &Query { limit: 2, ..Query::default() }), ["d", "c"]);
    }

    #[test]
    fn damaged_lines_are_skipped_and_counted() {
        let folder = folder_with(&[&[entry(1, "first")]]);
        let path = folder.path().join(segment_name(1));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend(b"not json\n\xff\xfe\n\n{}\n");
        bytes.extend(vec![b'x'; 3 * MAX_LINE_BYTES]);
        bytes.push(b'\n');
        bytes.extend(serde_json::to_vec(&entry(2, "last")).unwrap());
        std::fs::write(&path, bytes).unwrap();
        std::fs::write(folder.path().join("messages-2.jsonl"), "{}").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "{}").unwrap();
        let found = run(folder.path(), &Query::default(), &|| false);
        assert_eq!(found.entries.len(), 2);
        assert_eq!((found.damaged, found.trouble), (4, None));
    }

    #[test]
    fn a_folder_that_is_not_there_has_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let found = run(&folder.path().join("none"), &Query::default(), &|| false);
        assert_eq!((found.entries.len(), found.trouble), (0, None));
    }

    #[test]
    fn a_search_wakes_when_it_is_done() {
        let folder = folder_with(&[&[entry(1, "here")]]);
        let (done, wait) = crossbeam_channel::bounded(1);
        let wake: Wake = Arc::new(move || done.send(()).unwrap());
        let search = Search::start(folder.path().to_owned(), Query::default(), wake).unwrap();
        wait.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(search.found().unwrap().entries.len(), 1);
    }
}
