//! What a rule sends.

use egui::{Button, Label, RichText, TextEdit, Ui, vec2};

use super::AnswerContext;
use super::editor::{charset_ui, error_ui, form_ui};
use crate::automation::answer::{Reply, RuleErrorKind};
use crate::automation::{Form, Message};
use crate::codec::framing::Framing;
use crate::codec::template::FIELDS;
use crate::i18n::{Text, fill};
use crate::ui::dialog::append::AppendEditor;
use crate::ui::theme::{CONTROL_HEIGHT, Palette, mono};
use crate::ui::widget::{focus_ring, label_above, marked_wrong};

/// Height of the field for the reply, in points.
const TEXT_HEIGHT: f32 = 58.0;
/// The longest reply as typed, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// Draws it; `append` is the list of the blocks that are added, while it is unfolded.
pub fn reply_ui(
    ui: &mut Ui,
    reply: &mut Reply,
    append: &mut Option<AppendEditor>,
    error: Option<&RuleErrorKind>,
    context: &AnswerContext<'_>,
) {
    let message = &mut reply.message;
    let label = label_above(ui, context.text(Text::RuleReplyText));
    let width = ui.available_width();
    let response = marked_wrong(ui, error.is_some(), |ui| {
        let field = TextEdit::multiline(&mut message.text).font(mono()).desired_rows(3).char_limit(MOST_BYTES);
        ui.add(field.desired_width(width).min_size(vec2(width, TEXT_HEIGHT)))
    });
    response.labelled_by(label.id);
    if let Some(error) = error {
        error_ui(ui, error, context);
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = CONTROL_HEIGHT;
        form_ui(ui, &mut message.form, context.text(Text::RuleReplyForm), context);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.checkbox(&mut message.template, context.text(Text::RuleTemplate));
            help_ui(ui);
        });
        let words = match message.append.len() {
            0 => context.text(Text::RuleAppend).to_owned(),
            n => fill(context.text(Text::RuleAppended), &[("n", &n)]),
        };
        if ui.add(Button::new(words).selected(append.is_some())).clicked() {
            *append = append.is_none().then(|| AppendEditor::new(&message.append));
        }
        if message.form == Form::Ascii {
            charset_ui(ui, context.text(Text::RuleReplyCharset), &mut message.charset, context);
            ui.checkbox(&mut message.escapes, context.text(Text::RuleReplyEscapes));
        }
    });
    if let Some(editor) = append {
        let payload = payload(message);
        if let Some(blocks) = editor.ui(ui, &payload, context.lang) {
            message.append = blocks;
        }
    }
}

/// What the blocks are added to; of a template nothing, since it is different each time.
fn payload(message: &Message) -> Vec<u8> {
    let plain = Message { append: Vec::new(), ..message.clone() };
    if plain.template {
        return Vec::new();
    }
    plain.composer(&Framing::AsRead).bytes(&plain.text).unwrap_or_default()
}

/// The fields that a template may have, in a tooltip.
fn help_ui(ui: &mut Ui) {
    let sign = RichText::new("ⓘ").color(Palette::of(ui).accent);
    let help = ui.add(Label::new(sign).sense(egui::Sense::click()));
    focus_ring(ui, &help);
    help.on_hover_ui(|ui| {
        let lines: Vec<String> = FIELDS.iter().map(|field| format!("{:<22} {}", field.written, field.means)).collect();
        ui.label(RichText::new(lines.join("\n")).monospace());
    });
}
