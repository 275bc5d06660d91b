//! Who sent datagrams: what the window offers as targets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many are kept.
const MAX_SENDERS: usize = 64;
/// A flood with forged senders must not make the window work at its rate.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(100);

/// The last senders, in the order in which they were first seen.
#[derive(Default)]
pub struct Senders {
    known: Vec<SocketAddr>,
    /// Where the last one was found: mostly it is the next one too.
    last: usize,
    changed: bool,
    published: Option<Instant>,
}

impl Senders {
    /// Notes a sender.
    pub fn note(&mut self, from: SocketAddr) {
        if self.known.get(self.last) == Some(&from) {
            return;
        }
        if let Some(at) = self.known.iter().position(|&known| known == from) {
            self.last = at;
            return;
        }
        if self.known.len() == MAX_SENDERS {
            self.known.remove(0);
        }
        self.last = self.known.len();
        self.known.push(from);
        self.changed = true;
    }

    /// When there is something to publish.
    pub fn due(&self) -> Option<Instant> {
        let soon = || self.published.map_or_else(Instant::now, |at| at + PUBLISH_INTERVAL);
        self.changed.then(soon)
    }

    /// The list to publish, if it is time.
    pub fn take(&mut self, now: Instant) -> Option<Arc<Vec<SocketAddr>>> {
        if !self.changed || self.published.is_some_and(|at| now < at + PUBLISH_INTERVAL) {
            return None;
        }
        self.changed = false;
        self.published = Some(now);
        Some(Arc::new(self.known.clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    fn addr(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn the_newest_is_last_and_64_are_kept() {
        let mut senders = Senders::default();
        let now = Instant::now();
        for port in 1..=100 {
            senders.note(addr(port));
            senders.note(addr(port));
        }
        let list = senders.take(now).unwrap();
        assert_eq!(*list, (37..=100).map(addr).collect::<Vec<_>>());
        senders.note(addr(50));
        assert_eq!(senders.take(now + PUBLISH_INTERVAL), None, "nobody new");
    }

    #[test]
    fn forged_senders_are_published_ten_times_a_second() {
        let mut senders = Senders::default();
        let start = Instant::now();
        let published = (0..1000u16)
            .filter(|&ms| {
                senders.note(addr(1000 + ms));
                senders.take(start + Duration::from_millis(ms.into())).is_some()
            })
            .count();
        assert_eq!(published, 10);
        assert_eq!(senders.due(), Some(start + Duration::from_secs(1)), "the rest is not forgotten");
    }
}
