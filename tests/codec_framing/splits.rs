//! The same bytes give the same frames, however they were read and wherever reading went on.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use wirebench::codec::framing::{Assembler, BAD_BYTES, Frame, Framer, Framing};

use crate::reading::{delimiter, marks};
use crate::sampled::some_stream;

/// The frames of the reads, their bytes checked against the stream.
fn frames(framing: &Framing, max_bytes: u64, stream: &[u8], reads: &[&[u8]]) -> Vec<Frame> {
    let mut assembler = Assembler::with_max(framing, 0, max_bytes);
    let mut frames = Vec::new();
    let mut take = |frame: Frame, bytes: &[u8]| {
        assert_eq!(bytes, &stream[frame.range.start as usize..frame.range.end as usize]);
        framing.payload(&frame, bytes);
        frames.push(frame);
    };
    for read in reads {
        assembler.push(read, 0, &mut take);
    }
    let pending = assembler.pending();
    assembler.finish(&mut take);
    assert!(frames.last().is_none_or(|last| last.range.end <= pending.end));
    frames
}

fn check_gapless(frames: &[Frame]) {
    let mut at = 0;
    for frame in frames {
        assert!(frame.range.start == at && frame.range.end > at, "{frame:?} after {at}");
        assert!(frame.range.start <= frame.payload.start && frame.payload.start <= frame.payload.end, "{frame:?}");
        assert!(frame.payload.end <= frame.range.end, "{frame:?}");
        at = frame.range.end;
    }
}

fn split<'a>(stream: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    cuts.extend([0, stream.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect()
}

fn limits() -> impl Strategy<Value = u64> {
    prop_oneof![1..40_u64, Just(1 << 20)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_reads_give_the_same_frames((framing, stream) in some_stream(), max in limits(), cuts in vec(any::<Index>(), 0..8)) {
        let whole = frames(&framing, max, &stream, &[&stream]);
        check_gapless(&whole);
        prop_assert_eq!(&frames(&framing, max, &stream, &split(&stream, &cuts)), &whole);
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        prop_assert_eq!(&frames(&framing, max, &stream, &bytes), &whole);
    }

    #[test]
    fn a_clone_goes_on_where_it_was_taken((framing, stream) in some_stream(), max in limits(), cut in any::<Index>()) {
        let (before, after) = stream.split_at(cut.index(stream.len() + 1));
        let mut framer = Framer::with_max(&framing, 0, max);
        framer.push(before, 0, |_| {});
        let mut checkpoint = framer.clone();
        prop_assert_eq!(checkpoint.position(), before.len() as u64);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        framer.push(after, 0, |frame| first.push(frame));
        framer.finish(|frame| first.push(frame));
        checkpoint.push(after, 0, |frame| second.push(frame));
        checkpoint.finish(|frame| second.push(frame));
        prop_assert_eq!(first, second);
    }

    #[test]
    fn sure_starts_are_starts((framing, stream) in some_stream(), max in limits(), from in any::<Index>()) {
        let from = from.index(stream.len() + 1);
        if let Some(at) = framing.sure_start(&stream[from..], from as u64) {
            let start = from + at;
            let mut there = Vec::new();
            // A fixed length beyond the longest frame counts as that, which the place can't know.
            let max = if matches!(framing, Framing::Fixed { .. }) { 1 << 20 } else { max };
            let mut framer = Framer::with_max(&framing, start as u64, max);
            framer.push(&stream[start..], 0, |frame| there.push(frame));
            framer.finish(|frame| there.push(frame));
            let mut all = frames(&framing, max, &stream, &[&stream]);
            all.retain(|frame| frame.range.start >= start as u64);
            prop_assert_eq!(there, all);
        }
    }

    #[test]
    fn noise_is_no_danger(
        (framing, _) in some_stream(),
        max in limits(),
        noise in vec(any::<u8>(), 0..600),
        cuts in vec(any::<Index>(), 0..8),
    ) {
        let whole = frames(&framing, max, &noise, &[&noise]);
        check_gapless(&whole);
        prop_assert_eq!(&frames(&framing, max, &noise, &split(&noise, &cuts)), &whole);
    }
}

#[test]
fn long_noise_is_cut_at_the_same_places() {
    let framings = [
        Framing::LINES,
        delimiter("aab", false),
        marks("aab", "ba"),
        marks("~", "~"),
        Framing::LENGTH_BE4,
        Framing::ModbusTcp,
        Framing::Mqtt,
        Framing::Http,
        Framing::Json,
        Framing::Slip,
    ];
    for framing in framings {
        for pattern in [&b"aaba"[..], b"x\n", b"\n", b" ", b"\xC0", b"\xFF", b"~", b"\0\x01", b"{x", b"[\n", b"]\n"] {
            let stream: Vec<u8> = pattern.iter().copied().cycle().take(3 * BAD_BYTES as usize + 100).collect();
            let whole = frames(&framing, 70_000, &stream, &[&stream]);
            check_gapless(&whole);
            let reads: Vec<&[u8]> = stream.chunks(4_099).collect();
            assert!(frames(&framing, 70_000, &stream, &reads) == whole, "{framing:?} of {pattern:?}");
        }
    }
}
