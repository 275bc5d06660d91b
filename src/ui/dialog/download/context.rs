//! What the window draws with.

use std::path::Path;

use super::DownloadCommand;
use crate::i18n::{Lang, Text};
use crate::journal::Wake;
use crate::settings::DownloadSettings;
use crate::ui::command::Command;

/// What the window draws with.
pub struct DownloadContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// What is kept of it.
    pub settings: &'a mut DownloadSettings,
    /// Where downloads go unless the person says otherwise.
    pub downloads: &'a Path,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl DownloadContext<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    /// Queues a command.
    pub fn tell(&mut self, command: DownloadCommand) {
        self.commands.push(Command::Download(Box::new(command)));
    }
}
