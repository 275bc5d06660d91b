//! How much a framed view keeps, and in which portions it works.

use std::time::Duration;

/// Sizes that decide how fast and how large a framed view is, and nothing that it shows but where large frames are cut
/// into slices. Tests make them tiny.
#[derive(Clone, Debug)]
pub struct Limits {
    /// A span of the index is closed after so many records of the journal,
    pub span_records: u64,
    /// or so many bytes of payload.
    pub span_bytes: u64,
    /// With so many spans, each two neighbours become one.
    pub spans: usize,
    /// The same when what is kept of the streams takes about so many bytes.
    pub starts_bytes: usize,
    /// Records that are built and kept together.
    pub chunk_records: u64,
    /// A longer payload is cut into slices of so many bytes, each a record of its own.
    pub slice_bytes: u64,
    /// Built records that are kept, in bytes.
    pub cache_bytes: usize,
    /// What is kept of the kinds of records, in bytes.
    pub kinds_bytes: usize,
    /// Of so many streams what is not complete is shown; the others are counted.
    pub open_streams: usize,
    /// What is new is shown at most so often.
    pub publish_every: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            span_records: 1024,
            span_bytes: 256 << 10,
            spans: 16_384,
            starts_bytes: 32 << 20,
            chunk_records: 64,
            slice_bytes: 64 << 10,
            cache_bytes: 16 << 20,
            kinds_bytes: 4 << 20,
            open_streams: 32,
            publish_every: Duration::from_millis(16),
        }
    }
}

impl Limits {
    /// How many records show a payload of so many bytes; at least one.
    pub(super) fn slices(&self, payload_bytes: u64) -> u64 {
        payload_bytes.div_ceil(self.slice_bytes).max(1)
    }
}
