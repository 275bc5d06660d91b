//! A name for a session.

use egui::Ui;

use super::{Outcome, buttons, entered, focus_at_first, title};
use crate::i18n::Text;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;
use crate::ui::widget::labelled_field;

/// The dialog's field.
pub struct RenameDialog {
    id: u64,
    name: String,
    opened: bool,
}

impl RenameDialog {
    /// For a tab, with the name that it has.
    pub fn new(tab: &Tab) -> Self {
        Self { id: tab.id, name: tab.title(), opened: false }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tabs: &mut [Tab], shared: &Shared<'_>) -> Outcome {
        let Some(tab) = tabs.iter_mut().find(|tab| tab.id == self.id) else { return Outcome::Done };
        ui.set_width(320.0);
        title(ui, shared.text(Text::RenameTitle));
        let field = labelled_field(ui, shared.text(Text::SessionName), &mut self.name, true);
        focus_at_first(&field, &mut self.opened);
        let entered = entered(ui, &field);
        match buttons(ui, Some((shared.text(Text::Ok), true)), shared.text(Text::Cancel)) {
            Some(false) => Outcome::Done,
            None if !entered => Outcome::Stays,
            _ => {
                self.name.trim().clone_into(&mut tab.settings.name);
                Outcome::Done
            }
        }
    }
}
