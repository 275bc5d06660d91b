//! 文件下载器: our download against the servers of Python tutorials, and their client against our file server.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use peers::bench::{Bench, LOOPBACK, PATIENCE, open_server};
use peers::process::Process;
use peers::{sha256, sha256_of_file};
use wirebench::automation::answer::{AnswerMode, AnswerSettings, LengthPrefix};
use wirebench::codec::Charset;
use wirebench::codec::byte_order::ByteOrder;
use wirebench::codec::framing::Width;
use wirebench::net::{Command, JobSlot};
use wirebench::service::download::{Download, DownloadConfig, DownloadFailure, Ending, Existing, Phase, Prefix};
use wirebench::session::answer::{AnswerContext, Answering};

const TUTORIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/tutorials.py");

const LE4: Ending = Ending::Length(Prefix::Number { width: Width::Four, order: ByteOrder::Little });

/// Files to serve: empty, small, large, and with a Chinese name.
const FILES: [(&str, usize); 3] = [("a.txt", 5), ("大文件.bin", 3_000_000), ("空 的.txt", 0)];

fn folder_with_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, len) in FILES {
        let content: Vec<u8> = (0..len).map(|at| (at / 3 % 253) as u8).collect();
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// How a download of `name` from a server ended.
fn fetch(server: SocketAddr, name: &str, charset: Charset, ending: Ending, into: &Path) -> Phase {
    let config = DownloadConfig {
        server: server.ip().to_string(),
        port: server.port(),
        request: charset.encode(name).unwrap(),
        ending,
        patience: PATIENCE,
        local: into.join("fetched"),
        existing: Existing::Overwrite,
        trace: None,
    };
    let download = Download::start(config, Arc::new(|| ())).unwrap();
    assert!(download.wait(PATIENCE, |state| state.phase.has_ended()), "{:?}", download.state());
    download.state().phase.clone()
}

#[track_caller]
fn assert_fetched(phase: &Phase, original: &Path) {
    let Phase::Done(done) = phase else { panic!("{}: {phase:?}", original.display()) };
    assert_eq!(done.sha256, sha256_of_file(original), "{}", original.display());
    assert!(fs::read(&done.path).unwrap() == fs::read(original).unwrap());
}

#[test]
fn from_the_servers_of_tutorials() {
    let (served, into) = (folder_with_files(), tempfile::tempdir().unwrap());
    let big8 = Ending::Length(Prefix::Number { width: Width::Eight, order: ByteOrder::Big });
    for (prefix, encoding, charset, ending) in [
        ("none", "utf-8", Charset::Utf8, Ending::Close),
        ("none", "gbk", Charset::Gbk, Ending::Idle(PATIENCE)),
        ("i", "utf-8", Charset::Utf8, LE4),
        ("!q", "gbk", Charset::Gbk, big8),
        ("line", "utf-8", Charset::Utf8, Ending::Length(Prefix::Line)),
    ] {
        let folder = served.path().to_str().unwrap();
        let mut python = Process::start("python3", [TUTORIALS, "download-server", folder, prefix, encoding]);
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, python.read_line().parse().unwrap()));
        let fetch = |name: &str| fetch(server, name, charset, ending, into.path());
        for (name, len) in FILES {
            // Without a length nobody can tell an empty file from none.
            if len > 0 || prefix != "none" {
                assert_fetched(&fetch(name), &served.path().join(name));
            }
        }
        let none = if prefix == "none" { DownloadFailure::Nothing } else { DownloadFailure::MinusOne };
        assert_eq!(fetch("没有.txt"), Phase::Failed(none), "{prefix}");
    }
}

/// Our file server.
fn file_server(folder: &Path, prefix: LengthPrefix) -> (Bench, SocketAddr) {
    let bench = open_server(LOOPBACK);
    let at = bench.opened();
    let folder = folder.to_str().unwrap().to_owned();
    let settings = AnswerSettings { mode: AnswerMode::FileServer, folder, prefix, ..AnswerSettings::default() };
    let Answering { job, .. } = Answering::new(&settings, &AnswerContext::default()).unwrap().unwrap();
    bench.command(Command::StartJob(JobSlot::Answering, job));
    bench.until(|status| status.jobs.contains(JobSlot::Answering));
    (bench, at)
}

const PREFIXES: [(LengthPrefix, &str); 3] =
    [(LengthPrefix::None, "none"), (LengthPrefix::Le4, "<i"), (LengthPrefix::Be4, ">i")];

#[test]
fn the_client_of_tutorials_from_our_file_server() {
    let served = folder_with_files();
    for (prefix, unpacked) in PREFIXES {
        let (_bench, at) = file_server(served.path(), prefix);
        let port = at.port().to_string();
        for encoding in ["utf-8", "gbk"] {
            for (name, len) in FILES {
                let mut python =
                    Process::start("python3", [TUTORIALS, "download-client", &port, name, encoding, unpacked]);
                let content = fs::read(served.path().join(name)).unwrap();
                assert_eq!(
                    python.read_line(),
                    format!("{len} {}", sha256([content])),
                    "{name} in {encoding}, {unpacked}"
                );
            }
        }
    }
}

#[test]
fn our_download_from_our_file_server() {
    let (served, into) = (folder_with_files(), tempfile::tempdir().unwrap());
    fs::write(into.path().join("secret.txt"), "not served").unwrap();
    let escape = format!("../{}/secret.txt", into.path().file_name().unwrap().to_str().unwrap());
    for (prefix, ending) in [(LengthPrefix::None, Ending::Close), (LengthPrefix::Le4, LE4)] {
        let (_bench, at) = file_server(served.path(), prefix);
        for (name, len) in FILES {
            for charset in [Charset::Utf8, Charset::Gbk] {
                if len > 0 || prefix != LengthPrefix::None {
                    assert_fetched(&fetch(at, name, charset, ending, into.path()), &served.path().join(name));
                }
            }
        }
        match fetch(at, &escape, Charset::Utf8, ending, into.path()) {
            // Its words instead of a file, or the length 0.
            Phase::Done(done) => assert!(done.text.is_some() || done.size == 0, "{done:?}"),
            Phase::Failed(DownloadFailure::Nothing | DownloadFailure::Short { .. }) => {}
            other => panic!("{other:?}"),
        }
        assert_ne!(fs::read(into.path().join("fetched")).unwrap_or_default(), b"not served");
    }
}
