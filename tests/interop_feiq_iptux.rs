//! Our FeiQ node and iptux: who is here, texts, acks and retries.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::net::Ipv4Addr;

use peers::iptux::Iptux;
use peers::iptux_window::IptuxWindow;
use peers::node::{Node, addresses, at};
use wirebench::journal::Kind;
use wirebench::proto::ipmsg::node::Refused;
use wirebench::proto::ipmsg::{ClientKind, Command, Packet, TextEncoding, code, option};
use wirebench::service::feiq::{Delivery, FeiqCommand, Refusal, Say, With};

/// The address of a test's node, or of one of its peers, with the test's own number.
const fn address(test: u8, number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 3, test, number)
}

/// A node and an iptux that know each other; the node's name is in GBK, so iptux writes GBK to it.
#[track_caller]
fn meet(test: u8) -> (Node, Iptux) {
    let (ours, theirs) = (address(test, 1), address(test, 2));
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let node = Node::online(ours, &[theirs]);
    node.until_user(theirs, |user| user.online);
    iptux.until("online", |event| event["ip"] == ours.to_string());
    (node, iptux)
}

/// The packets of this command among some datagrams.
fn packets(datagrams: &[Vec<u8>], code: u8) -> Vec<Packet> {
    let packets = datagrams.iter().map(|datagram| Packet::parse(datagram).unwrap());
    packets.filter(|packet| packet.command.code() == code).collect()
}

#[test]
fn each_sees_the_other_when_we_come_later() {
    let (ours, theirs) = (address(1, 1), address(1, 2));
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let node = Node::online(ours, &[theirs]);

    let user = node.until_user(theirs, |user| user.online);
    assert_eq!((user.nick.as_str(), user.group.as_str()), ("环回甲", Iptux::GROUP));
    assert_eq!(user.kind, ClientKind::Iptux);

    let seen = iptux.until("online", |event| event["ip"] == ours.to_string());
    assert_eq!((&seen["name"], &seen["group"]), (&Node::NAME.into(), &Node::GROUP.into()));
    assert_eq!((&seen["user"], &seen["host"]), (&"wu".into(), &"wu-pc".into()));
}

#[test]
fn each_sees_the_other_when_iptux_comes_later() {
    let (ours, theirs) = (address(2, 1), address(2, 2));
    let node = Node::online(ours, &[]);
    let mut iptux = Iptux::start(theirs, "环回甲", &[ours]);

    let user = node.until_user(theirs, |user| user.online);
    assert_eq!((user.nick.as_str(), user.group.as_str()), ("环回甲", Iptux::GROUP));
    let seen = iptux.until("online", |event| event["ip"] == ours.to_string());
    assert_eq!((&seen["name"], &seen["group"]), (&Node::NAME.into(), &Node::GROUP.into()));

    iptux.rename("新名字");
    node.until_user(theirs, |user| user.nick == "新名字");
}

#[test]
fn chinese_texts_arrive_in_gbk_both_ways_and_are_acked() {
    let (node, mut iptux) = meet(3);
    let (ours, theirs) = (node.address, iptux.address);

    for text in ["你好，世界：haha", "冒号:和\n换行", "/:) 表情 {花括号}"] {
        node.say(&[theirs], text);
        let heard = iptux.until("message", |_| true);
        assert_eq!((&heard["text"], &heard["ip"]), (&text.into(), &ours.to_string().into()));
        let settled = node.until_settled(theirs, text);
        assert!(matches!(settled, Delivery::Acked { retries: 0, .. }), "{settled:?}");
    }
    let sent = packets(&node.datagrams(Kind::Sent, theirs), code::SENDMSG);
    assert!(sent[0].extra.starts_with(b"\xC4\xE3\xBA\xC3\xA3\xAC\xCA\xC0\xBD\xE7\xA3\xBAhaha"), "{:?}", sent[0]);
    assert!(!sent[0].command.has(option::UTF8), "{:?}", sent[0]);

    for text in ["你好飞秋", "冒号:和\n换行", "不在 GBK 里：🦀"] {
        iptux.say(ours, text);
        let message = node.until_received(theirs, text);
        assert_eq!(message.encoding, Some(TextEncoding::Gbk));
        assert!(message.acked);
    }
    // iptux looks for the ack a second after it has sent, and sends again if there is none.
    iptux.say(ours, "完");
    node.until_received(theirs, "完");
    iptux.leave();
    node.until_user(theirs, |user| !user.online);
    assert_eq!(packets(&node.datagrams(Kind::Received, theirs), code::SENDMSG).len(), 4);
    assert_eq!(packets(&node.datagrams(Kind::Sent, theirs), code::RECVMSG).len(), 4);
    assert_eq!(iptux.count("not_delivered"), 0);
}

#[test]
fn iptux_writes_utf_8_until_it_has_seen_gbk_and_both_are_read() {
    let (ours, theirs) = (address(14, 1), address(14, 2));
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let node = Node::named(ours, "wirebench", "lab", &[theirs]);
    node.until_user(theirs, |user| user.online);
    iptux.until("online", |event| event["ip"] == ours.to_string());

    iptux.say(ours, "联通：先是 UTF-8");
    assert_eq!(node.until_received(theirs, "联通：先是 UTF-8").encoding, Some(TextEncoding::Utf8));
    node.say(&[theirs], "你好，我写 GBK");
    assert_eq!(iptux.until("message", |_| true)["text"], "你好，我写 GBK");
    iptux.say(ours, "然后是 GBK");
    assert_eq!(node.until_received(theirs, "然后是 GBK").encoding, Some(TextEncoding::Gbk));
}

#[test]
fn what_gbk_has_not_is_refused_instead_of_mangled() {
    let (node, mut iptux) = meet(4);
    let to = addresses(&[iptux.address]);
    let say = Say { to: to.clone(), text: "蟹🦀".to_owned(), ..Say::default() };
    node.command(FeiqCommand::Send(say.clone()));
    let refused = node.until("refusal", |state| state.last_refusal.clone());
    let why = Refused::NotInGbk { to: to[0], character: '🦀', char_index: 1 };
    assert_eq!(refused.1, Refusal::Node(why));

    // The person may insist: a text that can't be GBK is read as UTF-8 by iptux if it was never written GBK, and is
    // acked in any case.
    node.command(FeiqCommand::Send(Say { encoding: Some(TextEncoding::Utf8), ..say }));
    let settled = node.until_settled(iptux.address, "蟹🦀");
    assert!(matches!(settled, Delivery::Acked { .. }), "{settled:?}");
    iptux.until("message", |_| true);
}

#[test]
fn a_message_to_everyone_is_shown_and_not_acked() {
    let (node, mut iptux) = meet(5);
    iptux.say_to_all(node.address, "大家好");
    let message = node.until_received(iptux.address, "大家好");
    assert!(message.broadcast && !message.acked, "{message:?}");
    iptux.leave();
    node.until_user(iptux.address, |user| !user.online);
    assert_eq!(packets(&node.datagrams(Kind::Sent, iptux.address), code::RECVMSG), []);
}

#[test]
fn a_message_is_sent_again_until_a_halted_iptux_goes_on() {
    let (node, mut iptux) = meet(6);
    let theirs = iptux.address;
    iptux.halt();
    node.say(&[theirs], "在吗？");
    node.until_message(theirs, |message| matches!(message.delivery, Some(Delivery::Waiting { retries: 1.. })));
    iptux.go_on();
    let settled = node.until_settled(theirs, "在吗？");
    assert!(matches!(settled, Delivery::Acked { retries: 1.., .. }), "{settled:?}");

    // iptux has seen it more than once, and shows it once.
    node.say(&[theirs], "下一句");
    node.until_settled(theirs, "下一句");
    let heard = [(), ()].map(|()| iptux.until("message", |_| true)["text"].clone());
    assert_eq!(heard, ["在吗？", "下一句"]);
    let numbers = |text: &str| node.until_message(theirs, |message| message.text() == text).number;
    let sent = packets(&node.datagrams(Kind::Sent, theirs), code::SENDMSG);
    assert!(sent.iter().filter(|packet| packet.number == numbers("在吗？")).count() >= 2);
    assert_eq!(sent.iter().filter(|packet| packet.number == numbers("下一句")).count(), 1);
}

#[test]
fn a_message_to_a_killed_iptux_is_reported_as_not_answered() {
    let (node, mut iptux) = meet(7);
    iptux.kill();
    node.say(&[iptux.address], "有人吗？");
    let settled = node.until_settled(iptux.address, "有人吗？");
    assert_eq!(settled, Delivery::NoAnswer { tries: 5 });
    assert_eq!(packets(&node.datagrams(Kind::Sent, iptux.address), code::SENDMSG).len(), 5);
}

#[test]
fn after_a_crash_iptux_counts_from_one_again_and_its_messages_are_still_shown() {
    let (node, mut iptux) = meet(8);
    let theirs = iptux.address;
    iptux.say(node.address, "崩溃之前");
    let before = node.until_received(theirs, "崩溃之前").number;

    iptux.crash_and_start(&[node.address]);
    iptux.until("online", |_| true);
    // Its packets have the same numbers as before the crash, in turn.
    let mut after = 0;
    for count in 0.. {
        if after >= before {
            break;
        }
        let text = format!("崩溃之后 {count}");
        iptux.say(node.address, &text);
        after = node.until_received(theirs, &text).number;
    }
    assert_eq!(after, before);

    // The same text with the same number as before a crash is a new message, too.
    for said in 1..=2 {
        iptux.crash_and_start(&[node.address]);
        iptux.until("online", |_| true);
        iptux.say(node.address, "在吗？");
        node.until("message of each life", |state| {
            let messages = &state.conversation(&With::Peer(at(theirs)))?.messages;
            (messages.iter().filter(|message| message.text() == "在吗？").count() == said).then_some(())
        });
    }
}

#[test]
fn iptux_retries_and_gives_up_when_we_are_gone() {
    let (mut node, mut iptux) = meet(9);
    let ours = node.address;
    node.leave();
    iptux.until("offline", |event| event["ip"] == ours.to_string());
    iptux.say(ours, "还在吗？");
    iptux.until("not_delivered", |event| event["ip"] == ours.to_string());

    // And finds us when we are back.
    let node = Node::online(ours, &[iptux.address]);
    iptux.until("online", |_| true);
    iptux.say(ours, "回来了");
    node.until_received(iptux.address, "回来了");
    node.say(&[iptux.address], "我在");
    iptux.until("message", |event| event["text"] == "我在");
}

#[test]
fn a_sender_who_iptux_never_saw_is_shown() {
    let (ours, theirs) = (address(10, 1), address(10, 2));
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let node = Node::online(ours, &[]);
    node.say(&[theirs], "你好，我是新来的");
    let heard = iptux.until("message", |_| true);
    assert_eq!(heard["text"], "你好，我是新来的");
    assert!(matches!(node.until_settled(theirs, "你好，我是新来的"), Delivery::Acked { .. }));
}

#[test]
fn four_iptux_at_once_are_told_apart() {
    const NAMES: [&str; 4] = ["东", "南", "西", "北"];
    let ours = address(11, 1);
    let mut all: Vec<_> = (2..).zip(NAMES).map(|(n, name)| Iptux::start(address(11, n), name, &[])).collect();
    let addresses: Vec<_> = all.iter().map(|iptux| iptux.address).collect();
    let node = Node::online(ours, &addresses);
    for iptux in &mut all {
        node.until_user(iptux.address, |user| user.online && user.nick == iptux.name);
        iptux.until("online", |event| event["ip"] == ours.to_string());
    }

    node.say(&addresses, "大家好");
    for iptux in &mut all {
        let settled = node.until_settled(iptux.address, "大家好");
        assert!(matches!(settled, Delivery::Acked { .. }), "{}: {settled:?}", iptux.name);
        assert_eq!(iptux.until("message", |_| true)["text"], "大家好");
    }
    for iptux in &mut all {
        for count in 0..5 {
            iptux.say(ours, &format!("{}：{count}", iptux.name));
        }
    }
    for iptux in &mut all {
        for count in 0..5 {
            node.until_received(iptux.address, &format!("{}：{count}", iptux.name));
        }
        assert_eq!(node.state().conversation(&With::Peer(at(iptux.address))).unwrap().messages.len(), 6);
    }

    all[0].leave();
    node.until_user(addresses[0], |user| !user.online);
    assert_eq!(node.state().users.iter().filter(|user| user.online).count(), 3);
}

#[test]
fn a_person_at_the_window_of_iptux_talks_with_us() {
    let (ours, theirs) = (address(12, 1), address(12, 2));
    let node = Node::online(ours, &[]);
    let window = IptuxWindow::open(theirs, "环回甲", &[ours]);
    node.until_user(theirs, |user| user.online && user.nick == "环回甲");

    node.say(&[theirs], "你好，世界：haha");
    let settled = node.until_settled(theirs, "你好，世界：haha");
    assert!(matches!(settled, Delivery::Acked { .. }), "{settled:?}");
    let title = window.title("Talk with");
    assert!(title.contains(Node::NAME) && title.contains(&ours.to_string()), "{title}");

    window.type_line("Talk with", "hello 你好飞秋");
    let message = node.until_received(theirs, "hello 你好飞秋");
    assert_eq!(message.encoding, Some(TextEncoding::Gbk));

    window.press("Iptux - ", "ctrl+q");
    node.until_user(theirs, |user| !user.online);
}

#[test]
fn commands_of_iptux_have_names() {
    let (node, mut iptux) = meet(13);
    iptux.leave();
    node.until_user(iptux.address, |user| !user.online);
    for datagram in node.datagrams(Kind::Received, iptux.address) {
        let packet = Packet::parse(&datagram).unwrap();
        assert!(packet.command.name().is_some(), "{packet:?}");
        assert_eq!(packet.emit(), datagram);
        assert_ne!(packet.command, Command::new(code::NOOPERATION, 0));
    }
}
