//! 自动应答: the line in 发送设置, and the mark in the status bar.

use egui::{Button, RichText, Ui};

use super::Shared;
use super::send_options::name_it;
use crate::automation::answer::AnswerMode;
use crate::i18n::{Text, fill};
use crate::ui::command::Command;
use crate::ui::dialog::{mode_hint, mode_name, mode_text};
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{combo, refusal, row};

/// Width of the button that opens the window, in points.
const MORE: f32 = 26.0;

/// Draws the line, and under it how the answers go.
pub fn answer_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    if tab.is_feiq() {
        return;
    }
    row(ui, |ui| {
        let label = ui.label(shared.text(Text::AutoReply)).on_hover_text(shared.text(Text::AutoReplyHint));
        let before = tab.settings.answer.mode;
        let mode = &mut tab.settings.answer.mode;
        let width = ui.available_width() - MORE - ui.spacing().item_spacing.x;
        let list = combo("auto reply").width(width).truncate().selected_text(mode_name(*mode, shared.lang));
        let shown = list.show_ui(ui, |ui| {
            for choice in AnswerMode::ALL {
                let text = shared.text(mode_text(choice));
                ui.selectable_value(mode, choice, text).on_hover_text(shared.text(mode_hint(choice)));
            }
        });
        shown.response.labelled_by(label.id);
        let chosen = *mode;
        let more = ui.add(Button::new("…").min_size(egui::vec2(MORE, 0.0)));
        name_it(ui, &more, shared.text(Text::ReplySettings));
        let has_fields = matches!(chosen, AnswerMode::Generator | AnswerMode::FileServer | AnswerMode::Rules);
        if more.on_hover_text(shared.text(Text::ReplySettings)).clicked() || (chosen != before && has_fields) {
            shared.queue(Command::ShowAnswers);
        }
    });
    if let Some(words) = tab.answers.refused(shared.lang) {
        refusal(ui, &words);
    }
}

/// The mark in the status bar while answers run: what answers, how often it did, and what was left out.
pub fn answer_mark_ui(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let Some(status) = tab.answers.status() else { return };
    let palette = Palette::of(ui);
    let values: [(&str, &dyn std::fmt::Display); 2] =
        [("name", &mode_name(status.mode(), shared.lang)), ("n", &status.answered())];
    let mut hover = fill(shared.text(Text::ReplyRunning), &values);
    let mut colour = palette.accent;
    if status.left_out() > 0 {
        colour = palette.error;
        hover = format!("{hover}\n{}", fill(shared.text(Text::ReplyLimited), &[("n", &status.left_out())]));
    }
    let short = fill(shared.text(Text::ReplyRunningShort), &[("n", &status.answered())]);
    let mark = Button::new(RichText::new(format!("● {short}")).color(colour)).frame(false);
    let response = ui.add(mark);
    name_it(ui, &response, &short);
    if response.on_hover_text(hover).clicked() {
        shared.queue(Command::ShowAnswers);
    }
}
