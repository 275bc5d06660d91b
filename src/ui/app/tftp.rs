//! TFTP: its window, its server, and what its transfers do besides the others.

use std::sync::Arc;

use egui::Context;

use super::App;
use super::transfers::Carried;
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::service::tftp::State;
use crate::settings::Settings;
use crate::ui::dialog::{Serving, TftpCommand, TftpContext, TftpOrder, TransferList, serve_config};

impl Carried for State {
    const DECODED: bool = true;

    fn list(app: &mut App) -> &mut TransferList<Self> {
        &mut app.tftp.transfers
    }

    fn remember(settings: &mut Settings, order: &TftpOrder) {
        settings.tftp.recent_servers.remember(&order.server);
    }

    fn forget(settings: &mut Settings) {
        settings.tftp.history.clear();
    }

    fn trace_title(order: &TftpOrder, lang: Lang) -> String {
        let name = order.remote.rsplit(['/', '\\']).next().unwrap_or_default();
        fill(Text::TftpTraceTitle.text(lang), &[("name", &name)])
    }
}

impl App {
    /// Carries out what TFTP's window asked for.
    pub(super) fn run_tftp(&mut self, command: TftpCommand) {
        let done = match command {
            TftpCommand::Transfer(command) => self.run_transfer::<State>(command),
            TftpCommand::Serve => self.serve(),
            TftpCommand::StopServing => {
                if let Some(serving) = &self.tftp.serving {
                    serving.start_close();
                }
                Ok(())
            }
            TftpCommand::ShowServerTrace => {
                let trace = self.tftp.serving.as_ref().and_then(|serving| serving.trace);
                self.show_trace(trace);
                Ok(())
            }
        };
        self.tftp.refused = done.err();
    }

    fn serve(&mut self) -> Result<(), String> {
        if self.tftp.serving.as_ref().is_some_and(Serving::is_open) {
            return Ok(());
        }
        let (settings, lang) = (self.settings.tftp.serve.clone(), self.lang);
        let trace = settings.trace.then(|| self.add_trace(Text::TftpTraceServer.text(lang).to_owned(), true));
        let (tab, recorder) = trace.unzip();
        let config = serve_config(&settings, self.interfaces.list(), recorder, lang)?;
        let serving = Serving::start(config, tab, Arc::clone(&self.wake));
        let serving = serving.map_err(|failure| failure_line(lang, &failure))?;
        if let Some(ended) = self.tftp.serving.replace(serving) {
            self.aside.drop(ended);
        }
        Ok(())
    }

    /// Takes what the window's file dialogs have for it, and the state of the server.
    pub(super) fn tend_tftp(&mut self) {
        self.tftp.tend(&mut self.settings.tftp);
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
