//! What only Linux gives: many datagrams in one call (`recvmmsg`, `UDP_SEGMENT`, `UDP_GRO`), the kernel's count of dropped datagrams
//! (`SO_RXQ_OVFL`, `SO_MEMINFO`), and ICMP errors with the address that they are about (`MSG_ERRQUEUE`).
#![allow(unsafe_code)] // system calls that neither std nor socket2 offers; each with its SAFETY

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::{size_of, zeroed};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;

use super::family::{Family, shown};
use crate::journal::Timestamp;

/// Datagrams of one [`Receiver::receive`] at most.
pub const BATCH_LEN: usize = 64;
/// Takes any datagram whole: UDP's length field has 16 bits.
const BUFFER_BYTES: usize = 1 << 16;
/// Where the next buffer starts: two cache lines further than a power of two, or the first lines of all buffers would
/// compete for the same few places in the cache.
const STRIDE_BYTES: usize = BUFFER_BYTES + 128;
/// Room for the control messages of a datagram or of an error.
const CONTROL_BYTES: usize = 256;

/// A buffer for control messages, aligned as `cmsghdr` needs it.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; CONTROL_BYTES]);

/// Buffers for a batch of datagrams.
pub struct Receiver {
    buffers: Vec<u8>,
    names: Vec<libc::sockaddr_storage>,
    controls: Vec<Control>,
    /// From whom and how long, of each datagram of the last call.
    received: Vec<(SocketAddr, usize)>,
    time: Timestamp,
    drop_total: Option<u32>,
}

impl Receiver {
    pub fn new() -> Self {
        Self {
            // Zeroed pages come from the system and cost memory only once a datagram was in them.
            buffers: vec![0; BATCH_LEN * STRIDE_BYTES],
            // SAFETY: a sockaddr_storage of zeros is a valid value (AF_UNSPEC).
            names: vec![unsafe { zeroed() }; BATCH_LEN],
            controls: vec![Control([0; CONTROL_BYTES]); BATCH_LEN],
            received: Vec::with_capacity(BATCH_LEN),
            time: Timestamp::default(),
            drop_total: None,
        }
    }

    /// Receives what is there, at most [`BATCH_LEN`] datagrams; `WouldBlock` when nothing is.
    pub fn receive(&mut self, socket: &UdpSocket) -> io::Result<usize> {
        self.received.clear();
        let name = self.names.as_mut_ptr();
        let control = self.controls.as_mut_ptr();
        let buffer = self.buffers.as_mut_ptr();
        let mut vectors = [libc::iovec { iov_base: ptr::null_mut(), iov_len: BUFFER_BYTES }; BATCH_LEN];
        let vector = vectors.as_mut_ptr();
        // SAFETY: an mmsghdr of zeros is a valid value: no name, no vectors, no control.
        let mut headers: [libc::mmsghdr; BATCH_LEN] = unsafe { zeroed() };
        for (i, header) in headers.iter_mut().enumerate() {
            // SAFETY: i < BATCH_LEN; names, controls and vectors have BATCH_LEN elements, and buffers has BATCH_LEN
            // strides, each longer than the BUFFER_BYTES that its vector says.
            unsafe {
                (*vector.add(i)).iov_base = buffer.add(i * STRIDE_BYTES).cast::<c_void>();
                header.msg_hdr.msg_iov = vector.add(i);
                header.msg_hdr.msg_name = name.add(i).cast::<c_void>();
                header.msg_hdr.msg_control = control.add(i).cast::<c_void>();
            }
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            header.msg_hdr.msg_controllen = CONTROL_BYTES as _;
        }
        // SAFETY: headers holds BATCH_LEN headers; all that they point to lives until the end of this function, is not
        // used by anything else meanwhile and is as long as they say. The kernel keeps none of the pointers.
        let count = unsafe {
            let flags = libc::MSG_DONTWAIT as _;
            libc::recvmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), BATCH_LEN as u32, flags, ptr::null_mut())
        };
        let time = Timestamp::now();
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        self.time = time;
        for (header, name) in headers[..count].iter().zip(&self.names) {
            let len = (header.msg_len as usize).min(BUFFER_BYTES);
            // Every datagram has a sender; one without would be a kernel that we don't know.
            let from = address(name).unwrap_or_else(|| SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0).into());
            self.received.push((shown(from), len));
        }
        if let Some(last) = headers[..count].last() {
            // Cumulative, and taken when the datagram came in: the last one knows most. Absent while it is zero.
            // SAFETY: the kernel filled the header in, and its control buffer lives.
            let total = unsafe { control_value(&last.msg_hdr, libc::SOL_SOCKET, libc::SO_RXQ_OVFL) };
            self.drop_total = total.or(self.drop_total);
        }
        Ok(count)
    }

    /// Whether the last call took all that was there.
    pub fn drained(&self) -> bool {
        self.received.len() < BATCH_LEN
    }

    /// The datagrams of the last call: from whom, when, and the bytes.
    pub fn datagrams(&self) -> impl Iterator<Item = (SocketAddr, Timestamp, &[u8])> {
        let buffers = self.buffers.chunks_exact(STRIDE_BYTES);
        self.received.iter().zip(buffers).map(|(&(from, len), buffer)| (from, self.time, &buffer[..len]))
    }

    /// Datagrams that the kernel dropped so far, modulo 2^32, as the last datagram told.
    pub fn drop_total(&self) -> Option<u32> {
        self.drop_total
    }
}

/// An error that came back for a datagram that was sent.
pub struct Returned {
    /// Where the datagram should have gone.
    pub to: Option<SocketAddr>,
    /// The error, as an error code of the system.
    pub error: io::Error,
    /// For a datagram that was too large for the path: what the path takes with all headers, in bytes.
    pub mtu: u32,
    /// Whether a router or a host said so (ICMP), not our own system.
    pub icmp: bool,
}

/// The next entry of the socket's error queue.
pub fn next_error(socket: &UdpSocket) -> Option<Returned> {
    // SAFETY: zeros are valid for both: AF_UNSPEC, and a header that points nowhere.
    let (mut name, mut header): (libc::sockaddr_storage, libc::msghdr) = unsafe { (zeroed(), zeroed()) };
    let mut control = Control([0; CONTROL_BYTES]);
    header.msg_name = ptr::from_mut(&mut name).cast::<c_void>();
    header.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    header.msg_control = ptr::from_mut(&mut control).cast::<c_void>();
    header.msg_controllen = CONTROL_BYTES as _;
    // SAFETY: name and control live until the end of this function and are as long as the header says; no vectors.
    let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT) };
    if got < 0 {
        return None;
    }
    // SAFETY: the kernel filled the header in, and the control buffer lives.
    let told: Option<libc::sock_extended_err> = unsafe {
        control_value(&header, libc::SOL_IP, libc::IP_RECVERR)
            .or_else(|| control_value(&header, libc::SOL_IPV6, libc::IPV6_RECVERR))
    };
    let (code, mtu, origin) = told.map_or((libc::EIO, 0, 0), |e| (e.ee_errno.cast_signed(), e.ee_info, e.ee_origin));
    Some(Returned {
        to: address(&name).map(shown),
        error: io::Error::from_raw_os_error(code),
        mtu,
        icmp: matches!(origin, libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6),
    })
}

/// Receives one datagram: its length, from whom, and to which of our addresses an answer should look like coming from,
/// if [`tell_destinations`] was called.
pub fn receive_with_destination(
    socket: &UdpSocket,
    buffer: &mut [u8],
) -> io::Result<(usize, SocketAddr, Option<IpAddr>)> {
    receive_message(socket, buffer, |header| {
        // SAFETY: receive_message gives a header that the kernel filled in; any bytes are valid for both.
        let (v4, v6): (Option<libc::in_pktinfo>, Option<libc::in6_pktinfo>) = unsafe {
            (
                control_value(header, libc::SOL_IP, libc::IP_PKTINFO),
                control_value(header, libc::SOL_IPV6, libc::IPV6_PKTINFO),
            )
        };
        let v4 = v4.map(|info| IpAddr::from(Ipv4Addr::from(u32::from_be(info.ipi_spec_dst.s_addr))));
        let v6 = v6.map(|info| IpAddr::from(Ipv6Addr::from(info.ipi6_addr.s6_addr)).to_canonical());
        v4.or(v6).filter(|ip| !ip.is_unspecified() && !ip.is_multicast())
    })
}

/// Receives one datagram, or several of one sender, if [`join_received`] was called: their octets in all, from whom, and
/// the length of each but the last one.
pub fn receive_joined(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr, Option<usize>)> {
    receive_message(socket, buffer, |header| {
        // SAFETY: receive_message gives a header that the kernel filled in; any bytes are a valid c_int.
        let each: Option<c_int> = unsafe { control_value(header, libc::SOL_UDP, libc::UDP_GRO) };
        each.and_then(|each| usize::try_from(each).ok()).filter(|each| *each > 0)
    })
}

/// Receives into a buffer: how much, from whom, and what `told` reads out of the control messages.
fn receive_message<T>(
    socket: &UdpSocket,
    buffer: &mut [u8],
    told: impl FnOnce(&libc::msghdr) -> T,
) -> io::Result<(usize, SocketAddr, T)> {
    // SAFETY: zeros are valid for both: AF_UNSPEC, and a header that points nowhere.
    let (mut name, mut header): (libc::sockaddr_storage, libc::msghdr) = unsafe { (zeroed(), zeroed()) };
    let mut control = Control([0; CONTROL_BYTES]);
    let mut vector = libc::iovec { iov_base: buffer.as_mut_ptr().cast::<c_void>(), iov_len: buffer.len() };
    header.msg_name = ptr::from_mut(&mut name).cast::<c_void>();
    header.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    header.msg_iov = ptr::from_mut(&mut vector);
    header.msg_iovlen = 1;
    header.msg_control = ptr::from_mut(&mut control).cast::<c_void>();
    header.msg_controllen = CONTROL_BYTES as _;
    // SAFETY: name, vector, control and buffer live until the end of this function and are as long as the header says.
    let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_DONTWAIT) };
    let len = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
    let from = address(&name).unwrap_or_else(|| SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0).into());
    Ok((len, shown(from), told(&header)))
}

/// Asks for the address to which each datagram came.
pub fn tell_destinations(socket: &impl AsRawFd, family: Family) {
    if family == Family::V4 {
        set(socket.as_raw_fd(), libc::SOL_IP, libc::IP_PKTINFO, 1);
    } else {
        set(socket.as_raw_fd(), libc::SOL_IPV6, libc::IPV6_RECVPKTINFO, 1);
    }
}

/// Asks for the count of dropped datagrams and for the error queue, and keeps datagrams of multicast groups out that
/// only other sockets of this machine have joined. What an old kernel refuses is only missing.
pub fn prepare(socket: &impl AsRawFd, family: Family) {
    let fd = socket.as_raw_fd();
    set(fd, libc::SOL_SOCKET, libc::SO_RXQ_OVFL, 1);
    if family != Family::V6 {
        // Also on a dual-stack socket, for its IPv4 side.
        set(fd, libc::SOL_IP, libc::IP_RECVERR, 1);
        set(fd, libc::SOL_IP, libc::IP_MULTICAST_ALL, 0);
    }
    if family != Family::V4 {
        set(fd, libc::SOL_IPV6, libc::IPV6_RECVERR, 1);
        set(fd, libc::SOL_IPV6, IPV6_MULTICAST_ALL, 0);
    }
}

/// `linux/in6.h`
const IPV6_MULTICAST_ALL: c_int = 29;

/// Sets the receive buffer beyond the system's limit, where we may (`CAP_NET_ADMIN`).
pub fn force_receive_buffer(socket: &impl AsRawFd, bytes: usize) {
    let bytes = c_int::try_from(bytes).unwrap_or(c_int::MAX);
    set(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, bytes);
}

/// Lets a send be several datagrams of this length (generic segmentation offload); whether the kernel can.
pub fn set_segment(socket: &impl AsRawFd, bytes: usize) -> bool {
    let bytes = c_int::try_from(bytes).unwrap_or(c_int::MAX);
    set(socket.as_raw_fd(), libc::SOL_UDP, libc::UDP_SEGMENT, bytes)
}

/// Lets a receive be several datagrams of the same sender and length, as the network card or a local sender joined them
/// (generic receive offload); whether the kernel can.
pub fn join_received(socket: &impl AsRawFd) -> bool {
    set(socket.as_raw_fd(), libc::SOL_UDP, libc::UDP_GRO, 1)
}

fn set(fd: RawFd, level: c_int, option: c_int, value: c_int) -> bool {
    let len = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: the pointer is to a c_int that lives during the call, and the length is its length.
    let failed = unsafe { libc::setsockopt(fd, level, option, ptr::from_ref(&value).cast::<c_void>(), len) } != 0;
    if failed {
        tracing::debug!(level, option, error = %io::Error::last_os_error(), "a socket option is refused");
    }
    !failed
}

/// Datagrams that the kernel dropped so far, modulo 2^32: also those after which none came that could tell.
pub fn drop_total(socket: &UdpSocket) -> Option<u32> {
    /// `SK_MEMINFO_DROPS` and `SK_MEMINFO_VARS` of `linux/sock_diag.h`.
    const DROPS: usize = 8;
    const VARS: usize = 9;
    let mut info = [0u32; VARS];
    let mut len = size_of::<[u32; VARS]>() as libc::socklen_t;
    // SAFETY: info is a buffer of len bytes, and both live during the call.
    let result = unsafe {
        let info = info.as_mut_ptr().cast::<c_void>();
        libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_MEMINFO, info, &raw mut len)
    };
    (result == 0 && len as usize >= (DROPS + 1) * size_of::<u32>()).then_some(info[DROPS])
}

/// The value of the first control message of a level and type.
///
/// # Safety
/// `header` must be as the kernel filled it in, its control buffer alive, and any bytes a valid `T`.
unsafe fn control_value<T: Copy>(header: &libc::msghdr, level: c_int, kind: c_int) -> Option<T> {
    // SAFETY: as the caller promises; the macros walk only within msg_controllen.
    let mut message = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !message.is_null() {
        // SAFETY: message points to a whole cmsghdr in the control buffer, or the macros had given null.
        let found = unsafe { *message };
        // SAFETY: pure arithmetic.
        let needed = unsafe { libc::CMSG_LEN(size_of::<T>() as u32) } as usize;
        if found.cmsg_level == level && found.cmsg_type == kind && found.cmsg_len as usize >= needed {
            // SAFETY: the message is long enough for a T, of which any bytes are valid; it may not be aligned for it.
            return Some(unsafe { ptr::read_unaligned(libc::CMSG_DATA(message).cast::<T>()) });
        }
        // SAFETY: as above.
        message = unsafe { libc::CMSG_NXTHDR(header, message) };
    }
    None
}

/// The internet address in a socket address.
fn address(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match c_int::from(name.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that it is a sockaddr_in, and a sockaddr_storage is larger and aligned for it.
            let v4 = unsafe { *ptr::from_ref(name).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the same for sockaddr_in6.
            let v6 = unsafe { *ptr::from_ref(name).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(ip, u16::from_be(v6.sin6_port), 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    #[test]
    fn the_kernel_tells_what_it_dropped() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        prepare(&socket, Family::V4);
        socket2::SockRef::from(&socket).set_recv_buffer_size(20_000).unwrap();
        let to = socket.local_addr().unwrap();
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut receiver = Receiver::new();
        // The first round overflows the buffer, the one datagram of the second brings the count with it.
        let mut sent = 0;
        let mut received = 0;
        for count in [500, 1] {
            for _ in 0..count {
                peer.send_to(&[0; 1000], to).unwrap();
            }
            sent += count;
            while let Ok(got) = receiver.receive(&socket) {
                received += got;
            }
        }
        let dropped = u32::try_from(sent - received).unwrap();
        assert!(dropped > 0);
        assert_eq!(receiver.drop_total(), Some(dropped), "SO_RXQ_OVFL");
        assert_eq!(drop_total(&socket), Some(dropped), "SO_MEMINFO");
    }
}
