//! This machine's addresses, listed off the window's thread.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::journal::Wake;
use crate::net::{self, Interface};

/// A list older than this is made anew at the next frame.
const AGE: Duration = Duration::from_secs(5);

/// A list that is being made.
struct Coming {
    list: Receiver<Vec<Interface>>,
    thread: JoinHandle<()>,
}

/// The list as last seen, and the thread that makes it anew.
pub struct Interfaces {
    list: Vec<Interface>,
    made: Option<Instant>,
    coming: Option<Coming>,
    wake: Wake,
}

impl Interfaces {
    /// Starts to list.
    pub fn start(wake: Wake) -> Self {
        let mut interfaces = Self { list: Vec::new(), made: None, coming: None, wake };
        interfaces.refresh();
        interfaces
    }

    /// The list as last seen.
    pub fn list(&self) -> &[Interface] {
        &self.list
    }

    /// Takes a new list, and asks for another when it is old. Only frames that happen anyway ask: an idle window
    /// lists nothing.
    pub fn tend(&mut self) {
        match self.coming.as_ref().map(|coming| coming.list.try_recv()) {
            Some(Ok(list)) => {
                self.list = list;
                self.made = Some(Instant::now());
                self.join();
            }
            Some(Err(TryRecvError::Disconnected)) => {
                self.made = Some(Instant::now());
                self.join();
            }
            Some(Err(TryRecvError::Empty)) | None => {}
        }
        if self.coming.is_none() && self.made.is_none_or(|made| made.elapsed() > AGE) {
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        let (sender, receiver) = bounded(1);
        let first = self.made.is_none();
        let wake = self.wake.clone();
        let spawned = std::thread::Builder::new().name("wb-interfaces".to_owned()).spawn(move || {
            let _ = sender.send(net::interfaces()); // the window may be gone
            if first {
                wake();
            }
        });
        match spawned {
            Ok(thread) => self.coming = Some(Coming { list: receiver, thread }),
            Err(error) => {
                tracing::warn!(%error, "list the interfaces off the window's thread");
                self.made = Some(Instant::now());
            }
        }
    }

    fn join(&mut self) {
        if let Some(coming) = self.coming.take()
            && coming.thread.join().is_err()
        {
            tracing::error!("listing the interfaces panicked");
        }
    }
}

impl Drop for Interfaces {
    fn drop(&mut self) {
        self.join();
    }
}
