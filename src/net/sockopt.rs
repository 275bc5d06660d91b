//! Options of sockets that neither std nor socket2 offers: do-not-fragment, and the traffic class of IPv6 on Windows.
#![allow(unsafe_code)] // setsockopt and getsockopt with an integer; see SAFETY

use std::io;

/// An option with an integer value: its level and its name, as the system numbers them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    level: i32,
    name: i32,
}

#[cfg(target_os = "linux")]
mod code {
    use super::Code;

    pub const MTU_DISCOVER_V4: Code = Code { level: libc::IPPROTO_IP, name: libc::IP_MTU_DISCOVER };
    pub const MTU_DISCOVER_V6: Code = Code { level: libc::IPPROTO_IPV6, name: libc::IPV6_MTU_DISCOVER };
}

#[cfg(windows)]
mod code {
    use windows_sys::Win32::Networking::WinSock as ws;

    use super::Code;

    pub const DONT_FRAGMENT_V4: Code = Code { level: ws::IPPROTO_IP, name: ws::IP_DONTFRAGMENT };
    pub const DONT_FRAGMENT_V6: Code = Code { level: ws::IPPROTO_IPV6, name: ws::IPV6_DONTFRAG };
    pub const TRAFFIC_CLASS_V6: Code = Code { level: ws::IPPROTO_IPV6, name: ws::IPV6_TCLASS };
}

/// What has a socket.
#[cfg(unix)]
pub(super) trait Raw: std::os::fd::AsRawFd {}
#[cfg(unix)]
impl<S: std::os::fd::AsRawFd> Raw for S {}

/// What has a socket.
#[cfg(windows)]
pub(super) trait Raw: std::os::windows::io::AsRawSocket {}
#[cfg(windows)]
impl<S: std::os::windows::io::AsRawSocket> Raw for S {}

/// Forbids or allows that what is sent is cut into fragments on its way, for IPv6 or IPv4.
#[cfg(target_os = "linux")]
pub(super) fn set_dont_fragment(socket: &impl Raw, v6: bool, on: bool) -> io::Result<()> {
    let (code, value) = match (v6, on) {
        (false, true) => (code::MTU_DISCOVER_V4, libc::IP_PMTUDISC_DO),
        (false, false) => (code::MTU_DISCOVER_V4, libc::IP_PMTUDISC_DONT),
        (true, true) => (code::MTU_DISCOVER_V6, libc::IPV6_PMTUDISC_DO),
        (true, false) => (code::MTU_DISCOVER_V6, libc::IPV6_PMTUDISC_DONT),
    };
    set(socket, code, value)
}

/// Forbids or allows that what is sent is cut into fragments on its way, for IPv6 or IPv4.
#[cfg(windows)]
pub(super) fn set_dont_fragment(socket: &impl Raw, v6: bool, on: bool) -> io::Result<()> {
    set(socket, if v6 { code::DONT_FRAGMENT_V6 } else { code::DONT_FRAGMENT_V4 }, i32::from(on))
}

/// Not on this system.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn set_dont_fragment(_: &impl Raw, _: bool, _: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Sets the traffic class of IPv6.
#[cfg(windows)]
pub(super) fn set_traffic_class_v6(socket: &impl Raw, class: u8) -> io::Result<()> {
    set(socket, code::TRAFFIC_CLASS_V6, i32::from(class))
}

#[cfg(target_os = "linux")]
fn set(socket: &impl Raw, code: Code, value: i32) -> io::Result<()> {
    let len = size_of::<i32>() as libc::socklen_t;
    let value = std::ptr::from_ref(&value).cast::<std::ffi::c_void>();
    // SAFETY: the pointer is to an i32 that lives during the call, and the length is its length.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), code.level, code.name, value, len) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(windows)]
fn set(socket: &impl Raw, code: Code, value: i32) -> io::Result<()> {
    use windows_sys::Win32::Networking::WinSock::{WSAGetLastError, setsockopt};
    let len = size_of::<i32>() as i32;
    let value = std::ptr::from_ref(&value).cast::<u8>();
    // SAFETY: the pointer is to an i32 that lives during the call, and the length is its length.
    let result = unsafe { setsockopt(socket.as_raw_socket() as usize, code.level, code.name, value, len) };
    // SAFETY: reads the calling thread's last error; no preconditions.
    if result == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(unsafe { WSAGetLastError() })) }
}
