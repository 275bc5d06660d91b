//! SLIP packets (RFC 1055).

use std::borrow::Cow;

use super::cuts::Cuts;
use super::{BAD_BYTES, Problem};

pub(super) const END: u8 = 0xC0;
const ESC: u8 = 0xDB;
const ESC_END: u8 = 0xDC;
const ESC_ESC: u8 = 0xDD;

#[derive(Clone, Debug)]
pub(super) struct Slip {
    max: u64,
    /// Where the packet begins, after the END bytes before it.
    from: u64,
    /// The last byte was ESC.
    escaped: bool,
    /// What is wrong with the packet.
    problem: Option<Problem>,
}

impl Slip {
    pub(super) fn new(position: u64, max: u64) -> Self {
        Self { max, from: position, escaped: false, problem: None }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while let Some(&first) = input.first() {
            if self.escaped {
                self.escaped = false;
                match first {
                    ESC_END | ESC_ESC => drop(cuts.take(input, 1)),
                    _ => self.problem = self.problem.or(Some(Problem::Malformed)),
                }
            } else if first == END {
                cuts.take(input, 1);
                self.end(cuts);
            } else {
                let room = cuts.room(self.max, input);
                let special = input[..room].iter().position(|byte| matches!(*byte, END | ESC));
                let len = special.unwrap_or(room);
                cuts.take(input, len);
                if special.is_some() && input[0] == ESC {
                    cuts.take(input, 1);
                    self.escaped = true;
                }
            }
            if cuts.at() > self.from && cuts.is_full(self.max) {
                let no_end = Problem::NoEnd { max: self.max };
                cuts.bad(no_end);
                self.problem = Some(no_end);
            }
        }
    }

    fn end(&mut self, cuts: &mut Cuts<'_>) {
        let to = cuts.at() - 1;
        if let Some(problem) = self.problem.take() {
            cuts.bad(problem);
            cuts.flush();
        } else if to > self.from {
            cuts.frame(self.from..to);
        } else if cuts.is_full(BAD_BYTES.min(self.max)) {
            cuts.bad(Problem::Outside);
        }
        self.from = cuts.at();
    }

    /// Whether nothing but END bytes are pending.
    pub(super) fn is_filler(&self, cuts: &Cuts<'_>) -> bool {
        self.from == cuts.at()
    }
}

/// The packet as it was before it was escaped.
pub(super) fn unescape(escaped: &[u8]) -> Cow<'_, [u8]> {
    if !escaped.contains(&ESC) {
        return Cow::Borrowed(escaped);
    }
    let mut bytes = escaped.iter();
    let mut plain = Vec::with_capacity(escaped.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            &ESC => match bytes.next() {
                Some(&ESC_END) => END,
                _ => ESC,
            },
            byte => *byte,
        });
    }
    Cow::Owned(plain)
}

/// The packet between two END bytes; the first one ends what noise may have begun.
pub(super) fn wrap(payload: &[u8], out: &mut Vec<u8>) {
    out.reserve(payload.len() + 2);
    out.push(END);
    for byte in payload {
        match *byte {
            END => out.extend([ESC, ESC_END]),
            ESC => out.extend([ESC, ESC_ESC]),
            byte => out.push(byte),
        }
    }
    out.push(END);
}
