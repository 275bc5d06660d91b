//! Drops what may take a moment to end (threads, files) beside the window's thread.

use std::thread::{Builder, JoinHandle};

/// The threads that drop things. They are joined when this is dropped: what was closed is closed before the program
/// ends.
#[derive(Default)]
pub struct Aside {
    threads: Vec<JoinHandle<()>>,
}

impl Aside {
    /// Drops it on a thread of its own; on this one where there is no thread to be had.
    pub fn drop(&mut self, thing: impl Send + 'static) {
        match Builder::new().name("wb-close".to_owned()).spawn(move || std::mem::drop(thing)) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => tracing::warn!(%error, "close off the window's thread"),
        }
    }

    /// Forgets the threads that are over.
    pub fn tend(&mut self) {
        self.threads.retain(|thread| !thread.is_finished());
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("closing something panicked");
            }
        }
    }
}
