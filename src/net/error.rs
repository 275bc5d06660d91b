//! Errors of the operating system, in our words: which operation on which address failed, and why.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;

use super::owner::{self, Protocol};
use crate::journal::{Cause, Failure, Operation};

/// A failure of `op` on `target`, with the cause that `error` tells.
pub fn failure(op: Operation, target: impl Display, error: &io::Error) -> Failure {
    Failure { op, target: target.to_string(), cause: cause(error) }
}

/// A failure of a bind or a listen. When the address is taken, asks the system by which program: some milliseconds,
/// so it belongs on a worker's thread.
pub fn in_use(op: Operation, addr: SocketAddr, protocol: Protocol, error: &io::Error) -> Failure {
    let mut failure = failure(op, addr, error);
    match failure.cause {
        Cause::AddressInUse { .. } => failure.cause = Cause::AddressInUse { owner: owner::of(protocol, addr) },
        // Windows says "access denied" where another socket has the port for itself (SO_EXCLUSIVEADDRUSE).
        Cause::PermissionDenied if cfg!(windows) => {
            if let Some(owner) = owner::of(protocol, addr) {
                failure.cause = Cause::AddressInUse { owner: Some(owner) };
            }
        }
        _ => {}
    }
    failure
}

/// What an error of a socket call means. A message that is too large stays [`Cause::Other`]: only the caller knows
/// the sizes.
pub fn cause(error: &io::Error) -> Cause {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::AddrInUse => Cause::AddressInUse { owner: None },
        Kind::PermissionDenied => Cause::PermissionDenied,
        Kind::AddrNotAvailable => Cause::AddressNotAvailable,
        Kind::ConnectionRefused => Cause::Refused,
        Kind::HostUnreachable => Cause::HostUnreachable,
        Kind::NetworkUnreachable | Kind::NetworkDown => Cause::NetworkUnreachable,
        Kind::TimedOut => Cause::TimedOut { after_ms: None },
        Kind::ConnectionReset | Kind::ConnectionAborted => Cause::Reset,
        Kind::NotConnected | Kind::BrokenPipe => Cause::NotConnected,
        Kind::StorageFull => Cause::DiskFull,
        _ => match error.raw_os_error() {
            Some(code::AF_NOT_SUPPORTED) => Cause::FamilyMismatch,
            Some(code::HOST_DOWN) => Cause::HostUnreachable,
            // Keep-alive found the peer gone.
            #[cfg(windows)]
            Some(code::NET_RESET) => Cause::TimedOut { after_ms: None },
            code => Cause::Other { code, message: message(error) },
        },
    }
}

/// Whether a datagram was refused because it is too large for the system or the path.
#[cfg(target_os = "linux")]
pub fn is_too_large(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EMSGSIZE)
}

/// Whether the system says "access denied", and not that a rule of its firewall forbids it ("not permitted").
pub fn is_access_denied(error: &io::Error) -> bool {
    error.raw_os_error() == Some(code::ACCESS_DENIED)
}

/// Whether the system is out of buffers for a moment: a full queue of the network card, for example.
pub fn is_out_of_buffers(error: &io::Error) -> bool {
    error.raw_os_error() == Some(code::NO_BUFFERS)
}

/// The words of the operating system, without the code that [`Cause::Other`] shows itself.
fn message(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) if error.raw_os_error().is_some() => text[..end].to_owned(),
        _ => text,
    }
}

#[cfg(unix)]
mod code {
    pub const ACCESS_DENIED: i32 = libc::EACCES;
    pub const AF_NOT_SUPPORTED: i32 = libc::EAFNOSUPPORT;
    pub const HOST_DOWN: i32 = libc::EHOSTDOWN;
    pub const NO_BUFFERS: i32 = libc::ENOBUFS;
}

/// Windows Sockets error codes (winsock2.h).
#[cfg(windows)]
mod code {
    pub const ACCESS_DENIED: i32 = 10013;
    pub const AF_NOT_SUPPORTED: i32 = 10047;
    pub const NET_RESET: i32 = 10052;
    pub const NO_BUFFERS: i32 = 10055;
    pub const HOST_DOWN: i32 = 10064;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    #[test]
    fn an_unknown_error_shows_its_code_once() {
        let failure = failure(Operation::Send, "x", &io::Error::from_raw_os_error(22));
        let text = failure.to_string();
        assert_eq!(text.matches("os error").count(), 1, "{text}");
        assert!(text.starts_with("send x: "), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn codes_become_causes() {
        for (code, expected) in [
            (libc::EADDRINUSE, Cause::AddressInUse { owner: None }),
            (libc::EACCES, Cause::PermissionDenied),
            (libc::EPERM, Cause::PermissionDenied),
            (libc::EADDRNOTAVAIL, Cause::AddressNotAvailable),
            (libc::ECONNREFUSED, Cause::Refused),
            (libc::EHOSTUNREACH, Cause::HostUnreachable),
            (libc::EHOSTDOWN, Cause::HostUnreachable),
            (libc::ENETUNREACH, Cause::NetworkUnreachable),
            (libc::ENETDOWN, Cause::NetworkUnreachable),
            (libc::ETIMEDOUT, Cause::TimedOut { after_ms: None }),
            (libc::ECONNRESET, Cause::Reset),
            (libc::EPIPE, Cause::NotConnected),
            (libc::EAFNOSUPPORT, Cause::FamilyMismatch),
        ] {
            assert_eq!(cause(&io::Error::from_raw_os_error(code)), expected, "code {code}");
        }
    }
}
