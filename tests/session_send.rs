//! The cycle and the lines of the send box, over sockets of the standard library.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use net_tcp::running::Running;
use net_tcp::{Bench, LOOPBACK, PATIENCE, bound, connected, cycling, join, listening, read_exactly, reset};
use wirebench::automation::{ComposeError, Form, Message};
use wirebench::codec::framing::{Framing, LineEnd};
use wirebench::journal::{Cause, Event, Kind, Operation};
use wirebench::net::{Command, JobSlot, Target};
use wirebench::session::send::{
    Cycle, CycleConfig, CycleProgress, CycleState, Disk, Packet, SendTrouble, prepare_lines,
};

fn message(text: &str, form: Form) -> Message {
    Message { text: text.to_owned(), form, template: true, ..Message::default() }
}

fn packet(text: &str) -> Packet {
    Packet::prepared(message(text, Form::Ascii).prepare(&Framing::AsRead).unwrap(), None)
}

fn config(target: Target, packets: Vec<Packet>, rounds: u64) -> CycleConfig {
    let variables = BTreeMap::from([("name".to_owned(), "值".to_owned())]);
    let lookup = Box::new(Disk::new(variables));
    CycleConfig { target, packets, interval: Duration::from_millis(1), rounds: NonZeroU64::new(rounds), lookup }
}

fn start(bench: &Bench, config: CycleConfig) -> Running<CycleProgress> {
    Running::start(bench, |wake| Cycle::new(config, wake))
}

fn udp() -> (Bench, UdpSocket, SocketAddr) {
    let (bench, _) = bound();
    let peer = UdpSocket::bind(LOOPBACK).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let at = peer.local_addr().unwrap();
    (bench, peer, at)
}

fn receive(peer: &UdpSocket) -> String {
    let mut buffer = [0; 2048];
    let len = peer.recv(&mut buffer).unwrap();
    String::from_utf8(buffer[..len].to_vec()).unwrap()
}

#[test]
fn a_cycle_of_so_many_sends_counts_and_ends() {
    let (bench, peer, at) = udp();
    let begun = Instant::now();
    let progress = start(&bench, config(Target::Address(at), vec![packet("#{counter:03}")], 100));
    for number in 0..100 {
        assert_eq!(receive(&peer), format!("#{number:03}"));
    }
    let status = progress.over();
    let elapsed = begun.elapsed();
    assert_eq!((status.state, status.sent), (CycleState::Finished, 100));
    assert_eq!(status.jitter.count, 99);
    assert!(elapsed >= Duration::from_millis(99) - Duration::from_millis(20), "no burst: {elapsed:?}");
    assert!(status.jitter.p99 <= status.jitter.max && status.jitter.mean <= status.jitter.max);
    bench.until_record(|r| r.head.kind == Kind::Sent && r.bytes() == b"#099");
}

#[test]
fn the_grid_does_not_drift_and_wakes_are_few() {
    let (bench, peer, at) = udp();
    let wakes = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&wakes);
    let (cycle, progress) = Cycle::new(
        config(Target::Address(at), vec![Packet::bytes(*b"x", None)], 500),
        Arc::new(move || _ = counter.fetch_add(1, Ordering::Relaxed)),
    );
    let begun = Instant::now();
    bench.command(Command::StartJob(JobSlot::Sending, Box::new(cycle)));
    for _ in 0..500 {
        receive(&peer);
    }
    bench.until(|s| !cycling(s));
    let status = progress.get();
    let elapsed = begun.elapsed();
    // Every tick but those left out because the machine was busy, so the time is known.
    let ticks = status.sent + status.skipped;
    assert!(elapsed + Duration::from_millis(20) >= Duration::from_millis(ticks - 1), "{elapsed:?} {status:?}");
    let most = elapsed.as_millis() as u64 / 50 + 2;
    assert!(wakes.load(Ordering::Relaxed) <= most, "{} in {elapsed:?}", wakes.load(Ordering::Relaxed));
}

#[test]
fn templates_are_filled_in_at_each_send() {
    let (bench, peer, at) = udp();
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().write_all(b"one").unwrap();
    let text = format!("{{counter}} {{var:name}} {{file:{}}}", file.path().display());
    let once = start(&bench, config(Target::Address(at), vec![packet(&text)], 1));
    assert_eq!(receive(&peer), "0 值 one");
    assert_eq!(once.over().state, CycleState::Finished);
    let twice = start(&bench, config(Target::Address(at), vec![packet(&text)], 2));
    assert_eq!((receive(&peer), receive(&peer)), ("0 值 one".to_owned(), "1 值 one".to_owned()));
    assert_eq!(twice.over().sent, 2);
    let path = file.path().to_owned();
    drop(file);
    let gone = start(&bench, config(Target::Address(at), vec![packet(&text)], 0));
    let CycleState::Failed(SendTrouble::Compose { packet: 0, error }) = gone.over().state else { panic!() };
    let ComposeError::Expand(error) = error else { panic!("{error}") };
    assert_eq!((error.line, error.column), (1, 22));
    let failure = bench.until(|s| s.last_failure.is_some()).last_failure.unwrap().1;
    assert_eq!((failure.op, failure.target), (Operation::Read, path.display().to_string()));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    let (bench, _peer, at) = udp();
    let device = start(&bench, config(Target::Address(at), vec![packet("{file:/dev/zero}")], 1));
    assert!(matches!(device.over().state, CycleState::Failed(SendTrouble::Compose { .. })));
}

#[test]
fn a_peer_that_takes_nothing_is_waited_for_and_nothing_piles_up() {
    const LEN: usize = 12 << 20;
    let (bench, peer) = connected();
    let mut payload = vec![5; LEN];
    payload[0] = 1;
    let progress = start(&bench, config(Target::Server, vec![Packet::bytes(payload, None)], 3));
    assert_eq!(progress.until(|s| s.state == CycleState::Waiting).sent, 1);
    assert!(bench.link().status().pending_bytes < LEN as u64);
    for _ in 0..3 {
        let got = read_exactly(&peer, LEN);
        assert!(got[0] == 1 && got[1..].iter().all(|byte| *byte == 5));
    }
    let status = progress.over();
    assert_eq!((status.state, status.sent), (CycleState::Finished, 3));
}

#[test]
fn a_client_that_stalls_does_not_hold_up_the_others() {
    const LEN: usize = 8 << 20;
    let (bench, server) = listening();
    let ((reads, _), (_stalls, _)) = (join(&bench, server), join(&bench, server));
    let progress = start(&bench, config(Target::AllClients, vec![Packet::bytes(vec![1; LEN], None)], 0));
    for _ in 0..4 {
        assert_eq!(read_exactly(&reads, LEN), vec![1; LEN]);
    }
    assert!(progress.progress.get().state.is_alive());
    bench.command(Command::StopJob(JobSlot::Sending));
    assert_eq!(progress.over().state, CycleState::Stopped);
}

#[test]
fn a_cycle_ends_with_its_connection() {
    let (bench, peer) = connected();
    let progress = start(&bench, config(Target::Server, vec![packet("x")], 0));
    read_exactly(&peer, 3);
    reset(peer);
    bench.ended();
    assert_eq!(progress.over().state, CycleState::Stopped);

    let (bench, server) = listening();
    let ((_other, _), (peer, stream)) = (join(&bench, server), join(&bench, server));
    let progress = start(&bench, config(Target::Client(stream), vec![packet("x")], 0));
    read_exactly(&peer, 3);
    reset(peer);
    assert_eq!(progress.over().state, CycleState::Stopped);
}

#[test]
fn a_cycle_that_is_refused_says_so_once() {
    let (bench, _) = listening();
    let progress = start(&bench, config(Target::AllClients, vec![packet("x")], 0));
    let status = progress.over();
    assert!(matches!(&status.state, CycleState::Failed(SendTrouble::Refused(f)) if f.cause == Cause::NoClients));
    assert_eq!(bench.events().iter().filter(|e| matches!(e, Event::Failed(_))).count(), 1);
    assert_eq!(status.sent, 0);
    let nothing = start(&bench, config(Target::AllClients, Vec::new(), 0));
    assert_eq!(nothing.over().state, CycleState::Finished);
}

#[test]
fn lines_are_packets_with_the_same_framing_as_any_send() {
    let (bench, peer) = connected();
    let message = message("", Form::Ascii);
    let framing = Framing::Lines { keep: false, send: LineEnd::CrLf };
    let lines = prepare_lines("one\n\n{counter}\r\n三", &message.composer(&framing)).unwrap();
    assert_eq!(lines.len(), 3, "an empty one is left out");
    let packets = lines.into_iter().map(|line| Packet::prepared(line, None)).collect();
    let progress = start(&bench, config(Target::Server, packets, 2));
    let expected = "one\r\n1\r\n三\r\none\r\n4\r\n三\r\n";
    assert_eq!(read_exactly(&peer, expected.len()), expected.as_bytes());
    assert_eq!(progress.over().sent, 6);
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let hex = message("", Form::Hex);
    let error = prepare_lines("01 02\n\n0G", &hex.composer(&Framing::AsRead)).unwrap_err();
    assert_eq!(error.line, 3);
    assert!(error.to_string().starts_with("line 3: "), "{error}");
    assert!(prepare_lines("", &hex.composer(&Framing::AsRead)).unwrap().is_empty());
}

#[test]
fn lines_wait_for_the_slowest_client() {
    const LEN: usize = 6 << 20;
    let (bench, server) = listening();
    let ((one, _), (slow, _)) = (join(&bench, server), join(&bench, server));
    let packets = vec![Packet::bytes(vec![1; LEN], None), Packet::bytes(vec![2; LEN], None)];
    let progress = start(&bench, config(Target::AllClients, packets, 2));
    let expected: Vec<u8> = [1, 2, 1, 2].into_iter().flat_map(|byte| vec![byte; LEN]).collect();
    let reader = std::thread::Builder::new().name("one".to_owned());
    let reader = reader.spawn(move || read_exactly(&one, 4 * LEN)).unwrap();
    progress.until(|s| s.state == CycleState::Waiting);
    assert_eq!(read_exactly(&slow, 4 * LEN), expected);
    assert_eq!(reader.join().unwrap(), expected);
    assert_eq!(progress.over().state, CycleState::Finished);
}
