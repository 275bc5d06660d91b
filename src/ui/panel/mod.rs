//! The parts of the window. Each draws from a tab and queues commands.

mod answer;
mod append;
mod chat;
mod framing;
mod log;
mod network;
mod notice;
mod quick;
mod receive;
mod send;
mod send_box;
mod send_footer;
mod send_options;
mod status;
mod top;

pub use append::QuickAppend;
pub use framing::{FramingFields, MarkField};
pub use log::log_ui;
pub use network::{local_choices, network_ui};
pub use notice::notice_ui;
pub use quick::{QuickContext, QuickOrder, QuickPanel, Said as QuickSaid};
pub use receive::receive_ui;
pub use send::{send_height, send_ui};
pub use send_box::Caret;
pub use send_options::{name_it, send_options_ui};
pub use status::status_ui;
pub use top::top_ui;

use crate::automation::command::QuickCommands;
use crate::i18n::{Lang, Text};
use crate::net::Interface;
use crate::settings::{Recent, SendKey};
use crate::ui::command::Command;

/// What a panel draws with.
pub struct Shared<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// This machine's addresses, as last seen.
    pub interfaces: &'a [Interface],
    /// Hosts that TCP clients connected to.
    pub recent_hosts: &'a Recent,
    /// Remote hosts that datagrams were sent to.
    pub recent_remotes: &'a Recent,
    /// Which key sends.
    pub send_key: SendKey,
    /// The quick commands.
    pub quick: &'a QuickCommands,
}

impl Shared<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    /// Queues a command.
    pub fn queue(&mut self, command: Command) {
        self.commands.push(command);
    }
}
