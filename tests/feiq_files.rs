//! Files and folders between two nodes, and between a node and orderly peers that speak for themselves.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod feiq_transfers;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant, UNIX_EPOCH};

use feiq_transfers::{CLOSE, NUMBER, Node, PATIENCE, answering, ask, attachment, connect, done, noise, request, tree};
use wirebench::journal::Cause;
use wirebench::proto::ipmsg::{DirLimits, TextEncoding};
use wirebench::service::feiq::files::{
    Direction, Existing, Files, FilesConfig, FolderLimit, PrepareFailure, Refusal, Transfer, TransferFailure,
    TransferState,
};

const GETFILEDATA: u32 = 0x60;
const GETDIRFILES: u32 = 0x62;

#[test]
fn files_of_any_size_arrive_whole() {
    let (a, b) = (Node::start("127.0.61.1"), Node::start("127.0.61.2"));
    let contents = [(String::from("空.bin"), noise(0)), ("一.bin".into(), noise(1)), ("大.bin".into(), noise(3 << 20))];
    let paths: Vec<PathBuf> = contents.iter().map(|(name, bytes)| a.write(name, bytes)).collect();
    let time = UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    fs::File::options().write(true).open(&paths[2]).unwrap().set_modified(time).unwrap();
    let offered = a.offer(&paths, b.addr.ip(), TextEncoding::Gbk);
    for (attachment, (name, bytes)) in offered.iter().zip(&contents) {
        let mut request = b.request(a.addr, attachment);
        request.encoding = TextEncoding::Gbk;
        let (path, size, sha256) = done(b.fetch(request));
        assert_eq!((&path, size), (&b.path(name), bytes.len() as u64));
        assert_eq!(&fs::read(path).unwrap(), bytes);
        let served = a.until(|t| t.attachment == attachment.id && t.state.is_over());
        assert_eq!((served.direction, served.peer.ip(), served.files), (Direction::Serving, b.addr.ip(), 1));
        assert_eq!(done(served.state), (paths[attachment.id as usize - 1].canonicalize().unwrap(), size, sha256));
    }
    let arrived = fs::metadata(b.path("大.bin")).unwrap();
    assert_eq!(arrived.modified().unwrap(), time);
    assert_eq!(b.tree().len(), 3, "nothing else was left");
}

#[test]
fn folder_trees_arrive_whole_in_both_encodings() {
    let (a, b) = (Node::start("127.0.61.3"), Node::start("127.0.61.4"));
    for (name, len) in [("说明.txt", 10), ("图/一.png", 200_000), ("图/深/更深/二.png", 0), ("b", 1), ("图/三", 70_000)]
    {
        a.write(&format!("资料 (新)/{name}"), &noise(len));
    }
    for empty in ["空", "图/也空"] {
        fs::create_dir_all(a.path("资料 (新)").join(empty)).unwrap();
    }
    let total: u64 = 10 + 200_000 + 1 + 70_000;
    for (encoding, arrives) in [(TextEncoding::Gbk, "资料 (新)"), (TextEncoding::Utf8, "资料 (新) (2)")] {
        let offered = a.offer(&[a.path("资料 (新)")], b.addr.ip(), encoding);
        assert_eq!((offered[0].size, offered[0].attr & 0xFF), (total, 2));
        let mut request = b.request(a.addr, &offered[0]);
        request.encoding = encoding;
        let id = b.files().fetch(request);
        assert_eq!(done(b.end_of(id)), (b.path(arrives), total, None));
        assert_eq!(tree(&b.path(arrives)), tree(&a.path("资料 (新)")));
        let fetched = b.until(|t| t.id == id);
        assert_eq!((fetched.files, fetched.skipped, fetched.is_folder), (5, 0, true));
        let served = a.until(|t| t.state.is_over());
        assert_eq!(done(served.state), (a.path("资料 (新)").canonicalize().unwrap(), total, None));
        a.files().release(NUMBER, b.addr.ip());
    }
}

#[test]
fn names_that_others_cannot_take_are_changed() {
    let (a, b) = (Node::start("127.0.61.5"), Node::start("127.0.61.6"));
    a.write("t/😀.txt", b"smile");
    if cfg!(unix) {
        a.write("t/a:b", b"colon");
        a.write("t/aux.c", b"reserved");
        a.write("t/end.", b"dot");
    }
    let offered = a.offer(&[a.path("t")], b.addr.ip(), TextEncoding::Gbk);
    let mut request = b.request(a.addr, &offered[0]);
    request.encoding = TextEncoding::Gbk;
    done(b.fetch(request));
    let names: Vec<String> = b.tree().into_keys().collect();
    let expected: &[&str] =
        if cfg!(unix) { &["t", "t/_1F600.txt", "t/_aux.c", "t/a_b", "t/end_"] } else { &["t", "t/_1F600.txt"] };
    assert_eq!(names, expected);
}

#[cfg(unix)]
#[test]
fn links_are_left_out_and_counted() {
    let (a, b) = (Node::start("127.0.61.7"), Node::start("127.0.61.8"));
    a.write("t/real", b"real");
    a.write("secret", b"secret");
    std::os::unix::fs::symlink(a.path("secret"), a.path("t/link")).unwrap();
    std::os::unix::fs::symlink(a.folder.path(), a.path("t/up")).unwrap();
    let offered = a.offer(&[a.path("t")], b.addr.ip(), TextEncoding::Utf8);
    done(b.fetch(b.request(a.addr, &offered[0])));
    assert_eq!(b.tree().into_keys().collect::<Vec<_>>(), ["t", "t/real"]);
    assert_eq!(a.until(|t| t.state.is_over()).skipped, 2);
    // A link that the person offers is meant: its file goes, under the link's name.
    let offered = a.offer(&[a.path("t/link")], b.addr.ip(), TextEncoding::Utf8);
    a.files().release(NUMBER + 1, b.addr.ip());
    assert_eq!((offered[0].name.as_slice(), offered[0].size), (b"link".as_slice(), 6));
}

#[test]
fn only_what_is_offered_goes_to_whom_it_is_offered() {
    let a = Node::start("127.0.61.9");
    let path = a.write("f", b"content");
    let (friend, stranger) = ("127.0.61.10", "127.0.61.11");
    a.offer(&[path, a.folder.path().to_owned()], friend.parse().unwrap(), TextEncoding::Utf8);
    let get =
        |from: &str, command, extra: &str| ask(from, a.addr, format!("{}\0", request(command, extra)).as_bytes()).0;
    assert_eq!(get(friend, GETFILEDATA, "5f5e1001:1:0"), b"content");
    assert_eq!(get(stranger, GETFILEDATA, "5f5e1001:1:0"), b"");
    for (command, extra) in [
        (GETFILEDATA, "5f5e1001:0:0"),
        (GETFILEDATA, "5f5e1001:3:0"),
        (GETFILEDATA, "5f5e1002:1:0"),
        (GETFILEDATA, "5f5e1001:2:0"),
        (GETDIRFILES, "5f5e1001:1"),
        (GETFILEDATA, "5f5e1001:1:8"),
        (0x20, "5f5e1001:1:0"),
    ] {
        assert_eq!(get(friend, command, extra), b"", "{command:x} {extra}");
    }
    let (refused, total) = a.files().refused();
    let (number, ip) = (NUMBER, friend.parse().unwrap());
    let expected = [
        Refusal::Stranger,
        Refusal::NotOffered { number, attachment: 0 },
        Refusal::NotOffered { number, attachment: 3 },
        Refusal::NotOffered { number: number + 1, attachment: 1 },
        Refusal::WrongKind { number, attachment: 2 },
        Refusal::WrongKind { number, attachment: 1 },
        Refusal::BeyondEnd { offset: 8, size: 7 },
        Refusal::Malformed,
    ];
    assert_eq!(refused.iter().map(|r| r.why).collect::<Vec<_>>(), expected);
    assert_eq!((total, refused[0].from.to_string().as_str(), refused[1].from), (8, stranger, ip));

    assert!(a.files().is_offered(NUMBER, ip));
    a.files().release(NUMBER, ip);
    assert!(!a.files().is_offered(NUMBER, ip));
    assert_eq!(get(friend, GETFILEDATA, "5f5e1001:1:0"), b"");
}

#[test]
fn offers_expire() {
    let a = Node::with("127.0.61.12", |config| config.offer_lifetime = Duration::ZERO);
    let path = a.write("f", b"content");
    a.offer(&[path], "127.0.61.13".parse().unwrap(), TextEncoding::Utf8);
    assert_eq!(ask("127.0.61.13", a.addr, b"1:1:u:h:96:5f5e1001:1:0\0").0, b"");
    assert_eq!(a.files().refused().0[0].why, Refusal::Stranger);
}

#[test]
fn requests_in_every_usual_form() {
    let a = Node::start("127.0.61.14");
    let path = a.write("f", b"0123456789");
    let peer = "127.0.61.15";
    a.offer(&[path], peer.parse().unwrap(), TextEncoding::Utf8);
    for (extra, expected) in [
        ("5f5e1001:1:0\0", b"0123456789".as_slice()),
        ("5F5E1001:1:0:", b"0123456789"),
        ("5f5e1001:1:4:\0", b"456789"),
        ("5f5e1001:1:a\0\0\0", b""),
        ("5f5e1001:1:0", b"0123456789"),
    ] {
        let request = request(GETFILEDATA, extra);
        assert_eq!(ask(peer, a.addr, request.as_bytes()), (expected.to_vec(), false), "{extra:?}");
    }
    // In two pieces, and with an end that only the FIN tells.
    let mut stream = connect(peer, a.addr);
    stream.set_nodelay(true).unwrap();
    for piece in ["1:99:peer:peer-pc:9", "6:5f5e1001:1:2"] {
        stream.write_all(piece.as_bytes()).unwrap();
    }
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"23456789");
    let served = |all: &[Transfer]| all.iter().filter(|t| matches!(t.state, TransferState::Done { .. })).count();
    assert!(a.files().wait(PATIENCE, |all| served(all) >= 5), "{:#?}", a.files().transfers());
}

#[test]
fn a_file_that_changed_is_not_served() {
    let (a, b) = (Node::start("127.0.61.16"), Node::start("127.0.61.17"));
    let paths = [a.write("longer", b"1"), a.write("gone", b"1"), a.write("other", b"1")];
    let offered = a.offer(&paths, b.addr.ip(), TextEncoding::Utf8);
    a.write("longer", b"12");
    fs::remove_file(&paths[1]).unwrap();
    fs::rename(a.write("new", b"2"), &paths[2]).unwrap();
    for (attachment, path) in offered.iter().zip(&paths) {
        assert_eq!(b.fetch(b.request(a.addr, attachment)), TransferState::Refused);
        let served = a.until(|t| t.attachment == attachment.id && t.state.is_over());
        let path = path.parent().unwrap().canonicalize().unwrap().join(path.file_name().unwrap());
        assert_eq!(served.state, TransferState::Failed(TransferFailure::Changed { path }));
    }
    assert!(b.tree().is_empty());
}

#[test]
fn what_can_not_be_offered_is_said() {
    let a = Node::with("127.0.61.18", |config| config.limits = DirLimits { depth: 2, entries: 3, bytes: 10 });
    let missing = a.path("missing");
    match a.prepare(std::slice::from_ref(&missing)) {
        Err(PrepareFailure::System(failure)) => assert!(failure.to_string().starts_with("read "), "{failure}"),
        other => panic!("{other:?}"),
    }
    for (files, limit) in [
        (&["deep/1/2/f"][..], FolderLimit::Depth(2)),
        (&["many/1", "many/2", "many/3", "many/4"], FolderLimit::Entries(3)),
        (&["large/123456", "large/234567"], FolderLimit::Bytes(10)),
    ] {
        for name in files {
            a.write(name, &name.as_bytes()[name.len() - name.len().min(6)..]);
        }
        let path = a.path(files[0].split('/').next().unwrap());
        assert_eq!(
            a.prepare(std::slice::from_ref(&path)).map(drop),
            Err(PrepareFailure::Limit { path: path.canonicalize().unwrap(), limit })
        );
    }
}

#[test]
fn nothing_is_overwritten() {
    let b = Node::start("127.0.61.19");
    b.write("a.txt", b"mine");
    let fetch = |existing| {
        let mut request = b.request(answering("127.0.61.20", b"new".to_vec()), &attachment("a.txt", 3, 1));
        request.existing = existing;
        b.fetch(request)
    };
    assert_eq!(done(fetch(Existing::Number)).0, b.path("a (2).txt"));
    let path = b.path("a.txt");
    assert_eq!(fetch(Existing::Refuse), TransferState::Failed(TransferFailure::Exists { path }));
    assert_eq!(b.tree().into_values().flatten().collect::<Vec<_>>(), [b"new".to_vec(), b"mine".to_vec()]);
}

#[test]
fn more_fetches_than_run_at_once_all_come() {
    let (a, b) = (Node::start("127.0.61.21"), Node::start("127.0.61.22"));
    let paths: Vec<PathBuf> = (0..40).map(|n| a.write(&format!("{n}"), &noise(n * 997))).collect();
    let offered = a.offer(&paths, b.addr.ip(), TextEncoding::Utf8);
    let ids: Vec<_> = offered.iter().map(|attachment| b.files().fetch(b.request(a.addr, attachment))).collect();
    for id in ids {
        done(b.end_of(id));
    }
    assert_eq!(b.tree(), a.tree());
}

#[test]
fn a_port_in_use_says_by_whom() {
    let a = Node::start("127.0.61.23");
    let failure = Files::start(FilesConfig::new(a.addr), std::sync::Arc::new(|| ())).map(drop).unwrap_err();
    match failure.cause {
        Cause::AddressInUse { owner: Some(owner) } => assert_eq!(owner.pid, std::process::id()),
        Cause::AddressInUse { owner: None } if cfg!(windows) => {}
        other => panic!("{other:?}"),
    }
    // Once it is free it can be taken again at once, also after connections.
    let addr = a.addr;
    let path = a.write("f", b"1");
    a.offer(&[path], "127.0.61.24".parse().unwrap(), TextEncoding::Utf8);
    assert_eq!(ask("127.0.61.24", addr, b"1:1:u:h:96:5f5e1001:1:0\0").0, b"1");
    drop(a);
    drop(Files::start(FilesConfig::new(addr), std::sync::Arc::new(|| ())).unwrap());
}

#[test]
fn a_cancel_and_a_close_take_no_time() {
    // Peers that answer nothing: one to fetch from, and one that fetches and takes nothing.
    let silent = TcpListener::bind("127.0.61.25:0").unwrap();
    let offer = attachment("x", 1 << 40, 1);
    let mut best = [Duration::MAX; 2];
    for _ in 0..3 {
        let b = Node::start("127.0.61.26");
        let path = b.write("large", &noise(16 << 20));
        b.offer(&[path], "127.0.61.27".parse().unwrap(), TextEncoding::Utf8);
        let mut taker = connect("127.0.61.27", b.addr);
        taker.write_all(b"1:1:u:h:96:5f5e1001:1:0\0").unwrap();
        b.until(|t| t.direction == Direction::Serving && t.state == TransferState::Running);

        let fetches: Vec<_> =
            (0..6).map(|_| b.files().fetch(b.request(silent.local_addr().unwrap(), &offer))).collect();
        let _held: Vec<_> = (0..4).map(|_| silent.accept().unwrap()).collect();
        let started = Instant::now();
        b.files().cancel(fetches[0]);
        b.files().cancel(fetches[5]);
        assert_eq!(b.end_of(fetches[0]), TransferState::Cancelled);
        assert_eq!(b.end_of(fetches[5]), TransferState::Cancelled);
        best[0] = best[0].min(started.elapsed());
        let Node { mut files, folder, .. } = b;
        let started = Instant::now();
        drop(files.take());
        best[1] = best[1].min(started.elapsed());
        let left: Vec<_> = tree(folder.path()).into_keys().collect();
        assert_eq!(left, ["large"], "what was not complete is gone");
    }
    assert!(best.iter().all(|took| *took <= CLOSE), "{best:?}");
}

#[test]
fn a_peer_that_takes_little_at_a_time_gets_all() {
    let a = Node::with("127.0.61.28", |config| config.silence = PATIENCE);
    let content = noise(2 << 20);
    let path = a.write("f", &content);
    a.offer(&[path], "127.0.61.29".parse().unwrap(), TextEncoding::Utf8);
    let mut stream = connect("127.0.61.29", a.addr);
    stream.write_all(b"1:1:u:h:96:5f5e1001:1:0\0").unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 997];
    loop {
        match stream.read(&mut piece).unwrap() {
            0 => break,
            len => answer.extend_from_slice(&piece[..len]),
        }
    }
    assert!(answer == content);
    drop(stream);
    assert_eq!(done(a.until(|t| t.state.is_over()).state).1, content.len() as u64);
}
