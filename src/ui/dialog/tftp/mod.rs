//! TFTP: the tool window over the main window. One page fetches and gives files, the other is a server.
//!
//! It draws from the last states of the transfers and of the server, and queues commands; the application starts and
//! ends them.

mod command;
mod context;
mod entry;
mod form;
mod header;
mod list;
mod order;
mod past;
mod progress;
mod said;
mod server;

pub use command::TftpCommand;
pub use context::TftpContext;
pub use entry::Entry;
pub use order::Order;
pub use server::{Serving, serve_config};

use egui::{Context, Ui, vec2};

use crate::i18n::Lang;
use crate::settings::{TftpRecord, TftpSettings};
use crate::ui::dialog::transfer::{beside, refused_ui};
use crate::ui::widget::ToolWindow;

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "tftp", size: vec2(940.0, 660.0), min_size: vec2(440.0, 320.0) };

/// A window with a larger share of the main window's width covers the log.
const COVERING: f32 = 0.8;

/// The pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// 下载/上传
    #[default]
    Transfers,
    /// 服务器
    Server,
}

/// The tool window.
#[derive(Default)]
pub struct TftpWindow {
    open: bool,
    /// It leaves no room to see a log beside it.
    covers: bool,
    page: Page,
    form: form::TransferForm,
    server: server::ServerPage,
    /// The transfers of this run, the latest last.
    pub entries: Vec<Entry>,
    /// The server that was started last.
    pub serving: Option<Serving>,
    /// Why the last action was refused.
    pub refused: Option<String>,
}

impl TftpWindow {
    /// So many transfers at the same time.
    pub const MOST_RUNNING: usize = 64;
    /// So many transfers are listed; the oldest that are over make room.
    const MOST_ENTRIES: usize = 200;

    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// A log is to be seen: closes the window if it lies over all of it.
    pub fn make_room(&mut self) {
        self.open &= !self.covers;
    }

    /// Takes what its file dialogs have for it; called before a frame is drawn.
    pub fn tend(&mut self, settings: &mut TftpSettings) {
        self.form.tend(settings);
        self.server.tend(&mut settings.serve);
    }

    /// The transfers that are not over.
    pub fn running(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_running()).count()
    }

    /// The transfer of this number.
    pub fn entry(&mut self, id: u64) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id() == id)
    }

    /// Tells all transfers and the server to end; returns at once.
    pub fn start_close(&self) {
        for entry in &self.entries {
            entry.cancel();
        }
        if let Some(serving) = &self.serving {
            serving.start_close();
        }
    }

    /// Puts a transfer into the list; the one that made room for it, if it is full.
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
    pub fn records(&self, lang: Lang) -> Vec<TftpRecord> {
        self.entries.iter().filter_map(|entry| entry.record(lang)).collect()
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut TftpContext<'_>) {
        if !self.open {
            return;
        }
        let place = WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        self.covers = place.is_some_and(|place| place.width() > ctx.content_rect().width() * COVERING);
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        if header::header_ui(ui, &mut self.page, self.serving.as_ref(), context) {
            self.open = false;
        }
        refused_ui(ui, &mut self.refused, context.lang);
        ui.add_space(2.0);
        let Self { page, form, server, entries, serving, .. } = self;
        match page {
            Page::Transfers => beside(
                ui,
                "tftp transfers",
                context,
                |ui, context| form.ui(ui, context),
                |ui, context| list::list_ui(ui, entries, context),
            ),
            Page::Server => beside(
                ui,
                "tftp server",
                context,
                |ui, context| server.ui(ui, serving.as_ref(), context),
                |ui, context| server::activity_ui(ui, serving.as_ref(), context),
            ),
        }
    }
}
