//! 快捷指令: groups of commands beside the log, or in a tool window where there is no room for it.
//!
//! It draws from the commands and queues [`QuickOrder`]s; the application changes and sends them.

mod groups;
mod list;
mod mark;
mod order;
mod sequence;

pub use order::QuickOrder;

use egui::{Align, Context, CornerRadius, Frame, Label, Layout, Margin, RichText, Stroke, Ui, vec2};

use crate::automation::command::{CommandId, Group, GroupId, QuickCommands};
use crate::i18n::{Lang, Text};
use crate::session::sequence::SequenceProgress;
use crate::ui::command::Command;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{CROSS, ToolWindow, cross, link, row};

/// The tool window, where there is no room beside the log.
const WINDOW: ToolWindow = ToolWindow { name: "quick", size: vec2(380.0, 520.0), min_size: vec2(300.0, 260.0) };

/// The panel.
#[derive(Default)]
pub struct QuickPanel {
    /// The group that is shown; another that is there if this one is gone.
    pub group: Option<GroupId>,
    /// The command that is being dragged.
    dragged: Option<CommandId>,
    /// The command that was clicked last.
    chosen: Option<CommandId>,
    sequence: sequence::SequenceFields,
    /// What the last action gave, and whether that is bad news.
    pub said: Option<Said>,
}

/// What the panel has to say.
pub struct Said {
    /// In a sentence, or several.
    pub words: String,
    /// Whether it is bad news.
    pub bad: bool,
    /// What was removed can be brought back.
    pub undo: bool,
}

/// What the panel draws with.
pub struct QuickContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Commands for after the frame.
    pub commands: &'a mut Vec<Command>,
    /// All groups.
    pub quick: &'a QuickCommands,
    /// How the sequence of the shown tab goes, or went.
    pub sequence: Option<&'a SequenceProgress>,
}

impl QuickContext<'_> {
    fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }

    fn tell(&mut self, order: QuickOrder) {
        self.commands.push(Command::Quick(Box::new(order)));
    }
}

impl QuickPanel {
    /// Draws it into all the room there is.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut QuickContext<'_>) {
        ui.spacing_mut().item_spacing.y = 5.0;
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::Quick)).strong());
            ui.add_space((ui.available_width() - CROSS - 8.0).max(0.0));
            if cross(ui, context.text(Text::QuickClose)).clicked() {
                context.commands.push(Command::ShowQuick);
            }
        });
        self.content_ui(ui, context);
    }

    /// Draws it as a tool window.
    pub fn window_ui(&mut self, ctx: &Context, context: &mut QuickContext<'_>) {
        WINDOW.show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            row(ui, |ui| {
                ui.label(RichText::new(context.text(Text::Quick)).heading().strong());
                ui.add_space((ui.available_width() - CROSS - 8.0).max(0.0));
                if cross(ui, context.text(Text::QuickClose)).clicked() {
                    context.commands.push(Command::ShowQuick);
                }
            });
            self.content_ui(ui, context);
        });
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut QuickContext<'_>) {
        let quick = context.quick;
        if self.group.is_none_or(|id| quick.group(id).is_none()) {
            self.group = quick.groups().first().map(Group::id);
        }
        groups::groups_ui(ui, &mut self.group, context);
        self.said_ui(ui, context);
        let Some(group) = self.group.and_then(|id| quick.group(id)) else {
            ui.add_space(24.0);
            let hint = RichText::new(context.text(Text::QuickNoGroup)).color(Palette::of(ui).secondary);
            ui.add(Label::new(hint).wrap());
            return;
        };
        self.sequence.ui(ui, group, context);
        if group.commands().is_empty() {
            ui.add_space(16.0);
            let hint = RichText::new(context.text(Text::QuickEmpty)).color(Palette::of(ui).secondary);
            ui.add(Label::new(hint).wrap());
            return;
        }
        let palette = Palette::of(ui);
        let frame = Frame::new()
            .fill(palette.surface)
            .stroke(Stroke::new(1.0, palette.border))
            .corner_radius(CornerRadius::same(6))
            .inner_margin(Margin::symmetric(3, 2));
        frame.show(ui, |ui| list::list_ui(ui, group, &mut self.dragged, &mut self.chosen, context));
    }

    fn said_ui(&mut self, ui: &mut Ui, context: &mut QuickContext<'_>) {
        let Some(said) = &self.said else { return };
        let palette = Palette::of(ui);
        let colour = if said.bad { palette.error } else { palette.text };
        let mut dismissed = false;
        let mut undone = false;
        ui.add(Label::new(RichText::new(&said.words).small().color(colour)).wrap());
        ui.allocate_ui_with_layout(
            vec2(ui.available_width(), CONTROL_HEIGHT - 6.0),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                undone = said.undo && link(ui, context.text(Text::QuickUndo)).clicked();
                dismissed = link(ui, context.text(Text::Dismiss)).clicked();
            },
        );
        if undone {
            context.tell(QuickOrder::Restore);
        }
        if dismissed || undone {
            self.said = None;
        }
    }
}
