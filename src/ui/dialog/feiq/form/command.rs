//! 命令字: the command by name or by number, and its options.

use egui::{Grid, RichText, TextEdit, Ui, vec2};

use crate::codec::Charset;
use crate::i18n::{Text, ipmsg_command, ipmsg_option};
use crate::proto::ipmsg::{COMMANDS, Command, CommandInfo, MESSAGE_OPTIONS, Who, code, option};
use crate::service::feiq::form::parse_command;
use crate::ui::dialog::feiq::PageContext;
use crate::ui::panel::name_it;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{combo, group, label_above};

/// The list scrolls beyond this height, in points.
const LIST_HEIGHT: f32 = 400.0;
/// The options stand in this many columns.
const COLUMNS: usize = 3;

/// The command, and its number as typed.
pub struct CommandField {
    command: Command,
    typed: String,
    folded: bool,
}

impl Default for CommandField {
    /// A message that wants an ack, 288.
    fn default() -> Self {
        let command = Command::new(code::SENDMSG, option::SENDCHECK);
        Self { command, typed: command.0.to_string(), folded: false }
    }
}

impl CommandField {
    /// The command; `None`: what is typed is no number.
    pub fn command(&self) -> Option<Command> {
        parse_command(&self.typed)
    }

    /// Takes another command.
    pub fn set(&mut self, command: Command) {
        self.command = command;
        self.typed = command.0.to_string();
    }

    /// Sets an option or takes it away.
    pub fn switch(&mut self, option: u32, on: bool) {
        self.set(if on { self.command.with(option) } else { self.command.without(option) });
    }

    /// Marks a message as UTF-8, or not, as the encoding says. Entries never carry the mark, and the commands that FeiQ
    /// and iptux added have other bits.
    pub fn say_encoding(&mut self, charset: Charset) {
        if self.command.known_options() == MESSAGE_OPTIONS {
            self.switch(option::UTF8, charset == Charset::Utf8);
        }
    }

    /// Draws the list, the number, and the options.
    pub fn ui(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        ui.columns(2, |columns| {
            self.list(&mut columns[0], context);
            self.number(&mut columns[1], context);
        });
        let mut words = format!("{} = 0x{:X} = {}", self.command.0, self.command.0, self.command);
        if let Some(meaning) = ipmsg_command(context.lang, self.command) {
            words = format!("{words}  {meaning}");
        }
        ui.add(egui::Label::new(RichText::new(words).monospace().size(12.0).color(Palette::of(ui).secondary)).wrap());
        self.options(ui, context);
    }

    fn list(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqCommand));
        let name = |info: &CommandInfo| format!("{} ({})", info.name, info.code);
        let chosen = self.command.info();
        let shown = chosen.map_or_else(|| format!("0x{:02X}", self.command.code()), name);
        let mut picked = None;
        combo("feiq command")
            .width(ui.available_width())
            .height(LIST_HEIGHT)
            .truncate()
            .selected_text(shown)
            .show_ui(ui, |ui| {
                for who in [Who::Ipmsg, Who::Feiq, Who::Iptux] {
                    let owner = match who {
                        Who::Ipmsg => "IPMSG",
                        Who::Feiq => "FeiQ",
                        Who::Iptux => "iptux",
                    };
                    ui.label(RichText::new(owner).small().color(Palette::of(ui).secondary));
                    for info in COMMANDS.iter().filter(|info| info.who == who) {
                        ui.horizontal(|ui| {
                            if ui.selectable_label(chosen == Some(info), name(info)).clicked() {
                                picked = Some(info);
                                ui.close();
                            }
                            let meaning = ipmsg_command(context.lang, Command::new(info.code, info.options));
                            ui.label(RichText::new(meaning.unwrap_or_default()).color(Palette::of(ui).secondary));
                        });
                    }
                }
            })
            .response
            .labelled_by(label.id);
        if let Some(info) = picked {
            // A message wants an ack, as by default; others have the bits that belong to their number.
            let usual = if info.code == code::SENDMSG { option::SENDCHECK } else { 0 };
            self.set(Command::new(info.code, info.options | usual));
        }
    }

    fn number(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqCommandNumber));
        let wrong = self.command().is_none();
        let field = ui.scope(|ui| {
            if wrong {
                ui.visuals_mut().override_text_color = Some(Palette::of(ui).error);
            }
            let size = vec2(ui.available_width(), CONTROL_HEIGHT);
            ui.add(TextEdit::singleline(&mut self.typed).desired_width(size.x).min_size(size).char_limit(12))
        });
        let field = field.inner.labelled_by(label.id).on_hover_text(context.text(Text::FeiqCommandNumberHint));
        if field.changed()
            && let Some(command) = self.command()
        {
            self.command = command;
        }
    }

    fn options(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        let known = self.command.known_options();
        if known.is_empty() {
            return;
        }
        let mut folded = self.folded;
        group(ui, context.text(Text::FeiqOptions), &mut folded, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            Grid::new("feiq options").spacing(vec2(10.0, 0.0)).show(ui, |ui| {
                for (i, (bit, name)) in known.iter().enumerate() {
                    let mut on = self.command.has(*bit);
                    let response = ui.checkbox(&mut on, RichText::new(*name).size(11.5));
                    name_it(ui, &response, name);
                    let meaning = ipmsg_option(context.lang, self.command, *bit).unwrap_or_default();
                    if response.on_hover_text(format!("0x{bit:X} {meaning}")).changed() {
                        self.switch(*bit, on);
                    }
                    if i % COLUMNS == COLUMNS - 1 {
                        ui.end_row();
                    }
                }
            });
        });
        self.folded = folded;
    }
}
