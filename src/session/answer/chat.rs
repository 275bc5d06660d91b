//! The chat room on a link.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::packets::Packets;
use super::{AnswerStatus, Clock, note, peer, remote, target};
use crate::automation::answer::{ChatAction, ChatRoom, ChatStyle, Hearers, Remote};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::journal::{AnswerNote, Peer};
use crate::net::{Happening, Job, Line, Next, Outgoing};

/// A member for whom so much waits hears nothing more until less than half of it does.
const FULL_BYTES: u64 = 1 << 20;

pub(super) struct Chat {
    room: ChatRoom,
    charset: Charset,
    packets: Packets,
    per_second: u32,
    /// Those who do not take what they hear.
    deaf: BTreeSet<Remote>,
    clock: Clock,
    is_started: bool,
    status: Arc<AnswerStatus>,
    limited: u64,
}

impl Chat {
    pub fn new(style: ChatStyle, framing: &Framing, per_second: u32, status: Arc<AnswerStatus>) -> Self {
        Self {
            charset: style.charset,
            room: ChatRoom::new(style, per_second),
            packets: Packets::new(framing),
            per_second,
            deaf: BTreeSet::new(),
            clock: Clock(Instant::now()),
            is_started: false,
            status,
            limited: 0,
        }
    }

    /// Those that were there before.
    fn start(&mut self, now: Instant, line: &mut dyn Line) {
        if !std::mem::replace(&mut self.is_started, true) {
            for peer in line.peers() {
                self.room.welcome(remote(peer), self.clock.since(now));
            }
        }
    }

    fn act(&mut self, line: &mut dyn Line) {
        while let Some(action) = self.room.poll_action() {
            match action {
                ChatAction::Say { to, stream, datagram } => self.say(to, &stream, &datagram, line),
                ChatAction::Named { member, name } => note(line, peer(member), AnswerNote::Named { name }),
                ChatAction::Limited { member } => {
                    note(line, peer(member), AnswerNote::Limited { per_second: self.per_second });
                }
                ChatAction::Full { peer: stranger } => note(line, peer(stranger), AnswerNote::RoomFull),
            }
        }
        while self.limited < self.room.limited() {
            self.limited += 1;
            self.status.add_left_out();
        }
    }

    fn say(&mut self, to: Hearers, stream: &Arc<[u8]>, datagram: &Arc<[u8]>, line: &mut dyn Line) {
        let hears = |member: &Remote| match to {
            Hearers::Others(speaker) => *member != speaker,
            Hearers::One(one) => *member == one,
        };
        let hearers: Vec<Peer> = self.room.members().filter(hears).map(peer).collect();
        let mut heard = false;
        for hearer in hearers {
            let bytes = if hearer.stream == 0 { datagram } else { stream };
            heard |= self.tell(hearer, bytes, line);
        }
        if heard {
            self.status.add_answered();
        }
    }

    fn tell(&mut self, hearer: Peer, bytes: &Arc<[u8]>, line: &mut dyn Line) -> bool {
        let target = target(hearer);
        let pending_bytes = line.pending_bytes(&target);
        let key = remote(hearer);
        if pending_bytes >= FULL_BYTES || (pending_bytes >= FULL_BYTES / 2 && self.deaf.contains(&key)) {
            self.status.add_left_out();
            if self.deaf.insert(key) {
                note(line, hearer, AnswerNote::LeftOut { pending_bytes });
            }
            return false;
        }
        let outgoing = Outgoing::new(target, Arc::clone(bytes)).with_charset(Some(self.charset));
        match line.send(outgoing) {
            Ok(()) => {
                self.deaf.remove(&key);
                true
            }
            // One that can't be reached is said to be so once, not with every message.
            Err(failure) => {
                self.status.add_left_out();
                if self.deaf.insert(key) {
                    line.report(Some(hearer), failure);
                }
                false
            }
        }
    }
}

impl Job for Chat {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        self.start(now, line);
        let time_since_start = self.clock.since(now);
        let room = &mut self.room;
        match what {
            Happening::Received { peer, bytes, time } => {
                let from = remote(peer);
                let heard = |packet: &[u8]| room.handle_packet(from, packet, time_since_start);
                if let Err(long) = self.packets.received(peer, bytes, time, now, heard) {
                    note(line, peer, AnswerNote::TooLong { bytes: long.bytes });
                }
            }
            Happening::Joined(peer) => room.handle_joined(remote(peer), time_since_start),
            Happening::Finished(peer) => {
                self.packets.finish(peer, |packet| room.handle_packet(remote(peer), packet, time_since_start));
            }
            Happening::Left(peer) => {
                let from = remote(peer);
                self.packets.finish(peer, |packet| room.handle_packet(from, packet, time_since_start));
                room.handle_left(from);
                self.deaf.remove(&from);
            }
            Happening::Failed(_) => {}
        }
        self.act(line);
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        self.start(now, line);
        let time_since_start = self.clock.since(now);
        let room = &mut self.room;
        self.packets.expire(now, |peer, packet| room.handle_packet(remote(peer), packet, time_since_start));
        room.handle_timeout(time_since_start);
        self.act(line);
        let silence = self.room.poll_timeout().map(|time| self.clock.at(time));
        Next::Wait(self.packets.deadline().into_iter().chain(silence).min())
    }

    fn listens(&self) -> bool {
        true
    }
}
