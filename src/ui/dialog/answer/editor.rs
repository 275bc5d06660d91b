//! One rule, field by field. What is wrong is said beside its field.

use std::num::ParseIntError;

use egui::{Label, RichText, TextEdit, Ui, vec2};

use super::AnswerContext;
use super::builtin::choice_ui;
use super::reply::reply_ui;
use super::said::{after_text, test_text, then_text, to_text, when_text};
use crate::automation::Form;
use crate::automation::answer::{After, Part, Reply, Rule, RuleErrorKind, Then, To, When};
use crate::codec::Charset;
use crate::codec::pattern::Test;
use crate::i18n::{Text, fill, rule_error_kind};
use crate::ui::dialog::append::AppendEditor;
use crate::ui::panel::name_it;
use crate::ui::theme::{CONTROL_HEIGHT, Palette, mono};
use crate::ui::widget::{Bounds, Number, combo, label_above, marked_wrong, refusal, row, text_width};
use crate::ui::words::charset_name;

/// Width of a list of encodings, in points.
const CHARSET_WIDTH: f32 = 96.0;

/// The fields as typed.
#[derive(Default)]
pub struct Editor {
    delay: Number,
    at_most: Count,
    /// The blocks that are added to the reply, while they are unfolded.
    append: Option<AppendEditor>,
}

/// A number that may be left out, as typed.
#[derive(Default)]
struct Count {
    text: String,
    /// What the text was last made of, or made.
    of: Option<u32>,
}

impl Editor {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, rule: &mut Rule, error: Option<&RuleErrorKind>, context: &AnswerContext<'_>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        row(ui, |ui| {
            ui.checkbox(&mut rule.enabled, context.text(Text::RuleEnabled));
            let width = ui.available_width();
            let field = TextEdit::singleline(&mut rule.name).hint_text(context.text(Text::RuleName)).char_limit(100);
            let response = ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)));
            name_it(ui, &response, context.text(Text::RuleName));
        });
        condition_ui(ui, rule, error, context);
        ui.separator();
        two(ui, |columns, width| {
            let choices = Then::ALL.map(|then| (then, context.text(then_text(then))));
            choice_ui(&mut columns[0], context.text(Text::RuleThen), width, &mut rule.then, &choices);
            let choices = After::ALL.map(|after| (after, context.text(after_text(after))));
            choice_ui(&mut columns[1], context.text(Text::RuleNext), width, &mut rule.next, &choices);
        });
        if rule.then == Then::Reply {
            reply_ui(ui, &mut rule.reply, &mut self.append, at(error, Part::Reply), context);
        }
        ui.columns(3, |columns| {
            self.at_most.ui(&mut columns[0], &mut rule.at_most, context);
            if rule.then == Then::Reply {
                let bounds = Bounds { label: context.text(Text::RuleDelay), range: 0..=Reply::MAX_DELAY_MS };
                self.delay.ui(&mut columns[1], &bounds, &mut rule.reply.delay_ms);
                if let Some(words) = self.delay.refusal(&bounds, context.lang) {
                    refusal(&mut columns[1], &words);
                }
                let choices = To::ALL.map(|to| (to, context.text(to_text(to))));
                let width = columns[2].available_width();
                choice_ui(&mut columns[2], context.text(Text::RuleTo), width, &mut rule.reply.to, &choices);
            }
        });
        if let Some(error) = error.filter(|error| error.part().is_none()) {
            error_ui(ui, error, context);
        }
    }
}

fn condition_ui(ui: &mut Ui, rule: &mut Rule, error: Option<&RuleErrorKind>, context: &AnswerContext<'_>) {
    two(ui, |columns, width| {
        let choices = When::ALL.map(|when| (when, context.text(when_text(when))));
        choice_ui(&mut columns[0], context.text(Text::RuleWhen), width, &mut rule.when, &choices);
        if rule.when == When::Packet {
            let choices = Test::ALL.map(|test| (test, context.text(test_text(test))));
            choice_ui(&mut columns[1], context.text(Text::RuleTest), width, &mut rule.test, &choices);
        }
    });
    let packet = rule.when == When::Packet;
    if packet && rule.test != Test::Any {
        pattern_ui(ui, rule, at(error, Part::Pattern), context);
    }
    two(ui, |columns, _| {
        let [left, right] = columns else { return };
        if packet && rule.test != Test::Length {
            let wrong = at(error, Part::Length);
            field_ui(left, (Text::RuleLength, Text::RuleLengthHint), &mut rule.length, wrong, context);
        }
        let wrong = at(error, Part::Peer);
        field_ui(right, (Text::RulePeer, Text::RulePeerHint), &mut rule.peer, wrong, context);
    });
}

fn pattern_ui(ui: &mut Ui, rule: &mut Rule, error: Option<&RuleErrorKind>, context: &AnswerContext<'_>) {
    let compared = !matches!(rule.test, Test::Length);
    let hint = match (rule.test, rule.form) {
        (Test::Length, _) => context.text(Text::RulePatternLengthHint).to_owned(),
        (Test::Regex, _) => fill(context.text(Text::RulePatternRegexHint), &[("one", &"{1}"), ("two", &"{2}")]),
        (_, Form::Hex) => context.text(Text::RulePatternHexHint).to_owned(),
        _ => String::new(),
    };
    let label = label_above(ui, context.text(Text::RulePattern));
    let width = ui.available_width();
    let response = marked_wrong(ui, error.is_some(), |ui| {
        let field = TextEdit::singleline(&mut rule.pattern).font(mono()).char_limit(8192);
        ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)))
    });
    response.labelled_by(label.id);
    match error {
        Some(error) => error_ui(ui, error, context),
        None if !hint.is_empty() => {
            let hint = RichText::new(hint).small().color(Palette::of(ui).secondary);
            ui.add(Label::new(hint).wrap());
        }
        None => {}
    }
    if !compared {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = CONTROL_HEIGHT;
        if rule.test != Test::Regex {
            form_ui(ui, &mut rule.form, context.text(Text::RuleForm), context);
        }
        if rule.form == Form::Ascii || rule.test == Test::Regex {
            charset_ui(ui, context.text(Text::RuleCharset), &mut rule.charset, context);
            if rule.test != Test::Regex {
                ui.checkbox(&mut rule.escapes, context.text(Text::RuleEscapes));
            }
        }
    });
}

impl Count {
    fn ui(&mut self, ui: &mut Ui, setting: &mut Option<u32>, context: &AnswerContext<'_>) {
        if self.of != *setting {
            self.text = setting.map_or_else(String::new, |n| n.to_string());
            self.of = *setting;
        }
        let label = label_above(ui, context.text(Text::RuleAtMost));
        let width = ui.available_width();
        let response = marked_wrong(ui, self.value().is_err(), |ui| {
            let field = TextEdit::singleline(&mut self.text).char_limit(10);
            ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)))
        });
        let response = response.labelled_by(label.id).on_hover_text(context.text(Text::RuleAtMostHint));
        if let (true, Ok(value)) = (response.changed(), self.value()) {
            *setting = value;
            self.of = value;
        }
    }

    fn value(&self) -> Result<Option<u32>, ParseIntError> {
        match self.text.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some),
        }
    }
}

/// A field under its label, what is expected in it, and what is wrong with it.
fn field_ui(
    ui: &mut Ui,
    (label, hint): (Text, Text),
    text: &mut String,
    error: Option<&RuleErrorKind>,
    context: &AnswerContext<'_>,
) {
    let label = label_above(ui, context.text(label));
    let width = ui.available_width();
    let response = marked_wrong(ui, error.is_some(), |ui| {
        let field = TextEdit::singleline(text).char_limit(100);
        ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)))
    });
    response.labelled_by(label.id).on_hover_text(context.text(hint));
    if let Some(error) = error {
        error_ui(ui, error, context);
    }
}

/// ASCII or HEX.
pub(super) fn form_ui(ui: &mut Ui, form: &mut Form, name: &str, context: &AnswerContext<'_>) {
    for (choice, text) in [(Form::Ascii, Text::Ascii), (Form::Hex, Text::Hex)] {
        let radio = ui.radio_value(form, choice, context.text(text));
        ui.ctx().accesskit_node_builder(radio.id, |node| node.set_description(name));
    }
}

/// A list of encodings with its label before it, on the next row where this one has no room for both.
pub(super) fn charset_ui(ui: &mut Ui, label: &str, charset: &mut Charset, context: &AnswerContext<'_>) {
    if ui.available_size_before_wrap().x < text_width(ui, label) + CHARSET_WIDTH + 2.0 * ui.spacing().item_spacing.x {
        ui.end_row();
    }
    ui.horizontal(|ui| {
        let name = ui.label(label);
        let list = combo(label).width(CHARSET_WIDTH).selected_text(charset_name(*charset, context.lang));
        let shown = list.show_ui(ui, |ui| {
            for &choice in &Charset::ALL[1..] {
                ui.selectable_value(charset, choice, charset_name(choice, context.lang)); // not Auto
            }
        });
        shown.response.labelled_by(name.id);
    });
}

pub(super) fn error_ui(ui: &mut Ui, error: &RuleErrorKind, context: &AnswerContext<'_>) {
    refusal(ui, &rule_error_kind(context.lang, error));
}

fn at(error: Option<&RuleErrorKind>, part: Part) -> Option<&RuleErrorKind> {
    error.filter(|error| error.part() == Some(part))
}

/// Two columns, and the width of each.
pub(super) fn two(ui: &mut Ui, content: impl FnOnce(&mut [Ui], f32)) {
    ui.columns(2, |columns| {
        let width = columns[0].available_width();
        for column in columns.iter_mut() {
            column.spacing_mut().item_spacing.y = 4.0;
        }
        content(columns, width);
    });
}
