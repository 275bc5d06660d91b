//! A hex dump of a datagram, in which a part is marked and a byte can be pointed at.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::lines;
use crate::codec::dump::{self, DumpRow, DumpWidth};
use crate::ui::theme::{GRID, LOG_ROW, Palette, mono};

/// What is drawn.
pub struct BytesView<'a> {
    /// All bytes.
    pub bytes: &'a [u8],
    /// How many in a row.
    pub width: DumpWidth,
    /// The bytes that are marked.
    pub marked: Range<usize>,
    /// Whether the first marked byte is scrolled into view.
    pub reveal: bool,
}

impl BytesView<'_> {
    /// How much room rows of so many bytes take, with a scroll bar, in points.
    pub fn width_points(ui: &Ui, width: DumpWidth) -> f32 {
        let mut line = DumpRow::default();
        dump::row(0, &[0; DumpWidth::ThirtyTwo.bytes()], width, &mut line);
        let cell = ui.fonts_mut(|fonts| fonts.glyph_width(&mono(), '0'));
        line.to_string().len() as f32 * cell + ui.spacing().scroll.allocated_width() + 2.0 * GRID
    }

    /// Draws it into the room there is; the byte that was clicked, if any.
    pub fn ui(self, ui: &mut Ui) -> Option<usize> {
        let per_row = self.width.bytes();
        let rows = self.bytes.len().div_ceil(per_row);
        let reveal = (self.reveal && !self.marked.is_empty()).then_some(self.marked.start / per_row);
        let mut line = DumpRow::default();
        let mut clicked = None;
        lines(ui, "bytes", (rows, LOG_ROW), reveal, |ui, index, place| {
            let from = index * per_row;
            dump::row(from as u64, &self.bytes[from..], self.width, &mut line);
            let text = line.to_string();
            let response = ui.interact(place, ui.scope_id().with(("bytes row", index)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            let galley = ui.painter().layout_job(self.job(ui, &line, &text, from));
            let top = place.top() + (place.height() - galley.size().y) / 2.0;
            if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
                let at = vec2(pointer.x - place.left(), galley.size().y / 2.0);
                clicked = byte_at(&line, galley.cursor_from_pos(at).index.into()).map(|byte| from + byte);
            }
            ui.painter().galley(pos2(place.left(), top), galley, Palette::of(ui).text);
        });
        clicked
    }

    /// The row's text, the marked bytes on a ground of their own.
    fn job(&self, ui: &Ui, line: &DumpRow, text: &str, from: usize) -> LayoutJob {
        let palette = Palette::of(ui);
        let mut marks = vec![false; text.len()];
        let marked = self.marked.start.max(from)..self.marked.end.min(from + line.len());
        for byte in marked.clone() {
            let (hex, ascii) = columns(line, byte - from);
            // The blank before a byte belongs to it if the byte before is marked too.
            let gap =
                if byte > marked.start { line.hex_start() + line.hex_range(byte - from - 1).end } else { hex.start };
            marks[gap..hex.end].fill(true);
            marks[ascii].fill(true);
        }
        let mut job = LayoutJob::default();
        let mut start = 0;
        for run in marks.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            let (color, background) = match (run[0], start < line.hex_start()) {
                (true, _) => (palette.text, palette.selection),
                (false, true) => (palette.secondary, egui::Color32::TRANSPARENT),
                (false, false) => (palette.text, egui::Color32::TRANSPARENT),
            };
            job.append(
                &text[start..end],
                0.0,
                TextFormat { font_id: mono(), color, background, ..TextFormat::default() },
            );
            start = end;
        }
        job
    }
}

/// The columns of a byte of a row, as HEX and as text.
fn columns(line: &DumpRow, byte: usize) -> (Range<usize>, Range<usize>) {
    let shifted = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    (shifted(line.hex_range(byte), line.hex_start()), shifted(line.text_range(byte), line.text_start()))
}

/// Which byte of a row stands at a column.
fn byte_at(line: &DumpRow, column: usize) -> Option<usize> {
    (0..line.len()).find(|&byte| {
        let (hex, text) = columns(line, byte);
        (hex.start..=hex.end).contains(&column) || text.contains(&column)
    })
}
