//! What a job can do with the connection of a TCP client.

use std::net::SocketAddr;

use super::{Client, is_for};
use crate::journal::{Event, Failure, Peer, Wake};
use crate::net::command::{Outgoing, Target};
use crate::net::context::Context;
use crate::net::job::{JobSlot, Line};
use crate::net::jobs::{Employer, Jobs, News};
use crate::net::tcp::connection::{BUDGET, Connection};

impl Line for Client<'_> {
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Failure> {
        let sender = self.jobs.acting();
        self.submit(outgoing, sender)
    }

    fn pending_bytes(&self, target: &Target) -> u64 {
        let connection = self.connection.as_ref().filter(|connection| is_for(target, connection.peer()));
        connection.map_or(0, Connection::pending)
    }

    fn withdraw(&mut self) -> u64 {
        let Some(sender) = self.jobs.acting() else { return 0 };
        self.take_back(sender, true)
    }

    fn peers(&self) -> Vec<Peer> {
        self.connection.iter().filter(|_| self.gone.is_none()).map(Connection::peer).collect()
    }

    fn local(&self) -> Option<SocketAddr> {
        self.connection.as_ref().and_then(|connection| connection.stream().local_addr().ok())
    }

    fn disconnect(&mut self, peer: Peer) {
        self.attend(|connection, ledger| {
            if connection.peer() != peer {
                return Ok(());
            }
            connection.end_when_sent();
            connection.flush(ledger, BUDGET)
        });
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

impl Employer for Client<'_> {
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
