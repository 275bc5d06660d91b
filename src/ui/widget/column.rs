//! A label over its control, as wide as that: the cells of forms that wrap where the window is narrow.

use std::fmt::Display;
use std::ops::RangeInclusive;

use egui::{Align, Layout, RichText, TextEdit, Ui, vec2};

use super::{combo, label_above, marked_wrong};
use crate::i18n::{Lang, Text, fill};
use crate::ui::theme::{CONTROL_HEIGHT, Palette, SMALL_SIZE};

/// A cell of this width, in points.
pub fn column<R>(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let cell = ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 3.0;
        content(ui)
    });
    cell.inner
}

/// Cells beside each other, and below where there is no room.
pub fn cells<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), 0.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min).with_main_wrap(true), content).inner
}

/// A cell with a whole number; what is wrong stands under it. The number, if it is right.
pub fn integer(
    ui: &mut Ui,
    label: &str,
    text: &mut String,
    range: RangeInclusive<i64>,
    width: f32,
    lang: Lang,
) -> Option<i64> {
    let value = |text: &str| text.trim().parse::<i64>().ok().filter(|value| range.contains(value));
    let wrong = value(text).is_none();
    number_ui(ui, label, "", text, wrong.then_some(&range), width, lang);
    value(text)
}

/// The same for a number that may be missing: `Some(None)`. `unset` says in the empty field what is so then.
pub fn optional_integer(
    ui: &mut Ui,
    label: &str,
    unset: &str,
    text: &mut String,
    range: RangeInclusive<i64>,
    width: f32,
    lang: Lang,
) -> Option<Option<i64>> {
    let value = |text: &str| match text.trim() {
        "" => Some(None),
        digits => digits.parse::<i64>().ok().filter(|value| range.contains(value)).map(Some),
    };
    let wrong = value(text).is_none();
    number_ui(ui, label, unset, text, wrong.then_some(&range), width, lang);
    value(text)
}

fn number_ui(
    ui: &mut Ui,
    label: &str,
    hint: &str,
    text: &mut String,
    wrong: Option<&RangeInclusive<i64>>,
    width: f32,
    lang: Lang,
) {
    column(ui, width, |ui| {
        let label = label_above(ui, label);
        let field = |ui: &mut Ui| {
            let field = TextEdit::singleline(text).desired_width(width).min_size(vec2(width, CONTROL_HEIGHT));
            ui.add(field.char_limit(20).hint_text(hint))
        };
        marked_wrong(ui, wrong.is_some(), field).labelled_by(label.id);
        if let Some(range) = wrong {
            let ends: [(&str, &dyn Display); 2] = [("from", range.start()), ("to", range.end())];
            refusal(ui, &fill(Text::NumberRange.text(lang), &ends));
        }
    });
}

/// A cell with a list; whether another entry was chosen.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    salt: impl egui::AsIdSalt,
    label: &str,
    chosen: &mut T,
    entries: &[(T, &str)],
    width: f32,
) -> bool {
    column(ui, width, |ui| {
        let label = label_above(ui, label);
        let name = entries.iter().find(|(entry, _)| entry == chosen).map_or("", |(_, name)| name);
        let before = *chosen;
        let list = combo(salt).width(width).truncate().selected_text(name);
        list.show_ui(ui, |ui| {
            for (entry, name) in entries {
                ui.selectable_value(chosen, *entry, *name);
            }
        })
        .response
        .labelled_by(label.id);
        before != *chosen
    })
}

/// What is wrong with the field above it.
pub fn refusal(ui: &mut Ui, why: &str) {
    ui.label(RichText::new(why).size(SMALL_SIZE).color(Palette::of(ui).error));
}
