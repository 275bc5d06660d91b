//! 分包: what is one message in a stream. A view like the encoding: it applies to all that was received, at once.

use std::num::NonZeroU32;

use egui::{TextEdit, Ui, vec2};

use super::{Shared, name_it};
use crate::codec::framing::{Framing, LengthField, LineEnd, MAX_FRAME_BYTES, Mark};
use crate::codec::typed::Typed;
use crate::codec::{Charset, escape, hex};
use crate::i18n::{self, Lang, Text, fill};
use crate::settings::Mode;
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{combo, link, marked_wrong, number_field, refusal, row, text_width};

/// The longest pause, in milliseconds: an hour.
const MAX_IDLE_MS: u32 = 3_600_000;

/// An entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramingKind {
    /// As it was read.
    AsRead,
    /// 按行
    Lines,
    /// 4字节小端长度
    Le4,
    /// 4字节大端长度
    Be4,
    /// Modbus/TCP
    ModbusTcp,
    /// MQTT
    Mqtt,
    /// HTTP/1
    Http,
    /// JSON values
    Json,
    /// SLIP
    Slip,
    /// 空闲时间
    Idle,
    /// 分隔符
    Delimiter,
    /// 固定长度
    Fixed,
    /// 起止标志
    Marks,
    /// 长度字段
    Length,
}

impl FramingKind {
    /// All, in the order of the list: those without parameters first.
    pub const ALL: [Self; 14] = [
        Self::AsRead,
        Self::Lines,
        Self::Le4,
        Self::Be4,
        Self::ModbusTcp,
        Self::Mqtt,
        Self::Http,
        Self::Json,
        Self::Slip,
        Self::Idle,
        Self::Delimiter,
        Self::Fixed,
        Self::Marks,
        Self::Length,
    ];

    /// Which entry a framing is.
    pub fn of(framing: &Framing) -> Self {
        match framing {
            Framing::AsRead => Self::AsRead,
            Framing::Idle { .. } => Self::Idle,
            Framing::Lines { .. } => Self::Lines,
            Framing::Delimiter { .. } => Self::Delimiter,
            Framing::Fixed { .. } => Self::Fixed,
            Framing::Marks { .. } => Self::Marks,
            Framing::Length(LengthField::LE4) => Self::Le4,
            Framing::Length(LengthField::BE4) => Self::Be4,
            Framing::Length(_) => Self::Length,
            Framing::ModbusTcp => Self::ModbusTcp,
            Framing::Mqtt => Self::Mqtt,
            Framing::Http => Self::Http,
            Framing::Json => Self::Json,
            Framing::Slip => Self::Slip,
        }
    }

    fn text(self) -> Text {
        match self {
            Self::AsRead => Text::FramingNone,
            Self::Lines => Text::FramingLines,
            Self::Le4 => Text::FramingLengthLe,
            Self::Be4 => Text::FramingLengthBe,
            Self::ModbusTcp => Text::FramingModbus,
            Self::Mqtt => Text::FramingMqtt,
            Self::Http => Text::FramingHttp,
            Self::Json => Text::FramingJson,
            Self::Slip => Text::FramingSlip,
            Self::Idle => Text::FramingIdle,
            Self::Delimiter => Text::FramingDelimiter,
            Self::Fixed => Text::FramingFixed,
            Self::Marks => Text::FramingMarks,
            Self::Length => Text::FramingLength,
        }
    }
}

/// The parameters as typed; those of the entries that are not chosen wait for it.
#[derive(Clone, Debug)]
pub struct FramingFields {
    idle_ms: String,
    fixed: String,
    delimiter: MarkField,
    keep: bool,
    line_end: LineEnd,
    /// The last start and end marks.
    marks: Framing,
    /// The last length field that is none of the presets.
    length: LengthField,
}

impl Default for FramingFields {
    fn default() -> Self {
        Self::new(&Framing::AsRead)
    }
}

impl FramingFields {
    /// The fields of a framing.
    pub fn new(framing: &Framing) -> Self {
        let mut fields = Self {
            idle_ms: "50".to_owned(),
            fixed: "16".to_owned(),
            delimiter: MarkField::new(b"\r\n"),
            keep: false,
            line_end: LineEnd::default(),
            marks: Framing::Marks { start: mark(0x02), end: mark(0x03), keep: false },
            length: LengthField { width: crate::codec::framing::Width::Two, ..LengthField::BE4 },
        };
        fields.take(framing);
        fields
    }

    /// The framing was set from elsewhere.
    pub fn take(&mut self, framing: &Framing) {
        match framing {
            Framing::Idle { ms } => self.idle_ms = ms.to_string(),
            Framing::Fixed { bytes } => self.fixed = bytes.to_string(),
            Framing::Delimiter { delimiter, keep } => {
                self.delimiter = MarkField::new(delimiter.bytes());
                self.keep = *keep;
            }
            Framing::Lines { keep, send } => (self.keep, self.line_end) = (*keep, *send),
            Framing::Marks { .. } => self.marks = framing.clone(),
            Framing::Length(field) if !matches!(*field, LengthField::LE4 | LengthField::BE4) => self.length = *field,
            Framing::AsRead
            | Framing::Length(_)
            | Framing::ModbusTcp
            | Framing::Mqtt
            | Framing::Http
            | Framing::Json
            | Framing::Slip => {}
        }
    }

    /// The framing of an entry with these parameters; `None` if they are wrong.
    fn framing(&self, kind: FramingKind, charset: Charset) -> Option<Framing> {
        let number = |text: &str| text.trim().parse::<u32>().ok().and_then(NonZeroU32::new);
        Some(match kind {
            FramingKind::AsRead => Framing::AsRead,
            FramingKind::Lines => Framing::Lines { keep: self.keep, send: self.line_end },
            FramingKind::Le4 => Framing::LENGTH_LE4,
            FramingKind::Be4 => Framing::LENGTH_BE4,
            FramingKind::ModbusTcp => Framing::ModbusTcp,
            FramingKind::Mqtt => Framing::Mqtt,
            FramingKind::Http => Framing::Http,
            FramingKind::Json => Framing::Json,
            FramingKind::Slip => Framing::Slip,
            FramingKind::Idle => {
                Framing::Idle { ms: number(&self.idle_ms).map(NonZeroU32::get).filter(|ms| *ms <= MAX_IDLE_MS)? }
            }
            FramingKind::Delimiter => {
                Framing::Delimiter { delimiter: self.delimiter.mark(charset, Lang::En).ok()?, keep: self.keep }
            }
            FramingKind::Fixed => {
                Framing::Fixed { bytes: number(&self.fixed).filter(|bytes| u64::from(bytes.get()) <= MAX_FRAME_BYTES)? }
            }
            FramingKind::Marks => self.marks.clone(),
            FramingKind::Length => Framing::Length(self.length),
        })
    }
}

fn mark(byte: u8) -> Mark {
    Mark::new(&[byte]).expect("one byte is a mark")
}

/// A delimiter or a mark as typed: text with escapes, or HEX.
#[derive(Clone, Debug, Default)]
pub struct MarkField {
    text: String,
    hex: bool,
}

impl MarkField {
    /// The field of these bytes: as text, with escapes for what is none.
    pub fn new(bytes: &[u8]) -> Self {
        Self { text: escape::escape(bytes, Charset::Utf8), hex: false }
    }

    /// The mark, or what is wrong with it, in words.
    pub fn mark(&self, charset: Charset, lang: Lang) -> Result<Mark, String> {
        let typed = if self.hex { Typed::Hex } else { Typed::Text { charset: encoding_of(charset), escapes: true } };
        let bytes = typed.bytes(&self.text).map_err(|(error, _)| i18n::typed(lang, error))?;
        Mark::new(&bytes).map_err(|error| i18n::mark_error(lang, error))
    }

    /// Draws the field into a row, with the switch for HEX; whether it was changed.
    pub fn ui(&mut self, ui: &mut Ui, name: &str, hex_name: &str, charset: Charset, lang: Lang) -> bool {
        let switch = text_width(ui, Text::Hex.text(lang)) + ui.spacing().icon_width + ui.spacing().icon_spacing;
        let width = ui.available_width() - switch - 2.0 * ui.spacing().item_spacing.x;
        let wrong = self.mark(charset, lang).is_err();
        let response = marked_wrong(ui, wrong, |ui| {
            ui.add(TextEdit::singleline(&mut self.text).desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)))
        });
        name_it(ui, &response, name);
        let before = self.mark(charset, lang);
        let switch = ui.checkbox(&mut self.hex, Text::Hex.text(lang)).on_hover_text(hex_name);
        if switch.changed()
            && let Ok(mark) = before
        {
            self.show(&mark, charset);
        }
        response.on_hover_text(name).changed() || switch.changed()
    }

    /// Rewrites the field for the same bytes.
    fn show(&mut self, mark: &Mark, charset: Charset) {
        self.text = if self.hex {
            let mut text = String::new();
            hex::format(mark.bytes(), &mut text);
            text
        } else {
            escape::escape(mark.bytes(), encoding_of(charset))
        };
    }
}

/// A typed text has one encoding.
fn encoding_of(charset: Charset) -> Charset {
    if charset == Charset::Auto { Charset::Utf8 } else { charset }
}

/// Draws the list, and under it the parameters of what is chosen.
pub fn framing_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let streams = tab.settings.mode != Mode::Udp;
    let before = tab.settings.receive.framing.clone();
    ui.add_enabled_ui(streams, |ui| list_ui(ui, tab, shared));
    if streams {
        parameters_ui(ui, tab, shared);
    }
    if tab.settings.receive.framing != before {
        tab.composed = None; // a send may be framed too
    }
}

fn list_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let chosen = FramingKind::of(&tab.settings.receive.framing);
    let charset = tab.settings.receive.charset;
    row(ui, |ui| {
        let label = ui.label(shared.text(Text::Framing));
        let list = combo("framing")
            .width(ui.available_width())
            .truncate()
            .selected_text(shared.text(chosen.text()))
            .show_ui(ui, |ui| {
                // All are in view at once.
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.spacing_mut().button_padding.y = 1.0;
                for kind in FramingKind::ALL {
                    if !ui.selectable_label(kind == chosen, shared.text(kind.text())).clicked() {
                        continue;
                    }
                    let framing = tab.typed.framing.framing(kind, charset).or_else(|| {
                        tab.typed.framing = FramingFields::default(); // what was typed was wrong
                        tab.typed.framing.framing(kind, charset)
                    });
                    tab.settings.receive.framing = framing.unwrap_or_default();
                    if matches!(kind, FramingKind::Marks | FramingKind::Length) {
                        shared.queue(Command::EditFraming);
                    }
                }
            })
            .response
            .labelled_by(label.id);
        let hint = if ui.is_enabled() { Text::FramingHint } else { Text::FramingUdpHint };
        list.on_hover_text(shared.text(hint)).on_disabled_hover_text(shared.text(hint));
    });
}

fn parameters_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let kind = FramingKind::of(&tab.settings.receive.framing);
    let charset = tab.settings.receive.charset;
    let fields = &mut tab.typed.framing;
    let changed = match kind {
        FramingKind::Idle => {
            number_ui(ui, &mut fields.idle_ms, MAX_IDLE_MS, (Text::FramingIdleMs, Text::Milliseconds), shared)
        }
        FramingKind::Fixed => {
            let max = u32::try_from(MAX_FRAME_BYTES).unwrap_or(u32::MAX);
            number_ui(ui, &mut fields.fixed, max, (Text::FramingFixedBytes, Text::Bytes), shared)
        }
        FramingKind::Delimiter => {
            let changed = row(ui, |ui| {
                let (name, hex) = (shared.text(Text::DelimiterField), shared.text(Text::DelimiterHexHint));
                fields.delimiter.ui(ui, name, hex, charset, shared.lang)
            });
            if let Err(why) = fields.delimiter.mark(charset, shared.lang) {
                refusal(ui, &why);
            }
            changed | ui.checkbox(&mut fields.keep, shared.text(Text::KeepDelimiter)).changed()
        }
        FramingKind::Lines => ui.checkbox(&mut fields.keep, shared.text(Text::KeepDelimiter)).changed(),
        FramingKind::Marks | FramingKind::Length => {
            row(ui, |ui| {
                let said = described(&tab.settings.receive.framing, shared.lang);
                let edit = shared.text(Text::EditMore);
                let room = ui.available_width() - text_width(ui, edit) - ui.spacing().item_spacing.x - 2.0;
                ui.allocate_ui(vec2(room, CONTROL_HEIGHT), |ui| {
                    ui.set_min_width(room);
                    ui.add(egui::Label::new(&said).truncate()).on_hover_text(&said);
                });
                if link(ui, edit).clicked() {
                    shared.queue(Command::EditFraming);
                }
            });
            false
        }
        _ => false,
    };
    if changed && let Some(framing) = tab.typed.framing.framing(kind, charset) {
        tab.settings.receive.framing = framing;
    }
}

fn number_ui(ui: &mut Ui, text: &mut String, max: u32, (name, unit): (Text, Text), shared: &Shared<'_>) -> bool {
    let (response, value) = row(ui, |ui| {
        let label = ui.label(shared.text(name));
        let width = ui.available_width() - text_width(ui, shared.text(unit)) - ui.spacing().item_spacing.x;
        let (response, value) = number_field(ui, text, 1..=max, width);
        let response = response.labelled_by(label.id);
        ui.label(shared.text(unit));
        (response, value)
    });
    if value.is_none() {
        refusal(ui, &fill(shared.text(Text::NumberRange), &[("from", &1), ("to", &max)]));
    }
    response.changed()
}

/// The parameters of marks or of a length field, shortly.
pub fn described(framing: &Framing, lang: Lang) -> String {
    match framing {
        Framing::Marks { start, end, .. } => {
            format!("{} … {}", spaced(start.bytes()), spaced(end.bytes()))
        }
        Framing::Length(field) => fill(
            Text::FramingLengthSaid.text(lang),
            &[
                ("offset", &field.offset),
                ("width", &field.width.bytes()),
                ("order", &crate::ui::words::byte_order(field.order, lang)),
            ],
        ),
        _ => String::new(),
    }
}

fn spaced(bytes: &[u8]) -> String {
    let mut text = String::new();
    hex::format(bytes, &mut text);
    text
}

/// 发送也分包, and what ends a line that is sent; whether it was changed.
pub fn frame_sends_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) -> bool {
    let streams = tab.settings.mode != Mode::Udp;
    let mut checkbox = |ui: &mut Ui| ui.checkbox(&mut tab.settings.send.frame, shared.text(Text::FrameSends));
    let hint = if streams { Text::FrameSendsHint } else { Text::FramingUdpHint };
    let response = ui.add_enabled_ui(streams, |ui| checkbox(ui)).inner;
    response.on_hover_text(shared.text(hint)).on_disabled_hover_text(shared.text(hint)).changed()
}

/// What ends a line that is sent, where sends are framed as lines; whether it was changed.
pub fn line_end_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) -> bool {
    let framed = tab.settings.send.frame && tab.settings.mode != Mode::Udp;
    let Framing::Lines { send, .. } = &mut tab.settings.receive.framing else { return false };
    if !framed {
        return false;
    }
    let before = *send;
    row(ui, |ui| {
        let label = ui.label(shared.text(Text::LineEnd));
        combo("line end")
            .width(ui.available_width())
            .selected_text(line_end_name(*send))
            .show_ui(ui, |ui| {
                for end in LineEnd::ALL {
                    ui.selectable_value(send, end, line_end_name(end));
                }
            })
            .response
            .labelled_by(label.id);
    });
    tab.typed.framing.line_end = *send;
    before != *send
}

fn line_end_name(end: LineEnd) -> &'static str {
    match end {
        LineEnd::CrLf => r"CRLF (\r\n)",
        LineEnd::Lf => r"LF (\n)",
        LineEnd::Cr => r"CR (\r)",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn each_entry_is_found_again_with_its_parameters() {
        for kind in FramingKind::ALL {
            let framing = FramingFields::default().framing(kind, Charset::Auto).unwrap();
            assert_eq!(FramingKind::of(&framing), kind);
            assert_eq!(FramingFields::new(&framing).framing(kind, Charset::Auto), Some(framing));
        }
    }

    #[test]
    fn a_delimiter_is_the_same_as_text_and_as_hex() {
        let mut field = MarkField::new(b"\r\n\xff");
        let mark = field.mark(Charset::Auto, Lang::En).unwrap();
        assert_eq!(mark.bytes(), b"\r\n\xff");
        field.hex = true;
        field.show(&mark, Charset::Auto);
        assert_eq!((field.text.as_str(), field.mark(Charset::Gbk, Lang::En).unwrap()), ("0D 0A FF", mark));
        field.text.clear();
        assert_eq!(field.mark(Charset::Gbk, Lang::En), Err("At least one byte is needed".to_owned()));
    }
}
