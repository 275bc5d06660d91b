//! What could not be done.

use egui::{Align, Label, Layout, RichText, Ui};

use crate::i18n::{Lang, Text};
use crate::ui::theme::Palette;
use crate::ui::widget::link;

/// What the last command could not do.
pub fn refused_ui(ui: &mut Ui, refused: &mut Option<String>, lang: Lang) {
    let Some(words) = refused.clone() else { return };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if link(ui, Text::Dismiss.text(lang)).clicked() {
                *refused = None;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let label = Label::new(RichText::new(&words).color(Palette::of(ui).error)).truncate();
                ui.add(label).on_hover_text(&words);
            });
        });
    });
}
