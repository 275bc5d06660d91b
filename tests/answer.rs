//! Rules through their public API: whatever a person types and a peer sends, nothing panics, and what the tester says is
//! what is answered.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use wirebench::automation::answer::{
    Action, After, AnswerSettings, Effect, Remote, Reply, Responder, Rule, Rules, Then, To, When, World,
};
use wirebench::automation::{Form, Message};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::codec::template::{NoLookup, Random};

/// Texts that are something now and then.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c0-9 ]{0,6}",
        "[0-9A-F?]{2}( [0-9A-F?]{2}){0,3}",
        r"\(\[a-c\]\+\)=\(\[0-9\]\*\)|\{[0-3]\}|\{recv\}|\{len:2be\}|\{counter:04\}|\{var:x\}|>=?[0-9]{1,2}|[0-9]\.\.[0-9]{2}",
        r"127\.0\.0\.1(:5000|/[0-9]{1,2})?",
        any::<String>(),
    ]
}

fn choice<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(all.to_vec())
}

prop_compose! {
    fn message()(
        text in text(),
        form in choice(&[Form::Ascii, Form::Hex]),
        charset in choice(&Charset::ALL[1..]),
        escapes in any::<bool>(),
        template in any::<bool>(),
    ) -> Message {
        Message { text, form, charset, escapes, template, append: Vec::new() }
    }
}

prop_compose! {
    fn rule()(
        (enabled, name, pattern) in (any::<bool>(), text(), text()),
        (length, peer) in (prop_oneof![Just(String::new()), text()], prop_oneof![Just(String::new()), text()]),
        when in choice(&When::ALL),
        test in choice(&Test::ALL),
        form in choice(&[Form::Ascii, Form::Hex]),
        charset in choice(&Charset::ALL[1..]),
        escapes in any::<bool>(),
        at_most in prop::option::of(0_u32..3),
        (then, next, to) in (choice(&Then::ALL), choice(&After::ALL), choice(&To::ALL)),
        (message, delay_ms) in (message(), 0_u32..3),
    ) -> Rule {
        let reply = Reply { message, delay_ms, to };
        Rule { enabled, name, when, test, pattern, form, charset, escapes, length, peer, at_most, then, next, reply }
    }
}

fn remote() -> Remote {
    Remote { addr: "127.0.0.1:5000".parse().unwrap(), stream: 1 }
}

proptest! {
    #[test]
    fn any_rules_and_any_packets(
        rules in prop::collection::vec(rule(), 0..5),
        packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
        framed in any::<bool>(),
    ) {
        let framing = if framed { Framing::LINES } else { Framing::AsRead };
        let variables: BTreeMap<String, String> = [("x".to_owned(), "y".to_owned())].into();
        // Those that are right by themselves are right together.
        let rules: Vec<Rule> =
            rules.into_iter().filter(|rule| Rules::check(rule, &variables, &framing).is_ok()).collect();
        let compiled = Rules::compile(&rules, &variables, &framing).unwrap();
        prop_assert_eq!(compiled.len(), rules.iter().filter(|rule| rule.enabled).count());
        let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let mut random = Random::seeded(1);
        let mut world = World { now: &now, random: &mut random, lookup: &mut NoLookup };
        let mut responder = Responder::new(compiled.clone(), 1000);
        for (number, packet) in packets.iter().enumerate() {
            responder.handle_packet(remote(), packet, Duration::from_millis(number as u64), &mut world);
            while let Some(action) = responder.poll_action() {
                let is_held_back = matches!(action, Action::Limited { .. } | Action::Overfull);
                prop_assert!(!is_held_back);
            }
        }
        let end = Duration::from_secs(1);
        responder.handle_timeout(end);
        prop_assert_eq!(responder.poll_timeout(), None);
        for (rule, hits) in responder.hits() {
            prop_assert!(hits <= packets.len() as u64);
            prop_assert!(rules[rule].at_most.is_none_or(|most| hits <= u64::from(most)));
        }
    }

    #[test]
    fn the_tester_says_what_a_new_responder_does(
        rules in prop::collection::vec(rule(), 0..5),
        packet in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let variables: BTreeMap<String, String> = [("x".to_owned(), "y".to_owned())].into();
        let Ok(compiled) = Rules::compile(&rules, &variables, &Framing::AsRead) else { return Ok(()) };
        let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let mut random = Random::seeded(1);
        let mut world = World { now: &now, random: &mut random, lookup: &mut NoLookup };
        let tried = compiled.try_packet(&packet, remote().addr, &mut world);
        let mut responder = Responder::new(compiled, 1000);
        let mut random = Random::seeded(1);
        let mut world = World { now: &now, random: &mut random, lookup: &mut NoLookup };
        responder.handle_packet(remote(), &packet, Duration::ZERO, &mut world);
        responder.handle_timeout(Duration::from_secs(1));
        let actions: Vec<Action> = std::iter::from_fn(|| responder.poll_action()).collect();
        let done = |rule: usize, effect: &Effect| actions.iter().any(|action| match (action, effect) {
            (Action::Send { rule: at, bytes, .. }, Effect::Reply { bytes: tried, .. }) => *at == rule && bytes == tried,
            (Action::Unmade { rule: at, .. }, Effect::Unmade(_))
            | (Action::Disconnect { rule: at, .. }, Effect::Disconnect)
            | (Action::Mark { rule: at, beep: false, .. }, Effect::Mark)
            | (Action::Mark { rule: at, beep: true, .. }, Effect::Beep) => *at == rule,
            _ => false,
        });
        prop_assert_eq!(tried.len(), actions.len());
        prop_assert!(tried.iter().all(|fired| done(fired.rule, &fired.effect)), "{tried:?} {actions:?}");
    }

    #[test]
    fn settings_come_back(rules in prop::collection::vec(rule(), 0..4), per_second in 1_u32..1_000_000) {
        let settings = AnswerSettings { rules, per_second, ..AnswerSettings::default() };
        let text = toml::to_string(&settings).unwrap();
        prop_assert_eq!(toml::from_str::<AnswerSettings>(&text).unwrap(), settings);
    }

    #[test]
    fn damaged_settings_are_read(
        name in prop::sample::select(vec![
            "mode", "per_second", "rate_kb", "folder", "prefix", "after_file", "say_errors", "rules",
            "enabled", "when", "test", "pattern", "form", "charset", "escapes", "length", "peer", "at_most", "then",
            "next", "reply", "delay_ms", "to", "message", "text", "template", "append", "unknown",
        ]),
        value in "\"[a-z]{0,5}\"|-?[0-9]{1,12}|[0-9]\\.[0-9]|\\[[0-9]?\\]|true|\\{ [a-z] = 1 \\}",
    ) {
        let line = format!("{name} = {value}\n");
        let tables = ["[[rules]]\n", "[[rules]]\n[rules.reply]\n", "[[rules]]\n[rules.reply.message]\n", ""];
        for text in tables.map(|table| format!("{table}{line}")) {
            // Some values are not TOML, such as 007.
            if text.parse::<toml::Table>().is_ok() {
                prop_assert!(toml::from_str::<AnswerSettings>(&text).is_ok(), "{text}");
            }
        }
    }
}
