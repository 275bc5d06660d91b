//! From the node to the link: what the link has no room for waits here, and nothing is dropped silently.

use std::time::Duration;

use crate::net::{Command, Link, Outgoing, Target};
use crate::proto::Moment;
use crate::proto::ipmsg::node::{Node, Transmit};

/// The link has no way to say that it has room again.
const RETRY: Duration = Duration::from_millis(2);

/// What the link did not take yet.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Option<Outgoing>,
    retry_at: Option<Moment>,
    handed: u64,
}

impl Outbox {
    /// Hands over what the node wants to send, as far as the link takes it.
    pub fn flush(&mut self, node: &mut Node, link: &Link, now: Moment) {
        self.retry_at = None;
        loop {
            let next = self.waiting.take().or_else(|| node.poll_transmit().map(outgoing));
            let Some(outgoing) = next else { return };
            if link.command(Command::Send(outgoing.clone())).is_err() {
                self.waiting = Some(outgoing);
                self.retry_at = Some(now + RETRY);
                return;
            }
            self.handed += 1;
        }
    }

    /// When to try again.
    pub fn due(&self) -> Option<Moment> {
        self.retry_at
    }

    /// Datagrams that the link took.
    pub fn handed(&self) -> u64 {
        self.handed
    }
}

fn outgoing(transmit: Transmit) -> Outgoing {
    Outgoing::new(Target::Address(transmit.to), transmit.bytes)
}
