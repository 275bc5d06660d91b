//! The file server of the tutorials over real sockets, and what it must refuse.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod answering;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;

use answering::bench::{Bench, PATIENCE, Pattern, bound, join, listening, read_exactly, read_to_end};
use answering::{answer, caller, datagram, mode, notes, until_note};
use wirebench::automation::answer::{AfterFile, AnswerMode, AnswerSettings, LengthPrefix};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::journal::AnswerNote;
use wirebench::net::{Command, JobSlot};
use wirebench::session::answer::AnswerContext;

fn serving(folder: &Path) -> AnswerSettings {
    AnswerSettings { folder: folder.display().to_string(), ..mode(AnswerMode::FileServer) }
}

fn ask(server: SocketAddr, name: &[u8]) -> TcpStream {
    let mut client = TcpStream::connect(server).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.write_all(name).unwrap();
    client
}

/// A server link that serves a folder with some files, and where.
fn served(settings: impl FnOnce(AnswerSettings) -> AnswerSettings) -> (tempfile::TempDir, Bench, SocketAddr) {
    let all = tempfile::tempdir().unwrap();
    let folder = all.path().join("served");
    fs::create_dir_all(folder.join("sub")).unwrap();
    fs::write(all.path().join("secret"), "secret").unwrap();
    fs::write(folder.join("a.txt"), "content of a").unwrap();
    fs::write(folder.join("sub/b.txt"), "b").unwrap();
    fs::write(folder.join("空.bin"), "").unwrap();
    let (bench, server) = listening();
    answer(&bench, &settings(serving(&folder)), &AnswerContext::default());
    (all, bench, server)
}

fn large(path: &Path, len: usize) -> Pattern {
    let pattern = Pattern::new();
    let mut file = fs::File::create(path).unwrap();
    let mut written = 0;
    while written < len {
        let piece = pattern.piece(written as u64, len - written);
        file.write_all(piece).unwrap();
        written += piece.len();
    }
    pattern
}

#[test]
fn a_name_gives_the_file_and_then_the_end() {
    let (all, bench, server) = served(|settings| settings);
    let pattern = large(&all.path().join("served/large.bin"), 30_000_001);
    for (name, content) in [
        (&b"a.txt"[..], "content of a"),
        (b"  a.txt\r\n", "content of a"),
        (b"sub/b.txt\0", "b"),
        ("空.bin".as_bytes(), ""),
        (&Charset::Gbk.encode("空.bin\n").unwrap(), ""),
    ] {
        assert_eq!(read_to_end(&ask(server, name)), content.as_bytes(), "{}", name.escape_ascii());
    }
    let content = read_to_end(&ask(server, b"large.bin"));
    assert!(content.len() == 30_000_001 && pattern.matches(0, &content));
    until_note(
        &bench,
        |note| matches!(note, AnswerNote::FileSent { name, bytes: 30_000_001, .. } if name == "large.bin"),
    );
    assert_eq!(read_to_end(&ask(server, b"none.txt")), b"ERROR: file not found\r\n");
    until_note(&bench, |note| *note == AnswerNote::FileMissing { name: "none.txt".to_owned() });
}

#[test]
fn nothing_leads_out_of_the_folder() {
    let (all, bench, server) = served(|settings| settings);
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let at = |name: &str| all.path().join("served").join(name);
        symlink(all.path().join("secret"), at("out")).unwrap();
        symlink(all.path(), at("up")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        symlink("loop", at("loop")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    }
    let absolute = all.path().join("secret").display().to_string();
    let mut names: Vec<Vec<u8>> = [
        "../secret",
        "..\\secret",
        "sub/../../secret",
        "./../secret",
        "/etc/passwd",
        "//etc/passwd",
        "\\\\host\\share",
        "C:\\Windows\\win.ini",
        "c:a.txt",
        "a.txt:stream",
        "NUL",
        "com1.txt",
        "a.txt.",
        "a.txt .",
        "sub",
        ".",
        "..",
        "sub/",
        "a\u{1}.txt",
        "a.txt\0../secret",
        "up/secret",
        "out",
        "zero",
        "loop",
        "pipe",
        "~/x",
        "%2e%2e/secret",
        "....//secret",
    ]
    .iter()
    .map(|name| name.as_bytes().to_vec())
    .collect();
    names.extend([absolute.into_bytes(), vec![b'x'; 5000], vec![0xC0, 0xAE, 0xC0, 0xAE, b'/', b's'], vec![0xFF; 30]]);
    for name in names {
        let answer = read_to_end(&ask(server, &name));
        assert!(answer.starts_with(b"ERROR: "), "{}: {}", name.escape_ascii(), answer.escape_ascii());
    }
    assert!(!notes(&bench).iter().any(|note| matches!(note, AnswerNote::FileSent { .. })));
    until_note(&bench, |note| *note == AnswerNote::FileRefused { name: "../secret".to_owned() });
}

#[test]
fn a_length_before_each_file_and_the_connection_stays() {
    for (prefix, to_len) in
        [(LengthPrefix::Le4, u32::from_le_bytes as fn([u8; 4]) -> u32), (LengthPrefix::Be4, u32::from_be_bytes)]
    {
        let (_all, _bench, server) =
            served(|settings| AnswerSettings { prefix, after_file: AfterFile::Keep, ..settings });
        let client = ask(server, b"a.txt\nnone\nsub/b.txt\n");
        for expected in [&b"content of a"[..], b"", b"b"] {
            let len = to_len(read_exactly(&client, 4).try_into().unwrap());
            assert_eq!(read_exactly(&client, len as usize), expected);
        }
    }
}

#[test]
fn names_in_a_framing() {
    let all = tempfile::tempdir().unwrap();
    fs::write(all.path().join("a.txt"), "framed").unwrap();
    let (bench, server) = listening();
    let context = AnswerContext { framing: Framing::LENGTH_BE4, ..AnswerContext::default() };
    answer(&bench, &serving(all.path()), &context);
    let mut client = ask(server, b"\0\0\0");
    client.write_all(b"\x05a.t").unwrap();
    client.write_all(b"xt").unwrap();
    assert_eq!(read_to_end(&client), b"framed");
}

#[test]
fn many_clients_at_once_and_at_their_own_pace() {
    let (all, bench, server) = served(|settings| settings);
    let len = 5_000_000;
    let pattern = large(&all.path().join("served/large.bin"), len);
    let slow: Vec<TcpStream> = (0..63).map(|_| ask(server, b"large.bin")).collect();
    // Those that do not read keep their places; the rest wait for the one that is left.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let content = read_to_end(&ask(server, b"large.bin"));
                assert!(content.len() == len && pattern.matches(0, &content));
            });
        }
    });
    let waiting: u64 = bench.link().status().clients.iter().map(|client| client.pending_bytes).sum();
    assert!(waiting <= 63 << 20, "{waiting}");
    for client in slow {
        let content = read_to_end(&client);
        assert!(content.len() == len && pattern.matches(0, &content));
    }
}

#[test]
fn a_client_that_leaves_and_a_server_that_stops() {
    let (all, bench, server) = served(|settings| settings);
    large(&all.path().join("served/large.bin"), 50_000_000);
    let mut client = ask(server, b"large.bin");
    let mut piece = [0; 1000];
    client.read_exact(&mut piece).unwrap();
    client.shutdown(Shutdown::Both).unwrap();
    drop(client);
    until_note(&bench, |note| matches!(note, AnswerNote::FileCut { bytes: 50_000_000, .. }));
    let client = ask(server, b"large.bin");
    read_exactly(&client, 1000);
    bench.command(Command::StopJob(JobSlot::Answering));
    let rest = read_to_end(&client).len();
    assert!(rest < 50_000_000 - 1000, "{rest}");
}

#[test]
fn a_file_that_becomes_shorter_ends_the_connection() {
    let (all, bench, server) = served(|settings| AnswerSettings { prefix: LengthPrefix::Be4, ..settings });
    let path = all.path().join("served/large.bin");
    large(&path, 50_000_000);
    let client = ask(server, b"large.bin");
    assert_eq!(read_exactly(&client, 4), 50_000_000_u32.to_be_bytes());
    fs::File::options().write(true).open(&path).unwrap().set_len(1_000_000).unwrap();
    assert!(read_to_end(&client).len() < 50_000_000);
    until_note(&bench, |note| matches!(note, AnswerNote::FileCut { .. }));
}

#[test]
fn a_datagram_gets_a_file_that_fits_into_one() {
    let all = tempfile::tempdir().unwrap();
    fs::write(all.path().join("a.txt"), vec![b'a'; 60_000]).unwrap();
    fs::write(all.path().join("b.txt"), vec![b'b'; 70_000]).unwrap();
    let (bench, local) = bound();
    answer(&bench, &serving(all.path()), &AnswerContext::default());
    let socket = caller(local);
    socket.send(b"a.txt").unwrap();
    assert_eq!(datagram(&socket), vec![b'a'; 60_000]);
    socket.send(b"b.txt").unwrap();
    assert_eq!(datagram(&socket), b"ERROR: the file is too long\r\n");
    socket.send(b"../a.txt").unwrap();
    assert_eq!(datagram(&socket), b"ERROR: not a file of the folder\r\n");
}

#[test]
fn a_folder_that_is_gone_is_said() {
    let (bench, server) = listening();
    answer(&bench, &serving(Path::new("/nonexistent/folder")), &AnswerContext::default());
    let (mut client, _) = join(&bench, server);
    client.write_all(b"a.txt").unwrap();
    assert_eq!(read_to_end(&client), b"ERROR: the file can't be read\r\n");
    until_note(&bench, |note| matches!(note, AnswerNote::FileFailed { .. }));
}

#[test]
fn a_name_without_its_end_gives_the_file_once_the_client_has_closed_its_side() {
    let (all, bench, server) = served(|settings| settings);
    let pattern = large(&all.path().join("served/large.bin"), 5_000_001);
    let lines = AnswerContext { framing: Framing::LINES, ..AnswerContext::default() };
    for (after_file, times) in [(AfterFile::Close, 20), (AfterFile::Keep, 2)] {
        answer(&bench, &AnswerSettings { after_file, ..serving(&all.path().join("served")) }, &lines);
        for _ in 0..times {
            let client = ask(server, b"a.txt");
            client.shutdown(Shutdown::Write).unwrap();
            assert_eq!(read_to_end(&client), b"content of a");
        }
        let client = ask(server, b"large.bin");
        client.shutdown(Shutdown::Write).unwrap();
        let content = read_to_end(&client);
        assert!(content.len() == 5_000_001 && pattern.matches(0, &content));
    }
}
