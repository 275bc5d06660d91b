//! HTTP/1 messages (RFC 9112).

mod head;

use std::mem;

use self::head::{BodyLength, Head};
use super::cuts::Cuts;
use super::{BAD_BYTES, MAX_HEAD_BYTES, Problem};

#[derive(Clone, Debug)]
pub(super) struct Http {
    max: u64,
    /// Where the message begins, after empty lines.
    from: u64,
    /// What was read of the line, in a head, a chunk's head or trailers.
    line: Vec<u8>,
    /// Bytes of the complete lines of this head or these trailers.
    head_bytes: usize,
    /// The line had no end where it should have one; it is bad up to its end.
    line_is_bad: bool,
    /// What is wrong with the message whose end is looked for.
    problem: Option<Problem>,
    part: Part,
}

/// Which part of a message comes.
#[derive(Clone, Copy, Debug)]
enum Part {
    StartLine,
    Fields(Head),
    /// So many bytes.
    Body(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    UntilClose,
}

impl Http {
    pub(super) fn new(max: u64) -> Self {
        Self { max, from: 0, line: Vec::new(), head_bytes: 0, line_is_bad: false, problem: None, part: Part::StartLine }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while !input.is_empty() {
            let room = cuts.room(self.max, input);
            match self.part {
                Part::Body(left) => {
                    let len = take(left, room, input, cuts);
                    self.body_left(left - len, cuts);
                }
                Part::Chunk(left) => {
                    let len = take(left, room, input, cuts);
                    self.part = if len == left { Part::ChunkEnd } else { Part::Chunk(left - len) };
                }
                Part::UntilClose => drop(cuts.take(input, room)),
                Part::StartLine | Part::Fields(_) | Part::ChunkSize | Part::ChunkEnd | Part::Trailers => {
                    self.read_line(room, input, cuts);
                }
            }
            if cuts.is_full(self.max) {
                self.overflow(cuts);
            }
        }
    }

    fn read_line(&mut self, room: usize, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        let room = room.min(MAX_HEAD_BYTES - self.head_bytes - self.line.len());
        let end = input[..room].iter().position(|byte| *byte == b'\n');
        self.line.extend_from_slice(cuts.take(input, end.map_or(room, |index| index + 1)));
        if end.is_some() {
            let mut line = mem::take(&mut self.line);
            self.head_bytes += line.len();
            self.take_line(&line, cuts);
            line.clear();
            self.line = line;
        } else if self.head_bytes + self.line.len() == MAX_HEAD_BYTES {
            self.head_too_long(cuts);
        }
    }

    /// A line is complete, with its end.
    fn take_line(&mut self, line: &[u8], cuts: &mut Cuts<'_>) {
        let line_start = cuts.at() - line.len() as u64;
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        match &mut self.part {
            Part::StartLine => self.start_line(line_start, text, cuts),
            Part::Fields(_) if text.is_empty() => self.end_head(cuts),
            Part::Fields(head) => {
                if head.field(text).is_err() {
                    self.fail(line_start, text, cuts);
                }
            }
            Part::ChunkSize => match head::chunk_size(text) {
                Some(0) => (self.part, self.head_bytes) = (Part::Trailers, 0),
                Some(size) => self.part = Part::Chunk(size),
                None => self.fail(line_start, text, cuts),
            },
            Part::ChunkEnd if text.is_empty() => (self.part, self.head_bytes) = (Part::ChunkSize, 0),
            Part::Trailers if text.is_empty() => self.end(cuts),
            Part::Trailers if head::is_field(text) => {}
            _ => self.fail(line_start, text, cuts),
        }
    }

    fn start_line(&mut self, line_start: u64, text: &[u8], cuts: &mut Cuts<'_>) {
        let is_bad = mem::take(&mut self.line_is_bad);
        match Head::new(text) {
            Some(head) if !is_bad => {
                self.from = line_start;
                self.part = Part::Fields(head);
                cuts.flush();
            }
            _ => {
                self.head_bytes = 0;
                if is_bad || !text.is_empty() {
                    cuts.bad(Problem::Malformed);
                } else if cuts.is_full(BAD_BYTES.min(self.max)) {
                    cuts.bad(Problem::Outside);
                }
            }
        }
    }

    /// This line has no place in the message. It may be the start line of the next one.
    fn fail(&mut self, line_start: u64, text: &[u8], cuts: &mut Cuts<'_>) {
        self.restart();
        if line_start < cuts.start() {
            cuts.bad(Problem::Malformed); // its first bytes were given with a message that is too long
            return;
        }
        if line_start > cuts.start() {
            cuts.bad_until(line_start, Problem::Malformed);
        }
        self.head_bytes = (cuts.at() - line_start) as usize;
        self.start_line(line_start, text, cuts);
    }

    fn head_too_long(&mut self, cuts: &mut Cuts<'_>) {
        cuts.bad(Problem::NoEnd { max: MAX_HEAD_BYTES as u64 });
        self.line_is_bad = !self.line.is_empty() || self.line_is_bad;
        self.restart();
    }

    fn restart(&mut self) {
        self.part = Part::StartLine;
        self.problem = None;
        self.line.clear();
        self.head_bytes = 0;
    }

    fn end_head(&mut self, cuts: &mut Cuts<'_>) {
        let Part::Fields(head) = self.part else { return };
        self.head_bytes = 0;
        match head.body() {
            Ok(BodyLength::Bytes(len)) => {
                let length = (cuts.at() - cuts.start()).saturating_add(len);
                if length > self.max {
                    self.problem = Some(Problem::TooLong { length, max: self.max });
                }
                self.body_left(len, cuts);
            }
            Ok(BodyLength::Chunked) => self.part = Part::ChunkSize,
            Ok(BodyLength::UntilClose) => self.part = Part::UntilClose,
            Err(problem) => {
                cuts.bad(problem);
                self.restart();
            }
        }
    }

    fn body_left(&mut self, left: u64, cuts: &mut Cuts<'_>) {
        self.part = Part::Body(left);
        if left == 0 {
            self.end(cuts);
        }
    }

    fn end(&mut self, cuts: &mut Cuts<'_>) {
        if let Some(problem) = self.problem {
            if cuts.at() > cuts.start() {
                cuts.bad(problem);
            }
            cuts.flush();
        } else {
            cuts.frame(self.from..cuts.at());
        }
        self.restart();
    }

    /// The message has as many bytes as a frame may have.
    fn overflow(&mut self, cuts: &mut Cuts<'_>) {
        if matches!(self.part, Part::StartLine | Part::Fields(_)) {
            self.head_too_long(cuts);
        } else {
            let problem = *self.problem.get_or_insert(Problem::NoEnd { max: self.max });
            cuts.bad(problem);
        }
    }

    /// Ends a body that lasts as long as the connection. Returns whether nothing but empty lines is pending.
    pub(super) fn finish(&mut self, cuts: &mut Cuts<'_>) -> bool {
        match self.part {
            Part::UntilClose => self.end(cuts),
            Part::StartLine if !self.line_is_bad && matches!(self.line[..], [] | [b'\r']) => return true,
            _ => {}
        }
        false
    }
}

/// Reads what is there of `left` bytes, and says how many they were.
fn take(left: u64, room: usize, input: &mut &[u8], cuts: &mut Cuts<'_>) -> u64 {
    let len = usize::try_from(left).map_or(room, |left| left.min(room));
    cuts.take(input, len);
    len as u64
}
