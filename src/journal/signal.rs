//! A bell between appenders and followers: costs an appender one load when nobody listens.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes threads that wait for a condition outside it.
#[derive(Default)]
pub(super) struct Signal {
    waiting: AtomicUsize,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Signal {
    /// Says that the condition may hold now. What makes it hold must have happened before, with `SeqCst`.
    pub fn notify(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            // A waiter that found the condition false holds the lock until it waits: it can't miss this.
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.changed.notify_all();
        }
    }

    /// Waits until notified or the time is over, unless the condition holds already. May return early.
    pub fn wait(&self, timeout: Duration, holds: impl Fn() -> bool) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if !holds() {
            drop(self.changed.wait_timeout(guard, timeout).unwrap_or_else(PoisonError::into_inner));
        }
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
