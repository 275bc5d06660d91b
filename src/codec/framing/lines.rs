//! Lines that end with CR, LF or CR LF.

use super::Problem;
use super::cuts::Cuts;

/// How long to wait for the LF after a CR, in milliseconds.
const LF_WITHIN_MS: u32 = 50;

#[derive(Clone, Debug)]
pub(super) struct Lines {
    keep: bool,
    max: u64,
    /// The line is too long; its bytes are bad up to its end.
    too_long: bool,
    /// The last byte was a CR: LF may follow.
    cr: bool,
    /// The last byte was a CR whose line was given in a pause. An LF now is not an empty line.
    cr_given: bool,
    /// The frame begins with an LF that belongs to the CR before it.
    stray_lf: bool,
}

impl Lines {
    pub(super) fn new(keep: bool, max: u64) -> Self {
        Self { keep, max, too_long: false, cr: false, cr_given: false, stray_lf: false }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while let Some(&first) = input.first() {
            if self.cr || self.cr_given {
                let is_lf = first == b'\n';
                cuts.take(input, usize::from(is_lf));
                if self.cr {
                    self.end(1 + u64::from(is_lf), cuts);
                } else {
                    self.stray_lf = is_lf;
                }
                (self.cr, self.cr_given) = (false, false);
                continue;
            }
            let room = cuts.room(self.max, input);
            if let Some(index) = input[..room].iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                self.cr = input[index] == b'\r';
                cuts.take(input, index + 1);
                if !self.cr {
                    self.end(1, cuts);
                }
            } else {
                cuts.take(input, room);
                if cuts.is_full(self.max) {
                    self.too_long = true;
                    cuts.bad(Problem::NoEnd { max: self.max });
                }
            }
        }
    }

    /// The line ends here, with so many bytes of a line end.
    fn end(&mut self, end_bytes: u64, cuts: &mut Cuts<'_>) {
        if self.too_long {
            cuts.bad(Problem::NoEnd { max: self.max });
            cuts.flush();
        } else {
            let from = cuts.start() + u64::from(self.stray_lf);
            cuts.frame(from..cuts.at() - if self.keep { 0 } else { end_bytes });
        }
        (self.too_long, self.stray_lf) = (false, false);
    }

    pub(super) fn idle_after_ms(&self) -> Option<u32> {
        self.cr.then_some(LF_WITHIN_MS)
    }

    pub(super) fn pause(&mut self, cuts: &mut Cuts<'_>) {
        if self.cr {
            self.end(1, cuts);
            (self.cr, self.cr_given) = (false, true);
        }
    }

    /// A last line needs no end. Returns whether what is left belongs to the line before.
    pub(super) fn finish(&mut self, cuts: &mut Cuts<'_>) -> bool {
        let left = cuts.at() - cuts.start();
        if left == 1 && self.stray_lf {
            return true;
        }
        if self.cr || (left > 0 && !self.too_long) {
            self.end(u64::from(self.cr), cuts);
        }
        false
    }
}
