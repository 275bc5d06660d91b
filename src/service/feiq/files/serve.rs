//! The server: one connection for each file or folder that a peer fetches, a thread for each connection.

use std::io::{self, Seek, SeekFrom};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use polling::Events;
use sha2::{Digest, Sha256};

use super::board::Progress;
use super::ended::Ended;
use super::offers::{Item, Offered};
use super::outgoing::{Outgoing, read_failure};
use super::seats::Arrival;
use super::transfer::{Direction, Refusal, Transfer, TransferId, TransferState};
use super::{Shared, walk};
use crate::net::{Source, canonical, concerns_one_connection};
use crate::proto::ipmsg::{DirRequest, FileRequest, Packet, code};
use crate::service::digest::hex_digits;
use crate::service::line::Line;
use crate::service::stop::Stop;

/// The longest request.
const REQUEST_BYTES_MAX: usize = 8 << 10;
/// A request comes within this time, or never.
const REQUEST_PATIENCE: Duration = Duration::from_secs(10);
/// Nothing marks the end of a request surely: one that has no NUL is complete when nothing more comes for so long.
const REQUEST_PAUSE: Duration = Duration::from_millis(100);
/// Without descriptors or threads for one more connection, the next try comes after this.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Accepts until stopped.
pub(super) fn listen(shared: &Arc<Shared>, listener: &Source<TcpListener>, stop: &Stop) {
    let mut events = Events::new();
    let mut pause: Option<Duration> = None;
    while !stop.is_stopped() {
        if let Err(error) = stop.poll().wait(&mut events, pause) {
            tracing::error!(%error, "wait for connections");
            return;
        }
        let was_paused = pause.take().is_some();
        while !stop.is_stopped() {
            match listener.socket().accept() {
                Ok((stream, peer)) => admit(shared, stream, canonical(peer)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "accept a connection");
                    pause = Some(ACCEPT_PAUSE);
                    break;
                }
            }
        }
        if was_paused != pause.is_some()
            && let Err(error) = listener.interest(pause.is_none(), false)
        {
            tracing::error!(%error, "wait for connections");
            return;
        }
    }
}

/// Gives the connection a place, if its peer may expect anything from us.
fn admit(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    if !shared.offers.knows(peer.ip()) {
        return shared.board.refuse(peer.ip(), Refusal::Stranger);
    }
    match shared.seats.arrive(stream, peer) {
        Arrival::Seated(stream) => start(shared, stream, peer),
        Arrival::Waits => {}
        Arrival::Full(_closed_later) => shared.board.refuse(peer.ip(), Refusal::Busy),
    }
}

/// A connection's place. When it is left, the next one that waits gets a thread.
struct Seat<'a> {
    shared: &'a Arc<Shared>,
    ip: IpAddr,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Some((stream, peer)) = self.shared.seats.leave(self.ip) {
            start(self.shared, stream, peer);
        }
    }
}

/// Gives a connection that has a place its thread.
fn start(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    let started = Stop::new().and_then(|stop| {
        shared.start_thread("wb-feiq-serve", Some(Arc::clone(&stop)), move |shared| {
            let _seat = Seat { shared, ip: peer.ip() };
            if let Err(error) = attend(shared, stream, peer, &stop) {
                tracing::debug!(%error, %peer, "take over a connection");
            }
        })
    });
    if let Err(error) = started {
        tracing::warn!(%error, "serve a connection");
        shared.board.refuse(peer.ip(), Refusal::Busy);
        drop(Seat { shared, ip: peer.ip() });
    }
}

/// Serves one connection.
fn attend(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr, stop: &Arc<Stop>) -> io::Result<()> {
    let mut line = Line::accepted(stream, peer, Arc::clone(stop), shared.silence)?;
    let wanted = match read_request(&mut line, shared.silence.min(REQUEST_PATIENCE)) {
        Ok(wanted) => wanted,
        Err(Some(why)) => {
            shared.board.refuse(peer.ip(), why);
            return Ok(());
        }
        Err(None) => return Ok(()),
    };
    match look_up(shared, &wanted, peer.ip()) {
        Ok(offered) => serve(shared, line, peer, &wanted, &offered, stop),
        Err(why) => shared.board.refuse(peer.ip(), why),
    }
    Ok(())
}

/// What a peer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    number: u64,
    attachment: u32,
    /// From where on; `None` for a folder.
    offset: Option<u64>,
}

impl Wanted {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let packet = Packet::parse(bytes).ok()?;
        match packet.command.code() {
            code::GETFILEDATA => {
                let request = FileRequest::parse(&packet.extra)?;
                Some(Self { number: request.number, attachment: request.file_id, offset: Some(request.offset) })
            }
            code::GETDIRFILES => {
                let request = DirRequest::parse(&packet.extra)?;
                Some(Self { number: request.number, attachment: request.file_id, offset: None })
            }
            _ => None,
        }
    }
}

/// Reads the request; `Err(None)` when the peer or we gave up.
fn read_request(line: &mut Line, patience: Duration) -> Result<Wanted, Option<Refusal>> {
    let deadline = Instant::now() + patience;
    let mut bytes = Vec::new();
    let mut buffer = [0; 2048];
    loop {
        let wanted = Wanted::parse(&bytes);
        if bytes.ends_with(&[0]) {
            return wanted.ok_or(Some(Refusal::Malformed));
        }
        let until = if wanted.is_some() { deadline.min(Instant::now() + REQUEST_PAUSE) } else { deadline };
        match (line.read_until(&mut buffer, until), wanted) {
            (Ok(Some(0) | None), Some(wanted)) => return Ok(wanted),
            (Ok(Some(0)), None) if bytes.is_empty() => return Err(None),
            (Ok(Some(0)), None) => return Err(Some(Refusal::Malformed)),
            (Ok(None), None) => return Err(Some(Refusal::Silent)),
            (Ok(Some(len)), _) => bytes.extend_from_slice(&buffer[..len]),
            (Err(_), _) => return Err(None),
        }
        if bytes.len() > REQUEST_BYTES_MAX {
            return Err(Some(Refusal::Malformed));
        }
    }
}

fn look_up(shared: &Shared, wanted: &Wanted, ip: IpAddr) -> Result<Offered, Refusal> {
    let Wanted { number, attachment, offset } = *wanted;
    let offered = shared.offers.find(number, attachment, ip).ok_or(Refusal::NotOffered { number, attachment })?;
    let item = offered.item();
    if item.is_folder() == offset.is_some() {
        return Err(Refusal::WrongKind { number, attachment });
    }
    match offset {
        Some(offset) if offset > item.size => Err(Refusal::BeyondEnd { offset, size: item.size }),
        _ => Ok(offered),
    }
}

fn serve(shared: &Shared, mut line: Line, peer: SocketAddr, wanted: &Wanted, offered: &Offered, stop: &Arc<Stop>) {
    let item = offered.item();
    let offset = wanted.offset.unwrap_or(0);
    let transfer = Transfer {
        id: TransferId::default(),
        direction: Direction::Serving,
        peer,
        number: wanted.number,
        attachment: wanted.attachment,
        name: item.name.clone(),
        is_folder: item.is_folder(),
        done_bytes: 0,
        total_bytes: Some(item.size - offset),
        files: 0,
        skipped: 0,
        bytes_per_second: 0.0,
        elapsed: Duration::ZERO,
        state: TransferState::Waiting,
    };
    let id = shared.board.add(transfer);
    let Some(mut progress) = shared.board.begin(id, Some(Arc::clone(stop))) else { return };
    let mut out = Outgoing::new(&mut line);
    let sent = if item.is_folder() {
        walk::send(&mut out, item, offered.encoding, shared.limits, &mut progress).map(|()| None)
    } else {
        send_file(&mut out, item, offset, &mut progress)
    };
    let sent = match sent.and_then(|sha256| Ok(out.flush().map(|()| sha256)?)) {
        Ok(sha256) => line.finish().map(|()| sha256).map_err(Ended::from),
        // What was sent so far must not pass for all of it.
        Err(ended) => {
            line.reset();
            Err(ended)
        }
    };
    let size = progress.done_bytes();
    progress.finish(match sent {
        Ok(sha256) => TransferState::Done { path: item.path.clone(), size, sha256 },
        Err(Ended::Stopped) => TransferState::Cancelled,
        Err(Ended::Refused) => TransferState::Refused,
        Err(Ended::Failed(failure)) => TransferState::Failed(failure),
    });
}

/// Sends a file from an offset on; its hash if that was all of it.
fn send_file(
    out: &mut Outgoing<'_>,
    item: &Item,
    offset: u64,
    progress: &mut Progress,
) -> Result<Option<String>, Ended> {
    let mut file = item.open()?;
    file.seek(SeekFrom::Start(offset)).map_err(|error| read_failure(&item.path, &error))?;
    let mut hash = Sha256::new();
    out.copy(&mut file, &item.path, item.size - offset, progress, |bytes| hash.update(bytes))?;
    Ok((offset == 0).then(|| hex_digits(&hash.finalize())))
}
