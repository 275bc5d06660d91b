//! FeiQ nodes against each other and against plain sockets, on loopback addresses.
#![cfg(target_os = "linux")] // elsewhere, and under Wine, there is no loopback address but 127.0.0.1
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod feiq;

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use feiq::{Bench, PATIENCE, addresses, announcing, config, feiq3};
use wirebench::journal::{Cause, Kind, NodeNote, Operation};
use wirebench::net::Target;
use wirebench::proto::ipmsg::{ClientKind, Packet, TextEncoding, code, option};
use wirebench::service::feiq::history::{Query, Search};
use wirebench::service::feiq::{
    Body, Delivery, Fate, FeiqCommand, FeiqConfig, Happening, Patience, Phase, RawSend, Refusal, Repeat, Say, Seal,
    SendOnce, Tried, With,
};

fn acked(delivery: Delivery) -> bool {
    matches!(delivery, Delivery::Acked { .. })
}

/// Two nodes that know each other.
fn pair() -> (Bench, Bench) {
    let [a, b] = addresses();
    let second = Bench::online(feiq3(config(b, "乙")));
    let first = Bench::online(feiq3(announcing(a, "甲", &[b])));
    first.wait_user(b);
    second.wait_user(a);
    (first, second)
}

fn gbk(text: &str) -> Vec<u8> {
    wirebench::proto::ipmsg::text::encode(text, TextEncoding::Gbk).unwrap()
}

/// What a peer says with plain sockets.
fn packet(command: u32, number: u64, extra: &[u8]) -> Vec<u8> {
    [format!("1:{number}:plain:plain-pc:{command}:").as_bytes(), extra].concat()
}

fn receive(socket: &UdpSocket) -> Packet {
    let mut buffer = [0; 9000];
    let len = socket.recv(&mut buffer).unwrap();
    Packet::parse(&buffer[..len]).unwrap()
}

fn socket(at: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind(at).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

#[test]
fn two_nodes_find_each_other_and_part() {
    let (first, second) = pair();
    let seen = first.wait_user(second.at);
    assert_eq!((seen.nick.as_str(), seen.user.as_str(), seen.host.as_str()), ("乙", "乙-user", "乙-pc"));
    assert_eq!(seen.kind, ClientKind::Feiq3);
    assert_eq!(second.wait_user(first.at).name(), "甲");

    let away = second.at;
    first.command(FeiqCommand::SetAbsence(Some("吃饭".to_owned())));
    second.wait("absence", |state| state.user(first.at).filter(|user| user.absent).map(|_| ()));
    second.command(FeiqCommand::AskAbsence { to: first.at });
    let (_, answer) = second.wait_said();
    assert_eq!((answer.text(), answer.auto_reply), ("吃饭", true));

    drop(second);
    first.wait_for("exit", |happening| match happening {
        Happening::Offline(user) if user.addr == away => Some(()),
        _ => None,
    });
    first.wait("exit", |state| state.user(away).filter(|user| !user.online).map(|_| ()));
}

#[test]
fn texts_go_both_ways_in_both_encodings() {
    let (first, second) = pair();
    for (encoding, text) in
        [(None, "你好，飞秋"), (Some(TextEncoding::Gbk), "镕 with ASCII"), (Some(TextEncoding::Utf8), "😀 not in GBK")]
    {
        for (from, to) in [(&first, &second), (&second, &first)] {
            let say = Say { to: vec![to.at], text: text.to_owned(), encoding, ..Say::default() };
            from.command(FeiqCommand::Send(say));
            let (with, message) = to.wait_said();
            assert_eq!((with, message.text(), message.acked), (With::Peer(from.at), text, true));
            assert!(acked(from.wait_settled(to.at)));
            from.wait_last(to.at, "ack", |sent| sent.text() == text && sent.sent && sent.delivery.is_some_and(acked));
        }
    }
    let unread = |bench: &Bench| bench.feiq.state().unread();
    assert_eq!(unread(&second), 3);
    second.command(FeiqCommand::MarkRead(With::Peer(first.at)));
    second.wait("no unread message", |state| (state.unread() == 0).then_some(()));

    first.say(&[second.at], "😀");
    let refusal = first.wait_for("refusal", |happening| match happening {
        Happening::Refused(refusal) => Some(refusal),
        _ => None,
    });
    assert!(refusal.to_string().contains("GBK"), "{refusal}");
    assert_eq!(first.feiq.state().conversation(&With::Peer(second.at)).unwrap().messages.len(), 6);
}

#[test]
fn one_text_to_several_has_a_fate_at_each() {
    let [a, b, c] = addresses();
    let first = Bench::online(config(a, "甲"));
    let second = Bench::online(config(b, "乙"));
    let deaf = socket(c);
    first.say(&[b, c], "都来");
    assert_eq!(second.wait_said().1.text(), "都来");
    first.wait_last(b, "ack", |message| message.delivery.is_some_and(acked));
    first.wait_last(c, "end", |message| message.delivery == Some(Delivery::NoAnswer { tries: 3 }));
    assert_eq!(receive(&deaf).command.code(), code::BR_ENTRY, "it learns who writes");
    let messages = std::iter::repeat_with(|| receive(&deaf)).filter(|packet| packet.command.code() == code::SENDMSG);
    let numbers: Vec<u64> = messages.take(3).map(|packet| packet.number).collect();
    assert!(numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
    first.wait_note("retry", |note| matches!(note, NodeNote::Retried { attempt: 2, .. }));
    first.wait_note("end of tries", |note| matches!(note, NodeNote::NoAnswer { tries: 3, .. }));
    first.wait_note("delivery", |note| matches!(note, NodeNote::Delivered { .. }));
    second.wait_note("ack", |note| matches!(note, NodeNote::Acked { .. }));
}

#[test]
fn a_peer_that_stops_is_told_from_one_that_answers() {
    let (first, second) = pair();
    let at = second.at;
    first.say(&[at], "there?");
    assert!(acked(first.wait_settled(at)));
    drop(second);
    first.say(&[at], "still there?");
    assert_eq!(first.wait_settled(at), Delivery::NoAnswer { tries: 3 });
}

#[test]
fn an_envelope_hides_its_text_until_it_is_opened() {
    let (first, second) = pair();
    let say = Say { to: vec![second.at], text: "秘密".to_owned(), sealed: true, ..Say::default() };
    first.command(FeiqCommand::Send(say));
    let (_, message) = second.wait_said();
    assert_eq!((message.text(), message.seal), ("", Some(Seal::Closed)));
    assert_eq!(message.body, Body::Text("秘密".to_owned()));
    second.command(FeiqCommand::OpenSealed { from: first.at, message: message.id });
    first.wait_last(second.at, "opening", |message| message.seal == Some(Seal::Read));
    let opened = second.wait_last(first.at, "confirmation", |message| message.seal == Some(Seal::Read));
    assert_eq!(opened.text(), "秘密");
    second.command(FeiqCommand::OpenSealed { from: first.at, message: message.id });
    second.wait("refusal", |state| state.last_refusal.as_ref().filter(|(_, why)| *why == Refusal::Gone).map(|_| ()));
}

#[test]
fn shakes_typing_images_and_groups_go_from_feiq_to_feiq() {
    let (first, second) = pair();
    first.command(FeiqCommand::Typing { to: second.at, on: true });
    second.wait("typing", |state| state.user(first.at).filter(|user| user.typing).map(|_| ()));
    first.command(FeiqCommand::Typing { to: second.at, on: false });
    second.wait("end of typing", |state| state.user(first.at).filter(|user| !user.typing).map(|_| ()));

    first.command(FeiqCommand::Shake { to: vec![second.at] });
    assert_eq!(second.wait_said().1.body, Body::Shake);
    first.wait_last(second.at, "answer", |message| message.body == Body::Shake && message.delivery.is_some_and(acked));

    let picture: Arc<[u8]> = (0..70_000u32).map(|n| (n * 7 % 251) as u8).collect();
    first.command(FeiqCommand::SendImage { to: vec![second.at], bytes: Arc::clone(&picture) });
    let got = second.wait_for("image", |happening| match happening {
        Happening::Said { message, .. } => match &message.body {
            Body::Image { bytes, .. } => Some(Arc::clone(bytes)),
            _ => None,
        },
        _ => None,
    });
    assert!(got == picture);
    first.wait_last(second.at, "delivery", |message| message.delivery.is_some_and(acked));

    let group =
        FeiqCommand::SendGroup { group: "3b199b07".to_owned(), text: "大家好".to_owned(), to: vec![second.at] };
    first.command(group);
    let (with, message) = second.wait_said();
    assert_eq!((with, message.text()), (With::Group("3b199b07".to_owned()), "大家好"));
    assert_eq!(message.peer, first.at);
}

#[test]
fn the_scripts_of_the_tutorials_are_heard() {
    let [at] = addresses();
    let node = Bench::online(config(at, "甲"));
    let script = socket(SocketAddr::new(at.ip(), 0));
    let bytes = [b"1:123123:".as_slice(), &gbk("吴彦祖"), b":", &gbk("吴彦祖-pc"), b":32:haha"].concat();
    script.send_to(&bytes, at).unwrap();
    let (with, message) = node.wait_said();
    assert_eq!(with, With::Peer(script.local_addr().unwrap()));
    assert_eq!((message.text(), message.author.as_str(), message.acked), ("haha", "吴彦祖", false));

    // With SENDCHECK it is acked, to the port that it came from.
    let command = u32::from(code::SENDMSG) | option::SENDCHECK;
    script.send_to(&packet(command, 77, &gbk("你好")), at).unwrap();
    let (_, message) = node.wait_said();
    assert_eq!((message.text(), message.acked, message.number), ("你好", true, 77));
    let ack = std::iter::repeat_with(|| receive(&script)).find(|packet| packet.command.code() == code::RECVMSG);
    assert!(ack.unwrap().extra.starts_with(b"77"));

    for _ in 0..2 {
        script.send_to(&packet(command, 77, &gbk("你好")), at).unwrap();
    }
    script.send_to(b"not a packet", at).unwrap();
    script.send_to(&packet(u32::from(code::RECVMSG), 5, b"4711"), at).unwrap();
    script.send_to(&packet(u32::from(code::SENDMSG), 78, b"last"), at).unwrap();
    assert_eq!(node.wait_said().1.text(), "last");
    let dropped = node.wait("drops", |state| (state.dropped.forged_acks > 0).then_some(state.dropped));
    assert_eq!((dropped.malformed, dropped.forged_acks), (1, 1));
    node.wait_note("forged ack", |note| *note == NodeNote::ForgedAck { number: 4711 });
    let notes = node.notes();
    assert_eq!(notes.iter().filter(|note| matches!(note, NodeNote::Duplicate { number: 77 })).count(), 2, "{notes:?}");
    assert!(notes.iter().any(|note| matches!(note, NodeNote::Malformed { .. })), "{notes:?}");
}

#[test]
fn who_holds_the_port_is_named() {
    let [a, b] = addresses();
    let udp = UdpSocket::bind(a).unwrap();
    let tcp = TcpListener::bind(b).unwrap();
    for at in [a, b] {
        let bench = Bench::start(config(at, "甲"));
        let failure = bench.wait("failure", |state| match &state.phase {
            Phase::Closed { failure } => failure.clone(),
            _ => None,
        });
        assert_eq!((failure.op, failure.target), (Operation::Bind, at.to_string()));
        let Cause::AddressInUse { owner } = failure.cause else { panic!("{:?}", failure.cause) };
        if cfg!(target_os = "linux") {
            assert_eq!(owner.unwrap().pid, std::process::id());
        }
        let said = bench.records().iter().filter(|record| record.event().is_some()).count();
        assert!(said > 0);
    }
    drop((udp, tcp));
    Bench::online(config(a, "甲"));
    Bench::online(config(b, "乙"));
}

#[test]
fn the_form_sends_as_often_as_it_is_told() {
    let (first, second) = pair();
    let raw = |job, to: Vec<SocketAddr>, repeat| RawSend {
        job,
        to,
        packet: Packet::parse(b"1:32131:name:host:288:haha").unwrap(),
        fresh_number: true,
        wait_for_ack: true,
        repeat,
    };
    let [deaf] = addresses();
    let deaf_socket = socket(deaf);
    first.command(FeiqCommand::SendRaw(raw(1, vec![second.at, deaf], None)));
    let done = |bench: &Bench, job| bench.wait("end", |state| state.raw_send(job).filter(|r| !r.running).cloned());
    let report = done(&first, 1);
    assert_eq!((report.sent, report.targets[0].acked, report.targets[0].unanswered), (1, 1, 0));
    assert_eq!((report.targets[1].acked, report.targets[1].last), (0, Some(Delivery::NoAnswer { tries: 3 })));
    assert!(std::iter::repeat_with(|| receive(&deaf_socket)).take(4).any(|packet| packet.extra == b"haha"));

    let repeat = Some(Repeat::new(5, Duration::ZERO));
    let start = Instant::now();
    first.command(FeiqCommand::SendRaw(raw(2, vec![second.at], repeat)));
    let report = done(&first, 2);
    assert_eq!((report.times, report.sent, report.targets[0].acked), (5, 5, 5));
    assert!(start.elapsed() >= Repeat::MIN_INTERVAL * 4);

    let repeat = Some(Repeat::new(u32::MAX, Duration::ZERO));
    first.command(FeiqCommand::SendRaw(raw(3, vec![second.at], repeat)));
    first.wait("some", |state| state.raw_send(3).filter(|report| report.sent >= 2).map(|_| ()));
    first.command(FeiqCommand::StopRaw { job: 3 });
    let report = done(&first, 3);
    assert!(report.times == Repeat::MAX_TIMES && report.sent < 100, "{report:?}");

    // A number that was typed stays, and the packet is the form's byte for byte.
    let typed = RawSend { fresh_number: false, wait_for_ack: false, ..raw(4, vec![deaf], None) };
    first.command(FeiqCommand::SendRaw(typed));
    let mut buffer = [0; 100];
    let typed = std::iter::repeat_with(|| {
        let len = deaf_socket.recv(&mut buffer).unwrap();
        buffer[..len].to_vec()
    });
    assert!(typed.into_iter().any(|bytes| bytes == b"1:32131:name:host:288:haha"));
    assert_eq!(done(&first, 4).targets[0].last, Some(Delivery::Sent));
}

#[test]
fn files_go_only_to_whom_they_were_offered() {
    let (first, second) = pair();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("报告.txt");
    std::fs::write(&file, b"content").unwrap();
    let tree = folder.path().join("树");
    std::fs::create_dir_all(tree.join("空")).unwrap();
    std::fs::write(tree.join("叶"), b"leaf").unwrap();
    let say = Say { to: vec![second.at], attach: vec![file, tree], text: "看".to_owned(), ..Say::default() };
    first.command(FeiqCommand::Send(say));
    let (_, message) = second.wait_said();
    assert_eq!(message.text(), "看");
    let offered: Vec<_> = message.attachments.iter().map(|a| (a.name.as_str(), a.size, a.is_folder)).collect();
    assert_eq!(offered, [("报告.txt", 7, false), ("树", 4, true)]);

    let into = tempfile::tempdir().unwrap();
    for attached in &message.attachments {
        second.command(FeiqCommand::Fetch {
            from: first.at,
            message: message.id,
            attachment: attached.id,
            into: into.path().to_owned(),
        });
    }
    let all_over = |message: &wirebench::service::feiq::Message| {
        message.attachments.iter().all(|attached| matches!(attached.fate, Fate::Over(_)))
    };
    second.wait_last(first.at, "end", all_over);
    first.wait_last(second.at, "end", all_over);
    assert_eq!(std::fs::read(into.path().join("报告.txt")).unwrap(), b"content");
    assert_eq!(std::fs::read(into.path().join("树/叶")).unwrap(), b"leaf");
    assert!(into.path().join("树/空").is_dir());
    second.wait_note("received file", |note| matches!(note, NodeNote::FileReceived { bytes: 7, .. }));
    first.wait_note("sent file", |note| matches!(note, NodeNote::FileSent { bytes: 7, .. }));
    assert_eq!(second.feiq.state().transfers.len(), 2);
}

#[test]
fn what_is_declined_or_withdrawn_is_gone() {
    let (first, second) = pair();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"content").unwrap();
    let offer = || {
        let say = Say { to: vec![second.at], attach: vec![file.path().to_owned()], ..Say::default() };
        first.command(FeiqCommand::Send(say));
        second.wait_said().1
    };
    let message = offer();
    second.command(FeiqCommand::Decline { from: first.at, message: message.id });
    let by = first.wait_for("release", |happening| match happening {
        Happening::Released { by, number } if number == message.number => Some(by),
        _ => None,
    });
    assert_eq!(by, second.at);
    first.wait_last(second.at, "release", |message| message.attachments[0].fate == Fate::Released);
    second.wait_last(first.at, "release", |message| message.attachments[0].fate == Fate::Released);

    let message = offer();
    let sent = first.wait_last(second.at, "offer", |sent| sent.number == message.number);
    first.command(FeiqCommand::Withdraw { to: second.at, message: sent.id });
    first.wait_last(second.at, "withdrawal", |message| message.attachments[0].fate == Fate::Released);
    let into = tempfile::tempdir().unwrap();
    let fetch = FeiqCommand::Fetch {
        from: first.at,
        message: message.id,
        attachment: message.attachments[0].id,
        into: into.path().to_owned(),
    };
    second.command(fetch);
    second.wait_last(first.at, "failure", |message| matches!(message.attachments[0].fate, Fate::Over(_)));
    assert_eq!(std::fs::read_dir(into.path()).unwrap().count(), 0);

    let missing = Say { to: vec![second.at], attach: vec!["/no such file".into()], ..Say::default() };
    first.command(FeiqCommand::Send(missing));
    first.wait_for("refusal", |happening| match happening {
        Happening::Refused(Refusal::Offer(_)) => Some(()),
        _ => None,
    });
}

#[test]
fn what_was_said_is_found_again() {
    let [a, b] = addresses();
    let folder = tempfile::tempdir().unwrap();
    let first = Bench::online(FeiqConfig { history: Some(folder.path().to_owned()), ..config(a, "甲") });
    let second = Bench::online(config(b, "乙"));
    first.say(&[b], "问题一");
    assert!(acked(first.wait_settled(b)));
    second.say(&[a], "回答二");
    first.wait_said();
    let say = Say { to: vec![a], text: "封装三".to_owned(), sealed: true, ..Say::default() };
    second.command(FeiqCommand::Send(say));
    first.wait_said();
    drop(first);
    let found = |text: &str| {
        let (done, wait) = crossbeam_channel::bounded(1);
        let query = Query { text: text.to_owned(), peer: b.ip().to_string(), ..Query::default() };
        let wake = Arc::new(move || done.send(()).unwrap());
        let search = Search::start(folder.path().to_owned(), query, wake).unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
        let found = search.found().unwrap();
        found.entries.iter().map(|entry| (entry.text.clone(), entry.sent, entry.sealed)).collect::<Vec<_>>()
    };
    assert_eq!(found("问题"), [("问题一".to_owned(), true, false)]);
    assert_eq!(found("回答"), [("回答二".to_owned(), false, false)]);
    // Nobody opened the envelope.
    assert_eq!(found("封装"), []);
    assert_eq!(found("").len(), 3);
}

#[test]
fn without_a_node_a_datagram_is_fired_and_forgotten() {
    let [a, b, c] = addresses();
    let node = Bench::online(config(a, "甲"));
    let silent = socket(b);
    let targets = [
        Target::Address(a),
        Target::Host { host: b.ip().to_string(), port: b.port() },
        Target::Address(c),
        Target::Host { host: "no-such-host.invalid".to_owned(), port: 2425 },
        Target::Address("[::1]:2425".parse().unwrap()),
    ];
    let datagram = packet(u32::from(code::SENDMSG) | option::SENDCHECK, 42, b"once");
    let (ring, rung) = crossbeam_channel::bounded(1);
    let wake = Arc::new(move || ring.try_send(()).unwrap_or_default());
    let mut once = SendOnce::start(&targets, &datagram, false, Some("0.0.0.0".parse().unwrap()), wake).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let unreachable = |tried: &Tried| !cfg!(target_os = "linux") || matches!(tried, Tried::Unreachable(_));
    loop {
        let outcomes = once.outcomes();
        let tried: Vec<_> = outcomes.iter().map(|outcome| outcome.tried.clone()).collect();
        let settled = matches!(tried[0], Tried::Acked { .. })
            && matches!(tried[1], Tried::Sent { .. })
            && unreachable(&tried[2])
            && matches!(&tried[3], Tried::Failed(failure) if failure.op == Operation::Resolve)
            && matches!(&tried[4], Tried::Failed(failure) if failure.cause == Cause::FamilyMismatch);
        if settled {
            break;
        }
        assert!(Instant::now() < deadline, "{tried:?}");
        let _ = rung.recv_timeout(Duration::from_millis(500));
    }
    assert!(once.is_sent());
    assert_eq!(node.wait_said().1.text(), "once");
    assert_eq!(receive(&silent).extra, b"once");
}

#[test]
fn a_node_is_told_by_its_own_name_and_never_hears_itself() {
    let [a] = addresses();
    let node = Bench::online(announcing(a, "甲", &[a]));
    node.say(&[a], "to myself");
    assert_eq!(node.wait_settled(a), Delivery::NoAnswer { tries: 3 });
    node.wait_note("echo", |note| *note == NodeNote::OwnEcho);
    assert_eq!(node.feiq.state().users.len(), 0);
}

/// The shortest of some closes: a machine that does other things as well makes some of them longer.
fn assert_closes_soon(open: impl Fn() -> Bench) {
    let times = (0..6).map(|_| {
        let bench = open();
        let start = Instant::now();
        drop(bench.feiq);
        start.elapsed()
    });
    assert!(times.min().unwrap() < Duration::from_millis(200));
}

#[test]
fn a_node_that_opens_can_be_dropped_at_once() {
    assert_closes_soon(|| {
        let [a] = addresses();
        Bench::start(config(a, "甲"))
    });
}

#[test]
fn a_node_says_good_bye_in_time() {
    let [a, b] = addresses();
    let peer = socket(b);
    assert_closes_soon(|| Bench::online(announcing(a, "甲", &[b])));
    let packets = std::iter::repeat_with(|| receive(&peer).command.code());
    assert_eq!(packets.filter(|code| *code == code::BR_EXIT).take(6 * 2).count(), 12);
}

#[test]
fn a_close_is_carried_out_without_the_handle() {
    let [a] = addresses();
    let node = Bench::online(config(a, "甲"));
    node.feiq.start_close();
    node.wait("end", |state| (state.phase == Phase::Closed { failure: None }).then_some(()));
    let refused = node.feiq.command(FeiqCommand::Refresh).unwrap_err();
    assert_eq!(refused.cause, Cause::NotConnected);
    Bench::online(config(a, "甲"));
}

#[test]
fn a_flood_leaves_it_responsive_and_is_counted() {
    let [a, b] = addresses();
    let victim = Bench::online(FeiqConfig { patience: Patience::default(), ..config(a, "甲") });
    let friend = Bench::online(FeiqConfig { patience: Patience::default(), ..config(b, "乙") });
    let stop = Arc::new(AtomicBool::new(false));
    let flood = std::thread::Builder::new()
        .spawn({
            let stop = Arc::clone(&stop);
            let from = socket(SocketAddr::new(a.ip(), 0));
            move || {
                let (start, mut sent) = (Instant::now(), 0u32);
                while !stop.load(Ordering::Relaxed) {
                    let due = (start.elapsed().as_secs_f64() * 10_000.0) as u32;
                    while sent < due {
                        let command = u32::from(code::SENDMSG) | option::SENDCHECK;
                        from.send_to(&packet(command, u64::from(sent) + 1, b"flood"), a).unwrap();
                        sent += 1;
                    }
                    std::thread::park_timeout(Duration::from_millis(1));
                }
                (sent, start.elapsed())
            }
        })
        .unwrap();
    victim.wait("drops", |state| (state.dropped.limited > 10_000).then_some(()));
    let mut times: Vec<Duration> = (0..11)
        .map(|n| {
            let absence = format!("away {n}");
            let start = Instant::now();
            victim.command(FeiqCommand::SetAbsence(Some(absence.clone())));
            victim.wait("absence", |state| (state.absence.as_ref() == Some(&absence)).then_some(()));
            start.elapsed()
        })
        .collect();
    times.sort();
    // The slowest are those of a machine that does other things as well.
    assert!(times[5] < Duration::from_millis(100), "{times:?}");
    // Others are still heard, and what they say is acked.
    friend.say(&[a], "still there?");
    assert!(acked(friend.wait_settled(a)));
    let limited = victim.wait_for("report", |happening| match happening {
        Happening::Limited { datagrams, .. } => Some(datagrams),
        _ => None,
    });
    assert!(limited > 0);
    let recorder = Arc::clone(&victim.recorder);
    let start = Instant::now();
    drop(victim);
    let close = start.elapsed();
    stop.store(true, Ordering::Relaxed);
    let (sent, during) = flood.join().unwrap();
    assert!(close < Duration::from_millis(400), "{close:?}"); // 200 ms, and what a busy machine adds
    let received = (0..recorder.journal().len())
        .filter(|at| recorder.journal().read(*at).unwrap().head.kind == Kind::Received)
        .count();
    assert!(received as f64 > f64::from(sent) * 0.5, "{received} of {sent} in {during:?}");
}
