//! Whether a window of transfers is open, and whether it lies over the log.

use egui::{Context, Rect};

/// A window with a larger share of the main window's width covers the log.
const COVERING: f32 = 0.8;

/// Whether the window is open.
#[derive(Default)]
pub struct Pane {
    open: bool,
    /// It leaves no room to see a log beside it.
    covers: bool,
}

impl Pane {
    /// Whether it is to be drawn.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// A log is to be seen: closes the window if it lies over all of it.
    pub fn make_room(&mut self) {
        self.open &= !self.covers;
    }

    /// It was drawn there.
    pub fn placed(&mut self, place: Option<Rect>, ctx: &Context) {
        self.covers = place.is_some_and(|place| place.width() > ctx.content_rect().width() * COVERING);
    }
}
