//! The transfers of this run.

use super::{Entry, Listed};
use crate::i18n::Lang;
use crate::ui::aside::Aside;

/// The transfers of this run, the latest last.
pub struct TransferList<S: Listed> {
    entries: Vec<Entry<S>>,
}

impl<S: Listed> Default for TransferList<S> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<S: Listed> TransferList<S> {
    /// So many run at the same time.
    pub const MOST_RUNNING: usize = 64;
    /// So many are listed; the oldest that are over make room.
    const MOST_ENTRIES: usize = 200;

    /// All of them, the latest last.
    pub fn entries(&mut self) -> &mut [Entry<S>] {
        &mut self.entries
    }

    /// Those that are not over.
    pub fn running(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_running()).count()
    }

    /// The one of this number.
    pub fn entry(&mut self, id: u64) -> Option<&mut Entry<S>> {
        self.entries.iter_mut().find(|entry| entry.id() == id)
    }

    /// Takes the state of each. `is_there` knows the tabs that are not closed.
    pub fn tend(&mut self, aside: &mut Aside, is_there: impl Fn(u64) -> bool) {
        for entry in &mut self.entries {
            entry.tend(aside, &is_there);
        }
    }

    /// Tells all of them to end; returns at once.
    pub fn start_close(&self) {
        for entry in &self.entries {
            entry.cancel();
        }
    }

    /// Puts one into the list; the one that made room for it, if it is full.
    #[must_use]
    pub fn add(&mut self, entry: Entry<S>) -> Option<Entry<S>> {
        self.entries.push(entry);
        let oldest = self.entries.iter().position(|entry| !entry.is_running());
        oldest.filter(|_| self.entries.len() > Self::MOST_ENTRIES).map(|oldest| self.entries.remove(oldest))
    }

    /// Takes one that is over off the list.
    #[must_use]
    pub fn remove(&mut self, id: u64) -> Option<Entry<S>> {
        let index = self.entries.iter().position(|entry| entry.id() == id && !entry.is_running())?;
        Some(self.entries.remove(index))
    }

    /// Takes everything that is over off the list.
    #[must_use]
    pub fn clear(&mut self) -> Vec<Entry<S>> {
        let (running, over) = std::mem::take(&mut self.entries).into_iter().partition(Entry::is_running);
        self.entries = running;
        over
    }

    /// What is to be kept of this run, the latest last.
    pub fn records(&self, lang: Lang) -> Vec<S::Record> {
        self.entries.iter().filter_map(|entry| entry.record(lang)).collect()
    }
}
