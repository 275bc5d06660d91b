//! A field for how often: a number, or nothing for "without an end".

use egui::{Response, TextEdit, Ui, vec2};

use super::marked_wrong;
use crate::ui::theme::CONTROL_HEIGHT;

/// Draws it; the value is 0 for an empty field, `None` for what is no number.
pub fn times_field(ui: &mut Ui, text: &mut String, width: f32) -> (Response, Option<u32>) {
    let value = |text: &str| if text.trim().is_empty() { Some(0) } else { text.trim().parse::<u32>().ok() };
    let response = marked_wrong(ui, value(text).is_none(), |ui| {
        let field = TextEdit::singleline(text).desired_width(width).min_size(vec2(width, CONTROL_HEIGHT));
        ui.add(field.char_limit(10).hint_text("∞"))
    });
    let value = value(text);
    (response, value)
}
