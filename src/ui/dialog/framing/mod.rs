//! 分包: start and end marks, or a length field, with a place to try them.

mod length;
mod trial;

use egui::Ui;

use self::length::LengthForm;
use self::trial::Trial;
use super::{Outcome, buttons, scrolled, title};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::i18n::Text;
use crate::ui::panel::{MarkField, Shared};
use crate::ui::tab::Tab;
use crate::ui::widget::{label_above, refusal, row};

/// The dialog's fields.
pub struct FramingDialog {
    form: Form,
    trial: Trial,
}

/// What is edited.
enum Form {
    Marks { start: MarkField, end: MarkField, keep: bool },
    Length(Box<LengthForm>),
}

impl FramingDialog {
    /// For a framing with marks or a length field; there is nothing to edit in the others.
    pub fn new(framing: &Framing) -> Option<Self> {
        let form = match framing {
            Framing::Marks { start, end, keep } => {
                Form::Marks { start: MarkField::new(start.bytes()), end: MarkField::new(end.bytes()), keep: *keep }
            }
            Framing::Length(field) => Form::Length(Box::new(LengthForm::new(field))),
            _ => return None,
        };
        Some(Self { form, trial: Trial::default() })
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Outcome {
        let charset = tab.settings.receive.charset;
        ui.set_width(ui.ctx().content_rect().width().min(480.0) - 40.0);
        title(ui, shared.text(self.form.title()));
        let framing = scrolled(ui, |ui| {
            let framing = self.form.ui(ui, charset, shared);
            ui.separator();
            self.trial.ui(ui, framing.as_ref(), charset, shared);
            framing
        });
        match buttons(ui, Some((shared.text(Text::Ok), framing.is_some())), shared.text(Text::Cancel)) {
            Some(true) => {
                if let Some(framing) = framing {
                    tab.typed.framing.take(&framing);
                    tab.settings.receive.framing = framing;
                    tab.composed = None;
                }
                Outcome::Done
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }
}

impl Form {
    fn title(&self) -> Text {
        match self {
            Self::Marks { .. } => Text::MarksTitle,
            Self::Length(_) => Text::LengthTitle,
        }
    }

    /// Draws the fields; the framing that they say, if they are right.
    fn ui(&mut self, ui: &mut Ui, charset: Charset, shared: &Shared<'_>) -> Option<Framing> {
        match self {
            Self::Marks { start, end, keep } => {
                mark_ui(ui, start, Text::StartMark, charset, shared);
                mark_ui(ui, end, Text::EndMark, charset, shared);
                ui.checkbox(keep, shared.text(Text::KeepMarks));
                let mark = |field: &MarkField| field.mark(charset, shared.lang).ok();
                Some(Framing::Marks { start: mark(start)?, end: mark(end)?, keep: *keep })
            }
            Self::Length(form) => form.ui(ui, shared).map(Framing::Length),
        }
    }
}

fn mark_ui(ui: &mut Ui, field: &mut MarkField, name: Text, charset: Charset, shared: &Shared<'_>) {
    label_above(ui, shared.text(name));
    row(ui, |ui| field.ui(ui, shared.text(name), shared.text(Text::DelimiterHexHint), charset, shared.lang));
    if let Err(why) = field.mark(charset, shared.lang) {
        refusal(ui, &why);
    }
}
