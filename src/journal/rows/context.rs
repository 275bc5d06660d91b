//! What a decoder must know of a stream before a record: the bytes since the last place where decoding is certain.

use super::layouter::Source;
use crate::codec::Charset;
use crate::journal::{Fetch, Kind, Record};

/// How far back a place of certainty is looked for.
const MAX_BYTES: usize = 64 * 1024;
/// In how many records.
const MAX_RECORDS: usize = 512;
/// How much of a record is looked at first: nearly always it is enough.
const FIRST_LOOK: usize = 256;

/// The context of a record, for [`Charset::decode`]; `None` while it is being read from the disk.
pub(super) fn of(source: &dyn Source, record: &Record, charset: Charset) -> Option<Vec<u8>> {
    let mut tail: Vec<u8> = Vec::new();
    if record.head.kind == Kind::Event || record.head.peer.is_none_or(|p| p.stream == 0) {
        return Some(tail);
    }
    let mut position = record.stream_position;
    let mut previous = record.previous;
    let mut looked = 0;
    loop {
        if let Some(start) = charset.sync(u64::from(position), &tail) {
            tail.drain(..start);
            return Some(tail);
        }
        let Some(index) = previous.filter(|_| looked < MAX_RECORDS && tail.len() < MAX_BYTES) else {
            return Some(tail); // the beginning of the stream, or as far as we look
        };
        let before = match source.get(index) {
            Fetch::Ready(before) => before,
            Fetch::Loading => return None,
            Fetch::Lost | Fetch::OutOfRange => return Some(tail),
        };
        let bytes = before.bytes();
        let near = &bytes[bytes.len().saturating_sub(FIRST_LOOK)..];
        for part in [near, bytes] {
            let mut longer = part.to_vec();
            longer.extend_from_slice(&tail);
            let start = position.wrapping_sub(part.len() as u32);
            if let Some(at) = charset.sync(u64::from(start), &longer) {
                longer.drain(..at);
                return Some(longer);
            }
            if part.len() == bytes.len() {
                tail = longer;
                break;
            }
        }
        position = position.wrapping_sub(bytes.len() as u32);
        previous = before.previous;
        looked += 1;
    }
}
