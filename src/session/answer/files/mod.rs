//! The file server of the tutorials: a peer sends a file's name and gets its bytes.
//!
//! No name leads out of the folder (see [`crate::service::folder`]). Each transfer has a thread that reads; there are
//! [`MAX_TRANSFERS`] at once, the others wait their turn, and a peer that takes nothing for [`STALL`] makes room for
//! them. Sending is not framed: the content is the file's own.

mod reader;
mod transfer;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::reader::Reader;
use self::transfer::{Ended, Manner, Transfer};
use super::packets::Packets;
use super::{AnswerStatus, Clock, note, peer, remote};
use crate::automation::answer::{AfterFile, AnswerSettings, Remote, Throttle, Verdict};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::journal::{AnswerNote, Cause, Peer};
use crate::net::{Happening, Job, Line, Next};

/// Files on their way at once.
const MAX_TRANSFERS: usize = 64;
/// Names of one peer that wait.
const MAX_NAMES: usize = 16;
/// Peers that wait, where they are senders of datagrams and can be forged.
const MAX_WAITING: usize = 1024;
/// A longer name is none.
const MAX_NAME_BYTES: usize = 1024;
/// So many characters of a name are shown.
const SHOWN_CHARS: usize = 200;
/// While others wait, a peer that takes nothing for so long is given up.
const STALL: Duration = Duration::from_secs(30);

pub(super) struct FileServer {
    folder: PathBuf,
    manner: Manner,
    after: AfterFile,
    framing: Framing,
    packets: Packets,
    clients: BTreeMap<Remote, Client>,
    /// Clients with a name and without a transfer, in order.
    waiting: VecDeque<Remote>,
    transfers: BTreeMap<Remote, Transfer>,
    throttle: Throttle,
    per_second: u32,
    clock: Clock,
    status: Arc<AnswerStatus>,
}

/// A peer that has asked for something.
#[derive(Debug, Default)]
struct Client {
    names: VecDeque<Vec<u8>>,
    /// It asked for more than that; said once.
    is_greedy: bool,
    /// It gets nothing more, its connection is about to end.
    is_closing: bool,
}

impl FileServer {
    pub fn new(settings: &AnswerSettings, framing: &Framing, status: Arc<AnswerStatus>) -> Self {
        Self {
            folder: PathBuf::from(settings.folder.trim()),
            manner: Manner { prefix: settings.prefix, say_errors: settings.say_errors },
            after: settings.after_file,
            framing: framing.clone(),
            packets: Packets::new(framing),
            clients: BTreeMap::new(),
            waiting: VecDeque::new(),
            transfers: BTreeMap::new(),
            throttle: Throttle::new(settings.per_second),
            per_second: settings.per_second,
            clock: Clock(Instant::now()),
            status,
        }
    }

    /// A packet: a name. Without framing it can be several lines, one name each.
    fn asked(&mut self, from: Peer, packet: &[u8], now: Instant, line: &mut dyn Line) {
        if from.stream != 0 && self.framing != Framing::AsRead {
            return self.wants(from, packet, now, line);
        }
        for name in packet.split(|byte| *byte == b'\n') {
            self.wants(from, name, now, line);
        }
    }

    fn wants(&mut self, from: Peer, name: &[u8], now: Instant, line: &mut dyn Line) {
        let name = trimmed(name);
        if name.is_empty() {
            return;
        }
        let key = remote(from);
        if self.clients.get(&key).is_some_and(|client| client.is_closing) {
            return;
        }
        if let Verdict::Over { is_first, .. } = self.throttle.ask(key, self.clock.since(now)) {
            self.status.add_left_out();
            if is_first {
                note(line, from, AnswerNote::Limited { per_second: self.per_second });
            }
            return;
        }
        if !self.clients.contains_key(&key) && from.stream == 0 && self.clients.len() >= MAX_WAITING {
            self.status.add_left_out();
            return;
        }
        let client = self.clients.entry(key).or_default();
        // Where the connection ends after a file, the first name is the only one.
        let is_only_one = self.after == AfterFile::Close && from.stream != 0;
        let is_busy = !client.names.is_empty() || self.transfers.contains_key(&key);
        if is_busy && is_only_one {
            return;
        }
        if client.names.len() >= MAX_NAMES {
            self.status.add_left_out();
            if !std::mem::replace(&mut client.is_greedy, true) {
                note(line, from, AnswerNote::TooManyFiles);
            }
            return;
        }
        client.names.push_back(name.to_vec());
        if !is_busy {
            self.waiting.push_back(key);
        }
    }

    /// Gives free places to those that wait.
    fn admit(&mut self, now: Instant, line: &mut dyn Line) {
        while self.transfers.len() < MAX_TRANSFERS
            && let Some(key) = self.waiting.pop_front()
        {
            let Some(name) = self.clients.get_mut(&key).and_then(|client| client.names.pop_front()) else { continue };
            let (to, shown) = (peer(key), shown(&name));
            let name = if name.len() > MAX_NAME_BYTES { &[] } else { name.as_slice() };
            match Reader::start(&self.folder, name, line.waker()) {
                Ok(reader) => {
                    self.transfers.insert(key, Transfer::new(to, shown, reader, self.manner, now));
                }
                Err(error) => {
                    let cause = Cause::Other { code: error.raw_os_error(), message: error.to_string() };
                    note(line, to, AnswerNote::FileFailed { name: shown, cause });
                    self.end(key, Ended::Cut, line);
                }
            }
        }
    }

    /// What comes after a transfer.
    fn end(&mut self, key: Remote, ended: Ended, line: &mut dyn Line) {
        self.transfers.remove(&key);
        if ended == (Ended::Answered { with_file: true }) {
            self.status.add_answered();
        }
        let Some(client) = self.clients.get_mut(&key) else { return };
        if key.stream != 0 && (ended == Ended::Cut || self.after == AfterFile::Close) {
            client.is_closing = true;
            client.names.clear();
            line.disconnect(peer(key));
        } else if !client.names.is_empty() {
            self.waiting.push_back(key);
        } else if key.stream == 0 {
            self.clients.remove(&key);
        }
    }

    /// While others wait, makes the places of those free that take nothing.
    fn evict(&mut self, now: Instant, line: &mut dyn Line) {
        if self.waiting.is_empty() {
            return;
        }
        let stalled = |transfer: &Transfer| now.saturating_duration_since(transfer.last_progress) >= STALL;
        let stalled: Vec<Remote> =
            self.transfers.iter().filter(|(_, transfer)| stalled(transfer)).map(|(key, _)| *key).collect();
        for key in stalled {
            if let Some(transfer) = self.transfers.get(&key) {
                transfer.cut(line);
            }
            self.end(key, Ended::Cut, line);
        }
    }
}

impl Job for FileServer {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        match what {
            Happening::Received { peer, bytes, time } => {
                let mut names = Vec::new();
                let received = self.packets.received(peer, bytes, time, now, |packet| names.push(packet.to_vec()));
                if let Err(long) = received {
                    note(line, peer, AnswerNote::TooLong { bytes: long.bytes });
                }
                for name in names {
                    self.asked(peer, &name, now, line);
                }
            }
            Happening::Finished(peer) => {
                let mut names = Vec::new();
                self.packets.finish(peer, |packet| names.push(packet.to_vec()));
                for name in names {
                    self.asked(peer, &name, now, line);
                }
            }
            Happening::Left(peer) => {
                let key = remote(peer);
                self.packets.finish(peer, |_| ());
                self.throttle.forget(key);
                self.clients.remove(&key);
                self.waiting.retain(|waiting| *waiting != key);
                if let Some(transfer) = self.transfers.remove(&key) {
                    transfer.cut(line);
                }
            }
            Happening::Joined(_) | Happening::Failed(_) => {}
        }
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        let mut names = Vec::new();
        self.packets.expire(now, |peer, packet| names.push((peer, packet.to_vec())));
        for (peer, name) in names {
            self.asked(peer, &name, now, line);
        }
        let mut ended = Vec::new();
        for (key, transfer) in &mut self.transfers {
            ended.extend(transfer.advance(now, line).map(|how| (*key, how)));
        }
        for (key, how) in ended {
            self.end(key, how, line);
        }
        self.evict(now, line);
        self.admit(now, line);
        let stall = self.transfers.values().map(|transfer| transfer.last_progress + STALL).min();
        let stall = stall.filter(|_| !self.waiting.is_empty());
        Next::Wait(self.packets.deadline().into_iter().chain(stall).min())
    }

    fn listens(&self) -> bool {
        true
    }

    /// A peer that waits for the rest of a file must not wait for ever.
    fn stopped(&mut self, line: &mut dyn Line) {
        for (key, transfer) in std::mem::take(&mut self.transfers) {
            transfer.cut(line);
            if key.stream != 0 {
                line.disconnect(peer(key));
            }
        }
    }
}

/// A name without the blanks, line ends and NULs around it.
fn trimmed(mut name: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0);
    while let Some((_, rest)) = name.split_first().filter(|(first, _)| is_blank(first)) {
        name = rest;
    }
    while let Some((_, rest)) = name.split_last().filter(|(last, _)| is_blank(last)) {
        name = rest;
    }
    name
}

/// A name for a person.
fn shown(name: &[u8]) -> String {
    Charset::Auto.decode_lossy(name).chars().take(SHOWN_CHARS).collect()
}
