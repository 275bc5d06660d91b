//! A text field with a list to choose from: the classic's editable combo.

use egui::{
    Align, Button, Key, Layout, Margin, Popup, PopupCloseBehavior, Rect, Response, RichText, Role, Sense, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};

use super::chevron;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};

/// Width of the arrow at the end of the field, in points.
const ARROW: f32 = 24.0;

/// An editable combo. The field and the button that opens the list both bear the label's name.
pub struct AddressField<'a> {
    /// The visible label.
    pub label: &'a str,
    /// The label's widget, if it stands elsewhere.
    pub labelled_by: egui::Id,
    /// What to choose from: the value, and a note beside it (empty: none).
    pub choices: &'a [(String, String)],
    /// In points.
    pub width: f32,
}

impl AddressField<'_> {
    /// Shows it; the response is the text field's, and `changed` after a choice too.
    pub fn show(self, ui: &mut Ui, text: &mut String) -> Response {
        let enabled = ui.is_enabled();
        let inner =
            ui.allocate_ui_with_layout(vec2(self.width, CONTROL_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
                let mut field = ui
                    .add(
                        TextEdit::singleline(text)
                            .desired_width(self.width)
                            .min_size(vec2(self.width, CONTROL_HEIGHT))
                            .margin(Margin { left: 6, right: ARROW as i8, top: 3, bottom: 3 }),
                    )
                    .labelled_by(self.labelled_by);
                // The arrow lies on the field's right end, inside its frame.
                let rect = Rect::from_min_max(pos2(field.rect.right() - ARROW, field.rect.top()), field.rect.max);
                let drop = ui.interact(rect, field.id.with("list"), Sense::click());
                let drop = drop.on_hover_cursor(egui::CursorIcon::Default);
                let value = text.clone();
                drop.widget_info(|| {
                    let mut info = WidgetInfo::labeled(Role::ComboBox, enabled, self.label);
                    info.current_text_value = Some(value.clone());
                    info
                });
                paint_button(ui, rect, &drop);
                super::focus_ring(ui, &drop);
                let chosen = Popup::menu(&drop)
                    .align(egui::RectAlign::BOTTOM_END)
                    .close_behavior(PopupCloseBehavior::CloseOnClick)
                    .accessible_name(self.label)
                    .width(self.width)
                    .show(|ui| {
                        ui.set_min_width(self.width);
                        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| list(ui, self.choices, text)).inner
                    })
                    .and_then(|shown| shown.inner);
                if field.has_focus() && ui.input(|i| i.key_pressed(Key::ArrowDown) && i.modifiers.alt) {
                    Popup::open_id(ui.ctx(), Popup::default_response_id(&drop));
                }
                if let Some(choice) = chosen {
                    *text = choice;
                    field.mark_changed();
                }
                field
            });
        inner.inner
    }
}

/// The choices; what was clicked.
fn list(ui: &mut Ui, choices: &[(String, String)], current: &str) -> Option<String> {
    ui.with_layout(Layout::top_down_justified(Align::LEFT), |ui| {
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        let mut chosen = None;
        let weak = Palette::of(ui).secondary;
        for (value, note) in choices {
            let mut row = Button::selectable(value == current, value.as_str());
            if !note.is_empty() {
                row = row.right_text(RichText::new(note).color(weak));
            }
            let response = ui.add(row);
            // The name is what is chosen; the note describes it.
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_label(value.as_str());
                if !note.is_empty() {
                    node.set_description(note.as_str());
                }
            });
            if response.clicked() {
                chosen = Some(value.clone());
            }
        }
        chosen
    })
    .inner
}

fn paint_button(ui: &Ui, rect: egui::Rect, response: &Response) {
    let palette = Palette::of(ui);
    let colour = if !ui.is_enabled() {
        palette.lamp_closed
    } else if response.hovered() || response.has_focus() {
        palette.accent
    } else {
        palette.secondary
    };
    chevron(ui.painter(), rect.center(), colour);
}
