//! A frame lies between two marks.

use super::cuts::Cuts;
use super::mark::{Mark, Search};
use super::{BAD_BYTES, Problem};

#[derive(Clone, Debug)]
pub(super) struct Marks {
    start: Search,
    end: Search,
    keep: bool,
    max: u64,
    /// Whether a start mark inside of a frame begins another one.
    restarts: bool,
    /// Where the payload begins, if inside of a frame.
    inside: Option<u64>,
}

impl Marks {
    pub(super) fn new(start: &Mark, end: &Mark, keep: bool, max: u64) -> Self {
        let restarts = !end.bytes().windows(start.bytes().len()).any(|part| part == start.bytes());
        let max = max.max((start.bytes().len() + end.bytes().len()) as u64);
        Self { start: Search::new(start), end: Search::new(end), keep, max, restarts, inside: None }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while !input.is_empty() {
            match self.inside {
                None => self.outside(input, cuts),
                Some(from) => self.inside(from, input, cuts),
            }
        }
    }

    fn outside(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        let room = cuts.room(BAD_BYTES, input);
        let found = self.start.find(&input[..room]);
        cuts.take(input, found.unwrap_or(room));
        if found.is_some() {
            self.begin(Problem::Outside, cuts);
        } else if cuts.is_full(BAD_BYTES) {
            cuts.bad_until(cuts.at() - self.start.matched(), Problem::Outside);
        }
    }

    /// A start mark was read; what lies before it is none.
    fn begin(&mut self, before: Problem, cuts: &mut Cuts<'_>) {
        let mark = cuts.at() - self.start.len();
        if mark > cuts.start() {
            cuts.bad_until(mark, before);
        }
        cuts.flush();
        self.start.reset();
        self.end.reset();
        self.inside = Some(cuts.at());
    }

    fn inside(&mut self, from: u64, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        let room = cuts.room(self.max, input);
        let (mut index, mut ended, mut restarted) = (0, false, false);
        while index < room && !ended && !restarted {
            if self.end.matched() == 0 && self.start.matched() == 0 {
                let may_begin = |byte: &u8| *byte == self.end.first() || self.restarts && *byte == self.start.first();
                index += input[index..room].iter().position(may_begin).unwrap_or(room - index);
                if index == room {
                    break;
                }
            }
            ended = self.end.step(input[index]);
            restarted = self.restarts && self.start.step(input[index]);
            index += 1;
        }
        cuts.take(input, index);
        if ended {
            self.end(from, cuts);
        } else if restarted {
            self.begin(Problem::EndMissing, cuts);
        } else if cuts.is_full(self.max) {
            self.give_up(cuts);
        }
    }

    fn end(&mut self, from: u64, cuts: &mut Cuts<'_>) {
        self.start.reset();
        let to = cuts.at() - self.end.len();
        if from < to || self.start.mark() != self.end.mark() {
            self.inside = None;
            let mark = if self.keep { self.start.len() } else { 0 };
            cuts.frame(from - mark..if self.keep { cuts.at() } else { to });
            return;
        }
        if cuts.is_full(BAD_BYTES.min(self.max)) {
            cuts.bad_until(to, Problem::Outside);
        }
        self.inside = Some(cuts.at());
    }

    /// The frame is as long as it may be and has no end.
    fn give_up(&mut self, cuts: &mut Cuts<'_>) {
        self.inside = None;
        cuts.bad_until(cuts.at() - self.start.matched(), Problem::NoEnd { max: self.max });
    }

    pub(super) fn finish(&self, cuts: &mut Cuts<'_>) {
        if self.inside.is_none() && cuts.at() > cuts.start() {
            cuts.bad(Problem::Outside);
        }
    }
}
