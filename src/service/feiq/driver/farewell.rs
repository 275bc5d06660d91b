//! The end: good-bye to everyone, and everything closed, in less than 200 ms.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Driver;
use crate::net;
use crate::proto::ipmsg::node;
use crate::service::feiq::state::Phase;

/// The good-byes take 100 ms; so much may pass until the link has sent the last.
const PATIENCE: Duration = Duration::from_millis(140);

impl Driver {
    /// Says good-bye, and ends everything.
    pub(super) fn farewell(mut self) {
        self.set_phase(Phase::Leaving);
        self.publish();
        // Ends beside it what may take as long.
        let files = self.shelf.close();
        let deadline = Instant::now() + PATIENCE;
        self.node.leave(self.clock.now());
        // Whom nothing was sent to knows nothing of us.
        let mut left = self.outbox.handed() == 0;
        while Instant::now() < deadline {
            let now = self.clock.now();
            self.node.handle_timeout(now);
            while let Some(event) = self.node.poll_event() {
                left |= event == node::Event::Left;
                self.happened(event, crate::journal::Timestamp::now());
            }
            self.outbox.flush(&mut self.node, &self.link, now);
            if self.link_is_over() || (left && self.outbox.due().is_none() && self.all_sent()) {
                break;
            }
            let timers = [self.node.poll_timeout(), self.outbox.due()];
            let until_timer = timers.into_iter().flatten().min().map_or(PATIENCE, |due| self.clock.until(due));
            let patience = deadline.saturating_duration_since(Instant::now());
            // Every datagram that the link has sent ends the wait; what comes is not answered any more.
            self.follower.next(until_timer.min(patience));
        }
        self.notes.append(&self.recorder);
        self.link.start_close();
        if let Some(files) = files
            && files.join().is_err()
        {
            tracing::error!("the file transfers ended with a panic");
        }
        self.link.status_cell().wait(PATIENCE, |status| matches!(status.phase, net::Phase::Closed { .. }));
        self.history = None;
        self.finish(Phase::Closed { failure: None });
    }

    /// Whether the link has sent what it was given; a datagram that failed never was.
    fn all_sent(&self) -> bool {
        self.counters.sent_packets.load(Ordering::Relaxed) - self.sent_before >= self.outbox.handed()
    }

    /// The link ended by itself.
    pub(super) fn end_with_link(mut self) {
        let net::Phase::Closed { failure } = self.link.status().phase else { return };
        self.notes.append(&self.recorder);
        self.finish(Phase::Closed { failure });
    }

    fn finish(&mut self, phase: Phase) {
        self.set_phase(phase);
        self.publish();
    }
}
