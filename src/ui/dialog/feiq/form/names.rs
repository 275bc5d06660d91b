//! Names among the targets, looked up off the window's thread: a node sends to addresses.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::i18n::{Lang, failure_line};
use crate::journal::{Cause, Failure, Operation, Wake};
use crate::net::Target;

/// So many are remembered.
const KEPT: usize = 256;

/// What is known of names.
#[derive(Default)]
pub struct Names {
    known: HashMap<String, Known>,
}

/// What is known of a name. The thread that looks it up is not joined: the system's resolver can't be interrupted,
/// and it holds nothing but a channel's end.
enum Known {
    Coming(Receiver<Option<IpAddr>>),
    Here(IpAddr),
    Nothing,
}

impl Names {
    /// Forgets the names that were not found: the next time they may be there.
    pub fn forget_failures(&mut self) {
        self.known.retain(|_, known| !matches!(known, Known::Nothing));
    }

    /// The target as an address; `Ok(None)` while its name is looked up.
    pub fn address(&mut self, target: &Target, lang: Lang, wake: &Wake) -> Result<Option<SocketAddr>, String> {
        let (host, port) = match target {
            Target::Address(addr) => return Ok(Some(*addr)),
            Target::Host { host, port } => (host, *port),
            Target::Server | Target::Client(_) | Target::AllClients => return Ok(None),
        };
        if self.known.len() >= KEPT && !self.known.contains_key(host) {
            self.known.clear();
        }
        let known = self.known.entry(host.clone()).or_insert_with(|| start(host.clone(), wake.clone()));
        if let Known::Coming(coming) = known {
            *known = match coming.try_recv() {
                Ok(Some(ip)) => Known::Here(ip),
                Ok(None) | Err(TryRecvError::Disconnected) => Known::Nothing,
                Err(TryRecvError::Empty) => return Ok(None),
            };
        }
        match known {
            Known::Here(ip) => Ok(Some(SocketAddr::new(*ip, port))),
            Known::Coming(_) => Ok(None),
            Known::Nothing => {
                let failure = Failure { op: Operation::Resolve, target: host.clone(), cause: Cause::NameNotFound };
                Err(failure_line(lang, &failure))
            }
        }
    }
}

fn start(host: String, wake: Wake) -> Known {
    let (sender, coming) = bounded(1);
    let spawned = std::thread::Builder::new().name("wb-feiq-names".to_owned()).spawn(move || {
        let found: Vec<IpAddr> =
            (host.as_str(), 0).to_socket_addrs().into_iter().flatten().map(|addr| addr.ip()).collect();
        // FeiQ speaks IPv4.
        let _ = sender.send(found.iter().find(|ip| ip.is_ipv4()).or(found.first()).copied()); // nobody may wait any more
        wake();
    });
    match spawned {
        Ok(_) => Known::Coming(coming),
        Err(error) => {
            tracing::warn!(%error, "look up a name off the window's thread");
            Known::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn names_become_addresses_or_are_refused() {
        let (sender, woken) = bounded(1);
        let wake: Wake = Arc::new(move || _ = sender.try_send(()));
        let mut names = Names::default();
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut settled = |host: &str| loop {
            let target = Target::Host { host: host.to_owned(), port: 2425 };
            match names.address(&target, Lang::En, &wake) {
                Ok(None) => assert!(Instant::now() < deadline, "{host}"),
                Ok(Some(addr)) => return Ok(addr.to_string()),
                Err(refused) => return Err(refused),
            }
            let _ = woken.recv_timeout(Duration::from_millis(50)); // it may have come before the look
        };
        assert_eq!(settled("localhost").unwrap(), "127.0.0.1:2425");
        assert!(settled("no such name").unwrap_err().starts_with("Resolve no such name failed"));
        let addr: SocketAddr = "10.1.2.3:9".parse().unwrap();
        let wake: Wake = Arc::new(|| ());
        assert_eq!(Names::default().address(&Target::Address(addr), Lang::En, &wake), Ok(Some(addr)));
    }
}
