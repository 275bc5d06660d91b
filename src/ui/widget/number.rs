//! A number field that follows its setting.

use std::ops::RangeInclusive;

use egui::{Response, Ui};

use super::{AddressField, label_above, marked_wrong, number_field};
use crate::i18n::{Lang, Text, fill};

/// A number as typed. What is out of range stays as it was typed, and does not reach the setting.
#[derive(Default)]
pub struct Number {
    text: String,
    /// The setting that the text was last made of, or made.
    of: Option<u32>,
}

/// What a number is called, and what it may be.
pub struct Bounds<'a> {
    /// The visible label.
    pub label: &'a str,
    /// What is allowed.
    pub range: RangeInclusive<u32>,
}

impl Number {
    /// Draws a field under its label.
    pub fn ui(&mut self, ui: &mut Ui, bounds: &Bounds<'_>, setting: &mut u32) -> Response {
        self.follow(*setting);
        let name = label_above(ui, bounds.label);
        let width = ui.available_width();
        let (response, value) = number_field(ui, &mut self.text, bounds.range.clone(), width);
        self.take(value, setting);
        response.labelled_by(name.id)
    }

    /// The same with values to choose from.
    pub fn choices_ui(&mut self, ui: &mut Ui, bounds: &Bounds<'_>, choices: &[(u32, &str)], setting: &mut u32) {
        self.follow(*setting);
        let name = label_above(ui, bounds.label);
        let choices: Vec<(String, String)> =
            choices.iter().map(|(value, note)| (value.to_string(), (*note).to_owned())).collect();
        let wrong = self.value(bounds).is_none();
        marked_wrong(ui, wrong, |ui| {
            let width = ui.available_width();
            AddressField { label: bounds.label, labelled_by: name.id, choices: &choices, width }
                .show(ui, &mut self.text);
        });
        self.take(self.value(bounds), setting);
    }

    /// Says what it should be, if it is out of range.
    pub fn refusal(&self, bounds: &Bounds<'_>, lang: Lang) -> Option<String> {
        let (from, to) = (bounds.range.start(), bounds.range.end());
        let values: [(&str, &dyn std::fmt::Display); 3] = [("field", &bounds.label), ("from", from), ("to", to)];
        self.value(bounds).is_none().then(|| fill(Text::TftpOutOfRange.text(lang), &values))
    }

    fn value(&self, bounds: &Bounds<'_>) -> Option<u32> {
        self.text.trim().parse().ok().filter(|value| bounds.range.contains(value))
    }

    fn follow(&mut self, setting: u32) {
        if self.of != Some(setting) {
            self.text = setting.to_string();
            self.of = Some(setting);
        }
    }

    fn take(&mut self, value: Option<u32>, setting: &mut u32) {
        if let Some(value) = value {
            *setting = value;
            self.of = Some(value);
        }
    }
}
