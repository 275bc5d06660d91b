//! The first row: which group, a new command (or the first group), and what can be done with groups.

use egui::containers::menu::MenuButton;
use egui::{Button, Ui};

use super::{QuickContext, QuickOrder};
use crate::automation::command::GroupId;
use crate::i18n::Text;
use crate::ui::panel::name_it;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{button_width, combo, row};

/// Draws the row.
pub fn groups_ui(ui: &mut Ui, shown: &mut Option<GroupId>, context: &mut QuickContext<'_>) {
    row(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (new, manage) = (context.text(Text::QuickNew), context.text(Text::QuickManage));
        let after = button_width(ui, new) + button_width(ui, manage) + 2.0 * ui.spacing().item_spacing.x;
        let width = (ui.available_width() - after).clamp(60.0, 260.0);
        let group = shown.and_then(|id| context.quick.group(id));
        let list = combo("quick groups")
            .width(width)
            .truncate()
            .selected_text(group.map_or("", |group| group.name.as_str()))
            .show_ui(ui, |ui| {
                for group in context.quick.groups() {
                    ui.selectable_value(shown, Some(group.id()), &group.name);
                }
            });
        name_it(ui, &list.response, context.text(Text::QuickGroup));
        let chosen = *shown;
        let button = Button::new(new).min_size(egui::vec2(0.0, CONTROL_HEIGHT));
        if ui.add(button).clicked() {
            context.tell(chosen.map_or(QuickOrder::NewGroup, QuickOrder::New));
        }
        MenuButton::from_button(Button::new(manage).min_size(egui::vec2(0.0, CONTROL_HEIGHT))).ui(ui, |ui| {
            ui.set_min_width(160.0);
            let mut entry = |ui: &mut Ui, text: Text, order: Option<QuickOrder>| {
                let enabled = order.is_some();
                if ui.add_enabled(enabled, Button::new(context.text(text))).clicked()
                    && let Some(order) = order
                {
                    context.tell(order);
                    ui.close();
                }
            };
            entry(ui, Text::QuickNewGroup, Some(QuickOrder::NewGroup));
            entry(ui, Text::QuickRenameGroup, chosen.map(QuickOrder::RenameGroup));
            entry(ui, Text::QuickDuplicateGroup, chosen.map(QuickOrder::DuplicateGroup));
            entry(ui, Text::QuickRemoveGroup, chosen.map(QuickOrder::RemoveGroup));
            ui.separator();
            entry(ui, Text::QuickImport, Some(QuickOrder::Import));
            entry(ui, Text::QuickExportGroup, chosen.map(|group| QuickOrder::Export(Some(group))));
            entry(ui, Text::QuickExportAll, chosen.map(|_| QuickOrder::Export(None)));
        });
    });
}
