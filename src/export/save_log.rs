//! Saves the log to a file: as text, or the raw received bytes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::encoded::TextEncoding;
use super::save_received::failure;
use crate::codec::framing::Framing;
use crate::journal::framed::{Limits, Sequence};
use crate::journal::{Failure, Journal, Kind, ReadError, Record, Wake};

/// So much is collected before it is written.
const BUFFER_BYTES: usize = 256 << 10;
/// How often the progress is told.
const TELL_EVERY: Duration = Duration::from_millis(50);

/// Appends the lines of one record.
pub type Render = Box<dyn FnMut(&Record, &mut String) + Send>;

/// What is saved.
pub enum Content {
    /// The bytes that were received, one after the other, as they came.
    ReceivedBytes,
    /// All records, as lines.
    Text {
        /// Cuts the streams into frames, each a record of its own.
        framing: Framing,
        /// Renders each record, in order.
        render: Render,
        /// The encoding of the file.
        encoding: TextEncoding,
    },
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveProgress {
    /// The file.
    pub path: PathBuf,
    /// Records done.
    pub done: u64,
    /// Records there were when it was started.
    pub total: u64,
    /// Whether it runs.
    pub state: SaveState,
}

/// Whether a save runs, or how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveState {
    /// It runs.
    Running,
    /// The file is complete.
    Done(Saved),
    /// It was cancelled, and left nothing.
    Cancelled,
    /// It failed, and left nothing.
    Failed(Failure),
}

/// What a complete file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Length of the file.
    pub bytes: u64,
    /// Characters that the encoding lacks, written as `?`.
    pub replaced_chars: u64,
    /// Records that are not in it because the journal had given them up or couldn't read them.
    pub missed_records: u64,
}

/// A save on its own thread. The file appears under its name when it is complete (until then it is `NAME.part`).
/// Dropping it cancels it.
pub struct SaveLog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    progress: Mutex<SaveProgress>,
    cancelled: AtomicBool,
    wake: Wake,
}

impl SaveLog {
    /// Starts to save what the journal holds now. A file of that name is replaced. `wake` is called when there is
    /// progress, at most every 50 ms, and at the end.
    pub fn start(journal: &Arc<Journal>, path: PathBuf, content: Content, wake: Wake) -> io::Result<Self> {
        let progress = SaveProgress { path: path.clone(), done: 0, total: journal.len(), state: SaveState::Running };
        let shared = Arc::new(Shared { progress: Mutex::new(progress), cancelled: AtomicBool::new(false), wake });
        let (journal, for_thread) = (Arc::clone(journal), Arc::clone(&shared));
        let work = move || {
            let state = save(&journal, &path, content, &for_thread);
            for_thread.update(|progress| progress.state = state);
        };
        let thread = std::thread::Builder::new().name("wb-save-log".to_owned()).spawn(work)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How far it is.
    pub fn progress(&self) -> SaveProgress {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells it to end without a file. It does so at once; the progress says when.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Release);
    }

    /// Waits for its end.
    pub fn wait(mut self) -> SaveProgress {
        self.join();
        self.progress()
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that saves a log panicked");
        }
    }
}

impl Drop for SaveLog {
    fn drop(&mut self) {
        self.cancel();
        self.join();
    }
}

impl Shared {
    fn update(&self, change: impl FnOnce(&mut SaveProgress)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
        (self.wake)();
    }
}

/// Why there is no file.
enum Ended {
    Cancelled,
    Failed(io::Error),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn save(journal: &Arc<Journal>, path: &Path, content: Content, shared: &Shared) -> SaveState {
    let complete = || {
        let (part, mut file) = Part::create(path)?;
        let saved = write_records(journal, content, &mut file, shared)?;
        drop(file);
        part.complete(path)?;
        Ok(saved)
    };
    match complete() {
        Ok(saved) => SaveState::Done(saved),
        Err(Ended::Cancelled) => SaveState::Cancelled,
        Err(Ended::Failed(error)) => SaveState::Failed(failure(path, &error)),
    }
}

fn write_records(
    journal: &Arc<Journal>,
    content: Content,
    file: &mut impl Write,
    shared: &Shared,
) -> Result<Saved, Ended> {
    let total = journal.len();
    let mut out = Out { file, buffer: Vec::with_capacity(2 * BUFFER_BYTES), saved: Saved::default(), shared };
    let mut lines = Lines::of(journal, content);
    let mut told = Instant::now();
    let mut cursor = journal.cursor(0);
    while cursor.position() < total {
        let before = cursor.position();
        let Some(record) = cursor.next() else { break };
        match record {
            Ok(record) => lines.push(&record, &mut out)?,
            Err(ReadError::OutOfRange(_)) => break,
            Err(ReadError::Lost(_) | ReadError::Io(_)) => {
                out.saved.missed_records += cursor.position().min(total) - before;
            }
        }
        let is_large = out.flush_full()?;
        // The clock is asked every 64 records, or after a large one.
        if (cursor.position().is_multiple_of(64) || is_large) && told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            shared.update(|progress| (progress.done, progress.total) = (cursor.position().min(total), total));
        }
    }
    lines.finish(&mut out)?;
    out.file.write_all(&out.buffer)?;
    out.file.flush()?;
    out.saved.bytes += out.buffer.len() as u64;
    shared.update(|progress| (progress.done, progress.total) = (total, total));
    Ok(out.saved)
}

/// What of each record goes into the file.
enum Lines {
    Bytes,
    Text(Rendering),
    Framed(Box<Sequence>, Rendering),
}

struct Rendering {
    render: Render,
    encoding: TextEncoding,
    text: String,
}

impl Lines {
    fn of(journal: &Arc<Journal>, content: Content) -> Self {
        match content {
            Content::ReceivedBytes => Self::Bytes,
            Content::Text { framing, render, encoding } => {
                let rendering = Rendering { render, encoding, text: String::new() };
                if framing == Framing::AsRead {
                    return Self::Text(rendering);
                }
                let sequence = Sequence::new(Arc::clone(journal), &framing, Limits::default());
                Self::Framed(Box::new(sequence), rendering)
            }
        }
    }

    fn push(&mut self, record: &Record, out: &mut Out<'_, impl Write>) -> Result<(), Ended> {
        match self {
            Self::Bytes if record.head.kind == Kind::Received => out.buffer.extend_from_slice(record.bytes()),
            Self::Bytes => {}
            Self::Text(rendering) => return rendering.record(record, out),
            Self::Framed(sequence, rendering) => {
                return sequence.push(record, |frame| {
                    rendering.record(frame, out)?;
                    out.flush_full().map(drop)
                });
            }
        }
        out.check()
    }

    fn finish(self, out: &mut Out<'_, impl Write>) -> Result<(), Ended> {
        match self {
            Self::Bytes | Self::Text(_) => Ok(()),
            Self::Framed(sequence, mut rendering) => sequence.finish(|frame| {
                rendering.record(frame, out)?;
                out.flush_full().map(drop)
            }),
        }
    }
}

impl Rendering {
    fn record(&mut self, record: &Record, out: &mut Out<'_, impl Write>) -> Result<(), Ended> {
        out.check()?;
        self.text.clear();
        (self.render)(record, &mut self.text);
        out.saved.replaced_chars += self.encoding.encode(&self.text, &mut out.buffer);
        Ok(())
    }
}

/// The file, and what was not yet written to it.
struct Out<'a, W> {
    file: &'a mut W,
    buffer: Vec<u8>,
    saved: Saved,
    shared: &'a Shared,
}

impl<W: Write> Out<'_, W> {
    fn check(&self) -> Result<(), Ended> {
        if self.shared.cancelled.load(Ordering::Acquire) { Err(Ended::Cancelled) } else { Ok(()) }
    }

    /// Writes the buffer if it is full; whether it was.
    fn flush_full(&mut self) -> Result<bool, Ended> {
        let is_full = self.buffer.len() >= BUFFER_BYTES;
        if is_full {
            self.file.write_all(&self.buffer)?;
            self.saved.bytes += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(is_full)
    }
}

/// The file under its temporary name; removed when dropped before it is complete.
struct Part {
    path: PathBuf,
    complete: bool,
}

impl Part {
    /// Creates it. The file must be closed before the part is dropped: Windows deletes no open file.
    fn create(path: &Path) -> io::Result<(Self, File)> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        for number in 1..100 {
            let mut name = path.as_os_str().to_owned();
            name.push(if number == 1 { ".part".to_owned() } else { format!(".{number}.part") });
            let part = PathBuf::from(name);
            match OpenOptions::new().write(true).create_new(true).open(&part) {
                Ok(file) => return Ok((Self { path: part, complete: false }, file)),
                // Another save, or what a crash left: not ours to touch.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn complete(mut self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path)?;
        self.complete = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.complete
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "delete an incomplete file");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::journal::{Batch, Cause, Config, Event, Head, Operation, Timestamp};

    /// 1000 times received, sent, event; with the spill file in the folder `spill`.
    fn journal(folder: &tempfile::TempDir) -> Arc<Journal> {
        let config = Config { budget_bytes: 0, spill_dir: folder.path().join("spill") };
        let journal = Journal::create(config, Arc::new(|| {}));
        let head = |kind| Head { time: Timestamp(1), kind, peer: None, charset: None };
        let mut batch = Batch::default();
        for n in 0..1000 {
            batch.push(head(Kind::Received), format!("接收 {n};").as_bytes());
            batch.push(head(Kind::Sent), format!("发送 {n};").as_bytes());
            batch.push_event(Timestamp(1), None, &Event::Closed);
        }
        journal.append(&mut batch);
        journal
    }

    fn each(text: impl Fn(u32) -> String) -> String {
        (0..1000).map(text).collect()
    }

    fn silent() -> Wake {
        Arc::new(|| {})
    }

    fn as_text(encoding: TextEncoding) -> Content {
        let render = |record: &Record, out: &mut String| {
            if record.event().is_none() {
                out.push_str(std::str::from_utf8(record.bytes()).unwrap());
                out.push_str("😀\n");
            }
        };
        Content::Text { framing: Framing::AsRead, render: Box::new(render), encoding }
    }

    fn left_in(folder: &tempfile::TempDir) -> Vec<String> {
        let names = folder.path().read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name != "spill").collect();
        names.sort();
        names
    }

    #[test]
    fn received_bytes_are_saved_as_they_came() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        std::fs::write(&path, b"old").unwrap();
        let saving = SaveLog::start(&journal(&folder), path.clone(), Content::ReceivedBytes, silent()).unwrap();
        let progress = saving.wait();
        let expected = each(|n| format!("接收 {n};"));
        let saved = Saved { bytes: expected.len() as u64, ..Saved::default() };
        assert_eq!(
            progress,
            SaveProgress { path: path.clone(), done: 3000, total: 3000, state: SaveState::Done(saved) }
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        assert_eq!(left_in(&folder), ["a.bin"]);
    }

    #[test]
    fn text_is_saved_in_both_encodings() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(&folder);
        let expected = each(|n| format!("接收 {n};😀\n发送 {n};😀\n"));
        let path = folder.path().join("a.txt");
        let saving = SaveLog::start(&journal, path.clone(), as_text(TextEncoding::Utf8), silent()).unwrap();
        assert!(matches!(saving.wait().state, SaveState::Done(Saved { replaced_chars: 0, .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        let saving = SaveLog::start(&journal, path.clone(), as_text(TextEncoding::Gbk), silent()).unwrap();
        assert!(matches!(saving.wait().state, SaveState::Done(Saved { replaced_chars: 2000, .. })));
        let bytes = std::fs::read(&path).unwrap();
        let (text, _, damaged) = encoding_rs::GBK.decode(&bytes);
        assert!(!damaged && text == expected.replace('😀', "?"));
    }

    #[test]
    fn frames_are_saved_as_they_are_shown() {
        use crate::journal::Peer;
        use crate::journal::rows::{EventText, PlainText, View, Waiting};

        let folder = tempfile::tempdir().unwrap();
        let config = Config { budget_bytes: 0, spill_dir: folder.path().join("spill") };
        let journal = Journal::create(config, Arc::new(|| {}));
        let mut batch = Batch::default();
        let peer = |stream| Some(Peer::client(([127, 0, 0, 1], 9000).into(), stream));
        let long = "长".repeat(50_000);
        for (stream, text) in [(1, "one\ntw"), (2, &format!("{long}\n")), (1, "o\nrest")] {
            let head = Head { time: Timestamp(1), kind: Kind::Received, peer: peer(stream), charset: None };
            batch.push(head, text.as_bytes());
        }
        journal.append(&mut batch);
        let view = View { log_mode: false, ..View::default() };
        let words: EventText = Arc::new(|_, _| String::new());
        let mut text = PlainText::new(Arc::new(Waiting::new(Arc::clone(&journal))), view, words);
        let content = Content::Text {
            framing: Framing::LINES,
            render: Box::new(move |record, out| text.render(record, out)),
            encoding: TextEncoding::Utf8,
        };
        let path = folder.path().join("a.txt");
        let saving = SaveLog::start(&journal, path.clone(), content, silent()).unwrap();
        assert!(matches!(saving.wait().state, SaveState::Done(_)));
        let saved = std::fs::read_to_string(&path).unwrap();
        assert!(saved == format!("one\n{long}\ntwo\nrest\n"), "{} bytes", saved.len());
    }

    #[test]
    fn a_cancelled_save_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (reached, rendering) = crossbeam_channel::bounded(1);
        let (go_on, wait) = crossbeam_channel::bounded::<()>(1);
        let render = move |_: &Record, _: &mut String| {
            let _ = reached.try_send(());
            let _ = wait.recv();
        };
        let content =
            Content::Text { framing: Framing::AsRead, render: Box::new(render), encoding: TextEncoding::Utf8 };
        let path = folder.path().join("a.txt");
        std::fs::write(&path, b"old").unwrap();
        let saving = SaveLog::start(&journal(&folder), path.clone(), content, silent()).unwrap();
        rendering.recv().unwrap();
        assert_eq!(left_in(&folder), ["a.txt", "a.txt.part"]);
        saving.cancel();
        drop(go_on);
        assert_eq!(saving.wait().state, SaveState::Cancelled);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(left_in(&folder), ["a.txt"]);
    }

    #[test]
    fn a_failed_save_says_why_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a folder");
        std::fs::create_dir(&path).unwrap();
        let saving = SaveLog::start(&journal(&folder), path.clone(), Content::ReceivedBytes, silent()).unwrap();
        let SaveState::Failed(failure) = saving.wait().state else { panic!() };
        assert_eq!((failure.op, failure.target), (Operation::Write, path.display().to_string()));
        assert_ne!(failure.cause, Cause::DiskFull);
        assert_eq!(left_in(&folder), ["a folder"]);
    }
}
