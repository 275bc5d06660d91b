//! A row of controls that stand on one line, whatever their heights.

use egui::{Align, Layout, TextStyle, TextWrapMode, Ui, WidgetText, vec2};

use crate::ui::theme::CONTROL_HEIGHT;

/// A row as high as the highest control, so that what is lower (a label, a check box) is centred from the start.
pub fn row<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), CONTROL_HEIGHT + 1.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), content).inner
}

/// The width of a button with this text, in points.
pub fn button_width(ui: &Ui, text: &str) -> f32 {
    text_width(ui, text) + 2.0 * ui.spacing().button_padding.x
}

/// The width of a text, in points.
pub fn text_width(ui: &Ui, text: &str) -> f32 {
    let galley = WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, TextStyle::Button);
    galley.size().x.ceil()
}
