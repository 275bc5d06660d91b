//! Text fields with their label above, joined for screen readers.

use egui::{Response, RichText, Stroke, TextEdit, Ui};

use crate::ui::theme::{CONTROL_HEIGHT, Palette, SMALL_SIZE};

/// A small label above a control.
pub fn label_above(ui: &mut Ui, label: &str) -> Response {
    let colour = Palette::of(ui).secondary;
    ui.label(RichText::new(label).size(SMALL_SIZE + 0.5).color(colour))
}

/// A label and under it a text field as wide as there is room.
pub fn labelled_field(ui: &mut Ui, label: &str, text: &mut String, enabled: bool) -> Response {
    let name = label_above(ui, label);
    let width = ui.available_width();
    ui.add_enabled_ui(enabled, |ui| {
        ui.add(TextEdit::singleline(text).desired_width(width).min_size(egui::vec2(width, CONTROL_HEIGHT)))
    })
    .inner
    .labelled_by(name.id)
}

/// A label and under it the number field that `field` draws.
pub fn labelled_by_above(
    ui: &mut Ui,
    label: &str,
    field: impl FnOnce(&mut Ui) -> (Response, Option<u32>),
) -> (Response, Option<u32>) {
    let name = label_above(ui, label);
    let (response, value) = field(ui);
    (response.labelled_by(name.id), value)
}

/// A field for a number within a range, edited as text so that nothing is corrected under the person's fingers:
/// out of range is shown by a red frame, and `None` comes back.
pub fn number_field(
    ui: &mut Ui,
    text: &mut String,
    range: std::ops::RangeInclusive<u32>,
    width: f32,
) -> (Response, Option<u32>) {
    let value = |text: &str| text.trim().parse::<u32>().ok().filter(|v| range.contains(v));
    let response = marked_wrong(ui, value(text).is_none(), |ui| {
        ui.add(
            TextEdit::singleline(text).desired_width(width).min_size(egui::vec2(width, CONTROL_HEIGHT)).char_limit(10),
        )
    });
    if response.lost_focus() && text.trim().len() < text.len() {
        *text = text.trim().to_owned();
    }
    let value = value(text);
    (response, value)
}

/// Draws a field, with a red frame and red text if what it holds is wrong.
pub fn marked_wrong<R>(ui: &mut Ui, wrong: bool, field: impl FnOnce(&mut Ui) -> R) -> R {
    let error = Palette::of(ui).error;
    let marked = ui.scope(|ui| {
        if wrong {
            let widgets = &mut ui.visuals_mut().widgets;
            for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
                state.bg_stroke = Stroke::new(1.5, error);
            }
            ui.visuals_mut().override_text_color = Some(error);
        }
        field(ui)
    });
    marked.inner
}
