//! Errors that come back for datagrams that were sent: ICMP "port unreachable" and its kin.

use super::Worker;
#[cfg(target_os = "linux")]
use super::linux::{Returned, next_error};
#[cfg(target_os = "linux")]
use crate::journal::{Cause, Event, Peer};
#[cfg(target_os = "linux")]
use crate::net::error;

/// Entries of the error queue that one call takes.
#[cfg(target_os = "linux")]
const MAX_ERRORS: usize = 64;

/// The headers around a payload, in bytes: UDP with IPv4, and with IPv6.
#[cfg(target_os = "linux")]
pub(super) fn headers_len(to: std::net::SocketAddr) -> u64 {
    if to.is_ipv6() { 48 } else { 28 }
}

impl Worker<'_> {
    /// Takes the errors that came back from the network and records them; returns how many there were.
    #[cfg(target_os = "linux")]
    pub(super) fn returned_errors(&mut self) -> usize {
        let mut count = 0;
        for _ in 0..MAX_ERRORS {
            let Some(returned) = next_error(self.source.socket()) else { break };
            // What our own system refuses, the call that sent it has told already, but not what would fit.
            if returned.icmp {
                let event = Event::Unreachable { to: returned.to, cause: self.returned_cause(&returned) };
                self.event(returned.to.map(Peer::datagram), &event);
                count += 1;
            } else if error::is_too_large(&returned.error) {
                self.outbox.mtu = Some(returned.mtu);
            }
        }
        count
    }

    /// Only Linux has such a queue; elsewhere the error of a receive tells what there is to know.
    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    pub(super) fn returned_errors(&mut self) -> usize {
        0
    }

    #[cfg(target_os = "linux")]
    fn returned_cause(&self, returned: &Returned) -> Cause {
        if let Some(to) = returned.to
            && error::is_too_large(&returned.error)
            && let Some(len) = self.outbox.last_len_to(to)
        {
            return Cause::TooLarge { len, max: u64::from(returned.mtu).saturating_sub(headers_len(to)) };
        }
        error::cause(&returned.error)
    }
}
