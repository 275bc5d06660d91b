//! A file was dropped onto the send box: what is to be done with it?

use std::path::PathBuf;

use egui::{Button, RichText, Ui, vec2};

use crate::i18n::{Text, fill};
use crate::ui::command::Command;
use crate::ui::dialog::{Outcome, title};
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;

/// The question.
pub struct DroppedFile {
    tab: u64,
    path: PathBuf,
}

impl DroppedFile {
    /// For the send box of a tab.
    pub fn new(tab: u64, path: PathBuf) -> Self {
        Self { tab, path }
    }

    pub(in crate::ui::dialog) fn ui(&mut self, ui: &mut Ui, tabs: &mut [Tab], shared: &Shared<'_>) -> Outcome {
        let Some(tab) = tabs.iter_mut().find(|tab| tab.id == self.tab) else { return Outcome::Done };
        ui.set_width(380.0);
        title(ui, shared.text(Text::DroppedTitle));
        let path = self.path.display().to_string();
        ui.add(egui::Label::new(fill(shared.text(Text::DroppedWhat), &[("path", &path)])).wrap());
        ui.add_space(6.0);
        let mut outcome = Outcome::Stays;
        ui.horizontal_wrapped(|ui| {
            let palette = Palette::of(ui);
            let size = vec2(76.0, 28.0);
            let send = RichText::new(shared.text(Text::DroppedSend)).color(palette.on_primary);
            if ui.add(Button::new(send).fill(palette.primary).min_size(size)).clicked() {
                outcome = Outcome::Then(Command::OfferFile(self.path.clone()));
            }
            if ui.add(Button::new(shared.text(Text::DroppedInsert)).min_size(size)).clicked() {
                tab.settings.send.text.push_str(&path);
                tab.composed = None;
                outcome = Outcome::Done;
            }
            if ui.add(Button::new(shared.text(Text::Cancel)).min_size(size)).clicked() {
                outcome = Outcome::Done;
            }
        });
        outcome
    }
}
