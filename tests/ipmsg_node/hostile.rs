//! Forgers, garbage and floods.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use proptest::prelude::*;
use wirebench::proto::Moment;
use wirebench::proto::ipmsg::node::{Config, Event, Limits, Node, Outgoing, Rate, Verdict};
use wirebench::proto::ipmsg::{MAX_DATAGRAM_BYTES, Malformed, code};

use crate::network::{CALM, Network, addr, config, ms};

/// Node 0 sent a sealed message to node 1, which has not answered yet; node 2 is the forger.
fn waiting() -> (Network, u64) {
    let mut network = Network::new(3, CALM, 1);
    network.introduce();
    let now = network.now;
    let outgoing = Outgoing { to: vec![addr(1)], text: "x".to_owned(), sealed: true, ..Outgoing::default() };
    let number = network.nodes[0].send(now, &outgoing).unwrap();
    // It is lost.
    network.nodes[0].poll_transmit().unwrap();
    (network, number)
}

fn forged(command: u32, extra: &str) -> Vec<u8> {
    format!("1:1795139999:user1:host1:{command}:{extra}\0").into_bytes()
}

#[test]
fn an_answer_from_another_address_counts_for_nothing() {
    let (mut network, number) = waiting();
    let forger = addr(2);
    let other_port: SocketAddr = (addr(1).ip(), 999).into();
    for from in [forger, other_port] {
        assert_eq!(network.hit(from, &forged(0x21, &number.to_string())), Verdict::ForgedAck);
        assert_eq!(network.hit(from, &forged(0x32, &number.to_string())), Verdict::ForgedAck);
        assert_eq!(network.hit(from, &forged(0x30, &number.to_string())), Verdict::NotAnswered);
        assert_eq!(network.hit(from, &forged(0x31, &number.to_string())), Verdict::NotAnswered);
    }
    assert_eq!(network.hit(addr(1), &forged(0x21, &(number + 1).to_string())), Verdict::ForgedAck);
    assert_eq!(network.hit(addr(1), &forged(0x21, "x")), Verdict::ForgedAck);
    assert_eq!(network.hit(addr(1), &forged(0x32, &number.to_string())), Verdict::ForgedAck, "the wrong kind");
    assert!(network.events.is_empty());
    assert_eq!(network.hit(addr(1), &forged(0x21, &number.to_string())), Verdict::Noted);
    assert!(network.events_of(0).any(|event| matches!(event, Event::Delivered { .. })));
    assert_eq!(
        network.hit(addr(1), &forged(0x21, &number.to_string())),
        Verdict::Noted,
        "a repeated one is not forged"
    );
    assert_eq!(network.events_of(0).count(), 1);
}

#[test]
fn names_of_another_address_change_nothing_there() {
    let (mut network, _) = waiting();
    let before = network.nodes[0].users().find(|user| user.addr == addr(1)).unwrap().clone();
    network.hit(addr(2), &forged(0x02, "用户1\0开发部"));
    network.hit(addr(2), &forged(0x01, "用户1\0别的"));
    network.hit(addr(2), &forged(0x104, "用户1\0别的"));
    let after = network.nodes[0].users().find(|user| user.addr == addr(1)).unwrap();
    assert_eq!(after, &before);
}

#[test]
fn a_peer_that_answers_is_not_pushed_out_by_invented_ones() {
    let limits = Limits { peers: 50, per_address: Rate { per_second: 9999, burst: 9999 }, ..Limits::default() };
    let mut network = Network::with([Config { limits, ..config(0) }, config(1)], CALM, 1);
    network.introduce();
    let now = network.now;
    network.nodes[0].send(now, &Outgoing { to: vec![addr(1)], text: "x".to_owned(), ..Outgoing::default() }).unwrap();
    network.run();
    for invented in 0..2000u32 {
        let from: SocketAddr = (Ipv4Addr::from_bits(0x0A00_0000 + invented), 2425).into();
        network.hit(from, &forged(0x01, "n\0g"));
    }
    assert_eq!(network.nodes[0].users().count(), 50);
    assert!(network.nodes[0].users().any(|user| user.addr == addr(1) && user.online));
}

#[test]
fn a_flood_is_cut_and_said_once_a_second() {
    let mut network = Network::new(1, CALM, 1);
    let flooder = addr(7);
    let mut shown = 0;
    for n in 0..20_000u64 {
        // 10,000 messages a second for two seconds.
        let now = Moment(Duration::from_micros(n * 100));
        network.run_until(now);
        shown += usize::from(network.hit(flooder, format!("1:{n}:u:h:288:flood").as_bytes()) == Verdict::Acked);
    }
    assert_eq!(network.hit(addr(8), b"1:1:u:h:288:hi"), Verdict::Acked, "others are heard");
    network.run();
    let limited: Vec<u64> = network
        .events_of(0)
        .filter_map(|event| match event {
            Event::Limited { from, dropped } => {
                assert_eq!(*from, Some(flooder.ip()));
                Some(*dropped)
            }
            _ => None,
        })
        .collect();
    assert_eq!(shown, 2000 + 1999, "the burst and the rate");
    assert_eq!(limited.iter().sum::<u64>(), 20_000 - shown as u64, "each drop is counted");
    assert!(limited.len() <= 3);
}

#[test]
fn a_driver_that_does_not_take_stops_what_comes_and_loses_nothing_silently() {
    let limits = Limits { queue: 100, ..Limits::default() };
    let mut node = Node::new(Config { limits, ..config(0) });
    let verdicts: Vec<_> =
        (0..500).map(|n| node.handle_datagram(addr(1), format!("1:{n}:u:h:288:x").as_bytes(), ms(0))).collect();
    let acked = verdicts.iter().filter(|verdict| **verdict == Verdict::Acked).count();
    assert!((99..=100).contains(&acked), "{acked}");
    assert_eq!(node.poll_timeout(), None, "taking comes first");
    while node.poll_transmit().is_some() || node.poll_event().is_some() {}
    assert_eq!(node.poll_timeout(), Some(ms(1000)));
    node.handle_timeout(ms(1000));
    let dropped = 500 - acked as u64;
    assert_eq!(node.poll_event(), Some(Event::Limited { from: Some(addr(1).ip()), dropped }));
}

#[test]
fn malformed_ones_are_told_apart() {
    let mut network = Network::new(1, CALM, 1);
    let mut malformed = |bytes: &[u8]| match network.hit(addr(1), bytes) {
        Verdict::Malformed(reason) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(malformed(b""), Malformed::Empty);
    assert_eq!(malformed(b"hello"), Malformed::TooFewFields { found: 1 });
    assert_eq!(malformed(b"1:x:u:h:32:t"), Malformed::NumberNotDecimal);
    assert_eq!(malformed(b"1:1:u:h:-1:t"), Malformed::CommandNotDecimal);
    let long = vec![b':'; MAX_DATAGRAM_BYTES + 1];
    assert_eq!(malformed(&long), Malformed::TooLong { len_bytes: MAX_DATAGRAM_BYTES + 1 });
    assert!(network.sent.is_empty() && network.events.is_empty());
    assert_eq!(network.hit((Ipv4Addr::LOCALHOST, 0).into(), b"1:1:u:h:288:x"), Verdict::NotAnswered);
}

/// Datagrams that look right as far as is needed to get deep into the node.
fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let version = prop_oneof![
        Just(b"1".to_vec()),
        Just(b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9".to_vec()),
        Just(b"1_lbt6_0#128#C85B76BD9F3F#0#0#32#4001#9".to_vec()),
        Just(b"1_iptux 0.8.3".to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    let known = prop::sample::select(vec![
        0x00u32, 0x01, 0x02, 0x03, 0x04, 0x20, 0x21, 0x23, 0x30, 0x31, 0x32, 0x40, 0x41, 0x50, 0x51, 0x61, 0x79, 0x7A,
        0xC0, 0xC1, 0xD1, 0xD2,
    ]);
    let command = (known, any::<u32>()).prop_map(|(code, options)| code | options & !0xFF);
    let extra = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..600),
        "[0-9]{1,20}".prop_map(String::into_bytes),
        ("[0-9a-f]{8}", any::<u16>(), any::<u16>(), prop::collection::vec(any::<u8>(), 0..600)).prop_map(
            |(id, total, offset, data)| {
                [format!("{id}|{total}|{offset}|3|1|{}|0|2|0|0#\0", data.len()).into_bytes(), data].concat()
            }
        ),
        ("\\PC{0,40}", "\\PC{0,40}").prop_map(|(nick, group)| format!("{nick}\0{group}\0").into_bytes()),
    ];
    (version, any::<u64>(), "\\PC{0,20}", command, extra).prop_map(|(version, number, name, command, extra)| {
        [version, format!(":{number}:{name}:{name}:{command}:").into_bytes(), extra].concat()
    })
}

fn small() -> Config {
    let limits =
        Limits { peers: 8, queue: 64, pending: 8, images: 2, image_bytes: 4096, seen: 16, ..Limits::default() };
    Config { limits, ..config(0) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn garbage_does_nothing(bytes in prop::collection::vec(any::<u8>(), 0..2000), port in any::<u16>()) {
        let mut node = Node::new(small());
        node.handle_datagram((Ipv4Addr::LOCALHOST, port).into(), &bytes, ms(0));
    }

    #[test]
    fn whatever_comes_the_node_stays_small_and_comes_to_rest(
        datagrams in prop::collection::vec((0..40u8, nasty(), 0..2000u64, any::<bool>()), 1..80),
    ) {
        let mut node = Node::new(small());
        node.set_absence(ms(0), Some("away".to_owned()));
        let mut now = ms(0);
        for (host, bytes, pause_ms, drain) in datagrams {
            let from: SocketAddr = (Ipv4Addr::new(127, 0, 9, host), 2425).into();
            now = now + Duration::from_millis(pause_ms);
            let sealed = Outgoing { to: vec![from], text: "x".to_owned(), sealed: true, ..Outgoing::default() };
            let _ = node.send(now, &sealed);
            node.handle_datagram(from, &bytes, now);
            node.handle_timeout(now);
            prop_assert!(node.users().count() <= 8);
            prop_assert!(node.pending() <= 8);
            if drain {
                prop_assert!(std::iter::from_fn(|| node.poll_transmit()).count() <= 64 + 70);
                prop_assert!(std::iter::from_fn(|| node.poll_event()).count() <= 64 + 10);
            }
        }
        let mut rounds = 0;
        loop {
            while node.poll_transmit().is_some() || node.poll_event().is_some() {}
            let Some(at) = node.poll_timeout() else { break };
            now = now.max(at);
            node.handle_timeout(now);
            rounds += 1;
            prop_assert!(rounds < 10_000);
        }
        prop_assert!(now < ms(400_000));
        node.leave(now);
        while let Some(at) = node.poll_timeout() {
            node.handle_timeout(at);
        }
        let last = std::iter::from_fn(|| node.poll_event()).last();
        prop_assert_eq!(last, Some(Event::Left));
        let mut sent = std::iter::from_fn(|| node.poll_transmit());
        prop_assert!(sent.all(|transmit| transmit.bytes.len() <= MAX_DATAGRAM_BYTES));
        let entry = forged(u32::from(code::BR_ENTRY), "n");
        prop_assert_eq!(node.handle_datagram(addr(1), &entry, now), Verdict::NotAnswered);
    }
}
