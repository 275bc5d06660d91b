//! The fields of a length field.

use egui::Ui;

use crate::codec::byte_order::ByteOrder;
use crate::codec::framing::{Counts, LengthField, MAX_FRAME_BYTES, Width};
use crate::i18n::Text;
use crate::ui::panel::Shared;
use crate::ui::widget::{cells, choice, integer};
use crate::ui::words::byte_order;

/// A column of fields, in points.
const COLUMN: f32 = 132.0;
/// The list of what is counted, in points.
const COUNTS: f32 = 272.0;

/// A length field as typed.
pub(super) struct LengthForm {
    offset: String,
    width: Width,
    order: ByteOrder,
    counts: Counts,
    adjustment: String,
    header_after: String,
    max_bytes: String,
}

impl LengthForm {
    pub(super) fn new(field: &LengthField) -> Self {
        Self {
            offset: field.offset.to_string(),
            width: field.width,
            order: field.order,
            counts: field.counts,
            adjustment: field.adjustment.to_string(),
            header_after: field.header_after.to_string(),
            max_bytes: field.max_bytes.to_string(),
        }
    }

    /// Draws it; the length field, if everything is right.
    pub(super) fn ui(&mut self, ui: &mut Ui, shared: &Shared<'_>) -> Option<LengthField> {
        let lang = shared.lang;
        let (mut offset, mut header_after, mut adjustment, mut max_bytes) = (None, None, None, None);
        cells(ui, |ui| {
            offset = integer(ui, shared.text(Text::LengthOffset), &mut self.offset, 0..=255, COLUMN, lang);
            let widths =
                Width::ALL.map(|width| (width, ["1", "2", "3", "4", "", "", "", "8"][usize::from(width.bytes()) - 1]));
            choice(ui, "length width", shared.text(Text::LengthWidth), &mut self.width, &widths, COLUMN);
            let orders = ByteOrder::ALL.map(|order| (order, byte_order(order, lang)));
            choice(ui, "length order", shared.text(Text::ByteOrderLabel), &mut self.order, &orders, COLUMN);
            let counts = Counts::ALL.map(|counts| (counts, shared.text(counts_text(counts))));
            choice(ui, "length counts", shared.text(Text::LengthCounts), &mut self.counts, &counts, COUNTS);
            let after = shared.text(Text::LengthHeaderAfter);
            header_after = integer(ui, after, &mut self.header_after, 0..=255, COLUMN, lang);
            let any = i64::from(i32::MIN)..=i64::from(i32::MAX);
            adjustment = integer(ui, shared.text(Text::LengthAdjustment), &mut self.adjustment, any, COLUMN, lang);
            let frames = 1..=MAX_FRAME_BYTES.cast_signed();
            max_bytes = integer(ui, shared.text(Text::LengthMax), &mut self.max_bytes, frames, COLUMN, lang);
        });
        Some(LengthField {
            offset: u8::try_from(offset?).ok()?,
            width: self.width,
            order: self.order,
            counts: self.counts,
            adjustment: i32::try_from(adjustment?).ok()?,
            header_after: u8::try_from(header_after?).ok()?,
            max_bytes: u64::try_from(max_bytes?).ok()?,
        })
    }
}

fn counts_text(counts: Counts) -> Text {
    match counts {
        Counts::Payload => Text::CountsPayload,
        Counts::AfterField => Text::CountsAfterField,
        Counts::Frame => Text::CountsFrame,
    }
}
