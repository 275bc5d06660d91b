//! The editor of a command: what it sends, and what it is in a sequence.

use egui::{CollapsingHeader, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::hotkey::HotkeyField;
use super::step::StepFields;
use crate::automation::Form;
use crate::automation::command::{GroupId, MAX_TEXT_BYTES, QuickCommand, QuickCommands};
use crate::codec::Charset;
use crate::codec::append::Block;
use crate::codec::framing::Framing;
use crate::i18n::{Lang, Text, compose_error, fill};
use crate::ui::command::Command;
use crate::ui::dialog::{AppendEditor, Outcome, buttons, focus_at_first, scrolled, title};
use crate::ui::panel::{QuickOrder, Shared, name_it};
use crate::ui::theme::{Palette, mono};
use crate::ui::widget::{combo, label_above, labelled_field, refusal, row};
use crate::ui::words::charset_name;

/// Height of the text, in points.
const TEXT_HEIGHT: f32 = 76.0;

/// The editor's fields.
pub struct CommandDialog {
    group: GroupId,
    command: QuickCommand,
    /// It is not in the group yet.
    new: bool,
    hotkey: HotkeyField,
    append: AppendEditor,
    step: StepFields,
    opened: bool,
}

impl CommandDialog {
    /// For a command of a group.
    pub fn edit(group: GroupId, command: QuickCommand) -> Self {
        Self {
            group,
            new: false,
            hotkey: HotkeyField::default(),
            append: AppendEditor::new(&command.message.append),
            step: StepFields::new(&command.step),
            command,
            opened: false,
        }
    }

    /// For a new command of a group, which begins with this.
    pub fn new(group: GroupId, command: QuickCommand) -> Self {
        Self { new: true, ..Self::edit(group, command) }
    }

    pub(in crate::ui::dialog) fn ui(&mut self, ui: &mut Ui, quick: &QuickCommands, shared: &Shared<'_>) -> Outcome {
        let lang = shared.lang;
        ui.set_width((ui.ctx().content_rect().width() - 60.0).min(520.0));
        title(ui, shared.text(if self.new { Text::QuickNewTitle } else { Text::QuickEditTitle }));
        let ready = scrolled(ui, |ui| {
            ui.set_width(ui.available_width() - 10.0);
            ui.spacing_mut().item_spacing.y = 5.0;
            let name = labelled_field(ui, shared.text(Text::QuickName), &mut self.command.name, true);
            focus_at_first(&name, &mut self.opened);
            self.message_ui(ui, shared);
            let append = self.append_ui(ui, lang);
            let message = self.preview_ui(ui, append, lang);
            let own = self.command.id();
            self.hotkey.ui(ui, &mut self.command.hotkey, own, quick, lang);
            labelled_field(ui, shared.text(Text::QuickComment), &mut self.command.comment, true);
            let step = self.step.ui(ui, &mut self.command.step, lang);
            message && step
        });
        match buttons(ui, Some((shared.text(Text::Save), ready)), shared.text(Text::Cancel)) {
            Some(true) => {
                let kept = QuickOrder::Keep(self.group, Box::new(self.command.clone()));
                Outcome::Then(Command::Quick(Box::new(kept)))
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }

    fn message_ui(&mut self, ui: &mut Ui, shared: &Shared<'_>) {
        let lang = shared.lang;
        let message = &mut self.command.message;
        ui.horizontal_wrapped(|ui| {
            ui.radio_value(&mut message.form, Form::Ascii, Text::Ascii.text(lang));
            ui.radio_value(&mut message.form, Form::Hex, Text::Hex.text(lang));
            ui.add_enabled_ui(message.form == Form::Ascii, |ui| {
                charset_ui(ui, "command encoding", Text::SendEncoding, &mut message.charset, lang);
            });
        });
        label_above(ui, Text::QuickText.text(lang));
        let width = ui.available_width();
        ScrollArea::vertical().id_salt("command text").max_height(TEXT_HEIGHT).show(ui, |ui| {
            let field = TextEdit::multiline(&mut message.text)
                .font(mono())
                .desired_width(width)
                .desired_rows(3)
                .min_size(vec2(width, TEXT_HEIGHT - 4.0));
            let response = ui.add(field);
            name_it(ui, &response, Text::QuickText.text(lang));
            if response.changed() {
                message.text.truncate(message.text.floor_char_boundary(MAX_TEXT_BYTES));
            }
        });
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(message.form == Form::Ascii, |ui| {
                ui.checkbox(&mut message.escapes, Text::UseEscapeChars.text(lang));
            });
            ui.checkbox(&mut message.template, Text::Template.text(lang));
        });
    }

    /// What is appended; `None` while a block is wrong.
    fn append_ui(&mut self, ui: &mut Ui, lang: Lang) -> Option<Vec<Block>> {
        let mut edited = Some(self.command.message.append.clone());
        let count = self.command.message.append.len();
        let name = match count {
            0 => Text::AppendKind.text(lang).to_owned(),
            _ => format!("{} ({count})", Text::AppendKind.text(lang)),
        };
        let payload = self.payload();
        CollapsingHeader::new(name).id_salt("command append").show(ui, |ui| {
            edited = self.append.ui(ui, &payload, lang);
        });
        edited
    }

    /// The bytes of the text without what is appended, as far as they are known.
    fn payload(&self) -> Vec<u8> {
        let message = &self.command.message;
        let bytes = |framing: &Framing| {
            let composer = message.composer(framing);
            crate::automation::Composer { append: &[], template: false, ..composer }.bytes(&message.text).ok()
        };
        bytes(&Framing::AsRead).unwrap_or_default()
    }

    /// How many bytes it is, or why it can't be sent; whether it can.
    fn preview_ui(&mut self, ui: &mut Ui, append: Option<Vec<Block>>, lang: Lang) -> bool {
        let Some(append) = append else { return false };
        let message = &mut self.command.message;
        message.append = append;
        let said = match message.prepare(&Framing::AsRead) {
            Err(error) => Err(compose_error(lang, &error)),
            Ok(prepared) if !prepared.is_constant() => Ok(String::new()),
            Ok(_) => match message.composer(&Framing::AsRead).bytes(&message.text) {
                Ok(bytes) => Ok(fill(Text::ByteCount.text(lang), &[("n", &bytes.len())])),
                // A template without fields: its braces are doubled.
                Err(_) if message.template => Ok(String::new()),
                Err(error) => Err(compose_error(lang, &error)),
            },
        };
        match &said {
            Ok(count) => _ = ui.label(RichText::new(count).small().color(Palette::of(ui).secondary)),
            Err(why) => refusal(ui, why),
        }
        said.is_ok()
    }
}

/// An encoding beside its label.
pub fn charset_ui(ui: &mut Ui, id: &str, label: Text, charset: &mut Charset, lang: Lang) {
    row(ui, |ui| {
        let label = ui.label(label.text(lang));
        let list = combo(id).width(110.0).selected_text(charset_name(*charset, lang));
        let list = list.show_ui(ui, |ui| {
            for one in Charset::ALL.iter().filter(|one| **one != Charset::Auto) {
                ui.selectable_value(charset, *one, charset_name(*one, lang));
            }
        });
        list.response.labelled_by(label.id);
    });
}
