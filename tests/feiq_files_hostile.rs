//! Peers that lie, cut, stall and try to get out of the folder that the person chose.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod feiq_transfers;

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use feiq_transfers::{CLOSE, NUMBER, Node, answering, ask, attachment, connect, done, header, is_reset, noise};
use wirebench::journal::{Cause, Operation};
use wirebench::proto::ipmsg::{DirError, DirLimits, NameRefused, TextEncoding};
use wirebench::service::feiq::files::{FolderLimit, Refusal, TransferFailure, TransferState};

/// The end of a directory.
const LEAVE: &[u8] = b"000b:.:0:3:";

/// What was not fetched whole, and is about to be removed.
fn is_unfinished(name: &str) -> bool {
    name.starts_with("d.part") || name.starts_with("d (") && name.contains("part")
}

fn failed(failure: TransferFailure) -> TransferState {
    TransferState::Failed(failure)
}

#[test]
fn a_file_comes_as_offered_or_not_at_all() {
    let b = Node::start("127.0.62.1");
    let peer = "127.0.62.2";
    for (answer, size, expected) in [
        (noise(99), 100, failed(TransferFailure::Short { got: 99, expected: 100 })),
        (noise(101), 100, failed(TransferFailure::TooMuch { expected: 100 })),
        (noise(1), 0, failed(TransferFailure::TooMuch { expected: 0 })),
        (noise(1), u64::MAX, failed(TransferFailure::Short { got: 1, expected: u64::MAX })),
        (Vec::new(), 100, TransferState::Refused),
    ] {
        assert_eq!(b.fetch(b.request(answering(peer, answer), &attachment("f", size, 1))), expected);
        assert!(b.tree().is_empty(), "{:?}", b.tree().keys());
    }
    // Nobody listens there.
    let gone = TcpListener::bind((peer, 0)).unwrap().local_addr().unwrap();
    match b.fetch(b.request(gone, &attachment("f", 1, 1))) {
        TransferState::Failed(TransferFailure::System(failure)) => {
            assert_eq!((failure.op, failure.cause), (Operation::Connect, Cause::Refused));
        }
        other => panic!("{other:?}"),
    }
    assert!(b.tree().is_empty());
}

#[test]
fn a_silent_peer_is_given_up() {
    let after = Duration::from_millis(150);
    let b = Node::with("127.0.62.3", |config| config.silence = after);
    let silent = TcpListener::bind("127.0.62.4:0").unwrap();
    let addr = silent.local_addr().unwrap();
    assert_eq!(b.fetch(b.request(addr, &attachment("f", 9, 1))), failed(TransferFailure::Silent { after }));
    assert_eq!(b.fetch(b.request(addr, &attachment("d", 0, 2))), failed(TransferFailure::Silent { after }));
    assert!(b.tree().is_empty());

    // One that fetches and takes nothing, and one that never says what it wants.
    let path = b.write("large", &noise(16 << 20));
    b.offer(&[path], "127.0.62.5".parse().unwrap(), TextEncoding::Utf8);
    let mut taker = connect("127.0.62.5", b.addr);
    taker.write_all(b"1:1:u:h:96:5f5e1001:1:0\0").unwrap();
    let served = b.until(|t| t.name == "large" && t.state.is_over());
    assert_eq!(served.state, failed(TransferFailure::Silent { after }));
    assert!(served.done_bytes < 16 << 20);
    let mut rest = Vec::new();
    assert!(is_reset(&taker.read_to_end(&mut rest)), "a reset, so that it can't take that for all");

    let mut mute = connect("127.0.62.5", b.addr);
    assert_eq!(mute.read(&mut [0; 1]).unwrap(), 0);
    assert_eq!(b.files().refused().0.last().unwrap().why, Refusal::Silent);
}

#[test]
fn a_request_is_bounded() {
    let b = Node::start("127.0.62.6");
    let path = b.write("f", b"1");
    b.offer(&[path], "127.0.62.7".parse().unwrap(), TextEncoding::Utf8);
    for hostile in [vec![b'1'; 1 << 20], b"\0".to_vec(), b"1:1:u:h:96:zz:1:0\0".to_vec(), noise(300)] {
        let before = b.files().refused().1;
        let mut stream = connect("127.0.62.7", b.addr);
        let _ = stream.write_all(&hostile); // it may end in the middle
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
        assert_eq!(b.files().refused().1, before + 1);
        assert_eq!(b.files().refused().0.last().unwrap().why, Refusal::Malformed);
    }
    assert_eq!(ask("127.0.62.7", b.addr, b"1:1:u:h:96:5f5e1001:1:0\0").0, b"1", "others are served");
}

#[test]
fn connections_are_bounded() {
    let b = Node::start("127.0.62.8");
    let path = b.write("f", b"1");
    let prepared = b.prepare(&[path]).unwrap();
    let ips: Vec<String> = (1..=6).map(|n| format!("127.0.63.{n}")).collect();
    for ip in &ips {
        let ip = ip.parse().unwrap();
        let recipient = wirebench::service::feiq::files::Recipient { ip, encoding: TextEncoding::Utf8 };
        b.files().offer(NUMBER, &[recipient], &prepared);
    }
    let get = |ip: &str| {
        let mut stream = connect(ip, b.addr);
        stream.write_all(b"1:1:u:h:96:5f5e1001:1:0\0").unwrap();
        stream
    };
    let answer = |mut stream: TcpStream| {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map(|_| answer)
    };
    // Connections that say nothing take all places of one address; the others wait, and too many are refused.
    let mut silent: Vec<_> = (0..4).map(|_| connect(&ips[0], b.addr)).collect();
    let waiting: Vec<_> = (0..32).map(|_| get(&ips[0])).collect();
    assert_eq!(answer(connect(&ips[0], b.addr)).unwrap_or_default(), b"");
    assert_eq!(b.files().refused().0.last().unwrap().why, Refusal::Busy);
    assert_eq!(answer(get(&ips[1])).unwrap(), b"1", "others are served");
    // Now those of all addresses.
    silent.extend(ips[1..5].iter().flat_map(|ip| (0..4).map(|_| connect(ip, b.addr))));
    let last = get(&ips[5]);
    assert_eq!(b.files().refused().1, 1);
    drop(silent);
    for stream in waiting.into_iter().chain([last]) {
        assert_eq!(answer(stream).unwrap(), b"1");
    }
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_cut_with_a_reset() {
    let b = Node::start("127.0.62.9");
    let path = b.write("f", &noise(32 << 20));
    b.offer(std::slice::from_ref(&path), "127.0.62.10".parse().unwrap(), TextEncoding::Utf8);
    let mut taker = connect("127.0.62.10", b.addr);
    taker.write_all(b"1:1:u:h:96:5f5e1001:1:0\0").unwrap();
    taker.read_exact(&mut [0; 1]).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(1000).unwrap();
    let mut rest = Vec::new();
    assert!(is_reset(&taker.read_to_end(&mut rest)), "a reset after {} bytes", rest.len());
    let path = path.canonicalize().unwrap();
    assert_eq!(b.until(|t| t.state.is_over()).state, failed(TransferFailure::Shrank { path }));
}

#[test]
fn names_that_would_leave_the_folder() {
    let b = Node::start("127.0.62.11");
    for (name, why) in [
        ("", NameRefused::Empty),
        ("..", NameRefused::Relative),
        ("../f", NameRefused::Separator),
        ("/etc/f", NameRefused::Separator),
        ("..\\f", NameRefused::Separator),
        ("f\0.txt", NameRefused::Control('\0')),
        ("nul.txt", NameRefused::Device),
    ] {
        for attr in [1, 2] {
            // It is not even asked for.
            let nowhere = "127.0.62.12:9".parse().unwrap();
            let refused = TransferFailure::Name { name: name.to_owned(), why };
            assert_eq!(b.fetch(b.request(nowhere, &attachment(name, 1, attr))), failed(refused));
        }
        let answer =
            [header(b"root", 0, 2), header(b"ok", 0, 1), header(name.as_bytes(), 1, 1), b"x".to_vec()].concat();
        let in_folder = b.fetch(b.request(answering("127.0.62.12", answer), &attachment("d", 0, 2)));
        match in_folder {
            // NUL can't be said in a header's name by an honest sender; a hostile one can.
            TransferState::Failed(TransferFailure::Name { why: said, .. }) => assert_eq!(said, why, "{name:?}"),
            other => panic!("{name:?}: {other:?}"),
        }
        assert!(b.tree().is_empty(), "{:?}", b.tree().keys());
    }
    // What only Windows refuses gets another name.
    let answer = [header(b"root", 0, 2), header(b"a::b?.", 1, 1), b"x".to_vec(), LEAVE.to_vec()].concat();
    done(b.fetch(b.request(answering("127.0.62.12", answer), &attachment("d:", 0, 2))));
    assert_eq!(b.tree().into_keys().collect::<Vec<_>>(), ["d_", "d_/a_b__"]);
}

#[test]
fn folder_streams_that_lie() {
    let b = Node::start("127.0.62.13");
    let root = header(b"../../root", 0, 2);
    let file = |size: u64, content: &[u8]| [header(b"f", size, 1), content.to_vec()].concat();
    let limits = DirLimits { depth: 64, entries: 1000, bytes: 1 << 20 };
    for (stream, expected) in [
        (root.clone(), TransferFailure::FolderCut),
        ([root.clone(), file(3, b"ab")].concat(), TransferFailure::FolderCut),
        ([root.clone(), file(3, b"abc"), b"000b:".to_vec()].concat(), TransferFailure::FolderCut),
        ([root.clone(), file(2, b"abc"), LEAVE.to_vec()].concat(), TransferFailure::Stream(DirError::NoHeader)),
        ([root.clone(), file(4, b"abc"), LEAVE.to_vec()].concat(), TransferFailure::FolderCut),
        (file(1, b"x"), TransferFailure::Stream(DirError::NoRoot)),
        (noise(4000), TransferFailure::Stream(DirError::NoHeader)),
        (
            [root.clone(), b"ffff:".to_vec(), vec![b'x'; 70_000]].concat(),
            TransferFailure::Stream(DirError::HeaderMalformed),
        ),
        (header(b"d", 0, 2).repeat(65), TransferFailure::Limit(FolderLimit::Depth(64))),
        ([root.clone(), header(b"f", 0, 1).repeat(1001)].concat(), TransferFailure::Limit(FolderLimit::Entries(1000))),
        ([root.clone(), file(u64::MAX, b"x")].concat(), TransferFailure::Limit(FolderLimit::Bytes(1 << 20))),
    ] {
        let mut request = b.request(answering("127.0.62.14", stream), &attachment("d", 0, 2));
        request.limits = limits;
        let ended = b.fetch(request);
        match (&ended, &expected) {
            // A thousand files of one name are too many before the limit of entries is reached.
            (
                TransferState::Failed(TransferFailure::NoFreeName { .. }),
                TransferFailure::Limit(FolderLimit::Entries(_)),
            ) => {}
            _ => assert_eq!(ended, failed(expected)),
        }
        // What is large is removed by a thread that nobody waits for: under the name of what is not complete.
        assert!(b.top().iter().all(|name| is_unfinished(name)), "{:?}", b.top());
    }
    assert!(!b.folder.path().parent().unwrap().join("root").exists());
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_not_made_and_names_never_meet() {
    let b = Node::start("127.0.62.15");
    let stream = [
        b"\x00\x01\x02FeiQ".to_vec(),
        header(b"root", 0, 2),
        header(b"link", 11, 4),
        b"/etc/passwd".to_vec(),
        header(b"link", 0, 2),
        header(b"inside", 2, 1),
        b"ok".to_vec(),
        LEAVE.to_vec(),
        header(b"pipe", 0, 7),
        header(b"same", 1, 1),
        b"1".to_vec(),
        header(b"same", 1, 1),
        b"2".to_vec(),
        header(b"same", 0, 2),
        LEAVE.to_vec(),
        header("你".as_bytes(), 0, 1),
        header(b"\xC4\xE3", 0, 1),
        LEAVE.to_vec(),
        b"and more".to_vec(),
    ]
    .concat();
    std::fs::create_dir(b.path("d")).unwrap();
    let id = b.files().fetch(b.request(answering("127.0.62.16", stream), &attachment("d", 0, 2)));
    assert_eq!(done(b.end_of(id)), (b.path("d (2)"), 4, None));
    assert_eq!(b.until(|t| t.id == id).skipped, 2);
    let names: Vec<String> = b.tree().into_keys().collect();
    let expected = ["link", "link/inside", "same", "same (2)", "same (3)", "你", "你 (2)"];
    let expected: Vec<String> =
        ["d".to_owned(), "d (2)".to_owned()].into_iter().chain(expected.map(|name| format!("d (2)/{name}"))).collect();
    assert_eq!(names, expected);
    assert_eq!(b.tree()["d (2)/same"], Some(b"1".to_vec()));
}

#[test]
fn a_cancel_in_an_endless_folder() {
    let b = Node::start("127.0.62.19");
    let listener = TcpListener::bind("127.0.62.20:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let flood = std::thread::Builder::new().name("flood".to_owned()).spawn(move || {
        let mut entries = header(b"root", 0, 2);
        for round in 0u64.. {
            let (mut stream, _) = listener.accept().unwrap();
            while stream.write_all(&entries).is_ok() {
                entries = (0..100).flat_map(|n| header(format!("{round}-{n}").as_bytes(), 0, 1)).collect();
                entries.extend(header(b"deeper", 0, 2));
                entries.extend(LEAVE);
            }
            if round == 2 {
                return;
            }
            entries = header(b"root", 0, 2);
        }
    });
    let mut took = Vec::new();
    for _ in 0..3 {
        let id = b.files().fetch(b.request(addr, &attachment("d", 0, 2)));
        b.until(|t| t.id == id && t.files > 0);
        let started = Instant::now();
        b.files().cancel(id);
        assert_eq!(b.end_of(id), TransferState::Cancelled);
        took.push(started.elapsed());
    }
    flood.unwrap().join().unwrap();
    assert!(took.iter().any(|took| *took <= CLOSE), "{took:?}");
    assert!(b.top().iter().all(|name| is_unfinished(name)), "{:?}", b.top());
}

#[test]
fn a_folder_to_write_to_that_is_a_file() {
    let b = Node::start("127.0.62.17");
    b.write("file", b"in the way");
    for attr in [1, 2] {
        let mut request = b.request("127.0.62.18:9".parse().unwrap(), &attachment("f", 1, attr));
        request.into = b.path("file");
        match b.fetch(request) {
            TransferState::Failed(TransferFailure::System(failure)) => assert_eq!(failure.op, Operation::Write),
            other => panic!("{other:?}"),
        }
    }
}
