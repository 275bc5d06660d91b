//! TFTP: the tool window over the main window. One page fetches and gives files, the other is a server.
//!
//! It draws from the last states of the transfers and of the server, and queues commands; the application starts and
//! ends them.

mod command;
mod context;
mod form;
mod header;
mod kept;
mod list;
mod order;
mod progress;
mod said;
mod server;

pub use command::TftpCommand;
pub use context::TftpContext;
pub use order::Order;
pub use server::{Serving, serve_config};

use egui::{Context, Ui, vec2};

use crate::service::tftp::State;
use crate::settings::TftpSettings;
use crate::ui::dialog::transfer::{Pane, TransferList, beside, refused_ui};
use crate::ui::widget::ToolWindow;

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "tftp", size: vec2(940.0, 660.0), min_size: vec2(440.0, 320.0) };

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
    /// Whether it is open.
    pub pane: Pane,
    page: Page,
    form: form::TransferForm,
    server: server::ServerPage,
    /// The transfers of this run.
    pub transfers: TransferList<State>,
    /// The server that was started last.
    pub serving: Option<Serving>,
    /// Why the last action was refused.
    pub refused: Option<String>,
}

impl TftpWindow {
    /// Takes what its file dialogs have for it; called before a frame is drawn.
    pub fn tend(&mut self, settings: &mut TftpSettings) {
        self.form.tend(settings);
        self.server.tend(&mut settings.serve);
    }

    /// Tells all transfers and the server to end; returns at once.
    pub fn start_close(&self) {
        self.transfers.start_close();
        if let Some(serving) = &self.serving {
            serving.start_close();
        }
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut TftpContext<'_>) {
        if !self.pane.is_open() {
            return;
        }
        let place = WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        self.pane.placed(place, ctx);
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        if header::header_ui(ui, &mut self.page, self.serving.as_ref(), context) {
            self.pane.close();
        }
        refused_ui(ui, &mut self.refused, context.lang);
        ui.add_space(2.0);
        let Self { page, form, server, transfers, serving, .. } = self;
        match page {
            Page::Transfers => beside(
                ui,
                "tftp transfers",
                context,
                |ui, context| form.ui(ui, context),
                |ui, context| list::transfers_ui(ui, transfers, context),
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
