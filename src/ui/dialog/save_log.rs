//! 保存日志: the log as shown or the raw received bytes, on a thread, with progress and cancel.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ProgressBar, RichText, Ui};

use super::{Outcome, buttons, entered, focus_at_first, title};
use crate::codec::framing::Framing;
use crate::export::{Content, SaveLog, SaveState, TextEncoding};
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::rows::{PlainText, View, Waiting};
use crate::journal::{Journal, Wake};
use crate::ui::exists::Exists;
use crate::ui::panel::Shared;
use crate::ui::picker::Picker;
use crate::ui::tab::{Tab, log_words};
use crate::ui::theme::Palette;
use crate::ui::widget::labelled_field;

/// The dialog's fields, and the save that runs.
pub struct SaveLogDialog {
    journal: Arc<Journal>,
    view: View,
    framing: Framing,
    lang: Lang,
    path: String,
    raw: bool,
    encoding: TextEncoding,
    picker: Option<Picker>,
    save: Option<SaveLog>,
    refused: Option<String>,
    exists: Exists,
    opened: bool,
}

impl SaveLogDialog {
    /// Of the log as it is shown now; what comes later is not in the file.
    pub fn new(tab: &Tab, folder: &Path, lang: Lang) -> Self {
        let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
        let path = folder.join(format!("wirebench-{stamp}.log"));
        Self {
            journal: tab.session.journal(),
            view: tab.log.view(),
            framing: tab.log.framing().clone(),
            lang,
            path: path.display().to_string(),
            raw: false,
            encoding: TextEncoding::Utf8,
            picker: None,
            save: None,
            refused: None,
            exists: Exists::default(),
            opened: false,
        }
    }

    /// Whether a save runs: it is cancelled by its button, not by a click beside the dialog.
    pub fn is_busy(&self) -> bool {
        self.save.as_ref().is_some_and(|save| save.progress().state == SaveState::Running)
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, shared: &Shared<'_>, wake: &Wake) -> Outcome {
        ui.set_width(440.0);
        title(ui, shared.text(Text::SaveLog));
        if self.save.is_some() { self.progress_ui(ui, shared) } else { self.form_ui(ui, shared, wake) }
    }

    fn form_ui(&mut self, ui: &mut Ui, shared: &Shared<'_>, wake: &Wake) -> Outcome {
        Picker::tend(&mut self.picker, &mut self.path);
        let field = labelled_field(ui, shared.text(Text::FilePath), &mut self.path, true);
        focus_at_first(&field, &mut self.opened);
        let entered = entered(ui, &field);
        if ui.add_enabled(self.picker.is_none(), egui::Button::new(shared.text(Text::Browse))).clicked() {
            self.picker = Picker::save_file(shared.text(Text::SaveLog), &self.path, Arc::clone(wake));
        }
        ui.radio_value(&mut self.raw, false, shared.text(Text::SaveAsShown));
        ui.radio_value(&mut self.raw, true, shared.text(Text::SaveRaw));
        if !self.raw {
            ui.horizontal(|ui| {
                ui.label(shared.text(Text::FileEncoding));
                ui.radio_value(&mut self.encoding, TextEncoding::Utf8, "UTF-8");
                ui.radio_value(&mut self.encoding, TextEncoding::Gbk, "GBK");
            });
        }
        let palette = Palette::of(ui);
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(palette.error));
        } else if self.exists.look(self.path.trim(), wake) && self.picker.is_none() {
            ui.label(RichText::new(shared.text(Text::FileExists)).color(palette.error));
        }
        let ready = !self.path.trim().is_empty();
        let answer = buttons(ui, Some((shared.text(Text::Save), ready)), shared.text(Text::Cancel));
        match answer.or((entered && ready).then_some(true)) {
            Some(true) => {
                self.start(PathBuf::from(self.path.trim()), wake);
                Outcome::Stays
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }

    fn start(&mut self, path: PathBuf, wake: &Wake) {
        let content = if self.raw {
            Content::ReceivedBytes
        } else {
            let mut text =
                PlainText::new(Arc::new(Waiting::new(Arc::clone(&self.journal))), self.view, log_words(self.lang));
            Content::Text {
                framing: self.framing.clone(),
                render: Box::new(move |record, out| text.render(record, out)),
                encoding: self.encoding,
            }
        };
        match SaveLog::start(&self.journal, path, content, Arc::clone(wake)) {
            Ok(save) => {
                self.refused = None;
                self.save = Some(save);
            }
            Err(error) => self.refused = Some(fill(Text::SaveLogFailed.text(self.lang), &[("error", &error)])),
        }
    }

    fn progress_ui(&mut self, ui: &mut Ui, shared: &Shared<'_>) -> Outcome {
        let Some(save) = &self.save else { return Outcome::Stays };
        let progress = save.progress();
        let palette = Palette::of(ui);
        let (text, colour) = match &progress.state {
            SaveState::Running => {
                let share = progress.done as f32 / progress.total.max(1) as f32;
                ui.add(ProgressBar::new(share).show_percentage());
                let values: [(&str, &dyn std::fmt::Display); 2] =
                    [("done", &progress.done), ("total", &progress.total)];
                (fill(shared.text(Text::SavingProgress), &values), palette.text)
            }
            SaveState::Done(saved) => {
                let n = progress.done - saved.missed_records.min(progress.done);
                let path = progress.path.display();
                let text = if saved.replaced_chars > 0 {
                    let values: [(&str, &dyn std::fmt::Display); 3] =
                        [("n", &n), ("path", &path), ("replaced", &saved.replaced_chars)];
                    fill(shared.text(Text::SavedLogReplaced), &values)
                } else {
                    fill(shared.text(Text::SavedLog), &[("n", &n), ("path", &path)])
                };
                let missed = saved.missed_records > 0 || saved.replaced_chars > 0;
                (text, if missed { palette.error } else { palette.text })
            }
            SaveState::Cancelled => (shared.text(Text::SaveCancelled).to_owned(), palette.text),
            SaveState::Failed(failure) => (failure_line(shared.lang, failure), palette.error),
        };
        ui.label(RichText::new(text).color(colour));
        if progress.state == SaveState::Running {
            if buttons(ui, None, shared.text(Text::Cancel)).is_some() {
                save.cancel();
            }
            return Outcome::Stays;
        }
        if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
    }
}
