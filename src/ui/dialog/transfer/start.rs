//! The last row of a transfer's form: the button that starts, and whether there is a log.

use egui::{Button, RichText, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::ui::theme::Palette;
use crate::ui::widget::row;

/// Width of the button that starts, in points.
const START_WIDTH: f32 = 96.0;

/// Draws it; whether the transfer is to be started. `hint` says what the log is.
pub fn start_ui(ui: &mut Ui, trace: &mut bool, hint: Text, lang: Lang) -> bool {
    let palette = Palette::of(ui);
    row(ui, |ui| {
        let label = RichText::new(Text::TftpStart.text(lang)).color(palette.on_primary);
        let start = ui.add(Button::new(label).fill(palette.primary).min_size(vec2(START_WIDTH, 28.0)));
        ui.add_space(4.0);
        ui.checkbox(trace, Text::TftpTrace.text(lang)).on_hover_text(hint.text(lang));
        start.clicked()
    })
}
