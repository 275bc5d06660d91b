//! Sealed messages, shakes, typing, images, groups, files, packets made by hand; and what is refused before it is sent.

use proptest::prelude::*;
use wirebench::proto::ipmsg::node::{Config, Event, Limits, Outgoing, Refused, Verdict};
use wirebench::proto::ipmsg::{
    Attachment, Command, FeiqVersion, GROUP_ADDRESS, ImageId, MAX_DATAGRAM_BYTES, Packet, TextEncoding, code, option,
};

use crate::network::{CALM, Network, STORM, addr, config, everyone};

fn pair() -> Network {
    let mut network = Network::new(2, CALM, 1);
    network.introduce();
    network
}

fn to(index: usize, text: &str) -> Outgoing {
    Outgoing { to: vec![addr(index)], text: text.to_owned(), ..Outgoing::default() }
}

#[test]
fn a_sealed_message_is_opened() {
    let mut network = pair();
    let now = network.now;
    let number = network.nodes[0].send(now, &Outgoing { sealed: true, ..to(1, "密") }).unwrap();
    network.run();
    let Some(Event::Message(received)) = network.events_of(1).next() else { panic!("no message") };
    assert!(received.sealed && received.acked);
    assert!(!network.events_of(0).any(|event| matches!(event, Event::ReadBy { .. })));
    for _ in 0..2 {
        let now = network.now;
        network.nodes[1].open_sealed(now, addr(0), number).unwrap();
        network.nodes[1].open_sealed(now, addr(0), number).unwrap();
        network.run();
    }
    let read: Vec<_> = network.events_of(0).filter(|event| matches!(event, Event::ReadBy { .. })).collect();
    assert_eq!(read, [&Event::ReadBy { by: addr(1), number }], "once, however often it is opened");
    assert!(network.events_of(1).any(|event| *event == Event::OpeningConfirmed { by: addr(0), number }));
}

#[test]
fn an_opening_that_nobody_confirms() {
    let mut network = Network::new(1, CALM, 1);
    network.hit(addr(1), b"1:7:u:h:1049376:sealed\0");
    network.sent.clear();
    let now = network.now;
    network.nodes[0].open_sealed(now, addr(1), 7).unwrap();
    network.run();
    let readmsg: Vec<_> = network.sent.iter().filter(|sent| sent.packet().command.code() == code::READMSG).collect();
    assert_eq!(readmsg.len(), 12);
    assert_eq!(readmsg[0].packet().extra, b"7\0");
    assert!(network.events_of(0).any(|event| *event == Event::OpeningUnanswered { to: addr(1), number: 7, tries: 12 }));
    assert_eq!(network.now.since(now).as_millis(), 12 * 750);
}

#[test]
fn shakes_typing_and_released_files() {
    let mut network = pair();
    let now = network.now;
    network.nodes[0].shake(now, addr(1)).unwrap();
    network.nodes[0].typing(now, addr(1), true).unwrap();
    network.nodes[0].typing(now, addr(1), false).unwrap();
    network.nodes[0].release_files(now, addr(1), 77).unwrap();
    network.run();
    let from = addr(0);
    let there: Vec<_> = network.events_of(1).collect();
    assert_eq!(
        there,
        [
            &Event::Shake { from, user: "user0".to_owned(), host: "host0".to_owned() },
            &Event::Typing { from, on: true },
            &Event::Typing { from, on: false },
            &Event::FilesReleased { by: from, number: 77 },
        ]
    );
    assert!(network.events_of(0).eq([&Event::ShakeAnswered { by: addr(1) }]));
    let shake = network.sent[0].packet();
    assert!(FeiqVersion::parse(&shake.version).is_some(), "FeiQ only shakes for FeiQ");
}

#[test]
fn a_shake_in_a_storm_is_felt_once_at_most() {
    let mut felt = 0;
    for seed in 1..200 {
        let mut network = Network::new(2, STORM, seed);
        network.introduce();
        let now = network.now;
        network.nodes[0].shake(now, addr(1)).unwrap();
        network.run();
        let shakes = network.events_of(1).filter(|event| matches!(event, Event::Shake { .. })).count();
        let answers = network.events_of(0).filter(|event| matches!(event, Event::ShakeAnswered { .. })).count();
        assert!(shakes <= 1 && answers <= shakes, "{shakes} felt, {answers} answered");
        felt += shakes;
    }
    assert!(felt > 100, "{felt} felt");
}

#[test]
fn an_image_arrives_in_a_storm_or_is_given_up() {
    let mut delivered = 0;
    for seed in 1..200 {
        let mut network = Network::new(2, STORM, seed);
        network.introduce();
        let image: Vec<u8> = (0..seed as usize * 23).map(|n| (n * 7) as u8).collect();
        let now = network.now;
        let sent = network.nodes[0].send_image(now, addr(1), image.clone()).unwrap();
        network.run();
        let images: Vec<_> = network
            .events_of(1)
            .filter_map(|event| match event {
                Event::Image { from, id, bytes } => Some((*from, *id, bytes)),
                _ => None,
            })
            .collect();
        let fates: Vec<bool> = network
            .events_of(0)
            .filter_map(|event| match event {
                Event::ImageDelivered { id, .. } if *id == sent.id => Some(true),
                Event::ImageNoAnswer { id, .. } if *id == sent.id => Some(false),
                _ => None,
            })
            .collect();
        assert_eq!(fates.len(), 1);
        assert!(images.len() <= 1);
        assert!(images.iter().all(|image_there| *image_there == (addr(0), sent.id, &image)));
        assert!(!fates[0] || images.len() == 1);
        delivered += usize::from(fates[0]);
    }
    assert!(delivered > 100, "{delivered} delivered");
}

#[test]
fn a_large_image_in_calm_weather() {
    let mut network = pair();
    let image: Vec<u8> = (0..1_000_000u32).map(|n| (n >> 3) as u8).collect();
    let now = network.now;
    let sent = network.nodes[0].send_image(now, addr(1), image.clone()).unwrap();
    network.run();
    let bytes = image;
    assert!(
        network.events_of(1).any(|event| *event == Event::Image { from: addr(0), id: sent.id, bytes: bytes.clone() })
    );
    let pieces = network.sent.iter().filter(|sent| sent.packet().command == Command(0x20_00C0)).count();
    assert_eq!(pieces, 1_000_000usize.div_ceil(512), "none twice");
    let Some(Event::Message(received)) = network.events_of(1).next() else { panic!("no message") };
    assert_eq!(received.images, [sent.id]);
    assert!(network.verdicts.iter().all(|(_, verdict)| *verdict != Verdict::RateLimited));
}

#[test]
fn images_that_never_end_are_bounded() {
    let limits = Limits { images: 4, image_bytes: 10_000, ..Limits::default() };
    let mut network = Network::with([Config { limits, ..config(0) }], CALM, 1);
    let piece = |id: u32, total: u32| {
        let head = format!(
            "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:7:u:h:2097344:{}|{total}|0|9|1|512|0|2|0|0#\0",
            ImageId::new(id)
        );
        [head.into_bytes(), vec![1; 512]].concat()
    };
    for id in 0..10 {
        assert_eq!(network.hit(addr(1), &piece(id, 4608)), Verdict::Answered);
    }
    let lost =
        |network: &Network| network.events_of(0).filter(|event| matches!(event, Event::ImageLost { .. })).count();
    assert_eq!(lost(&network), 6, "the ones that were silent the longest");
    network.run();
    assert_eq!(lost(&network), 10, "the others after 30 s");
    for _ in 0..3 {
        assert_eq!(network.hit(addr(1), &piece(99, 10_001)), Verdict::NotAnswered);
    }
    assert_eq!(lost(&network), 11, "one that is too large is told once");
}

#[test]
fn a_group_message() {
    let mut network = pair();
    let now = network.now;
    let multicast = (GROUP_ADDRESS, 2425).into();
    network.nodes[0].send_group(now, &[multicast, addr(1)], "3b199b07", "大家好").unwrap();
    network.run();
    let groups: Vec<_> = network
        .events_of(1)
        .filter_map(|event| match event {
            Event::Group(message) => Some(message),
            _ => None,
        })
        .collect();
    assert_eq!(groups.len(), 1);
    let content = groups[0].content.as_ref().unwrap();
    assert_eq!((content.group.as_str(), content.text.as_str(), groups[0].from), ("3b199b07", "大家好", addr(0)));
    assert_eq!(network.sent[0].packet().command, Command(0x40_0023));
    let now = network.now;
    for wrong in ["", "x", "12345678901234567"] {
        let refused = network.nodes[0].send_group(now, &[multicast], wrong, "x");
        assert_eq!(refused, Err(Refused::GroupNumber { group: wrong.to_owned() }));
    }
}

#[test]
fn a_group_message_that_cannot_be_read_is_shown_with_the_reason() {
    let mut network = Network::new(1, CALM, 1);
    assert_eq!(network.hit(addr(1), b"1:7:u:h:4194339:garbage"), Verdict::Shown);
    assert!(network.events_of(0).any(|event| matches!(event, Event::Group(message) if message.content.is_err())));
}

#[test]
fn one_number_to_several_each_in_its_encoding() {
    let mut network = Network::new(3, CALM, 1);
    network.introduce();
    let now = network.now;
    network.nodes[0].set_encoding(now, addr(2), Some(TextEncoding::Gbk));
    let attachments = vec![Attachment { name: "图:1.png".into(), attr: 1, ..Attachment::default() }];
    let number = network.nodes[0].next_number(now);
    let outgoing = Outgoing {
        to: vec![addr(2), addr(1), addr(2)],
        text: "你好".to_owned(),
        number: Some(number),
        attachments,
        ..Outgoing::default()
    };
    assert_eq!(network.nodes[0].send(now, &outgoing), Ok(number));
    assert_eq!(
        network.nodes[0].send(now, &outgoing),
        Err(Refused::NumberInUse { to: addr(1), number }),
        "it waits for its answers"
    );
    network.run();
    for (index, encoding) in [(1, TextEncoding::Utf8), (2, TextEncoding::Gbk)] {
        let Some(Event::Message(received)) = network.events_of(index).next() else { panic!("no message") };
        assert_eq!((received.text.as_str(), received.encoding, received.number), ("你好", encoding, number));
        assert!(received.multicast);
        assert_eq!(encoding.decode(&received.attachments[0].name), "图;1.png");
    }
}

#[test]
fn what_cannot_be_sent_is_refused_before() {
    let mut network = pair();
    let now = network.now;
    let node = &mut network.nodes[0];
    node.set_encoding(now, addr(9), Some(TextEncoding::Gbk));
    let refused = node.send(now, &Outgoing { to: vec![addr(1), addr(9)], ..to(1, "笑😀") });
    assert_eq!(refused, Err(Refused::NotInGbk { to: addr(9), character: '😀', char_index: 1 }));
    assert_eq!(node.send(now, &Outgoing { to: Vec::new(), ..to(1, "x") }), Err(Refused::NoTarget));
    let too_long = node.send(now, &to(1, &"x".repeat(MAX_DATAGRAM_BYTES)));
    assert!(matches!(too_long, Err(Refused::TooLong { .. })));
    assert_eq!(node.send_image(now, addr(1), Vec::new()), Err(Refused::ImageSize { bytes: 0, limit: 4 << 20 }));
    let many = (0..2000).map(|port| ([127, 0, 0, 1], port + 1).into()).collect();
    let refused = node.send(now, &Outgoing { to: many, ..to(1, "x") });
    assert_eq!(refused, Err(Refused::TooManyTargets { count: 2000, limit: 1024 }));
    assert_eq!(node.poll_transmit(), None, "nothing was sent to anyone");
    assert_eq!(node.send(now, &Outgoing { encoding: Some(TextEncoding::Utf8), ..to(9, "笑😀") }).map(|_| ()), Ok(()));
}

#[test]
fn what_waits_is_bounded() {
    let limits = Limits { pending: 10, ..Limits::default() };
    let mut network = Network::with([Config { limits, ..config(0) }], CALM, 1);
    let now = network.now;
    let sent = (0..20).filter(|_| network.nodes[0].send(now, &to(1, "x")).is_ok()).count();
    assert_eq!(sent, 10);
    assert_eq!(network.nodes[0].send(now, &to(1, "x")), Err(Refused::Busy { limit: 10 }));
    assert!(network.nodes[0].send(now, &Outgoing { broadcast: true, to: vec![everyone()], ..to(1, "x") }).is_ok());
    network.run();
    assert_eq!(network.nodes[0].pending(), 0);
}

#[test]
fn a_broadcast_wants_no_answer_and_encryption_is_never_claimed() {
    let mut network = pair();
    let now = network.now;
    let outgoing =
        Outgoing { to: vec![everyone()], broadcast: true, options: option::ENCRYPT | option::NOLOG, ..to(1, "大家") };
    network.nodes[0].send(now, &outgoing).unwrap();
    network.run();
    assert_eq!(network.texts_of(1), ["大家"]);
    let command = network.sent[0].packet().command;
    assert_eq!(command, Command::new(code::SENDMSG, option::BROADCAST | option::NOLOG));
    assert_eq!(network.sent.len(), 1);
}

#[test]
fn a_packet_made_by_hand_goes_as_it_is() {
    let mut network = pair();
    let now = network.now;
    let packet = Packet {
        version: b"1".to_vec(),
        number: 123_123,
        user: b"\xCE\xE2".to_vec(),
        host: b"pc".to_vec(),
        command: Command(288),
        extra: b"haha".to_vec(),
    };
    network.nodes[0].send_raw(now, &[addr(1)], &packet, true).unwrap();
    network.run();
    assert_eq!(network.sent[0].bytes, b"1:123123:\xCE\xE2:pc:288:haha");
    assert_eq!(network.texts_of(1), ["haha"]);
    assert!(network.events_of(0).any(|event| matches!(event, Event::Delivered { number: 123_123, tries: 1, .. })));
}

proptest! {
    #[test]
    fn any_text_that_is_sent_is_read(text in "\\PC{1,200}", gbk in any::<bool>()) {
        let mut network = pair();
        let now = network.now;
        let encoding = if gbk { TextEncoding::Gbk } else { TextEncoding::Utf8 };
        match network.nodes[0].send(now, &Outgoing { encoding: Some(encoding), ..to(1, &text) }) {
            Ok(_) => {
                network.run();
                let Some(Event::Message(received)) = network.events_of(1).next() else { panic!("no message") };
                if gbk && received.encoding == TextEncoding::Utf8 {
                    prop_assert_eq!(encoding.decode(&received.raw), text, "GBK that looks like UTF-8");
                } else {
                    prop_assert_eq!(received.encoding.decode(&received.raw), text);
                }
            }
            Err(refused) => {
                let in_gbk = matches!(refused, Refused::NotInGbk { .. });
                prop_assert!(gbk && in_gbk);
            }
        }
    }
}
