//! Through a bad network, every message is shown once, and acknowledged or reported as not answered.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use proptest::prelude::*;
use wirebench::proto::ipmsg::node::{Config, Event, Outgoing, Prefer};
use wirebench::proto::ipmsg::{Packet, TextEncoding, code};

use crate::network::{CALM, Network, STORM, Weather, addr, config, ms};

/// One message of a run.
#[derive(Clone, Debug)]
struct Planned {
    at_ms: u64,
    from: usize,
    to: usize,
    sealed: bool,
}

fn planned() -> impl Strategy<Value = Planned> {
    (0..3000u64, 0..5usize, 1..5usize, any::<bool>()).prop_map(|(at_ms, from, step, sealed)| Planned {
        at_ms,
        from,
        to: from + step,
        sealed,
    })
}

/// What became of a message, as its sender and its receiver tell.
#[derive(Debug, Default)]
struct Fate {
    shown: usize,
    delivered: usize,
    unanswered: usize,
    read: usize,
    confirmed: usize,
    unconfirmed: usize,
}

type Fates = BTreeMap<(SocketAddr, SocketAddr, u64), Fate>;

fn run(nodes: usize, plan: &[Planned], weather: Weather, seed: u64) -> (Network, Fates) {
    let prefers = [Prefer::Auto, Prefer::Gbk, Prefer::Utf8];
    let configs = (0..nodes).map(|index| Config { prefer: prefers[index % 3], ..config(index) });
    let mut network = Network::with(configs, weather, seed);
    network.introduce();
    let start = network.now;
    let mut plan = plan.to_vec();
    plan.sort_by_key(|message| message.at_ms);
    let mut fates = Fates::new();
    for Planned { at_ms, from, to, sealed } in plan {
        let (from, to) = (from % nodes, to % nodes);
        network.run_until(start + Duration::from_millis(at_ms));
        open_sealed(&mut network);
        if from == to {
            continue;
        }
        let outgoing = Outgoing { to: vec![addr(to)], text: format!("第{at_ms}条"), sealed, ..Outgoing::default() };
        let now = network.now;
        let number = network.nodes[from].send(now, &outgoing).unwrap();
        fates.insert((addr(from), addr(to), number), Fate::default());
    }
    network.run();
    while open_sealed(&mut network) {
        network.run();
    }
    tell(&network, &mut fates);
    (network, fates)
}

/// Opens every sealed message that was not opened yet.
fn open_sealed(network: &mut Network) -> bool {
    let now = network.now;
    let mut opened = false;
    for (index, event) in &mut network.events {
        if let Event::Message(received) = event
            && received.sealed
            && !received.locked
        {
            network.nodes[*index].open_sealed(now, received.from, received.number).unwrap();
            received.locked = true;
            opened = true;
        }
    }
    opened
}

fn tell(network: &Network, fates: &mut Fates) {
    for (index, event) in &network.events {
        let here = addr(*index);
        let (key, count): (_, fn(&mut Fate) -> &mut usize) = match event {
            Event::Message(received) => ((received.from, here, received.number), |fate| &mut fate.shown),
            Event::Delivered { to, number, .. } => ((here, *to, *number), |fate| &mut fate.delivered),
            Event::NoAnswer { to, number, .. } => ((here, *to, *number), |fate| &mut fate.unanswered),
            Event::ReadBy { by, number } => ((here, *by, *number), |fate| &mut fate.read),
            Event::OpeningConfirmed { by, number } => ((*by, here, *number), |fate| &mut fate.confirmed),
            Event::OpeningUnanswered { to, number, .. } => ((*to, here, *number), |fate| &mut fate.unconfirmed),
            _ => continue,
        };
        *count(fates.get_mut(&key).unwrap()) += 1;
    }
}

fn check(network: &Network, fates: &Fates) {
    for (key, fate) in fates {
        assert_eq!(fate.delivered + fate.unanswered, 1, "{key:?} {fate:?}");
        assert!(fate.shown <= 1, "{key:?} {fate:?}");
        assert!(fate.delivered <= fate.shown, "{key:?} {fate:?}");
        assert!(fate.read <= 1 && fate.confirmed <= fate.read, "{key:?} {fate:?}");
        assert!(fate.confirmed + fate.unconfirmed <= 1, "{key:?} {fate:?}");
    }
    let mut sends: BTreeMap<(SocketAddr, SocketAddr, u64), Vec<Packet>> = BTreeMap::new();
    let mut last: BTreeMap<SocketAddr, u64> = BTreeMap::new();
    for sent in &network.sent {
        let packet = sent.packet();
        let again = sends.entry((sent.from, sent.to, packet.number)).or_default();
        if let Some(first) = again.first() {
            assert_eq!(&packet, first, "sent again with the same bytes");
        } else {
            let previous = last.insert(sent.from, packet.number);
            assert!(previous.is_none_or(|previous| previous < packet.number && packet.number < 1 << 31));
        }
        again.push(packet);
    }
    for (key, packets) in sends {
        let most = match packets[0].command.code() {
            code::SENDMSG => 5,
            code::READMSG => 12,
            _ => 1,
        };
        assert!(packets.len() <= most, "{key:?} was sent {} times", packets.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn two_nodes_in_a_storm(seed in 1u64.., plan in prop::collection::vec(planned(), 1..12)) {
        let (network, fates) = run(2, &plan, STORM, seed);
        check(&network, &fates);
    }

    #[test]
    fn five_nodes_in_a_storm(seed in 1u64.., plan in prop::collection::vec(planned(), 1..25)) {
        let (network, fates) = run(5, &plan, STORM, seed);
        check(&network, &fates);
    }

    #[test]
    fn in_calm_weather_all_arrive_at_the_first_try(plan in prop::collection::vec(planned(), 1..25)) {
        let (network, fates) = run(5, &plan, CALM, 1);
        check(&network, &fates);
        for fate in fates.values() {
            prop_assert_eq!((fate.shown, fate.delivered), (1, 1));
            prop_assert_eq!(fate.read, fate.confirmed);
        }
        let retried = network.events.iter().any(|(_, event)| matches!(event, Event::Retried { .. }));
        prop_assert!(!retried);
    }
}

#[test]
fn most_arrive_in_a_storm() {
    let plan: Vec<Planned> = (0..500)
        .map(|n| Planned { at_ms: n * 20, from: n as usize % 2, to: n as usize % 2 + 1, sealed: false })
        .collect();
    let (network, fates) = run(2, &plan, STORM, 5);
    check(&network, &fates);
    let shown = fates.values().filter(|fate| fate.shown == 1).count();
    let delivered = fates.values().filter(|fate| fate.delivered == 1).count();
    assert!(shown > 490 && delivered > 460, "{shown} shown, {delivered} delivered");
}

#[test]
fn nobody_there_is_said_after_five_tries_a_second_apart() {
    let mut network = Network::new(1, CALM, 1);
    let now = network.now;
    let number =
        network.nodes[0].send(now, &Outgoing { to: vec![addr(1)], text: "在吗".to_owned(), ..Outgoing::default() });
    let number = number.unwrap();
    network.run();
    let to = addr(1);
    let expected: Vec<Event> = (2..=5)
        .map(|tries| Event::Retried { to, number, tries })
        .chain([Event::NoAnswer { to, number, tries: 5 }])
        .collect();
    assert!(network.events_of(0).eq(&expected));
    assert_eq!(network.now, ms(5000));
    let messages = &network.sent[1..];
    assert_eq!(messages.len(), 5);
    assert!(messages.iter().all(|sent| sent.bytes == messages[0].bytes));
}

#[test]
fn who_may_not_know_us_is_told_who_writes() {
    let mut network = Network::new(2, CALM, 1);
    let say = Outgoing { to: vec![addr(1)], text: "你好".to_owned(), ..Outgoing::default() };
    for _ in 0..2 {
        let now = network.now;
        network.nodes[0].send(now, &say).unwrap();
        network.run();
    }
    let codes: Vec<u8> = network.sent.iter().map(|sent| sent.packet().command.code()).collect();
    let entries: Vec<_> = codes.iter().filter(|sent| **sent == code::BR_ENTRY).collect();
    assert_eq!(entries.len(), 1, "{codes:x?}");
    assert_eq!(codes[..2], [code::BR_ENTRY, code::SENDMSG]);
    assert_eq!(network.nodes[1].users().map(|user| user.addr).collect::<Vec<_>>(), [addr(0)]);

    let now = network.now;
    network.nodes[0].send(now, &Outgoing { to: vec![addr(7)], ..say }).unwrap();
    network.run();
    network.sent.clear();
    let now = network.now;
    network.nodes[0].leave(now);
    network.run();
    let left: BTreeSet<SocketAddr> = network.sent.iter().map(|sent| sent.to).collect();
    assert_eq!(left, [addr(1), addr(7)].into(), "also who never said that it is there");
}

#[test]
fn an_acknowledgement_tells_how_long_it_took() {
    let mut network = Network::new(2, CALM, 1);
    network.introduce();
    let start = network.now;
    let text = "你好😀".to_owned();
    let number = network.nodes[0].send(start, &Outgoing { to: vec![addr(1)], text, ..Outgoing::default() }).unwrap();
    // The first one is lost.
    network.nodes[0].poll_transmit().unwrap();
    network.run();
    let delivered = Event::Delivered { to: addr(1), number, after: Duration::from_secs(1), tries: 2 };
    assert!(network.events_of(0).any(|event| *event == delivered));
    assert_eq!(network.now, start + Duration::from_secs(1), "nothing is left to wait for");
    assert_eq!(network.texts_of(1), ["你好😀"]);
    let Some(Event::Message(received)) = network.events_of(1).next() else { panic!("no message") };
    assert_eq!(received.encoding, TextEncoding::Utf8, "our nodes invite UTF-8");
}
