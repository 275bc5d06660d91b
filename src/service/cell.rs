//! A snapshot that a thread writes and everyone reads.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::journal::Wake;

/// The newest snapshot.
pub(super) struct Cell<T> {
    newest: Mutex<Arc<T>>,
    changed: Condvar,
    wake: Wake,
}

impl<T> Cell<T> {
    pub fn new(first: T, wake: Wake) -> Arc<Self> {
        Arc::new(Self { newest: Mutex::new(Arc::new(first)), changed: Condvar::new(), wake })
    }

    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.newest.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set(&self, state: T) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
        self.changed.notify_all();
        (self.wake)();
    }

    /// Waits until `ready` says yes, or the time is over; whether it was yes.
    pub fn wait(&self, timeout: Duration, mut ready: impl FnMut(&T) -> bool) -> bool {
        let deadline = Instant::now() + timeout;
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if ready(&newest) {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            newest = self.changed.wait_timeout(newest, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
