//! TCP file download: the tool window over the main window. A form asks for a file, a list shows what comes.
//!
//! It draws from the last states of the downloads and queues commands; the application starts and ends them.

mod command;
mod context;
mod entry;
mod form;
mod list;
mod order;
mod past;
mod said;

pub use command::DownloadCommand;
pub use context::DownloadContext;
pub use entry::Entry;
pub use order::Order;

use egui::{Context, RichText, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::settings::{DownloadRecord, DownloadSettings};
use crate::ui::dialog::transfer::{beside, refused_ui};
use crate::ui::widget::{CROSS, ToolWindow, cross, row};

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "download", size: vec2(900.0, 600.0), min_size: vec2(440.0, 320.0) };
/// A window with a larger share of the main window's width covers the log.
const COVERING: f32 = 0.8;

/// The tool window.
#[derive(Default)]
pub struct DownloadWindow {
    open: bool,
    /// It leaves no room to see a log beside it.
    covers: bool,
    form: form::DownloadForm,
    /// The downloads of this run, the latest last.
    pub entries: Vec<Entry>,
    /// Why the last action was refused.
    pub refused: Option<String>,
}

impl DownloadWindow {
    /// So many downloads at the same time.
    pub const MOST_RUNNING: usize = 64;
    /// So many downloads are listed; the oldest that are over make room.
    const MOST_ENTRIES: usize = 200;

    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// A log is to be seen: closes the window if it lies over all of it.
    pub fn make_room(&mut self) {
        self.open &= !self.covers;
    }

    /// Takes what its file dialog has for it; called before a frame is drawn.
    pub fn tend(&mut self, settings: &mut DownloadSettings) {
        self.form.tend(settings);
    }

    /// The downloads that are not over.
    pub fn running(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_running()).count()
    }

    /// The download of this number.
    pub fn entry(&mut self, id: u64) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id() == id)
    }

    /// Tells all downloads to end; returns at once.
    pub fn start_close(&self) {
        for entry in &self.entries {
            entry.cancel();
        }
    }

    /// Puts a download into the list; the one that made room for it, if it is full.
    #[must_use]
    pub fn list(&mut self, entry: Entry) -> Option<Entry> {
        self.entries.push(entry);
        let oldest = self.entries.iter().position(|entry| !entry.is_running());
        oldest.filter(|_| self.entries.len() > Self::MOST_ENTRIES).map(|oldest| self.entries.remove(oldest))
    }

    /// Takes everything that is over off the list.
    #[must_use]
    pub fn clear(&mut self) -> Vec<Entry> {
        let (running, over) = std::mem::take(&mut self.entries).into_iter().partition(Entry::is_running);
        self.entries = running;
        over
    }

    /// What is to be kept of this run, the latest last.
    pub fn records(&self, lang: Lang) -> Vec<DownloadRecord> {
        self.entries.iter().filter_map(|entry| entry.record(lang)).collect()
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut DownloadContext<'_>) {
        if !self.open {
            return;
        }
        let place = WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        self.covers = place.is_some_and(|place| place.width() > ctx.content_rect().width() * COVERING);
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::DownloadMenu)).heading().strong());
            ui.add_space((ui.available_width() - CROSS - 8.0).max(0.0));
            if cross(ui, context.text(Text::CloseWindow)).clicked() {
                self.open = false;
            }
        });
        refused_ui(ui, &mut self.refused, context.lang);
        ui.add_space(2.0);
        let Self { form, entries, .. } = self;
        beside(
            ui,
            "downloads",
            context,
            |ui, context| form.ui(ui, context),
            |ui, context| list::list_ui(ui, entries, context),
        );
    }
}
