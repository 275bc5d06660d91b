//! The chat room over real sockets.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod answering;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};

use answering::bench::{PATIENCE, bound, join, listening};
use answering::{answer, caller, datagram, mode, until_note};
use wirebench::automation::answer::{AnswerMode, AnswerSettings};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::journal::AnswerNote;
use wirebench::net::Target;
use wirebench::session::answer::AnswerContext;

fn lines() -> AnswerContext {
    AnswerContext { framing: Framing::LINES, ..AnswerContext::default() }
}

const CLIENTS: usize = 50;
const MESSAGES: usize = 20;

/// Each of 50 clients hears each message of the 49 others once, and those of one speaker in order.
#[test]
fn fifty_clients_hear_each_other() {
    let (bench, server) = listening();
    answer(&bench, &mode(AnswerMode::ChatRoom), &lines());
    let clients: Vec<TcpStream> = (0..CLIENTS)
        .map(|_| {
            let client = TcpStream::connect(server).unwrap();
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            client
        })
        .collect();
    bench.until(|status| status.clients.len() == CLIENTS);
    std::thread::scope(|scope| {
        for (me, client) in clients.iter().enumerate() {
            scope.spawn(move || {
                let mut writer = client;
                writer.write_all(format!("/name c{me}\r\n").as_bytes()).unwrap();
                for number in 0..MESSAGES {
                    writer.write_all(format!("message {number}\r\n").as_bytes()).unwrap();
                }
            });
            scope.spawn(move || {
                let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
                let mut count = 0;
                let mut lines = BufReader::new(client).lines();
                while count < (CLIENTS - 1) * MESSAGES {
                    let line = lines.next().unwrap().unwrap();
                    if let Some((name, said)) = line.split_once(": ").filter(|_| !line.starts_with('*')) {
                        heard.entry(name.to_owned()).or_default().push(said.to_owned());
                        count += 1;
                    }
                }
                let expected: Vec<String> = (0..MESSAGES).map(|number| format!("message {number}")).collect();
                assert_eq!(heard.len(), CLIENTS - 1);
                assert!(!heard.contains_key(&format!("c{me}")), "nobody hears itself");
                assert!(heard.values().all(|said| *said == expected), "{heard:?}");
            });
        }
    });
}

#[test]
fn coming_going_and_names_are_told_in_the_encoding() {
    let (bench, server) = listening();
    let context = AnswerContext { charset: Charset::Gbk, ..lines() };
    answer(&bench, &mode(AnswerMode::ChatRoom), &context);
    let (one, stream) = join(&bench, server);
    let (mut two, _) = join(&bench, server);
    let address = two.local_addr().unwrap();
    let mut hears = BufReader::new(&one);
    let mut next = || {
        let mut line = Vec::new();
        hears.read_until(b'\n', &mut line).unwrap();
        Charset::Gbk.decode_lossy(&line)
    };
    assert_eq!(next(), format!("* {address} joined\r\n"));
    two.write_all(&Charset::Gbk.encode("/nick 小明\r\n你好\r\n").unwrap()).unwrap();
    assert_eq!(next(), format!("* {address} is now 小明\r\n"));
    assert_eq!(next(), "小明: 你好\r\n");
    until_note(&bench, |note| *note == AnswerNote::Named { name: "小明".to_owned() });
    bench.send(Target::Client(stream), Charset::Gbk.encode("the person at the tab\r\n").unwrap());
    assert_eq!(next(), "the person at the tab\r\n");
    two.write_all(b"last words without an end").unwrap();
    two.shutdown(Shutdown::Both).unwrap();
    assert_eq!(next(), "小明: last words without an end\r\n");
    assert_eq!(next(), "* 小明 left\r\n");
}

#[test]
fn a_client_that_does_not_read_is_left_out() {
    let (bench, server) = listening();
    let settings = AnswerSettings { per_second: 1_000_000, ..mode(AnswerMode::ChatRoom) };
    let status = answer(&bench, &settings, &AnswerContext::default());
    let (_deaf, deaf) = join(&bench, server);
    let (mut speaker, _) = join(&bench, server);
    let (hearer, _) = join(&bench, server);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut hearer = &hearer;
            let mut bytes = vec![0; 1 << 20];
            while hearer.read(&mut bytes).is_ok_and(|len| len > 0) {}
        });
        let message = vec![b'x'; 60_000];
        while status.left_out() == 0 {
            speaker.write_all(&message).unwrap();
        }
        until_note(&bench, |note| matches!(note, AnswerNote::LeftOut { pending_bytes } if *pending_bytes >= 1 << 20));
        let clients = bench.link().status().clients;
        let pending = clients.iter().find(|client| client.peer.stream == deaf).map(|client| client.pending_bytes);
        assert!(pending.is_none_or(|pending| pending < 2 << 20), "{pending:?}");
        hearer.shutdown(Shutdown::Both).unwrap();
    });
}

#[test]
fn datagrams_chat_too() {
    let (bench, local) = bound();
    answer(&bench, &mode(AnswerMode::ChatRoom), &AnswerContext::default());
    let (one, two) = (caller(local), caller(local));
    one.send(b"/name one").unwrap();
    let own = one.local_addr().unwrap();
    assert_eq!(datagram(&one), format!("* {own} is now one").as_bytes());
    two.send(b"hi").unwrap();
    let other = two.local_addr().unwrap();
    assert_eq!(datagram(&one), format!("* {other} joined").as_bytes());
    assert_eq!(datagram(&one), format!("{other}: hi").as_bytes());
    one.send(b"hello").unwrap();
    assert_eq!(datagram(&two), b"one: hello");
}
