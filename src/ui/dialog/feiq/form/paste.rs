//! 粘贴数据报: a datagram as text or as HEX, which fills the form.

use egui::{RichText, ScrollArea, TextEdit, Ui};

use crate::codec::{Charset, hex};
use crate::i18n::{Text, fill};
use crate::service::feiq::form::{Filled, Form};
use crate::ui::dialog::feiq::PageContext;
use crate::ui::dialog::feiq::said::malformed_text;
use crate::ui::theme::Palette;
use crate::ui::widget::{group, label_above};

/// The field takes no more, in bytes: a datagram in HEX has less.
const LIMIT_BYTES: usize = 64 * 1024;

/// The field and what it said.
pub struct Paste {
    text: String,
    said: Option<(String, bool)>,
    folded: bool,
}

impl Default for Paste {
    fn default() -> Self {
        Self { text: String::new(), said: None, folded: true }
    }
}

impl Paste {
    /// Draws it; what is to fill the form.
    pub fn ui(&mut self, ui: &mut Ui, context: &PageContext<'_>) -> Option<Filled> {
        let mut filled = None;
        let mut folded = self.folded;
        group(ui, context.text(Text::FeiqPaste), &mut folded, |ui| {
            let label = label_above(ui, context.text(Text::FeiqDatagram));
            ScrollArea::vertical().id_salt("feiq paste").max_height(70.0).show(ui, |ui| {
                let width = ui.available_width();
                let field = TextEdit::multiline(&mut self.text)
                    .desired_width(width)
                    .desired_rows(2)
                    .font(egui::TextStyle::Monospace)
                    .hint_text("1:123123:name:host:32:text");
                ui.add(field).labelled_by(label.id);
            });
            self.text.truncate(self.text.floor_char_boundary(LIMIT_BYTES));
            if ui.button(context.text(Text::FeiqFillForm)).clicked() {
                filled = self.read(context);
            }
            if let Some((said, wrong)) = &self.said {
                let palette = Palette::of(ui);
                ui.label(RichText::new(said).color(if *wrong { palette.error } else { palette.secondary }));
            }
        });
        self.folded = folded;
        filled
    }

    fn read(&mut self, context: &PageContext<'_>) -> Option<Filled> {
        let (bytes, as_hex) = bytes(&self.text);
        match Form::from_datagram(&bytes) {
            Ok(mut filled) => {
                if !as_hex {
                    filled.encoding = pasted_encoding(context.settings.form.encoding, &filled);
                }
                let text = if filled.exact { Text::FeiqFilled } else { Text::FeiqFilledNotExact };
                self.said = Some((context.text(text).to_owned(), !filled.exact));
                Some(filled)
            }
            Err(error) => {
                self.said = Some((
                    fill(context.text(Text::FeiqNotAPacket), &[("why", &malformed_text(&error).text(context.lang))]),
                    true,
                ));
                None
            }
        }
    }
}

/// A text on the clipboard has lost the encoding that its bytes had: the form's stays.
fn pasted_encoding(chosen: Charset, filled: &Filled) -> Option<crate::proto::ipmsg::TextEncoding> {
    use crate::proto::ipmsg::{TextEncoding, option};
    match chosen {
        _ if filled.form.command.has(option::UTF8) => Some(TextEncoding::Utf8),
        Charset::Gbk => Some(TextEncoding::Gbk),
        Charset::Utf8 => Some(TextEncoding::Utf8),
        _ => None,
    }
}

/// What was pasted, and whether it was HEX: that holds no colon, and a datagram five of them.
fn bytes(text: &str) -> (Vec<u8>, bool) {
    let text = text.trim_end_matches(['\r', '\n']);
    match hex::parse(text) {
        Ok(bytes) if !text.contains(':') => (bytes, true),
        // A picture of NUL stands for one, as the preview shows it.
        _ => (text.replace('␀', "\0").into_bytes(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_text_are_told_apart() {
        assert_eq!(bytes("31 3A 32"), (b"1:2".to_vec(), true));
        assert_eq!(bytes("313a32\r\n"), (b"1:2".to_vec(), true));
        assert_eq!(bytes("1:123123:a:b:32:cafe\n"), (b"1:123123:a:b:32:cafe".to_vec(), false));
        assert_eq!(bytes("1:2:a:b:1:nick␀group␀"), (b"1:2:a:b:1:nick\0group\0".to_vec(), false));
    }
}
