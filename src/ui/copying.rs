//! Renders a selection of the log for the clipboard, on a thread: it may be all of a large log, and on the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, bounded};

use crate::journal::rows::{Extent, Layouter, Pos, Source, View, Words};
use crate::journal::{Fetch, KindMask, Seek, Wake};
use crate::ui::widget::Origin;

/// At most about this much of a selection goes to the clipboard.
pub const LIMIT_BYTES: usize = 32 << 20;

/// What is to be rendered, as it is shown.
pub struct Lines {
    /// Of this journal, or its frames.
    pub origin: Origin,
    /// Shown so.
    pub view: View,
    /// With events and datagrams in this language.
    pub words: Words,
    /// From the first of these places to the second.
    pub selection: (Pos, Pos),
}

/// The text of a selection.
pub struct Copied {
    /// For the clipboard.
    pub text: String,
    /// Whether the selection was larger than the limit, and the text is not all of it.
    pub cut: bool,
}

/// A copy that is being made. Dropping it ends it.
pub struct Copying {
    answer: Receiver<Copied>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Copying {
    /// Starts to render; `wake` is called when the text is there.
    pub fn start(lines: Lines, wake: Wake) -> std::io::Result<Self> {
        let (sender, answer) = bounded(1);
        let stop = Arc::new(AtomicBool::new(false));
        let source = Stoppable { source: lines.origin.waiting(&stop), stop: Arc::clone(&stop) };
        let thread = Builder::new().name("wb-copy".to_owned()).spawn(move || {
            let (from, to) = lines.selection;
            let text = Layouter::new(Arc::new(source), lines.view, lines.words).copy(from, to, LIMIT_BYTES);
            let cut = text.len() > LIMIT_BYTES;
            let _ = sender.send(Copied { text, cut }); // nobody waits any more: the text is not needed
            wake();
        })?;
        Ok(Self { answer, stop, thread: Some(thread) })
    }

    /// The text, once it is there.
    pub fn take(&self) -> Option<Copied> {
        self.answer.try_recv().ok()
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that copies panicked");
        }
    }
}

/// A journal that seems to end where it is when the copy is to stop: so a copy of millions of records ends at once.
struct Stoppable {
    source: Box<dyn Source>,
    stop: Arc<AtomicBool>,
}

impl Stoppable {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

impl Source for Stoppable {
    fn get(&self, index: u64) -> Fetch {
        if self.stopped() { Fetch::OutOfRange } else { self.source.get(index) }
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        if self.stopped() { Seek::None } else { self.source.next_visible(index, mask) }
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        if self.stopped() { Seek::None } else { self.source.previous_visible(index, mask) }
    }

    fn extent(&self) -> Extent {
        self.source.extent()
    }

    fn byte_offset(&self, index: u64) -> u64 {
        self.source.byte_offset(index)
    }
}
