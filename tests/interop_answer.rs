//! Automatic answers against Python's sockets, as the tutorials use them.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::fs;
use std::io::Write;
use std::net::SocketAddr;

use peers::bench::{Bench, bound, listening};
use peers::process::Process;
use peers::sha256_of_file;
use serde_json::Value;
use wirebench::automation::Message;
use wirebench::automation::answer::{AfterFile, AnswerMode, AnswerSettings, LengthPrefix, Reply, Rule};
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::net::{Command, JobSlot};
use wirebench::session::answer::{AnswerContext, Answering};

fn python(what: &str, server: SocketAddr, argument: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/answers.py");
    let mut python = Process::start("python3", [script, what, &server.port().to_string(), argument]);
    serde_json::from_str(&python.read_line()).unwrap()
}

#[track_caller]
fn answer(bench: &Bench, settings: &AnswerSettings, context: &AnswerContext) {
    let answering = Answering::new(settings, context).unwrap().unwrap();
    bench.command(Command::StartJob(JobSlot::Answering, answering.job));
    bench.until(|status| status.jobs.contains(JobSlot::Answering));
}

/// A regular expression with captures, and a limit that is above what Python can do.
fn captures() -> AnswerSettings {
    let text = "OK {2} for {1} #{counter}".to_owned();
    let message = Message { text, template: true, ..Message::default() };
    let rule = Rule {
        test: Test::Regex,
        pattern: r"^SET (\w+)=(\d+)$".to_owned(),
        reply: Reply { message, ..Reply::default() },
        ..Rule::default()
    };
    AnswerSettings { mode: AnswerMode::Rules, per_second: 1_000_000, rules: vec![rule], ..AnswerSettings::default() }
}

fn lines() -> AnswerContext {
    AnswerContext { framing: Framing::LINES, sent_framing: Framing::LINES, ..AnswerContext::default() }
}

#[test]
fn ten_thousand_requests_are_answered_right_and_in_order() {
    for what in ["ask", "pipeline"] {
        let (bench, server) = listening();
        answer(&bench, &captures(), &lines());
        let result = python(what, server, "10000");
        assert_eq!(result["wrong"], 0, "{what}: {result}");
    }
}

#[test]
fn ten_thousand_datagrams_are_answered_right_and_in_order() {
    let (bench, local) = bound();
    answer(&bench, &captures(), &lines());
    assert_eq!(python("udp", local, "10000")["wrong"], 0);
}

fn serving(folder: &tempfile::TempDir) -> AnswerSettings {
    let folder = folder.path().display().to_string();
    AnswerSettings { mode: AnswerMode::FileServer, folder, ..AnswerSettings::default() }
}

#[test]
fn the_download_of_the_tutorials() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("图片.jpg");
    let mut file = fs::File::create(&path).unwrap();
    for number in 0..3_000_000_u32 {
        file.write_all(&number.wrapping_mul(0x9E37_79B9).to_le_bytes()).unwrap();
    }
    drop(file);
    let (bench, server) = listening();
    answer(&bench, &serving(&folder), &AnswerContext::default());
    let result = python("file", server, "图片.jpg");
    assert_eq!(result["size"], 12_000_000);
    assert_eq!(result["sha256"], *sha256_of_file(&path));
}

#[test]
fn names_and_lengths_on_one_connection() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..100 {
        fs::write(folder.path().join(format!("{number}.txt")), format!("content of {number}").repeat(number)).unwrap();
    }
    let (bench, server) = listening();
    let settings = AnswerSettings { prefix: LengthPrefix::Le4, after_file: AfterFile::Keep, ..serving(&folder) };
    answer(&bench, &settings, &AnswerContext::default());
    assert_eq!(python("prefixed", server, "100")["wrong"], 0);
}

#[test]
fn fifty_clients_chat() {
    let (bench, server) = listening();
    let settings = AnswerSettings { mode: AnswerMode::ChatRoom, ..AnswerSettings::default() };
    answer(&bench, &settings, &AnswerContext { framing: Framing::LINES, ..AnswerContext::default() });
    bench.until(|status| status.clients.is_empty());
    assert_eq!(python("chat", server, "50")["wrong"], 0);
}
