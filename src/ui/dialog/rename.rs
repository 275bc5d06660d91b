//! A name for a session.

use egui::{Key, Ui};

use super::{Outcome, buttons, title};
use crate::i18n::Text;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;
use crate::ui::widget::labelled_field;

pub fn rename_ui(ui: &mut Ui, id: u64, name: &mut String, tabs: &mut [Tab], shared: &Shared<'_>) -> Outcome {
    let Some(tab) = tabs.iter_mut().find(|tab| tab.id == id) else { return Outcome::Done };
    ui.set_width(320.0);
    title(ui, shared.text(Text::RenameTitle));
    let field = labelled_field(ui, shared.text(Text::SessionName), name, true);
    if !field.has_focus() && !field.lost_focus() {
        field.request_focus();
    }
    let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    match buttons(ui, Some((shared.text(Text::Ok), true)), shared.text(Text::Cancel)) {
        Some(false) => Outcome::Done,
        None if !enter => Outcome::Stays,
        _ => {
            name.trim().clone_into(&mut tab.settings.name);
            Outcome::Done
        }
    }
}
