//! From "there is something new" on any thread to a frame: at most one pending, about 60 a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::journal::Wake;

/// The shortest time between two frames that data asks for.
const FRAME: Duration = Duration::from_millis(16);

/// Coalesces wake-ups into repaints.
pub struct Waker {
    ctx: egui::Context,
    pending: AtomicBool,
    start: Instant,
    /// When the last frame began, in microseconds since `start`.
    last_frame_us: AtomicU64,
}

impl Waker {
    /// A waker of a window.
    pub fn new(ctx: egui::Context) -> Arc<Self> {
        Arc::new(Self { ctx, pending: AtomicBool::new(false), start: Instant::now(), last_frame_us: AtomicU64::new(0) })
    }

    /// As the core sees it.
    pub fn wake(self: &Arc<Self>) -> Wake {
        let waker = Arc::clone(self);
        Arc::new(move || waker.request())
    }

    /// Called at the beginning of each frame: what comes from now on asks for another one.
    pub fn frame_begins(&self) {
        let now = self.start.elapsed().as_micros();
        self.last_frame_us.store(u64::try_from(now).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.pending.store(false, Ordering::Release);
    }

    fn request(&self) {
        if self.pending.swap(true, Ordering::AcqRel) {
            return;
        }
        let last = Duration::from_micros(self.last_frame_us.load(Ordering::Relaxed));
        let passed = self.start.elapsed().saturating_sub(last);
        match FRAME.checked_sub(passed) {
            Some(left) => self.ctx.request_repaint_after(left),
            None => self.ctx.request_repaint(),
        }
    }
}
