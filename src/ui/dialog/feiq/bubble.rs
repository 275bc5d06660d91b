//! One message: sent right, received left, with its time, what it carries and what became of it.

use std::path::PathBuf;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, Label, Layout, RichText, TextStyle, Ui, vec2};

use super::PageContext;
use super::attachments::{ATTACHMENT_WIDTH, attachments_ui};
use super::form::delivery_words;
use super::people::one_line;
use super::pictures::Pictures;
use crate::i18n::{Lang, Text};
use crate::proto::ipmsg::{Span, spans};
use crate::service::feiq::files::TransferId;
use crate::service::feiq::{Body, Message, Seal, With};
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::Bubble;
use crate::ui::words::{short_time, visible};

/// What a person did with a message.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Open the envelope.
    Open,
    /// Fetch an attachment into the usual folder.
    Accept {
        /// Which.
        attachment: u32,
    },
    /// Fetch it into a folder that is asked for.
    AcceptInto {
        /// Which.
        attachment: u32,
    },
    /// Not wanted.
    Decline,
    /// Offer it no longer.
    Withdraw,
    /// End a transfer.
    Cancel(TransferId),
    /// Show a file in its folder.
    Show(PathBuf),
}

/// Draws it; what was done with it.
pub fn bubble_ui(
    ui: &mut Ui,
    message: &Message,
    with: &With,
    pictures: &mut Pictures,
    context: &PageContext<'_>,
) -> Option<Deed> {
    let width = ui.available_width();
    let side = if message.sent { Layout::right_to_left(Align::Min) } else { Layout::left_to_right(Align::Min) };
    let size = vec2(width, SMALL_SIZE + 4.0);
    ui.allocate_ui_with_layout(size, side, |ui| {
        let above = RichText::new(above(message, with, context.lang)).small().color(Palette::of(ui).secondary);
        let (label, raw) = (ui.label(above), raw(message, context.lang));
        if !raw.is_empty() {
            label.on_hover_text(raw);
        }
    });
    let deed = match &message.body {
        Body::Shake => {
            shake_ui(ui, message, context);
            None
        }
        _ => body_ui(ui, message, pictures, context),
    };
    below_ui(ui, side, message, context);
    ui.add_space(5.0);
    deed
}

/// Time and marks.
fn above(message: &Message, with: &With, lang: Lang) -> String {
    let mut parts = vec![short_time(message.time)];
    if !message.sent && matches!(with, With::Group(_)) {
        parts.insert(0, one_line(&message.author));
    }
    let marks = [
        (message.broadcast, Text::FeiqBroadcast),
        (message.auto_reply, Text::FeiqAutoReply),
        (message.seal.is_some(), Text::FeiqSealed),
    ];
    parts.extend(marks.into_iter().filter(|(on, _)| *on).map(|(_, text)| text.text(lang).to_owned()));
    parts.join("  ·  ")
}

/// What the wire had beside the text.
fn raw(message: &Message, lang: Lang) -> String {
    let mut lines = Vec::new();
    if message.number > 0 {
        lines.push(format!("{}: {}", Text::FeiqPacketNumber.text(lang), message.number));
    }
    if let Some(encoding) = message.encoding {
        lines.push(format!("{}: {encoding}", Text::FeiqEncoding.text(lang)));
    }
    if let Some(font) = &message.font {
        lines.push(visible(font));
    }
    lines.join("\n")
}

fn shake_ui(ui: &mut Ui, message: &Message, context: &PageContext<'_>) {
    let text = if message.sent { Text::FeiqShookThem } else { Text::FeiqShookUs };
    let palette = Palette::of(ui);
    ui.vertical_centered(|ui| ui.label(RichText::new(context.text(text)).color(palette.accent)));
}

fn body_ui(ui: &mut Ui, message: &Message, pictures: &mut Pictures, context: &PageContext<'_>) -> Option<Deed> {
    let palette = Palette::of(ui);
    let most = Bubble::most(ui.available_width());
    let job = job(ui, message, most, context);
    let galley = ui.painter().layout_job(job);
    let mut wide = galley.size().x.ceil();
    if !message.attachments.is_empty() {
        wide = wide.max(ATTACHMENT_WIDTH.min(most));
    }
    let picture = match &message.body {
        Body::Image { bytes, .. } => Some(pictures.get(message.id, bytes, context)),
        _ => None,
    };
    if let Some(Ok(Some(texture))) = &picture {
        wide = wide.max(fitted(texture.size_vec2(), most).x);
    }
    let sealed = !message.sent && message.seal == Some(Seal::Closed);
    if sealed {
        wide = wide.max(120.0);
    }
    let mut deed = None;
    Bubble { sent: message.sent, width: wide }.show(ui, |ui| {
        if galley.size().x > 0.0 {
            let response = ui.add(Label::new(galley.clone()).selectable(true));
            response.context_menu(|ui| {
                if ui.button(context.text(Text::CopyText)).clicked() {
                    ui.ctx().copy_text(message.text().to_owned());
                    ui.close();
                }
            });
        }
        if sealed && ui.button(context.text(Text::FeiqOpenSealed)).clicked() {
            deed = Some(Deed::Open);
        }
        match picture {
            Some(Ok(Some(texture))) => {
                let size = fitted(texture.size_vec2(), wide);
                ui.add(egui::Image::new((texture.id(), size)).alt_text(context.text(Text::FeiqImage)));
            }
            Some(Ok(None)) => _ = ui.spinner(),
            Some(Err(why)) => _ = ui.label(RichText::new(why).color(palette.error)),
            None => {}
        }
        if let Some(done) = attachments_ui(ui, message, context) {
            deed = Some(done);
        }
    });
    deed
}

/// A picture's size, made to fit.
fn fitted(size: egui::Vec2, most: f32) -> egui::Vec2 {
    let scale = (most / size.x).min(240.0 / size.y).min(1.0);
    (size * scale).max(vec2(1.0, 1.0))
}

/// The text, with the emoticons' names; or what stands for it.
fn job(ui: &Ui, message: &Message, width: f32, context: &PageContext<'_>) -> LayoutJob {
    let palette = Palette::of(ui);
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::default();
    job.wrap.max_width = width;
    let mut push = |text: &str, colour: Color32| job.append(text, 0.0, TextFormat::simple(font.clone(), colour));
    match (&message.body, message.seal) {
        (Body::Encrypted, _) => push(context.text(Text::FeiqEncrypted), palette.secondary),
        (Body::Text(_), Some(Seal::Closed)) if !message.sent => {
            push(context.text(Text::FeiqSealedClosed), palette.secondary);
        }
        (Body::Text(text), _) => {
            for span in spans(text) {
                match span {
                    Span::Plain(plain) => push(&visible(plain), palette.text),
                    Span::Emoticon(emoticon) => {
                        let name = match context.lang {
                            Lang::ZhCn => emoticon.zh,
                            Lang::En => emoticon.en,
                        };
                        push(&format!("[{name} {}]", emoticon.code), palette.accent);
                    }
                    Span::Image(_) => push(&format!("[{}]", context.text(Text::FeiqImage)), palette.accent),
                }
            }
        }
        (Body::Shake | Body::Image { .. }, _) => {}
    }
    job
}

/// What became of it.
fn below_ui(ui: &mut Ui, side: Layout, message: &Message, context: &PageContext<'_>) {
    let palette = Palette::of(ui);
    let mut words = Vec::new();
    let mut colour = palette.secondary;
    if let Some(delivery) = message.delivery {
        let (said, good) = delivery_words(context.lang, delivery);
        if good == Some(false) {
            colour = palette.error;
        }
        words.push(said);
    }
    match (message.sent, message.seal) {
        (true, Some(Seal::Read)) => words.push(context.text(Text::FeiqSealRead).to_owned()),
        (true, Some(Seal::Closed)) => words.push(context.text(Text::FeiqSealUnread).to_owned()),
        (false, Some(Seal::Read)) => words.push(context.text(Text::FeiqSealTold).to_owned()),
        (false, Some(Seal::Unconfirmed)) => words.push(context.text(Text::FeiqSealUntold).to_owned()),
        _ => {}
    }
    if words.is_empty() {
        return;
    }
    let size = vec2(ui.available_width(), SMALL_SIZE + 4.0);
    ui.allocate_ui_with_layout(size, side, |ui| ui.label(RichText::new(words.join("  ·  ")).small().color(colour)));
}
