//! Ways into the middle of a framed view: spans of its records, with what the streams were before each.
//!
//! When there are too many, each two neighbours become one, so that memory is bounded and a way into any journal takes
//! at most one span.

use super::cutter::{Starts, start_bytes};
use super::limits::Limits;
use crate::journal::{Kind, KindMask};

/// Records of the view that follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// The first of them.
    pub first: u64,
    /// The record of the journal with which they begin.
    pub real: u64,
    /// Bytes of the view before them.
    pub bytes: u64,
    /// The kinds that they have.
    pub kinds: KindMask,
}

/// The spans of the view so far. The last one is open.
pub(super) struct Index {
    spans: Vec<Span>,
    /// Of each but the last.
    starts: Vec<Starts>,
    starts_bytes: usize,
}

impl Index {
    /// With one open span.
    pub fn new() -> Self {
        Self { spans: vec![Span::default()], starts: Vec::new(), starts_bytes: 0 }
    }

    /// The spans.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// What the streams of a closed span were before it.
    pub fn starts(&self, span: usize) -> Option<&Starts> {
        self.starts.get(span)
    }

    /// The open span.
    pub fn open(&mut self) -> &mut Span {
        let last = self.spans.len() - 1;
        &mut self.spans[last]
    }

    /// Closes the open span and begins another one. Returns whether spans were put together.
    pub fn close(&mut self, starts: Starts, next: Span, limits: &Limits) -> bool {
        self.starts_bytes += starts.iter().map(start_bytes).sum::<usize>();
        self.starts.push(starts);
        self.spans.push(next);
        let full = self.spans.len() > limits.spans.max(2) || self.starts_bytes > limits.starts_bytes;
        if full {
            self.thin();
        }
        full
    }

    fn thin(&mut self) {
        let open = self.spans.pop();
        let mut spans = std::mem::take(&mut self.spans).into_iter();
        let mut starts = std::mem::take(&mut self.starts).into_iter();
        while let (Some(mut span), Some(mut start)) = (spans.next(), starts.next()) {
            if let (Some(next), Some(more)) = (spans.next(), starts.next()) {
                span.kinds = span.kinds.union(next.kinds);
                let known: std::collections::HashSet<_> = start.iter().map(|(key, _)| *key).collect();
                start.extend(more.into_iter().filter(|(key, _)| !known.contains(key)));
                start.shrink_to_fit();
            }
            self.spans.push(span);
            self.starts.push(start);
        }
        self.spans.extend(open);
        self.starts_bytes = self.starts.iter().flatten().map(start_bytes).sum();
    }
}

/// The span that has a record of the view.
pub(super) fn span_of(spans: &[Span], index: u64) -> usize {
    spans.partition_point(|span| span.first <= index).saturating_sub(1)
}

/// The span that has a record of the journal.
pub(super) fn span_of_real(spans: &[Span], real: u64) -> usize {
    spans.partition_point(|span| span.real <= real).saturating_sub(1)
}

impl KindMask {
    /// The kinds of both.
    pub(super) fn union(self, other: Self) -> Self {
        let of = |mask: Self, kind: Kind| if other.contains(kind) { mask.with(kind) } else { mask };
        Kind::ALL.into_iter().fold(self, of)
    }

    /// Whether they have a kind in common.
    pub(super) fn meets(self, other: Self) -> bool {
        Kind::ALL.into_iter().any(|kind| self.contains(kind) && other.contains(kind))
    }

    /// Whether all kinds are in the other set.
    pub(super) fn is_within(self, other: Self) -> bool {
        Kind::ALL.into_iter().all(|kind| !self.contains(kind) || other.contains(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::super::cutter::{Stream, Trail};
    use super::*;
    use crate::codec::framing::{Framer, Framing};
    use crate::journal::{Kind, Peer};

    fn started(at: u64) -> Box<Stream> {
        let peer = Peer { addr: ([127, 0, 0, 1], 1).into(), stream: 1 };
        let framer = Framer::starting_at(&Framing::LINES, at);
        Box::new(Stream { framer, peer, trail: Trail { record: at, end: at }, time_ns: 0 })
    }

    #[test]
    fn a_stream_that_begins_in_a_span_is_not_there_before_the_spans_put_together() {
        let limits = Limits { spans: 3, ..Limits::default() };
        let mut index = Index::new();
        let key = |stream| (stream, Kind::Received);
        let span = |n| Span { first: n * 10, real: n * 5, bytes: n, kinds: KindMask::only(Kind::Received) };
        assert!(!index.close(vec![(key(1), None), (key(2), Some(started(7)))], span(1), &limits));
        assert!(!index.close(vec![(key(1), Some(started(3))), (key(3), Some(started(9)))], span(2), &limits));
        assert!(index.close(vec![(key(1), Some(started(8)))], span(3), &limits));
        assert_eq!(index.spans().iter().map(|span| span.first).collect::<Vec<_>>(), [0, 20, 30]);
        let starts = index.starts(0).map(|starts| starts.iter().map(|(key, stream)| (key.0, stream.is_some())));
        assert_eq!(starts.map(Iterator::collect), Some(vec![(1, false), (2, true), (3, true)]));
        assert_eq!(span_of(index.spans(), 19), 0);
        assert_eq!(span_of(index.spans(), 20), 1);
        assert_eq!(span_of_real(index.spans(), 15), 2);
    }
}
