//! Followers, across new journals.

use super::*;
use crate::journal::{Event, Followed, Recorder};

const LONG: Duration = Duration::from_mins(1);

#[test]
fn a_follower_gets_what_is_received_from_now_on() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(config(&folder, 1 << 20), silent());
    recorder.payload(received(peer(1)), b"before");
    let mut follower = recorder.follow();
    recorder.event(None, &Event::Closed);
    recorder.payload(Head { kind: Kind::Sent, ..received(peer(1)) }, b"sent");
    recorder.payload(received(peer(1)), b"received");
    recorder.start_new();
    recorder.start_new();
    recorder.payload(received(peer(2)), b"later");
    for expected in [b"received".as_slice(), b"later"] {
        let Followed::Received(record) = follower.next(LONG) else { panic!() };
        assert_eq!(record.bytes(), expected);
    }
    assert!(matches!(follower.next(Duration::ZERO), Followed::Idle));
    assert!(follower.next_at_once().is_none());
}

#[test]
fn every_payload_comes_once_while_journals_change() {
    const COUNT: u32 = 60_000;
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(config(&folder, 0), silent());
    let mut follower = recorder.follow();
    std::thread::scope(|scope| {
        let recorder = &recorder;
        scope.spawn(move || {
            let mut batch = Batch::default();
            for n in 0..COUNT {
                batch.push(received(stream(1)), &n.to_le_bytes());
                if n % 13 == 0 {
                    recorder.append(&mut batch);
                }
            }
            recorder.append(&mut batch);
        });
        scope.spawn(move || {
            for _ in 0..200 {
                recorder.start_new();
                std::thread::yield_now();
            }
        });
        for n in 0..COUNT {
            let record = loop {
                match follower.next(LONG) {
                    Followed::Received(record) => break record,
                    Followed::Idle => {}
                    other => panic!("{other:?}"),
                }
            };
            assert_eq!(record.bytes(), n.to_le_bytes());
        }
    });
}

#[test]
fn a_stop_ends_the_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(config(&folder, 1 << 20), silent());
    let mut follower = recorder.follow();
    let stop = follower.stop_handle();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || follower.next(LONG));
        stop.stop();
        assert!(matches!(waiting.join().unwrap(), Followed::Stopped));
    });
    assert!(stop.is_stopped());
}

#[test]
fn a_nudge_ends_the_waiting_once() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(config(&folder, 1 << 20), silent());
    let mut follower = recorder.follow();
    let stop = follower.stop_handle();
    recorder.payload(received(peer(1)), b"first");
    stop.nudge();
    assert!(matches!(follower.next(LONG), Followed::Received(_)));
    assert!(matches!(follower.next(LONG), Followed::Idle));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || follower.next(LONG));
        stop.nudge();
        assert!(matches!(waiting.join().unwrap(), Followed::Idle));
    });
}
