//! The server: what it serves, what it refuses, how it ends.

use std::fs;
use std::time::Duration;

use wirebench::proto::tftp::server::RequestKind;
use wirebench::proto::tftp::{ErrorCode, Failure};
use wirebench::service::tftp::{
    Fate, Options, Refusal, Server, ServerConfig, ServerPhase, TransferConfig, TransferFailure, Uploads,
};

use super::bench::{
    Bench, PATIENCE, Raw, ack, data, done, error_code, failed, final_fate, names, octets, rrq, start, started, timed,
    wake, wrq,
};

#[track_caller]
fn peer_code(failure: TransferFailure) -> ErrorCode {
    match failure {
        TransferFailure::Protocol(Failure::Peer { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_read_only_folder_takes_nothing() {
    let bench = Bench::new();
    let (server, addr) = started(ServerConfig { uploads: Uploads::Refused, ..bench.server_config() });
    fs::write(bench.own.join("up"), "up").unwrap();
    assert_eq!(peer_code(failed(bench.upload(addr, "up", "up"))), ErrorCode::ACCESS);
    assert_eq!(final_fate(&server, "up"), Fate::Refused(Refusal::ReadOnly));
    assert_eq!(names(&bench.served), [""; 0]);
}

#[test]
fn new_files_only() {
    let bench = Bench::new();
    let (_server, addr) = started(ServerConfig { uploads: Uploads::New, ..bench.server_config() });
    fs::write(bench.own.join("up"), "up").unwrap();
    fs::write(bench.served.join("there"), "there").unwrap();
    assert_eq!(peer_code(failed(bench.upload(addr, "up", "there"))), ErrorCode::EXISTS);
    done(bench.upload(addr, "up", "new"));
    assert_eq!(fs::read(bench.served.join("there")).unwrap(), b"there");
    assert_eq!(fs::read(bench.served.join("new")).unwrap(), b"up");
}

#[test]
fn large_uploads_are_refused_announced_or_not() {
    let bench = Bench::new();
    let (_server, addr) = started(ServerConfig { max_upload_bytes: 1000, ..bench.server_config() });
    fs::write(bench.own.join("up"), octets(1001)).unwrap();
    for options in [Options::default(), Options::Plain] {
        let config = TransferConfig { options, ..bench.upload(addr, "up", "up") };
        assert_eq!(peer_code(failed(config)), ErrorCode::DISK_FULL);
        assert_eq!(names(&bench.served), [""; 0]);
    }
    fs::write(bench.own.join("up"), octets(1000)).unwrap();
    done(bench.upload(addr, "up", "up"));
}

#[test]
fn an_upload_that_breaks_off_leaves_what_was_there() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), "old").unwrap();
    let client = Raw::new();
    client.send(addr, &wrq(b"a", ""));
    let (answer, transfer) = client.receive();
    assert_eq!(answer, ack(0));
    assert_eq!(names(&bench.served), ["a"], "nothing before the client has reacted");
    client.send(transfer, &data(1, &[7; 512]));
    assert_eq!(client.receive().0, ack(1));
    assert_eq!(names(&bench.served), ["a", "a.part"]);
    client.send(transfer, b"\0\x05\0\0enough\0");
    assert!(matches!(final_fate(&server, "a"), Fate::Failed(_)));
    assert_eq!(names(&bench.served), ["a"]);
    assert_eq!(fs::read(bench.served.join("a")).unwrap(), b"old");
}

#[test]
fn no_path_leaves_the_folder() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.own.join("secret"), "secret").unwrap();
    fs::create_dir(bench.served.join("sub")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(bench.own.join("secret"), bench.served.join("link")).unwrap();
        std::os::unix::fs::symlink(&bench.own, bench.served.join("up")).unwrap();
    }
    let client = Raw::new();
    let ways_out: [&[u8]; 16] = [
        b"../own/secret",
        b"sub/../../own/secret",
        b"..\\own\\secret",
        b"/etc/passwd",
        b"\\\\host\\share\\x",
        b"C:\\x",
        b"c:x",
        b"a:stream",
        b"nul",
        b"sub/con.txt",
        b"a.",
        b"a ",
        b"..",
        b"a\x01",
        b"a\xff",
        b"",
    ];
    let links: &[&[u8]] = if cfg!(unix) { &[b"link", b"up/secret"] } else { &[] };
    for name in ways_out.iter().chain(links) {
        for request in [rrq(name, ""), wrq(name, "")] {
            client.send(addr, &request);
            assert_eq!(error_code(&client.receive().0), Some(2), "{}", request.escape_ascii());
        }
    }
    let totals = server.state().totals;
    assert_eq!((totals.refused, totals.requests), (totals.requests, 2 * (16 + links.len() as u64)));
    assert_eq!(names(&bench.own), ["secret"]);
}

#[test]
fn requests_are_logged() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), octets(1000)).unwrap();
    done(bench.download(addr, "a"));
    failed(bench.download(addr, "none"));
    assert!(matches!(final_fate(&server, "a"), Fate::Done(progress) if progress.done_bytes == 1000));
    assert_eq!(final_fate(&server, "none"), Fate::Refused(Refusal::NotFound));
    let state = server.state();
    assert_eq!((state.totals.requests, state.totals.done, state.totals.refused), (2, 1, 1));
    assert!(state.requests.iter().all(|request| request.kind == RequestKind::Read));
    assert_eq!(state.totals.bytes, 1000);
}

#[test]
fn what_is_no_request_gets_what_the_rules_say() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    let client = Raw::new();
    for (packet, code) in [
        (&ack(1)[..], 5),
        (&data(1, b"x"), 5),
        (b"\0\x01name\0mail\0", 4),
        (b"\0\x01name without end", 4),
        (b"\0\x02name\0octet", 4),
    ] {
        client.send(addr, packet);
        assert_eq!(error_code(&client.receive().0), Some(code), "{}", packet.escape_ascii());
    }
    for packet in [&b""[..], b"\0", b"\0\x09x", b"\0\x05\0\0text\0", b"GET / HTTP/1.1"] {
        client.send(addr, packet);
    }
    assert!(server.wait(PATIENCE, |state| state.totals.invalid == 10), "{:?}", server.state());
    assert!(client.receive_within(Duration::from_millis(1)).is_none());
}

#[test]
fn a_duplicated_request_is_one_transfer() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), "a").unwrap();
    let client = Raw::new();
    client.send(addr, &rrq(b"a", ""));
    let (answer, transfer) = client.receive();
    assert_eq!(answer, data(1, b"a"));
    client.send(addr, &rrq(b"a", ""));
    let next = Raw::new();
    next.send(addr, &rrq(b"none", ""));
    assert_eq!(error_code(&next.receive().0), Some(1));
    client.send(transfer, &ack(1));
    assert!(matches!(final_fate(&server, "a"), Fate::Done(_)));
    assert_eq!(server.state().totals.requests, 2);
}

#[cfg(target_os = "linux")] // 127.0.0.2
#[test]
fn too_many_transfers_are_refused() {
    let bench = Bench::new();
    let (server, addr) = started(ServerConfig { max_per_client: 2, ..bench.server_config() });
    fs::write(bench.served.join("a"), octets(5000)).unwrap();
    let clients: Vec<Raw> = (0..3).map(|_| Raw::new()).collect();
    for client in &clients[..2] {
        client.send(addr, &rrq(b"a", ""));
        let (_, transfer) = client.receive();
        client.send(transfer, &ack(1));
        assert_eq!(client.receive().0[..4], [0, 3, 0, 2]);
    }
    clients[2].send(addr, &rrq(b"a", ""));
    assert_eq!(error_code(&clients[2].receive().0), Some(0));
    assert!(server.wait(PATIENCE, |state| state.totals.refused == 1));
    let other = Raw::at("127.0.0.2");
    other.send(addr, &rrq(b"a", ""));
    assert_eq!(other.receive().0[..4], [0, 3, 0, 1]);
}

#[test]
fn a_drop_ends_everything_in_time() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), octets(5_000_000)).unwrap();
    let (running, waiting, writing) = (Raw::new(), Raw::new(), Raw::new());
    running.send(addr, &rrq(b"a", "windowsize=4"));
    let (_, transfer) = running.receive();
    running.send(transfer, &ack(0));
    running.receive();
    waiting.send(addr, &rrq(b"a", ""));
    waiting.receive();
    writing.send(addr, &wrq(b"new", ""));
    let (_, transfer) = writing.receive();
    writing.send(transfer, &data(1, &[1; 512]));
    writing.receive();
    let ((), time) = timed(|| drop(server));
    assert!(time < Duration::from_millis(200), "{time:?}");
    assert_eq!(names(&bench.served), ["a"]);
    for client in [running, waiting, writing] {
        while error_code(&client.receive().0).is_none() {}
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_comes_from_the_address_that_was_asked() {
    let bench = Bench::new();
    fs::write(bench.served.join("a"), "a").unwrap();
    for bind in ["0.0.0.0:0", "[::]:0"] {
        let (_server, at) = started(ServerConfig { bind: bind.parse().unwrap(), ..bench.server_config() });
        let asked = std::net::SocketAddr::new("127.0.4.5".parse().unwrap(), at.port());
        assert_eq!(done(bench.download(asked, "a")).size, 1);
        assert_eq!(peer_code(failed(bench.download(asked, "none"))), ErrorCode::NOT_FOUND);
    }
}

#[test]
fn a_missing_folder_and_a_taken_port_are_told() {
    let bench = Bench::new();
    let closed = |config| {
        let server = Server::start(config, wake()).unwrap();
        assert!(server.wait(PATIENCE, |state| matches!(state.phase, ServerPhase::Closed(_))));
        server.state().phase.clone()
    };
    let nowhere = ServerConfig { folder: bench.served.join("none"), ..bench.server_config() };
    assert!(matches!(closed(nowhere), ServerPhase::Closed(Some(_))));
    let taken = Raw::new();
    let config = ServerConfig { bind: taken.addr(), ..bench.server_config() };
    let ServerPhase::Closed(Some(failure)) = closed(config) else { panic!("it listens") };
    assert!(failure.to_string().contains("address in use"), "{failure}");
}

#[test]
fn a_running_transfer_is_listed() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), octets(100_000)).unwrap();
    let client = Raw::new();
    client.send(addr, &rrq(b"a", "blksize=1000 tsize=0"));
    let (oack, transfer) = client.receive();
    assert_eq!(oack, b"\0\x06blksize\x001000\0tsize\x00100000\0");
    client.send(transfer, &ack(0));
    for block in 1..=10 {
        assert_eq!(client.receive().0.len(), 1004);
        client.send(transfer, &ack(block));
    }
    let shows = |state: &wirebench::service::tftp::ServerState| {
        state.transfers.iter().any(|transfer| transfer.progress.done_bytes >= 10_000)
    };
    assert!(server.wait(PATIENCE, shows), "{:?}", server.state());
    let shown = server.state().transfers[0].clone();
    assert_eq!(shown.request.name, "a");
    assert_eq!(shown.progress.total_bytes, Some(100_000));
    assert_eq!(shown.progress.peer, client.addr());
}

#[test]
fn netascii_of_a_transfer_that_is_cancelled_leaves_nothing() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    fs::write(bench.served.join("a"), octets(50_000_000)).unwrap();
    let transfer = start(TransferConfig {
        mode: wirebench::proto::tftp::Mode::Netascii,
        options: Options::Plain,
        ..bench.download(addr, "a")
    });
    assert!(transfer.wait(PATIENCE, |state| state.statistics().bytes > 0));
    drop(transfer);
    assert_eq!(names(&bench.own), [""; 0]);
}
