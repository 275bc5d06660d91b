//! What a page draws with.

use std::path::Path;

use super::TftpCommand;
use crate::i18n::{Lang, Text};
use crate::journal::Wake;
use crate::net::Interface;
use crate::settings::TftpSettings;
use crate::ui::command::Command;

/// What a page draws with.
pub struct TftpContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// What is kept of TFTP.
    pub settings: &'a mut TftpSettings,
    /// This machine's addresses, as last seen.
    pub interfaces: &'a [Interface],
    /// Where downloads go unless the person says otherwise.
    pub downloads: &'a Path,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl TftpContext<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    /// Queues a command.
    pub fn tell(&mut self, command: TftpCommand) {
        self.commands.push(Command::Tftp(Box::new(command)));
    }
}
