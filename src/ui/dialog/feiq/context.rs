//! What a page draws with.

use std::path::Path;
use std::sync::Arc;

use crate::i18n::{Lang, Text};
use crate::journal::Wake;
use crate::net::Interface;
use crate::service::feiq::{FeiqCommand, Phase, State};
use crate::settings::{FeiqSettings, SendKey};
use crate::ui::command::Command;

/// What a page draws with.
pub struct PageContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// What is kept of FeiQ.
    pub settings: &'a mut FeiqSettings,
    /// The node's last state, if there was a node.
    pub state: Option<Arc<State>>,
    /// This machine's addresses, as last seen.
    pub interfaces: &'a [Interface],
    /// Which key sends.
    pub send_key: SendKey,
    /// Where files go unless the person says otherwise.
    pub save_folder: &'a Path,
    /// The folder of the history; `None`: nothing is kept at all.
    pub history: Option<&'a Path>,
    /// For textures.
    pub ctx: &'a egui::Context,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl PageContext<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    /// Queues a command.
    pub fn queue(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Queues a command for the node.
    pub fn tell(&mut self, command: FeiqCommand) {
        self.queue(Command::Feiq(Box::new(command)));
    }

    /// What the node is; `None`: there is none, or it is over.
    pub fn phase(&self) -> Option<&Phase> {
        self.state.as_ref().map(|state| &state.phase).filter(|phase| !matches!(phase, Phase::Closed { .. }))
    }

    /// Whether the node can send.
    pub fn is_online(&self) -> bool {
        matches!(self.phase(), Some(Phase::Online { .. }))
    }
}
