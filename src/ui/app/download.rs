//! TCP file download: its window, and what it does besides the other transfers.

use egui::Context;

use super::App;
use super::transfers::Carried;
use crate::i18n::{Lang, Text, fill};
use crate::service::download::State;
use crate::settings::{DownloadRequest, Settings};
use crate::ui::dialog::{DownloadCommand, DownloadContext, DownloadOrder, TransferList};

impl Carried for State {
    const DECODED: bool = false;

    fn list(app: &mut App) -> &mut TransferList<Self> {
        &mut app.download.transfers
    }

    fn remember(settings: &mut Settings, order: &DownloadOrder) {
        settings.download.recent_servers.remember(&order.server);
        if order.request == DownloadRequest::Name {
            settings.download.recent_names.remember(&order.asked);
        }
    }

    fn forget(settings: &mut Settings) {
        settings.download.history.clear();
    }

    fn trace_title(order: &DownloadOrder, lang: Lang) -> String {
        fill(Text::DownloadTraceTitle.text(lang), &[("name", &order.title())])
    }
}

impl App {
    /// Carries out what the window asked for.
    pub(super) fn run_download(&mut self, command: DownloadCommand) {
        self.download.refused = self.run_transfer::<State>(command).err();
    }

    /// Takes what the window's file dialog has for it.
    pub(super) fn tend_download(&mut self) {
        self.download.tend(&mut self.settings.download);
    }

    /// Draws the window.
    pub(super) fn download_ui(&mut self, ctx: &Context) {
        let mut context = DownloadContext {
            lang: self.lang,
            commands: &mut self.commands,
            settings: &mut self.settings.download,
            downloads: &self.download_folder,
            wake: &self.wake,
        };
        self.download.ui(ctx, &mut context);
    }
}
