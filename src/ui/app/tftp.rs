//! TFTP: starts and ends transfers and the server, and gives each its log where that is wanted.

use std::sync::Arc;

use egui::Context;

use super::App;
use crate::i18n::{Text, failure_line, fill};
use crate::journal::Recorder;
use crate::service::tftp::Existing;
use crate::settings::{ReceiveSettings, TabSettings};
use crate::ui::dialog::{Serving, TftpCommand, TftpContext, TftpEntry, TftpOrder, TftpWindow, serve_config};

impl App {
    /// Carries out what TFTP's window asked for.
    pub(super) fn run_tftp(&mut self, command: TftpCommand) {
        self.tftp.refused = None;
        match command {
            TftpCommand::Start(order) => {
                self.settings.tftp.recent_servers.remember(&order.server);
                self.start_transfer(*order);
            }
            TftpCommand::Cancel(id) => {
                if let Some(entry) = self.tftp.entry(id) {
                    entry.cancel();
                }
            }
            TftpCommand::Again(id) => self.repeat_transfer(id, Existing::Refuse),
            TftpCommand::Replace(id) => {
                let trace = self.tftp.entry(id).and_then(|entry| entry.trace);
                self.close_empty_trace(trace);
                self.repeat_transfer(id, Existing::Overwrite);
                self.remove_transfer(id);
            }
            TftpCommand::Trace(id) => self.trace_transfer(id),
            TftpCommand::Remove(id) => self.remove_transfer(id),
            TftpCommand::Clear => {
                self.aside.drop(self.tftp.clear());
                self.settings.tftp.history.clear();
            }
            TftpCommand::Serve => self.serve(),
            TftpCommand::StopServing => {
                if let Some(serving) = &self.tftp.serving {
                    serving.start_close();
                }
            }
            TftpCommand::ShowServerTrace => {
                let trace = self.tftp.serving.as_ref().and_then(|serving| serving.trace);
                self.show_trace(trace);
            }
        }
    }

    fn start_transfer(&mut self, order: TftpOrder) {
        if self.tftp.running() >= TftpWindow::MOST_RUNNING {
            let refused = fill(Text::TftpTooMany.text(self.lang), &[("n", &TftpWindow::MOST_RUNNING)]);
            self.tftp.refused = Some(refused);
            return;
        }
        let trace = order.trace.then(|| self.add_trace(self.trace_title(&order), true));
        self.last_transfer += 1;
        match TftpEntry::start(self.last_transfer, order, trace, Arc::clone(&self.wake)) {
            Ok(entry) => {
                if let Some(oldest) = self.tftp.list(entry) {
                    self.aside.drop(oldest);
                }
            }
            Err(failure) => self.tftp.refused = Some(failure_line(self.lang, &failure)),
        }
    }

    /// Shows the log of a transfer; one that runs without gets one.
    fn trace_transfer(&mut self, id: u64) {
        let Some(entry) = self.tftp.entry(id) else { return };
        let mut trace = entry.trace;
        if trace.is_none() {
            let order = entry.order.clone();
            let (tab, recorder) = self.add_trace(self.trace_title(&order), true);
            if let Some(entry) = self.tftp.entry(id) {
                entry.start_trace(tab, recorder);
            }
            trace = Some(tab);
        }
        self.show_trace(trace);
    }

    fn trace_title(&self, order: &TftpOrder) -> String {
        let name = order.remote.rsplit(['/', '\\']).next().unwrap_or_default();
        fill(Text::TftpTraceTitle.text(self.lang), &[("name", &name)])
    }

    /// A transfer that ended before its first packet leaves no log behind.
    pub(super) fn close_empty_trace(&mut self, tab: Option<u64>) {
        if let Some(tab) = tab
            && self.index_of(tab).is_some_and(|index| self.tabs[index].session.journal().is_empty())
        {
            self.close_session(tab);
        }
    }

    fn repeat_transfer(&mut self, id: u64, existing: Existing) {
        if let Some(entry) = self.tftp.entry(id) {
            let order = entry.order.again(existing);
            self.start_transfer(order);
        }
    }

    fn remove_transfer(&mut self, id: u64) {
        if let Some(index) = self.tftp.entries.iter().position(|entry| entry.id() == id && !entry.is_running()) {
            self.aside.drop(self.tftp.entries.remove(index)); // its thread may still wait for a last repetition
        }
    }

    fn serve(&mut self) {
        if self.tftp.serving.as_ref().is_some_and(Serving::is_open) {
            return;
        }
        let (settings, lang) = (self.settings.tftp.serve.clone(), self.lang);
        let trace = settings.trace.then(|| self.add_trace(Text::TftpTraceServer.text(lang).to_owned(), true));
        let (tab, recorder) = trace.unzip();
        let started = serve_config(&settings, self.interfaces.list(), recorder, lang).and_then(|config| {
            Serving::start(config, tab, Arc::clone(&self.wake)).map_err(|failure| failure_line(lang, &failure))
        });
        match started {
            Ok(serving) => {
                if let Some(ended) = self.tftp.serving.replace(serving) {
                    self.aside.drop(ended);
                }
            }
            Err(refused) => self.tftp.refused = Some(refused),
        }
    }

    /// A new tab for what a transfer or the server sends and receives, and the hand that writes its log. `decode`: each
    /// packet stands for itself, and is said in words too.
    pub(super) fn add_trace(&mut self, name: String, decode: bool) -> (u64, Arc<Recorder>) {
        let receive = ReceiveSettings { decode, ..ReceiveSettings::default() };
        let index = self.add_tab(TabSettings { name, receive, ..TabSettings::default() });
        let tab = &mut self.tabs[index];
        tab.kept = false; // without its packets it would be an empty tab in the next run
        let trace = (tab.id, Arc::clone(tab.session.recorder()));
        self.shown = index;
        trace
    }

    /// Shows the log of a tab.
    pub(super) fn show_trace(&mut self, id: Option<u64>) {
        if let Some(index) = id.and_then(|id| self.index_of(id)) {
            self.shown = index;
            self.tftp.make_room();
            self.download.make_room();
        }
    }

    /// Takes the states of the transfers and of the server.
    pub(super) fn tend_tftp(&mut self) {
        self.tftp.tend(&mut self.settings.tftp);
        for entry in &mut self.tftp.entries {
            entry.tend(&mut self.aside);
            entry.trace = entry.trace.filter(|id| self.tabs.iter().any(|tab| tab.id == *id));
        }
        if let Some(serving) = &mut self.tftp.serving {
            serving.tend(&mut self.aside);
            serving.trace = serving.trace.filter(|id| self.tabs.iter().any(|tab| tab.id == *id));
        }
    }

    /// Draws TFTP's window.
    pub(super) fn tftp_ui(&mut self, ctx: &Context) {
        let mut context = TftpContext {
            lang: self.lang,
            commands: &mut self.commands,
            settings: &mut self.settings.tftp,
            interfaces: self.interfaces.list(),
            downloads: &self.download_folder,
            wake: &self.wake,
        };
        self.tftp.ui(ctx, &mut context);
    }
}
