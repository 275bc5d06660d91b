//! A UDP link against Python, ncat and socat.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use peers::bench::{Bench, Pattern};
use peers::process::Process;
use peers::python::Python;
use peers::{TEXTS, log, text};
use serde_json::json;
use wirebench::codec::{Charset, hex};
use wirebench::journal::{Cause, Event, Kind, Operation};
use wirebench::net::{Command, Group, LinkConfig, SocketOptions, Target, UdpConfig, interfaces};

fn config(local: SocketAddr) -> UdpConfig {
    UdpConfig {
        local,
        broadcast: false,
        share_port: false,
        groups: Vec::new(),
        multicast_ttl: 1,
        multicast_loopback: true,
        options: SocketOptions::default(),
    }
}

/// A link that is bound, and where.
fn bound(local: &str) -> (Bench, SocketAddr) {
    let bench = Bench::open(LinkConfig::Udp(config(local.parse().unwrap())));
    let local = bench.opened();
    (bench, local)
}

/// The datagram that came as the `nth`, counted from 0.
fn received(bench: &Bench, nth: usize) -> Vec<u8> {
    let mut seen = 0;
    let record = bench.until_record(|record| {
        seen += usize::from(record.head.kind == Kind::Received);
        seen == nth + 1
    });
    record.bytes().to_vec()
}

fn texts_go_both_ways(host: &str) {
    let (mut python, at) = Python::udp(host);
    let (bench, local) = bound(&SocketAddr::new(at.ip(), 0).to_string());
    for (nth, (charset, codec, said)) in TEXTS.into_iter().enumerate() {
        bench.command(Command::Send(text(Target::Address(at), said, charset)));
        let there = python.call(&json!({ "op": "receive_from", "charset": codec }));
        assert_eq!((there.text(), there.port()), (said, local.port()));
        let back = json!({ "op": "send_to", "host": host, "port": local.port(), "text": said, "charset": codec });
        python.call(&back);
        assert_eq!(received(&bench, nth), charset.encode(said).unwrap());
    }
    for (nth, (charset, _, said)) in TEXTS.into_iter().enumerate() {
        let shown = log::text(&bench, charset);
        let lines: Vec<_> = shown.lines().filter(|line| *line == said).collect();
        // What we sent reads right under any encoding of the receiving side; what came, under its own.
        assert_eq!(lines.len(), 2, "{} of datagram {nth} in {shown}", charset.label());
    }
    for (_, _, said) in &TEXTS[..2] {
        let automatic = log::text(&bench, Charset::Auto);
        assert_eq!(automatic.lines().filter(|line| line == said).count(), 2, "{automatic}");
    }
}

#[test]
fn texts_go_both_ways_over_ipv4() {
    texts_go_both_ways("127.0.0.1");
}

#[test]
fn texts_go_both_ways_over_ipv6() {
    texts_go_both_ways("::1");
}

#[test]
fn hexadecimal_goes_both_ways() {
    let (mut python, at) = Python::udp("127.0.0.1");
    let (bench, local) = bound("127.0.0.1:0");
    let bytes = hex::parse("00 0xFF,0A\\x0D\n80:7f").unwrap();
    bench.send(Target::Address(at), &bytes);
    assert_eq!(python.receive_from(), (vec![0x00, 0xFF, 0x0A, 0x0D, 0x80, 0x7F], local));
    python.send_to(local, &[0xC4, 0xE3, 0x00, 0x1B]);
    received(&bench, 0);
    let shown = log::hex(&bench);
    assert!(shown.contains("SEND HEX/6 to 127.0.0.1 :"), "{shown}");
    assert!(shown.lines().any(|line| line.trim() == "00 FF 0A 0D 80 7F"), "{shown}");
    assert!(shown.lines().any(|line| line.trim() == "C4 E3 00 1B"), "{shown}");
}

fn the_smallest_and_the_largest_are_whole(host: &str) {
    let (mut python, at) = Python::udp(host);
    let (bench, local) = bound(&SocketAddr::new(at.ip(), 0).to_string());
    let pattern = Pattern::new();
    for (nth, len) in [0, 1, 65_507, 0].into_iter().enumerate() {
        let payload = pattern.piece(nth as u64, len);
        bench.send(Target::Address(at), payload);
        assert!(python.receive_from() == (payload.to_vec(), local), "{len} bytes on the way there");
        python.send_to(local, payload);
        assert!(received(&bench, nth) == payload, "{len} bytes on the way back");
    }
    let counted = bench.counters.snapshot();
    assert_eq!((counted.sent_packets, counted.received_packets), (4, 4));
    assert_eq!((counted.sent_bytes, counted.received_bytes), (65_508, 65_508));
}

#[test]
fn the_smallest_and_the_largest_are_whole_over_ipv4() {
    the_smallest_and_the_largest_are_whole("127.0.0.1");
}

#[test]
fn the_smallest_and_the_largest_are_whole_over_ipv6() {
    the_smallest_and_the_largest_are_whole("::1");
}

#[test]
fn one_wildcard_socket_hears_both_families() {
    let (mut four, four_at) = Python::udp("127.0.0.1");
    let (mut six, six_at) = Python::udp("::1");
    let (bench, local) = bound("[::]:0");
    four.send_to(SocketAddr::new(four_at.ip(), local.port()), b"four");
    assert_eq!(received(&bench, 0), b"four");
    six.send_to(SocketAddr::new(six_at.ip(), local.port()), b"six");
    assert_eq!(received(&bench, 1), b"six");
    bench.until(|s| *s.senders == [four_at, six_at]);
    bench.send(Target::Address(four_at), "to four");
    bench.send(Target::Address(six_at), "to six");
    assert_eq!((four.receive_from().0, six.receive_from().0), (b"to four".to_vec(), b"to six".to_vec()));
}

#[test]
fn talks_with_ncat_as_client() {
    for local in ["127.0.0.1:0", "[::1]:0"] {
        let (bench, at) = bound(local);
        let mut ncat = Process::start("ncat", ["--udp", &at.ip().to_string(), &at.port().to_string()]);
        ncat.stdin().write_all("你好\n".as_bytes()).unwrap();
        assert_eq!(received(&bench, 0), "你好\n".as_bytes());
        let from = bench.until(|s| !s.senders.is_empty()).senders[0];
        bench.send(Target::Address(from), "世界\n");
        assert_eq!(ncat.read_line(), "世界");
    }
}

#[test]
fn talks_with_ncat_as_server() {
    let (bench, _) = bound("127.0.0.1:0");
    let mut ncat = Process::start("ncat", ["--verbose", "--udp", "--listen", "127.0.0.1", "0"]);
    ncat.until_said("Listening on");
    let at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), ncat.port());
    bench.send(Target::Address(at), "ping\n");
    assert_eq!(ncat.read_line(), "ping");
    ncat.stdin().write_all(b"pong\n").unwrap();
    assert_eq!(received(&bench, 0), b"pong\n");
}

#[test]
fn talks_with_socat() {
    for (local, address) in [("127.0.0.1:0", "UDP4"), ("[::1]:0", "UDP6")] {
        let (bench, at) = bound(local);
        let mut socat = Process::start("socat", ["-".to_owned(), format!("{address}:{at}")]);
        socat.stdin().write_all(&[0, 0xFF, 0x0A]).unwrap();
        assert_eq!(received(&bench, 0), [0, 0xFF, 0x0A]);
        let from = bench.until(|s| !s.senders.is_empty()).senders[0];
        bench.send(Target::Address(from), [0x80, 0x00, 0x0D]);
        assert_eq!(socat.read(3), [0x80, 0x00, 0x0D]);
    }
}

/// A group on the loopback interface, whose multicast datagrams never leave this machine.
fn loopback_group(address: [u8; 4]) -> Group {
    let lo = interfaces::list().into_iter().find(|i| i.addr == IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
    Group {
        address: address.into(),
        interface_index: lo.index,
        interface_address: Ipv4Addr::LOCALHOST,
        interface_name: lo.name,
    }
}

#[test]
fn sends_to_a_group_that_socat_has_joined() {
    let group = loopback_group([239, 255, 82, 1]);
    let receive = format!("UDP4-RECV:0,reuseaddr,ip-add-membership={}:127.0.0.1", group.address);
    let mut socat = Process::start("socat", ["-d", "-d", "-u", &receive, "STDOUT"]);
    socat.until_said("starting data transfer loop");
    let to = SocketAddr::new(group.address, socat.port());
    let (bench, _) = bound("127.0.0.1:0");
    bench.command(Command::Join(group));
    bench.send(Target::Address(to), "to the group\n");
    assert_eq!(socat.read_line(), "to the group");
}

#[test]
fn hears_a_group_to_which_socat_and_python_send() {
    let group = loopback_group([239, 255, 82, 2]);
    let local = SocketAddr::from(([0, 0, 0, 0], 0));
    let shared = UdpConfig { share_port: true, groups: vec![group.clone()], ..config(local) };
    let one = Bench::open(LinkConfig::Udp(shared.clone()));
    let at = one.opened();
    let two = Bench::open(LinkConfig::Udp(UdpConfig { local: at, ..shared }));
    two.opened();
    let to = SocketAddr::new(group.address, at.port());

    let send = format!("UDP4-DATAGRAM:{to},ip-multicast-if=127.0.0.1");
    let mut socat = Process::start("socat", ["-u", "STDIN", &send]);
    socat.stdin().write_all(b"from socat").unwrap();
    assert_eq!(received(&one, 0), b"from socat");
    assert_eq!(received(&two, 0), b"from socat");

    let (mut python, _) = Python::udp("127.0.0.1");
    python.call(&json!({ "op": "join", "group": group.address.to_string(), "interface": "127.0.0.1" }));
    python.send_to(to, b"from Python");
    assert_eq!(received(&one, 1), b"from Python");
    assert_eq!(received(&two, 1), b"from Python");

    two.command(Command::Leave(group));
    two.until(|s| s.groups.is_empty());
    python.send_to(to, b"to one");
    assert_eq!(received(&one, 2), b"to one");
    assert_eq!(two.counters.snapshot().received_packets, 2);
}

/// The subnet of the loopback interface has a broadcast address on Linux.
#[test]
fn broadcast_goes_both_ways() {
    const EVERYONE: [u8; 4] = [127, 255, 255, 255];
    let mut python = Python::start();
    let opened = python.call(&json!({ "op": "udp", "host": "0.0.0.0", "broadcast": true }));
    let everyone = SocketAddr::from((EVERYONE, opened.port()));
    let (bench, local) = bound("0.0.0.0:0");
    bench.send(Target::Address(everyone), "refused");
    let refused = bench.until(|s| s.last_failure.is_some()).last_failure.unwrap().1;
    assert_eq!((refused.op, refused.cause), (Operation::Send, Cause::BroadcastOff));
    bench.command(Command::SetBroadcast(true));
    bench.send(Target::Address(everyone), "to everyone");
    assert_eq!(python.receive_from().0, b"to everyone");
    python.send_to(SocketAddr::from((EVERYONE, local.port())), b"from Python");
    assert_eq!(received(&bench, 0), b"from Python");
}

#[test]
fn a_port_that_python_has_is_named_with_its_pid() {
    let (mut python, at) = Python::udp("127.0.0.1");
    let bench = Bench::open(LinkConfig::Udp(config(at)));
    let failure = bench.ended().unwrap();
    let Cause::AddressInUse { owner: Some(owner) } = &failure.cause else { panic!("{failure}") };
    assert_eq!(owner.pid, python.process().pid());
    assert!(owner.program.contains("python"), "{failure}");
    let said = failure.to_string();
    assert!(said.starts_with(&format!("bind {at}: address in use by python")), "{said}");
}

#[test]
fn a_peer_that_was_killed_is_said_to_be_unreachable() {
    let (mut python, at) = Python::udp("127.0.0.1");
    let (bench, local) = bound("127.0.0.1:0");
    bench.send(Target::Address(at), "there?");
    assert_eq!(python.receive_from().0, b"there?");
    python.process().kill();
    bench.send(Target::Address(at), "still there?");
    let said = bench.until_event(|event| matches!(event, Event::Unreachable { .. }));
    assert_eq!(said, Event::Unreachable { to: Some(at), cause: Cause::Refused });
    let (mut other, _) = Python::udp("127.0.0.1");
    other.send_to(local, b"the socket is still open");
    assert_eq!(received(&bench, 0), b"the socket is still open");
}
