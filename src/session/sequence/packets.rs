//! Whose packets are answers, and where they begin and end.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::codec::framing::{Assembler, Frame, Framing};
use crate::journal::{Peer, Timestamp};
use crate::net::{Target, interfaces};

/// The packets of those who were asked.
pub(super) struct Packets {
    asked: Asked,
    framing: Framing,
    /// By the connection's number.
    streams: HashMap<u32, Stream>,
}

/// Who was asked.
enum Asked {
    /// The only one whom a TCP client talks with.
    Server,
    Client(u32),
    AllClients,
    /// Whoever has this address, or anyone if several may; whether that is so is found out at the first send.
    Address(SocketAddr, Option<bool>),
    /// Whoever has this port: the address is not known here.
    Port(u16),
}

struct Stream {
    assembler: Assembler,
    /// Where in the stream answers begin.
    answers_from: u64,
    read_at: Instant,
}

impl Packets {
    pub fn new(target: &Target, framing: Framing) -> Self {
        let asked = match target {
            Target::Server => Asked::Server,
            Target::Client(stream) => Asked::Client(*stream),
            Target::AllClients => Asked::AllClients,
            Target::Address(address) => Asked::Address(*address, None),
            Target::Host { host, port } => match host.parse::<IpAddr>() {
                Ok(ip) => Asked::Address(SocketAddr::new(ip, *port), None),
                Err(_) => Asked::Port(*port),
            },
        };
        Self { asked, framing, streams: HashMap::new() }
    }

    /// Whether they come in streams.
    pub fn are_streams(&self) -> bool {
        matches!(self.asked, Asked::Server | Asked::Client(_) | Asked::AllClients)
    }

    /// Something is sent: what began before is no answer to it.
    pub fn begin(&mut self) {
        if let Asked::Address(address, everyone @ None) = &mut self.asked {
            *everyone = Some(is_for_many(address.ip()));
        }
        for stream in self.streams.values_mut() {
            stream.answers_from = stream.assembler.pending().end;
        }
    }

    /// Whether this peer was asked.
    pub fn concerns(&self, peer: Peer) -> bool {
        match &self.asked {
            Asked::Server | Asked::AllClients => peer.stream != 0,
            Asked::Client(stream) => peer.stream == *stream,
            Asked::Address(_, Some(true)) => true,
            Asked::Address(address, _) => {
                let same_ip = peer.addr.ip().to_canonical() == address.ip().to_canonical();
                same_ip && peer.addr.port() == address.port()
            }
            Asked::Port(port) => peer.addr.port() == *port,
        }
    }

    /// Takes what one read gave, and hands out the packets that are complete with it.
    pub fn received(&mut self, peer: Peer, bytes: &[u8], time: Timestamp, now: Instant, mut found: impl FnMut(&[u8])) {
        if !self.concerns(peer) {
            return;
        }
        if peer.stream == 0 {
            return found(bytes);
        }
        let framing = &self.framing;
        let stream = self.streams.entry(peer.stream).or_insert_with(|| Stream::new(framing, now));
        stream.read_at = now;
        let from = stream.answers_from;
        stream.assembler.push(bytes, time.0, |frame, bytes| give(framing, from, &frame, bytes, &mut found));
    }

    /// Nothing more comes from this peer, and what came last may be a packet.
    pub fn finish(&mut self, peer: Peer, mut found: impl FnMut(&[u8])) {
        let Some(stream) = self.streams.remove(&peer.stream) else { return };
        let from = stream.answers_from;
        stream.assembler.finish(|frame, bytes| give(&self.framing, from, &frame, bytes, &mut found));
    }

    /// When a pause completes a packet.
    pub fn next_idle(&self) -> Option<Instant> {
        self.streams.values().filter_map(Stream::idle_at).min()
    }

    /// Hands out the packets that a pause has completed.
    pub fn idle(&mut self, now: Instant, mut found: impl FnMut(&[u8])) {
        for stream in self.streams.values_mut().filter(|stream| stream.idle_at().is_some_and(|at| at <= now)) {
            let from = stream.answers_from;
            stream.assembler.idle(|frame, bytes| give(&self.framing, from, &frame, bytes, &mut found));
        }
    }
}

impl Stream {
    fn new(framing: &Framing, now: Instant) -> Self {
        Self { assembler: Assembler::new(framing), answers_from: 0, read_at: now }
    }

    fn idle_at(&self) -> Option<Instant> {
        let pause = self.assembler.idle_after_ms()?;
        self.read_at.checked_add(Duration::from_millis(pause.into()))
    }
}

/// Hands out a frame if it is one and began after the send.
fn give(framing: &Framing, from: u64, frame: &Frame, bytes: &[u8], found: &mut impl FnMut(&[u8])) {
    // What means nothing between frames lies in the range of the next one, and may have come long before it.
    let begins = match framing {
        Framing::Http | Framing::Json | Framing::Slip => frame.payload.start,
        _ => frame.range.start,
    };
    if frame.problem.is_none() && begins >= from {
        found(&framing.payload(frame, bytes));
    }
}

/// Whether several may answer a datagram to this address.
fn is_for_many(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let is_subnet = || interfaces::list().iter().any(|interface| interface.broadcast == Some(ip));
            ip.is_broadcast() || ip.is_multicast() || ip.is_unspecified() || is_subnet()
        }
        IpAddr::V6(ip) => ip.is_multicast() || ip.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::codec::framing::Framing;

    struct Bench {
        packets: Packets,
        now: Instant,
    }

    impl Bench {
        fn new(target: &Target, framing: Framing) -> Self {
            Self { packets: Packets::new(target, framing), now: Instant::now() }
        }

        fn read(&mut self, peer: Peer, bytes: &[u8]) -> Vec<String> {
            let mut all = Vec::new();
            let take = |packet: &[u8]| all.push(String::from_utf8(packet.to_vec()).unwrap());
            self.packets.received(peer, bytes, Timestamp(0), self.now, take);
            all
        }
    }

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_frame_that_began_before_the_send_is_no_answer() {
        let server = Peer::server(at("127.0.0.1:1"), 7);
        let mut bench = Bench::new(&Target::Server, Framing::LINES);
        bench.packets.begin();
        assert_eq!(bench.read(server, b"a\r\nla"), ["a"]);
        bench.packets.begin();
        assert_eq!(bench.read(server, b"te\r\nok\r\nmo"), ["ok"]);
        assert_eq!(bench.read(server, b"re\r\n"), ["more"]);
        let mut json = Bench::new(&Target::Server, Framing::Json);
        json.packets.begin();
        assert_eq!(json.read(server, b"{}\r\n"), ["{}"]);
        json.packets.begin();
        assert_eq!(json.read(server, b"[1]"), ["[1]"], "white space before it is no part of it");
    }

    #[test]
    fn only_who_was_asked_answers() {
        let (one, two) = (Peer::client(at("127.0.0.1:1"), 1), Peer::client(at("127.0.0.1:2"), 2));
        let mut bench = Bench::new(&Target::Client(2), Framing::LINES);
        assert_eq!(bench.read(one, b"x\n"), [""; 0]);
        assert_eq!(bench.read(two, b"y\n\n"), ["y", ""]);
        let mut bench = Bench::new(&Target::AllClients, Framing::LINES);
        assert_eq!(bench.read(one, b"x"), [""; 0]);
        assert_eq!(bench.read(two, b"y\n"), ["y"]);
        assert_eq!(bench.read(one, b"x\n"), ["xx"], "each has a stream of its own");

        let (v4, other) = (Peer::datagram(at("127.0.0.1:9")), Peer::datagram(at("127.0.0.2:9")));
        for (target, answers) in [
            (Target::Address(at("127.0.0.1:9")), [true, false]),
            (Target::Address(at("[::ffff:127.0.0.1]:9")), [true, false]),
            (Target::Host { host: "127.0.0.2".to_owned(), port: 9 }, [false, true]),
            (Target::Host { host: "localhost".to_owned(), port: 9 }, [true, true]),
            (Target::Host { host: "localhost".to_owned(), port: 8 }, [false, false]),
            (Target::Address(at("255.255.255.255:8")), [true, true]),
            (Target::Address(at("239.1.2.3:8")), [true, true]),
        ] {
            let mut bench = Bench::new(&target, Framing::LINES);
            bench.packets.begin();
            let answered = [v4, other].map(|peer| bench.read(peer, b"a\nb") == ["a\nb"]);
            assert_eq!(answered, answers, "{target:?}");
        }
    }

    #[test]
    fn a_pause_and_the_end_complete_packets() {
        let server = Peer::server(at("127.0.0.1:1"), 7);
        let mut bench = Bench::new(&Target::Server, Framing::Idle { ms: 20 });
        assert_eq!(bench.read(server, b"a"), [""; 0]);
        let idle_at = bench.packets.next_idle().unwrap();
        assert_eq!(idle_at, bench.now + Duration::from_millis(20));
        let mut all = Vec::new();
        bench.packets.idle(bench.now, |packet| all.push(packet.to_vec()));
        bench.packets.idle(idle_at, |packet| all.push(packet.to_vec()));
        assert_eq!((all, bench.packets.next_idle()), (vec![b"a".to_vec()], None));
        assert_eq!(bench.read(server, b"b"), [""; 0]);
        let mut last = Vec::new();
        bench.packets.finish(server, |packet| last.push(packet.to_vec()));
        assert_eq!(last, [b"b"]);
    }
}
