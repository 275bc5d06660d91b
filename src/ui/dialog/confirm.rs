//! Questions before something open is closed.

use egui::{Key, Ui};

use super::{Outcome, buttons, title};
use crate::i18n::{Text, fill};
use crate::ui::command::Command;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;

pub fn close_ui(ui: &mut Ui, id: u64, tabs: &[Tab], shared: &Shared<'_>) -> Outcome {
    let Some(tab) = tabs.iter().find(|tab| tab.id == id) else { return Outcome::Done };
    ui.set_width(360.0);
    title(ui, shared.text(Text::CloseSessionTitle));
    ui.label(fill(shared.text(Text::CloseOpenSession), &[("name", &tab.title())]));
    let enter = ui.input(|i| i.key_pressed(Key::Enter));
    match buttons(ui, Some((shared.text(Text::Ok), true)), shared.text(Text::Cancel)) {
        Some(true) => Outcome::Then(Command::CloseSessionNow(id)),
        None if enter => Outcome::Then(Command::CloseSessionNow(id)),
        Some(false) => Outcome::Done,
        None => Outcome::Stays,
    }
}

pub fn quit_ui(ui: &mut Ui, tabs: &[Tab], transfers: usize, downloads: usize, shared: &Shared<'_>) -> Outcome {
    ui.set_width(360.0);
    title(ui, shared.text(Text::QuitTitle));
    let open = tabs.iter().filter(|tab| tab.is_open()).count();
    for (text, n) in
        [(Text::QuitOpenSessions, open), (Text::TftpQuitRunning, transfers), (Text::DownloadQuitRunning, downloads)]
    {
        if n > 0 {
            ui.label(fill(shared.text(text), &[("n", &n)]));
        }
    }
    let enter = ui.input(|i| i.key_pressed(Key::Enter));
    match buttons(ui, Some((shared.text(Text::Quit), true)), shared.text(Text::Cancel)) {
        Some(true) => Outcome::QuitNow,
        None if enter => Outcome::QuitNow,
        Some(false) => Outcome::Done,
        None => Outcome::Stays,
    }
}
