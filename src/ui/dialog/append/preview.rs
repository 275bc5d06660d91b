//! What goes out: payload and each block in a colour of its own.

use egui::text::{LayoutJob, TextFormat};
use egui::{CornerRadius, Frame, Label, Margin, RichText, Stroke, Ui};

use super::editor::block_colour;
use crate::codec::append::{self, Block, Origin};
use crate::codec::framing::Framing;
use crate::codec::hex;
use crate::i18n::{Lang, Text, fill, wrap_error};
use crate::ui::theme::{Palette, SMALL_SIZE, mono};
use crate::ui::widget::refusal;

/// Of a long piece so many bytes are shown at its beginning,
const HEAD: usize = 96;
/// and so many at its end.
const TAIL: usize = 16;

/// Draws the bytes, and what the framing makes of the whole; nothing if a block can't be added to them.
pub fn append_preview_ui(ui: &mut Ui, blocks: &[Block], payload: &[u8], framing: &Framing, lang: Lang) {
    let palette = Palette::of(ui);
    let Ok(message) = append::preview(blocks, payload) else { return };
    let mut job = LayoutJob::default();
    for piece in &message.pieces {
        let colour = match piece.origin {
            Origin::Payload => palette.text,
            Origin::Block(index) => block_colour(palette, index),
        };
        job.append(&shortened(&message.bytes[piece.range.clone()]), 0.0, TextFormat::simple(mono(), colour));
    }
    boxed(ui, job);
    let mut len = message.bytes.len();
    if *framing != Framing::AsRead {
        let mut wrapped = Vec::new();
        if let Err(error) = framing.wrap(&message.bytes, &mut wrapped) {
            refusal(ui, &wrap_error(lang, error));
        } else {
            len = wrapped.len();
            ui.label(RichText::new(Text::AppendFramed.text(lang)).size(SMALL_SIZE).color(palette.secondary));
            let mut job = LayoutJob::default();
            job.append(&shortened(&wrapped), 0.0, TextFormat::simple(mono(), palette.text));
            boxed(ui, job);
        }
    }
    let count = fill(Text::ByteCount.text(lang), &[("n", &len)]);
    ui.label(RichText::new(count).size(SMALL_SIZE).color(palette.secondary));
}

fn boxed(ui: &mut Ui, mut job: LayoutJob) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(8, 5))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            job.wrap.max_width = ui.available_width();
            ui.add(Label::new(job).selectable(true));
        });
}

/// `31 32 33 `: with a space after each byte, so that lines break between bytes; of many bytes both ends.
fn shortened(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut push = |bytes: &[u8]| {
        for &byte in bytes {
            hex::push_byte(byte, &mut text);
            text.push(' ');
        }
    };
    if bytes.len() <= HEAD + TAIL {
        push(bytes);
        return text;
    }
    push(&bytes[..HEAD]);
    let mut end = String::new();
    hex::format(&bytes[bytes.len() - TAIL..], &mut end);
    format!("{text}… {end} ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bytes_are_shown_by_their_ends() {
        assert_eq!(shortened(b"12"), "31 32 ");
        let long: Vec<u8> = (0..200).map(|i| i as u8).collect();
        let shown = shortened(&long);
        assert!(shown.starts_with("00 01 ") && shown.ends_with("C6 C7 ") && shown.contains(" … "));
        assert_eq!(shown.split_whitespace().count(), HEAD + TAIL + 1);
    }
}
