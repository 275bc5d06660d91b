//! A TCP client link against sockets of the standard library.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::io::Write;
#[cfg(target_os = "linux")]
use std::net::SocketAddr;
use std::net::{Shutdown, TcpListener};
use std::time::{Duration, Instant};

use net_tcp::*;
use wirebench::journal::{Cause, Event, Kind, LeaveReason, Operation};
use wirebench::net::{Command, JobSlot, LinkConfig, Phase, Target, TcpClientConfig};

#[test]
fn sends_receives_and_says_goodbye() {
    let (mut bench, mut peer) = connected();
    bench.send(Target::Server, "你好");
    assert_eq!(read_exactly(&peer, 6), "你好".as_bytes());
    peer.write_all(b"hello").unwrap();
    assert_eq!(bench.until_received(5), b"hello");
    let status = bench.link().status();
    let Phase::Open { local, remote } = status.phase else { panic!("{status:?}") };
    assert_eq!(remote, Some(peer.local_addr().unwrap()));
    assert!(bench.close() < CLOSE);
    assert!(read_to_end(&peer).is_empty(), "a FIN");

    let records = bench.records();
    let payload: Vec<_> = records.iter().filter(|r| r.head.kind != Kind::Event).collect();
    assert_eq!(payload.len(), 2);
    assert_eq!(payload[0].head.kind, Kind::Sent);
    assert_eq!(payload[0].head.peer, payload[1].head.peer, "one stream");
    assert_ne!(payload[0].head.peer.unwrap().stream, 0);
    assert!(payload[0].head.time <= payload[1].head.time);
    let peer = remote.unwrap();
    assert_eq!(
        bench.events(),
        [
            Event::Connected { local, remote: peer },
            Event::PeerLeft { peer, reason: LeaveReason::Disconnected, unsent_bytes: 0 },
            Event::Closed
        ]
    );
    let counted = bench.counters.snapshot();
    assert_eq!((counted.sent_packets, counted.sent_bytes), (1, 6));
    assert_eq!((counted.received_packets, counted.received_bytes), (1, 5));
}

#[test]
fn speaks_ipv6() {
    let listener = TcpListener::bind("[::1]:0").unwrap();
    let bench = open_client(listener.local_addr().unwrap());
    let (peer, _) = listener.accept().unwrap();
    bench.send_when_open("six");
    assert_eq!(read_exactly(&peer, 3), b"six");
}

impl Bench {
    fn send_when_open(&self, text: &str) {
        self.opened();
        self.send(Target::Server, text);
    }
}

#[test]
fn a_refused_connect_names_the_address() {
    let (_reserved, addr) = reserved();
    let bench = open_client(addr);
    let failure = bench.ended().unwrap();
    assert_eq!(
        (failure.op, failure.target.as_str(), &failure.cause),
        (Operation::Connect, &*addr.to_string(), &Cause::Refused)
    );
    assert_eq!(bench.events(), [Event::Failed(failure)]);
}

#[test]
fn a_name_is_resolved_and_each_address_tried() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = TcpClientConfig { host: "localhost".into(), ..client_config(listener.local_addr().unwrap()) };
    let bench = Bench::open(LinkConfig::TcpClient(config.clone()));
    bench.opened();
    let resolved = bench.until_event(|e| matches!(e, Event::Resolved { .. }));
    assert!(matches!(resolved, Event::Resolved { host, addrs } if host == "localhost" && !addrs.is_empty()));

    drop(listener);
    let (_reserved, addr) = reserved();
    let bench = Bench::open(LinkConfig::TcpClient(TcpClientConfig { port: addr.port(), ..config }));
    let failure = bench.ended().unwrap();
    assert_ne!(addr.port(), port);
    assert!(failure.target.starts_with(&format!("localhost:{} (", addr.port())), "{failure}");
}

/// An address of this machine that swallows connects: a listening socket with a full backlog.
#[cfg(target_os = "linux")]
fn black_hole() -> (Vec<socket2::Socket>, SocketAddr) {
    let (listener, addr) = reserved();
    listener.listen(0).unwrap();
    let mut held = vec![listener];
    for _ in 0..4 {
        let filler = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        filler.set_nonblocking(true).unwrap();
        let _under_way = filler.connect(&addr.into());
        held.push(filler);
    }
    (held, addr)
}

#[cfg(target_os = "linux")]
#[test]
fn a_close_cancels_a_connect() {
    let (_held, addr) = black_hole();
    let mut bench = open_client(addr);
    let (status, opened) = bench.link().status_cell().wait(Duration::from_millis(300), |s| s.phase != Phase::Opening);
    assert!(!opened, "{status:?}");
    assert!(bench.close() < CLOSE);
    assert_eq!(bench.events(), [Event::Closed]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_connect_times_out() {
    let (_held, addr) = black_hole();
    let config = TcpClientConfig { connect_timeout: Duration::from_millis(300), ..client_config(addr) };
    let start = Instant::now();
    let failure = Bench::open(LinkConfig::TcpClient(config)).ended().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(300));
    let Cause::TimedOut { after_ms: Some(ms) } = failure.cause else { panic!("{failure}") };
    assert!((290..=300).contains(&ms), "{ms}");
}

#[test]
fn fin_and_rst_are_told_apart() {
    let (bench, peer) = connected();
    drop(peer);
    assert_eq!(bench.ended(), None);
    bench.until_event(left(LeaveReason::Finished));
    assert!(!bench.events().contains(&Event::Closed), "the person did not close it");

    let (bench, peer) = connected();
    reset(peer);
    assert_eq!(bench.ended(), None);
    bench.until_event(left(after_reset()));
}

#[test]
fn what_came_before_the_fin_is_journaled() {
    let (bench, mut peer) = connected();
    peer.write_all(b"last words").unwrap();
    drop(peer);
    bench.ended();
    assert_eq!(bench.bytes(Kind::Received), b"last words");
    assert!(matches!(bench.events().last(), Some(Event::PeerLeft { reason: LeaveReason::Finished, .. })));
}

#[test]
fn what_came_before_a_reset_is_journaled_though_sending_failed() {
    let (bench, mut peer) = connected();
    bench.send(Target::Server, vec![0; 16 << 20]);
    bench.until(|s| s.pending_bytes > 0);
    peer.write_all(b"last words").unwrap();
    reset(peer);
    assert_eq!(bench.ended(), None);
    assert_eq!(bench.bytes(Kind::Received), b"last words");
    let left = bench.until_event(left(LeaveReason::Reset));
    assert!(matches!(left, Event::PeerLeft { unsent_bytes, .. } if unsent_bytes > 0), "{left:?}");
    assert_eq!(bench.link().status().pending_bytes, 0);
}

#[test]
fn a_half_close_leaves_receiving_open() {
    let (bench, mut peer) = connected();
    bench.send(Target::Server, "question");
    bench.command(Command::HalfClose(None));
    assert_eq!(read_to_end(&peer), b"question");
    bench.until(|s| s.half_closed);
    bench.until_event(|e| matches!(e, Event::HalfClosed { .. }));
    bench.send(Target::Server, "more");
    let status = bench.until(|s| s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::HalfClosed);
    peer.write_all(b"answer").unwrap();
    assert_eq!(bench.until_received(6), b"answer");
    drop(peer);
    assert_eq!(bench.ended(), None);
    assert!(matches!(bench.events().last(), Some(Event::PeerLeft { reason: LeaveReason::Finished, .. })));
}

#[test]
fn what_waits_is_still_sent_after_the_servers_fin() {
    const LEN: usize = 48 << 20;
    let pattern = Pattern::new();
    let (bench, peer) = connected();
    let mut sent = 0;
    while sent < LEN {
        let piece = pattern.piece(sent as u64, LEN - sent);
        bench.send(Target::Server, piece);
        sent += piece.len();
    }
    bench.until(|s| s.pending_bytes > 0);
    peer.shutdown(Shutdown::Write).unwrap();
    bench.until_event(|e| matches!(e, Event::PeerFinished { .. }));
    let received = read_to_end(&peer);
    assert!(received.len() == LEN && pattern.matches(0, &received));
    assert_eq!(bench.ended(), None);
    let left = bench.until_event(left(LeaveReason::Finished));
    assert!(matches!(left, Event::PeerLeft { unsent_bytes: 0, .. }), "{left:?}");
}

#[test]
fn reconnects_when_the_server_appears_and_again_when_it_is_lost() {
    let (socket, addr) = reserved();
    let config = TcpClientConfig { reconnect: true, ..client_config(addr) };
    let mut bench = Bench::open(LinkConfig::TcpClient(config));
    bench.until(|s| s.phase == Phase::Reconnecting);
    bench.send(Target::Server, "x");
    let status = bench.until(|s| s.last_failure.as_ref().is_some_and(|(_, f)| f.op == Operation::Send));
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::NotConnected);
    socket.listen(16).unwrap();
    let listener = TcpListener::from(socket);
    let (first, _) = listener.accept().unwrap();
    bench.opened();
    drop(first);
    let (second, _) = listener.accept().unwrap();
    bench.until(|s| matches!(s.phase, Phase::Open { .. }));
    bench.send(Target::Server, "again");
    assert_eq!(read_exactly(&second, 5), b"again");
    let waits: Vec<_> = bench
        .events()
        .into_iter()
        .filter_map(|e| if let Event::Reconnecting { in_ms, attempt } = e { Some((in_ms, attempt)) } else { None })
        .collect();
    assert!(waits.starts_with(&[(1000, 1), (2000, 2)]), "{waits:?}");
    assert!(bench.close() < CLOSE);
}

#[test]
fn switching_reconnect_off_ends_the_waiting() {
    let (_socket, addr) = reserved();
    let config = TcpClientConfig { reconnect: true, ..client_config(addr) };
    let bench = Bench::open(LinkConfig::TcpClient(config));
    bench.until(|s| s.phase == Phase::Reconnecting);
    bench.command(Command::SetReconnect(false));
    assert_eq!(bench.ended(), None);
}

#[test]
fn binds_the_local_address_first() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let (reserved, local) = reserved();
    drop(reserved);
    let config = TcpClientConfig { local: Some(local), ..client_config(listener.local_addr().unwrap()) };
    let bench = Bench::open(LinkConfig::TcpClient(config));
    let (_peer, from) = listener.accept().unwrap();
    assert_eq!((from, bench.opened()), (local, local));
}

#[test]
fn a_local_address_in_use_names_its_owner() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let taken = TcpListener::bind(LOOPBACK).unwrap().local_addr().unwrap();
    let _holder = TcpListener::bind(taken).unwrap();
    let config = TcpClientConfig { local: Some(taken), ..client_config(listener.local_addr().unwrap()) };
    let failure = Bench::open(LinkConfig::TcpClient(config)).ended().unwrap();
    assert_eq!((failure.op, failure.target), (Operation::Bind, taken.to_string()));
    let Cause::AddressInUse { owner } = failure.cause else { panic!("{:?}", failure.cause) };
    assert!(owner.is_none_or(|owner| owner.pid == std::process::id()));
}

#[test]
fn families_that_do_not_mix_are_refused() {
    let config =
        TcpClientConfig { local: Some("[::1]:0".parse().unwrap()), ..client_config("127.0.0.1:9".parse().unwrap()) };
    let failure = Bench::open(LinkConfig::TcpClient(config)).ended().unwrap();
    assert_eq!(failure.cause, Cause::FamilyMismatch);
}

#[test]
fn carries_100_mb_each_way_whole() {
    const LEN: u64 = 100_000_000;
    let (mut bench, peer) = connected();
    std::thread::scope(|scope| {
        let writer = std::thread::Builder::new().name("writer".into());
        let (to_write, to_read) = (peer.try_clone().unwrap(), peer);
        writer
            .spawn_scoped(scope, move || {
                let pattern = Pattern::new();
                let mut at = 0;
                while at < LEN {
                    let piece = pattern.piece(at + 77, (LEN - at).min(300_000) as usize);
                    (&to_write).write_all(piece).unwrap();
                    at += piece.len() as u64;
                }
            })
            .unwrap();
        let reader = std::thread::Builder::new().name("reader".into());
        reader
            .spawn_scoped(scope, move || {
                let pattern = Pattern::new();
                let mut at = 0;
                while at < LEN {
                    let bytes = read_exactly(&to_read, (LEN - at).min(100_000) as usize);
                    assert!(pattern.matches(at, &bytes), "at {at}");
                    at += bytes.len() as u64;
                }
            })
            .unwrap();
        let pattern = Pattern::new();
        let mut at = 0;
        while at < LEN {
            let piece = pattern.piece(at, (LEN - at) as usize);
            bench.until_room(at);
            bench.send(Target::Server, piece);
            at += piece.len() as u64;
        }
        let (mut received, mut sent) = (0, 0);
        bench.until_record(|record| {
            let bytes = record.bytes();
            match record.head.kind {
                Kind::Received => {
                    assert!(bytes.len() <= 64 << 10 && pattern.matches(received + 77, bytes));
                    received += bytes.len() as u64;
                }
                Kind::Sent => {
                    assert!(bytes.len() <= 64 << 10 && pattern.matches(sent, bytes));
                    sent += bytes.len() as u64;
                }
                Kind::Event => {}
            }
            received == LEN && sent == LEN
        });
    });
    bench.close();
    let counted = bench.counters.snapshot();
    assert_eq!((counted.received_bytes, counted.sent_bytes), (LEN, LEN));
}

#[test]
fn a_peer_that_takes_nothing_fills_the_queue_and_does_not_delay_the_close() {
    assert_closes_in_time(|| {
        let (mut bench, _peer) = connected();
        let megabyte = vec![7; 1 << 20];
        for _ in 0..80 {
            bench.send(Target::Server, &megabyte);
        }
        let status = bench.until(|s| s.last_failure.is_some());
        assert!(matches!(status.last_failure.unwrap().1.cause, Cause::QueueFull { .. }));
        let pending = bench.until(|s| s.pending_bytes > 60 << 20).pending_bytes;
        assert!(pending <= 64 << 20);
        let took = bench.close();
        let left = bench.until_event(left(LeaveReason::Disconnected));
        assert!(matches!(left, Event::PeerLeft { unsent_bytes, .. } if unsent_bytes > 60 << 20), "{left:?}");
        took
    });
}

#[test]
fn what_was_accepted_is_sent_before_a_close() {
    let (mut bench, peer) = connected();
    let reader = std::thread::Builder::new().name("reader".into());
    let reader = reader.spawn(move || read_to_end(&peer).len()).unwrap();
    bench.send(Target::Server, vec![1; 4 << 20]);
    bench.until_record(|r| r.head.kind == Kind::Sent);
    assert!(bench.close() < CLOSE);
    assert_eq!(reader.join().unwrap(), 4 << 20);
}

#[test]
fn closes_in_time_while_the_peer_floods() {
    assert_closes_in_time(|| {
        let (mut bench, peer) = connected();
        std::thread::scope(|scope| {
            std::thread::Builder::new().name("flood".into()).spawn_scoped(scope, move || flood(peer)).unwrap();
            bench.until_received(32 << 20);
            bench.close()
        })
    });
}

#[test]
fn a_cycle_keeps_its_pace_and_stops() {
    let (mut bench, peer) = connected();
    let start = Instant::now();
    bench.command(cycle(Target::Server, "tick", 10));
    bench.until(cycling);
    assert_eq!(read_exactly(&peer, 80), b"tick".repeat(20));
    assert!(start.elapsed() >= Duration::from_millis(190));
    bench.command(cycle(Target::Server, "tock", 10));
    bench.until_record(|r| r.head.kind == Kind::Sent && r.bytes() == b"tock");
    bench.command(Command::StopJob(JobSlot::Sending));
    bench.until(|s| !cycling(s));
    bench.send(Target::Server, "end");
    bench.until_record(|r| r.head.kind == Kind::Sent && r.bytes() == b"end");
    bench.close();
    let sent = bench.bytes(Kind::Sent);
    assert!(sent.ends_with(b"tockend"));
    assert_eq!(bench.counters.snapshot().sent_packets, (sent.len() as u64 - 3) / 4 + 1);
}

#[test]
fn a_cycle_waits_for_a_peer_that_stalls() {
    const LEN: usize = 16 << 20;
    let (bench, peer) = connected();
    let payload = vec![5; LEN];
    bench.command(cycle(Target::Server, &payload, 1));
    bench.until(|s| s.pending_bytes > 0);
    // Dozens of ticks pass; no second payload joins the first.
    let (status, more) = bench.link().status_cell().wait(Duration::from_millis(200), |s| s.pending_bytes > LEN as u64);
    assert!(!more && status.last_failure.is_none(), "{status:?}");
    read_exactly(&peer, 3 * LEN);
}

#[test]
fn a_cycle_ends_with_the_connection() {
    let (bench, peer) = connected();
    bench.command(cycle(Target::Server, "x", 5));
    read_exactly(&peer, 3);
    reset(peer);
    assert_eq!(bench.ended(), None);
    assert!(!cycling(&bench.link().status()));
    bench.until_event(left(after_reset()));
}

#[test]
fn switches_work_while_connected() {
    let (bench, mut peer) = connected();
    for command in [
        Command::SetNodelay(false),
        Command::SetKeepalive(true),
        Command::SetKeepalive(false),
        Command::SetReconnect(true),
    ] {
        bench.command(command);
    }
    peer.write_all(b"x").unwrap();
    bench.until_received(1);
    assert_eq!(bench.link().status().last_failure, None);
}

#[test]
fn a_send_to_someone_else_is_refused() {
    let (bench, peer) = connected();
    bench.send(Target::AllClients, "x");
    let status = bench.until(|s| s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::NoSuchPeer);
    bench.send(Target::Address(peer.local_addr().unwrap()), "y");
    assert_eq!(read_exactly(&peer, 1), b"y");
}

#[test]
fn a_connection_to_oneself_is_refused() {
    // Bound to the very port that it connects to, a socket meets itself.
    let (reserved, addr) = reserved();
    drop(reserved);
    let config = TcpClientConfig { local: Some(addr), ..client_config(addr) };
    let failure = Bench::open(LinkConfig::TcpClient(config)).ended().unwrap();
    assert_eq!(failure.cause, Cause::Refused);
}
