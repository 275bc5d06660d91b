//! 预览: the exact datagram as text and as HEX, its fields coloured.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, CornerRadius, Frame, Label, Margin, RichText, ScrollArea, Stroke, Ui};

use crate::codec::hex;
use crate::i18n::{Text, fill};
use crate::proto::ipmsg::{Fields, TextEncoding};
use crate::ui::dialog::feiq::PageContext;
use crate::ui::theme::{Palette, mono};
use crate::ui::widget::{label_above, link};
use crate::ui::words::visible;

/// The fields in their order, as the form calls them.
pub const FIELDS: [Text; 6] =
    [Text::FeiqVersion, Text::FeiqPacketNumber, Text::FeiqUser, Text::FeiqHost, Text::FeiqCommand, Text::FeiqExtra];

/// The text and the HEX scroll beyond this height, in points.
const BOX_HEIGHT: f32 = 96.0;

/// A datagram, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Pieces in their order, together all bytes: which field (`None`: a colon between), and where.
    pieces: Vec<(Option<usize>, Range<usize>)>,
    text: Vec<String>,
    hex: Vec<String>,
}

impl Preview {
    /// Of a datagram whose text is in this encoding.
    pub fn new(bytes: Vec<u8>, encoding: TextEncoding) -> Self {
        let pieces = pieces(&bytes);
        let text = pieces.iter().map(|(_, range)| visible(&encoding.decode(&bytes[range.clone()]))).collect();
        let hex = pieces.iter().map(|(_, range)| spaced(&bytes[range.clone()])).collect();
        Self { bytes, pieces, text, hex }
    }

    /// Draws it.
    pub fn ui(&self, ui: &mut Ui, context: &PageContext<'_>) {
        let palette = Palette::of(ui);
        legend(ui, context);
        let count = fill(context.text(Text::ByteCount), &[("n", &self.bytes.len())]);
        self.part(ui, context.text(Text::FeiqAsText), "text", &self.text, palette);
        if link(ui, context.text(Text::CopyText)).clicked() {
            ui.ctx().copy_text(self.text.concat());
        }
        self.part(ui, context.text(Text::Hex), "hex", &self.hex, palette);
        ui.horizontal(|ui| {
            if link(ui, context.text(Text::CopyHex)).clicked() {
                ui.ctx().copy_text(self.hex.concat().trim_end().to_owned());
            }
            ui.label(RichText::new(count).small().color(palette.secondary));
        });
    }

    fn part(&self, ui: &mut Ui, name: &str, salt: &str, texts: &[String], palette: &Palette) {
        label_above(ui, name);
        boxed(ui, palette, |ui| {
            ScrollArea::vertical().id_salt(salt).max_height(BOX_HEIGHT).show(ui, |ui| {
                ui.set_width(ui.available_width());
                let mut job = LayoutJob::default();
                job.wrap.max_width = ui.available_width();
                for ((field, _), text) in self.pieces.iter().zip(texts) {
                    let colour = field.map_or(palette.secondary, |field| palette.fields[field]);
                    job.append(text, 0.0, TextFormat::simple(mono(), colour));
                }
                ui.add(Label::new(job).selectable(true));
            });
        });
    }
}

/// A frame like a field's, for what can only be read.
fn boxed(ui: &mut Ui, palette: &Palette, content: impl FnOnce(&mut Ui)) {
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(8, 5))
        .show(ui, content);
}

/// Which colour is which field.
fn legend(ui: &mut Ui, context: &PageContext<'_>) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        for (field, colour) in FIELDS.into_iter().zip(palette.fields) {
            legend_entry(ui, context.text(field), colour);
        }
    });
}

fn legend_entry(ui: &mut Ui, name: &str, colour: Color32) {
    ui.add(Label::new(RichText::new(format!("■ {name}")).small().color(colour)).extend());
}

/// All bytes as fields and the colons between; one piece without a field where it is no packet.
fn pieces(bytes: &[u8]) -> Vec<(Option<usize>, Range<usize>)> {
    let Ok(fields) = Fields::find(bytes) else { return vec![(None, 0..bytes.len())] };
    let ranges = [fields.version, fields.number, fields.user, fields.host, fields.command, fields.extra];
    let mut pieces = Vec::with_capacity(11);
    let mut end = 0;
    for (field, range) in ranges.into_iter().enumerate() {
        if range.start > end {
            pieces.push((None, end..range.start));
        }
        end = range.end;
        pieces.push((Some(field), range));
    }
    if end < bytes.len() {
        pieces.push((None, end..bytes.len()));
    }
    pieces
}

/// `31 3A `: with a space after each byte, so that lines break between bytes.
fn spaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for &byte in bytes {
        hex::push_byte(byte, &mut text);
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_all_bytes_in_their_order() {
        for bytes in [b"1:2:user:host:32:a:b\0".as_slice(), b"1:2:::0:", b"no packet", b""] {
            let preview = Preview::new(bytes.to_vec(), TextEncoding::Gbk);
            let joined: Vec<u8> = preview.pieces.iter().flat_map(|(_, range)| bytes[range.clone()].to_vec()).collect();
            assert_eq!(joined, bytes);
        }
    }

    #[test]
    fn text_and_hex_show_the_same_fields() {
        let preview = Preview::new(b"1:2:u:h:32:hi\n\0".to_vec(), TextEncoding::Utf8);
        assert_eq!(preview.text.concat(), "1:2:u:h:32:hi\n␀");
        assert_eq!(preview.hex.concat(), "31 3A 32 3A 75 3A 68 3A 33 32 3A 68 69 0A 00 ");
        let extra = preview.pieces.iter().position(|(field, _)| *field == Some(5));
        assert_eq!(extra.map(|i| preview.text[i].as_str()), Some("hi\n␀"));
    }
}
