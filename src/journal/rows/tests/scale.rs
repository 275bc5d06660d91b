//! Ten million records.

use std::time::Instant;

use super::*;
use crate::journal::rows::Pos;

const RECORDS: u64 = 10_000_000;

/// Records of 0 to 63 bytes.
struct Huge;

impl Huge {
    fn len(index: u64) -> u64 {
        index % 64
    }
}

impl Source for Huge {
    fn get(&self, index: u64) -> Fetch {
        if index >= RECORDS {
            return Fetch::OutOfRange;
        }
        let head =
            Head { time: Timestamp(index.cast_signed()), kind: Kind::Received, peer: Some(datagram(1)), charset: None };
        let bytes: Vec<u8> = format!("{index:0>64}").into_bytes()[64 - Self::len(index) as usize..].to_vec();
        let view = segment::View { head, range: 0..bytes.len(), previous: None, position: 0 };
        Fetch::Ready(Record::new(Payload::Copied(bytes.into()), index, &view, 0, true))
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        if index < RECORDS && mask.contains(Kind::Received) { Seek::Found(index) } else { Seek::None }
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        if mask.contains(Kind::Received) { Seek::Found(index.min(RECORDS - 1)) } else { Seek::None }
    }

    fn extent(&self) -> Extent {
        Extent { records: RECORDS, revision: RECORDS, ..Extent::default() }
    }

    fn byte_offset(&self, index: u64) -> u64 {
        index / 64 * (63 * 64 / 2) + (0..index % 64).sum::<u64>()
    }
}

fn views() -> impl Iterator<Item = View> {
    let modes = [Mode::Text, Mode::Hex, Mode::Dump { width: DumpWidth::Sixteen }];
    let switches =
        [(true, true), (true, false), (false, true), (false, false)].map(|(a, b)| [(a, b, false), (a, b, true)]);
    modes.into_iter().flat_map(move |mode| {
        switches.into_iter().flatten().map(move |(log_mode, auto_linefeed, decode)| View {
            mode,
            log_mode,
            auto_linefeed,
            decode,
            ..View::default()
        })
    })
}

#[test]
fn the_scroll_bar_reaches_every_record() {
    for view in views() {
        let mut layouter = Layouter::new(Arc::new(Huge), view, words());
        let end = layouter.bottom(1);
        let last = layouter.weight_of(end);
        assert_eq!(layouter.anchor_at_weight(0.0), Anchor::default(), "{view:?}");
        assert_eq!(layouter.anchor_at_weight(last * 1.1), end, "{view:?}");
        assert_eq!(layouter.anchor_at_weight(last).record, end.record, "{view:?}");
        let mut before = Anchor::default();
        for step in 0..=2000 {
            let anchor = layouter.anchor_at_weight(last * f64::from(step) / 2000.0);
            assert!(anchor >= before, "{view:?} {step}");
            before = anchor;
        }
        for record in [0, 1, 63, 64, 4_999_999, 5_000_000, 9_999_000, RECORDS - 1] {
            let weight = layouter.weight(record);
            assert_eq!(layouter.record_at(weight), record, "{view:?}");
            let anchor = layouter.anchor_at_weight(weight);
            let laid = layouter.laid(record);
            assert_eq!(anchor.record, laid.first(), "{view:?}");
            assert_eq!(layouter.anchor_of(Pos::end_of(record)).record, laid.first());
        }
    }
}

#[test]
fn every_call_is_quick_wherever_it_is() {
    // Far more than it takes on a busy machine without optimisation, and far less than a walk through the journal would.
    const PATIENCE_MS: u128 = 2000;
    for view in views() {
        let mut layouter = Layouter::new(Arc::new(Huge), view, words());
        for record in [0, 5_000_000, RECORDS - 1] {
            let begun = Instant::now();
            let anchor = layouter.anchor_of(Pos::start_of(record));
            let rows = layouter.rows(anchor, 60);
            assert!(!rows.is_empty());
            layouter.up(anchor, 60);
            layouter.down(anchor, 60);
            layouter.bottom(60);
            layouter.weight_of(anchor);
            layouter.anchor_at_weight(record as f64);
            assert!(begun.elapsed().as_millis() < PATIENCE_MS, "{view:?} {record}: {:?}", begun.elapsed());
        }
    }
}
