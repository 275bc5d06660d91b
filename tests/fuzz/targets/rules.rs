//! Any text in any field of two rules, and any packets: no panic, and what can be tried can be answered.

#![no_main]

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use wirebench::automation::answer::{
    Action, After, Remote, Reply, Responder, Rule, RuleErrorKind, Rules, Then, To, When, World,
};
use wirebench::automation::{Form, Message};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::codec::template::{NoLookup, Random};

/// A rule with these choices and texts.
fn rule(choices: [u8; 4], pattern: &str, length: &str, peer: &str, reply: &str) -> Rule {
    let [test, form, how, then] = choices;
    let forms = [Form::Ascii, Form::Hex];
    let charset = Charset::ALL[1 + usize::from(form >> 2) % (Charset::ALL.len() - 1)];
    let message = Message {
        text: reply.to_owned(),
        form: forms[usize::from(form >> 1 & 1)],
        charset,
        escapes: how & 1 != 0,
        template: how & 2 != 0,
        append: Vec::new(),
    };
    Rule {
        test: Test::ALL[usize::from(test) % Test::ALL.len()],
        pattern: pattern.to_owned(),
        form: forms[usize::from(form & 1)],
        charset,
        escapes: how & 4 != 0,
        length: length.to_owned(),
        peer: peer.to_owned(),
        when: When::ALL[usize::from(how >> 3 & 1)],
        at_most: (how & 16 != 0).then_some(u32::from(how >> 5)),
        then: Then::ALL[usize::from(then & 3)],
        next: After::ALL[usize::from(then >> 2 & 1)],
        reply: Reply { message, delay_ms: u32::from(then >> 5), to: To::ALL[usize::from(then >> 3) % 3] },
        ..Rule::default()
    }
}

fuzz_target!(|input: ([u8; 4], [u8; 4], u8, [&str; 4], &[u8])| {
    let (first, second, framing, [pattern, length, peer, reply], stream) = input;
    let framing = if framing & 1 == 0 { Framing::AsRead } else { Framing::LENGTH_BE4 };
    let rules = [rule(first, pattern, length, peer, reply), rule(second, reply, peer, length, pattern)];
    let rules = match Rules::compile(&rules, &[("x".to_owned(), "y".to_owned())].into(), &framing) {
        Ok(rules) => rules,
        Err(error) => {
            if let RuleErrorKind::Pattern(error) | RuleErrorKind::Length(error) = error.kind {
                assert!(error.line >= 1 && error.column >= 1);
            }
            return;
        }
    };
    let from = Remote { addr: ([127, 0, 0, 1], 5000).into(), stream: 1 };
    let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let mut random = Random::seeded(7);
    let mut world = World { now: &now, random: &mut random, lookup: &mut NoLookup };
    let mut responder = Responder::new(rules.clone(), 1000);
    responder.handle_joined(from, Duration::ZERO, &mut world);
    for (number, packet) in stream.chunks(32).enumerate() {
        let tried = rules.try_packet(packet, from.addr, &mut world);
        assert!(tried.windows(2).all(|pair| pair[0].rule < pair[1].rule));
        let time = Duration::from_millis(number as u64);
        responder.handle_packet(from, packet, time, &mut world);
        responder.handle_timeout(time);
        while let Some(action) = responder.poll_action() {
            assert!(!matches!(action, Action::Limited { .. } | Action::Overfull) || number > 400);
        }
        assert!(responder.poll_timeout().is_none_or(|due| due > time));
    }
    responder.handle_left(from);
});
