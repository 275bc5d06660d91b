//! 自动应答: the tool window over the main window, for the shown tab. What is chosen in it is used at once, what is
//! typed when it stays for a moment.

mod builtin;
mod check;
mod context;
mod editor;
mod files;
mod list;
mod reply;
mod rules;
mod said;
mod tester;

pub use context::AnswerContext;
pub use said::{mode_hint, mode_name, mode_text, test_text};

use egui::{Context, Label, RichText, Ui, vec2};

use self::builtin::{Builtin, choice_ui};
use self::rules::{RulesGround, RulesPage};
use crate::automation::answer::AnswerMode;
use crate::codec::Charset;
use crate::i18n::{Text, fill};
use crate::ui::tab::Tab;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{CROSS, ToolWindow, cross, row};

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "answers", size: vec2(880.0, 690.0), min_size: vec2(420.0, 300.0) };
/// Width of the list of answers, in points.
const MODES: f32 = 190.0;

/// The tool window.
#[derive(Default)]
pub struct AnswerWindow {
    open: bool,
    /// The tab whose fields were typed.
    tab: Option<u64>,
    builtin: Builtin,
    rules: RulesPage,
}

impl AnswerWindow {
    /// Opens it.
    pub fn show(&mut self) {
        self.open = true;
    }

    /// Takes what its file dialogs have; called before a frame is drawn.
    pub fn tend(&mut self, tab: &mut Tab, context: &AnswerContext<'_>) {
        if self.tab.replace(tab.id) != Some(tab.id) {
            self.builtin = Builtin::default();
            self.rules.forget();
        }
        self.builtin.tend(&mut tab.settings.answer);
        self.rules.tend(&mut tab.settings.answer, context);
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, tab: &mut Tab, context: &AnswerContext<'_>) {
        if self.open {
            WINDOW.show(ctx, |ui| self.content_ui(ui, tab, context));
        }
    }

    fn content_ui(&mut self, ui: &mut Ui, tab: &mut Tab, context: &AnswerContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        if header_ui(ui, tab, context) {
            self.open = false;
        }
        let modes = AnswerMode::ALL.map(|mode| (mode, mode_name(mode, context.lang)));
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            ui.vertical(|ui| {
                ui.set_width(MODES);
                choice_ui(ui, context.text(Text::ReplySettings), MODES, &mut tab.settings.answer.mode, &modes);
            });
            if tab.settings.answer.mode == AnswerMode::Rules {
                ui.vertical(|ui| {
                    ui.set_width(MODES);
                    self.builtin.limit_ui(ui, &mut tab.settings.answer, context);
                });
            }
        });
        let mode = tab.settings.answer.mode;
        let hint = RichText::new(context.text(mode_hint(mode))).small().color(Palette::of(ui).secondary);
        ui.add(Label::new(hint).wrap());
        state_ui(ui, tab, context);
        if mode == AnswerMode::Rules {
            let charset = match tab.settings.receive.charset {
                Charset::Auto => tab.settings.send.charset,
                charset => charset,
            };
            let sent_framing = tab.sent_framing().clone();
            let Tab { settings, answers, .. } = tab;
            let ground = RulesGround {
                framing: &sent_framing,
                charset,
                variables: &settings.send.variables,
                status: answers.status(),
            };
            self.rules.ui(ui, &mut settings.answer, &ground, context);
        } else {
            egui::ScrollArea::vertical().id_salt("answer").auto_shrink(false).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                self.builtin.ui(ui, &mut tab.settings.answer, context);
            });
        }
    }
}

/// The window's name and the tab's; whether the window is to be closed.
fn header_ui(ui: &mut Ui, tab: &Tab, context: &AnswerContext<'_>) -> bool {
    let mut closed = false;
    row(ui, |ui| {
        ui.label(RichText::new(context.text(Text::AutoReply)).heading().strong());
        ui.add_space(4.0);
        let width = (ui.available_width() - CROSS - 8.0).max(0.0);
        ui.allocate_ui_with_layout(vec2(width, CROSS), egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_width(width);
            let title = tab.title();
            ui.add(Label::new(RichText::new(&title).color(Palette::of(ui).secondary)).truncate()).on_hover_text(title);
        });
        closed = cross(ui, context.text(Text::CloseWindow)).clicked();
    });
    closed
}

/// How the answers go, or why they don't: one row whatever there is to say, so that nothing moves under the hands of a
/// person who types.
fn state_ui(ui: &mut Ui, tab: &Tab, context: &AnswerContext<'_>) {
    let palette = Palette::of(ui);
    let lang = context.lang;
    if tab.is_feiq() {
        ui.colored_label(palette.secondary, context.text(Text::ReplyFeiq));
        return;
    }
    row(ui, |ui| {
        if let Some(status) = tab.answers.status() {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("name", &mode_name(status.mode(), lang)), ("n", &status.answered())];
            ui.colored_label(palette.received, format!("● {}", fill(context.text(Text::ReplyRunning), &values)));
            if status.left_out() > 0 {
                let words = fill(context.text(Text::ReplyLimited), &[("n", &status.left_out())]);
                ui.colored_label(palette.error, words);
            }
        } else if tab.settings.answer.mode != AnswerMode::None && !tab.is_open() {
            ui.colored_label(palette.secondary, context.text(Text::ReplyNotRunning));
        }
        if tab.answers.is_settling() {
            ui.colored_label(palette.secondary, context.text(Text::ReplySettling));
        } else if let Some(words) = tab.answers.refused(lang) {
            let said = RichText::new(&words).size(SMALL_SIZE).color(palette.error);
            ui.add(Label::new(said).truncate()).on_hover_text(words);
        }
    });
}
