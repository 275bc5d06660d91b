//! The chat room (聊天室): what one peer says goes to all others, with its name.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::peer::Remote;
use super::throttle::{Throttle, Verdict};
use crate::codec::Charset;
use crate::codec::framing::Framing;

/// A sender of datagrams that is silent for so long has left.
const SILENCE: Duration = Duration::from_mins(5);
/// How many senders of datagrams there are at most: they can be forged, and each hears what all say.
const MAX_DATAGRAM_MEMBERS: usize = 256;
/// How many of them come in per second.
const JOINS_PER_SECOND: u32 = 10;
/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 32;
/// What is longer is no command.
const MAX_COMMAND_BYTES: usize = 512;

/// What the room says in its own name; `{name}` and `{old}` are filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatWords {
    /// Somebody came.
    pub joined: String,
    /// Somebody left.
    pub left: String,
    /// Somebody has another name.
    pub renamed: String,
    /// The name that was asked for is somebody else's.
    pub taken: String,
}

impl Default for ChatWords {
    fn default() -> Self {
        Self {
            joined: "* {name} joined".to_owned(),
            left: "* {name} left".to_owned(),
            renamed: "* {old} is now {name}".to_owned(),
            taken: "* the name {name} is taken".to_owned(),
        }
    }
}

/// How the room speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatStyle {
    /// In which encoding names are written; what it lacks becomes `?`.
    pub charset: Charset,
    /// What is put around what goes to a stream.
    pub stream_framing: Framing,
    /// What is put around what goes to a sender of datagrams.
    pub datagram_framing: Framing,
    /// What the room says itself.
    pub words: ChatWords,
}

/// Something that the room does, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatAction {
    /// It says something.
    Say {
        /// To whom.
        to: Hearers,
        /// What goes to streams.
        stream: Arc<[u8]>,
        /// What goes to senders of datagrams.
        datagram: Arc<[u8]>,
    },
    /// A member has a name now.
    Named {
        /// Who.
        member: Remote,
        /// Which.
        name: String,
    },
    /// Somebody speaks too fast and is not heard for a moment; once until it is quiet.
    Limited {
        /// Who.
        member: Remote,
    },
    /// Somebody was not let in, for the first time in a while.
    Full {
        /// Who.
        peer: Remote,
    },
}

/// Who hears something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearers {
    /// Everyone but this one.
    Others(Remote),
    /// Only this one.
    One(Remote),
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    last_heard: Duration,
}

/// A room. Times count from any beginning; after each `handle_…`, [`poll_action`](Self::poll_action) until there is none.
#[derive(Debug)]
pub struct ChatRoom {
    style: ChatStyle,
    members: BTreeMap<Remote, Member>,
    datagram_members: usize,
    speaking: Throttle,
    /// Senders of datagrams that come in, all as one.
    joining: Throttle,
    limited: u64,
    actions: VecDeque<ChatAction>,
}

impl ChatRoom {
    /// An empty room, in which each member may say so much per second.
    pub fn new(style: ChatStyle, per_second: u32) -> Self {
        Self {
            style,
            members: BTreeMap::new(),
            datagram_members: 0,
            speaking: Throttle::new(per_second),
            joining: Throttle::new(JOINS_PER_SECOND),
            limited: 0,
            actions: VecDeque::new(),
        }
    }

    /// Everyone.
    pub fn members(&self) -> impl Iterator<Item = Remote> {
        self.members.keys().copied()
    }

    /// How much was not passed on because of the limit.
    pub fn limited(&self) -> u64 {
        self.limited
    }

    /// Somebody is there since before there was a room: nobody is told.
    pub fn welcome(&mut self, peer: Remote, now: Duration) {
        if self.members.insert(peer, Member { name: peer.addr.to_string(), last_heard: now }).is_none() {
            self.datagram_members += usize::from(peer.stream == 0);
        }
    }

    /// A connection began.
    pub fn handle_joined(&mut self, peer: Remote, now: Duration) {
        self.welcome(peer, now);
        let name = peer.addr.to_string();
        self.tell(Hearers::Others(peer), &said(&self.style.words.joined, &name, ""));
    }

    /// A connection ended.
    pub fn handle_left(&mut self, peer: Remote) {
        self.speaking.forget(peer);
        if let Some(member) = self.members.remove(&peer) {
            self.datagram_members -= usize::from(peer.stream == 0);
            self.tell(Hearers::Others(peer), &said(&self.style.words.left, &member.name, ""));
        }
    }

    /// Somebody says something.
    pub fn handle_packet(&mut self, from: Remote, packet: &[u8], now: Duration) {
        if packet.is_empty() || !self.let_in(from, now) {
            return;
        }
        if let Verdict::Over { is_first, .. } = self.speaking.ask(from, now) {
            self.limited += 1;
            if is_first {
                self.actions.push_back(ChatAction::Limited { member: from });
            }
            return;
        }
        let Some(member) = self.members.get_mut(&from) else { return };
        member.last_heard = now;
        match wanted_name(self.style.charset, packet) {
            Some(name) => self.rename(from, name),
            None => self.pass_on(from, packet),
        }
    }

    /// Time has passed: who was silent for too long has left.
    pub fn handle_timeout(&mut self, now: Duration) {
        let silent = self.datagrams().filter(|(_, heard)| *heard + SILENCE <= now);
        for peer in silent.map(|(peer, _)| peer).collect::<Vec<_>>() {
            self.handle_left(peer);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.datagrams().map(|(_, heard)| heard + SILENCE).min()
    }

    /// What to do next.
    pub fn poll_action(&mut self) -> Option<ChatAction> {
        self.actions.pop_front()
    }

    /// The senders of datagrams, and when they were last heard.
    fn datagrams(&self) -> impl Iterator<Item = (Remote, Duration)> {
        // A stream's number is not 0, but streams lie among them.
        let members = if self.datagram_members == 0 { None } else { Some(self.members.iter()) };
        let datagrams = members.into_iter().flatten().filter(|(peer, _)| peer.stream == 0);
        datagrams.map(|(peer, member)| (*peer, member.last_heard))
    }

    /// Whether this peer is a member, perhaps from now on.
    fn let_in(&mut self, peer: Remote, now: Duration) -> bool {
        if self.members.contains_key(&peer) {
            return true;
        }
        if peer.stream != 0 {
            self.welcome(peer, now);
            return true;
        }
        let everyone = Remote { addr: ([0, 0, 0, 0], 0).into(), stream: 0 };
        let verdict = self.joining.ask(everyone, now);
        if self.datagram_members < MAX_DATAGRAM_MEMBERS && verdict == Verdict::Allowed {
            self.handle_joined(peer, now);
            return true;
        }
        self.limited += 1;
        if matches!(verdict, Verdict::Over { is_first: true, .. }) {
            self.actions.push_back(ChatAction::Full { peer });
        }
        false
    }

    fn rename(&mut self, from: Remote, name: String) {
        if self.members.iter().any(|(peer, member)| *peer != from && member.name == name) {
            return self.tell(Hearers::One(from), &said(&self.style.words.taken, &name, ""));
        }
        let Some(member) = self.members.get_mut(&from) else { return };
        let old = std::mem::replace(&mut member.name, name.clone());
        let words = said(&self.style.words.renamed, &name, &old);
        self.tell(Hearers::Others(from), &words);
        self.tell(Hearers::One(from), &words);
        self.actions.push_back(ChatAction::Named { member: from, name });
    }

    fn pass_on(&mut self, from: Remote, packet: &[u8]) {
        let Some(member) = self.members.get(&from) else { return };
        let mut bytes = written(self.style.charset, &format!("{}: ", member.name));
        bytes.extend_from_slice(packet);
        // What must be one message of a protocol, such as JSON, can't have a name before it.
        let wrapped = |framing: &Framing| wrapped(framing, &bytes).or_else(|| wrapped(framing, packet));
        let stream = wrapped(&self.style.stream_framing).unwrap_or_else(|| packet.into());
        let datagram = wrapped(&self.style.datagram_framing).unwrap_or_else(|| packet.into());
        self.actions.push_back(ChatAction::Say { to: Hearers::Others(from), stream, datagram });
    }

    /// The room speaks itself. Where its words can't be a message, it is silent.
    fn tell(&mut self, to: Hearers, words: &str) {
        let line = written(self.style.charset, &format!("{words}\r\n"));
        let words = written(self.style.charset, words);
        let in_framing = |framing: &Framing, unframed: &[u8]| match framing {
            Framing::AsRead | Framing::Idle { .. } => Some(Arc::from(unframed)),
            framing => wrapped(framing, &words),
        };
        let stream = in_framing(&self.style.stream_framing, &line);
        let datagram = in_framing(&self.style.datagram_framing, &words);
        if let (Some(stream), Some(datagram)) = (stream, datagram) {
            self.actions.push_back(ChatAction::Say { to, stream, datagram });
        }
    }
}

fn wrapped(framing: &Framing, message: &[u8]) -> Option<Arc<[u8]>> {
    let mut out = Vec::with_capacity(message.len() + 16);
    framing.wrap(message, &mut out).ok()?;
    Some(out.into())
}

fn said(words: &str, name: &str, old: &str) -> String {
    words.replace("{old}", old).replace("{name}", name)
}

/// A text in an encoding, with `?` for what it lacks.
fn written(charset: Charset, text: &str) -> Vec<u8> {
    charset.encode(text).unwrap_or_else(|_| {
        let one = |ch: char| {
            let encoded = charset.encode(ch.encode_utf8(&mut [0; 4]));
            encoded.or_else(|_| charset.encode("?")).unwrap_or_default()
        };
        text.chars().flat_map(one).collect()
    })
}

/// The name that `/name X` or `/nick X` asks for: printable, on one line, not too long.
fn wanted_name(charset: Charset, packet: &[u8]) -> Option<String> {
    if packet.len() > MAX_COMMAND_BYTES {
        return None;
    }
    let text = charset.decode_lossy(packet);
    let text = text.trim();
    let name = text.strip_prefix("/name ").or_else(|| text.strip_prefix("/nick "))?;
    let printable = name.chars().filter(|ch| !ch.is_control() && *ch != char::REPLACEMENT_CHARACTER);
    let name: String = printable.take(MAX_NAME_CHARS).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    const START: Duration = Duration::ZERO;

    fn room(stream_framing: Framing, charset: Charset) -> ChatRoom {
        let words = ChatWords::default();
        ChatRoom::new(ChatStyle { charset, stream_framing, datagram_framing: Framing::AsRead, words }, 1000)
    }

    fn peer(stream: u32) -> Remote {
        Remote { addr: "127.0.0.1:5000".parse().unwrap(), stream }
    }

    fn datagram(port: u16) -> Remote {
        Remote { addr: ([127, 0, 0, 1], port).into(), stream: 0 }
    }

    fn said(room: &mut ChatRoom) -> Vec<(Hearers, String)> {
        let actions = std::iter::from_fn(|| room.poll_action());
        let said = actions.filter_map(|action| match action {
            ChatAction::Say { to, stream, .. } => Some((to, String::from_utf8_lossy(&stream).into_owned())),
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn others_hear_what_one_says_with_its_name() {
        let mut room = room(Framing::AsRead, Charset::Utf8);
        room.handle_joined(peer(1), START);
        room.handle_joined(peer(2), START);
        room.handle_packet(peer(1), b"/name \xE5\xB0\x8F\xE6\x98\x8E\r\n", START);
        room.handle_packet(peer(1), b"hi\r\n", START);
        room.handle_packet(peer(2), "/nick 小明".as_bytes(), START);
        room.handle_left(peer(1));
        assert_eq!(
            said(&mut room),
            [
                (Hearers::Others(peer(1)), "* 127.0.0.1:5000 joined\r\n".to_owned()),
                (Hearers::Others(peer(2)), "* 127.0.0.1:5000 joined\r\n".to_owned()),
                (Hearers::Others(peer(1)), "* 127.0.0.1:5000 is now 小明\r\n".to_owned()),
                (Hearers::One(peer(1)), "* 127.0.0.1:5000 is now 小明\r\n".to_owned()),
                (Hearers::Others(peer(1)), "小明: hi\r\n".to_owned()),
                (Hearers::One(peer(2)), "* the name 小明 is taken\r\n".to_owned()),
                (Hearers::Others(peer(1)), "* 小明 left\r\n".to_owned()),
            ]
        );
    }

    #[test]
    fn names_are_in_the_encoding_and_frames_in_the_framing() {
        let mut room = room(Framing::LENGTH_BE4, Charset::Gbk);
        room.welcome(peer(1), START);
        room.handle_packet(peer(1), &Charset::Gbk.encode("/name 小明").unwrap(), START);
        let _ = said(&mut room);
        room.handle_packet(peer(1), &[0xFF, 0x00], START);
        let Some(ChatAction::Say { stream, datagram, .. }) = room.poll_action() else { panic!() };
        let mut expected = Charset::Gbk.encode("小明: ").unwrap();
        expected.extend([0xFF, 0x00]);
        assert_eq!(stream[..4], (expected.len() as u32).to_be_bytes());
        assert_eq!(stream[4..], expected);
        assert_eq!(*datagram, *expected);
    }

    #[test]
    fn messages_of_a_protocol_stay_what_they_are() {
        let mut room = room(Framing::Json, Charset::Utf8);
        room.handle_joined(peer(1), START);
        room.handle_packet(peer(1), br#"{"a":1}"#, START);
        assert_eq!(said(&mut room), [(Hearers::Others(peer(1)), "{\"a\":1}\n".to_owned())]);
    }

    #[test]
    fn the_silent_leave_and_the_forged_do_not_get_in() {
        let mut room = room(Framing::AsRead, Charset::Utf8);
        room.handle_packet(datagram(1), b"a", START);
        assert_eq!(room.poll_timeout(), Some(SILENCE));
        for port in 2..=2000 {
            room.handle_packet(datagram(port), b"x", Duration::from_mins(1));
        }
        assert_eq!(room.members().count(), 1 + JOINS_PER_SECOND as usize);
        for port in 2..=2000_u16 {
            room.handle_packet(datagram(port), b"x", Duration::from_secs(60 + u64::from(port)));
        }
        assert!(room.datagram_members <= MAX_DATAGRAM_MEMBERS);
        let fulls = std::iter::from_fn(|| room.poll_action()).filter(|a| matches!(a, ChatAction::Full { .. })).count();
        assert!(fulls <= 2, "{fulls}");
        room.handle_timeout(Duration::from_secs(100_000));
        assert_eq!((room.members().count(), room.datagram_members), (0, 0));
        assert_eq!(room.poll_timeout(), None);
    }
}
