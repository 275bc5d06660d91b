//! Files that are sent, over sockets of the standard library.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use net_tcp::running::Running;
use net_tcp::{
    Bench, LOOPBACK, PATIENCE, Pattern, bound, connected, join, listening, read_exactly, read_to_end, reset,
};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use wirebench::codec::append::{Block, Checksum, ChecksumBlock};
use wirebench::codec::framing::{Framing, LineEnd};
use wirebench::journal::{Cause, Event, FileStop, Kind};
use wirebench::net::{Command, JobSlot, Target};
use wirebench::session::send::{FileConfig, FileHandle, FileMode, FileState, LOGGED_BYTES, MAX_BLOCK_BYTES, SendFile};

fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

fn pattern(len: usize) -> Vec<u8> {
    let pattern = Pattern::new();
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        bytes.extend_from_slice(pattern.piece(bytes.len() as u64, len - bytes.len()));
    }
    bytes
}

fn config(path: &Path, target: Target, mode: FileMode) -> FileConfig {
    FileConfig {
        path: path.to_owned(),
        target,
        mode,
        block_bytes: 64 << 10,
        interval: Duration::ZERO,
        bytes_per_second: None,
        log_content: None,
        datagrams: false,
    }
}

fn raw(path: &Path) -> FileConfig {
    config(path, Target::Server, FileMode::Raw)
}

fn start(bench: &Bench, config: FileConfig) -> Running<FileHandle> {
    Running::start(bench, |wake| SendFile::new(config, wake))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}

fn reading(peer: &TcpStream, len: usize) -> JoinHandle<Vec<u8>> {
    let peer = peer.try_clone().unwrap();
    std::thread::Builder::new().name("reader".to_owned()).spawn(move || read_exactly(&peer, len)).unwrap()
}

#[test]
fn bytes_as_they_are_whatever_the_sizes() {
    for (len, block_bytes) in [(0, 10), (1, 1), (1000, 7), (70_000, 65_536), (3 << 20, 100_000), (5_000_001, 1 << 30)] {
        let content = pattern(len);
        let (mut bench, peer) = connected();
        let file = file(&content);
        let sending = start(&bench, FileConfig { block_bytes, ..raw(file.path()) });
        assert_eq!(reading(&peer, len).join().unwrap(), content, "{len} {block_bytes}");
        let status = sending.over();
        assert_eq!(status.state, FileState::Sent);
        assert_eq!((status.offset_bytes, status.total_bytes, status.sent_bytes), (len as u64, len as u64, len as u64));
        assert_eq!(status.packets, len.div_ceil(block_bytes.min(MAX_BLOCK_BYTES)) as u64);
        assert_eq!(status.sha256, Some(sha256(&content)));
        let name = file.path().file_name().unwrap().to_string_lossy().into_owned();
        bench.until_event(|e| match e {
            Event::FileSent { name: n, bytes, sha256: hash, .. } => {
                *n == name && *bytes == len as u64 && *hash == sha256(&content)
            }
            _ => false,
        });
        bench.close();
        assert!(status.logged);
        assert_eq!(bench.bytes(Kind::Sent), content);
        assert_eq!(bench.counters.snapshot().sent_bytes, len as u64);
    }
}

#[test]
fn a_large_file_is_not_written_to_the_journal_unless_that_is_wanted() {
    let len = LOGGED_BYTES as usize + 1;
    let large = file(&pattern(len));
    for (log_content, expected) in [(None, 0), (Some(true), len)] {
        let (mut bench, peer) = connected();
        let sending = start(&bench, FileConfig { log_content, ..raw(large.path()) });
        assert_eq!(reading(&peer, len).join().unwrap().len(), len);
        assert_eq!(sending.over().logged, expected > 0);
        bench.close();
        assert_eq!(bench.bytes(Kind::Sent).len(), expected);
        assert_eq!(bench.counters.snapshot().sent_bytes, len as u64, "counted in any case");
    }
}

#[test]
fn lines_with_what_is_added_to_them() {
    let content = b"one\r\ntwo\n\n\r\nthree";
    let lf = Framing::Lines { keep: false, send: LineEnd::Lf };
    let sum = Block::Checksum(ChecksumBlock::new(Checksum::Xor));
    let lines = |strip, append, framing| FileMode::Lines { strip, append, framing };
    let xor = |text: &[u8]| text.iter().fold(0, |sum, byte| sum ^ byte);
    let xored: Vec<u8> =
        [&b"one"[..], b"two", b"three"].iter().flat_map(|line| [line, &[xor(line)][..]].concat()).collect();
    for (mode, expected, packets) in [
        (lines(true, Vec::new(), Framing::AsRead), &b"onetwothree"[..], 3),
        (lines(false, Vec::new(), Framing::AsRead), content, 5),
        (lines(true, Vec::new(), lf), b"one\ntwo\nthree\n", 3),
        (lines(true, vec![sum], Framing::AsRead), &xored, 3),
    ] {
        let (bench, peer) = connected();
        let file = file(content);
        let sending = start(&bench, config(file.path(), Target::Server, mode.clone()));
        let status = sending.over();
        assert_eq!((&status.state, status.packets), (&FileState::Sent, packets), "{mode:?}");
        bench.command(Command::HalfClose(None));
        let got = read_to_end(&peer);
        assert_eq!(got, expected, "{mode:?}");
    }
}

#[test]
fn hex_digits_become_bytes_and_a_wrong_one_is_named() {
    let content = pattern(300_000);
    let mut digits = String::from("\u{FEFF}");
    for (index, byte) in content.iter().enumerate() {
        let between = match index % 16 {
            15 => "\r\n",
            7 => ", ",
            3 => "",
            _ => " ",
        };
        write!(digits, "{byte:02X}{between}").unwrap();
    }
    let (bench, peer) = connected();
    let good = file(digits.as_bytes());
    let sending = start(&bench, config(good.path(), Target::Server, FileMode::Hex));
    assert_eq!(read_exactly(&peer, content.len()), content);
    let status = sending.over();
    assert_eq!(status.state, FileState::Sent);
    assert_eq!((status.offset_bytes, status.sent_bytes), (digits.len() as u64, content.len() as u64));
    assert_eq!(status.sha256, Some(sha256(&content)));
    for (text, stop) in [
        ("01 02\n03 0G", FileStop::NotHex { line: 2, column: 5, byte: b'G' }),
        ("01 02\n中 03", FileStop::NotHex { line: 2, column: 1, byte: 0xE4 }),
        ("0x0102 0x", FileStop::NotHex { line: 1, column: 9, byte: b'x' }),
        ("01 2 03", FileStop::OddDigit { line: 1, column: 4 }),
        ("01\n02 3", FileStop::OddDigit { line: 2, column: 4 }),
    ] {
        let bad = file(text.as_bytes());
        assert_eq!(start(&bench, config(bad.path(), Target::Server, FileMode::Hex)).stop(), stop, "{text}");
    }
}

#[test]
fn a_block_is_a_datagram() {
    let content = pattern(200_000);
    let (bench, _) = bound();
    let peer = UdpSocket::bind(LOOPBACK).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let file = file(&content);
    let target = Target::Address(peer.local_addr().unwrap());
    let config = FileConfig {
        block_bytes: 1 << 20,
        interval: Duration::from_millis(5),
        datagrams: true,
        ..config(file.path(), target, FileMode::Raw)
    };
    let sending = start(&bench, config);
    let (mut got, mut buffer) = (Vec::new(), vec![0; 70_000]);
    for expected in [65_507, 65_507, 65_507, 3479] {
        let len = peer.recv(&mut buffer).unwrap();
        assert_eq!(len, expected);
        got.extend_from_slice(&buffer[..len]);
    }
    assert_eq!(got, content);
    assert_eq!(sending.over().packets, 4);
}

#[test]
fn pauses_and_goes_on_and_a_stalled_peer_loses_nothing() {
    let content = pattern(24 << 20);
    let (bench, peer) = connected();
    let file = file(&content);
    let sending = start(&bench, raw(file.path()));
    let stalled = sending.until(|s| s.state == FileState::Waiting);
    assert!(stalled.sent_bytes < content.len() as u64);
    sending.progress.pause();
    sending.until(|s| s.state == FileState::Paused);
    let before = bench.link().status().pending_bytes;
    assert!(before <= 1 << 20, "little waits: {before}");
    // What the link had taken still comes, and no more.
    let mut got = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    peer.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    while let Ok(len) = (&peer).read(&mut buffer) {
        got.extend_from_slice(&buffer[..len]);
    }
    assert!(got.len() < content.len(), "it is paused");
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    sending.progress.resume();
    got.extend(read_exactly(&peer, content.len() - got.len()));
    assert!(got == content);
    assert_eq!(sending.over().state, FileState::Sent);
}

#[test]
fn a_cancel_takes_back_what_waits() {
    let content = pattern(24 << 20);
    let file = file(&content);
    for by_handle in [true, false] {
        let (bench, peer) = connected();
        let sending = start(&bench, raw(file.path()));
        sending.until(|s| s.state == FileState::Waiting);
        let asked = Instant::now();
        if by_handle {
            sending.progress.cancel();
        } else {
            bench.command(Command::StopJob(JobSlot::Sending));
        }
        assert_eq!(sending.stop(), FileStop::Cancelled);
        let took = asked.elapsed();
        let status = bench.until(|s| s.jobs.is_empty() && s.pending_bytes == 0);
        assert!(status.last_failure.is_none());
        let sent = sending.progress.get().sent_bytes;
        let stopped = bench.until_event(|e| matches!(e, Event::FileStopped { .. }));
        assert!(matches!(stopped, Event::FileStopped { bytes, stop: FileStop::Cancelled, .. } if bytes == sent));
        bench.send(Target::Server, "end");
        bench.command(Command::HalfClose(None));
        let got = read_to_end(&peer);
        assert_eq!(got.len() as u64, sent + 3, "not a byte more than what was said");
        assert!(got.ends_with(b"end") && content.starts_with(&got[..got.len() - 3]));
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}

#[test]
fn a_peer_that_goes_ends_it() {
    let file = file(&pattern(24 << 20));
    let (bench, peer) = connected();
    let sending = start(&bench, raw(file.path()));
    sending.until(|s| s.state == FileState::Waiting);
    reset(peer);
    assert_eq!(sending.stop(), FileStop::PeerLeft);
    bench.ended();
    assert!(sending.progress.get().sent_bytes < 24 << 20);
    bench.until_event(|e| matches!(e, Event::FileStopped { stop: FileStop::PeerLeft, .. }));
}

#[test]
fn all_clients_get_all_of_it_at_the_pace_of_the_slowest() {
    let content = pattern(20 << 20);
    let file = file(&content);
    let (bench, server) = listening();
    let ((fast, _), (slow, _), (leaves, _)) = (join(&bench, server), join(&bench, server), join(&bench, server));
    let reader = reading(&fast, content.len());
    let sending = start(&bench, config(file.path(), Target::AllClients, FileMode::Raw));
    sending.until(|s| s.state == FileState::Waiting);
    drop(leaves);
    // Who comes now gets nothing: it would be the middle of the file.
    let (late, _) = join(&bench, server);
    assert!(read_exactly(&slow, content.len()) == content);
    assert!(reader.join().unwrap() == content);
    assert_eq!(sending.over().state, FileState::Sent);
    bench.send(Target::AllClients, "end");
    assert_eq!(read_exactly(&late, 3), b"end");
}

#[test]
fn a_file_that_changes_meanwhile() {
    let (bench, peer) = connected();
    let shrinks = file(&pattern(24 << 20));
    let sending = start(&bench, raw(shrinks.path()));
    sending.until(|s| s.state == FileState::Waiting);
    shrinks.as_file().set_len(15 << 20).unwrap();
    let reader = std::thread::Builder::new().name("reader".to_owned());
    let reader = reader.spawn(move || read_to_end(&peer)).unwrap();
    assert!(
        matches!(sending.stop(), FileStop::Shrank { total_bytes, found_bytes } if total_bytes == 24 << 20 && found_bytes == 15 << 20)
    );
    bench.command(Command::HalfClose(None));
    assert_eq!(reader.join().unwrap(), pattern(15 << 20));

    let (bench, peer) = connected();
    let grows = file(&pattern(24 << 20));
    let sending = start(&bench, raw(grows.path()));
    sending.until(|s| s.state == FileState::Waiting);
    OpenOptions::new().append(true).open(grows.path()).unwrap().write_all(b"more").unwrap();
    assert!(read_exactly(&peer, 24 << 20) == pattern(24 << 20));
    assert_eq!(sending.stop(), FileStop::Grew { total_bytes: 24 << 20 });
    assert_eq!(sending.progress.get().sent_bytes, 24 << 20);
}

#[test]
fn a_link_that_ends_before_it_begins() {
    let (bench, peer) = connected();
    drop(peer);
    bench.ended();
    let file = file(b"x");
    let (job, handle) = SendFile::new(raw(file.path()), Arc::new(|| ()));
    assert!(bench.link().command(Command::StartJob(JobSlot::Sending, Box::new(job))).is_err());
    assert_eq!(handle.get().state, FileState::Stopped(FileStop::PeerLeft));
}

#[test]
fn what_can_t_be_sent_says_why() {
    let (bench, _peer) = connected();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(start(&bench, raw(folder.path())).stop(), FileStop::NotAFile);
    let missing = start(&bench, raw(&folder.path().join("missing"))).stop();
    assert!(matches!(&missing, FileStop::Failed(f) if f.target.ends_with("missing")), "{missing:?}");
    #[cfg(unix)]
    assert_eq!(start(&bench, raw(Path::new("/dev/zero"))).stop(), FileStop::NotAFile);

    let long = file(&vec![b'x'; MAX_BLOCK_BYTES + 3]);
    let lines = FileMode::Lines { strip: true, append: Vec::new(), framing: Framing::AsRead };
    let stop = start(&bench, config(long.path(), Target::Server, lines.clone())).stop();
    assert_eq!(stop, FileStop::LineTooLong { line: 1, max_bytes: MAX_BLOCK_BYTES as u64 });

    let (server, _) = listening();
    let none = start(&server, config(long.path(), Target::AllClients, lines)).stop();
    assert!(matches!(&none, FileStop::Failed(f) if f.cause == Cause::NoClients), "{none:?}");
    server.until(|s| s.jobs.is_empty());
}

#[test]
fn a_rate_is_kept_and_the_time_left_is_known() {
    const LEN: usize = 200_000;
    let (bench, peer) = connected();
    let file = file(&pattern(LEN));
    let rate = NonZeroU64::new(400_000);
    let begun = Instant::now();
    let sending = start(&bench, FileConfig { bytes_per_second: rate, ..raw(file.path()) });
    let reader = reading(&peer, LEN);
    let halfway = sending.until(|s| s.left.is_some() && s.offset_bytes > 20_000);
    assert!(halfway.bytes_per_second > 0.0 && halfway.total_bytes == LEN as u64);
    reader.join().unwrap();
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(440), "{took:?}");
    assert_eq!(sending.over().state, FileState::Sent);
}

#[cfg(unix)] // elsewhere it would take its room on the disk
#[test]
fn a_sparse_file_takes_no_memory_and_closing_ends_it_at_once() {
    let file = NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let (mut bench, peer) = connected();
    let sending = start(&bench, raw(file.path()));
    sending.until(|s| s.state == FileState::Waiting);
    let reader = std::thread::Builder::new().name("drain".to_owned());
    let reader = reader.spawn(move || std::io::copy(&mut &peer, &mut std::io::sink())).unwrap();
    sending.until(|s| s.sent_bytes > 64 << 20);
    assert!(!sending.progress.get().logged);
    net_tcp::assert_closes_in_time(|| bench.close());
    assert_eq!(sending.stop(), FileStop::Cancelled);
    drop(reader.join().unwrap());
    assert!(bench.events().iter().any(|e| matches!(e, Event::FileStopped { .. })));
}
