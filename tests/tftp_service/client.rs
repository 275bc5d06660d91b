//! The client: what it leaves on the disk, how it ends, what it says.

use std::fs;
use std::time::Duration;

use wirebench::journal::{Cause, Config, Operation, Recorder};
use wirebench::proto::tftp::{ConfigError, ErrorCode, Failure, Violation};
use wirebench::service::tftp::{Existing, Note, Options, Phase, TransferConfig, TransferFailure};

use super::bench::{
    Bench, PATIENCE, Raw, ack, asking, data, done, error_code, failed, impatient, names, octets, run, start, timed,
    wake,
};

#[test]
fn an_existing_file_is_left_alone() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    fs::write(bench.served.join("a.bin"), "new").unwrap();
    fs::write(bench.own.join("a.bin"), "old").unwrap();
    let config = TransferConfig { existing: Existing::Refuse, ..bench.download(addr, "a.bin") };
    assert_eq!(failed(config), TransferFailure::Exists(bench.own.join("a.bin")));
    assert_eq!(fs::read(bench.own.join("a.bin")).unwrap(), b"old");
    done(bench.download(addr, "a.bin"));
    assert_eq!(fs::read(bench.own.join("a.bin")).unwrap(), b"new");
    assert_eq!(names(&bench.own), ["a.bin"]);
}

#[test]
fn a_failure_leaves_the_old_file_and_nothing_else() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    fs::write(bench.own.join("none.bin"), "old").unwrap();
    let failure = failed(bench.download(addr, "none.bin"));
    let TransferFailure::Protocol(Failure::Peer { code, .. }) = failure else { panic!("{failure:?}") };
    assert_eq!(code, ErrorCode::NOT_FOUND);
    assert_eq!(names(&bench.own), ["none.bin"]);
    assert_eq!(fs::read(bench.own.join("none.bin")).unwrap(), b"old");
}

#[test]
fn a_peer_that_breaks_off_leaves_the_old_file() {
    let bench = Bench::new();
    fs::write(bench.own.join("a.bin"), "old").unwrap();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    for block in 1..=3 {
        peer.send(client, &data(block, &[b'x'; 512]));
        assert_eq!(peer.receive().0, ack(block));
    }
    peer.send(client, b"\0\x05\0\0out of \x1b[31mpaper\0");
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    let Phase::Failed(TransferFailure::Protocol(Failure::Peer { code, text })) = transfer.state().phase.clone() else {
        panic!("{:?}", transfer.state())
    };
    assert_eq!((code, text.as_slice()), (ErrorCode(0), &b"out of \x1b[31mpaper"[..]));
    assert_eq!(names(&bench.own), ["a.bin"]);
    assert_eq!(fs::read(bench.own.join("a.bin")).unwrap(), b"old");
}

#[cfg(target_os = "linux")] // Windows tells too, but Wine does not
#[test]
fn nobody_listens_is_told_at_once() {
    let bench = Bench::new();
    let gone = Raw::new().addr();
    let (failure, time) = timed(|| failed(bench.download(gone, "a.bin")));
    assert_eq!(failure, TransferFailure::Protocol(Failure::Unreachable));
    assert!(time < Duration::from_secs(5), "{time:?}");
    assert_eq!(names(&bench.own), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_peer_that_is_gone_is_told_at_once() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, &data(1, &[b'x'; 512]));
    drop(peer);
    let (ended, time) = timed(|| transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    assert!(ended && time < Duration::from_secs(5), "{time:?}");
    assert_eq!(transfer.state().phase, Phase::Failed(TransferFailure::Protocol(Failure::Unreachable)));
}

#[test]
fn silence_says_how_often_and_how_long() {
    let bench = Bench::new();
    let peer = Raw::new();
    let config = TransferConfig { patience: impatient(), options: Options::Plain, ..bench.download(peer.addr(), "a") };
    match failed(config) {
        TransferFailure::Protocol(Failure::NoAnswer { tries, over }) => {
            assert!(tries >= 2 && over >= Duration::from_millis(300), "{tries} in {over:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cancel_tells_the_server_and_leaves_nothing() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, &data(1, &[b'x'; 512]));
    assert_eq!(peer.receive().0, ack(1));
    assert_eq!(names(&bench.own), ["a.bin.part"]);
    let (ended, time) = timed(|| {
        transfer.cancel();
        transfer.wait(PATIENCE, |state| state.over)
    });
    assert!(ended && time < Duration::from_millis(200), "{time:?}");
    assert_eq!(transfer.state().phase, Phase::Cancelled);
    assert_eq!(error_code(&peer.receive().0), Some(0));
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn a_drop_ends_everything_in_time() {
    let bench = Bench::new();
    let peer = Raw::new();
    let asked = start(bench.download(peer.addr(), "a.bin"));
    peer.receive();
    let named = start(TransferConfig { server: "no.such.name.invalid".to_owned(), ..bench.download(peer.addr(), "b") });
    let ((), time) = timed(|| drop((asked, named)));
    assert!(time < Duration::from_millis(200), "{time:?}");
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn a_last_block_that_comes_again_is_acked_again() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, &data(1, b"all"));
    assert_eq!(peer.receive().0, ack(1));
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    let state = transfer.state();
    assert!(matches!(&state.phase, Phase::Done(done) if done.size == 3), "{state:?}");
    assert!(!state.over);
    peer.send(client, &data(1, b"all"));
    assert_eq!(peer.receive().0, ack(1));
    assert_eq!(fs::read(bench.own.join("a.bin")).unwrap(), b"all");
}

#[test]
fn a_stranger_gets_an_error_and_changes_nothing() {
    let bench = Bench::new();
    let (peer, stranger) = (Raw::new(), Raw::new());
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, &data(1, &[b'a'; 512]));
    assert_eq!(peer.receive().0, ack(1));
    stranger.send(client, &data(2, b"evil"));
    assert_eq!(error_code(&stranger.receive().0), Some(5));
    peer.send(client, &data(2, b"good"));
    assert_eq!(peer.receive().0, ack(2));
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    assert!(fs::read(bench.own.join("a.bin")).unwrap().ends_with(b"agood"));
    assert_eq!(transfer.state().statistics().strangers, 1);
}

#[test]
fn a_block_that_is_too_large_is_no_file() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: Options::Plain, ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, &data(1, &[b'a'; 512]));
    assert_eq!(peer.receive().0, ack(1));
    peer.send(client, &data(2, &[b'a'; 513]));
    assert_eq!(error_code(&peer.receive().0), Some(4));
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    let Phase::Failed(TransferFailure::Protocol(Failure::BadPacket { violation, .. })) = transfer.state().phase.clone()
    else {
        panic!("{:?}", transfer.state())
    };
    assert_eq!(violation, Violation::Oversize { got: 513, block_size: 512 });
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn what_can_not_be_asked_is_not_asked() {
    let bench = Bench::new();
    let peer = Raw::new();
    let long = TransferConfig { local: bench.own.join("x"), ..bench.download(peer.addr(), &"x".repeat(600)) };
    assert!(matches!(failed(long), TransferFailure::Request(ConfigError::TooLong { .. })));
    let nameless = TransferConfig { local: bench.own.join("x"), ..bench.download(peer.addr(), "") };
    assert_eq!(failed(nameless), TransferFailure::Request(ConfigError::NoName));
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn the_disk_says_no_before_anything_is_asked() {
    let bench = Bench::new();
    let peer = Raw::new();
    let nowhere = TransferConfig { local: bench.own.join("none/a"), ..bench.download(peer.addr(), "a") };
    assert!(matches!(failed(nowhere), TransferFailure::System(failure) if failure.op == Operation::Write));
    let missing = bench.upload(peer.addr(), "missing", "a");
    assert!(matches!(failed(missing), TransferFailure::System(failure) if failure.op == Operation::Read));
    let folder = TransferConfig { local: bench.own.clone(), ..bench.upload(peer.addr(), "", "a") };
    assert_eq!(failed(folder), TransferFailure::NotAFile(bench.own.clone()));
    assert!(peer.receive_within(Duration::from_millis(1)).is_none());
}

#[test]
fn a_name_that_nobody_knows() {
    let bench = Bench::new();
    let config =
        TransferConfig { server: "[not an address".to_owned(), ..bench.download("127.0.0.1:1".parse().unwrap(), "a") };
    match failed(config) {
        TransferFailure::System(failure) => assert_eq!(failure.cause, Cause::NameNotFound),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_leads_to_the_address_that_answers() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    fs::write(bench.served.join("a.bin"), "a").unwrap();
    let state = run(TransferConfig { server: "localhost".to_owned(), ..bench.download(addr, "a.bin") });
    assert!(matches!(state.phase, Phase::Done(_)), "{state:?}");
    assert_eq!(state.server.unwrap().ip(), addr.ip());
}

#[test]
fn ipv6() {
    let bench = Bench::new();
    let config = wirebench::service::tftp::ServerConfig { bind: "[::1]:0".parse().unwrap(), ..bench.server_config() };
    let (_server, addr) = super::bench::started(config);
    fs::write(bench.served.join("a.bin"), octets(100_000)).unwrap();
    let done = done(bench.download(addr, "a.bin"));
    assert_eq!(fs::read(done.path).unwrap(), octets(100_000));
}

#[test]
fn an_old_server_is_asked_again_without_options() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(bench.download(peer.addr(), "a.bin"));
    let (request, client) = peer.receive();
    assert!(request.windows(7).any(|part| part == b"blksize"));
    peer.send(client, b"\0\x05\0\x08no options\0");
    let (request, client) = peer.receive();
    assert_eq!(request, b"\0\x01a.bin\0octet\0");
    peer.send(client, &data(1, b"old"));
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    assert!(matches!(transfer.state().notes[..], [Note::Retried(_)]), "{:?}", transfer.state());
    assert_eq!(fs::read(bench.own.join("a.bin")).unwrap(), b"old");
}

#[test]
fn a_trace_has_every_packet_both_ways() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    fs::write(bench.served.join("a.bin"), octets(20_000)).unwrap();
    let recorder = Recorder::new(Config { budget_bytes: 1 << 20, spill_dir: bench.own.clone() }, wake());
    let config =
        TransferConfig { trace: Some(recorder.clone()), options: asking(1024, 4), ..bench.download(addr, "a.bin") };
    let transfer = start(config);
    assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    transfer.cancel();
    assert!(transfer.wait(PATIENCE, |state| state.over));
    let statistics = transfer.state().statistics();
    let stats = recorder.journal().stats();
    assert_eq!(stats.records, statistics.sent + statistics.received, "{:?}", transfer.state());
    assert!(stats.records >= 20 + 5);
}

#[test]
fn a_running_transfer_tells_how_far_it_is() {
    let bench = Bench::new();
    let peer = Raw::new();
    let transfer = start(TransferConfig { options: asking(1024, 4), ..bench.download(peer.addr(), "a.bin") });
    let (_, client) = peer.receive();
    peer.send(client, b"\0\x06tsize\x004096\0blksize\x001024\0");
    assert_eq!(peer.receive().0, ack(0));
    peer.send(client, &data(1, &[1; 1024]));
    assert_eq!(peer.receive().0, ack(1));
    assert!(transfer.wait(PATIENCE, |state| state.progress.is_some_and(|progress| progress.done_bytes == 1024)));
    let progress = transfer.state().progress.unwrap();
    assert_eq!(progress.total_bytes, Some(4096));
    assert_eq!(progress.peer, peer.addr());
    assert_eq!(progress.ratio(), Some(0.25));
    assert_eq!((progress.options.block_size.get(), progress.options.window_size.get()), (1024, 1));
    assert!(progress.bytes_per_second > 0.0 && progress.remaining().is_some());
}
