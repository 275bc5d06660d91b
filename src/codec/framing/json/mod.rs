//! JSON values, one after the other (RFC 8259).

mod value;

use self::value::{Step, Value};
use super::cuts::Cuts;
use super::{BAD_BYTES, Problem};

#[derive(Clone, Debug)]
pub(super) struct Json {
    max: u64,
    /// Where the value begins, after white space.
    from: u64,
    /// The last byte was LF.
    line_begins: bool,
    part: Part,
}

#[derive(Clone, Debug)]
enum Part {
    /// White space, or the first byte of a value.
    Between,
    Value(Value),
    /// What is not JSON, with so many brackets open.
    Lost {
        depth: u64,
        problem: Problem,
    },
}

impl Json {
    pub(super) fn new(max: u64) -> Self {
        Self { max, from: 0, line_begins: false, part: Part::Between }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while let Some(&byte) = input.first() {
            match &mut self.part {
                Part::Between => self.between(byte, input, cuts),
                Part::Value(value) => {
                    let room = cuts.room(self.max, input);
                    let plain = value.plain(&input[..room]);
                    if plain > 0 {
                        self.line_begins = false;
                        cuts.take(input, plain);
                    } else {
                        let step = value.step(byte);
                        self.after(step, input, cuts);
                    }
                }
                Part::Lost { depth, problem } => {
                    let (depth, problem) = (*depth, *problem);
                    self.lost(depth, problem, input, cuts);
                }
            }
            self.limit(cuts);
        }
    }

    fn take(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        self.line_begins = input[0] == b'\n';
        cuts.take(input, 1);
    }

    fn between(&mut self, byte: u8, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            self.take(input, cuts);
            return;
        }
        let mut value = Value::default();
        self.part = match value.step(byte) {
            Step::Wrong(problem) => Part::Lost { depth: 0, problem },
            _ => Part::Value(value),
        };
        self.from = cuts.at();
        self.take(input, cuts);
    }

    /// What the next byte means for the value.
    fn after(&mut self, step: Step, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        match step {
            Step::More => self.take(input, cuts),
            Step::Ends => {
                self.take(input, cuts);
                self.end(cuts);
            }
            Step::EndsBefore => self.end(cuts),
            Step::Wrong(problem) => self.lose(problem, cuts),
        }
    }

    fn end(&mut self, cuts: &mut Cuts<'_>) {
        cuts.frame(self.from..cuts.at());
        self.part = Part::Between;
    }

    /// What was read of the value is bad; so is what follows until its brackets are closed.
    fn lose(&mut self, problem: Problem, cuts: &mut Cuts<'_>) {
        let Part::Value(value) = &self.part else { return };
        let depth = value.depth() as u64;
        if depth > 0 {
            self.part = Part::Lost { depth, problem };
        } else {
            cuts.bad(problem);
            self.part = Part::Between;
        }
    }

    /// Reads the next byte if it is part of what is lost.
    fn lost(&mut self, depth: u64, problem: Problem, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        let depth_after = match input[0] {
            b'[' | b'{' if depth == 0 || self.line_begins => None,
            b'"' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => None,
            b'[' | b'{' => Some(depth + 1),
            b']' | b'}' => Some(depth.saturating_sub(1)),
            _ => Some(depth),
        };
        if let Some(depth) = depth_after {
            self.take(input, cuts);
            self.part = Part::Lost { depth, problem };
        }
        let is_closed = depth > 0 && depth_after == Some(0);
        if is_closed || depth_after.is_none() {
            self.part = Part::Between;
            if cuts.at() > cuts.start() {
                cuts.bad(problem);
            }
        }
    }

    /// Gives what has become too long.
    fn limit(&mut self, cuts: &mut Cuts<'_>) {
        let part_bytes = BAD_BYTES.min(self.max);
        match &self.part {
            Part::Between if cuts.is_full(part_bytes) => cuts.bad(Problem::Outside),
            Part::Lost { problem, .. } if cuts.is_full(part_bytes) => cuts.bad(*problem),
            Part::Value(value) if cuts.is_full(self.max) => {
                let problem = Problem::NoEnd { max: self.max };
                self.part = Part::Lost { depth: value.depth() as u64, problem };
                cuts.bad(problem);
            }
            _ => {}
        }
    }

    /// Ends a number. Returns whether nothing but white space is pending.
    pub(super) fn finish(&mut self, cuts: &mut Cuts<'_>) -> bool {
        match &self.part {
            Part::Between => return true,
            Part::Value(value) if value.may_end() => self.end(cuts),
            Part::Lost { problem, .. } if cuts.at() > cuts.start() => cuts.bad(*problem),
            _ => {}
        }
        false
    }
}
