//! A sender of datagrams at a pace, as a process of its own: the bench starts itself with `--send`.

use std::mem::zeroed;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Bytes of a datagram; the first eight are its number, little endian.
pub const PAYLOAD_LEN: usize = 64;
const BURST: usize = 64;

/// Starts the sender; it writes how many it has sent to its standard output when it is done.
pub fn spawn(to: SocketAddr, rate: &str, seconds: u64) -> Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--send", &to.to_string(), rate, &seconds.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The sender: numbered datagrams at `rate` a second (0: without a pause), then how many on standard output.
pub fn send(to: SocketAddr, rate: u64, seconds: u64) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(to).unwrap();
    let mut payloads = [[0u8; PAYLOAD_LEN]; BURST];
    let mut sent = 0;
    let start = Instant::now();
    let length = Duration::from_secs(seconds);
    loop {
        let elapsed = start.elapsed().min(length);
        let over = elapsed == length;
        let due = match rate {
            0 if over => sent,
            0 => sent + BURST as u64,
            rate => (u128::from(rate) * elapsed.as_micros() / 1_000_000) as u64,
        };
        while sent < due {
            let count = usize::try_from(due - sent).unwrap().min(BURST);
            for (number, payload) in (sent..).zip(&mut payloads[..count]) {
                payload[..8].copy_from_slice(&number.to_le_bytes());
            }
            sent += send_burst(&socket, &mut payloads[..count]);
        }
        if over {
            break;
        }
        if rate != 0 {
            std::thread::sleep(Duration::from_micros(500));
        }
    }
    println!("{sent}");
}

fn send_burst(socket: &UdpSocket, payloads: &mut [[u8; PAYLOAD_LEN]]) -> u64 {
    // SAFETY: zeros are valid for both; they point nowhere.
    let (mut vectors, mut headers): ([libc::iovec; BURST], [libc::mmsghdr; BURST]) = unsafe { (zeroed(), zeroed()) };
    for ((payload, vector), header) in payloads.iter_mut().zip(&mut vectors).zip(&mut headers) {
        *vector = libc::iovec { iov_base: payload.as_mut_ptr().cast(), iov_len: PAYLOAD_LEN };
        header.msg_hdr.msg_iov = vector;
        header.msg_hdr.msg_iovlen = 1;
    }
    // SAFETY: as many headers as payloads are filled in, and all that they point to lives during the call.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), payloads.len() as u32, 0) };
    u64::try_from(sent).unwrap_or_else(|_| panic!("sendmmsg: {}", std::io::Error::last_os_error()))
}
