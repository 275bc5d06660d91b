//! What the scroll bar needs: an estimate of rows, which is monotone and touches neither the disk nor the text.

use super::layouter::Layouter;
use super::walk::Anchor;
use super::{Mode, View};

impl View {
    /// About how many rows a record takes beside its bytes, and how many bytes fit into a row.
    fn density(&self) -> (f64, f64) {
        let columns = f64::from(self.columns.max(1));
        let per_record = match (self.log_mode, self.mode) {
            (true, _) if self.decode => 3.5,
            (true, _) => 2.5,
            (false, _) if self.joins() => 0.02,
            (false, _) => 0.5,
        };
        let bytes_per_row = match self.mode {
            Mode::Text => columns,
            Mode::Hex => columns / 3.0,
            Mode::Dump { width } => width.bytes() as f64,
        };
        (per_record, bytes_per_row)
    }
}

impl Layouter {
    /// About how many rows come before a record.
    pub fn weight(&self, record: u64) -> f64 {
        let (per_record, bytes_per_row) = self.view.density();
        record as f64 * per_record + self.source.byte_offset(record) as f64 / bytes_per_row
    }

    /// The record before which there are about that many rows.
    pub fn record_at(&self, weight: f64) -> u64 {
        let (mut low, mut high) = (0, self.source.extent().records);
        while high - low > 1 {
            let middle = u64::midpoint(low, high);
            if self.weight(middle) <= weight { low = middle } else { high = middle }
        }
        low
    }

    /// About how many rows come before an anchor.
    pub fn weight_of(&mut self, anchor: Anchor) -> f64 {
        let from = self.weight(anchor.record);
        let Some(laid) = self.at_or_after(anchor.record) else { return from };
        let share = (anchor.row as f64 / laid.row_count() as f64).min(1.0);
        from + (self.weight(laid.next()) - from) * share
    }

    /// The anchor before which there are about that many rows.
    pub fn anchor_at_weight(&mut self, weight: f64) -> Anchor {
        let record = self.record_at(weight);
        let Some(laid) = self.at_or_after(record) else { return self.bottom(1) };
        let (from, to) = (self.weight(laid.first()), self.weight(laid.next()));
        let share = if to > from { ((weight - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        let row = ((laid.row_count() as f64 * share) as usize).min(laid.row_count() - 1);
        Anchor { record: laid.first(), row }
    }
}
