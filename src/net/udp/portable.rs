//! Receives datagrams one by one: for systems without `recvmmsg`.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use super::family::shown;
use crate::journal::Timestamp;

/// Datagrams of one [`Receiver::receive`] at most.
pub const BATCH_LEN: usize = 32;
/// Takes any datagram whole: UDP's length field has 16 bits.
const BUFFER_BYTES: usize = 1 << 16;

/// Buffers for a batch of datagrams.
pub struct Receiver {
    buffers: Vec<u8>,
    received: Vec<(SocketAddr, usize, Timestamp)>,
    /// An error that came behind datagrams.
    pending: Option<io::Error>,
}

impl Receiver {
    pub fn new() -> Self {
        Self { buffers: vec![0; BATCH_LEN * BUFFER_BYTES], received: Vec::with_capacity(BATCH_LEN), pending: None }
    }

    /// Receives what is there, at most [`BATCH_LEN`] datagrams; `WouldBlock` when nothing is.
    pub fn receive(&mut self, socket: &UdpSocket) -> io::Result<usize> {
        self.received.clear();
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        for buffer in self.buffers.chunks_exact_mut(BUFFER_BYTES) {
            match socket.recv_from(buffer) {
                Ok((len, from)) => self.received.push((shown(from), len, Timestamp::now())),
                Err(error) if self.received.is_empty() => return Err(error),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    self.pending = Some(error);
                    break;
                }
            }
        }
        Ok(self.received.len())
    }

    /// Whether the last call took all that was there.
    pub fn drained(&self) -> bool {
        self.received.len() < BATCH_LEN && self.pending.is_none()
    }

    /// The datagrams of the last call: from whom, when, and the bytes.
    pub fn datagrams(&self) -> impl Iterator<Item = (SocketAddr, Timestamp, &[u8])> {
        let buffers = self.buffers.chunks_exact(BUFFER_BYTES);
        self.received.iter().zip(buffers).map(|(&(from, len, time), buffer)| (from, time, &buffer[..len]))
    }

    /// Datagrams that the kernel dropped so far: this system does not tell.
    #[allow(clippy::unused_self)] // the Linux receiver knows
    pub fn drop_total(&self) -> Option<u32> {
        None
    }
}
