//! UDP links against plain sockets on the loopback interface.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use wirebench::codec::template::NoLookup;
use wirebench::journal::{Cause, Config, Event, Failure, Kind, Operation, Record, Recorder};
use wirebench::net::{
    Command, Counters, Group, JobSlot, Link, LinkConfig, Outgoing, Phase, SocketOptions, Status, Target, UdpConfig,
    interfaces,
};
use wirebench::session::send::{Cycle, CycleConfig, Packet};

/// Longer than anything takes on a busy machine; a test that needs it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A link with its journal, and a bell that rings at each append.
struct Bench {
    link: Link,
    recorder: Arc<Recorder>,
    bell: Arc<(Mutex<u64>, Condvar)>,
}

fn config(local: &str) -> UdpConfig {
    UdpConfig {
        local: local.parse().unwrap(),
        broadcast: false,
        share_port: false,
        groups: Vec::new(),
        multicast_ttl: 1,
        multicast_loopback: true,
        options: SocketOptions::default(),
    }
}

impl Bench {
    fn start(config: UdpConfig) -> Self {
        let bell = Arc::new((Mutex::new(0), Condvar::new()));
        let ring = Arc::clone(&bell);
        let wake: wirebench::journal::Wake = Arc::new(move || {
            *ring.0.lock().unwrap() += 1;
            ring.1.notify_all();
        });
        let journal = Config { budget_bytes: 64 << 20, spill_dir: std::env::temp_dir() };
        let recorder = Recorder::new(journal, Arc::clone(&wake));
        let counters = Arc::new(Counters::default());
        let link = Link::open(LinkConfig::Udp(config), Arc::clone(&recorder), counters, wake).unwrap();
        Self { link, recorder, bell }
    }

    fn open(config: UdpConfig) -> Self {
        let bench = Self::start(config);
        let (status, open) = bench.link.status_cell().wait(PATIENCE, |s| s.phase != Phase::Opening);
        assert!(open && matches!(status.phase, Phase::Open { .. }), "{:?}", status.phase);
        bench
    }

    fn local(&self) -> SocketAddr {
        match self.link.status().phase {
            Phase::Open { local, .. } => local,
            other => panic!("not open: {other:?}"),
        }
    }

    fn send(&self, target: Target, payload: &[u8]) {
        self.link.command(Command::Send(outgoing(target, payload))).unwrap();
    }

    fn send_to(&self, to: SocketAddr, payload: &[u8]) {
        self.send(Target::Address(to), payload);
    }

    /// All records so far.
    fn records(&self) -> Vec<Record> {
        let journal = self.recorder.journal();
        (0..journal.len()).map(|i| journal.read(i).unwrap()).collect()
    }

    /// Waits until the journal holds at least `count` records that `wanted` picks, and gives these.
    fn wait_records(&self, what: &str, count: usize, wanted: impl Fn(&Record) -> bool) -> Vec<Record> {
        let deadline = Instant::now() + PATIENCE;
        let mut rung = self.bell.0.lock().unwrap();
        loop {
            let seen = *rung;
            drop(rung);
            let found: Vec<_> = self.records().into_iter().filter(|r| wanted(r)).collect();
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < deadline, "no {what}; the journal: {:#?}", self.records());
            rung = self.bell.0.lock().unwrap();
            while *rung == seen && Instant::now() < deadline {
                rung = self.bell.1.wait_timeout(rung, Duration::from_secs(1)).unwrap().0;
            }
        }
    }

    fn wait_event<T>(&self, what: &str, pick: impl Fn(Event) -> Option<T>) -> T {
        let found = self.wait_records(what, 1, |r| r.event().is_some_and(|e| pick(e).is_some()));
        found[0].event().and_then(pick).unwrap()
    }

    fn wait_failure(&self) -> Failure {
        self.wait_event("failure", |e| if let Event::Failed(f) = e { Some(f) } else { None })
    }

    fn wait_payload(&self, payload: &[u8]) {
        self.wait_records("such payload", 1, |r| r.head.kind == Kind::Received && r.bytes() == payload);
    }

    fn wait_received(&self, count: usize) -> Vec<Record> {
        self.wait_records("received record", count, |r| r.head.kind == Kind::Received)
    }
}

fn outgoing(target: Target, payload: &[u8]) -> Outgoing {
    Outgoing::new(target, payload)
}

/// A job that sends this at each tick, for ever.
fn cycle(target: Target, payload: &[u8], interval: Duration) -> Command {
    let packets = vec![Packet::bytes(payload, None)];
    let config = CycleConfig { target, packets, interval, rounds: None, lookup: Box::new(NoLookup) };
    Command::StartJob(JobSlot::Sending, Box::new(Cycle::new(config, Arc::new(|| ())).0))
}

/// Whether a cycle runs.
fn cycling(status: &Status) -> bool {
    status.jobs.contains(JobSlot::Sending)
}

fn host(name: &str, port: u16) -> Target {
    Target::Host { host: name.to_owned(), port }
}

fn peer(local: &str) -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind(local).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

/// An address where nobody listens and that nobody else can get: its socket only hears its own peer.
#[cfg(target_os = "linux")]
fn deaf(local: &str) -> (UdpSocket, SocketAddr) {
    let (socket, addr) = peer(local);
    let (_, elsewhere) = peer(local);
    socket.connect(elsewhere).unwrap();
    (socket, addr)
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = vec![0; 70_000];
    let (len, from) = socket.recv_from(&mut buffer).unwrap();
    buffer.truncate(len);
    (buffer, from)
}

/// What is sent comes back, byte for byte, and is in the journal both ways.
fn assert_echo(bench: &Bench, socket: &UdpSocket, at: SocketAddr, sizes: &[usize]) {
    for (done, &size) in sizes.iter().enumerate() {
        let payload: Vec<u8> = (0..size).map(|i| (i * 7 + size) as u8).collect();
        bench.send_to(at, &payload);
        let (got, from) = receive(socket);
        assert_eq!(got, payload, "{size} bytes on the way there");
        socket.send_to(&got, from).unwrap();
        let received = bench.wait_received(done + 1);
        assert_eq!(received[done].bytes(), payload, "{size} bytes on the way back");
        assert_eq!(received[done].head.peer.unwrap().addr, at);
        assert_eq!(received[done].head.peer.unwrap().stream, 0);
        let sent = bench.wait_records("sent record", done + 1, |r| r.head.kind == Kind::Sent);
        assert_eq!(sent[done].bytes(), payload);
        assert_eq!(sent[done].head.peer.unwrap().addr, at);
        assert!(sent[done].head.time <= received[done].head.time);
    }
    let total: usize = sizes.iter().sum();
    let counted = bench.link.counters().snapshot();
    assert_eq!((counted.sent_packets, counted.received_packets), (sizes.len() as u64, sizes.len() as u64));
    assert_eq!((counted.sent_bytes, counted.received_bytes), (total as u64, total as u64));
    assert_eq!(counted.kernel_drops, 0);
}

#[test]
fn datagrams_of_all_sizes_are_whole() {
    let bench = Bench::open(config("127.0.0.1:0"));
    let (socket, at) = peer("127.0.0.1:0");
    assert_echo(&bench, &socket, at, &[0, 1, 1472, 65_507]);
    let bound = bench.wait_event("Bound", |e| if let Event::Bound { local } = e { Some(local) } else { None });
    assert_eq!(bound, bench.local());
    assert_ne!(bound.port(), 0);
    let (status, known) = bench.link.status_cell().wait(PATIENCE, |s| !s.senders.is_empty());
    assert!(known);
    assert_eq!(*status.senders, [at]);
}

#[test]
fn ipv6_takes_its_larger_datagrams() {
    let bench = Bench::open(config("[::1]:0"));
    let (socket, at) = peer("[::1]:0");
    assert_echo(&bench, &socket, at, &[0, 1, 65_527]);
    bench.send_to(at, &vec![0; 65_528]);
    assert_eq!(bench.wait_failure().cause, Cause::TooLarge { len: 65_528, max: 65_527 });
}

#[test]
fn the_ipv6_wildcard_speaks_both() {
    let bench = Bench::open(config("[::]:0"));
    let (v4, v4_at) = peer("127.0.0.1:0");
    assert_echo(&bench, &v4, v4_at, &[3, 65_507]);
    let (v6, v6_at) = peer("[::1]:0");
    v6.send_to(b"six", (Ipv6Addr::LOCALHOST, bench.local().port())).unwrap();
    assert_eq!(bench.wait_received(3)[2].head.peer.unwrap().addr, v6_at);
    let (status, both) = bench.link.status_cell().wait(PATIENCE, |s| s.senders.len() == 2);
    assert!(both);
    assert_eq!(*status.senders, [v4_at, v6_at], "IPv4 is shown as IPv4");
    bench.send_to(v4_at, &vec![0; 65_508]);
    assert_eq!(bench.wait_failure().cause, Cause::TooLarge { len: 65_508, max: 65_507 });
}

#[test]
fn what_is_too_large_is_refused_and_nothing_is_sent() {
    let bench = Bench::open(config("127.0.0.1:0"));
    let (socket, at) = peer("127.0.0.1:0");
    bench.send_to(at, &vec![0; 65_508]);
    let failure = bench.wait_failure();
    assert_eq!(failure.op, Operation::Send);
    assert_eq!(failure.target, at.to_string());
    assert_eq!(failure.cause, Cause::TooLarge { len: 65_508, max: 65_507 });
    assert_eq!(bench.link.counters().snapshot().sent_packets, 0);
    bench.send_to(at, b"still open");
    assert_eq!(receive(&socket).0, b"still open");
    let (number, shown) = bench.link.status().last_failure.unwrap();
    assert_eq!((number, shown), (1, failure));
}

#[test]
fn a_target_of_another_family_is_refused() {
    let v4 = Bench::open(config("127.0.0.1:0"));
    v4.send_to("[::1]:9".parse().unwrap(), b"x");
    assert_eq!(v4.wait_failure().cause, Cause::FamilyMismatch);
    let v6 = Bench::open(config("[::1]:0"));
    v6.send_to("127.0.0.1:9".parse().unwrap(), b"x");
    assert_eq!(v6.wait_failure().cause, Cause::FamilyMismatch);
}

#[test]
fn targets_and_commands_of_tcp_are_errors_and_not_the_end() {
    use Cause::{NoSuchPeer, NotConnected};
    let bench = Bench::open(config("127.0.0.1:0"));
    bench.send(Target::Client(7), b"x");
    bench.send(Target::AllClients, b"x");
    bench.send(Target::Server, b"x");
    bench.link.command(Command::Disconnect(Some(7))).unwrap();
    bench.link.command(Command::HalfClose(None)).unwrap();
    bench.link.command(Command::SetNodelay(true)).unwrap();
    let failed = bench.wait_records("failures", 5, |r| matches!(r.event(), Some(Event::Failed(_))));
    let causes: Vec<_> =
        failed.iter().map(|r| if let Some(Event::Failed(f)) = r.event() { f.cause } else { unreachable!() }).collect();
    assert_eq!(causes, [NoSuchPeer, NoSuchPeer, NotConnected, NoSuchPeer, NotConnected]);
    let (socket, at) = peer("127.0.0.1:0");
    bench.send_to(at, b"still open");
    assert_eq!(receive(&socket).0, b"still open");
}

/// Where the system says whose port is unreachable.
#[cfg(target_os = "linux")]
fn assert_unreachable_is_named(local: &str, there: &str) {
    let bench = Bench::open(config(local));
    let (_reserved, closed) = deaf(there);
    bench.send_to(closed, b"anyone?");
    let (to, cause) = bench
        .wait_event("Unreachable", |e| if let Event::Unreachable { to, cause } = e { Some((to, cause)) } else { None });
    assert_eq!((to, cause), (Some(closed), Cause::Refused));

    // Errors of the one datagram do not eat the next.
    let (socket, open) = peer(there);
    for i in 0..50u8 {
        bench.send_to(closed, &[i]);
        bench.send_to(open, &[i]);
    }
    for i in 0..50u8 {
        assert_eq!(receive(&socket).0, [i]);
    }
    assert_eq!(bench.link.status().last_failure, None);
    let all = bench.wait_records("Unreachable", 51, |r| matches!(r.event(), Some(Event::Unreachable { .. })));
    assert!(all.iter().all(|r| r.head.peer.is_some_and(|p| p.addr == closed)));
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreachable_port_is_named_and_the_socket_stays_open() {
    assert_unreachable_is_named("127.0.0.1:0", "127.0.0.1:0");
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreachable_port_is_named_over_ipv6() {
    assert_unreachable_is_named("[::1]:0", "[::1]:0");
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreachable_port_is_named_over_ipv4_on_a_dual_stack_socket() {
    assert_unreachable_is_named("[::]:0", "127.0.0.1:0");
}

#[test]
fn a_taken_port_names_its_owner() {
    let (_socket, at) = peer("127.0.0.1:0");
    let bench = Bench::start(config(&at.to_string()));
    let (status, over) = bench.link.status_cell().wait(PATIENCE, |s| matches!(s.phase, Phase::Closed { .. }));
    assert!(over, "{:?}", status.phase);
    let Phase::Closed { failure: Some(failure) } = status.phase else { panic!("{:?}", status.phase) };
    assert_eq!((failure.op, failure.target.as_str()), (Operation::Bind, at.to_string().as_str()));
    let Cause::AddressInUse { owner } = failure.cause else { panic!("{failure}") };
    // Windows tells; Wine's table of sockets lacks some.
    if cfg!(windows) && owner.is_none() {
        return;
    }
    let owner = owner.unwrap();
    assert_eq!(owner.pid, std::process::id());
    assert_eq!(owner.program, std::env::current_exe().unwrap().file_name().unwrap().to_str().unwrap());
}

/// Wine binds to any address.
#[cfg(not(windows))]
#[test]
fn an_address_of_another_machine_is_refused() {
    // TEST-NET-1 (RFC 5737): nobody has it.
    let bench = Bench::start(config("192.0.2.199:0"));
    let (status, over) = bench.link.status_cell().wait(PATIENCE, |s| matches!(s.phase, Phase::Closed { .. }));
    assert!(over, "{:?}", status.phase);
    let Phase::Closed { failure: Some(failure) } = status.phase else { panic!("{:?}", status.phase) };
    assert_eq!(failure.cause, Cause::AddressNotAvailable);
}

#[test]
fn broadcast_needs_its_switch() {
    let bench = Bench::open(config("127.0.0.1:0"));
    bench.send_to("255.255.255.255:9".parse().unwrap(), b"x");
    let failure = bench.wait_failure();
    assert_eq!((failure.op, failure.cause), (Operation::Send, Cause::BroadcastOff));
}

/// The subnet of the loopback interface has a broadcast address on Linux.
#[cfg(target_os = "linux")]
#[test]
fn subnet_broadcast_works_with_the_switch_and_is_refused_without() {
    let bench = Bench::open(config("0.0.0.0:0"));
    let (socket, at) = peer("0.0.0.0:0");
    let everyone = SocketAddr::from(([127, 255, 255, 255], at.port()));
    bench.send_to(everyone, b"no");
    let failure = bench.wait_failure();
    assert_eq!((failure.target, failure.cause), (everyone.to_string(), Cause::BroadcastOff));
    bench.link.command(Command::SetBroadcast(true)).unwrap();
    bench.send_to(everyone, b"yes");
    assert_eq!(receive(&socket).0, b"yes");
}

/// The loopback interface, whose multicast datagrams never leave this machine.
fn loopback_group(address: IpAddr) -> Group {
    let lo = interfaces::list().into_iter().find(|i| i.addr == IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
    Group { address, interface_index: lo.index, interface_address: Ipv4Addr::LOCALHOST, interface_name: lo.name }
}

fn sharing(local: SocketAddr, groups: Vec<Group>) -> Bench {
    Bench::open(UdpConfig { share_port: true, groups, ..config(&local.to_string()) })
}

#[test]
fn sockets_share_a_multicast_port_and_hear_only_the_groups_that_they_joined() {
    let one = loopback_group("239.255.71.1".parse().unwrap());
    let two = loopback_group("239.255.71.2".parse().unwrap());
    let a = sharing("0.0.0.0:0".parse().unwrap(), vec![one.clone()]);
    let at = a.local();
    let b = sharing(at, vec![one.clone(), two.clone()]);
    let c = sharing(at, vec![two.clone()]);
    assert_eq!(*b.link.status().groups, [one.clone(), two.clone()]);
    let (group, interface) = a.wait_event("GroupJoined", |e| {
        if let Event::GroupJoined { group, interface } = e { Some((group, interface)) } else { None }
    });
    assert_eq!((group, interface), (one.address, one.interface_name.clone()));

    // From a third socket, and from one of them: the group's interface is also the way out.
    let sender = Bench::open(config("127.0.0.1:0"));
    sender.link.command(Command::Join(one.clone())).unwrap();
    sender.send_to(SocketAddr::new(one.address, at.port()), b"to one");
    sender.send_to(SocketAddr::new(two.address, at.port()), b"to two");
    a.wait_payload(b"to one");
    b.wait_payload(b"to one");
    b.wait_payload(b"to two");
    c.wait_payload(b"to two");

    b.link.command(Command::Leave(one.clone())).unwrap();
    let left = b.wait_event("GroupLeft", |e| if let Event::GroupLeft { group, .. } = e { Some(group) } else { None });
    assert_eq!(left, one.address);
    let (status, alone) = b.link.status_cell().wait(PATIENCE, |s| s.groups.len() == 1);
    assert!(alone && status.groups[0] == two);
    sender.send_to(SocketAddr::new(one.address, at.port()), b"again to one");
    sender.send_to(SocketAddr::new(two.address, at.port()), b"again to two");
    a.wait_payload(b"again to one");
    b.wait_payload(b"again to two");
    c.wait_payload(b"again to two");
    // Elsewhere a socket may hear what another one has joined.
    if cfg!(target_os = "linux") {
        let heard = |l: &Bench| l.wait_received(0).iter().map(|r| r.bytes().to_vec()).collect::<Vec<_>>();
        assert_eq!(heard(&a), [&b"to one"[..], b"again to one"]);
        assert_eq!(heard(&b), [&b"to one"[..], b"to two", b"again to two"]);
        assert_eq!(heard(&c), [&b"to two"[..], b"again to two"]);
    }
    assert!([&a, &b, &c, &sender].iter().all(|l| l.link.status().last_failure.is_none()));
}

/// The loopback interface has no route for IPv6 multicast. A group of scope "interface-local" (`ff01::`) with hop limit
/// 0 does not leave the machine on any other either (RFC 4291 §2.7), and not even its membership is told to anyone.
#[test]
fn ipv6_groups_are_joined_and_left() {
    let v6 = interfaces::list().into_iter().filter(|i| i.addr.is_ipv6()).min_by_key(|i| i.is_loopback).unwrap();
    let group = Group {
        address: "ff01::7157".parse().unwrap(),
        interface_index: v6.index,
        interface_address: Ipv4Addr::UNSPECIFIED,
        interface_name: v6.name,
    };
    let a = sharing("[::]:0".parse().unwrap(), vec![group.clone()]);
    let at = SocketAddr::new(group.address, a.local().port());
    let sender = Bench::open(UdpConfig { multicast_ttl: 0, groups: vec![group.clone()], ..config("[::]:0") });
    sender.send_to(at, b"six");
    if v6.is_loopback {
        // A machine that is alone can only say so.
        assert_eq!(sender.wait_failure().cause, Cause::NetworkUnreachable);
    } else {
        assert_eq!(a.wait_received(1)[0].bytes(), b"six");
    }
    a.link.command(Command::Leave(group.clone())).unwrap();
    assert!(a.link.status_cell().wait(PATIENCE, |s| s.groups.is_empty()).1);
    a.link.command(Command::Leave(group)).unwrap();
    let failure = a.wait_failure();
    assert_eq!((failure.op, failure.cause), (Operation::Leave, Cause::AddressNotAvailable));
}

#[test]
fn what_is_no_group_is_refused() {
    let bench = Bench::open(config("127.0.0.1:0"));
    bench.link.command(Command::Join(loopback_group("127.0.0.1".parse().unwrap()))).unwrap();
    let failure = bench.wait_failure();
    assert_eq!(failure.op, Operation::Join);
    assert!(failure.target.starts_with("127.0.0.1 ("), "{}", failure.target);
    bench.link.command(Command::Join(loopback_group("ff02::1".parse().unwrap()))).unwrap();
    bench.wait_event("FamilyMismatch", |e| {
        matches!(e, Event::Failed(f) if f.cause == Cause::FamilyMismatch).then_some(())
    });
}

#[test]
fn a_cycle_keeps_its_pace_and_stops() {
    const INTERVAL: Duration = Duration::from_millis(20);
    let bench = Bench::open(config("127.0.0.1:0"));
    let (socket, at) = peer("127.0.0.1:0");
    let start = Instant::now();
    bench.link.command(cycle(Target::Address(at), b"tick", INTERVAL)).unwrap();
    for _ in 0..10 {
        assert_eq!(receive(&socket).0, b"tick");
    }
    assert!(start.elapsed() >= INTERVAL * 9, "{:?}", start.elapsed());
    assert!(cycling(&bench.link.status()));
    bench.link.command(Command::StopJob(JobSlot::Sending)).unwrap();
    assert!(bench.link.status_cell().wait(PATIENCE, |s| !cycling(s)).1);
    let elapsed = start.elapsed();
    let sent = bench.link.counters().snapshot().sent_packets;
    assert!(u128::from(sent) <= elapsed.as_nanos() / INTERVAL.as_nanos() + 1, "{sent} in {elapsed:?}");
    // Sends are served in order: what comes after this one was sent after the stop.
    bench.send_to(at, b"last");
    let all = bench.wait_records("last one", sent as usize + 1, |r| r.head.kind == Kind::Sent);
    assert_eq!((all.len() as u64, all[sent as usize].bytes()), (sent + 1, &b"last"[..]));
    assert!(all.is_sorted_by_key(|r| r.head.time));
}

#[test]
fn a_cycle_that_fails_stops() {
    let bench = Bench::open(config("127.0.0.1:0"));
    let (_socket, at) = peer("127.0.0.1:0");
    let too_large = cycle(Target::Address(at), &vec![0; 65_508], Duration::from_millis(1));
    bench.link.command(too_large).unwrap();
    assert!(matches!(bench.wait_failure().cause, Cause::TooLarge { .. }));
    let (status, told) = bench.link.status_cell().wait(PATIENCE, |s| !cycling(s) && s.last_failure.is_some());
    assert!(told);
    assert_eq!(status.last_failure.unwrap().0, 1, "told once");
}

#[test]
fn names_are_resolved_and_what_waits_for_them_keeps_its_order() {
    let bench = Bench::open(config("127.0.0.1:0"));
    let (socket, at) = peer("127.0.0.1:0");
    for i in 0..20u8 {
        bench.send(host("localhost", at.port()), &[i]);
    }
    for i in 0..20u8 {
        assert_eq!(receive(&socket).0, [i]);
    }
    let (name, addrs) = bench
        .wait_event("Resolved", |e| if let Event::Resolved { host, addrs } = e { Some((host, addrs)) } else { None });
    assert_eq!(name, "localhost");
    assert!(addrs.contains(&IpAddr::V4(Ipv4Addr::LOCALHOST)), "{addrs:?}");
    bench.send(host("127.0.0.1", at.port()), b"a literal");
    assert_eq!(receive(&socket).0, b"a literal");
    assert!(bench.link.status_cell().wait(PATIENCE, |s| s.pending_bytes == 0).1);
    let resolved = bench.records().iter().filter(|r| matches!(r.event(), Some(Event::Resolved { .. }))).count();
    assert_eq!(resolved, 1);
}

#[test]
fn a_name_that_does_not_exist_fails_and_stops_its_cycle() {
    let bench = Bench::open(config("127.0.0.1:0"));
    // A label has at most 63 letters: no name server is asked.
    let name = "x".repeat(64);
    bench.link.command(cycle(host(&name, 80), b"x", Duration::from_millis(1))).unwrap();
    let failure = bench.wait_failure();
    assert_eq!((failure.op, failure.cause), (Operation::Resolve, Cause::NameNotFound));
    assert_eq!(failure.target, format!("{name}:80"));
    assert!(bench.link.status_cell().wait(PATIENCE, |s| !cycling(s)).1);
    // One that can be refused without asking anyone.
    bench.send(host("[::1", 80), b"x");
    bench.wait_event("failure", |e| matches!(e, Event::Failed(f) if f.target == "[::1:80").then_some(()));
}

#[test]
fn closes_at_once_while_a_peer_floods() {
    let bench = Bench::open(config("127.0.0.1:0"));
    let at = bench.local();
    let stop = Arc::new(AtomicBool::new(false));
    let flood = std::thread::Builder::new().name("flood".to_owned());
    let flood = {
        let stop = Arc::clone(&stop);
        flood.spawn(move || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            while !stop.load(Ordering::Relaxed) {
                // Refused once the link is closed; that is no failure of this test.
                drop(socket.send_to(&[0x55; 64], at));
            }
        })
    };
    let flood = flood.unwrap();
    bench.wait_records("flood", 1000, |r| r.head.kind == Kind::Received);
    // The flood keeps no command waiting.
    let (socket, to) = peer("127.0.0.1:0");
    bench.send_to(to, b"served");
    assert_eq!(receive(&socket).0, b"served");
    let Bench { link, recorder, .. } = bench;
    let counters = Arc::clone(link.counters());
    let start = Instant::now();
    drop(link);
    let took = start.elapsed();
    stop.store(true, Ordering::Relaxed);
    flood.join().unwrap();
    assert!(took < Duration::from_millis(200), "closing took {took:?}");
    let journal = recorder.journal();
    let received = (0..journal.len()).filter(|&i| journal.read(i).unwrap().head.kind == Kind::Received).count();
    assert_eq!(received as u64, counters.snapshot().received_packets, "none is lost in the program");
    assert_eq!(journal.read(journal.len() - 1).unwrap().event(), Some(Event::Closed));
}
