//! Rows of a real journal: what a session's workers record is what the log shows.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::{TimeZone, offset};
use tempfile::TempDir;
use wirebench::codec::Charset;
use wirebench::codec::dump::DumpWidth;
use wirebench::journal::rows::{Anchor, Class, EventText, Layouter, Mode, PlainText, Pos, Row, View, Waiting};
use wirebench::journal::{Batch, Config, Event, Head, Kind, Peer, Recorder, Timestamp};

/// 2024-07-22 16:20:44.923 in China.
const TIME: i64 = 1_721_636_444_923_000_000;

struct Log {
    recorder: Arc<Recorder>,
    _folder: TempDir,
}

impl Log {
    fn new(budget_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { budget_bytes, spill_dir: folder.path().to_owned() };
        Self { recorder: Recorder::new(config, Arc::new(|| {})), _folder: folder }
    }

    fn of(records: &[(Kind, Peer, &[u8])]) -> Self {
        let log = Self::new(64 << 20);
        for (kind, peer, bytes) in records {
            log.push(*kind, *peer, bytes);
        }
        log
    }

    fn push(&self, kind: Kind, peer: Peer, bytes: &[u8]) {
        self.recorder.payload(Head { time: Timestamp(TIME), kind, peer: Some(peer), charset: None }, bytes);
    }

    fn event(&self, event: &Event) {
        let mut batch = Batch::default();
        batch.push_event(Timestamp(TIME), None, event);
        self.recorder.append(&mut batch);
    }

    fn layouter(&self, view: View) -> Layouter {
        Layouter::new(self.recorder.journal(), view, words()).with_zone(TimeZone::fixed(offset(8)))
    }

    fn rows(&self, view: View) -> Vec<Row> {
        self.layouter(view).rows(Anchor::default(), usize::MAX)
    }

    fn texts(&self, view: View) -> Vec<String> {
        self.rows(view).into_iter().map(|row| row.text).collect()
    }
}

fn words() -> EventText {
    Arc::new(|event: &Event, _: Option<&Peer>| match event {
        Event::Connected { local, .. } => {
            format!("Server connected from local {}", wirebench::journal::rows::address(local))
        }
        other => format!("{other:?}"),
    })
}

fn addr(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn client(number: u32) -> Peer {
    Peer::client(addr("172.16.1.241:56984"), number)
}

fn datagram() -> Peer {
    Peer::datagram(addr("172.16.1.241:8080"))
}

fn plain() -> View {
    View { log_mode: false, auto_linefeed: false, ..View::default() }
}

#[test]
fn the_lines_are_the_classics() {
    let server = Peer::server(addr("172.16.1.174:8080"), 1);
    let log = Log::new(64 << 20);
    log.event(&Event::Connected { local: addr("172.16.1.174:54237"), remote: addr("172.16.1.174:8080") });
    log.push(Kind::Sent, server, b"Welcome to NetAssist");
    log.push(Kind::Received, server, "你好\r\n".as_bytes());
    log.push(Kind::Sent, datagram(), b"http://cmsoft.cn");
    log.push(Kind::Received, client(1), b"");
    assert_eq!(
        log.texts(View::default()),
        [
            "[2024-07-22 16:20:44.923]# Server connected from local 172.16.1.174 :54237",
            "",
            "[2024-07-22 16:20:44.923]# SEND ASCII/20 >>>",
            "Welcome to NetAssist",
            "",
            "[2024-07-22 16:20:44.923]# RECV ASCII/8 from SERVER <<<",
            "你好",
            "",
            "[2024-07-22 16:20:44.923]# SEND ASCII/16 to 172.16.1.241 :8080 >>>",
            "http://cmsoft.cn",
            "",
            "[2024-07-22 16:20:44.923]# RECV ASCII/0 from 172.16.1.241 :56984 <<<",
            "",
        ]
    );
    let classes: Vec<Class> = log.rows(View::default()).iter().map(|row| row.class).collect();
    assert_eq!(classes[..5], [Class::Event, Class::Blank, Class::Header, Class::Sent, Class::Blank]);
    assert_eq!(classes[6], Class::Received);

    let dense = View { auto_linefeed: false, ..View::default() };
    assert!(!log.texts(dense).contains(&String::new()), "blank lines are the automatic line feed's");
    assert_eq!(log.texts(View { hide_received: true, ..dense }).len(), 5);
    assert_eq!(log.texts(View { auto_linefeed: true, ..plain() }), ["你好", ""]);
    assert_eq!(log.texts(plain()), ["你好", ""], "each peer has its own line");
    assert!(log.texts(View { hide_received: true, ..plain() }).is_empty());
}

#[test]
fn bytes_are_shown_in_hex_and_as_a_dump() {
    let log = Log::of(&[(Kind::Received, datagram(), b"Hello, world.\xFF\n0123"), (Kind::Received, datagram(), b"")]);
    let header = "[2024-07-22 16:20:44.923]# RECV HEX/19 from 172.16.1.241 :8080 <<<";
    let hex = View { mode: Mode::Hex, columns: 50, ..View::default() };
    assert_eq!(
        log.texts(hex)[1..6],
        [
            ".1.241 :8080 <<<",
            "48 65 6C 6C 6F 2C 20 77 6F 72 6C 64 2E FF 0A 30",
            "31 32 33",
            "",
            "[2024-07-22 16:20:44.923]# RECV HEX/0 from 172.16.",
        ]
    );
    let dump = View { mode: Mode::Dump { width: DumpWidth::Sixteen }, ..View::default() };
    assert_eq!(
        log.texts(dump)[..4],
        [
            header,
            "00000000  48 65 6C 6C 6F 2C 20 77  6F 72 6C 64 2E FF 0A 30  Hello, world...0",
            "00000010  31 32 33                                          123",
            "",
        ]
    );
}

#[test]
fn gbk_byte_by_byte_is_whole_and_reads_again_after_a_wrong_guess() {
    let sent = "你好\u{FF0C}世界";
    let log = Log::new(64 << 20);
    let bytes = Charset::Gbk.encode(sent).unwrap();
    for byte in &bytes {
        log.push(Kind::Received, client(1), &[*byte]);
    }
    let mut layouter = log.layouter(plain());
    for charset in [Charset::Auto, Charset::Gbk, Charset::Utf8, Charset::Gbk, Charset::Gb2312] {
        layouter.set_view(View { charset, ..plain() });
        let rows: Vec<String> = layouter.rows(Anchor::default(), 9).into_iter().map(|row| row.text).collect();
        if charset == Charset::Utf8 {
            assert!(rows[0].contains('\u{FFFD}') && !rows[0].contains('你'), "{rows:?}");
        } else {
            assert_eq!(rows, [sent], "{charset}");
        }
    }
    // With header lines each character stands in the record that completes it.
    let texts = log.texts(View { auto_linefeed: false, ..View::default() });
    let characters: Vec<&String> = texts.iter().filter(|text| !text.starts_with('[')).collect();
    assert_eq!(characters, ["你", "好", "，", "世", "界"]);
    assert_eq!(texts[2], "你", "after the header of the record that completes it");
    assert_eq!(texts.len(), 15);
}

#[test]
fn streams_that_come_mixed_are_each_whole() {
    let log = Log::new(64 << 20);
    let (one, two) = (Charset::Gbk.encode("你好").unwrap(), Charset::Gbk.encode("世界").unwrap());
    for i in 0..4 {
        log.push(Kind::Received, client(1), &one[i..=i]);
        log.push(Kind::Sent, client(1), &two[i..=i]);
        log.push(Kind::Received, client(2), &two[i..=i]);
    }
    let view = View { auto_linefeed: false, ..View::default() };
    let texts: String = log.texts(view).into_iter().filter(|text| !text.starts_with('[')).collect();
    assert_eq!(texts, "你世世好界界");
}

#[test]
fn a_character_that_is_not_complete_is_damage_only_as_long_as_nothing_follows() {
    let log = Log::of(&[(Kind::Received, client(1), b"a\xE4\xBD")]);
    let mut layouter = log.layouter(plain());
    assert_eq!(layouter.rows(Anchor::default(), 9)[0].text, "a\u{FFFD}");
    log.push(Kind::Received, client(1), b"\xA0b");
    assert_eq!(layouter.rows(Anchor::default(), 9)[0].text, "a你b");
    // A datagram is complete.
    let log = Log::of(&[(Kind::Received, datagram(), b"a\xE4"), (Kind::Received, datagram(), b"\xBD\xA0b")]);
    assert_eq!(log.texts(View { charset: Charset::Utf8, auto_linefeed: true, ..plain() })[0], "a\u{FFFD}");
}

#[test]
fn utf16_may_be_split_anywhere() {
    let log = Log::new(64 << 20);
    let bytes = Charset::Utf16Le.encode("你好😀世界").unwrap();
    for chunk in [&bytes[..1], &bytes[1..4], &bytes[4..5], &bytes[5..7], &bytes[7..10], &bytes[10..]] {
        log.push(Kind::Received, client(1), chunk);
    }
    assert_eq!(log.texts(View { charset: Charset::Utf16Le, ..plain() }), ["你好😀世界"]);
}

#[test]
fn a_place_survives_a_change_of_the_view() {
    let log = Log::new(64 << 20);
    for i in 0..500_u32 {
        log.push(Kind::Received, client(1 + i % 3), format!("line {i} of the log\r\n").repeat(9).as_bytes());
    }
    let mut layouter = log.layouter(View::default());
    let views = [
        View { mode: Mode::Hex, columns: 16, ..View::default() },
        View { mode: Mode::Dump { width: DumpWidth::Eight }, ..View::default() },
        View { columns: u32::MAX, ..plain() },
        View { charset: Charset::Utf16Be, columns: 16, ..View::default() },
    ];
    for view in views {
        let place = Pos::data(321, 100);
        let anchor = layouter.anchor_of(place);
        layouter.set_view(view);
        let there = layouter.anchor_of(place);
        let row = &layouter.rows(there, 1)[0];
        assert!(row.start <= place && place < row.end, "{view:?}: {row:?}");
        layouter.set_view(View::default());
        assert_eq!(layouter.anchor_of(place), anchor);
    }
}

#[test]
fn what_is_on_the_disk_is_shown_when_it_is_there_and_saved_whole() {
    let log = Log::new(1 << 20);
    let mut batch = Batch::default();
    let text = |i: u64| format!("{i:>6} 温度：二十五度\n").repeat(8);
    let bytes = |i: u64| Charset::Gbk.encode(&text(i)).unwrap();
    let mut stream = Vec::new();
    (0..40_000).for_each(|i| stream.extend_from_slice(&bytes(i)));
    // As a network delivers it: cut anywhere.
    for chunk in stream.chunks(1447) {
        let head = Head { time: Timestamp(TIME), kind: Kind::Received, peer: Some(client(1)), charset: None };
        batch.push(head, chunk);
        if batch.len() == 256 {
            log.recorder.append(&mut batch);
            while !log.recorder.wait_for_room(Duration::from_millis(50)) {}
        }
    }
    log.recorder.append(&mut batch);
    let journal = log.recorder.journal();
    let expected: String = (0..40_000).map(text).collect();

    let mut saved = PlainText::new(Arc::new(Waiting::new(Arc::clone(&journal))), plain(), words());
    let mut out = String::new();
    journal.cursor(0).for_each(|record| saved.render(&record.unwrap(), &mut out));
    assert!(out == expected, "the save is what was sent");

    let mut copier = Layouter::new(Arc::new(Waiting::new(Arc::clone(&journal))), plain(), words());
    let all = copier.copy(Pos::start_of(0), Pos::end_of(journal.len()), usize::MAX);
    assert!(all == expected, "the copy too");

    assert!(journal.stats().spilled_bytes > 0, "the test is about what is on the disk");
    let memory = |journal: &wirebench::journal::Journal| journal.stats().memory_bytes;
    let mut layouter = log.layouter(View { auto_linefeed: true, ..plain() });
    for share in [0.0, 0.3, 0.6, 1.0] {
        let record = ((journal.len() - 1) as f64 * share) as u64;
        let shown = loop {
            let rows = layouter.rows(Anchor { record, row: 0 }, 3);
            if rows.iter().all(|row| row.class != Class::Loading) {
                break rows;
            }
            std::thread::yield_now();
        };
        assert!(shown.iter().all(|row| !row.text.contains('\u{FFFD}')), "{shown:?}");
    }
    assert!(memory(&journal) < 64 << 20);
}
