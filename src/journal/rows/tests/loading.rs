//! What is being read from the disk is said, is never kept, and is right when it is there.

use super::*;
use crate::journal::rows::{Class, Pos};

fn halves() -> Vec<Made> {
    "网络调试助手".as_bytes().iter().map(|byte| Made::received(stream(1), &[*byte])).collect()
}

fn absent(records: Vec<Made>, absent: impl IntoIterator<Item = u64>) -> Arc<Fake> {
    let fake = Fake::new(records);
    fake.loading.lock().unwrap().extend(absent);
    Arc::new(fake)
}

#[test]
fn a_record_that_is_loading_shows_when_it_is_there() {
    let numbered = (0..10).map(|i| Made::received(datagram(1), format!("{i},").as_bytes())).collect();
    let source = absent(numbered, 3..6);
    let view = View { auto_linefeed: true, ..plain() };
    let mut layouter = Layouter::new(Arc::clone(&source) as _, view, words());
    let rows = all_rows(&mut layouter);
    assert_eq!(texts(&rows), ["0,", "1,", "2,", "…", "…", "…", "6,", "7,", "8,", "9,"]);
    assert_eq!(rows[3].class, Class::Loading);
    let anchor = layouter.down(Anchor::default(), 4);
    assert_eq!(layouter.pos_of(anchor), Pos::start_of(4));
    assert!(source.load());
    assert_eq!(layouter.rows(anchor, 2)[0].text, "4,", "the place is the same");
    assert_eq!(all_rows(&mut layouter).len(), 10);
}

#[test]
fn a_run_is_not_shown_in_parts() {
    for missing in 0..18 {
        let source = absent(halves(), [missing]);
        let mut layouter = Layouter::new(Arc::clone(&source) as _, plain(), words());
        for record in [17, 0, missing, 9] {
            let rows = layouter.rows(Anchor { record, row: 0 }, 3);
            assert!(rows.iter().all(|row| row.class == Class::Loading), "{missing} {record}: {rows:?}");
        }
        assert!(source.load());
        assert_eq!(texts(&all_rows(&mut layouter)), ["网络调试助手"], "{missing}");
    }
}

#[test]
fn a_context_that_is_loading_is_waited_for() {
    let view = View { auto_linefeed: true, charset: Charset::Gbk, ..plain() };
    let bytes = Charset::Gbk.encode("网络调试助手").unwrap();
    let records: Vec<Made> = bytes.iter().map(|byte| Made::received(stream(1), &[*byte])).collect();
    let source = absent(records.clone(), 0..6);
    let mut layouter = Layouter::new(Arc::clone(&source) as _, view, words());
    let mut rounds = 0;
    loop {
        let rows = layouter.rows(Anchor { record: 7, row: 0 }, 1);
        if rows[0].class != Class::Loading {
            assert_eq!(rows[0].text, "试");
            break;
        }
        assert!(source.load(), "it asks for what it needs");
        rounds += 1;
    }
    assert_eq!(rounds, 6, "each load is progress");
}

#[test]
fn a_search_goes_on_where_it_stopped_even_if_what_it_saw_is_gone() {
    // A journal with room for one record: whatever is loaded next drives out what was loaded before.
    struct Tiny(Fake, Mutex<u64>);
    impl Source for Tiny {
        fn get(&self, index: u64) -> Fetch {
            let mut there = self.1.lock().unwrap();
            if index == 30 || std::mem::replace(&mut *there, index) == index {
                self.0.get(index)
            } else {
                Fetch::Loading
            }
        }
        fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
            self.0.next_visible(index, mask)
        }
        fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
            self.0.previous_visible(index, mask)
        }
        fn extent(&self) -> Extent {
            self.0.extent()
        }
        fn byte_offset(&self, index: u64) -> u64 {
            self.0.byte_offset(index)
        }
    }
    let records = [0xC4, 0xE3].repeat(20).iter().map(|byte| Made::received(stream(1), &[*byte])).collect();
    let view = View { auto_linefeed: true, charset: Charset::Gbk, ..plain() };
    let mut layouter = Layouter::new(Arc::new(Tiny(Fake::new(records), Mutex::new(40))), view, words());
    let shown =
        (0..100).map(|_| layouter.rows(Anchor { record: 30, row: 0 }, 1)).find(|rows| rows[0].class != Class::Loading);
    assert_eq!(shown.unwrap()[0].class, Class::Blank, "the first half of a character");
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn all_is_there_in_the_end(
        records in vec(any_record(), 1..24),
        view in any_view(),
        missing in vec(0_u64..24, 0..24),
    ) {
        let mut layouter_of_all = layouter(Fake::new(records.clone()), view);
        let all = all_rows(&mut layouter_of_all);
        let source = absent(records, missing);
        let mut layouter = Layouter::new(Arc::clone(&source) as _, view, words()).with_zone(TimeZone::UTC);
        for _ in 0..100 {
            let rows = all_rows(&mut layouter);
            let bottom = layouter.bottom(5);
            layouter.rows(bottom, 5);
            layouter.anchor_of(Pos::data(7, 1));
            if rows.iter().all(|row| row.class != Class::Loading) {
                break;
            }
            prop_assert!(source.load());
        }
        prop_assert_eq!(all_rows(&mut layouter), all);
    }
}
