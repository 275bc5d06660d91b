//! F1: every key.

use egui::{Grid, RichText, Ui};

use super::{Outcome, buttons, scrolled, title};
use crate::i18n::Text;
use crate::settings::SendKey;
use crate::ui::command::SHORTCUTS;
use crate::ui::panel::Shared;

pub fn shortcuts_ui(ui: &mut Ui, shared: &Shared<'_>) -> Outcome {
    ui.set_width(360.0);
    title(ui, shared.text(Text::ShortcutsTitle));
    let send = match shared.send_key {
        SendKey::Enter => "Enter, Ctrl+Enter",
        SendKey::CtrlEnter => "Ctrl+Enter",
    };
    let context = ui.ctx().clone();
    let grid = Grid::new("shortcuts").num_columns(2).spacing([40.0, 6.0]);
    scrolled(ui, |ui| {
        grid.show(ui, |ui| {
            let mut row = |what: Text, key: &str| {
                ui.label(shared.text(what));
                ui.label(RichText::new(key).monospace());
                ui.end_row();
            };
            row(Text::SendShortcut, send);
            row(Text::CopyShortcut, "Ctrl+C");
            row(Text::SelectAllShortcut, "Ctrl+A");
            row(Text::ZoomShortcut, "Ctrl++  Ctrl+-  Ctrl+0");
            for (text, key, _) in SHORTCUTS {
                row(*text, &context.format_shortcut(key));
            }
        })
    });
    if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
}
