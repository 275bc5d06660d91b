//! Whatever the records and the view: rows are the same whichever way one comes to them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::journal::rows::{Class, Pos, Section};

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn pages_are_all_rows(journal in any_journal(), view in any_view(), page in 1_usize..9) {
        let mut layouter = layouter(journal, view);
        let all = all_rows(&mut layouter);
        let mut anchor = Anchor::default();
        let mut seen = 0;
        loop {
            let rows = layouter.rows(anchor, page);
            prop_assert_eq!(&rows[..], &all[seen..all.len().min(seen + page)]);
            seen += rows.len();
            let next = layouter.down(anchor, page);
            if rows.len() < page || seen == all.len() {
                break;
            }
            anchor = next;
        }
        prop_assert_eq!(seen, all.len());
    }

    #[test]
    fn up_comes_back_from_down(journal in any_journal(), view in any_view(), by in any::<[Index; 2]>()) {
        let mut layouter = layouter(journal, view);
        let all = all_rows(&mut layouter);
        prop_assume!(!all.is_empty());
        let top = layouter.up(Anchor::default(), 0);
        let from = by[0].index(all.len());
        let distance = by[1].index(all.len() - from);
        let start = layouter.down(top, from);
        prop_assert_eq!(&layouter.rows(start, 1)[0], &all[from]);
        let there = layouter.down(start, distance);
        prop_assert_eq!(&layouter.rows(there, 1)[0], &all[from + distance]);
        prop_assert_eq!(layouter.up(there, distance), start);
        prop_assert_eq!(layouter.up(there, from + distance + 5), top);
        let last = layouter.down(top, all.len() - 1);
        prop_assert_eq!(layouter.down(there, all.len() + 5), last);
        prop_assert_eq!(layouter.bottom(1), last);
    }

    #[test]
    fn the_bottom_shows_the_last_rows(journal in any_journal(), view in any_view(), count in 1_usize..40) {
        let mut layouter = layouter(journal, view);
        let all = all_rows(&mut layouter);
        let bottom = layouter.bottom(count);
        let rows = layouter.rows(bottom, usize::MAX);
        prop_assert_eq!(&rows[..], &all[all.len().saturating_sub(count)..]);
    }

    #[test]
    fn a_fresh_layouter_shows_the_same_from_any_place(journal in any_journal(), view in any_view(), at in any::<Index>()) {
        let source: Arc<dyn Source> = Arc::new(journal);
        let mut layouter = Layouter::new(Arc::clone(&source), view, words());
        let all = all_rows(&mut layouter);
        prop_assume!(!all.is_empty());
        let from = at.index(all.len());
        let anchor = layouter.down(Anchor::default(), from);
        let mut fresh = Layouter::new(source, view, words());
        prop_assert_eq!(&fresh.rows(anchor, usize::MAX)[..], &all[from..]);
    }

    #[test]
    fn places_and_rows_find_each_other(journal in any_journal(), view in any_view()) {
        let mut layouter = layouter(journal, view);
        let all = all_rows(&mut layouter);
        for index in 0..all.len() {
            let anchor = layouter.down(Anchor::default(), index);
            let row = &all[index];
            prop_assert_eq!(layouter.pos_of(anchor), row.start);
            // Rows without any place of their own can't be told apart by one: a blank line after a payload whose bytes
            // are all held back for the next record, and rows that begin with the same byte (Big5 has bytes that are
            // two characters, and a number such as <U+202E> may be wider than a row is).
            let alone = |other: usize| all.get(other).is_none_or(|other| other.start != row.start);
            if alone(index.wrapping_sub(1)) && alone(index + 1) {
                prop_assert_eq!(layouter.anchor_of(row.start), anchor, "{:?}", row);
            }
            let next = all.get(index + 1).map(|next| next.start);
            for pos in row.map.iter().flatten() {
                // A byte may be several characters, and they may be on several rows.
                let is_here = *pos < row.end || row.start == row.end || *pos == row.start || Some(*pos) == next;
                prop_assert!(row.start <= *pos && is_here, "{:?}", row);
            }
            prop_assert!(row.start <= row.end);
            prop_assert_eq!(row.map.len(), row.text.chars().count());
        }
        for pair in all.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{:?}", pair);
        }
    }

    #[test]
    fn a_copy_of_everything_is_the_rows(journal in any_journal(), view in any_view()) {
        let end = Pos::end_of(journal.records.len() as u64);
        let mut layouter = layouter(journal, view);
        let mut expected = String::new();
        let mut joint = false;
        for row in all_rows(&mut layouter) {
            if joint && !row.text.is_empty() && view.mode == Mode::Hex {
                expected.push(' ');
            }
            joint = if row.text.is_empty() { joint } else { !row.ends_line && row.class.is_payload() };
            expected.push_str(&row.text);
            expected.push_str(if row.ends_line { "\n" } else { "" });
        }
        let copied = layouter.copy(Pos::start_of(0), end, usize::MAX);
        prop_assert_eq!(copied.split_whitespace().collect::<Vec<_>>().concat(), expected.split_whitespace().collect::<Vec<_>>().concat());
        if view.mode != Mode::Hex {
            prop_assert_eq!(copied, expected);
        }
    }

    #[test]
    fn every_byte_is_in_one_row(journal in any_journal(), view in any_view()) {
        let shown: Vec<u64> = (journal.lost..journal.records.len() as u64)
            .filter(|&i| journal.records[i as usize].kind != Kind::Event && journal.shows(i, view.mask()))
            .collect();
        let bytes: Vec<Pos> = shown
            .iter()
            .flat_map(|&i| (0..journal.records[i as usize].bytes.len()).map(move |offset| Pos::data(i, offset as u32)))
            .collect();
        let mut layouter = layouter(journal, view);
        let rows = all_rows(&mut layouter);
        let data = |row: &Row| row.map.iter().flatten().filter(|p| p.section == Section::Data).copied().collect::<Vec<_>>();
        if let Mode::Text = view.mode {
            let mut before = None;
            for row in &rows {
                for pos in data(row) {
                    prop_assert!(before.is_none_or(|before| before <= pos));
                    before = Some(pos);
                }
            }
            // Places with a byte each, in one row each: the one whose range they are in.
            for pos in &bytes {
                let row = layouter.anchor_of(*pos);
                let found = layouter.rows(row, 1);
                prop_assert!(found[0].start <= *pos || found[0].class == Class::Header);
                prop_assert!(*pos < found[0].end || found[0].start == found[0].end || found[0].end.record < pos.record);
            }
        } else {
            let mut hex = Vec::new();
            let mut text = Vec::new();
            for row in &rows {
                let mut places = data(row);
                if let Mode::Dump { .. } = view.mode {
                    let third = places.len() / 3;
                    text.extend(places.split_off(2 * third));
                }
                hex.extend(places.chunks(2).map(|pair| { assert_eq!(pair[0], pair[1]); pair[0] }));
            }
            prop_assert_eq!(&hex, &bytes);
            if let Mode::Dump { .. } = view.mode {
                prop_assert_eq!(&text, &bytes);
            }
        }
    }

    #[test]
    fn weights_are_monotone(journal in any_journal(), view in any_view()) {
        let mut layouter = layouter(journal, view);
        let all = all_rows(&mut layouter);
        let mut before = f64::NEG_INFINITY;
        for index in 0..all.len() {
            let anchor = layouter.down(Anchor::default(), index);
            let weight = layouter.weight_of(anchor);
            prop_assert!(weight >= before);
            before = weight;
            let back = layouter.anchor_at_weight(weight);
            prop_assert!(back <= anchor || anchor.record == back.record);
        }
    }
}
