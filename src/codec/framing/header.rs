//! A header says how long a frame is.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::ops::Range;

use super::Problem;
use super::cuts::Cuts;

/// What a protocol's header says of its frame.
pub(super) trait Header: Clone + Debug {
    /// Looks at the first bytes of a frame; called again with one more after [`Verdict::More`]. `in_step` is whether they
    /// follow a frame, or begin the stream: otherwise they were found byte by byte, and less speaks for a header.
    fn verdict(&self, head: &VecDeque<u8>, max: u64, in_step: bool) -> Verdict;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The header is longer.
    More,
    /// The frame's length, at least that of what was looked at, and its payload; both from the frame's beginning.
    Frame { len: u64, payload: Range<u64> },
    /// It can't be a header.
    Bad(Problem),
}

#[derive(Clone, Debug)]
pub(super) struct Headed<H> {
    header: H,
    max: u64,
    /// Whether nothing bad lies before the header.
    in_step: bool,
    /// What was read of the header.
    head: VecDeque<u8>,
    /// The length and payload of the frame whose header is complete.
    body: Option<(u64, Range<u64>)>,
}

impl<H: Header> Headed<H> {
    pub(super) fn new(header: H, max: u64) -> Self {
        Self { header, max, in_step: true, head: VecDeque::new(), body: None }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while !input.is_empty() {
            if let Some((len, payload)) = self.body.clone() {
                let room = cuts.room(len, input);
                cuts.take(input, room);
                self.end_body(len, payload, cuts);
            } else {
                self.head.extend(cuts.take(input, 1));
                self.judge(cuts);
            }
        }
    }

    /// Looks at the header, and at what follows its first byte if it is none.
    fn judge(&mut self, cuts: &mut Cuts<'_>) {
        while !self.head.is_empty() {
            match self.header.verdict(&self.head, self.max, self.in_step) {
                Verdict::More => return,
                Verdict::Frame { len, payload } => {
                    cuts.flush();
                    self.in_step = true;
                    self.head.clear();
                    self.body = Some((len, payload.clone()));
                    self.end_body(len, payload, cuts);
                }
                Verdict::Bad(problem) => {
                    self.head.pop_front();
                    self.in_step = false;
                    cuts.bad_until(cuts.start() + 1, problem);
                }
            }
        }
    }

    fn end_body(&mut self, len: u64, payload: Range<u64>, cuts: &mut Cuts<'_>) {
        if cuts.is_full(len) {
            self.body = None;
            let start = cuts.start();
            cuts.frame(start + payload.start..start + payload.end);
        }
    }
}
