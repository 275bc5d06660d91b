//! 检查...: a record's fields beside its bytes; the bytes of a field are marked.

use std::ops::Range;

use egui::{Align2, CornerRadius, Label, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use jiff::tz::TimeZone;

use super::{Outcome, buttons, title};
use crate::codec::dump::DumpWidth;
use crate::i18n::{Decoded, Field, Lang, Text, decoded, fill};
use crate::journal::rows::address;
use crate::journal::{Kind, Record, Timestamp};
use crate::ui::panel::Shared;
use crate::ui::theme::{LOG_ROW, Palette, SMALL_SIZE, TEXT_SIZE};
use crate::ui::widget::{BytesView, focus_ring, lines};

/// The columns of names and values, as shares of the list's width.
const NAME_SHARE: f32 = 0.27;
const VALUE_SHARE: f32 = 0.36;
/// Distance of two columns, in points.
const GAP: f32 = 8.0;
/// Room for the chosen field's whole value, in points.
const DETAIL_HEIGHT: f32 = 84.0;
/// From this width on, a row of the dump holds 16 bytes beside a list of fields, in points.
const WIDE: f32 = 1100.0;

/// A record that is looked at.
pub struct InspectDialog {
    record: Record,
    decoded: Option<Decoded>,
    chosen: Option<usize>,
    /// Under the pointer.
    hovered: Option<usize>,
    /// The chosen field's bytes are still to be scrolled into view.
    reveal: bool,
}

impl InspectDialog {
    /// Of a payload, read in a language.
    pub fn new(record: Record, lang: Lang) -> Self {
        let datagram = record.head.peer.is_some_and(|peer| peer.stream == 0);
        let decoded = if datagram { decoded(lang, record.bytes()) } else { None };
        Self { record, decoded, chosen: None, hovered: None, reveal: false }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, shared: &Shared<'_>) -> Outcome {
        let room = ui.ctx().content_rect().size() - vec2(90.0, 120.0);
        let has_fields = !self.fields().is_empty();
        ui.set_width(room.x.clamp(400.0, if has_fields { 1080.0 } else { 640.0 }));
        title(ui, shared.text(Text::InspectTitle));
        self.summary(ui, shared);
        let wide = ui.ctx().content_rect().width() >= WIDE;
        let height = (room.y - 110.0).clamp(160.0, 460.0);
        let size = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Min), |ui| {
            if has_fields {
                let dump_width = BytesView::width_points(ui, dump_rows(wide));
                let list = vec2(ui.available_width() - dump_width - ui.spacing().item_spacing.x, height);
                ui.allocate_ui_with_layout(list, egui::Layout::top_down(egui::Align::Min), |ui| self.list(ui, shared));
            }
            ui.vertical(|ui| self.bytes(ui, dump_rows(wide || !has_fields), shared));
        });
        if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
    }

    fn fields(&self) -> &[Field] {
        self.decoded.as_ref().map_or(&[], |decoded| &decoded.fields)
    }

    /// Time, direction, peer, length, protocol.
    fn summary(&self, ui: &mut Ui, shared: &Shared<'_>) {
        let head = &self.record.head;
        let direction = if head.kind == Kind::Sent { Text::InspectSent } else { Text::InspectReceived };
        let size = fill(shared.text(Text::ByteCount), &[("n", &self.record.bytes().len())]);
        let mut parts = vec![time(head.time), shared.text(direction).to_owned()];
        parts.extend(head.peer.map(|peer| address(&peer.addr)));
        parts.push(size);
        parts.extend(self.decoded.as_ref().map(|decoded| decoded.protocol.name().to_owned()));
        let palette = Palette::of(ui);
        ui.label(RichText::new(parts.join("  ·  ")).color(palette.secondary));
        if let Some(defect) = self.decoded.as_ref().and_then(|decoded| decoded.defect) {
            ui.label(RichText::new(defect).color(palette.error));
        }
    }

    // --- fields -----------------------------------------------------------------------------------------------------

    fn list(&mut self, ui: &mut Ui, shared: &Shared<'_>) {
        let width = ui.available_width();
        let heads = [Text::InspectFieldName, Text::InspectFieldValue, Text::InspectFieldNote];
        let place = ui.allocate_space(vec2(width, LOG_ROW)).1;
        for (text, column) in heads.into_iter().zip(columns(place.x_range())) {
            let head = ui.interact(
                egui::Rect::from_x_y_ranges(column, place.y_range()),
                ui.scope_id().with(text),
                Sense::empty(),
            );
            head.widget_info(|| WidgetInfo::labeled(Role::Label, true, shared.text(text)));
            cell(ui, shared.text(text), column, place.center().y, Palette::of(ui).secondary, SMALL_SIZE);
        }
        let list = vec2(width, (ui.available_height() - DETAIL_HEIGHT - GAP).max(LOG_ROW));
        let (mut chosen, mut hovered) = (None, None);
        ui.allocate_ui(list, |ui| {
            let fields = self.fields();
            lines(ui, "fields", (fields.len(), LOG_ROW + 3.0), None, |ui, index, place| {
                let row = field_row(ui, &fields[index], index, place, self.chosen == Some(index));
                if row.clicked() || row.gained_focus() {
                    chosen = Some(index);
                }
                if row.hovered() {
                    hovered = Some(index);
                }
            });
        });
        self.hovered = hovered;
        if chosen.is_some() {
            (self.chosen, self.reveal) = (chosen, true);
        }
        ui.separator();
        self.detail(ui, shared);
    }

    /// The chosen field, as long as it is.
    fn detail(&self, ui: &mut Ui, shared: &Shared<'_>) {
        let Some(field) = self.chosen.and_then(|index| self.fields().get(index)) else { return };
        egui::ScrollArea::vertical().id_salt("detail").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let palette = Palette::of(ui);
            let small = |text: &str| RichText::new(text).size(SMALL_SIZE).color(palette.secondary);
            ui.label(small(&format!("{}  ·  {}", field.name, bytes_of(&field.range, shared))));
            for text in [&field.value, &field.note] {
                if !text.is_empty() {
                    ui.add(Label::new(text.as_str()).wrap().selectable(true));
                }
            }
        });
    }

    // --- bytes ------------------------------------------------------------------------------------------------------

    fn bytes(&mut self, ui: &mut Ui, width: DumpWidth, shared: &Shared<'_>) {
        ui.label(RichText::new(shared.text(Text::InspectBytes)).size(SMALL_SIZE).color(Palette::of(ui).secondary));
        let marked =
            self.hovered.or(self.chosen).and_then(|index| self.fields().get(index)).map(|field| field.range.clone());
        let view = BytesView {
            bytes: self.record.bytes(),
            width,
            marked: marked.unwrap_or_default(),
            reveal: std::mem::take(&mut self.reveal),
        };
        if let Some(byte) = view.ui(ui) {
            self.chosen = self.fields().iter().position(|field| field.range.contains(&byte));
        }
    }
}

fn dump_rows(wide: bool) -> DumpWidth {
    if wide { DumpWidth::Sixteen } else { DumpWidth::Eight }
}

/// A row of the list.
fn field_row(ui: &mut Ui, field: &Field, index: usize, place: egui::Rect, chosen: bool) -> egui::Response {
    let palette = Palette::of(ui);
    let response = ui.interact(place, ui.scope_id().with(("field", index)), Sense::click());
    let said = [field.name.as_str(), &field.value, &field.note].join(" ");
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, said.trim_end()));
    let ground = match (chosen, response.hovered()) {
        (true, _) => Some(palette.selection),
        (false, true) => Some(palette.hovered),
        (false, false) => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(place, CornerRadius::same(3), ground);
    }
    let texts = [(&field.name, palette.secondary), (&field.value, palette.text), (&field.note, palette.text)];
    for ((text, colour), column) in texts.into_iter().zip(columns(place.x_range())) {
        let colour = if chosen { palette.text } else { colour };
        cell(ui, text, column, place.center().y, colour, TEXT_SIZE);
    }
    focus_ring(ui, &response);
    response
}

fn columns(row: egui::Rangef) -> [egui::Rangef; 3] {
    let (left, width) = (row.min + 4.0, row.span() - 8.0);
    let (value, note) = (left + width * NAME_SHARE, left + width * (NAME_SHARE + VALUE_SHARE));
    [egui::Rangef::new(left, value - GAP), egui::Rangef::new(value, note - GAP), egui::Rangef::new(note, left + width)]
}

/// A text in a column, cut where the column ends.
fn cell(ui: &Ui, text: &str, column: egui::Rangef, middle: f32, colour: egui::Color32, size: f32) {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), egui::FontId::proportional(size), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(column.span());
    let galley = ui.painter().layout_job(job);
    let place = Align2::LEFT_CENTER.anchor_size(pos2(column.min, middle), galley.size());
    ui.painter().galley(place.min, galley, colour);
}

fn bytes_of(range: &Range<usize>, shared: &Shared<'_>) -> String {
    if range.is_empty() {
        return shared.text(Text::InspectNoBytes).to_owned();
    }
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("from", &range.start), ("to", &(range.end - 1)), ("n", &range.len())];
    fill(shared.text(Text::InspectBytesOf), &values)
}

/// The record's time to the microsecond, in local time.
fn time(time: Timestamp) -> String {
    let stamp = jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default();
    stamp.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
}
