//! 群: FeiQ's groups, which talk by multicast and are known by an id.

use egui::{Layout, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::PageContext;
use super::conversation::{Talk, Talkers};
use crate::i18n::{Text, fill};
use crate::service::feiq::With;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{button_width, label_above, row};

/// Width of the list, in points.
const LIST_WIDTH: f32 = 180.0;

/// The page.
#[derive(Default)]
pub struct GroupsPage {
    typed: String,
    refused: bool,
    chosen: Option<String>,
    talk: Talk,
}

impl GroupsPage {
    /// Takes what its threads have for it.
    pub fn tend(&mut self) {
        self.talk.tend();
    }

    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let palette = Palette::of(ui);
        let height = ui.available_height();
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.allocate_ui_with_layout(vec2(LIST_WIDTH, height), Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(LIST_WIDTH);
                ui.spacing_mut().item_spacing.x = 8.0;
                self.list(ui, context);
            });
            let size = vec2(ui.available_width(), height);
            ui.allocate_ui_with_layout(size, Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(size.x);
                ui.spacing_mut().item_spacing.x = 8.0;
                if let Some(group) = self.chosen.clone() {
                    self.talk.ui(ui, &Talkers::One(With::Group(group)), context);
                } else {
                    ui.add_space(40.0);
                    let hint = RichText::new(context.text(Text::FeiqGroupsHint)).color(palette.secondary);
                    ui.vertical_centered(|ui| ui.label(hint));
                }
            });
        });
    }

    fn list(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqGroupId));
        row(ui, |ui| {
            let open = context.text(Text::Open);
            let width = ui.available_width() - button_width(ui, open) - 8.0;
            let field = TextEdit::singleline(&mut self.typed)
                .desired_width(width)
                .min_size(vec2(width, CONTROL_HEIGHT))
                .char_limit(16);
            let field = ui.add(field).labelled_by(label.id);
            let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            if ui.button(open).clicked() || entered {
                let id = self.typed.trim().to_lowercase();
                self.refused = id.is_empty() || !id.chars().all(|c| c.is_ascii_hexdigit());
                if !self.refused {
                    self.chosen = Some(id);
                    self.typed.clear();
                }
            }
        });
        if self.refused {
            ui.label(RichText::new(context.text(Text::FeiqNotAGroup)).small().color(Palette::of(ui).error));
        }
        ScrollArea::vertical().id_salt("feiq groups").auto_shrink(false).show(ui, |ui| {
            let Some(state) = context.state.clone() else { return };
            for conversation in state.conversations.iter() {
                let With::Group(group) = &conversation.with else { continue };
                let mut name = fill(context.text(Text::FeiqGroupTitle), &[("group", group)]);
                if conversation.unread > 0 {
                    name = format!("{name}  ({})", conversation.unread);
                }
                if ui.selectable_label(self.chosen.as_ref() == Some(group), name).clicked() {
                    self.chosen = Some(group.clone());
                }
            }
        });
    }
}
