//! Jobs of links, their socket options and resets, over sockets of the standard library.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use net_tcp::*;
use wirebench::journal::{Cause, Event, Kind, LeaveReason, Operation, Peer};
use wirebench::net::{
    Command, Happening, Job, JobSlot, Line, LinkConfig, Next, Outgoing, Phase, SocketOptions, Target, TcpClientConfig,
    TcpServerConfig, UdpConfig,
};

/// What a job was told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Polled,
    Received(Peer, Vec<u8>),
    Joined(Peer),
    Finished(Peer),
    Left(Peer),
    Failed(Cause),
    Stopped,
}

/// Does what the test wants at each happening, and tells it what happened.
struct Scripted<F> {
    told: Sender<Told>,
    polled: bool,
    act: F,
}

impl<F: FnMut(&Told, &mut dyn Line) -> Next + Send> Scripted<F> {
    fn start(bench: &Bench, slot: JobSlot, act: F) -> Receiver<Told>
    where
        F: 'static,
    {
        let (told, heard) = bounded(4096);
        bench.command(Command::StartJob(slot, Box::new(Self { told, polled: false, act })));
        heard
    }

    fn tell(&mut self, what: Told, line: &mut dyn Line) -> Next {
        let next = (self.act)(&what, line);
        self.told.send(what).ok();
        next
    }
}

impl<F: FnMut(&Told, &mut dyn Line) -> Next + Send> Job for Scripted<F> {
    fn happened(&mut self, what: Happening<'_>, _: Instant, line: &mut dyn Line) {
        let told = match what {
            Happening::Received { peer, bytes, .. } => Told::Received(peer, bytes.to_vec()),
            Happening::Joined(peer) => Told::Joined(peer),
            Happening::Finished(peer) => Told::Finished(peer),
            Happening::Left(peer) => Told::Left(peer),
            Happening::Failed(failure) => Told::Failed(failure.cause.clone()),
        };
        self.tell(told, line);
    }

    fn poll(&mut self, _: Instant, line: &mut dyn Line) -> Next {
        if std::mem::replace(&mut self.polled, true) {
            return Next::Wait(None);
        }
        self.tell(Told::Polled, line)
    }

    fn listens(&self) -> bool {
        true
    }

    fn stopped(&mut self, line: &mut dyn Line) {
        self.tell(Told::Stopped, line);
    }
}

fn quiet(_: &Told, _: &mut dyn Line) -> Next {
    Next::Wait(None)
}

/// Sends everything back to its sender, with a mark.
fn mark(told: &Told, line: &mut dyn Line) -> Next {
    if let Told::Received(peer, bytes) = told {
        let target = if peer.stream == 0 { Target::Address(peer.addr) } else { Target::Client(peer.stream) };
        line.send(Outgoing::new(target, [b"<", &bytes[..], b">"].concat())).unwrap();
    }
    Next::Wait(None)
}

#[track_caller]
fn next(heard: &Receiver<Told>) -> Told {
    heard.recv_timeout(PATIENCE).unwrap()
}

#[track_caller]
fn until(heard: &Receiver<Told>, wanted: impl Fn(&Told) -> bool) -> Told {
    loop {
        let told = next(heard);
        if wanted(&told) {
            return told;
        }
    }
}

fn udp(options: SocketOptions, local: &str) -> Bench {
    let bench = Bench::open(LinkConfig::Udp(UdpConfig {
        local: local.parse().unwrap(),
        broadcast: false,
        share_port: false,
        groups: Vec::new(),
        multicast_ttl: 1,
        multicast_loopback: true,
        options,
    }));
    bench.opened();
    bench
}

#[test]
fn a_server_s_job_hears_each_client_and_answers() {
    let (bench, server) = listening();
    let heard = Scripted::start(&bench, JobSlot::Answering, mark);
    assert_eq!(next(&heard), Told::Polled);
    let status = bench.until(|s| !s.jobs.is_empty());
    assert!(status.jobs.contains(JobSlot::Answering) && !status.jobs.contains(JobSlot::Sending));
    let (mut one, first) = join(&bench, server);
    let (mut two, second) = join(&bench, server);
    for (peer, stream) in [(&mut one, first), (&mut two, second)] {
        let addr = peer.local_addr().unwrap();
        assert_eq!(next(&heard), Told::Joined(Peer { addr, stream }));
    }
    for round in 0..50 {
        for (peer, stream) in [(&mut one, first), (&mut two, second)] {
            let text = format!("{round}");
            peer.write_all(text.as_bytes()).unwrap();
            assert_eq!(read_exactly(peer, text.len() + 2), format!("<{text}>").as_bytes());
            let addr = peer.local_addr().unwrap();
            assert_eq!(next(&heard), Told::Received(Peer { addr, stream }, text.into_bytes()));
        }
    }
    let addr = one.local_addr().unwrap();
    drop(one);
    assert_eq!(next(&heard), Told::Finished(Peer { addr, stream: first }));
    assert_eq!(next(&heard), Told::Left(Peer { addr, stream: first }));
    bench.command(Command::StopJob(JobSlot::Answering));
    assert_eq!(next(&heard), Told::Stopped);
    bench.until(|s| s.jobs.is_empty());
    two.write_all(b"x").unwrap();
    bench.until_record(|r| r.head.kind == Kind::Received && r.bytes() == b"x");
    assert!(heard.recv().is_err(), "it is dropped, and hears no more");
}

#[test]
fn a_udp_job_hears_every_datagram_in_order_and_the_journal_has_them_first() {
    const COUNT: usize = 100;
    let bench = udp(SocketOptions::default(), "127.0.0.1:0");
    let to = bench.opened();
    let heard = Scripted::start(&bench, JobSlot::Answering, mark);
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(next(&heard), Told::Polled);
    for round in 0..COUNT {
        peer.send_to(round.to_string().as_bytes(), to).unwrap();
    }
    let mut buffer = [0; 64];
    for round in 0..COUNT {
        let len = peer.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], format!("<{round}>").as_bytes());
        let from = Peer::datagram(peer.local_addr().unwrap());
        assert_eq!(next(&heard), Told::Received(from, round.to_string().into_bytes()));
    }
    bench.until_record(|r| r.head.kind == Kind::Sent && r.bytes() == format!("<{}>", COUNT - 1).as_bytes());
    let records = bench.records();
    assert!(records.is_sorted_by_key(|r| r.head.time));
    let place = |kind, text: &str| records.iter().position(|r| r.head.kind == kind && r.bytes() == text.as_bytes());
    for round in 0..COUNT {
        let (question, answer) = (place(Kind::Received, &round.to_string()), place(Kind::Sent, &format!("<{round}>")));
        assert!(question.unwrap() < answer.unwrap());
    }
}

#[test]
fn a_client_s_job_outlives_its_connection() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let at = listener.local_addr().unwrap();
    let bench = Bench::open(LinkConfig::TcpClient(TcpClientConfig { reconnect: true, ..client_config(at) }));
    let (mut peer, _) = listener.accept().unwrap();
    bench.opened();
    let heard = Scripted::start(&bench, JobSlot::Answering, mark);
    assert_eq!(next(&heard), Told::Polled);
    peer.write_all(b"one").unwrap();
    let Told::Received(first, _) = next(&heard) else { panic!() };
    assert_eq!(read_exactly(&peer, 5), b"<one>");
    reset(peer);
    assert_eq!(next(&heard), Told::Left(first));
    let (mut peer, _) = listener.accept().unwrap();
    let Told::Joined(second) = next(&heard) else { panic!() };
    assert!(second.addr == at && second.stream != first.stream);
    peer.write_all(b"two").unwrap();
    assert_eq!(read_exactly(&peer, 5), b"<two>");
    assert!(bench.link().status().jobs.contains(JobSlot::Answering));
}

#[test]
fn without_a_connection_a_job_waits_and_its_sends_are_refused() {
    let (_reserved, at) = reserved();
    let bench = Bench::open(LinkConfig::TcpClient(TcpClientConfig { reconnect: true, ..client_config(at) }));
    bench.until(|s| s.phase == Phase::Reconnecting);
    let (said, refused) = bounded(4096);
    let heard = Scripted::start(&bench, JobSlot::Sequence, move |_, line| {
        said.send((line.send(Outgoing::new(Target::Server, *b"x")), line.peers())).unwrap();
        Next::Done
    });
    assert_eq!(next(&heard), Told::Polled);
    let (sent, peers) = refused.recv().unwrap();
    assert_eq!(sent.unwrap_err().cause, Cause::NotConnected);
    assert_eq!(peers, []);
    bench.until(|s| s.jobs.is_empty());
}

#[test]
fn a_job_disconnects_after_all_was_taken() {
    const LEN: usize = 12 << 20;
    let (bench, server) = listening();
    let heard = Scripted::start(&bench, JobSlot::Answering, |told, line| {
        if let Told::Joined(peer) = told {
            line.send(Outgoing::new(Target::Client(peer.stream), vec![7; LEN])).unwrap();
            assert!(line.pending_bytes(&Target::Client(peer.stream)) > 0);
            line.disconnect(*peer);
            let again = line.send(Outgoing::new(Target::Client(peer.stream), *b"x"));
            assert_eq!(again.unwrap_err().cause, Cause::HalfClosed);
        }
        Next::Wait(None)
    });
    assert_eq!(next(&heard), Told::Polled);
    let peer = TcpStream::connect(server).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(read_to_end(&peer), vec![7; LEN]);
    until(&heard, |told| matches!(told, Told::Left(_)));
    let left = bench.until_event(|e| matches!(e, Event::PeerLeft { .. }));
    assert!(matches!(left, Event::PeerLeft { reason: LeaveReason::Disconnected, unsent_bytes: 0, .. }), "{left:?}");
}

#[test]
fn a_job_that_ends_takes_back_what_was_not_begun() {
    const LEN: usize = 12 << 20;
    let (bench, server) = listening();
    let (peer, stream) = join(&bench, server);
    let heard = Scripted::start(&bench, JobSlot::Sending, move |told, line| {
        if *told == Told::Polled {
            for _ in 0..3 {
                line.send(Outgoing::new(Target::AllClients, vec![1; LEN])).unwrap();
            }
        }
        Next::Wait(None)
    });
    assert_eq!(next(&heard), Told::Polled);
    bench.command(Command::StopJob(JobSlot::Sending));
    assert_eq!(next(&heard), Told::Stopped);
    // The one that was begun stays.
    let heard = Scripted::start(&bench, JobSlot::Answering, move |told, line| {
        if *told == Told::Polled {
            let pending = line.pending_bytes(&Target::Client(stream));
            assert!(pending > 0 && pending < LEN as u64, "{pending}");
            line.send(Outgoing::new(Target::AllClients, vec![2; 100])).unwrap();
            assert_eq!(line.withdraw(), 100, "its own");
            let left = line.pending_bytes(&Target::AllClients);
            assert!(left > 0 && left <= pending, "{left}");
        }
        Next::Wait(None)
    });
    assert_eq!(next(&heard), Told::Polled);
    assert_eq!(read_exactly(&peer, LEN), vec![1; LEN]);
    bench.send(Target::AllClients, "end");
    assert_eq!(read_exactly(&peer, 3), b"end");
}

#[test]
fn a_send_that_fails_later_is_told_to_the_job_and_written_once() {
    let bench = udp(SocketOptions::default(), "127.0.0.1:0");
    // A label has at most 63 letters: no name server is asked.
    let target = Target::Host { host: "x".repeat(64), port: 9 };
    let heard = Scripted::start(&bench, JobSlot::Sequence, move |told, line| {
        if *told == Told::Polled {
            line.send(Outgoing::new(target.clone(), *b"x")).unwrap();
            assert_eq!(line.pending_bytes(&target), 1);
        }
        Next::Wait(None)
    });
    assert_eq!(next(&heard), Told::Polled);
    assert_eq!(next(&heard), Told::Failed(Cause::NameNotFound));
    assert_eq!(bench.events().iter().filter(|e| matches!(e, Event::Failed(_))).count(), 1);
}

#[test]
fn last_words_of_jobs_are_said_when_the_link_closes() {
    let mut benches = vec![udp(SocketOptions::default(), "127.0.0.1:0"), listening().0];
    let (client, _peer) = connected();
    benches.push(client);
    for mut bench in benches {
        let heard = Scripted::start(&bench, JobSlot::Answering, |told, line| {
            if *told == Told::Stopped {
                line.event(None, &Event::GivenUp { records: 7, bytes: 7 });
            }
            Next::Wait(None)
        });
        assert_eq!(next(&heard), Told::Polled);
        bench.close();
        assert_eq!(next(&heard), Told::Stopped);
        let events = bench.events();
        let words = events.iter().position(|e| matches!(e, Event::GivenUp { records: 7, .. })).unwrap();
        assert!(events[words..].contains(&Event::Closed), "{events:?}");
    }
}

#[test]
fn a_panic_of_a_job_is_an_error_of_its_tab() {
    let bench = udp(SocketOptions::default(), "127.0.0.1:0");
    Scripted::start(&bench, JobSlot::Answering, |_, _| panic!("on purpose"));
    let failure = bench.ended().unwrap();
    assert_eq!(failure.op, Operation::Worker);
    assert_eq!(failure.cause, Cause::Panic { message: "on purpose".to_owned() });
    assert!(bench.link().status().jobs.is_empty());
}

#[test]
fn another_thread_wakes_a_job() {
    struct Waiting(Option<Sender<wirebench::journal::Wake>>, Sender<()>);
    impl Job for Waiting {
        fn happened(&mut self, _: Happening<'_>, _: Instant, _: &mut dyn Line) {}
        fn poll(&mut self, _: Instant, line: &mut dyn Line) -> Next {
            match self.0.take() {
                Some(waker) => waker.send(line.waker()).unwrap(),
                None => self.1.send(()).unwrap(),
            }
            Next::Wait(None)
        }
    }
    let (client, _peer) = connected();
    for bench in [udp(SocketOptions::default(), "127.0.0.1:0"), listening().0, client] {
        let ((give_waker, waker), (polled, again)) = (bounded(4096), bounded(4096));
        let job = Waiting(Some(give_waker), polled);
        bench.command(Command::StartJob(JobSlot::Sending, Box::new(job)));
        let wake = waker.recv_timeout(PATIENCE).unwrap();
        while again.try_recv().is_ok() {}
        wake();
        again.recv_timeout(PATIENCE).unwrap();
    }
}

#[test]
fn a_reset_is_seen_as_one_by_the_peer() {
    let sees_reset = |mut peer: &TcpStream| match peer.read(&mut [0; 16]) {
        Ok(len) => assert_eq!((len, after_reset()), (0, LeaveReason::Finished)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    };
    let (bench, peer) = connected();
    bench.send(Target::Server, vec![1; 12 << 20]);
    bench.until(|s| s.pending_bytes > 0);
    bench.command(Command::Reset(None));
    assert_eq!(bench.ended(), None);
    let left = bench.until_event(left(LeaveReason::Aborted));
    assert!(matches!(left, Event::PeerLeft { unsent_bytes: 1.., .. }), "what waited is lost: {left:?}");
    let mut rest = vec![0; 64 << 10];
    while (&peer).read(&mut rest).is_ok_and(|len| len > 0) {}

    let (bench, server) = listening();
    let ((one, first), (two, _)) = (join(&bench, server), join(&bench, server));
    bench.command(Command::Reset(Some(first)));
    sees_reset(&one);
    bench.until(|s| s.clients.len() == 1);
    bench.command(Command::Reset(Some(first)));
    assert_eq!(bench.until(|s| s.last_failure.is_some()).last_failure.unwrap().1.cause, Cause::NoSuchPeer);
    bench.command(Command::Reset(None));
    sees_reset(&two);
    bench.until(|s| s.clients.is_empty());
}

#[test]
fn buffers_are_what_the_system_gave() {
    let asked = SocketOptions {
        send_buffer_bytes: Some(40_000),
        receive_buffer_bytes: Some(50_000),
        ttl: Some(9),
        dscp: Some(46),
        ..SocketOptions::default()
    };
    let given = |bench: &Bench| bench.until(|s| s.buffers.is_some()).buffers.unwrap();
    // Linux gives and shows twice of it.
    let fits = |got: usize, asked: usize| got == asked || got == 2 * asked;
    let check = |bench: &Bench| {
        let buffers = given(bench);
        assert!(fits(buffers.send_bytes, 40_000) && fits(buffers.receive_bytes, 50_000), "{buffers:?}");
        let failure = bench.link().status().last_failure.map(|(_, failure)| failure);
        // Wine has no IPV6_TCLASS.
        assert!(failure.as_ref().is_none_or(|f| cfg!(windows) && f.target == "IPV6_TCLASS"), "{failure:?}");
    };
    check(&udp(asked, "127.0.0.1:0"));
    check(&udp(asked, "[::]:0"));
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let config = TcpClientConfig { options: asked, ..client_config(listener.local_addr().unwrap()) };
    check(&Bench::open(LinkConfig::TcpClient(config)));
    let config = TcpServerConfig { local: LOOPBACK, nodelay: true, keepalive: false, options: asked };
    let server = Bench::open(LinkConfig::TcpServer(config));
    check(&server);
    let (peer, stream) = join(&server, server.opened());
    server.send(Target::Client(stream), "x");
    assert_eq!(read_exactly(&peer, 1), b"x");

    let bench = udp(SocketOptions::default(), "127.0.0.1:0");
    let before = given(&bench);
    bench.command(Command::SetOptions(asked));
    let after = bench.until(|s| s.buffers != Some(before)).buffers.unwrap();
    assert!(fits(after.send_bytes, 40_000) && fits(after.receive_bytes, 50_000), "{after:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_datagram_that_may_not_be_cut_says_what_fits() {
    let options = SocketOptions { dont_fragment: Some(true), ..SocketOptions::default() };
    let bench = udp(options, "[::1]:0");
    let peer = UdpSocket::bind("[::1]:0").unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let to = Target::Address(peer.local_addr().unwrap());
    // The loopback's packets have 65,536 bytes: 40 are IPv6's and 8 are UDP's.
    bench.send(to.clone(), vec![1; 65_500]);
    let status = bench.until(|s| s.last_failure.is_some());
    assert_eq!(status.last_failure.unwrap().1.cause, Cause::TooLarge { len: 65_500, max: 65_488 });
    bench.send(to, vec![1; 65_488]);
    assert_eq!(peer.recv(&mut vec![0; 70_000]).unwrap(), 65_488);
}

#[test]
fn commands_that_a_link_does_not_know_are_refused_or_nothing() {
    let bench = udp(SocketOptions::default(), "127.0.0.1:0");
    bench.command(Command::Reset(None));
    assert_eq!(bench.until(|s| s.last_failure.is_some()).last_failure.unwrap().1.cause, Cause::NotConnected);
    let heard = Scripted::start(&bench, JobSlot::Sending, quiet);
    assert_eq!(next(&heard), Told::Polled);
    assert!(heard.recv_timeout(Duration::from_millis(1)).is_err());
}
