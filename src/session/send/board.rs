//! How a job goes, shown to whoever looks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::journal::Wake;

/// How often a change is told: 20 times a second is as good as at once.
const PACE: Duration = Duration::from_millis(50);

/// The reader's side.
#[derive(Debug)]
pub struct Reading<T>(Arc<Mutex<T>>);

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Reading<T> {
    /// What is shown now. The lock is held for no more than a copy.
    pub fn get(&self) -> T {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The job's side.
pub(super) struct Board<T> {
    shown: Arc<Mutex<T>>,
    wake: Wake,
    told: Option<Instant>,
    changed: bool,
}

impl<T: Clone> Board<T> {
    pub fn new(first: T, wake: Wake) -> (Self, Reading<T>) {
        let shown = Arc::new(Mutex::new(first));
        let reading = Reading(Arc::clone(&shown));
        (Self { shown, wake, told: None, changed: false }, reading)
    }

    /// Something has changed.
    pub fn touch(&mut self) {
        self.changed = true;
    }

    /// When a change may be told; `None` if there is none.
    pub fn due(&self) -> Option<Instant> {
        let told = self.told.filter(|_| self.changed)?;
        Some(told + PACE)
    }

    /// Whether there is a change and it is time to show it.
    pub fn is_due(&self, now: Instant) -> bool {
        self.changed && self.told.is_none_or(|told| now >= told + PACE)
    }

    /// Shows this, at once.
    pub fn show(&mut self, now: Instant, value: T) {
        self.told = Some(now);
        self.changed = false;
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = value;
        (self.wake)();
    }
}
