//! What was sent: remembers it, recalls it into the send box, shows it in a window.

use egui::Context;

use super::App;
use crate::automation::history::{Entry, History};
use crate::ui::dialog::{HistoryCommand, HistoryContext, HistoryWindow};

/// What was sent, and the window that shows it.
#[derive(Default)]
pub struct Sent {
    history: History,
    /// Grows with every change of the history.
    changes: u64,
    window: HistoryWindow,
}

impl Sent {
    /// With what was sent in earlier runs.
    pub fn new(history: History) -> Self {
        Self { history, ..Self::default() }
    }

    /// Everything that was sent, newest first.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Grows with every change of it.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Remembers a send.
    pub fn push(&mut self, entry: Entry) {
        self.history.push(entry);
        self.changes += 1;
    }
}

impl App {
    /// Opens the history's window, or closes it.
    pub(super) fn toggle_history(&mut self) {
        self.sent.window.toggle();
    }

    /// Carries out what the history's window asked for.
    pub(super) fn run_history(&mut self, command: HistoryCommand) {
        match command {
            HistoryCommand::Fill(index) => self.fill_box(index),
            HistoryCommand::Send(index) => {
                self.fill_box(index);
                self.send_once_of_box();
            }
            HistoryCommand::Remove(index) => {
                self.sent.history.remove(index);
                self.sent.changes += 1;
            }
            HistoryCommand::Clear => {
                self.sent.history.clear();
                self.sent.changes += 1;
            }
        }
    }

    fn fill_box(&mut self, index: usize) {
        if let Some(entry) = self.sent.history.get(index) {
            self.tabs[self.shown].set_entry((**entry).clone());
        }
    }

    /// Puts what was sent before into the shown tab's send box, or what was being typed.
    pub(super) fn recall(&mut self, up: bool) {
        let tab = &mut self.tabs[self.shown];
        let in_box = tab.entry();
        let history = &self.sent.history;
        let recalled = if up { tab.recall.up(history, &in_box) } else { tab.recall.down(history, &in_box) };
        if let Some(entry) = recalled {
            tab.set_entry(entry);
            tab.caret.wanted = Some(up);
        }
    }

    /// Draws the history's window.
    pub(super) fn history_ui(&mut self, ctx: &Context) {
        let Sent { history, changes, window } = &mut self.sent;
        let mut context = HistoryContext { lang: self.lang, commands: &mut self.commands, history, changes: *changes };
        window.ui(ctx, &mut context);
    }
}
