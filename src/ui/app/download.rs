//! TCP file download: starts and ends downloads, and gives each its log where that is wanted.

use std::sync::Arc;

use egui::Context;

use super::App;
use crate::i18n::{Text, failure_line, fill};
use crate::service::download::Existing;
use crate::settings::DownloadRequest;
use crate::ui::dialog::{DownloadCommand, DownloadContext, DownloadEntry, DownloadOrder, DownloadWindow};

impl App {
    /// Carries out what the window asked for.
    pub(super) fn run_download(&mut self, command: DownloadCommand) {
        self.download.refused = None;
        match command {
            DownloadCommand::Start(order) => {
                self.settings.download.recent_servers.remember(&order.server);
                if order.request == DownloadRequest::Name {
                    self.settings.download.recent_names.remember(&order.asked);
                }
                self.start_download(*order);
            }
            DownloadCommand::Cancel(id) => {
                if let Some(entry) = self.download.entry(id) {
                    entry.cancel();
                }
            }
            DownloadCommand::Again(id) => self.repeat_download(id, Existing::Refuse),
            DownloadCommand::Replace(id) => {
                let trace = self.download.entry(id).and_then(|entry| entry.trace);
                self.close_empty_trace(trace);
                self.repeat_download(id, Existing::Overwrite);
                self.remove_download(id);
            }
            DownloadCommand::Trace(id) => self.trace_download(id),
            DownloadCommand::Remove(id) => self.remove_download(id),
            DownloadCommand::Clear => {
                self.aside.drop(self.download.clear());
                self.settings.download.history.clear();
            }
        }
    }

    fn start_download(&mut self, order: DownloadOrder) {
        if self.download.running() >= DownloadWindow::MOST_RUNNING {
            let refused = fill(Text::TftpTooMany.text(self.lang), &[("n", &DownloadWindow::MOST_RUNNING)]);
            self.download.refused = Some(refused);
            return;
        }
        let trace = order.trace.then(|| self.add_trace(self.download_title(&order), false));
        self.last_transfer += 1;
        match DownloadEntry::start(self.last_transfer, order, trace, Arc::clone(&self.wake)) {
            Ok(entry) => {
                if let Some(oldest) = self.download.list(entry) {
                    self.aside.drop(oldest);
                }
            }
            Err(failure) => self.download.refused = Some(failure_line(self.lang, &failure)),
        }
    }

    /// Shows the log of a download; one that runs without gets one.
    fn trace_download(&mut self, id: u64) {
        let Some(entry) = self.download.entry(id) else { return };
        let mut trace = entry.trace;
        if trace.is_none() {
            let order = entry.order.clone();
            let (tab, recorder) = self.add_trace(self.download_title(&order), false);
            if let Some(entry) = self.download.entry(id) {
                entry.start_trace(tab, recorder);
            }
            trace = Some(tab);
        }
        self.show_trace(trace);
    }

    fn download_title(&self, order: &DownloadOrder) -> String {
        fill(Text::DownloadTraceTitle.text(self.lang), &[("name", &order.title())])
    }

    fn repeat_download(&mut self, id: u64, existing: Existing) {
        if let Some(entry) = self.download.entry(id) {
            let order = entry.order.again(existing);
            self.start_download(order);
        }
    }

    fn remove_download(&mut self, id: u64) {
        if let Some(index) = self.download.entries.iter().position(|entry| entry.id() == id && !entry.is_running()) {
            self.aside.drop(self.download.entries.remove(index)); // its thread may still be about to end
        }
    }

    /// Takes the states of the downloads.
    pub(super) fn tend_download(&mut self) {
        self.download.tend(&mut self.settings.download);
        for entry in &mut self.download.entries {
            entry.tend(&mut self.aside);
            entry.trace = entry.trace.filter(|id| self.tabs.iter().any(|tab| tab.id == *id));
        }
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
