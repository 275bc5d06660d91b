//! A thousand clients of one TCP server, all of them in a Python program, and one of them never reads.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::collections::BTreeMap;

use peers::bench::{Bench, CLOSE, listening, outgoing};
use peers::process::Process;
use wirebench::journal::{Event, Kind};
use wirebench::net::{Command, Target};

const CLIENTS: usize = 1000;
const MESSAGES: usize = 100;
/// `0007:042\n`
const MESSAGE_BYTES: usize = 9;
/// What the client that never reads gets at once: more than the system's buffers take.
const UNREAD_BYTES: usize = 16 << 20;

#[test]
fn all_are_answered_though_one_never_reads() {
    let (mut bench, at) = listening();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/clients.py");
    let numbers = [usize::from(at.port()), CLIENTS, MESSAGES].map(|number| number.to_string());
    let mut clients = Process::start("python3", std::iter::once(script).chain(numbers.iter().map(String::as_str)));

    let slow = answer_all(&bench);
    assert_eq!(clients.read_line(), "answered");
    let status = bench.link().status();
    assert_eq!(status.clients.len(), CLIENTS);
    for client in status.clients.iter() {
        let waits = client.pending_bytes > 0;
        assert_eq!(waits, client.peer.stream == slow, "{client:?}");
    }

    assert_each_byte_is_journaled_once(&bench, slow);
    assert!(bench.close() < CLOSE, "with a client that takes nothing");
    let events = bench.events();
    assert_eq!(events.iter().filter(|event| matches!(event, Event::PeerJoined { .. })).count(), CLIENTS);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::PeerLeft { .. })).count(), CLIENTS);
}

/// Sends back whatever comes, until everything came; the stream number of the client that never reads.
fn answer_all(bench: &Bench) -> u32 {
    let mut slow = None;
    let mut received = 0;
    bench.until_record(|record| {
        if record.head.kind == Kind::Received {
            let stream = record.head.peer.unwrap().stream;
            if slow.is_none() && record.bytes().starts_with(b"0000:") {
                slow = Some(stream);
                send(bench, stream, &vec![0; UNREAD_BYTES]);
            }
            send(bench, stream, record.bytes());
            received += record.bytes().len();
        }
        received == CLIENTS * MESSAGES * MESSAGE_BYTES
    });
    slow.unwrap()
}

/// Sends as soon as the worker can take one more command.
fn send(bench: &Bench, stream: u32, bytes: &[u8]) {
    let outgoing = outgoing(Target::Client(stream), bytes);
    while bench.link().command(Command::Send(outgoing.clone())).is_err() {
        std::thread::yield_now();
    }
}

fn assert_each_byte_is_journaled_once(bench: &Bench, slow: u32) {
    let mut streams: BTreeMap<(u32, bool), Vec<u8>> = BTreeMap::new();
    for record in bench.records().iter().filter(|record| record.head.kind != Kind::Event) {
        let direction = (record.head.peer.unwrap().stream, record.head.kind == Kind::Received);
        streams.entry(direction).or_default().extend_from_slice(record.bytes());
    }
    let mut seen = vec![false; CLIENTS];
    for ((stream, came), bytes) in &streams {
        let sent_by = if *came { bytes } else { &streams[&(*stream, true)] };
        let client: usize = str::from_utf8(&sent_by[..4]).unwrap().parse().unwrap();
        let messages = (0..MESSAGES).map(|number| format!("{client:04}:{number:03}\n").into_bytes());
        let expected: Vec<u8> = messages.flatten().collect();
        if *came {
            assert!(!std::mem::replace(&mut seen[client], true), "client {client} came twice");
            assert!(*bytes == expected, "what client {client} sent: {}", String::from_utf8_lossy(bytes));
        } else if *stream == slow {
            assert!(client == 0 && bytes.len() < UNREAD_BYTES && bytes.iter().all(|&byte| byte == 0));
        } else {
            assert!(*bytes == expected, "what client {client} got: {}", String::from_utf8_lossy(bytes));
        }
    }
    assert!(seen.iter().all(|&seen| seen));
    let counted = bench.counters.snapshot();
    assert_eq!(counted.received_bytes, (CLIENTS * MESSAGES * MESSAGE_BYTES) as u64);
}
