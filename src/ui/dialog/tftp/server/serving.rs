//! The server that was started last: its handle while it is open, its last state afterwards.

use std::sync::Arc;

use egui::{Color32, Ui};

use crate::i18n::{Lang, Text, fill};
use crate::journal::{Failure, Wake, rows};
use crate::service::tftp::{Server, ServerConfig, ServerPhase, ServerState};
use crate::ui::aside::Aside;
use crate::ui::theme::Palette;

/// A server, as its page shows it.
pub struct Serving {
    server: Option<Server>,
    /// How it stands.
    pub state: Arc<ServerState>,
    /// The tab that has the log of its packets.
    pub trace: Option<u64>,
}

impl Serving {
    /// Starts a server; `trace` is the tab of its log.
    pub fn start(config: ServerConfig, trace: Option<u64>, wake: Wake) -> Result<Self, Failure> {
        let server = Server::start(config, wake)?;
        Ok(Self { state: server.state(), server: Some(server), trace })
    }

    /// Takes its state, and lets go of it when it is over.
    pub fn tend(&mut self, aside: &mut Aside) {
        if let Some(server) = &self.server {
            self.state = server.state();
            if !self.is_open() {
                aside.drop(self.server.take());
            }
        }
    }

    /// Tells it to end; returns at once.
    pub fn start_close(&self) {
        if let Some(server) = &self.server {
            server.start_close();
        }
    }

    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        !matches!(self.state.phase, ServerPhase::Closed(_))
    }
}

/// The lamp's colour and what it means.
pub fn lamp_words(ui: &Ui, serving: &Serving, lang: Lang) -> (Color32, String) {
    let palette = Palette::of(ui);
    match &serving.state.phase {
        ServerPhase::Starting => (palette.lamp_busy, Text::TftpStarting.text(lang).to_owned()),
        ServerPhase::Listening(local) => {
            (palette.lamp_open, fill(Text::TftpServing.text(lang), &[("addr", &rows::address(local))]))
        }
        ServerPhase::Closed(_) => (palette.lamp_closed, Text::TftpNotServing.text(lang).to_owned()),
    }
}
