//! What this program is.

use egui::Ui;

use super::{Outcome, buttons, title};
use crate::i18n::Text;
use crate::ui::panel::Shared;

pub fn about_ui(ui: &mut Ui, shared: &Shared<'_>) -> Outcome {
    ui.set_width(360.0);
    title(ui, "网络调试助手 Wirebench");
    ui.label(shared.text(Text::AboutText));
    ui.label(crate::VERSION);
    ui.label(shared.text(Text::AboutLicence));
    if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
}
