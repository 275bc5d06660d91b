//! A framed view for threads that may wait: copying.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Framed;
use crate::journal::rows::{Extent, Source};
use crate::journal::{Fetch, KindMask, Seek};

/// How often it looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(20);

/// A [`Source`] that never says `Loading`, unless it is told to stop.
pub struct FramedWaiting {
    framed: Arc<Framed>,
    stop: Arc<AtomicBool>,
}

impl FramedWaiting {
    /// Of a view; when `stop` is set, nothing is waited for any more.
    pub fn new(framed: Arc<Framed>, stop: Arc<AtomicBool>) -> Self {
        Self { framed, stop }
    }

    fn until<T>(&self, mut told: impl FnMut() -> T, is_loading: impl Fn(&T) -> bool) -> T {
        loop {
            let revision = self.framed.answers();
            let answer = told();
            if !is_loading(&answer) || self.stop.load(Ordering::Acquire) {
                return answer;
            }
            self.framed.wait(revision, LOOK);
        }
    }
}

impl Source for FramedWaiting {
    fn get(&self, index: u64) -> Fetch {
        self.until(|| self.framed.get(index), |fetch| matches!(fetch, Fetch::Loading))
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        self.until(|| self.framed.next_visible(index, mask), |seek| matches!(seek, Seek::Loading(_)))
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        self.until(|| self.framed.previous_visible(index, mask), |seek| matches!(seek, Seek::Loading(_)))
    }

    fn extent(&self) -> Extent {
        self.framed.extent()
    }

    fn byte_offset(&self, index: u64) -> u64 {
        self.framed.byte_offset(index)
    }
}
