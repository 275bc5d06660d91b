//! Where a file lies, or is to lie.

use std::path::{MAIN_SEPARATOR, Path};

use egui::{Button, Label, RichText, TextEdit, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::journal::Wake;
use crate::ui::picker::Picker;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{button_width, label_above, row};

/// What a file dialog is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The file that a download becomes.
    SaveAs,
    /// The folder that a download is put into.
    SaveIn,
    /// The file that is uploaded.
    Source,
}

impl Picked {
    fn text(self) -> Text {
        match self {
            Self::SaveAs | Self::Source => Text::Browse,
            Self::SaveIn => Text::TftpFolderButton,
        }
    }
}

/// What the field of a path offers.
pub struct PlaceLook<'a> {
    /// The buttons after it.
    pub buttons: &'a [Picked],
    /// Where the file goes as it stands.
    pub place: &'a Path,
    /// What an empty field means.
    pub hint: &'a Path,
}

/// The field of a path, with its file dialog.
#[derive(Default)]
pub struct PlaceField {
    picker: Option<(Picked, Picker)>,
}

impl PlaceField {
    /// The file dialog's answer, once; a folder ends with its separator.
    pub fn take(&mut self) -> Option<(Picked, String)> {
        let (picked, picker) = self.picker.take()?;
        let mut open = Some(picker);
        let answer = Picker::take(&mut open);
        self.picker = open.map(|picker| (picked, picker));
        let path = answer.first()?;
        let path = if picked == Picked::SaveIn { path.join("") } else { path.clone() };
        Some((picked, path.display().to_string()))
    }

    /// Draws it under its label.
    pub fn ui(&mut self, ui: &mut Ui, text: &mut String, look: &PlaceLook<'_>, lang: Lang, wake: &Wake) {
        let PlaceLook { buttons, place, hint } = *look;
        let label = label_above(ui, Text::TftpLocalFile.text(lang));
        row(ui, |ui| {
            let after: f32 = buttons.iter().map(|picked| button_width(ui, picked.text().text(lang)) + 8.0).sum();
            let width = (ui.available_width() - after).max(60.0);
            let field = TextEdit::singleline(text).desired_width(width).min_size(vec2(width, CONTROL_HEIGHT));
            ui.add(field.hint_text(hint.display().to_string())).labelled_by(label.id);
            for picked in buttons {
                if ui.add_enabled(self.picker.is_none(), Button::new(picked.text().text(lang))).clicked() {
                    self.pick(*picked, place, lang, wake.clone());
                }
            }
        });
    }

    fn pick(&mut self, picked: Picked, place: &Path, lang: Lang, wake: Wake) {
        let title = Text::TftpLocalFile.text(lang);
        let picker = match picked {
            Picked::SaveAs => Picker::save_file(title, &place.display().to_string(), wake),
            Picked::SaveIn => Picker::folder(title, place.parent().unwrap_or(place), wake),
            Picked::Source => Picker::file(title, wake),
        };
        self.picker = picker.map(|picker| (picked, picker));
    }
}

/// Whether a path ends with a separator.
pub fn is_folder(typed: &str) -> bool {
    typed.trim_end().ends_with(['/', MAIN_SEPARATOR])
}

/// A remark under a field.
pub fn hint_ui(ui: &mut Ui, text: &str) {
    let words = RichText::new(text).small().color(Palette::of(ui).secondary);
    ui.add(Label::new(words).truncate()).on_hover_text(text);
}
