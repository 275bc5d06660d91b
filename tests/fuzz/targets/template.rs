//! Any text as a template, filled in twice: no panic, mistakes lie in the text, and the same in gives the same out.

#![no_main]

use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use wirebench::codec::Charset;
use wirebench::codec::pattern::{Pattern, Test};
use wirebench::codec::template::{Context, Lookup, MAX_LEN_BYTES, Random, Template};
use wirebench::codec::typed::Typed;

struct World;

impl Lookup for World {
    fn variable(&mut self, name: &str) -> Option<String> {
        name.is_ascii().then(|| name.to_owned())
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        Ok(path.as_bytes().to_vec())
    }
}

fuzz_target!(|input: (u8, u64, i64, &str)| {
    let (choice, counter, now_ms, text) = input;
    let charset = Charset::ALL[usize::from(choice >> 2) % Charset::ALL.len()];
    let typed = match choice & 3 {
        0 => Typed::Hex,
        form => Typed::Text { charset, escapes: form == 1 },
    };
    let len = text.chars().count();
    let template = match Template::parse(text, typed) {
        Ok(template) => template,
        Err(error) => return assert!(error.char_index < len),
    };
    let now = Timestamp::from_millisecond(now_ms).unwrap_or_default().to_zoned(TimeZone::UTC);
    let pattern = Pattern::parse(Test::Regex, "b(c)(x)?", typed).expect("a plain expression");
    let received = pattern.matches(b"abcd");
    let expand = || {
        let (random, lookup) = (&mut Random::seeded(counter), &mut World);
        template.expand(&mut Context { counter, now: &now, random, lookup, received: received.as_ref() })
    };
    let filled = expand();
    assert_eq!(filled, expand());
    match filled {
        Ok(bytes) => assert!(bytes.len() <= MAX_LEN_BYTES),
        Err(error) => assert!(error.char_index < len),
    }
});
