//! What becomes of a datagram at the port: a guest, or a refusal.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::super::config::Uploads;
use super::super::ledger::Asked;
use super::super::seat::MakeFile;
use super::super::state::{Fate, Refusal, RequestId};
use super::{Lobby, MOST_GUESTS, MOST_GUESTS_OF_ONE, Waiting};
use crate::codec::{Charset, control};
use crate::journal::{Cause, Failure, Operation};
use crate::net::{Datagrams, Source, failure};
use crate::proto::tftp::packet::{self, ErrorCode};
use crate::proto::tftp::server::{Request, RequestKind, ServerConfig as Grant};
use crate::proto::tftp::{self, Mode};
use crate::service::folder::Place;
use crate::service::part::{Existing, Part};
use crate::service::tftp::client::fitting_window;
use crate::service::tftp::crank::{Clock, Crank, FileEnd};
use crate::service::tftp::file::{Sink, Source as FileSource};
use crate::service::trace::Log;

/// So many octets of a name are shown.
const NAME_OCTETS: usize = 200;

/// What an accepted request needs.
struct Opened {
    name: String,
    file: FileEnd,
    size: Option<u64>,
    make_file: Option<MakeFile>,
}

impl Lobby<'_> {
    /// A datagram came to the port.
    pub(super) fn take(&mut self, client: SocketAddr, to: Option<IpAddr>, bytes: &[u8]) {
        let request = match Request::parse(bytes) {
            Ok(request) => request,
            Err(none) => {
                self.ledger.count_invalid();
                if let Some(answer) = none.answer() {
                    self.answer(client, to, &answer);
                }
                return;
            }
        };
        // Answered, and not reacted to: duplicated on its way, or asked again; the answer is repeated in time.
        if self.by_client.contains_key(&client) {
            return;
        }
        let asked = |name| Asked { client, kind: request.kind, name, mode: request.mode };
        let mut accepted = self.accept(client, to, &request);
        if let Err(Refusal::System(failure)) = &accepted
            && is_out_of_files(failure)
        {
            // Those of the guests are the least needed.
            self.make_room(self.guests.len().div_ceil(2));
            accepted = self.accept(client, to, &request);
        }
        match accepted {
            Ok((name, guest)) => {
                self.last_key += 1;
                let key = self.last_key;
                let id = self.ledger.add(asked(name), Fate::Answered);
                self.guests.insert(key, Waiting { id, ..guest });
                self.by_client.insert(client, key);
                self.step(key);
            }
            Err(refusal) => {
                let (code, text) = told(&refusal);
                self.ledger.add(asked(tame(request.name())), Fate::Refused(refusal));
                self.answer(client, to, &packet::error(code, &text));
            }
        }
    }

    /// Makes a guest of a request; the name is that of the file.
    fn accept(
        &mut self,
        client: SocketAddr,
        to: Option<IpAddr>,
        request: &Request<'_>,
    ) -> Result<(String, Waiting), Refusal> {
        self.admit(client)?;
        let Opened { name, file, size, make_file } = self.open(request)?;
        let socket = Arc::new(self.own_socket(to).map_err(Refusal::System)?);
        let (machine, clock) = self.begin(client, &socket, request, size);
        let source = Source::new(&self.poll, Arc::clone(&socket), self.last_key + 1, true, false);
        let source = source.map_err(|error| Refusal::System(failure(Operation::Receive, client, &error)))?;
        let crank = Crank::new(machine, clock, socket, file, size, Log::new(self.config.trace.clone()));
        let since = Instant::now();
        Ok((name, Waiting { source, id: RequestId::default(), client, crank, make_file, since }))
    }

    /// A socket for one client, with the address that it asked: it takes no answers from another.
    fn own_socket(&self, to: Option<IpAddr>) -> Result<Datagrams, Failure> {
        let bound = self.port.socket().local().ip();
        // Without its interface such an address is none.
        let is_link_local = |ip: &IpAddr| matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
        let to = to.filter(|ip| bound.is_unspecified() && !is_link_local(ip));
        Datagrams::bind(SocketAddr::new(to.unwrap_or(bound), 0))
    }

    /// Answers a datagram that begins no transfer.
    fn answer(&mut self, client: SocketAddr, to: Option<IpAddr>, packet: &[u8]) {
        let sent = if to.is_some() && self.port.socket().local().ip().is_unspecified() {
            self.own_socket(to).map(|socket| socket.send(packet, client))
        } else {
            Ok(self.port.socket().send(packet, client))
        };
        match sent {
            Ok(Ok(_)) => self.trace.sent(client, packet),
            Ok(Err(error)) => tracing::debug!(%error, %client, "answer a datagram"),
            Err(failure) => tracing::debug!(%failure, %client, "answer a datagram"),
        }
    }

    /// Whether there is room for one more transfer of this client. Guests of its address that have not reacted make
    /// room.
    fn admit(&mut self, client: SocketAddr) -> Result<(), Refusal> {
        self.seats.retain(|seat| !seat.is_left());
        let busy = self.seats.iter().filter(|seat| !seat.is_settled());
        let of_client = busy.clone().filter(|seat| seat.client.ip() == client.ip()).count();
        // Those that are settled only wait for a repeated last block; but not too many of them.
        let too_many = self.seats.len() >= self.config.max_transfers * 2;
        if busy.count() >= self.config.max_transfers || of_client >= self.config.max_per_client || too_many {
            return Err(Refusal::Busy);
        }
        let mut same = self.guests.iter().filter(|(_, guest)| guest.client.ip() == client.ip()).map(|(key, _)| *key);
        let oldest_same = same.next().filter(|_| same.count() + 1 >= MOST_GUESTS_OF_ONE);
        let oldest = self.guests.keys().next().copied().filter(|_| self.guests.len() >= MOST_GUESTS);
        if let Some(key) = oldest_same.or(oldest) {
            self.leave(key, Some(Fate::Evicted));
        }
        Ok(())
    }

    /// Finds what is asked for.
    fn open(&self, request: &Request<'_>) -> Result<Opened, Refusal> {
        let mode = request.mode;
        if request.kind == RequestKind::Read {
            let found = self.folder.find(request.name())?;
            let file = FileEnd::Source(FileSource::new(found.file, found.name.clone().into(), mode, false));
            let size = Some(found.size).filter(|_| mode == Mode::Octet);
            return Ok(Opened { name: found.name, file, size, make_file: None });
        }
        let existing = match self.config.uploads {
            Uploads::Refused => return Err(Refusal::ReadOnly),
            Uploads::New => Existing::Refuse,
            Uploads::Overwrite => Existing::Overwrite,
        };
        let limit = self.config.max_upload_bytes;
        if request.announced_size().is_some_and(|size| size > limit) {
            return Err(Refusal::TooLarge { limit });
        }
        let Place { folder, target, shown, name, exists } = self.folder.place(request.name())?;
        if exists && existing == Existing::Refuse {
            return Err(Refusal::Exists);
        }
        let make_file = move || {
            let (part, file) = Part::create_in(folder, target, shown, existing)?;
            Ok(FileEnd::Sink(Sink::new(part, Box::new(file), mode, false)))
        };
        Ok(Opened { name, file: FileEnd::Closed, size: None, make_file: Some(Box::new(make_file)) })
    }

    /// A machine for a request.
    fn begin(
        &self,
        client: SocketAddr,
        socket: &Datagrams,
        request: &Request<'_>,
        size: Option<u64>,
    ) -> (tftp::Transfer, Clock) {
        let mut grant = Grant {
            policy: self.config.policy,
            patience: self.config.patience,
            size,
            limit: Some(self.config.max_upload_bytes),
            seed: RandomState::new().build_hasher().finish(),
            ..Grant::new(client)
        };
        let clock = Clock::start();
        let mut machine = tftp::Transfer::server(request, &grant, clock.now());
        if request.kind == RequestKind::Write {
            // Of a client's window only what fits into the socket's buffer, or it stalls.
            let granted = machine.options();
            let fits = fitting_window(socket, granted.block_size, granted.window_size);
            if fits < granted.window_size {
                grant.policy.max_window_size = fits;
                machine = tftp::Transfer::server(request, &grant, clock.now());
            }
        }
        (machine, clock)
    }
}

/// What a client is told about a refusal.
fn told(refusal: &Refusal) -> (ErrorCode, String) {
    let code = match refusal {
        Refusal::NotFound => ErrorCode::NOT_FOUND,
        Refusal::Name(_) | Refusal::NotAFile | Refusal::ReadOnly => ErrorCode::ACCESS,
        Refusal::Exists => ErrorCode::EXISTS,
        Refusal::TooLarge { .. } => ErrorCode::DISK_FULL,
        Refusal::Busy => ErrorCode::SEE_TEXT,
        // What the disk says names paths, which are none of the client's business.
        Refusal::System(failure) if failure.cause == Cause::PermissionDenied => {
            return (ErrorCode::ACCESS, "access violation".to_owned());
        }
        Refusal::System(_) => return (ErrorCode::SEE_TEXT, "the server can't open the file".to_owned()),
    };
    (code, refusal.to_string())
}

/// Whether the system gives us no more files and sockets.
fn is_out_of_files(failure: &Failure) -> bool {
    /// `EMFILE` of Unix and `WSAEMFILE` of Windows.
    const CODE: i32 = if cfg!(windows) { 10_024 } else { 24 };
    matches!(failure.cause, Cause::Other { code: Some(CODE), .. })
}

/// A name as it came, on one line.
fn tame(name: &[u8]) -> String {
    let charset = if str::from_utf8(name).is_ok() { Charset::Utf8 } else { Charset::Gbk };
    let text = charset.decode_lossy(&name[..name.len().min(NAME_OCTETS)]);
    text.chars().map(|ch| control::picture(ch).map_or_else(|| ch.to_string(), |picture| picture.to_string())).collect()
}
