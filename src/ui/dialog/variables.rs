//! 变量: what `{var:name}` stands for in the shown tab's templates.

use std::collections::BTreeMap;

use egui::{RichText, TextEdit, Ui, vec2};

use super::{Outcome, buttons, focus_at_first, scrolled, title};
use crate::i18n::{Lang, Text, fill};
use crate::settings::{MAX_VARIABLE_CHARS, MAX_VARIABLE_NAME_CHARS, MAX_VARIABLES, VariableNameError, variable_name};
use crate::ui::panel::{Shared, name_it};
use crate::ui::tab::Tab;
use crate::ui::theme::{CONTROL_HEIGHT, Palette, SMALL_SIZE, mono};
use crate::ui::widget::{CROSS, cross, marked_wrong, refusal, row};

/// The width of a name's field, in points.
const NAME: f32 = 130.0;

/// The dialog's fields.
pub struct VariablesDialog {
    rows: Vec<Variable>,
    opened: bool,
    /// The last row was added in this frame's click: its name gets the focus.
    added: bool,
}

/// A variable as typed.
#[derive(Clone, Debug, Default)]
struct Variable {
    name: String,
    value: String,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    Name(VariableNameError),
    Twice,
}

impl VariablesDialog {
    /// For the variables of a tab.
    pub fn new(tab: &Tab) -> Self {
        let variables = tab.settings.send.variables.iter();
        let mut rows: Vec<_> =
            variables.map(|(name, value)| Variable { name: name.clone(), value: value.clone() }).collect();
        if rows.is_empty() {
            rows.push(Variable::default());
        }
        Self { rows, opened: false, added: false }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Outcome {
        ui.set_width(ui.ctx().content_rect().width().min(500.0) - 40.0);
        title(ui, shared.text(Text::VariablesTitle));
        let hint = RichText::new(fill(shared.text(Text::VariablesHint), &[("field", &"{var:name}")]))
            .size(SMALL_SIZE)
            .color(Palette::of(ui).secondary);
        ui.add(egui::Label::new(hint).wrap());
        let mistakes = self.mistakes();
        scrolled(ui, |ui| self.rows_ui(ui, &mistakes, shared.lang));
        let room = self.rows.len() < MAX_VARIABLES;
        if ui.add_enabled(room, egui::Button::new(shared.text(Text::VariableAdd))).clicked() {
            self.rows.push(Variable::default());
            self.added = true;
        }
        let right = self.mistakes().iter().all(Option::is_none);
        match buttons(ui, Some((shared.text(Text::Ok), right)), shared.text(Text::Cancel)) {
            Some(true) => {
                tab.settings.send.variables = self.variables();
                tab.composed = None;
                Outcome::Done
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }

    fn rows_ui(&mut self, ui: &mut Ui, mistakes: &[Option<Mistake>], lang: Lang) {
        if self.rows.is_empty() {
            ui.label(RichText::new(Text::NoVariables.text(lang)).color(Palette::of(ui).secondary));
            return;
        }
        ui.horizontal(|ui| {
            let heading = |text: Text| RichText::new(text.text(lang)).size(SMALL_SIZE).color(Palette::of(ui).secondary);
            let (name, value) = (heading(Text::VariableName), heading(Text::VariableValue));
            let name = ui.label(name);
            ui.add_space(NAME - name.rect.width());
            ui.label(value);
        });
        let mut removed = None;
        let last = self.rows.len() - 1;
        for (index, variable) in self.rows.iter_mut().enumerate() {
            let number = index + 1;
            row(ui, |ui| {
                let field = TextEdit::singleline(&mut variable.name).font(mono()).char_limit(MAX_VARIABLE_NAME_CHARS);
                let field = field.desired_width(NAME).min_size(vec2(NAME, CONTROL_HEIGHT));
                let response = marked_wrong(ui, mistakes[index].is_some(), |ui| ui.add(field));
                name_it(ui, &response, &fill(Text::VariableNameOf.text(lang), &[("n", &number)]));
                if index == 0 {
                    focus_at_first(&response, &mut self.opened);
                }
                if index == last && std::mem::take(&mut self.added) {
                    response.request_focus();
                    response.scroll_to_me(None);
                }
                let width = ui.available_width() - CROSS - ui.spacing().item_spacing.x - 12.0;
                let field = TextEdit::singleline(&mut variable.value).font(mono()).char_limit(MAX_VARIABLE_CHARS);
                let response = ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)));
                name_it(ui, &response, &fill(Text::VariableValueOf.text(lang), &[("n", &number)]));
                if cross(ui, &fill(Text::VariableRemove.text(lang), &[("n", &number)])).clicked() {
                    removed = Some(index);
                }
            });
            if let Some(mistake) = mistakes[index] {
                refusal(ui, mistake.text(lang));
            }
        }
        if let Some(index) = removed {
            self.rows.remove(index);
        }
    }

    /// What is wrong with each row. One that is empty is none.
    fn mistakes(&self) -> Vec<Option<Mistake>> {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for variable in &self.rows {
            *names.entry(variable.name.trim()).or_default() += 1;
        }
        let mistake = |variable: &Variable| match variable_name(&variable.name) {
            _ if variable.is_empty() => None,
            Err(error) => Some(Mistake::Name(error)),
            Ok(name) => (names.get(name).is_some_and(|times| *times > 1)).then_some(Mistake::Twice),
        };
        self.rows.iter().map(mistake).collect()
    }

    fn variables(&self) -> BTreeMap<String, String> {
        let named = self.rows.iter().filter_map(|variable| Some((variable_name(&variable.name).ok()?, variable)));
        named.map(|(name, variable)| (name.to_owned(), variable.value.clone())).collect()
    }
}

impl Variable {
    fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.value.is_empty()
    }
}

impl Mistake {
    fn text(self, lang: Lang) -> &'static str {
        let text = match self {
            Self::Name(VariableNameError::Empty) => Text::VariableNameEmpty,
            Self::Name(VariableNameError::Braces) => Text::VariableNameBraces,
            Self::Name(VariableNameError::TooLong) => Text::VariableNameLong,
            Self::Twice => Text::VariableNameTwice,
        };
        text.text(lang)
    }
}
