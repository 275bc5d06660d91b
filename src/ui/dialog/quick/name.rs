//! A name for a group of quick commands.

use egui::Ui;

use crate::automation::command::{Group, GroupId};
use crate::i18n::Text;
use crate::ui::command::Command;
use crate::ui::dialog::{Outcome, buttons, entered, focus_at_first, title};
use crate::ui::panel::{QuickOrder, Shared};
use crate::ui::widget::labelled_field;

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// The dialog's field.
pub struct GroupNameDialog {
    group: Option<GroupId>,
    name: String,
    opened: bool,
}

impl GroupNameDialog {
    /// For a group; `None`: a new one.
    pub fn new(group: Option<&Group>) -> Self {
        let name = group.map_or_else(String::new, |group| group.name.clone());
        Self { group: group.map(Group::id), name, opened: false }
    }

    pub(in crate::ui::dialog) fn ui(&mut self, ui: &mut Ui, shared: &Shared<'_>) -> Outcome {
        ui.set_width(320.0);
        title(ui, shared.text(if self.group.is_some() { Text::QuickRenameTitle } else { Text::QuickNewGroupTitle }));
        let field = labelled_field(ui, shared.text(Text::QuickGroupName), &mut self.name, true);
        focus_at_first(&field, &mut self.opened);
        let entered = entered(ui, &field);
        let name: String = self.name.trim().chars().take(MAX_NAME).collect();
        let ready = !name.is_empty();
        match buttons(ui, Some((shared.text(Text::Ok), ready)), shared.text(Text::Cancel)) {
            Some(false) => Outcome::Done,
            None if !(entered && ready) => Outcome::Stays,
            _ => Outcome::Then(Command::Quick(Box::new(QuickOrder::NameGroup(self.group, name)))),
        }
    }
}
