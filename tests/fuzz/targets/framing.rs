//! A stream in any framing: the same frames whether it comes at once or in pieces, and what is wrapped is read again.
//! The first bytes say which framing, the longest frame and the length of the pieces.

#![no_main]

use std::num::NonZeroU32;

use libfuzzer_sys::fuzz_target;
use wirebench::codec::byte_order::ByteOrder;
use wirebench::codec::framing::{Assembler, Counts, Frame, Framing, LengthField, LineEnd, Mark, Width};

/// A framing with these parameters.
fn framing(kind: u8, options: u8, mark: [u8; 4]) -> Framing {
    let keep = options & 1 != 0;
    let of = |bytes: &[u8]| Mark::new(bytes).expect("one to four bytes");
    let [first, second] = [1 + usize::from(options >> 2 & 1), 1 + usize::from(options >> 3 & 1)];
    let field = LengthField {
        offset: mark[0] % 8,
        width: Width::ALL[usize::from(options >> 4) % Width::ALL.len()],
        order: ByteOrder::ALL[usize::from(options & 1)],
        counts: Counts::ALL[usize::from(options >> 1) % Counts::ALL.len()],
        adjustment: i32::from(mark[1].cast_signed()),
        header_after: mark[2] % 8,
        max_bytes: u64::from(mark[3]) * 16,
    };
    match kind % 10 {
        0 => Framing::Lines { keep, send: LineEnd::ALL[usize::from(options >> 1) % LineEnd::ALL.len()] },
        1 => Framing::Delimiter { delimiter: of(&mark[..first + second]), keep },
        2 => Framing::Fixed { bytes: NonZeroU32::MIN.saturating_add(u32::from(mark[0])) },
        3 => Framing::Marks { start: of(&mark[..first]), end: of(&mark[2..2 + second]), keep },
        4 => Framing::Length(field),
        5 => Framing::ModbusTcp,
        6 => Framing::Mqtt,
        7 => Framing::Http,
        8 => Framing::Json,
        _ => Framing::Slip,
    }
}

fn frames(framing: &Framing, max_bytes: u64, reads: std::slice::Chunks<'_, u8>) -> Vec<Frame> {
    let mut assembler = Assembler::with_max(framing, 0, max_bytes);
    let (mut frames, mut end) = (Vec::new(), 0);
    let mut take = |frame: Frame, bytes: &[u8]| {
        assert!(frame.range.start == end && frame.range.end > end);
        assert_eq!(frame.range.end - frame.range.start, bytes.len() as u64);
        assert!(framing.payload(&frame, bytes).len() <= bytes.len());
        end = frame.range.end;
        frames.push(frame);
    };
    for read in reads {
        assembler.push(read, 0, &mut take);
    }
    assembler.finish(&mut take);
    frames
}

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, options, max, piece, mark @ ..], stream)) = bytes.split_first_chunk::<8>() else { return };
    let framing = framing(*kind, *options, *mark);
    let max_bytes = 1 + u64::from(*max) * 8;
    let whole = frames(&framing, max_bytes, stream.chunks(stream.len().max(1)));
    assert_eq!(frames(&framing, max_bytes, stream.chunks(1 + usize::from(*piece))), whole);

    let mut sent = Vec::new();
    if framing.wrap(stream, &mut sent).is_ok() {
        let read = frames(&framing, u64::from(u32::MAX), sent.chunks(sent.len().max(1)));
        assert!(read.iter().all(|frame| frame.problem.is_none()) && read.len() == 1);
    }
});
