//! What other programs really send.

use std::net::SocketAddr;

use wirebench::codec::hex;
use wirebench::proto::ipmsg::node::{Event, Outgoing, Received, Verdict};
use wirebench::proto::ipmsg::{ClientKind, TextEncoding, code};

use crate::network::{CALM, Network, addr, ms};

fn bytes(digits: &str) -> Vec<u8> {
    hex::parse(digits).unwrap()
}

fn first_message(network: &Network) -> &Received {
    network
        .events_of(0)
        .find_map(|event| match event {
            Event::Message(received) => Some(&**received),
            _ => None,
        })
        .unwrap()
}

/// `1:123123:吴彦祖:吴彦祖-pc:32:haha` in GBK, without NUL.
const TUTORIAL: &[u8] = b"1:123123:\xCE\xE2\xD1\xE5\xD7\xE6:\xCE\xE2\xD1\xE5\xD7\xE6-pc:32:haha";
const IPTUX_ENTRY: &str = "315f697074757820302e382e333a313a726f6f743a766d3a3235373ae9a39ee7a78be794b200e5bc80e58f91e9\
                           83a80069636f6e2d7475782e706e67007574662d3800";
const IPTUX_MESSAGE: &str = "315f697074757820302e382e333a31333a726f6f743a766d3a3238383ac4e3bac3b7c9c7ef00";
const FEIQ_ENTRY: &[u8] = b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:1655805996:Lee:LEE-PC:6291457:Lee\0\0";

#[test]
fn the_tutorials_message_is_shown_and_not_acknowledged() {
    let mut network = Network::new(1, CALM, 1);
    let script: SocketAddr = "127.0.0.1:50123".parse().unwrap();
    assert_eq!(network.hit(script, TUTORIAL), Verdict::Shown);
    let received = first_message(&network);
    assert_eq!(
        (received.user.as_str(), received.host.as_str(), received.text.as_str(), received.number),
        ("吴彦祖", "吴彦祖-pc", "haha", 123_123)
    );
    assert!(!received.acked);
    assert_eq!(network.sent.len(), 1, "it is told that we are here");
    assert_eq!((network.sent[0].to, network.sent[0].packet().command.code()), (script, code::BR_ENTRY));
}

#[test]
fn a_person_may_send_the_same_again_but_the_network_may_not() {
    let mut network = Network::new(1, CALM, 1);
    assert_eq!(network.hit(addr(8), TUTORIAL), Verdict::Shown);
    assert_eq!(network.hit(addr(8), TUTORIAL), Verdict::Duplicate);
    network.now = ms(3000);
    assert_eq!(network.hit(addr(8), TUTORIAL), Verdict::Shown);
    assert_eq!(network.hit(addr(9), TUTORIAL), Verdict::Shown, "somebody else");
}

#[test]
fn iptux_is_listed_answered_and_read() {
    let mut network = Network::new(1, CALM, 1);
    let iptux = addr(1);
    assert_eq!(network.hit(iptux, &bytes(IPTUX_ENTRY)), Verdict::Answered);
    network.run();
    let user = network.nodes[0].users().next().unwrap().clone();
    assert_eq!((user.nick.as_str(), user.group.as_str(), user.kind), ("飞秋甲", "开发部", ClientKind::Iptux));
    assert_eq!(user.encoding, TextEncoding::Gbk);
    assert_eq!(network.sent[0].packet().command.code(), code::ANSENTRY);

    assert_eq!(network.hit(iptux, &bytes(IPTUX_MESSAGE)), Verdict::Acked);
    assert_eq!(network.hit(iptux, &bytes(IPTUX_MESSAGE)), Verdict::Duplicate);
    assert_eq!(network.texts_of(0), ["你好飞秋"]);
    let acks: Vec<_> = network.sent[1..].iter().map(|sent| (sent.to, sent.packet().extra)).collect();
    assert_eq!(acks, [(iptux, b"13\0".to_vec()), (iptux, b"13\0".to_vec())]);
}

#[test]
fn iptux_begins_its_numbers_again() {
    let mut network = Network::new(1, CALM, 1);
    assert_eq!(network.hit(addr(1), b"1_iptux 0.8.3:13:root:vm:288:before\0"), Verdict::Acked);
    assert_eq!(network.hit(addr(1), b"1_iptux 0.8.3:13:root:vm:288:after\0"), Verdict::Acked);
    assert_eq!(network.hit(addr(1), b"1_iptux 0.8.3:12:root:vm:288:lower\0"), Verdict::Acked);
    assert_eq!(network.texts_of(0), ["before", "after", "lower"]);
}

#[test]
fn iptux_may_say_the_same_with_the_same_number_after_it_was_started_again() {
    let mut network = Network::new(1, CALM, 1);
    let entry = bytes(IPTUX_ENTRY);
    for _ in 0..2 {
        network.hit(addr(1), &entry);
        assert_eq!(network.hit(addr(1), b"1_iptux 0.8.3:3:root:vm:288:hello\0"), Verdict::Acked);
        assert_eq!(network.hit(addr(1), b"1_iptux 0.8.3:3:root:vm:288:hello\0"), Verdict::Duplicate);
    }
    assert_eq!(network.texts_of(0), ["hello", "hello"]);
}

#[test]
fn iptux_gets_one_message_at_a_time() {
    let mut network = Network::new(1, CALM, 1);
    let iptux = addr(1);
    network.hit(iptux, &bytes(IPTUX_ENTRY));
    network.run();
    network.sent.clear();
    let now = network.now;
    let numbers: Vec<u64> = ["一", "二", "三"]
        .map(|text| {
            let outgoing = Outgoing { to: vec![iptux], text: text.to_owned(), ..Outgoing::default() };
            network.nodes[0].send(now, &outgoing).unwrap()
        })
        .to_vec();
    network.run_until(now);
    assert_eq!(network.sent.len(), 1);
    let ack = |number: u64| format!("1_iptux 0.8.3:9:root:vm:289:{number}\0").into_bytes();
    assert_eq!(network.hit(iptux, &ack(numbers[1])), Verdict::ForgedAck, "it was not sent yet");
    assert_eq!(network.hit(iptux, &ack(numbers[0])), Verdict::Noted);
    assert_eq!(network.sent[1].packet().number, numbers[1]);
    network.run();
    let outcome: Vec<_> = network
        .events_of(0)
        .filter_map(|event| match event {
            Event::Delivered { number, .. } => Some((*number, true)),
            Event::NoAnswer { number, tries: 5, .. } => Some((*number, false)),
            _ => None,
        })
        .collect();
    assert_eq!(outcome, [(numbers[0], true), (numbers[1], false), (numbers[2], false)]);
    assert_eq!(network.nodes[0].pending(), 0);
}

#[test]
fn a_script_is_answered_as_it_writes_and_iptux_in_gbk() {
    let mut network = Network::new(1, CALM, 1);
    network.hit(addr(1), "1:7:u:h:32:你好".as_bytes());
    network.hit(addr(2), "1_iptux 0.8.3:7:u:h:32:你好\0".as_bytes());
    network.hit(addr(3), b"1:7:u:h:32:\xC4\xE3\xBA\xC3");
    assert_eq!(network.texts_of(0), ["你好"; 3]);
    assert_eq!(
        [1, 2, 3].map(|peer| network.nodes[0].encoding_for(addr(peer))),
        [TextEncoding::Utf8, TextEncoding::Gbk, TextEncoding::Gbk]
    );
}

#[test]
fn feiq_is_listed_and_gets_gbk() {
    let mut network = Network::new(1, CALM, 1);
    assert_eq!(network.hit(addr(1), FEIQ_ENTRY), Verdict::Answered);
    let user = network.nodes[0].users().next().unwrap();
    assert_eq!((user.nick.as_str(), user.host.as_str(), user.kind), ("Lee", "LEE-PC", ClientKind::Feiq3));
    assert_eq!(network.nodes[0].encoding_for(addr(1)), TextEncoding::Gbk);
}

#[test]
fn feiqs_font_is_taken_off() {
    let mut network = Network::new(1, CALM, 1);
    let text = b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:7:Lee:LEE-PC:288:\xC4\xE3{/font;-16 0 0 0 400;}\0";
    assert_eq!(network.hit(addr(1), text), Verdict::Acked);
    let received = first_message(&network);
    assert_eq!((received.text.as_str(), received.font.as_deref()), ("你", Some("{/font;-16 0 0 0 400;}")));
    assert!(received.raw.ends_with(b";}"));
}

#[test]
fn ipmsg_invites_utf_8_and_keeps_it() {
    let mut network = Network::new(1, CALM, 1);
    let ipmsg = addr(1);
    let entry = "1:100:u:h:23068675:\u{1}\0g\0\nUN:u\nHN:主机\nNN:甲\nGN:组\0".as_bytes();
    assert_eq!(network.hit(ipmsg, entry), Verdict::Noted);
    let user = network.nodes[0].users().next().unwrap().clone();
    assert_eq!((user.nick.as_str(), user.group.as_str(), user.host.as_str()), ("甲", "组", "主机"));
    assert_eq!((user.kind, user.encoding), (ClientKind::Ipmsg, TextEncoding::Utf8));
    network.hit(ipmsg, b"1:101:u:h:2097155:n\0g\0");
    assert_eq!(network.nodes[0].encoding_for(ipmsg), TextEncoding::Utf8, "never switched by itself");
    let now = network.now;
    network.nodes[0].set_encoding(now, ipmsg, Some(TextEncoding::Gbk));
    assert_eq!(network.nodes[0].encoding_for(ipmsg), TextEncoding::Gbk, "the person's choice");
    network.nodes[0].set_encoding(now, ipmsg, None);
    assert_eq!(network.nodes[0].encoding_for(ipmsg), TextEncoding::Utf8);
}

#[test]
fn an_encrypted_message_is_shown_as_such() {
    let mut network = Network::new(1, CALM, 1);
    assert_eq!(network.hit(addr(1), b"1:7:u:h:4194592:A:B:C\0"), Verdict::Acked);
    let received = first_message(&network);
    assert!(received.encrypted && received.text.is_empty());
    assert_eq!(received.raw, b"A:B:C");
    network.hit(addr(1), b"1:8:u:h:114:1\0");
    assert!(!network.sent.iter().any(|sent| sent.packet().command.code() == code::ANSPUBKEY));
}

#[test]
fn no_acknowledgement_of_broadcasts_and_automatic_answers() {
    let mut network = Network::new(1, CALM, 1);
    network.hit(addr(1), FEIQ_ENTRY);
    network.run();
    network.sent.clear();
    assert_eq!(network.hit(addr(1), b"1:7:u:h:1312:all\0"), Verdict::Shown);
    assert_eq!(network.hit(addr(1), b"1:8:u:h:8480:away\0"), Verdict::Shown);
    assert!(network.sent.is_empty());
}

#[test]
fn what_nobody_should_answer() {
    let mut network = Network::new(1, CALM, 1);
    let expected = [
        (0x72, Verdict::NotAnswered),
        (0x73, Verdict::NotAnswered),
        (0x10, Verdict::NotAnswered),
        (0x11, Verdict::NotAnswered),
        (0x12, Verdict::NotAnswered),
        (0x13, Verdict::NotAnswered),
        (0x18, Verdict::NotAnswered),
        (0x41, Verdict::NotAnswered),
        (0x51, Verdict::NotAnswered),
        (0x60, Verdict::NotAnswered),
        (0xB0, Verdict::NotAnswered),
        (0xFF, Verdict::NotAnswered),
        (0x99, Verdict::Unknown),
        (0x00, Verdict::Noted),
        (0x02, Verdict::Noted),
        (0xD2, Verdict::ForgedAck),
        (0x21, Verdict::ForgedAck),
        (0x32, Verdict::ForgedAck),
    ];
    for (command, verdict) in expected {
        assert_eq!(network.hit(addr(1), format!("1:7:u:h:{command}:1\0").as_bytes()), verdict, "{command:#x}");
    }
    assert!(network.sent.is_empty() && network.events.is_empty());
    assert_eq!(network.nodes[0].users().count(), 0);
}
