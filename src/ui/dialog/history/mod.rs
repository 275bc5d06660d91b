//! 历史发送: the tool window with what was sent before. A click puts it into the send box, a double click sends it.

mod row;

use egui::{Context, Key, Label, RichText, TextEdit, Ui, vec2};

use crate::automation::history::History;
use crate::i18n::{Lang, Text, fill};
use crate::ui::command::Command;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{CROSS, ToolWindow, button_width, cross, lines, row};

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "history", size: vec2(500.0, 370.0), min_size: vec2(340.0, 240.0) };
/// The longest search, in characters.
const MAX_SEARCH: usize = 200;

/// The tool window.
#[derive(Default)]
pub struct HistoryWindow {
    open: bool,
    search: String,
    /// What was found, and of what: how many changes the history had, and the search.
    found: Option<(u64, String, Vec<usize>)>,
    /// 清空 was clicked, and waits for a yes.
    clearing: bool,
    opened: bool,
}

/// What the window draws with.
pub struct HistoryContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// What was sent.
    pub history: &'a History,
    /// Grows with every change of it.
    pub changes: u64,
}

/// What the window asks for; entries go by their place, 0 the newest.
#[derive(Clone, Copy, Debug)]
pub enum HistoryCommand {
    /// Put one into the send box.
    Fill(usize),
    /// Put one into the send box and send it.
    Send(usize),
    /// Forget one.
    Remove(usize),
    /// Forget all.
    Clear,
}

impl HistoryContext<'_> {
    fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    fn tell(&mut self, command: HistoryCommand) {
        self.commands.push(Command::History(command));
    }
}

impl HistoryWindow {
    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        *self = Self { open: !self.open, search: std::mem::take(&mut self.search), ..Self::default() };
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut HistoryContext<'_>) {
        if self.open {
            WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        }
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut HistoryContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::History)).heading().strong());
            ui.add_space((ui.available_width() - CROSS - 8.0).max(0.0));
            if cross(ui, context.text(Text::CloseWindow)).clicked() {
                self.open = false;
            }
        });
        self.search_ui(ui, context);
        let key = (context.changes, &self.search);
        if self.found.as_ref().is_none_or(|(changes, search, _)| (*changes, search) != key) {
            self.found = Some((context.changes, self.search.clone(), context.history.search(&self.search)));
        }
        let Some((_, _, found)) = &self.found else { return };
        let palette = Palette::of(ui);
        let said = if context.history.is_empty() {
            context.text(Text::HistoryEmpty).to_owned()
        } else {
            fill(context.text(Text::HistoryCount), &[("n", &found.len()), ("all", &context.history.len())])
        };
        ui.add(Label::new(RichText::new(said).small().color(palette.secondary)).truncate());
        let mut told = None;
        lines(ui, "history", (found.len(), row::HEIGHT), None, |ui, index, place| {
            let index = found[index];
            if let Some(entry) = context.history.get(index) {
                told = row::row_ui(ui, index, entry, place, context.lang).or(told.take());
            }
        });
        if let Some(command) = told {
            context.tell(command);
        }
    }

    fn search_ui(&mut self, ui: &mut Ui, context: &mut HistoryContext<'_>) {
        row(ui, |ui| {
            let clear = context.text(if self.clearing { Text::HistoryClearSure } else { Text::HistoryClear });
            let width = (ui.available_width() - button_width(ui, clear) - ui.spacing().item_spacing.x).max(60.0);
            let field = TextEdit::singleline(&mut self.search)
                .desired_width(width)
                .min_size(vec2(width, CONTROL_HEIGHT))
                .char_limit(MAX_SEARCH)
                .hint_text(context.text(Text::HistorySearch));
            let response = ui.add(field);
            crate::ui::panel::name_it(ui, &response, context.text(Text::HistorySearch));
            if !std::mem::replace(&mut self.opened, true) {
                response.request_focus();
            }
            if response.has_focus() && ui.input(|i| i.key_pressed(Key::Escape)) {
                self.search.clear();
            }
            let button = ui.add_enabled(!context.history.is_empty(), egui::Button::new(clear));
            if button.clicked() {
                if self.clearing {
                    context.tell(HistoryCommand::Clear);
                }
                self.clearing = !self.clearing;
            } else if self.clearing && button.clicked_elsewhere() {
                self.clearing = false;
            }
        });
    }
}
