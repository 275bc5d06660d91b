//! A TCP server link against sockets of the standard library.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
#[cfg(target_os = "linux")]
use std::time::Instant;

use net_tcp::*;
use wirebench::journal::{Cause, Event, Kind, LeaveReason, Operation};
#[cfg(target_os = "linux")]
use wirebench::net::Phase;
use wirebench::net::{Command, Target};

#[test]
fn serves_clients_and_says_who_comes_and_goes() {
    let (mut bench, server) = listening();
    let (mut one, first) = join(&bench, server);
    let (two, second) = join(&bench, server);
    assert_ne!(first, second);
    one.write_all(b"hello").unwrap();
    assert_eq!(bench.until_received(5), b"hello");
    bench.send(Target::Client(first), "to one");
    assert_eq!(read_exactly(&one, 6), b"to one");
    bench.send(Target::AllClients, "to all");
    assert_eq!(read_exactly(&one, 6), b"to all");
    assert_eq!(read_exactly(&two, 6), b"to all");
    bench.send(Target::Address(two.local_addr().unwrap()), "to two");
    assert_eq!(read_exactly(&two, 6), b"to two");

    let (first, second) = (one.local_addr().unwrap(), two.local_addr().unwrap());
    reset(one);
    bench.until_event(left(after_reset()));
    bench.until(|s| s.clients.len() == 1);
    assert!(bench.close() < CLOSE);
    assert!(read_to_end(&two).is_empty(), "a FIN");
    let finished = Event::PeerFinished { peer: first }; // comes with a FIN alone
    assert_eq!(
        bench.events().into_iter().filter(|event| *event != finished).collect::<Vec<_>>(),
        [
            Event::Listening { local: server },
            Event::PeerJoined { peer: first },
            Event::PeerJoined { peer: second },
            Event::PeerLeft { peer: first, reason: after_reset(), unsent_bytes: 0 },
            Event::PeerLeft { peer: second, reason: LeaveReason::Disconnected, unsent_bytes: 0 },
            Event::Closed,
        ]
    );
    let counted = bench.counters.snapshot();
    assert_eq!((counted.sent_packets, counted.sent_bytes), (4, 24));
    assert!(
        bench
            .records()
            .iter()
            .all(|r| r.head.peer.is_some() == !matches!(r.event(), Some(Event::Listening { .. } | Event::Closed)))
    );
}

#[test]
fn an_idle_client_that_closes_is_gone_at_once() {
    let (bench, server) = listening();
    let (peer, _) = join(&bench, server);
    drop(peer);
    bench.until(|s| s.clients.is_empty());
    bench.until_event(left(LeaveReason::Finished));
    assert!(!bench.events().iter().any(|e| matches!(e, Event::PeerFinished { .. })));
}

#[test]
fn a_client_that_closed_its_side_still_gets_its_answer() {
    let (bench, server) = listening();
    let (mut peer, stream) = join(&bench, server);
    peer.write_all(b"GET").unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    bench.until_event(|e| matches!(e, Event::PeerFinished { .. }));
    bench.until(|s| s.clients.is_empty());
    bench.send(Target::Client(stream), "answer");
    assert_eq!(read_to_end(&peer), b"answer");
    bench.until_event(left(LeaveReason::Finished));
}

#[test]
fn a_large_answer_reaches_a_client_that_closed_its_side() {
    const LEN: usize = 40 << 20;
    let (bench, server) = listening();
    let (mut peer, stream) = join(&bench, server);
    peer.write_all(b"GET").unwrap();
    bench.until_received(3);
    let pattern = Pattern::new();
    let mut at = 0;
    while at < LEN {
        let piece = pattern.piece(at as u64, LEN - at);
        bench.send(Target::Client(stream), piece);
        at += piece.len();
    }
    peer.shutdown(Shutdown::Write).unwrap();
    let answer = read_to_end(&peer);
    assert!(answer.len() == LEN && pattern.matches(0, &answer));
    bench.until_event(left(LeaveReason::Finished));
}

#[test]
fn a_finished_client_that_takes_nothing_is_given_up() {
    let (bench, server) = listening();
    let (peer, stream) = join(&bench, server);
    bench.send(Target::Client(stream), vec![0; 32 << 20]);
    bench.until(|s| s.pending_bytes > 0);
    peer.shutdown(Shutdown::Write).unwrap();
    let left = bench.until_event(left(LeaveReason::Finished));
    assert!(matches!(left, Event::PeerLeft { unsent_bytes, .. } if unsent_bytes > 0), "{left:?}");
    bench.until(|s| s.pending_bytes == 0);
}

#[test]
fn a_port_in_use_names_its_owner() {
    let taken = TcpListener::bind(LOOPBACK).unwrap();
    let addr = taken.local_addr().unwrap();
    let bench = open_server(addr);
    let failure = bench.ended().unwrap();
    assert!(matches!(failure.op, Operation::Bind | Operation::Listen), "{failure}");
    assert_eq!(failure.target, addr.to_string());
    let Cause::AddressInUse { owner } = &failure.cause else { panic!("{failure}") };
    let pid = owner.as_ref().map(|owner| owner.pid);
    assert!(pid == Some(std::process::id()) || (pid.is_none() && cfg!(not(target_os = "linux"))), "{failure}");
}

#[test]
fn listens_again_at_once_where_connections_just_ended() {
    let (mut bench, server) = listening();
    let (peer, _) = join(&bench, server);
    // We close first, so that our end goes through TIME_WAIT.
    bench.close();
    drop(peer);
    let again = open_server(server);
    assert_eq!(again.opened(), server);
}

#[test]
fn a_wildcard_takes_both_families_and_shows_ipv4_as_such() {
    let bench = open_server("[::]:0".parse().unwrap());
    let port = bench.opened().port();
    let (_four, _) = join(&bench, SocketAddr::new("127.0.0.1".parse().unwrap(), port));
    let (_six, _) = join(&bench, SocketAddr::new("::1".parse().unwrap(), port));
    let clients = bench.until(|s| s.clients.len() == 2).clients;
    assert!(clients[0].peer.addr.is_ipv4() && clients[1].peer.addr.is_ipv6(), "{clients:?}");
}

#[test]
fn answers_a_thousand_clients() {
    const CLIENTS: usize = 1000;
    // Under Wine each readiness of each socket goes through one server process.
    const MESSAGES: usize = if cfg!(windows) { 10 } else { 100 };
    const WRITERS: usize = 8;
    let (bench, server) = listening();
    let mut peers: Vec<TcpStream> = Vec::new();
    while peers.len() < CLIENTS {
        let peer = TcpStream::connect(server).unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        peers.push(peer);
    }
    bench.until(|s| s.clients.len() == CLIENTS);
    std::thread::scope(|scope| {
        for chunk in peers.chunks(CLIENTS.div_ceil(WRITERS)) {
            std::thread::Builder::new()
                .name("clients".into())
                .spawn_scoped(scope, move || {
                    for message in 0..MESSAGES {
                        for mut peer in chunk {
                            peer.write_all(format!("m{message:03}").as_bytes()).unwrap();
                        }
                        for mut peer in chunk {
                            let mut answer = [0; 4];
                            peer.read_exact(&mut answer).unwrap();
                            assert_eq!(answer, *format!("M{message:03}").as_bytes());
                        }
                    }
                })
                .unwrap();
        }
        // The answers: each message back in capitals, from the journal as a session would.
        let mut partial: HashMap<u32, Vec<u8>> = HashMap::new();
        let mut answered = 0;
        bench.until_record(|record| {
            if record.head.kind == Kind::Received {
                let stream = record.head.peer.unwrap().stream;
                let bytes = partial.entry(stream).or_default();
                bytes.extend_from_slice(record.bytes());
                while bytes.len() >= 4 {
                    let answer: Vec<u8> = bytes.drain(..4).collect::<Vec<_>>().to_ascii_uppercase();
                    while bench.link().command(Command::Send(outgoing(Target::Client(stream), &answer))).is_err() {
                        std::thread::yield_now();
                    }
                    answered += 1;
                }
            }
            answered == CLIENTS * MESSAGES
        });
    });
    drop(peers);
    bench.until_gone(CLIENTS);
    let expected = |capital: bool| -> Vec<u8> {
        (0..MESSAGES).flat_map(|m| format!("{}{m:03}", if capital { 'M' } else { 'm' }).into_bytes()).collect()
    };
    let mut streams: HashMap<(u32, Kind), Vec<u8>> = HashMap::new();
    for record in bench.records().iter().filter(|r| r.head.kind != Kind::Event) {
        let key = (record.head.peer.unwrap().stream, record.head.kind);
        streams.entry(key).or_default().extend_from_slice(record.bytes());
    }
    assert_eq!(streams.len(), 2 * CLIENTS);
    for ((stream, kind), bytes) in streams {
        assert_eq!(bytes, expected(kind == Kind::Sent), "stream {stream} {kind:?}");
    }
    let counted = bench.counters.snapshot();
    assert_eq!(counted.received_bytes, (CLIENTS * MESSAGES * 4) as u64);
    assert_eq!((counted.sent_packets, counted.sent_bytes), ((CLIENTS * MESSAGES) as u64, counted.received_bytes));
}

impl Bench {
    fn until_gone(&self, clients: usize) {
        let mut gone = 0;
        self.until_event(|event| {
            gone += usize::from(matches!(event, Event::PeerLeft { .. }));
            gone == clients
        });
    }
}

#[test]
fn a_client_that_never_reads_does_not_slow_the_others() {
    let (mut bench, server) = listening();
    let (_slow, slow) = join(&bench, server);
    let (mut quick, stream) = join(&bench, server);
    for _ in 0..16 {
        bench.send(Target::Client(slow), vec![9; 1 << 20]);
    }
    bench.until(|s| s.clients.iter().any(|c| c.peer.stream == slow && c.pending_bytes > 1 << 20));
    for round in 0..200 {
        quick.write_all(b"ping").unwrap();
        bench.send(Target::Client(stream), "pong");
        assert_eq!(read_exactly(&quick, 4), b"pong", "round {round}");
    }
    bench.send(Target::AllClients, "all");
    assert_eq!(read_exactly(&quick, 3), b"all");
    let status = bench.link().status();
    assert!(status.clients.iter().all(|c| (c.peer.stream == slow) == (c.pending_bytes > 0)), "{status:?}");
    assert!(bench.close() < CLOSE);
}

#[test]
fn the_queue_of_a_client_is_bounded() {
    let (bench, server) = listening();
    let (_slow, _) = join(&bench, server);
    let (quick, _) = join(&bench, server);
    let megabyte = vec![1; 1 << 20];
    let (taken, has_taken) = crossbeam_channel::bounded(80);
    let reader = std::thread::Builder::new().name("reader".into());
    let reader = reader.spawn(move || {
        for _ in 0..80 {
            taken.send(read_exactly(&quick, 1 << 20).len()).unwrap();
        }
    });
    for round in 0..80 {
        // The status is told now and then, so it does not say what the quick one has taken.
        if round >= 8 {
            has_taken.recv_timeout(PATIENCE).unwrap();
        }
        bench.send(Target::AllClients, &megabyte);
    }
    reader.unwrap().join().unwrap(); // the quick one has all
    let status = bench.until(|s| s.last_failure.is_some());
    assert!(matches!(status.last_failure.unwrap().1.cause, Cause::QueueFull { .. }));
    assert!(status.clients[0].pending_bytes <= 64 << 20);
}

#[test]
fn disconnects_one_and_all() {
    let (bench, server) = listening();
    let (mut one, first) = join(&bench, server);
    let (two, _) = join(&bench, server);
    let (three, _) = join(&bench, server);
    one.write_all(b"bye").unwrap();
    bench.command(Command::Disconnect(Some(first)));
    assert!(read_to_end(&one).is_empty());
    bench.until(|s| s.clients.len() == 2);
    assert_eq!(bench.bytes(Kind::Received), b"bye", "what it had sent is journaled");
    bench.command(Command::Disconnect(None));
    assert!(read_to_end(&two).is_empty() && read_to_end(&three).is_empty());
    bench.until(|s| s.clients.is_empty());
    bench.until_gone(3);
    bench.command(Command::Disconnect(Some(first)));
    let status = bench.until(|s| s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::NoSuchPeer);
}

#[test]
fn half_closes_one() {
    let (bench, server) = listening();
    let (mut one, first) = join(&bench, server);
    let (two, _) = join(&bench, server);
    bench.command(Command::HalfClose(Some(first)));
    assert!(read_to_end(&one).is_empty());
    bench.until_event(|e| matches!(e, Event::HalfClosed { .. }));
    bench.send(Target::Client(first), "refused");
    let status = bench.until(|s| s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::HalfClosed);
    one.write_all(b"still heard").unwrap();
    assert_eq!(bench.until_received(11), b"still heard");
    bench.send(Target::AllClients, "rest");
    assert_eq!(read_exactly(&two, 4), b"rest");
    drop(one);
    bench.until_event(left(LeaveReason::Finished));
    assert!(!bench.events().iter().any(|e| matches!(e, Event::PeerFinished { .. })), "both sides were closed");
}

#[test]
fn a_send_to_nobody_says_so() {
    let (bench, _server) = listening();
    for (number, (target, cause)) in (1..).zip([
        (Target::AllClients, Cause::NoClients),
        (Target::Client(u32::MAX), Cause::NoSuchPeer),
        (Target::Address("127.0.0.1:9".parse().unwrap()), Cause::NoSuchPeer),
        (Target::Server, Cause::NoSuchPeer),
    ]) {
        bench.send(target, "x");
        let status = bench.until(|s| s.last_failure.as_ref().is_some_and(|(n, _)| *n == number));
        assert_eq!(status.last_failure.unwrap().1.cause, cause);
    }
}

#[test]
fn a_cycle_serves_whoever_is_there_and_ends_with_the_last() {
    let (bench, server) = listening();
    let (one, _) = join(&bench, server);
    bench.command(cycle(Target::AllClients, "tick", 5));
    read_exactly(&one, 12);
    let (two, _) = join(&bench, server);
    assert_eq!(read_exactly(&two, 12), b"tickticktick");
    drop(one);
    read_exactly(&two, 12);
    assert!(cycling(&bench.link().status()));
    drop(two);
    let status = bench.until(|s| !cycling(s) && s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::NoClients);
}

#[test]
fn closes_in_time_while_clients_flood_and_stall() {
    assert_closes_in_time(|| {
        let (mut bench, server) = listening();
        let (_stalled, stalled) = join(&bench, server);
        bench.send(Target::Client(stalled), vec![2; 32 << 20]);
        let took = std::thread::scope(|scope| {
            for _ in 0..4 {
                let (peer, _) = join(&bench, server);
                std::thread::Builder::new().name("flood".into()).spawn_scoped(scope, move || flood(peer)).unwrap();
            }
            bench.until_received(32 << 20);
            bench.close()
        });
        assert!(matches!(bench.events().last(), Some(Event::Closed)));
        took
    });
}

/// Runs itself again in a process that may open only few files.
#[cfg(target_os = "linux")]
#[test]
fn goes_on_without_descriptors() {
    const FEW: &str = "WIREBENCH_TEST_FEW_DESCRIPTORS";
    if std::env::var_os(FEW).is_none() {
        let output = std::process::Command::new("sh")
            .args(["-c", "ulimit -n 40 && exec \"$0\" --exact goes_on_without_descriptors --nocapture"])
            .arg(std::env::current_exe().unwrap())
            .env(FEW, "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let (bench, server) = listening();
    let mut peers = Vec::new();
    while let Ok(peer) = TcpStream::connect(server) {
        peers.push(peer);
    }
    let failure = bench.until_event(|e| matches!(e, Event::Failed(f) if f.op == Operation::Accept));
    assert!(matches!(failure, Event::Failed(f) if f.target == server.to_string()));
    // Room again: those that still wait are accepted, and everybody is served.
    for peer in peers.drain(10..) {
        reset(peer);
    }
    let start = Instant::now();
    bench.until(|s| peers.iter().all(|p| s.clients.iter().any(|c| c.peer.addr == p.local_addr().unwrap())));
    bench.send(Target::AllClients, "here");
    for peer in &peers {
        assert_eq!(read_exactly(peer, 4), b"here");
    }
    let reports = bench.events().iter().filter(|e| matches!(e, Event::Failed(_))).count();
    assert!(reports <= 2 + start.elapsed().as_secs() as usize, "{reports} reports");
    assert!(matches!(bench.link().status().phase, Phase::Open { .. }));
}
