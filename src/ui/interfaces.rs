//! This machine's addresses, listed off the window's thread.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::journal::Wake;
use crate::net::{self, Interface};

/// A list older than this is made anew at the next frame.
const AGE: Duration = Duration::from_secs(5);

/// The list as last seen, and the thread that makes it anew.
pub struct Interfaces {
    list: Vec<Interface>,
    made: Option<Instant>,
    coming: Option<Receiver<Vec<Interface>>>,
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
        if let Some(list) = self.coming.as_ref().and_then(|coming| coming.try_recv().ok()) {
            self.list = list;
            self.made = Some(Instant::now());
            self.coming = None;
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
            Ok(_) => self.coming = Some(receiver),
            Err(error) => {
                tracing::warn!(%error, "list the interfaces off the window's thread");
                self.made = Some(Instant::now());
            }
        }
    }
}
