//! Rules with simulated time.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::*;
use crate::automation::{Form, Message};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::codec::pattern::Test;
use crate::codec::template::{Lookup, Random};

const START: Duration = Duration::ZERO;

struct Variables(BTreeMap<String, String>);

impl Lookup for Variables {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn file(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Err("no files".to_owned())
    }
}

struct Setting {
    now: Zoned,
    random: Random,
    lookup: Variables,
}

impl Setting {
    fn new() -> Self {
        let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        Self { now, random: Random::seeded(1), lookup: Variables(variables()) }
    }

    fn world(&mut self) -> World<'_> {
        World { now: &self.now, random: &mut self.random, lookup: &mut self.lookup }
    }
}

fn variables() -> BTreeMap<String, String> {
    [("id".to_owned(), "7".to_owned())].into()
}

fn remote(stream: u32) -> Remote {
    Remote { addr: "127.0.0.1:5000".parse().unwrap(), stream }
}

fn rule(test: Test, pattern: &str, reply: &str) -> Rule {
    let message = Message { text: reply.to_owned(), template: true, ..Message::default() };
    Rule { test, pattern: pattern.to_owned(), reply: Reply { message, ..Reply::default() }, ..Rule::default() }
}

fn compile(rules: &[Rule]) -> Result<Rules, RuleError> {
    Rules::compile(rules, &variables(), &Framing::AsRead)
}

/// A responder, and what it does about packets of one peer.
struct Bench {
    responder: Responder,
    setting: Setting,
}

impl Bench {
    fn new(rules: &[Rule]) -> Self {
        Self { responder: Responder::new(compile(rules).unwrap(), 1000), setting: Setting::new() }
    }

    fn packet(&mut self, packet: &[u8], now: Duration) -> Vec<Action> {
        self.responder.handle_packet(remote(1), packet, now, &mut self.setting.world());
        self.actions()
    }

    fn actions(&mut self) -> Vec<Action> {
        std::iter::from_fn(|| self.responder.poll_action()).collect()
    }

    /// The texts that go to who sent this.
    fn answers(&mut self, packet: &[u8]) -> Vec<String> {
        texts(&self.packet(packet, START))
    }
}

fn texts(actions: &[Action]) -> Vec<String> {
    let text = |action: &Action| match action {
        Action::Send { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    };
    actions.iter().filter_map(text).collect()
}

#[test]
fn the_first_rule_that_matches_answers() {
    let rules = [
        rule(Test::Equals, "PING", "PONG"),
        rule(Test::Starts, "GET ", "got"),
        rule(Test::Ends, "\\r\\n", "line"),
        rule(Test::Contains, "温度", "21"),
        Rule { form: Form::Hex, ..rule(Test::Contains, "01 ?? 0?", "hex") },
        rule(Test::Regex, r"(\w+)=(\d+)", "{2} is {1} of {recv} #{counter} for {var:id}"),
        rule(Test::Length, "3..4", "short"),
        rule(Test::Any, "", "else"),
    ];
    let mut bench = Bench::new(&rules);
    for (packet, answer) in [
        (&b"PING"[..], "PONG"),
        (b"GET x", "got"),
        (b"x\r\n", "line"),
        ("a温度b".as_bytes(), "21"),
        (&[9, 1, 2, 3], "hex"),
        (b"t=21", "21 is t of t=21 #0 for 7"),
        (b"u=5", "5 is u of u=5 #1 for 7"),
        (b"abc", "short"),
        (b"abcdefg", "else"),
    ] {
        assert_eq!(bench.answers(packet), [answer], "{}", packet.escape_ascii());
    }
    let hits: Vec<_> = bench.responder.hits().map(|(_, hits)| hits).collect();
    assert_eq!(hits, [1, 1, 1, 1, 1, 2, 1, 1]);
}

#[test]
fn rules_are_chosen_by_peer_length_count_and_order() {
    let only = |peer: &str, reply: &str| Rule { peer: peer.to_owned(), ..rule(Test::Any, "", reply) };
    let rules = [
        Rule { enabled: false, pattern: "(".to_owned(), test: Test::Regex, ..Rule::default() },
        only("10.0.0.0/8", "not ours"),
        Rule { next: After::GoOn, at_most: Some(2), ..only("127.0.0.1", "first") },
        Rule { length: ">3".to_owned(), ..rule(Test::Contains, "b", "long") },
        only("127.0.0.1:5000", "last"),
    ];
    let mut bench = Bench::new(&rules);
    assert_eq!(bench.answers(b"b"), ["first", "last"]);
    assert_eq!(bench.answers(b"abcd"), ["first", "long"]);
    assert_eq!(bench.answers(b"b"), ["last"]);
    assert_eq!(bench.responder.hits().collect::<Vec<_>>(), [(1, 0), (2, 2), (3, 1), (4, 2)]);
}

#[test]
fn other_things_than_replies_and_joining() {
    let rules = [
        Rule { when: When::Joined, ..rule(Test::Contains, "not read", "hello") },
        Rule { then: Then::Mark, next: After::GoOn, name: "m".to_owned(), ..rule(Test::Any, "", "") },
        Rule { then: Then::Beep, next: After::GoOn, ..rule(Test::Any, "", "") },
        Rule { then: Then::Disconnect, ..rule(Test::Any, "", "") },
    ];
    let mut bench = Bench::new(&rules);
    bench.responder.handle_joined(remote(1), START, &mut bench.setting.world());
    assert_eq!(texts(&bench.actions()), ["hello"]);
    let peer = remote(1);
    assert_eq!(
        bench.packet(b"x", START),
        [
            Action::Mark { rule: 1, peer, beep: false },
            Action::Mark { rule: 2, peer, beep: true },
            Action::Disconnect { rule: 3, peer },
        ]
    );
    assert_eq!(bench.responder.rules().name(1), "m");
}

#[test]
fn delayed_replies_come_in_their_time() {
    let delayed = |pattern: &str, delay_ms: u32, reply: &str| {
        let mut rule = rule(Test::Equals, pattern, reply);
        rule.reply.delay_ms = delay_ms;
        rule
    };
    let mut bench = Bench::new(&[delayed("a", 50, "A{recv}"), delayed("b", 10, "B"), rule(Test::Equals, "c", "C")]);
    let ms = Duration::from_millis;
    assert_eq!(texts(&bench.packet(b"a", ms(0))), [""; 0]);
    assert_eq!(texts(&bench.packet(b"b", ms(1))), [""; 0]);
    assert_eq!(texts(&bench.packet(b"b", ms(1))), [""; 0]);
    assert_eq!(texts(&bench.packet(b"c", ms(2))), ["C"]);
    assert_eq!(bench.responder.poll_timeout(), Some(ms(11)));
    bench.responder.handle_timeout(ms(10));
    assert_eq!(texts(&bench.actions()), [""; 0]);
    bench.responder.handle_timeout(ms(11));
    assert_eq!(texts(&bench.actions()), ["B", "B"]);
    bench.responder.handle_timeout(ms(60));
    assert_eq!(texts(&bench.actions()), ["Aa"]);
    assert_eq!(bench.responder.poll_timeout(), None);

    bench.packet(b"a", ms(100));
    bench.responder.handle_left(remote(1));
    assert_eq!(bench.responder.poll_timeout(), None, "nobody is there to hear it");
}

#[test]
fn delayed_replies_cost_bounded_memory() {
    let mut slow = rule(Test::Any, "", "{recv}");
    slow.reply.delay_ms = 1000;
    let mut bench = Bench { responder: Responder::new(compile(&[slow]).unwrap(), 1_000_000), setting: Setting::new() };
    let mut overfull = 0;
    for _ in 0..20_000 {
        let actions = bench.packet(&[7; 4096], START);
        overfull += actions.iter().filter(|action| **action == Action::Overfull).count();
    }
    assert_eq!(overfull, 1);
    bench.responder.handle_timeout(Duration::from_secs(1));
    assert_eq!(texts(&bench.actions()).len(), (16 << 20) / 4096);
}

#[test]
fn a_peer_that_asks_too_fast_is_limited_and_marked_once() {
    let mut bench = Bench::new(&[rule(Test::Any, "", "{recv}")]);
    let actions: Vec<_> = (0..5000).flat_map(|_| bench.packet(b"x", START)).collect();
    assert_eq!(texts(&actions).len(), 1000);
    assert_eq!(actions.iter().filter(|action| matches!(action, Action::Limited { .. })).count(), 1);
    assert_eq!(bench.responder.limited(), 4000);
}

#[test]
fn a_reply_that_cannot_be_made_is_said_once() {
    let mut only_ten = rule(Test::Any, "", "{recv}");
    only_ten.reply.message.text = "{len:1le}{recv}".to_owned();
    let mut bench = Bench::new(&[only_ten]);
    let unmade = |actions: &[Action]| actions.iter().filter(|action| matches!(action, Action::Unmade { .. })).count();
    assert_eq!(unmade(&bench.packet(&[0; 300], START)), 1);
    assert_eq!(unmade(&bench.packet(&[0; 300], START)), 0);
    assert_eq!(texts(&bench.packet(b"x", START)).len(), 1);
    assert_eq!(unmade(&bench.packet(&[0; 300], START)), 1);
}

#[test]
fn trying_a_packet_changes_nothing() {
    let rules = compile(&[
        Rule { next: After::GoOn, at_most: Some(1), ..rule(Test::Any, "", "{counter}") },
        Rule { then: Then::Beep, ..rule(Test::Contains, "x", "") },
        rule(Test::Any, "", "never"),
    ])
    .unwrap();
    let mut setting = Setting::new();
    for _ in 0..3 {
        let fired = rules.try_packet(b"x", remote(0).addr, &mut setting.world());
        assert_eq!(fired.len(), 2);
        let Effect::Reply { bytes, to: To::Sender, .. } = &fired[0].effect else { panic!() };
        assert_eq!(**bytes, *b"0");
        assert_eq!(fired[1], Fired { rule: 1, effect: Effect::Beep });
    }
}

#[test]
fn mistakes_are_refused_with_rule_and_field() {
    let good = || rule(Test::Any, "", "ok");
    for (wrong, part) in [
        (rule(Test::Regex, "a(", "x"), Part::Pattern),
        (rule(Test::Contains, "", "x"), Part::Pattern),
        (Rule { form: Form::Hex, ..rule(Test::Contains, "0", "x") }, Part::Pattern),
        (Rule { length: "x".to_owned(), ..good() }, Part::Length),
        (Rule { peer: "x".to_owned(), ..good() }, Part::Peer),
        (rule(Test::Regex, "(a)", "{2}"), Part::Reply),
        (rule(Test::Contains, "a", "{1}"), Part::Reply),
        (rule(Test::Any, "", "{nothing}"), Part::Reply),
        (rule(Test::Any, "", "{var:unknown}"), Part::Reply),
        (rule(Test::Any, "", "\\x"), Part::Reply),
    ] {
        let error = compile(&[good(), wrong.clone()]).unwrap_err();
        assert_eq!((error.rule, error.kind.part()), (1, Some(part)), "{error}");
        assert_eq!(Rules::check(&wrong, &variables(), &Framing::AsRead), Err(error.kind));
    }
    let lines = Rules::compile(&[rule(Test::Any, "", "a\\nb")], &variables(), &Framing::LINES);
    assert_eq!(lines.unwrap_err().kind.part(), Some(Part::Reply), "what the framing can't hold");
    let many = vec![good(); AnswerSettings::MAX_RULES + 1];
    assert_eq!(compile(&many).unwrap_err().kind, RuleErrorKind::TooMany);
    assert!(compile(&[rule(Test::Regex, "(a)(b)", "{0}{1}{2}")]).is_ok());
}

#[test]
fn the_framing_is_put_around_replies() {
    let rules = Rules::compile(&[rule(Test::Any, "", "{recv}!")], &variables(), &Framing::LENGTH_BE4).unwrap();
    let mut setting = Setting::new();
    let fired = rules.try_packet(b"hi", remote(0).addr, &mut setting.world());
    let Effect::Reply { bytes, charset, .. } = &fired[0].effect else { panic!() };
    assert_eq!(**bytes, *b"\0\0\0\x03hi!");
    assert_eq!(*charset, Some(Charset::Utf8));
}

#[test]
fn settings_come_back_and_a_damaged_value_costs_that_value() {
    let settings = AnswerSettings {
        mode: AnswerMode::Rules,
        per_second: 5,
        folder: "文件".to_owned(),
        rules: vec![
            Rule { at_most: Some(3), then: Then::Beep, next: After::GoOn, ..rule(Test::Regex, "a\tb", "x") },
            Rule::default(),
        ],
        ..AnswerSettings::default()
    };
    let text = toml::to_string(&settings).unwrap();
    assert_eq!(toml::from_str::<AnswerSettings>(&text).unwrap(), settings, "{text}");
    assert_eq!(toml::from_str::<AnswerSettings>("").unwrap(), AnswerSettings::default());

    let damaged = r#"
        mode = "rules"
        per_second = 99999999999
        rate_kb = "fast"
        prefix = 5
        say_errors = "perhaps"
        [[rules]]
        name = "kept"
        test = "telepathy"
        at_most = -1
        then = "beep"
        [rules.reply]
        delay_ms = -4
        to = "others"
        [rules.reply.message]
        text = "x"
        charset = "klingon"
        append = [3, "what"]
    "#;
    let read: AnswerSettings = toml::from_str(damaged).unwrap();
    let expected = AnswerSettings {
        mode: AnswerMode::Rules,
        per_second: AnswerSettings::MAX_PER_SECOND,
        rules: vec![Rule {
            name: "kept".to_owned(),
            then: Then::Beep,
            reply: Reply {
                message: Message { text: "x".to_owned(), ..Message::default() },
                to: To::Others,
                ..Reply::default()
            },
            ..Rule::default()
        }],
        ..AnswerSettings::default()
    };
    assert_eq!(read, expected);
    assert_eq!(read.clone().clamped(), read);
}

#[test]
fn a_packet_that_is_too_long_for_an_expression_is_counted() {
    let mut setting = Setting::new();
    let hard = rule(Test::Regex, "[ab]*a[ab]{2000}c", "found");
    let other = rule(Test::Starts, "ab", "other");
    let rules = Rules::compile(&[hard, other], &variables(), &Framing::AsRead).unwrap();
    let mut responder = Responder::new(rules, 1000);
    let packet = "ab".repeat(1 << 20);
    responder.handle_packet(remote(1), packet.as_bytes(), START, &mut setting.world());
    assert_eq!(responder.limited(), 1);
    assert!(matches!(responder.poll_action(), Some(Action::Send { rule: 1, .. })));
}
