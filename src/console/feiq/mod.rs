//! `wirebench feiq`: a node for scripts.

mod listen;
mod send;
mod spoken;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, never};

use super::{Ended, Streams, Terminator};
use crate::cli::feiq::{Feiq as Command, HELP, Identity};
use crate::journal::{Config, Failure, Recorder, Wake};
use crate::net::Counters;
use crate::service::feiq::{AnnounceTo, Broadcast, Feiq, FeiqConfig, Observer, system_host, system_user};

/// Memory for the journal of a node; more goes to the disk.
const BUDGET_BYTES: usize = 16 << 20;

/// Does what the command line asks for.
pub fn run(command: &Command, streams: &mut Streams<'_>) -> Ended {
    match command {
        Command::Help => match write!(streams.out, "{HELP}") {
            Ok(()) => Ended::Well,
            Err(_) => Ended::Badly,
        },
        Command::Send(send) if send.no_node => send::without_node(send, streams),
        Command::Send(send) => send::as_node(send, streams),
        Command::Listen(listen) => listen::run(listen, streams),
    }
}

/// Rings when the system asks the program to end; as long as the terminator lives.
pub(super) fn end_requests() -> (Option<Terminator>, Receiver<()>) {
    let (ring, rung) = bounded(1);
    match Terminator::start(move || ring_once(&ring)) {
        Ok(terminator) => (Some(terminator), rung),
        Err(error) => {
            tracing::warn!(%error, "listen for requests to end");
            (None, never())
        }
    }
}

/// A bell that a node rings: at most one ring waits.
pub(super) fn bell() -> (Wake, Receiver<()>) {
    let (ring, rung) = bounded(1);
    (Arc::new(move || ring_once(&ring)), rung)
}

fn ring_once(ring: &Sender<()>) {
    let _ = ring.try_send(()); // it rings already
}

fn config(identity: &Identity) -> FeiqConfig {
    let user = system_user();
    FeiqConfig {
        bind: SocketAddr::new(identity.bind, identity.port),
        nick: identity.name.clone().unwrap_or_else(|| user.clone()),
        user: identity.name.clone().unwrap_or(user),
        host: identity.host_name.clone().unwrap_or_else(system_host),
        version: identity.version.clone(),
        announce: AnnounceTo { broadcast: Broadcast::None, ranges: Vec::new() },
        hear_groups: false,
        ..FeiqConfig::default()
    }
}

/// Starts a node with a journal of its own.
fn start(config: FeiqConfig, wake: Wake, observer: Observer) -> Result<(Feiq, Arc<Recorder>), Failure> {
    let journal = Config { budget_bytes: BUDGET_BYTES, spill_dir: std::env::temp_dir() };
    let recorder = Recorder::new(journal, Arc::clone(&wake));
    let feiq = Feiq::start_observed(config, Arc::clone(&recorder), Arc::new(Counters::default()), wake, observer)?;
    Ok((feiq, recorder))
}

/// `12 ms`, `1.5 s`.
fn time(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
