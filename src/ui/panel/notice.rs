//! A notice: what must be read whichever tab is shown, until it is dismissed.

use egui::{Align, Button, CornerRadius, Frame, Layout, Margin, RichText, Stroke, Ui, vec2};

use super::Shared;
use crate::i18n::Text;
use crate::ui::command::Command;
use crate::ui::theme::Palette;
use crate::ui::widget::button_width;

/// Draws it.
pub fn notice_ui(ui: &mut Ui, text: &str, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.error))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(8, 1))
        .show(ui, |ui| {
            let size = vec2(ui.available_width(), 24.0);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                let dismiss = shared.text(Text::Dismiss);
                let width = ui.available_width() - button_width(ui, dismiss) - ui.spacing().item_spacing.x;
                let label = egui::Label::new(RichText::new(text).color(palette.error)).truncate();
                ui.allocate_ui_with_layout(vec2(width, 24.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(width);
                    ui.add(label).on_hover_text(text);
                });
                if ui.add(Button::new(dismiss)).clicked() {
                    shared.queue(Command::DismissNotice);
                }
            });
        });
}
