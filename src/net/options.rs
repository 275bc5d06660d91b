//! Options of sockets for those who debug the layers below: hop limit, DSCP, fragments, buffers.

use std::io;

use socket2::Socket;

use super::{error, sockopt};
use crate::journal::{Cause, Failure, Operation};

/// What may be asked of a socket; `None` leaves it as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketOptions {
    /// `IP_TTL`, `IPV6_UNICAST_HOPS`: how many routers what we send may pass, 1 to 255.
    pub ttl: Option<u8>,
    /// The differentiated services code point of what we send, 0 to 63: the upper six bits of `IP_TOS` or
    /// `IPV6_TCLASS` (RFC 2474).
    pub dscp: Option<u8>,
    /// Do not fragment: `IP_MTU_DISCOVER` on Linux, `IP_DONTFRAGMENT` on Windows.
    pub dont_fragment: Option<bool>,
    /// `SO_SNDBUF`.
    pub send_buffer_bytes: Option<u32>,
    /// `SO_RCVBUF`.
    pub receive_buffer_bytes: Option<u32>,
}

/// The buffers that the system gave a socket. Linux shows twice what it was asked for: half of it is bookkeeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// `SO_SNDBUF`.
    pub send_bytes: usize,
    /// `SO_RCVBUF`.
    pub receive_bytes: usize,
}

impl Buffers {
    /// Those of a socket.
    pub(super) fn of(socket: &Socket) -> Option<Self> {
        Some(Self { send_bytes: socket.send_buffer_size().ok()?, receive_bytes: socket.recv_buffer_size().ok()? })
    }
}

/// Which IP a socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ip {
    V4,
    V6,
    /// IPv6, and IPv4 in its disguise.
    Both,
}

impl Ip {
    /// That of a TCP socket for this address; one that is bound to `::` takes IPv4 too.
    pub fn of(addr: std::net::SocketAddr) -> Self {
        match addr.ip() {
            std::net::IpAddr::V4(_) => Self::V4,
            std::net::IpAddr::V6(ip) if ip.is_unspecified() => Self::Both,
            std::net::IpAddr::V6(_) => Self::V6,
        }
    }
}

/// An option that the system refused.
#[derive(Debug)]
pub(super) struct Refused {
    /// Its name among the socket options.
    pub option: &'static str,
    pub error: io::Error,
}

impl Refused {
    /// For the journal.
    pub fn failure(&self) -> Failure {
        match self.error.kind() {
            io::ErrorKind::Unsupported => Failure {
                op: Operation::Configure,
                target: self.option.to_owned(),
                cause: Cause::Other { code: None, message: "not supported by this system".to_owned() },
            },
            _ => error::failure(Operation::Configure, self.option, &self.error),
        }
    }
}

impl SocketOptions {
    /// Sets what is asked for. The rest is still set when the system refuses one; all refusals are returned.
    pub(super) fn apply(&self, socket: &Socket, ip: Ip) -> Vec<Refused> {
        let mut refused = self.apply_buffers(socket);
        let mut set =
            |option, result: io::Result<()>| refused.extend(result.err().map(|error| Refused { option, error }));
        let (v4, v6) = (ip != Ip::V6, ip != Ip::V4);
        if let Some(ttl) = self.ttl {
            if v4 {
                set("IP_TTL", socket.set_ttl_v4(ttl.into()));
            }
            if v6 {
                set("IPV6_UNICAST_HOPS", socket.set_unicast_hops_v6(ttl.into()));
            }
        }
        if let Some(dscp) = self.dscp {
            let class = dscp.min(63) << 2;
            if v4 {
                set("IP_TOS", socket.set_tos_v4(class.into()));
            }
            if v6 {
                set("IPV6_TCLASS", set_traffic_class(socket, class));
            }
        }
        if let Some(on) = self.dont_fragment {
            let option = if cfg!(windows) { "IP_DONTFRAGMENT" } else { "IP_MTU_DISCOVER" };
            if v4 {
                set(option, sockopt::set_dont_fragment(socket, false, on));
            }
            if v6 {
                set(option, sockopt::set_dont_fragment(socket, true, on));
            }
        }
        refused
    }

    /// The buffers alone: those of a TCP socket have to stand before it connects or listens.
    pub(super) fn apply_buffers(&self, socket: &Socket) -> Vec<Refused> {
        let send = self.send_buffer_bytes.map(|bytes| ("SO_SNDBUF", socket.set_send_buffer_size(bytes as usize)));
        let receive = self.receive_buffer_bytes.map(|bytes| ("SO_RCVBUF", socket.set_recv_buffer_size(bytes as usize)));
        let asked = send.into_iter().chain(receive);
        asked.filter_map(|(option, result)| Some(Refused { option, error: result.err()? })).collect()
    }
}

#[cfg(unix)]
fn set_traffic_class(socket: &Socket, class: u8) -> io::Result<()> {
    socket.set_tclass_v6(class.into())
}

#[cfg(windows)]
fn set_traffic_class(socket: &Socket, class: u8) -> io::Result<()> {
    sockopt::set_traffic_class_v6(socket, class)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use socket2::{Domain, Type};

    use super::*;

    const ALL: SocketOptions = SocketOptions {
        ttl: Some(17),
        dscp: Some(46),
        dont_fragment: Some(true),
        send_buffer_bytes: Some(30_000),
        receive_buffer_bytes: Some(20_000),
    };

    fn set(ip: Ip, kind: Type) -> Socket {
        let domain = if ip == Ip::V4 { Domain::IPV4 } else { Domain::IPV6 };
        let socket = Socket::new(domain, kind, None).unwrap();
        if ip == Ip::Both {
            socket.set_only_v6(false).unwrap();
        }
        let refused = ALL.apply(&socket, ip);
        // Wine lacks some.
        assert!(refused.is_empty() || cfg!(windows), "{refused:?}");
        socket
    }

    #[test]
    fn the_system_says_what_was_set() {
        for kind in [Type::DGRAM, Type::STREAM] {
            let v4 = set(Ip::V4, kind);
            assert_eq!(v4.ttl_v4().unwrap(), 17);
            #[cfg(target_os = "linux")]
            assert_eq!(v4.tos_v4().unwrap(), 46 << 2);
            let buffers = Buffers::of(&v4).unwrap();
            assert!([30_000, 60_000].contains(&buffers.send_bytes), "{buffers:?}");
            assert!([20_000, 40_000].contains(&buffers.receive_bytes), "{buffers:?}");
            for ip in [Ip::V6, Ip::Both] {
                let v6 = set(ip, kind);
                assert_eq!(v6.unicast_hops_v6().unwrap(), 17);
                #[cfg(target_os = "linux")]
                assert_eq!(v6.tclass_v6().unwrap(), 46 << 2);
                #[cfg(target_os = "linux")]
                assert_eq!(v6.ttl_v4().unwrap(), if ip == Ip::Both { 17 } else { 64 }, "IPv4 in its disguise");
            }
        }
    }

    #[test]
    fn nothing_asked_is_nothing_changed() {
        let (fresh, asked) = [(); 2].map(|()| Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap()).into();
        assert!(SocketOptions::default().apply(&asked, Ip::V4).is_empty());
        assert_eq!(asked.ttl_v4().unwrap(), fresh.ttl_v4().unwrap());
        assert_eq!(Buffers::of(&asked), Buffers::of(&fresh));
    }

    #[test]
    fn a_refusal_names_its_option() {
        let refused = Refused { option: "IP_MTU_DISCOVER", error: io::ErrorKind::Unsupported.into() };
        assert_eq!(refused.failure().to_string(), "configure IP_MTU_DISCOVER: not supported by this system");
    }
}
