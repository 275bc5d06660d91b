//! The TCP modes against ncat and socat, and what the system says of other programs' sockets.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use peers::bench::{Bench, LOOPBACK, Pattern, client_config, left, listening, open_client, open_server};
use peers::process::Process;
use peers::python::Python;
use peers::sha256;
use serde_json::json;
use wirebench::journal::{Cause, Event, LeaveReason};
use wirebench::net::{Command, LinkConfig, Phase, Target, TcpClientConfig};

const IPV4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const IPV6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// `ncat` that listens, and where.
fn ncat_listening(host: IpAddr) -> (Process, SocketAddr) {
    let mut ncat = Process::start("ncat", ["--verbose", "--listen", &host.to_string(), "0"]);
    ncat.until_said("Listening on");
    let at = SocketAddr::new(host, ncat.port());
    (ncat, at)
}

/// `socat` that listens and hands the connection to `then`, and where.
fn socat_listening(host: IpAddr, then: &str) -> (Process, SocketAddr) {
    let listen =
        if host.is_ipv4() { format!("TCP4-LISTEN:0,bind={host}") } else { format!("TCP6-LISTEN:0,bind=[{host}]") };
    let mut socat = Process::start("socat", ["-d", "-d", &listen, then]);
    socat.until_said("listening on");
    let at = SocketAddr::new(host, socat.port());
    (socat, at)
}

/// The one client of a server.
fn only_client(bench: &Bench) -> Target {
    Target::Client(bench.until(|s| s.clients.len() == 1).clients[0].peer.stream)
}

#[test]
fn connects_to_ncat() {
    for host in [IPV4, IPV6] {
        let (mut ncat, at) = ncat_listening(host);
        let bench = open_client(at);
        bench.send(Target::Server, "你好\n");
        assert_eq!(ncat.read_line(), "你好");
        ncat.stdin().write_all("世界\n".as_bytes()).unwrap();
        assert_eq!(bench.until_received(7), "世界\n".as_bytes());
        // It reads our FIN and ends.
        bench.command(Command::HalfClose(None));
        assert_eq!(ncat.read_to_end(), b"");
        bench.until_event(left(LeaveReason::Finished));
        assert_eq!(bench.ended(), None);
    }
}

#[test]
fn connects_to_socat() {
    for host in [IPV4, IPV6] {
        let (mut socat, at) = socat_listening(host, "STDIO");
        let bench = open_client(at);
        bench.send(Target::Server, [0x00, 0xFF, 0x0D]);
        assert_eq!(socat.read(3), [0x00, 0xFF, 0x0D]);
        socat.stdin().write_all(&[0x0A, 0x80]).unwrap();
        assert_eq!(bench.until_received(2), [0x0A, 0x80]);
    }
}

#[test]
fn a_half_close_ends_the_question_and_the_answer_still_comes() {
    const LEN: usize = 3_000_000;
    let (_socat, at) = socat_listening(IPV4, "SYSTEM:sha256sum");
    let bench = open_client(at);
    let pattern = Pattern::new();
    let mut question = Vec::new();
    while question.len() < LEN {
        question.extend_from_slice(pattern.piece(question.len() as u64, LEN - question.len()));
    }
    bench.send(Target::Server, &question);
    bench.command(Command::HalfClose(None));
    let answer = bench.until_received(64);
    assert_eq!(str::from_utf8(&answer[..64]).unwrap(), sha256([question]));
    bench.until_event(left(LeaveReason::Finished));
}

#[test]
fn serves_ncat_and_answers_after_its_half_close() {
    for host in [IPV4, IPV6] {
        let bench = open_server(SocketAddr::new(host, 0));
        let at = bench.opened();
        let mut ncat = Process::start("ncat", [at.ip().to_string(), at.port().to_string()]);
        ncat.stdin().write_all(b"question\n").unwrap();
        assert_eq!(bench.until_received(9), b"question\n");
        let client = only_client(&bench);
        bench.send(client.clone(), "first\n");
        assert_eq!(ncat.read_line(), "first");
        ncat.close_stdin();
        bench.until_event(|event| matches!(event, Event::PeerFinished { .. }));
        bench.send(client, "second\n");
        assert_eq!(ncat.read_to_end(), b"second\n", "and a FIN from us");
        bench.until_event(left(LeaveReason::Finished));
    }
}

#[test]
fn serves_socat() {
    for (local, address) in [("127.0.0.1:0", "TCP4"), ("[::1]:0", "TCP6")] {
        let bench = open_server(local.parse().unwrap());
        let mut socat = Process::start("socat", ["-".to_owned(), format!("{address}:{}", bench.opened())]);
        socat.stdin().write_all(&[0x0A, 0x80, 0x00]).unwrap();
        assert_eq!(bench.until_received(3), [0x0A, 0x80, 0x00]);
        bench.send(Target::AllClients, [0x00, 0xFF]);
        assert_eq!(socat.read(2), [0x00, 0xFF]);
        bench.command(Command::Disconnect(None));
        assert_eq!(socat.read_to_end(), b"");
        bench.until_event(left(LeaveReason::Disconnected));
    }
}

#[test]
fn sends_to_one_of_many_programs_or_to_all() {
    let (bench, at) = listening();
    let (mut python, _) = Python::connected(at);
    let one = only_client(&bench);
    let mut ncat = Process::start("ncat", [at.ip().to_string(), at.port().to_string()]);
    bench.until(|s| s.clients.len() == 2);
    let mut socat = Process::start("socat", ["-".to_owned(), format!("TCP4:{at}")]);
    bench.until(|s| s.clients.len() == 3);
    bench.send(one, "one ");
    bench.send(Target::AllClients, "all\n");
    assert_eq!(python.receive(8), b"one all\n");
    assert_eq!((ncat.read_line(), socat.read_line()), ("all".to_owned(), "all".to_owned()));
}

#[test]
fn a_port_that_python_has_is_named_with_its_pid() {
    for host in ["127.0.0.1", "::1"] {
        let (mut python, at) = Python::listening(host);
        let failure = open_server(at).ended().unwrap();
        let Cause::AddressInUse { owner: Some(owner) } = &failure.cause else { panic!("{failure}") };
        assert_eq!(owner.pid, python.process().pid());
        assert!(owner.program.contains("python"), "{failure}");
        assert!(failure.to_string().contains(&format!("{at}: address in use by python")), "{failure}");
    }
}

#[test]
fn connects_again_to_a_server_that_comes_back() {
    let (mut python, at) = Python::listening("127.0.0.1");
    let config = TcpClientConfig { reconnect: true, ..client_config(at) };
    let bench = Bench::open(LinkConfig::TcpClient(config));
    bench.opened();
    python.run("accept");
    python.process().kill();
    bench.until(|s| s.phase == Phase::Reconnecting);
    bench.until_event(|event| matches!(event, Event::Reconnecting { .. }));
    let mut python = Python::start();
    python.call(&json!({ "op": "listen", "host": LOOPBACK.ip().to_string(), "port": at.port() }));
    python.run("accept");
    bench.until(|s| matches!(s.phase, Phase::Open { .. }));
    bench.send(Target::Server, "again");
    assert_eq!(python.receive(5), b"again");
}
