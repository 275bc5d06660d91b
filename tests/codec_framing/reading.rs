//! Streams as the tests write them, and what framing makes of them.

use wirebench::codec::framing::{Assembler, Frame, Framing, Mark, Problem};

/// A frame's payload, or the bytes that are none and why.
pub type Read = Result<Vec<u8>, (Vec<u8>, Problem)>;

/// What the reads give until the stream ends.
pub fn read(framing: &Framing, reads: &[&[u8]]) -> Vec<Read> {
    read_all(framing, Assembler::new(framing), reads, true)
}

/// What the reads give while the stream goes on.
pub fn read_open(framing: &Framing, reads: &[&[u8]]) -> Vec<Read> {
    read_all(framing, Assembler::new(framing), reads, false)
}

/// What the reads give until the stream ends, with another longest frame.
pub fn read_max(framing: &Framing, max_bytes: u64, reads: &[&[u8]]) -> Vec<Read> {
    read_all(framing, Assembler::with_max(framing, 0, max_bytes), reads, true)
}

fn read_all(framing: &Framing, mut assembler: Assembler, reads: &[&[u8]], ends: bool) -> Vec<Read> {
    let mut given = Vec::new();
    let mut take = |frame: Frame, bytes: &[u8]| {
        assert_eq!(frame.range.end - frame.range.start, bytes.len() as u64);
        let payload = framing.payload(&frame, bytes).into_owned();
        given.push(frame.problem.map_or(Ok(payload), |problem| Err((bytes.to_vec(), problem))));
    };
    for bytes in reads {
        assembler.push(bytes, 0, &mut take);
    }
    if ends {
        assembler.finish(&mut take);
    }
    given
}

/// A frame with this payload.
#[allow(clippy::unnecessary_wraps)] // compared with what was read
pub fn ok(payload: impl AsRef<[u8]>) -> Read {
    Ok(payload.as_ref().to_vec())
}

/// Bytes that are no frame.
pub fn bad(bytes: impl AsRef<[u8]>, problem: Problem) -> Read {
    Err((bytes.as_ref().to_vec(), problem))
}

pub fn mark(bytes: impl AsRef<[u8]>) -> Mark {
    Mark::new(bytes.as_ref()).unwrap()
}

pub fn delimiter(bytes: impl AsRef<[u8]>, keep: bool) -> Framing {
    Framing::Delimiter { delimiter: mark(bytes), keep }
}

pub fn marks(start: impl AsRef<[u8]>, end: impl AsRef<[u8]>) -> Framing {
    Framing::Marks { start: mark(start), end: mark(end), keep: false }
}
