//! Large frames, many streams, ends.

use super::*;
use crate::codec::framing::{LengthField, Problem};

/// A frame with a 4-byte little-endian length.
fn le4(payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_le_bytes().to_vec();
    frame.extend_from_slice(payload);
    frame
}

#[test]
fn a_frame_of_16_mib_is_whole_and_never_one_record() {
    let payload: Vec<u8> = (0..(16 << 20) - 4_u32).map(|at| (at ^ at >> 11) as u8).collect();
    let place = journal(4 << 20);
    let made: Vec<Made> = le4(&payload).chunks(50_000).map(|piece| received(1, piece)).collect();
    append(&place.journal, 0, &made);
    append(&place.journal, made.len() as u64, &[received(1, &le4(b"behind"))]);
    let framed = start(&place.journal, &Framing::LENGTH_LE4, Limits::default());
    framed.settle();
    let source = waiting(&framed);
    assert_eq!(framed.settled(), 257);
    let records =
        (0..257).map(|index| ready(&source, index)).inspect(|record| assert!(record.bytes().len() <= 64 << 10));
    let shown = joined(records);
    assert_eq!(shown.len(), 2);
    assert!(shown[0].bytes == payload);
    assert_eq!(shown[1].bytes, b"behind");
    // From the middle, without what is before.
    let fresh = start(&place.journal, &Framing::LENGTH_LE4, Limits::default());
    fresh.settle();
    let middle = ready(&waiting(&fresh), 128);
    assert!(middle.bytes() == &payload[128 << 16..129 << 16]);
    assert_eq!(fresh.place_of(128).unwrap().record, (128 << 16) / 50_000);
}

#[test]
fn a_length_that_cannot_be_is_shown_with_its_bytes() {
    let framing = Framing::Length(LengthField { max_bytes: 100, ..LengthField::LE4 });
    let made = [received(1, &le4(b"good")), received(1, &[0xFF; 6]), received(1, &le4(b"again")), Made::Left(1)];
    let place = journal(1 << 20);
    append(&place.journal, 0, &made);
    let framed = start(&place.journal, &framing, Limits::default());
    framed.settle();
    let source = waiting(&framed);
    let records: Vec<Record> = (0..framed.settled()).map(|index| ready(&source, index)).collect();
    assert_eq!(joined(records.clone()), expected(&framing, &made).settled);
    let bad = records.iter().find(|record| matches!(record.framed.unwrap().state, FrameState::Bad(_))).unwrap();
    assert!(matches!(bad.framed.unwrap().state, FrameState::Bad(Problem::TooLong { max: 100, .. })));
}

#[test]
fn the_rest_of_a_stream_that_ends_is_a_frame() {
    // A TCP client's events name their server by its address alone.
    let server = Peer::server(SocketAddr::from(([127, 0, 0, 1], 9000)), 5);
    let place = journal(1 << 20);
    let mut batch = Batch::default();
    for (kind, bytes) in [(Kind::Received, &b"line\nlogin: "[..]), (Kind::Sent, b"me")] {
        batch.push(Head { time: time(0), kind, peer: Some(server), charset: None }, bytes);
    }
    let left = Event::PeerLeft { peer: server.addr, reason: LeaveReason::Reset, unsent_bytes: 0 };
    batch.push_event(time(1), None, &left);
    place.journal.append(&mut batch);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    framed.settle();
    let source = waiting(&framed);
    let bytes: Vec<Vec<u8>> = (0..3).map(|index| ready(&source, index).bytes().to_vec()).collect();
    assert_eq!(bytes, [&b"line"[..], b"login: ", b"me"]);
    assert_eq!(ready(&source, 3).event(), Some(left));
    assert_eq!(framed.extent().records, 4, "nothing is incomplete");
}

#[test]
fn a_thousand_streams_are_apart() {
    let mut made = Vec::new();
    for round in 0..6_u8 {
        for stream in 1..=1000_u32 {
            let piece = format!("{stream}:{round}{}", if round % 3 == 2 { "\n" } else { "," });
            made.push(received(stream, piece.as_bytes()));
        }
    }
    made.push(received(7, b"open"));
    let place = journal(0);
    append(&place.journal, 0, &made);
    let limits = Limits { span_records: 100, spans: 20, ..Limits::default() };
    let framed = start(&place.journal, &Framing::LINES, limits);
    framed.settle();
    let source = waiting(&framed);
    assert_eq!(framed.settled(), 2000);
    for index in [1999, 0, 1000, 999, 1500] {
        let (stream, round) = (index % 1000 + 1, index / 1000 * 3);
        let line = format!("{stream}:{},{stream}:{},{stream}:{}", round, round + 1, round + 2);
        assert_eq!(ready(&source, index).bytes(), line.as_bytes());
    }
    assert_eq!(ready(&source, 2000).bytes(), b"open");
}

#[test]
fn of_many_incomplete_frames_the_newest_are_shown_and_the_others_counted() {
    let made: Vec<Made> = (1..=50).map(|stream| received(stream, b"abc")).collect();
    let place = journal(1 << 20);
    append(&place.journal, 0, &made);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    framed.settle();
    assert_eq!((framed.settled(), framed.extent().records), (0, 33));
    let source = waiting(&framed);
    assert_eq!(ready(&source, 0).framed.unwrap().state, FrameState::More { streams: 18, bytes: 54 });
    assert_eq!(shown(&ready(&source, 1)).stream, 19);
    assert_eq!(shown(&ready(&source, 32)).stream, 50);
}

#[test]
fn the_encoding_of_a_sent_text_is_that_of_its_first_byte() {
    use crate::codec::Charset;
    let place = journal(1 << 20);
    let mut batch = Batch::default();
    let head = |charset| Head { time: time(0), kind: Kind::Sent, peer: Some(peer(1)), charset: Some(charset) };
    batch.push(head(Charset::Gbk), b"\xC4\xE3");
    batch.push(head(Charset::Utf8), b"...\nnext\n");
    place.journal.append(&mut batch);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    framed.settle();
    let source = waiting(&framed);
    let charset = |index| ready(&source, index).head.charset;
    assert_eq!((charset(0), charset(1)), (Some(Charset::Gbk), Some(Charset::Utf8)));
}

#[test]
fn what_the_disk_lost_is_said_and_framing_goes_on() {
    use crate::journal::tests::{Disk, DiskSpace, silent};
    let journal = Journal::with_space(0, Box::new(DiskSpace(Disk::new(6 << 20))), silent());
    let mut batch = Batch::default();
    for number in 0..20_000_u64 {
        let line = format!("{number:>999}\n");
        // Lines are torn between records.
        batch.push(
            Head { time: time(number), kind: Kind::Received, peer: Some(peer(1)), charset: None },
            &line.as_bytes()[500..],
        );
        batch.push(
            Head { time: time(number), kind: Kind::Received, peer: Some(peer(1)), charset: None },
            &format!("{:>999}", number + 1).as_bytes()[..500],
        );
        if batch.len() == 64 {
            journal.append(&mut batch);
        }
    }
    journal.append(&mut batch);
    let deadline = Instant::now() + Duration::from_mins(1);
    while journal.stats().lost_records == 0 {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    let framed = start(&journal, &Framing::LINES, Limits::default());
    framed.settle();
    let extent = framed.extent();
    assert!(extent.lost_records > 0 && extent.lost >= extent.lost_records, "{extent:?}");
    assert!(matches!(framed.get(extent.lost_records - 1), Fetch::Lost));
    let source = waiting(&framed);
    let last = ready(&source, framed.settled() - 1);
    assert!(last.bytes().ends_with(b"19999"));
    let first = (extent.lost_records..framed.settled()).find_map(|index| match source.get(index) {
        Fetch::Ready(record) if record.framed.unwrap().state == FrameState::Complete => Some(record),
        _ => None,
    });
    assert_eq!(first.unwrap().bytes().len(), 999, "whole lines");
}
