//! A pause ends a frame.

use super::Problem;
use super::cuts::Cuts;

#[derive(Clone, Debug)]
pub(super) struct Idle {
    ms: u32,
    max: u64,
    /// When the last bytes came, in nanoseconds.
    last_ns: i64,
}

impl Idle {
    pub(super) fn new(ms: u32, max: u64) -> Self {
        Self { ms, max, last_ns: 0 }
    }

    pub(super) fn ms(&self) -> u32 {
        self.ms
    }

    pub(super) fn read(&mut self, input: &mut &[u8], time_ns: i64, cuts: &mut Cuts<'_>) {
        if time_ns.saturating_sub(self.last_ns) >= i64::from(self.ms) * 1_000_000 {
            Self::pause(cuts);
        }
        self.last_ns = time_ns;
        while !input.is_empty() {
            let room = cuts.room(self.max, input);
            cuts.take(input, room);
            if cuts.is_full(self.max) {
                cuts.bad(Problem::NoEnd { max: self.max });
                cuts.flush();
            }
        }
    }

    pub(super) fn pause(cuts: &mut Cuts<'_>) {
        if cuts.at() > cuts.start() {
            cuts.frame(cuts.start()..cuts.at());
        }
    }
}
