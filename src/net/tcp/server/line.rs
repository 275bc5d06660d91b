//! What a job can do with the connections of a TCP server.

use std::net::SocketAddr;

use super::Server;
use crate::journal::{Event, Failure, Peer, Wake};
use crate::net::command::{Outgoing, Target};
use crate::net::context::Context;
use crate::net::job::{JobSlot, Line};
use crate::net::jobs::{Employer, Jobs, News};
use crate::net::tcp::connection::{CHUNK, Connection};

impl Line for Server<'_> {
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Failure> {
        let sender = self.jobs.acting();
        self.submit(outgoing, sender)
    }

    fn pending_bytes(&self, target: &Target) -> u64 {
        let pending = |stream: &u32| self.connections.get(stream).map(Connection::pending);
        match target {
            Target::Client(stream) => pending(stream),
            other => self.targets(other).unwrap_or_default().iter().filter_map(pending).max(),
        }
        .unwrap_or(0)
    }

    fn withdraw(&mut self) -> u64 {
        let Some(sender) = self.jobs.acting() else { return 0 };
        self.take_back(sender, true)
    }

    fn peers(&self) -> Vec<Peer> {
        self.connections.values().filter(|c| !c.is_finished()).map(Connection::peer).collect()
    }

    fn local(&self) -> Option<SocketAddr> {
        Some(self.local)
    }

    fn disconnect(&mut self, peer: Peer) {
        let Some(connection) = self.connections.get_mut(&peer.stream) else { return };
        connection.end_when_sent();
        self.finished.insert(peer.stream);
        self.attend(peer.stream, |connection, ledger| connection.flush(ledger, CHUNK));
    }

    fn event(&mut self, peer: Option<Peer>, event: &Event) {
        self.ledger.event(peer, event);
    }

    fn report(&mut self, peer: Option<Peer>, failure: Failure) {
        self.ledger.report(peer, failure);
    }

    fn waker(&self) -> Wake {
        self.context.waker()
    }
}

impl Employer for Server<'_> {
    fn context(&self) -> &Context {
        self.context
    }

    fn jobs(&mut self) -> &mut Jobs {
        &mut self.jobs
    }

    fn news(&mut self) -> &mut News {
        &mut self.ledger.news
    }

    fn forget(&mut self, slot: JobSlot) {
        self.take_back(slot, false);
    }
}
