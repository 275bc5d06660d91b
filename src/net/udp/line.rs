//! What a job can do with a UDP socket.

use std::net::SocketAddr;
use std::time::Instant;

use super::Worker;
use crate::journal::{Event, Failure, Peer, Wake};
use crate::net::command::{Outgoing, Target};
use crate::net::context::Context;
use crate::net::job::{JobSlot, Line};
use crate::net::jobs::{Employer, Jobs, News};

impl Line for Worker<'_> {
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Failure> {
        let sender = self.jobs.acting();
        self.submit(outgoing, sender, Instant::now())
    }

    fn pending_bytes(&self, _: &Target) -> u64 {
        Worker::pending_bytes(self).max(self.pending_count() as u64)
    }

    fn withdraw(&mut self) -> u64 {
        self.jobs.acting().map_or(0, |sender| self.take_back(sender))
    }

    fn peers(&self) -> Vec<Peer> {
        Vec::new()
    }

    fn local(&self) -> Option<SocketAddr> {
        Some(self.local)
    }

    /// There is no connection that could end.
    fn disconnect(&mut self, _: Peer) {}

    fn event(&mut self, peer: Option<Peer>, event: &Event) {
        Worker::event(self, peer, event);
    }

    fn report(&mut self, peer: Option<Peer>, failure: Failure) {
        Worker::report(self, peer, failure);
    }

    fn waker(&self) -> Wake {
        self.context.waker()
    }
}

impl Employer for Worker<'_> {
    fn context(&self) -> &Context {
        self.context
    }

    fn jobs(&mut self) -> &mut Jobs {
        &mut self.jobs
    }

    fn news(&mut self) -> &mut News {
        &mut self.news
    }

    fn forget(&mut self, slot: JobSlot) {
        self.take_back(slot);
    }
}
