//! What the tests of automatic answers share: links that answer, and rules.
#![allow(clippy::unwrap_used, dead_code)] // tests panic on purpose; each file uses its part

#[path = "../net_tcp/mod.rs"]
pub mod bench;

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use bench::{Bench, PATIENCE};
use wirebench::automation::Message;
use wirebench::automation::answer::{AnswerMode, AnswerSettings, Reply, Rule};
use wirebench::codec::pattern::Test;
use wirebench::journal::{AnswerNote, Event};
use wirebench::net::{Command, JobSlot};
use wirebench::session::answer::{AnswerContext, AnswerStatus, Answering};

/// Starts answers on a link instead of those that run, and waits until they do.
#[track_caller]
pub fn answer(bench: &Bench, settings: &AnswerSettings, context: &AnswerContext) -> Arc<AnswerStatus> {
    let Answering { job, status } = Answering::new(settings, context).unwrap().unwrap();
    // Else it could not be seen which of them runs.
    bench.command(Command::StopJob(JobSlot::Answering));
    bench.until(|status| !status.jobs.contains(JobSlot::Answering));
    bench.command(Command::StartJob(JobSlot::Answering, job));
    bench.until(|status| status.jobs.contains(JobSlot::Answering));
    status
}

pub fn mode(mode: AnswerMode) -> AnswerSettings {
    AnswerSettings { mode, ..AnswerSettings::default() }
}

pub fn rules(rules: Vec<Rule>) -> AnswerSettings {
    AnswerSettings { rules, ..mode(AnswerMode::Rules) }
}

/// A rule whose reply is a template.
pub fn rule(test: Test, pattern: &str, reply: &str) -> Rule {
    let message = Message { text: reply.to_owned(), template: true, ..Message::default() };
    Rule { test, pattern: pattern.to_owned(), reply: Reply { message, ..Reply::default() }, ..Rule::default() }
}

/// A socket that talks to this link.
pub fn caller(link: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind(bench::LOOPBACK).unwrap();
    socket.connect(link).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// The next datagram.
#[track_caller]
pub fn datagram(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = vec![0; 65_536];
    let len = socket.recv(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

/// Waits for a note of the answers.
#[track_caller]
pub fn until_note(bench: &Bench, mut wanted: impl FnMut(&AnswerNote) -> bool) {
    bench.until_event(|event| matches!(event, Event::Answer { note } if wanted(note)));
}

/// All notes there are.
pub fn notes(bench: &Bench) -> Vec<AnswerNote> {
    let note = |event| match event {
        Event::Answer { note } => Some(note),
        _ => None,
    };
    bench.events().into_iter().filter_map(note).collect()
}
