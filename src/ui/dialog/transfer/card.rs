//! A card of a list: one transfer.

use egui::{CornerRadius, Frame, Label, Margin, RichText, Stroke, Ui};

use crate::ui::theme::Palette;
use crate::ui::widget::{row, text_width};
use crate::ui::words::visible;

/// A frame around what belongs together.
pub fn card(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(10, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            content(ui);
        });
}

/// An arrow, a file's name, and small words after it.
pub fn title_ui(ui: &mut Ui, download: bool, name: &str, after: &str) {
    let palette = Palette::of(ui);
    let (arrow, colour) = if download { ("↓", palette.received) } else { ("↑", palette.sent) };
    row(ui, |ui| {
        ui.label(RichText::new(arrow).strong().color(colour));
        let room = ui.available_width() - text_width(ui, after) - 16.0;
        let label = Label::new(RichText::new(one_line(name)).strong()).truncate();
        ui.scope(|ui| {
            ui.set_max_width(room.max(80.0));
            ui.add(label).on_hover_text(one_line(name));
        });
        ui.add(Label::new(RichText::new(after).small().color(palette.secondary)).truncate());
    });
}

/// A line of small importance.
pub fn secondary(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).color(Palette::of(ui).secondary));
}

/// A text on one line, without characters that act.
pub fn one_line(text: &str) -> String {
    visible(&text.replace(['\r', '\n'], " "))
}
