//! The view while the journal grows.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// Waits until something holds; the view wakes.
fn until<T>(framed: &Framed, mut holds: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let answers = framed.answers();
        if let Some(result) = holds() {
            return result;
        }
        assert!(Instant::now() < deadline, "nothing happened for a minute");
        framed.wait(answers, Duration::from_millis(100));
    }
}

fn last(framed: &Framed) -> Option<Shown> {
    let index = framed.extent().records.checked_sub(1)?;
    match framed.get(index) {
        Fetch::Ready(record) => Some(shown(&record)),
        _ => None,
    }
}

#[test]
fn an_incomplete_frame_grows_until_it_is_one() {
    let place = journal(1 << 20);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    let line =
        |bytes: &[u8], state| Shown { kind: Kind::Received, stream: 1, bytes: bytes.to_vec(), state: Some(state) };
    append(&place.journal, 0, &[received(1, b"lo")]);
    until(&framed, || (last(&framed)? == line(b"lo", FrameState::Incomplete)).then_some(()));
    let revision = framed.extent().revision;
    append(&place.journal, 1, &[received(1, b"gin: ")]);
    until(&framed, || (last(&framed)? == line(b"login: ", FrameState::Incomplete)).then_some(()));
    assert_ne!(framed.extent().revision, revision);
    assert!(ready(&*framed, 0).is_provisional());
    append(&place.journal, 2, &[received(1, b"me\n")]);
    until(&framed, || (last(&framed)? == line(b"login: me", FrameState::Complete)).then_some(()));
    assert_eq!(framed.extent().records, 1);
    assert!(!ready(&*framed, 0).is_provisional());
}

#[test]
fn a_pause_ends_a_frame_before_the_next_byte_comes() {
    for (framing, bytes) in [(Framing::Idle { ms: 20 }, &b"abc"[..]), (Framing::LINES, b"abc\r")] {
        let place = journal(1 << 20);
        let framed = start(&place.journal, &framing, Limits::default());
        let mut batch = Batch::default();
        let now = Timestamp::now();
        batch.push(Head { time: now, kind: Kind::Received, peer: Some(peer(1)), charset: None }, bytes);
        place.journal.append(&mut batch);
        let paused = |shown: &Shown| shown.bytes == b"abc" && shown.state == Some(FrameState::Complete);
        until(&framed, || last(&framed).filter(paused));
        assert_eq!(framed.settled(), 0, "the next bytes settle it");
        let later = Timestamp(now.0 + 10_000_000_000);
        batch.push(Head { time: later, kind: Kind::Received, peer: Some(peer(1)), charset: None }, b"def");
        place.journal.append(&mut batch);
        until(&framed, || (framed.settled() == 1).then_some(()));
        assert!(paused(&shown(&ready(&waiting(&framed), 0))));
    }
}

#[test]
fn who_follows_the_end_never_waits() {
    let place = journal(0);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    let frames = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let flood = std::thread::Builder::new().spawn_scoped(scope, || {
            for number in 0..2000 {
                append(&place.journal, number, &[received(1, &b"some line\nother\n".repeat(40)), sent(1, b"answer\n")]);
            }
        });
        while framed.settled() < 2000 * 81 {
            let records = framed.extent().records;
            for index in records.saturating_sub(50)..records {
                match framed.get(index) {
                    Fetch::Ready(_) => _ = frames.fetch_add(1, Ordering::Relaxed),
                    // More came since, and what was the end is no longer kept.
                    _ => assert!(framed.extent().records > records, "{index} of {records}"),
                }
            }
        }
        flood.unwrap().join().unwrap();
    });
    assert!(frames.load(Ordering::Relaxed) > 0);
}

#[test]
fn the_framing_can_change_while_a_flood_goes_on() {
    let place = journal(0);
    let line = b"0123456\n".repeat(100);
    std::thread::scope(|scope| {
        let flood = std::thread::Builder::new().spawn_scoped(scope, || {
            for number in 0..3000 {
                append(&place.journal, number, &[received(1, &line)]);
            }
        });
        let eight = Framing::Fixed { bytes: NonZeroU32::new(8).unwrap() };
        for framing in [&Framing::LINES, &eight, &Framing::Http, &Framing::LINES, &Framing::Json, &eight] {
            let framed = start(&place.journal, framing, Limits::default());
            until(&framed, || (framed.extent().records > 0).then_some(()));
        }
        flood.unwrap().join().unwrap();
        let framed = start(&place.journal, &eight, Limits::default());
        framed.settle();
        assert_eq!(framed.settled(), 300_000);
    });
}

#[test]
fn it_ends_at_once_while_it_cuts() {
    let place = journal(0);
    let line = b"{\"a\": [1, 2, 3]}\n".repeat(4000);
    for number in 0..400 {
        append(&place.journal, number, &[received(1, &line)]);
    }
    // On a machine that is busy with something else, one of them may have to wait for it.
    let took: Vec<Duration> = (0..10)
        .map(|_| {
            let framed = start(&place.journal, &Framing::Json, Limits::default());
            until(&framed, || framed.progress().filter(|progress| *progress > 0.0));
            let begun = Instant::now();
            drop(framed);
            begun.elapsed()
        })
        .collect();
    assert!(took.iter().any(|took| *took < Duration::from_millis(100)), "{took:?}");
}

#[test]
fn nothing_is_done_while_nothing_comes() {
    let wakes = Arc::new(AtomicU64::new(0));
    let place = journal(1 << 20);
    append(&place.journal, 0, &[received(1, b"a\nb")]);
    let counter = Arc::clone(&wakes);
    let wake: Wake = Arc::new(move || _ = counter.fetch_add(1, Ordering::Relaxed));
    let framed = Framed::start(Arc::clone(&place.journal), Framing::LINES, wake).unwrap();
    until(&framed, || (wakes.load(Ordering::Relaxed) > 0).then_some(()));
    let answers = framed.answers();
    framed.wait(answers, Duration::from_millis(50));
    assert_eq!((framed.answers(), wakes.load(Ordering::Relaxed)), (answers, 1));
}
