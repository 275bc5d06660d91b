//! Being there: announcing, answering, absence, leaving.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use wirebench::proto::ipmsg::code;
use wirebench::proto::ipmsg::node::{Config, Event, Limits, Node, Outgoing, Refused, Verdict};

use crate::network::{CALM, Network, addr, config, everyone, ms};

fn nicks(network: &Network, index: usize) -> Vec<String> {
    network.nodes[index].users().filter(|user| user.online).map(|user| user.nick.clone()).collect()
}

#[test]
fn one_announcement_makes_both_known() {
    let mut network = Network::new(3, CALM, 1);
    let now = network.now;
    network.nodes[0].announce(now, &[everyone()]);
    network.run_until(ms(249));
    assert!(network.sent.iter().all(|sent| sent.packet().command.code() == code::NOOPERATION));
    network.run();
    assert_eq!(nicks(&network, 0), ["用户1", "用户2"]);
    assert_eq!(nicks(&network, 1), ["用户0"]);
    assert_eq!(nicks(&network, 2), ["用户0"]);
    assert!(network.verdicts.contains(&(0, Verdict::OwnEcho)), "it hears itself");
    assert!(network.now < ms(1500));
}

#[test]
fn leaving_is_said_twice_and_ends_all() {
    let mut network = Network::new(3, CALM, 1);
    network.introduce();
    let now = network.now;
    let unanswered = Outgoing { to: vec![addr(9)], text: "?".to_owned(), ..Outgoing::default() };
    let number = network.nodes[0].send(now, &unanswered).unwrap();
    network.run_until(now);
    network.sent.clear();
    network.nodes[0].leave(now);
    network.run();
    let exits: Vec<SocketAddr> = network.sent.iter().map(|sent| sent.to).collect();
    assert!(network.sent.iter().all(|sent| sent.packet().command.code() == code::BR_EXIT));
    assert_eq!(exits, [everyone(), addr(9), addr(1), addr(2), everyone(), addr(9)]);
    assert!(network.events_of(0).any(|event| *event == Event::NoAnswer { to: addr(9), number, tries: 1 }));
    assert_eq!(network.events_of(0).last(), Some(&Event::Left));
    assert_eq!(network.now, now + Duration::from_millis(100));
    for other in [1, 2] {
        assert_eq!(network.events_of(other).filter(|event| **event == Event::Offline(addr(0))).count(), 1);
        assert_eq!(nicks(&network, other).len(), 1);
    }
    let now = network.now;
    assert_eq!(network.hit(addr(1), b"1:7:u:h:288:hi\0"), Verdict::NotAnswered);
    assert_eq!(network.nodes[0].send(now, &unanswered), Err(Refused::Left));
    assert_eq!(network.nodes[0].poll_timeout(), None);
}

#[test]
fn absence_is_told_shown_and_replied() {
    let mut network = Network::new(2, CALM, 1);
    network.introduce();
    let now = network.now;
    network.nodes[1].set_absence(now, Some("吃饭去了".to_owned()));
    network.run();
    assert!(network.nodes[0].users().next().unwrap().absent);
    assert_eq!(network.events_of(0).filter(|event| matches!(event, Event::Changed(_))).count(), 1);

    let now = network.now;
    network.nodes[0].ask_absence(now, addr(1)).unwrap();
    network.nodes[0].ask_info(now, addr(1)).unwrap();
    for _ in 0..3 {
        let outgoing = Outgoing { to: vec![addr(1)], text: "在吗".to_owned(), ..Outgoing::default() };
        network.nodes[0].send(now, &outgoing).unwrap();
    }
    network.run();
    let (from, text) = (addr(1), "吃饭去了".to_owned());
    assert!(network.events_of(0).any(|event| *event == Event::AbsenceText { from, text: text.clone() }));
    assert!(network.events_of(0).any(|event| *event == Event::Info { from, text: "Wirebench".to_owned() }));
    assert_eq!(network.texts_of(0), ["吃饭去了"], "one automatic answer to three messages");
    assert_eq!(network.events_of(0).filter(|event| matches!(event, Event::Delivered { .. })).count(), 3);

    let now = network.now;
    network.nodes[1].set_absence(now, None);
    network.run();
    assert!(!network.nodes[0].users().next().unwrap().absent);
}

#[test]
fn two_who_are_away_do_not_answer_each_other_for_ever() {
    let mut network = Network::new(2, CALM, 1);
    network.introduce();
    let now = network.now;
    network.nodes.iter_mut().for_each(|node| node.set_absence(now, Some("away".to_owned())));
    network.nodes[0].send(now, &Outgoing { to: vec![addr(1)], text: "hi".to_owned(), ..Outgoing::default() }).unwrap();
    network.run();
    assert_eq!((network.texts_of(0), network.texts_of(1)), (vec!["away"], vec!["hi"]));
}

#[test]
fn a_range_is_announced_to_in_steps() {
    let mut node = Node::new(config(0));
    let hosts: Vec<SocketAddr> =
        (0..65_536).map(|host| (Ipv4Addr::from_bits(0x0A00_0000 + host), 2425).into()).collect();
    node.announce(ms(0), &hosts);
    node.announce(ms(0), &hosts);
    let mut told = 0;
    let mut most_at_once = 0;
    let mut now = ms(0);
    while let Some(at) = node.poll_timeout() {
        now = at;
        node.handle_timeout(now);
        let sent = std::iter::from_fn(|| node.poll_transmit()).count();
        told += sent;
        most_at_once = most_at_once.max(sent);
    }
    assert_eq!(told, 2 * 65_536, "NOOPERATION and BR_ENTRY, each once");
    assert!(most_at_once <= 128);
    assert!(now < ms(60_000));
}

#[test]
fn entries_are_answered_without_a_storm() {
    let mut network = Network::new(1, CALM, 1);
    for n in 0..400 {
        network.hit(addr(1), format!("1:{n}:u:h:1:n\0g\0").as_bytes());
    }
    network.run();
    assert_eq!(network.sent.len(), 1);
    assert_eq!(network.hit(addr(1), b"1:7:u:h:1:n\0g\0"), Verdict::Answered);
    network.run();
    assert_eq!(network.sent.len(), 2, "later, but answered");
}

#[test]
fn names_that_change_are_told_once() {
    let mut network = Network::new(1, CALM, 1);
    for nick in ["a", "a", "b", "b"] {
        network.hit(addr(1), format!("1:7:u:h:4:{nick}\0g\0").as_bytes());
    }
    let told: Vec<_> = network
        .events_of(0)
        .map(|event| match event {
            Event::Online(user) => ("online", user.nick.as_str()),
            Event::Changed(user) => ("changed", user.nick.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [("online", "a"), ("changed", "b")]);
}

#[test]
fn strangers_cannot_make_us_shout() {
    let mut network = Network::new(1, CALM, 1);
    for port in 1000..2000 {
        network.hit((Ipv4Addr::LOCALHOST, port).into(), format!("1:{port}:u:h:32:hi").as_bytes());
    }
    assert_eq!(network.texts_of(0).len(), 1000);
    assert_eq!(network.sent.len(), 20);
    network.hit((Ipv4Addr::new(127, 0, 0, 9), 2000).into(), b"1:1:u:h:524320:NOADDLIST");
    assert_eq!(network.sent.len(), 20);
}

#[test]
fn the_table_of_users_is_bounded() {
    let limits = Limits { peers: 100, ..Limits::default() };
    let mut network = Network::with([Config { limits, ..config(0) }], CALM, 1);
    for host in 0..1000u32 {
        let from = (Ipv4Addr::from_bits(0x0A00_0000 + host), 2425).into();
        network.hit(from, b"1:7:u:h:4:n\0g\0");
    }
    assert_eq!(network.nodes[0].users().count(), 100);
    assert_eq!(network.events_of(0).filter(|event| matches!(event, Event::Forgotten(_))).count(), 900);
}
