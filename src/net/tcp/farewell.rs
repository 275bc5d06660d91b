//! The orderly and bounded close of connections: what waits is sent as far as the peers take it, each gets a FIN, what
//! has arrived is journaled.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use polling::Events;

use super::connection::{BUDGET, Connection};
use super::ledger::Ledger;
use crate::net::poll::Poll;

/// How long the peers have to take what waits for them,
const FLUSH: Duration = Duration::from_millis(80);
/// and how long when none of them takes anything.
const FLUSH_STALL: Duration = Duration::from_millis(30);
/// How long the reading of what has arrived may take, for all together.
const DRAIN: Duration = Duration::from_millis(40);

/// Closes all of them (by key of the poller) in well below 200 ms, whatever the peers do.
pub(super) fn farewell(
    poll: &Poll,
    ledger: &mut Ledger,
    events: &mut Events,
    mut connections: BTreeMap<u32, Connection>,
) {
    if connections.values().any(Connection::wants_to_send) {
        flush_all(poll, ledger, events, &mut connections);
    }
    let deadline = Instant::now() + DRAIN;
    for connection in connections.into_values() {
        connection.hang_up(ledger, deadline.saturating_duration_since(Instant::now()));
    }
    ledger.flush();
}

fn flush_all(poll: &Poll, ledger: &mut Ledger, events: &mut Events, connections: &mut BTreeMap<u32, Connection>) {
    let deadline = Instant::now() + FLUSH;
    let keys: Vec<u32> = connections.keys().copied().collect();
    let budget = (BUDGET / keys.len().max(1)).max(1);
    for key in keys {
        attend(key, ledger, connections, |connection, ledger| {
            connection.stop_reading()?;
            connection.flush(ledger, budget)
        });
    }
    let (mut waiting, mut progress) = (pending(connections), Instant::now());
    while connections.values().any(Connection::wants_to_send) {
        let left = deadline.min(progress + FLUSH_STALL).saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        if let Err(error) = poll.wait(events, Some(left)) {
            tracing::error!(%error, "wait for sockets at the close");
            break;
        }
        for event in events.iter() {
            attend(event.key as u32, ledger, connections, |connection, ledger| {
                connection.check()?;
                connection.flush(ledger, budget)
            });
            if Instant::now() >= deadline {
                break;
            }
        }
        if pending(connections) != waiting {
            (waiting, progress) = (pending(connections), Instant::now());
        }
    }
}

fn pending(connections: &BTreeMap<u32, Connection>) -> u64 {
    connections.values().map(Connection::pending).sum()
}

/// Does something with a connection, and takes it out when it is gone.
fn attend(
    key: u32,
    ledger: &mut Ledger,
    connections: &mut BTreeMap<u32, Connection>,
    action: impl FnOnce(&mut Connection, &mut Ledger) -> Result<(), super::connection::Gone>,
) {
    if let Some(connection) = connections.get_mut(&key)
        && let Err(gone) = action(connection, ledger)
        && let Some(connection) = connections.remove(&key)
    {
        connection.part(ledger, gone);
    }
}
