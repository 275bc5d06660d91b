//! How answers go, for whoever shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::automation::answer::AnswerMode;

/// Counters of answers at work, read at any time.
#[derive(Debug)]
pub struct AnswerStatus {
    mode: AnswerMode,
    hits: Box<[AtomicU64]>,
    answered: AtomicU64,
    left_out: AtomicU64,
    beeps: AtomicU64,
}

impl AnswerStatus {
    pub(super) fn new(mode: AnswerMode, rules: usize) -> Arc<Self> {
        Arc::new(Self {
            mode,
            hits: (0..rules).map(|_| AtomicU64::new(0)).collect(),
            answered: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
            beeps: AtomicU64::new(0),
        })
    }

    /// What answers.
    pub fn mode(&self) -> AnswerMode {
        self.mode
    }

    /// How often a rule of the list was set off; 0 for one that is off.
    pub fn hits(&self, rule: usize) -> u64 {
        self.hits.get(rule).map_or(0, |hits| hits.load(Ordering::Relaxed))
    }

    /// How many answers went out: replies, messages that were passed on, files.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// How many were left out: beyond the limit, or because the peer takes nothing.
    pub fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    /// How many beeps were asked for.
    pub fn beeps(&self) -> u64 {
        self.beeps.load(Ordering::Relaxed)
    }

    pub(super) fn set_hits(&self, hits: impl Iterator<Item = (usize, u64)>) {
        for (rule, hits) in hits {
            if let Some(cell) = self.hits.get(rule) {
                cell.store(hits, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn add_answered(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_left_out(&self) {
        self.left_out.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_beep(&self) {
        self.beeps.fetch_add(1, Ordering::Relaxed);
    }
}
