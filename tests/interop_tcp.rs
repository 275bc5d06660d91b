//! What both TCP modes have in common, against Python's sockets.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::net::SocketAddr;
use std::sync::Arc;

use crossbeam_channel::bounded;
use peers::bench::{Bench, CLOSE, LOOPBACK, PATIENCE, Pattern, left, open_client, open_server};
use peers::python::Python;
use peers::{TEXTS, log, sha256, sha256_of_file, text};
use serde_json::json;
use wirebench::codec::{Charset, hex};
use wirebench::export::SaveReceived;
use wirebench::journal::{Event, Kind, LeaveReason, Wake};
use wirebench::net::{Command, Phase, Target};

/// Which side is ours.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Client,
    Server,
}

impl Mode {
    /// A connection to Python, and how we address it.
    fn connect(self, local: SocketAddr) -> (Bench, Python, Target) {
        match self {
            Self::Client => {
                let (mut python, at) = Python::listening(&local.ip().to_string());
                let bench = open_client(at);
                let from = bench.opened();
                assert_eq!(python.run("accept").port(), from.port());
                (bench, python, Target::Server)
            }
            Self::Server => {
                let bench = open_server(local);
                let (python, from) = Python::connected(bench.opened());
                let clients = bench.until(|s| s.clients.len() == 1).clients;
                assert_eq!(clients[0].peer.addr, from);
                (bench, python, Target::Client(clients[0].peer.stream))
            }
        }
    }

    fn on_ipv4(self) -> (Bench, Python, Target) {
        self.connect(LOOPBACK)
    }

    /// Waits until the peer is gone from the status, too.
    fn until_alone(self, bench: &Bench) {
        match self {
            Self::Client => assert_eq!(bench.ended(), None),
            Self::Server => {
                let status = bench.until(|s| s.clients.is_empty());
                assert!(matches!(status.phase, Phase::Open { .. }), "the server goes on");
            }
        }
    }
}

fn texts_go_both_ways(mode: Mode, local: &str) {
    let (bench, mut python, target) = mode.connect(local.parse().unwrap());
    let mut seen = 0;
    for (charset, codec, said) in TEXTS {
        let line = format!("{said}\n");
        let len = charset.encode(&line).unwrap().len();
        bench.command(Command::Send(text(target.clone(), &line, charset)));
        let there = python.call(&json!({ "op": "receive", "length": len, "charset": codec }));
        assert_eq!(there.text(), line);
        python.call(&json!({ "op": "send", "text": line, "charset": codec }));
        seen += len;
        bench.until_received(seen);
    }
    for (charset, _, said) in TEXTS {
        let shown = log::text(&bench, charset);
        // What we sent reads right under any encoding of the receiving side; what came, under its own.
        assert_eq!(shown.lines().filter(|line| *line == said).count(), 2, "{} in {shown}", charset.label());
    }
}

#[test]
fn texts_go_both_ways_as_client() {
    texts_go_both_ways(Mode::Client, "127.0.0.1:0");
}

#[test]
fn texts_go_both_ways_as_client_over_ipv6() {
    texts_go_both_ways(Mode::Client, "[::1]:0");
}

#[test]
fn texts_go_both_ways_as_server() {
    texts_go_both_ways(Mode::Server, "127.0.0.1:0");
}

#[test]
fn texts_go_both_ways_as_server_over_ipv6() {
    texts_go_both_ways(Mode::Server, "[::1]:0");
}

fn hexadecimal_goes_both_ways(mode: Mode) {
    let (bench, mut python, target) = mode.on_ipv4();
    bench.send(target, hex::parse("00 0xFF,0A\\x0D\n80:7f").unwrap());
    assert_eq!(python.receive(6), [0x00, 0xFF, 0x0A, 0x0D, 0x80, 0x7F]);
    python.send(&[0xC4, 0xE3, 0x00, 0x1B]);
    bench.until_received(4);
    let shown = log::hex(&bench);
    for bytes in ["00 FF 0A 0D 80 7F", "C4 E3 00 1B"] {
        assert!(shown.lines().any(|line| line.trim() == bytes), "{shown}");
    }
}

#[test]
fn hexadecimal_goes_both_ways_as_client() {
    hexadecimal_goes_both_ways(Mode::Client);
}

#[test]
fn hexadecimal_goes_both_ways_as_server() {
    hexadecimal_goes_both_ways(Mode::Server);
}

/// 100 MB each way at the same time. What came is compared twice: as it was saved to a file while it came, and as the
/// journal, most of which is in its spill file by then, gives it back.
fn carries_100_mb_each_way(mode: Mode) {
    const LEN: usize = 100_000_000;
    let (bench, mut python, target) = mode.on_ipv4();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("received.bin");
    let (written, progress) = bounded(1);
    // A full channel says the same already.
    let wake: Wake = Arc::new(move || _ = written.try_send(()));
    let saving = SaveReceived::start(&bench.recorder, file.to_str().unwrap(), wake).unwrap();

    python.begin(&json!({ "op": "exchange", "send": LEN, "receive": LEN }));
    let pattern = Pattern::new();
    let pieces = || {
        let mut at = 0;
        let pattern = &pattern;
        std::iter::from_fn(move || {
            let piece = (at < LEN).then(|| pattern.piece(at as u64, LEN - at))?;
            at += piece.len();
            Some(piece)
        })
    };
    let mut queued = 0;
    for piece in pieces() {
        bench.until_room(queued);
        queued += piece.len() as u64;
        bench.send(target.clone(), piece);
    }
    let answer = python.answer();
    let (sent_to_us, received_from_us) = answer.hashes();
    assert_eq!(received_from_us, sha256(pieces()), "what we sent");

    while saving.status().written_bytes < LEN as u64 {
        progress.recv_timeout(PATIENCE).unwrap();
    }
    let saved = saving.finish();
    assert_eq!((saved.written_bytes, saved.missed_bytes, saved.error), (LEN as u64, 0, None));
    assert_eq!(sha256_of_file(&file), sent_to_us, "what was saved");
    let journal = bench.recorder.journal();
    let records = |kind| journal.cursor(0).map(Result::unwrap).filter(move |record| record.head.kind == kind);
    assert_eq!(sha256(records(Kind::Received).map(|r| r.bytes().to_vec())), sent_to_us, "what was journaled");
    assert_eq!(sha256(records(Kind::Sent).map(|r| r.bytes().to_vec())), received_from_us, "what was journaled as sent");
    let counted = bench.counters.snapshot();
    assert_eq!((counted.received_bytes, counted.sent_bytes), (LEN as u64, LEN as u64));
}

#[test]
fn carries_100_mb_each_way_as_client() {
    carries_100_mb_each_way(Mode::Client);
}

#[test]
fn carries_100_mb_each_way_as_server() {
    carries_100_mb_each_way(Mode::Server);
}

fn split_characters_show_whole(mode: Mode) {
    const SAID: &str = "你好，世界"; // with U+FF0C
    let (bench, mut python, _) = mode.on_ipv4();
    let bytes = Charset::Gbk.encode(SAID).unwrap();
    assert_eq!(bytes, [0xC4, 0xE3, 0xBA, 0xC3, 0xA3, 0xAC, 0xCA, 0xC0, 0xBD, 0xE7]);
    for (count, byte) in (1..).zip(&bytes) {
        python.send(&[*byte]);
        bench.until_received(count);
    }
    let came: Vec<_> = bench.records().into_iter().filter(|record| record.head.kind == Kind::Received).collect();
    assert!(
        came.len() == bytes.len() && came.iter().all(|record| record.bytes().len() == 1),
        "a segment for each byte"
    );

    let mut window = log::Window::open(&bench);
    for charset in [Charset::Auto, Charset::Gbk, Charset::Gb2312, Charset::Gb18030] {
        assert_eq!(window.read_as(charset), SAID, "{}", charset.label());
    }
    let damaged = window.read_as(Charset::Utf8);
    assert!(damaged.contains('\u{FFFD}') && !damaged.contains('你'), "{damaged}");
    assert_eq!(window.read_as(Charset::Gbk), SAID, "whole again");

    // With a header line before each byte the characters are there too, each once, in order.
    let shown = log::text(&bench, Charset::Gbk);
    let characters: String = shown.lines().filter(|line| !line.starts_with('[')).flat_map(str::chars).collect();
    assert!(characters.contains(SAID), "{shown}");
}

#[test]
fn split_characters_show_whole_as_client() {
    split_characters_show_whole(Mode::Client);
}

#[test]
fn split_characters_show_whole_as_server() {
    split_characters_show_whole(Mode::Server);
}

fn a_peer_that_is_killed_while_it_sends_is_gone(mode: Mode) {
    let (mut bench, mut python, _) = mode.on_ipv4();
    python.begin(&json!({ "op": "flood" }));
    bench.until_received(4 << 20);
    python.process().kill();
    // Its system still delivers what it had taken, and then says FIN.
    bench.until_event(left(LeaveReason::Finished));
    mode.until_alone(&bench);
    assert!(bench.close() < CLOSE);
}

#[test]
fn a_server_that_is_killed_while_it_sends_is_gone() {
    a_peer_that_is_killed_while_it_sends_is_gone(Mode::Client);
}

#[test]
fn a_client_that_is_killed_while_it_sends_is_gone() {
    a_peer_that_is_killed_while_it_sends_is_gone(Mode::Server);
}

fn a_peer_that_is_killed_while_we_send_is_gone(mode: Mode) {
    let (mut bench, mut python, target) = mode.on_ipv4();
    bench.send(target, vec![0x55; 32 << 20]);
    bench.until(|s| s.pending_bytes > 0);
    bench.until_record(|record| record.head.kind == Kind::Sent);
    python.process().kill();
    // Its system resets a connection of which not all was read.
    let event = bench.until_event(left(LeaveReason::Reset));
    assert!(matches!(event, Event::PeerLeft { unsent_bytes: 1.., .. }), "{event:?}");
    mode.until_alone(&bench);
    assert!(bench.close() < CLOSE);
}

#[test]
fn a_server_that_is_killed_while_we_send_is_gone() {
    a_peer_that_is_killed_while_we_send_is_gone(Mode::Client);
}

#[test]
fn a_client_that_is_killed_while_we_send_is_gone() {
    a_peer_that_is_killed_while_we_send_is_gone(Mode::Server);
}

fn fin_and_rst_are_told_apart(mode: Mode) {
    for (op, reason) in [("close", LeaveReason::Finished), ("reset", LeaveReason::Reset)] {
        let (bench, mut python, _) = mode.on_ipv4();
        python.send(b"last words");
        bench.until_received(10);
        python.run(op);
        bench.until_event(left(reason));
        mode.until_alone(&bench);
        assert_eq!(bench.bytes(Kind::Received), b"last words");
    }
}

#[test]
fn fin_and_rst_are_told_apart_as_client() {
    fin_and_rst_are_told_apart(Mode::Client);
}

#[test]
fn fin_and_rst_are_told_apart_as_server() {
    fin_and_rst_are_told_apart(Mode::Server);
}

fn answers_still_come_after_a_half_close(mode: Mode) {
    let (bench, mut python, target) = mode.on_ipv4();
    bench.send(target.clone(), "question");
    let stream = if let Target::Client(stream) = target { Some(stream) } else { None };
    bench.command(Command::HalfClose(stream));
    assert_eq!(python.run("receive_to_end").bytes(), b"question");
    bench.until_event(|event| matches!(event, Event::HalfClosed { .. }));
    python.send(b"answer");
    assert_eq!(bench.until_received(6), b"answer");
    python.run("finish");
    bench.until_event(left(LeaveReason::Finished));
    mode.until_alone(&bench);
}

#[test]
fn answers_still_come_after_a_half_close_as_client() {
    answers_still_come_after_a_half_close(Mode::Client);
}

#[test]
fn answers_still_come_after_a_half_close_as_server() {
    answers_still_come_after_a_half_close(Mode::Server);
}
