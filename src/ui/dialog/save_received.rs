//! 接收保存到文件...: where to.

use std::path::Path;

use egui::{RichText, Ui};

use super::{Outcome, buttons, entered, focus_at_first, title};
use crate::i18n::Text;
use crate::journal::Wake;
use crate::ui::panel::Shared;
use crate::ui::picker::Picker;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::labelled_field;

/// The dialog's fields.
pub struct SaveReceivedDialog {
    id: u64,
    path: String,
    picker: Option<Picker>,
    opened: bool,
}

impl SaveReceivedDialog {
    /// For a tab, with the path that it used last.
    pub fn new(tab: &Tab, folder: &Path) -> Self {
        let kept = &tab.settings.receive.save_path;
        let path = if kept.is_empty() {
            folder.join("wirebench-{date}-{time}.bin").display().to_string()
        } else {
            kept.clone()
        };
        Self { id: tab.id, path, picker: None, opened: false }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tabs: &mut [Tab], shared: &Shared<'_>, wake: &Wake) -> Outcome {
        let Some(tab) = tabs.iter_mut().find(|tab| tab.id == self.id) else { return Outcome::Done };
        Picker::tend(&mut self.picker, &mut self.path);
        ui.set_width(440.0);
        title(ui, shared.text(Text::SaveReceivedTitle));
        let field = labelled_field(ui, shared.text(Text::FilePath), &mut self.path, true);
        focus_at_first(&field, &mut self.opened);
        let entered = entered(ui, &field);
        if ui.add_enabled(self.picker.is_none(), egui::Button::new(shared.text(Text::Browse))).clicked() {
            self.picker = Picker::save_file(shared.text(Text::SaveReceivedTitle), &self.path, wake.clone());
        }
        ui.label(RichText::new(shared.text(Text::SaveReceivedHint)).color(Palette::of(ui).secondary));
        let ready = !self.path.trim().is_empty();
        let answer = buttons(ui, Some((shared.text(Text::Save), ready)), shared.text(Text::Cancel));
        match answer.or((entered && ready).then_some(true)) {
            Some(true) => {
                self.path.trim().clone_into(&mut tab.settings.receive.save_path);
                if let Err(error) = tab.session.save_received_to(self.path.trim()) {
                    tab.error = Some(error.to_string());
                }
                Outcome::Done
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }
}

/// Where files go unless the person says otherwise. Reads the disk: not to be called in a frame.
pub fn default_folder() -> std::path::PathBuf {
    directories::UserDirs::new()
        .and_then(|dirs| dirs.document_dir().map(Path::to_owned).or_else(|| Some(dirs.home_dir().to_owned())))
        .unwrap_or_else(|| std::path::PathBuf::from("."))
}

/// Where downloads go unless the person says otherwise. Reads the disk: not to be called in a frame.
pub fn download_folder() -> std::path::PathBuf {
    directories::UserDirs::new().and_then(|dirs| dirs.download_dir().map(Path::to_owned)).unwrap_or_else(default_folder)
}
