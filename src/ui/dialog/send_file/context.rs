//! What the window draws with.

use super::SendFileCommand;
use crate::i18n::{Lang, Text};
use crate::journal::Wake;
use crate::ui::command::Command;
use crate::ui::tab::Tab;

/// What the window draws with.
pub struct SendFileContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// All tabs: each may send a file.
    pub tabs: &'a mut [Tab],
    /// Which of them is shown.
    pub shown: usize,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl SendFileContext<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    /// The tab that is shown.
    pub fn shown(&self) -> &Tab {
        &self.tabs[self.shown]
    }

    /// The tab of this number, while there is one.
    pub fn tab(&mut self, id: u64) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    /// Queues a command.
    pub fn tell(&mut self, command: SendFileCommand) {
        self.commands.push(Command::SendFile(command));
    }
}
