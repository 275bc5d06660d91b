//! Sending what a machine has to say, a window in few system calls where the system can; and the trace of both ways.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::state::TransferFailure;
use crate::journal::{Failure, Operation};
use crate::net::{Datagrams, failure, is_about_a_peer};
use crate::proto::Moment;
use crate::proto::tftp::packet::DATA_HEADER;
use crate::proto::tftp::{self, Negotiated};
use crate::service::trace::{Log, Trace};

/// Datagrams of one system call, and their octets; what Linux takes at most is a little more.
const MOST_SEGMENTS: usize = 64;
const MOST_OCTETS: usize = 65_000;
/// A window should fit into what is on its way to the network card.
const SEND_BUFFER: usize = 1 << 20;

/// What became of what was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// All of it was sent, or there was nothing.
    All,
    /// The socket takes nothing for a moment; the rest waits.
    Full,
}

/// The way out of one transfer's socket.
pub(super) struct Outlet {
    socket: Arc<Datagrams>,
    trace: Trace,
    /// The length of the datagrams that one call may join.
    segment: Option<usize>,
    /// Datagrams in the scratch buffer that the socket did not take: to whom, where they start and end, and the length
    /// of each.
    kept: Option<Run>,
    /// One more behind them, which can't go together with them.
    ahead: Option<Run>,
    /// What the socket said when it last took nothing at all.
    trouble: Option<Failure>,
    /// Nothing has answered yet: what can't be sent is the end.
    opening: bool,
}

/// Datagrams of the same length to the same address, one behind the other; the last one may be shorter.
#[derive(Clone, Copy)]
struct Run {
    to: SocketAddr,
    start: usize,
    end: usize,
    each: usize,
}

impl Outlet {
    pub fn new(socket: Arc<Datagrams>, log: Log) -> Self {
        Self { socket, trace: Trace::new(log), segment: None, kept: None, ahead: None, trouble: None, opening: true }
    }

    pub fn socket(&self) -> &Datagrams {
        &self.socket
    }

    /// Data flows with these options.
    pub fn begin(&mut self, options: Negotiated) {
        self.opening = false;
        let each = DATA_HEADER + usize::from(options.block_size.get());
        if options.window_size.get() > 1 {
            self.socket.grow_send_buffer(SEND_BUFFER);
            self.segment = (each * 2 <= MOST_OCTETS && self.socket.set_segment(each)).then_some(each);
        }
    }

    /// Why nothing could be sent, if that is so.
    pub fn take_trouble(&mut self) -> Option<Failure> {
        self.trouble.take()
    }

    /// A datagram came.
    pub fn note_received(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.trace.received(from, bytes);
    }

    /// Sends all that is due. After [`Sent::Full`], `scratch` must be as it was at the next call.
    pub fn send(
        &mut self,
        machine: &mut tftp::Transfer,
        now: Moment,
        scratch: &mut [u8],
        mut read: impl FnMut(u64, &mut [u8]) -> Result<usize, TransferFailure>,
    ) -> Result<Sent, TransferFailure> {
        let mut sent = self.kept.take().map_or(Ok(Sent::All), |run| self.send_run(run, scratch));
        while sent == Ok(Sent::All) {
            let Some(run) = self.gather(machine, now, scratch, &mut read)? else { break };
            sent = self.send_run(run, scratch);
        }
        self.trace.flush();
        Ok(sent?)
    }

    /// Forgets what the socket did not take: it counts as lost on its way.
    pub fn forget(&mut self) {
        (self.kept, self.ahead) = (None, None);
    }

    /// The next datagrams that can go together.
    fn gather(
        &mut self,
        machine: &mut tftp::Transfer,
        now: Moment,
        scratch: &mut [u8],
        read: &mut impl FnMut(u64, &mut [u8]) -> Result<usize, TransferFailure>,
    ) -> Result<Option<Run>, TransferFailure> {
        let first = match self.ahead.take() {
            Some(run) => Some(run),
            None => next(machine, now, scratch, 0, read)?,
        };
        let Some(mut run) = first else { return Ok(None) };
        let joins = self.segment == Some(run.each);
        let mut datagrams = 1;
        while joins && datagrams < MOST_SEGMENTS && run.end + run.each - run.start <= MOST_OCTETS {
            if scratch.len() - run.end < machine.buffer_len() {
                break;
            }
            let Some(more) = next(machine, now, scratch, run.end, read)? else { break };
            if more.to != run.to || more.each > run.each {
                self.ahead = Some(more);
                break;
            }
            run.end = more.end;
            datagrams += 1;
            if more.each < run.each {
                break;
            }
        }
        Ok(Some(run))
    }

    fn send_run(&mut self, mut run: Run, scratch: &[u8]) -> Result<Sent, Failure> {
        let mut tries = 0;
        while run.start < run.end {
            let end = if self.segment.is_some() { run.end } else { run.end.min(run.start + run.each) };
            let bytes = &scratch[run.start..end];
            match self.socket.send(bytes, run.to) {
                Ok(_) => {
                    self.trouble = None;
                    bytes.chunks(run.each).for_each(|bytes| self.trace.sent(run.to, bytes));
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => {
                        self.kept = Some(run);
                        return Ok(Sent::Full);
                    }
                    io::ErrorKind::Interrupted => continue,
                    // It may be about a datagram before; then the next try works.
                    _ if is_about_a_peer(&error) && tries < 2 => {
                        tries += 1;
                        continue;
                    }
                    // The way to the peer has a smaller MTU: one by one, the system cuts them.
                    _ if end - run.start > run.each => {
                        self.segment = None;
                        self.socket.set_segment(0);
                        continue;
                    }
                    _ => self.lost(&error, run.to)?,
                },
            }
            run.start = end;
        }
        Ok(Sent::All)
    }

    /// What the system does not send counts as lost on its way, so that a cable may be pulled for a moment; but what
    /// can't be sent at all is the end.
    fn lost(&mut self, error: &io::Error, to: SocketAddr) -> Result<(), Failure> {
        tracing::debug!(%error, %to, "a datagram is not sent");
        let failure = failure(Operation::Send, to, error);
        if self.opening && !is_filtered(error) {
            return Err(failure);
        }
        self.trouble = Some(failure);
        Ok(())
    }
}

/// The next datagram, written to `scratch` from `start` on.
fn next(
    machine: &mut tftp::Transfer,
    now: Moment,
    scratch: &mut [u8],
    start: usize,
    read: &mut impl FnMut(u64, &mut [u8]) -> Result<usize, TransferFailure>,
) -> Result<Option<Run>, TransferFailure> {
    let transmit = machine.poll_transmit(now, &mut scratch[start..], read)?;
    Ok(transmit.map(|transmit| Run { to: transmit.to, start, end: start + transmit.len, each: transmit.len }))
}

/// Whether a rule of the system's own firewall dropped it, maybe only this one.
fn is_filtered(error: &io::Error) -> bool {
    /// `EPERM`, where `EACCES` is the word for what is never allowed.
    const NOT_PERMITTED: i32 = 1;
    cfg!(unix) && error.raw_os_error() == Some(NOT_PERMITTED)
}
