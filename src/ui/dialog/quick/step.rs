//! What a command is in a sequence: its pause, and the answer that it waits for.

use egui::{TextEdit, Ui, vec2};

use super::command::charset_ui;
use crate::automation::Form;
use crate::automation::command::{Expect, MAX_MS, Step};
use crate::codec::pattern::Test;
use crate::i18n::{Lang, Text, fill, pattern_error};
use crate::ui::dialog::answer::test_text;
use crate::ui::panel::name_it;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{combo, label_above, marked_wrong, number_field, refusal, row};

/// The fields as typed.
pub struct StepFields {
    delay: String,
    timeout: String,
    /// What was expected, while that is switched off.
    expect: Expect,
}

impl StepFields {
    /// For a step.
    pub fn new(step: &Step) -> Self {
        let expect = step.expect.clone().unwrap_or_default();
        Self {
            delay: step.delay_ms.map_or_else(String::new, |ms| ms.to_string()),
            timeout: expect.timeout_ms.to_string(),
            expect,
        }
    }

    /// Draws them; whether all are right.
    pub fn ui(&mut self, ui: &mut Ui, step: &mut Step, lang: Lang) -> bool {
        ui.separator();
        let delay = row(ui, |ui| {
            ui.checkbox(&mut step.enabled, Text::QuickStepEnabled.text(lang));
            ui.add_space(8.0);
            let label = ui.label(Text::QuickStepDelay.text(lang));
            let empty = self.delay.trim().is_empty();
            let value = if empty { None } else { self.delay.trim().parse().ok().filter(|ms| *ms <= MAX_MS) };
            let right = empty || value.is_some();
            let field = TextEdit::singleline(&mut self.delay)
                .desired_width(64.0)
                .min_size(vec2(64.0, CONTROL_HEIGHT))
                .char_limit(10)
                .hint_text(Text::QuickStepDelayOfGroup.text(lang));
            let response = marked_wrong(ui, !right, |ui| ui.add(field)).labelled_by(label.id);
            response.on_hover_text(Text::QuickStepDelayHint.text(lang));
            step.delay_ms = value;
            right
        });
        let mut expects = step.expect.is_some();
        ui.checkbox(&mut expects, Text::QuickExpect.text(lang)).on_hover_text(Text::QuickExpectHint.text(lang));
        if !expects {
            step.expect = None;
            return delay;
        }
        let expect = self.expect_ui(ui, lang);
        step.expect = Some(self.expect.clone());
        delay && expect
    }

    fn expect_ui(&mut self, ui: &mut Ui, lang: Lang) -> bool {
        let expect = &mut self.expect;
        let timeout = row(ui, |ui| {
            let list = combo("expect test").width(130.0).selected_text(test_text(expect.test).text(lang));
            let list = list.show_ui(ui, |ui| {
                for test in Test::ALL {
                    ui.selectable_value(&mut expect.test, test, test_text(test).text(lang));
                }
            });
            name_it(ui, &list.response, Text::RuleTest.text(lang));
            let label = ui.label(Text::QuickTimeout.text(lang));
            let (response, value) = number_field(ui, &mut self.timeout, 1..=MAX_MS, 64.0);
            response.labelled_by(label.id);
            if let Some(ms) = value {
                expect.timeout_ms = ms;
            }
            value.is_some()
        });
        if expect.test == Test::Any {
            return timeout;
        }
        if expect.test != Test::Length {
            ui.horizontal_wrapped(|ui| {
                ui.push_id("expect form", |ui| {
                    ui.radio_value(&mut expect.form, Form::Ascii, Text::Ascii.text(lang));
                    ui.radio_value(&mut expect.form, Form::Hex, Text::Hex.text(lang));
                });
                ui.add_enabled_ui(expect.form == Form::Ascii, |ui| {
                    charset_ui(ui, "expect encoding", Text::RuleCharset, &mut expect.charset, lang);
                    ui.checkbox(&mut expect.escapes, Text::RuleEscapes.text(lang));
                });
            });
        }
        let wrong = expect.prepare().err();
        let label = label_above(ui, Text::RulePattern.text(lang));
        let width = ui.available_width();
        let hint = match (expect.test, expect.form) {
            (Test::Length, _) => Text::RulePatternLengthHint.text(lang).to_owned(),
            (Test::Regex, _) => fill(Text::QuickRegexHint.text(lang), &[("one", &"{1}"), ("named", &"{var:name}")]),
            (_, Form::Hex) => Text::RulePatternHexHint.text(lang).to_owned(),
            _ => String::new(),
        };
        let field = TextEdit::singleline(&mut expect.pattern)
            .desired_width(width)
            .min_size(vec2(width, CONTROL_HEIGHT))
            .hint_text(hint);
        marked_wrong(ui, wrong.is_some(), |ui| ui.add(field)).labelled_by(label.id);
        if let Some(error) = &wrong {
            refusal(ui, &pattern_error(lang, error));
        }
        timeout && wrong.is_none()
    }
}
