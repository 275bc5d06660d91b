//! When to send again and when to give up: the round-trip time (RFC 6298), exponential back-off with jitter
//! (RFC 1123 §4.2.3.2), and a bound on silence, but none on the whole transfer.

use std::time::Duration;

use crate::proto::Moment;

/// No wait between two tries is longer, unless the first one is.
const LONGEST: Duration = Duration::from_secs(8);

/// How long silence may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The wait before the first repetition, as long as no round-trip time is known.
    pub first: Duration,
    /// How often an unanswered request is repeated. Later, when the waits follow the round-trip time and are shorter,
    /// there are more tries, but the silence that ends a transfer is as long: 31 s with 1 s and 5.
    pub retries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), retries: 5 }
    }
}

impl Patience {
    fn longest(self) -> Duration {
        self.first.max(LONGEST)
    }

    /// What the first try and all repetitions wait together.
    fn budget(self) -> Duration {
        (0..=self.retries).map(|try_| doubled(self.first, try_).min(self.longest())).sum()
    }
}

/// The waits of one end.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    patience: Patience,
    budget: Duration,
    /// No wait is shorter.
    floor: Duration,
    /// A wait that follows from round trips, in halves of RFC 6298's.
    halves: u32,
    smoothed: Option<(Duration, Duration)>,
    /// Repetitions since the last progress.
    tries: u32,
    silent_since: Moment,
    /// The newest [`Self::due`], and for what moment.
    due: Option<(Moment, Moment)>,
    random: u64,
}

impl Pace {
    /// Of an end that repeats ACKs, or of a client that has not begun.
    pub(super) fn of_receiver(patience: Patience, seed: u64, now: Moment) -> Self {
        Self {
            patience,
            budget: patience.budget(),
            floor: Duration::from_millis(40),
            halves: 2,
            smoothed: None,
            tries: 0,
            silent_since: now,
            due: None,
            random: seed,
        }
    }

    /// Of an end that repeats DATA: slower than a receiver, whose repeated ACK is the cheaper cure of a lost one.
    pub(super) fn of_sender(patience: Patience, seed: u64, now: Moment) -> Self {
        Self { floor: Duration::from_millis(60), halves: 3, ..Self::of_receiver(patience, seed, now) }
    }

    /// Nothing is repeated sooner than this: what a client asked with the timeout option.
    pub(super) fn set_floor(&mut self, floor: Duration) {
        self.due = None;
        self.floor = floor;
        self.patience.first = self.patience.first.max(floor);
        self.budget = self.patience.budget();
    }

    /// One more round trip, of a packet that was sent once (Karn).
    pub(super) fn sample(&mut self, trip: Duration) {
        self.due = None;
        self.smoothed = Some(match self.smoothed {
            None => (trip, trip / 2),
            Some((mean, deviation)) => ((mean * 7 + trip) / 8, (deviation * 3 + mean.abs_diff(trip)) / 4),
        });
    }

    /// The smoothed round-trip time; zero as long as it is not known.
    pub(super) fn round_trip(&self) -> Duration {
        self.smoothed.map_or(Duration::ZERO, |(mean, _)| mean)
    }

    /// The transfer moved.
    pub(super) fn progress(&mut self, now: Moment) {
        if std::mem::take(&mut self.tries) > 0 {
            self.due = None;
        }
        self.silent_since = now;
    }

    /// Until when to wait for an answer to what is sent now: the same for all that is sent or comes at once, since a
    /// window has many blocks.
    pub(super) fn due(&mut self, now: Moment) -> Moment {
        match self.due {
            Some((at, due)) if at == now => due,
            _ => {
                let due = now + self.wait();
                self.due = Some((now, due));
                due
            }
        }
    }

    /// How long to wait for an answer to what is sent now.
    pub(super) fn wait(&mut self) -> Duration {
        let timeout =
            self.smoothed.map_or(self.patience.first, |(mean, deviation)| (mean + deviation * 4) * self.halves / 2);
        let wait = doubled(timeout.max(self.floor), self.tries).min(self.patience.longest());
        wait + wait.mul_f64(self.jitter() / 4.0)
    }

    /// A wait has passed without progress: the next try, or the end with how many tries there were in what time.
    pub(super) fn next_try(&mut self, now: Moment) -> Result<(), (u32, Duration)> {
        let silent = now.since(self.silent_since);
        if self.tries >= self.patience.retries && silent >= self.budget {
            return Err((self.tries + 1, silent));
        }
        self.tries += 1;
        self.due = None;
        Ok(())
    }

    /// Repetitions since the last progress, and how many there are before a round-trip time is known.
    pub(super) const fn tries(&self) -> (u32, u32) {
        (self.tries, self.patience.retries)
    }

    /// A number from 0 to 1 (splitmix64).
    pub(super) fn jitter(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn doubled(wait: Duration, times: u32) -> Duration {
    wait.saturating_mul(1 << times.min(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        Pace::of_receiver(Patience::default(), 1, Moment::default())
    }

    #[test]
    fn an_unanswered_request_is_sent_six_times_in_half_a_minute() {
        let (mut pace, mut now, mut sent) = (pace(), Moment::default(), 0);
        let end = loop {
            sent += 1;
            now = now + pace.wait();
            if let Err(end) = pace.next_try(now) {
                break end;
            }
        };
        assert_eq!((sent, end.0), (6, 6));
        assert!((31..40).contains(&end.1.as_secs()), "{end:?}");
    }

    #[test]
    fn a_known_round_trip_makes_waits_short_but_not_the_patience() {
        let mut pace = pace();
        for _ in 0..20 {
            pace.sample(Duration::from_millis(1));
        }
        assert!((40..=50).contains(&pace.wait().as_millis()));
        let (mut now, mut sent) = (Moment::default(), 0);
        let end = loop {
            sent += 1;
            now = now + pace.wait();
            if let Err(end) = pace.next_try(now) {
                break end;
            }
        };
        assert!(sent < 14, "{sent}");
        assert!((31..45).contains(&end.1.as_secs()), "{end:?}");
        pace.progress(now);
        assert!(pace.next_try(now).is_ok());
    }

    #[test]
    fn waits_are_spread() {
        let mut pace = pace();
        let waits: Vec<_> = (0..50).map(|_| pace.wait().as_millis()).collect();
        assert!(waits.iter().all(|wait| (1000..=1250).contains(wait)));
        assert!(waits.iter().any(|wait| *wait < 1100) && waits.iter().any(|wait| *wait > 1150));
    }

    #[test]
    fn an_asked_time_out_is_never_undercut() {
        let mut pace = pace();
        pace.set_floor(Duration::from_secs(5));
        pace.sample(Duration::from_millis(1));
        assert!(pace.wait() >= Duration::from_secs(5));
    }
}
