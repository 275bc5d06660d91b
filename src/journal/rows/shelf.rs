//! Laid-out records that are kept, within a budget of memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::laid::Laid;

/// How much laid-out text is kept.
const BYTES: usize = 8 << 20;
/// How many of what may change: a screen has no more.
const FRESH: usize = 1024;

/// What was laid out, by its first record.
#[derive(Default)]
pub(super) struct Shelf {
    /// What can't change any more.
    lasting: BTreeMap<u64, Arc<Laid>>,
    /// Oldest first.
    order: VecDeque<u64>,
    bytes: usize,
    /// What may change with the next record, as of `as_of` records.
    fresh: BTreeMap<u64, Arc<Laid>>,
    as_of: u64,
}

impl Shelf {
    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// What shows a record in a journal of so many.
    pub fn get(&self, record: u64, records: u64) -> Option<Arc<Laid>> {
        let covering = |map: &BTreeMap<u64, Arc<Laid>>| {
            map.range(..=record).next_back().filter(|(_, laid)| record < laid.next()).map(|(_, laid)| Arc::clone(laid))
        };
        covering(&self.lasting).or_else(|| covering(&self.fresh).filter(|_| self.as_of == records))
    }

    /// Keeps what can't change any more.
    pub fn keep(&mut self, laid: &Arc<Laid>) {
        self.bytes += laid.memory_bytes();
        if let Some(old) = self.lasting.insert(laid.first(), Arc::clone(laid)) {
            self.bytes -= old.memory_bytes();
        } else {
            self.order.push_back(laid.first());
        }
        while self.bytes > BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(gone) = self.lasting.remove(&oldest) {
                self.bytes -= gone.memory_bytes();
            }
        }
    }

    /// Keeps what holds as long as the journal has so many records.
    pub fn keep_for_now(&mut self, laid: &Arc<Laid>, records: u64) {
        if self.as_of != records || self.fresh.len() >= FRESH {
            self.fresh.clear();
            self.as_of = records;
        }
        self.fresh.insert(laid.first(), Arc::clone(laid));
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Class;
    use super::*;
    use crate::journal::rows::View;

    fn laid(first: u64, next: u64, text: &str) -> Arc<Laid> {
        Arc::new(Laid::line(first, next, Class::Event, text, &View::default(), false))
    }

    #[test]
    fn a_run_is_found_by_each_of_its_records() {
        let mut shelf = Shelf::default();
        shelf.keep(&laid(3, 6, "run"));
        for (record, found) in [(2, false), (3, true), (5, true), (6, false)] {
            assert_eq!(shelf.get(record, 10).is_some(), found, "{record}");
        }
    }

    #[test]
    fn what_may_change_is_gone_with_the_next_record() {
        let mut shelf = Shelf::default();
        shelf.keep_for_now(&laid(3, 6, "open"), 6);
        assert!(shelf.get(4, 6).is_some());
        assert!(shelf.get(4, 7).is_none());
        shelf.keep_for_now(&laid(6, 7, "next"), 7);
        assert!(shelf.get(4, 7).is_none());
        assert!(shelf.get(6, 7).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let mut shelf = Shelf::default();
        let text = "x".repeat(100_000);
        for round in 0..3 {
            for record in 0..200 {
                shelf.keep(&laid(record, record + 1, &text));
                assert!(shelf.bytes <= BYTES, "round {round}");
            }
        }
        let counted: usize = shelf.lasting.values().map(|laid| laid.memory_bytes()).sum();
        assert_eq!((counted, shelf.order.len()), (shelf.bytes, shelf.lasting.len()));
        assert!(shelf.get(199, 200).is_some(), "the newest stay");
        assert!(shelf.get(0, 200).is_none());
    }
}
