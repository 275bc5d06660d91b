//! The parameters of the built-in answers.

use std::path::Path;

use egui::{Button, TextEdit, Ui, vec2};

use super::AnswerContext;
use super::said::{after_file_text, prefix_text};
use crate::automation::answer::{AfterFile, AnswerMode, AnswerSettings, LengthPrefix};
use crate::i18n::{Lang, Text};
use crate::ui::picker::Picker;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{Bounds, Number, button_width, combo, label_above, refusal, row};

/// A field is so wide, in points.
const FIELD_WIDTH: f32 = 220.0;

/// The fields as typed, and the file dialog.
#[derive(Default)]
pub struct Builtin {
    per_second: Number,
    rate: Number,
    picker: Option<Picker>,
}

impl Builtin {
    /// Takes the file dialog's answer.
    pub fn tend(&mut self, settings: &mut AnswerSettings) {
        Picker::tend(&mut self.picker, &mut settings.folder);
    }

    /// The limit, which every answer has.
    pub fn limit_ui(&mut self, ui: &mut Ui, settings: &mut AnswerSettings, context: &AnswerContext<'_>) {
        let bounds = Bounds { label: context.text(Text::ReplyPerSecond), range: 1..=AnswerSettings::MAX_PER_SECOND };
        number_ui(ui, &mut self.per_second, &bounds, &mut settings.per_second, context.lang)
            .on_hover_text(context.text(Text::ReplyPerSecondHint));
    }

    /// The parameters of what answers.
    pub fn ui(&mut self, ui: &mut Ui, settings: &mut AnswerSettings, context: &AnswerContext<'_>) {
        match settings.mode {
            AnswerMode::Generator => {
                let bounds = Bounds { label: context.text(Text::ReplyRate), range: 1..=AnswerSettings::MAX_RATE_KB };
                number_ui(ui, &mut self.rate, &bounds, &mut settings.rate_kb, context.lang);
            }
            AnswerMode::FileServer => self.files_ui(ui, settings, context),
            _ => {}
        }
        if !matches!(settings.mode, AnswerMode::None | AnswerMode::Discard | AnswerMode::Generator) {
            self.limit_ui(ui, settings, context);
        }
    }

    fn files_ui(&mut self, ui: &mut Ui, settings: &mut AnswerSettings, context: &AnswerContext<'_>) {
        let label = label_above(ui, context.text(Text::ReplyFolder));
        row(ui, |ui| {
            let browse = context.text(Text::Browse);
            let width = (ui.available_width() - button_width(ui, browse) - 8.0).max(60.0);
            let field = TextEdit::singleline(&mut settings.folder);
            ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT))).labelled_by(label.id);
            if ui.add_enabled(self.picker.is_none(), Button::new(browse)).clicked() {
                let begin = match settings.folder.trim() {
                    "" => context.folder,
                    folder => Path::new(folder),
                };
                self.picker = Picker::folder(context.text(Text::ReplyFolder), begin, context.wake.clone());
            }
        });
        if settings.folder.trim().is_empty() {
            refusal(ui, context.text(Text::ReplyNoFolder));
        }
        let prefixes = LengthPrefix::ALL.map(|prefix| (prefix, context.text(prefix_text(prefix))));
        choice_ui(ui, context.text(Text::ReplyPrefix), FIELD_WIDTH, &mut settings.prefix, &prefixes);
        let afters = AfterFile::ALL.map(|after| (after, context.text(after_file_text(after))));
        choice_ui(ui, context.text(Text::ReplyAfterFile), FIELD_WIDTH, &mut settings.after_file, &afters);
        ui.add_space(2.0);
        ui.checkbox(&mut settings.say_errors, context.text(Text::ReplySayErrors));
    }
}

/// A number under its label, and under it what is wrong with it.
fn number_ui(ui: &mut Ui, number: &mut Number, bounds: &Bounds<'_>, setting: &mut u32, lang: Lang) -> egui::Response {
    let response = ui.scope(|ui| {
        ui.set_max_width(FIELD_WIDTH);
        number.ui(ui, bounds, setting)
    });
    if let Some(words) = number.refusal(bounds, lang) {
        refusal(ui, &words);
    }
    response.inner
}

/// A list to choose from, under its label.
pub(super) fn choice_ui<T: PartialEq + Copy>(
    ui: &mut Ui,
    label: &str,
    width: f32,
    chosen: &mut T,
    choices: &[(T, &str)],
) {
    let name = label_above(ui, label);
    let text = choices.iter().find(|(choice, _)| choice == chosen).map_or("", |(_, text)| text);
    let list = combo(label).width(width.min(ui.available_width())).truncate().selected_text(text);
    let shown = list.show_ui(ui, |ui| {
        for (choice, text) in choices {
            ui.selectable_value(chosen, *choice, *text);
        }
    });
    shown.response.labelled_by(name.id);
}
