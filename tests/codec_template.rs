//! Templates: whatever is typed, no panic, mistakes have their place, and quoted text comes out as it is.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use jiff::{Timestamp, Zoned, tz::TimeZone};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use wirebench::codec::template::{Context, ExpandError, Lookup, Random, Template, quote};
use wirebench::codec::typed::Typed;
use wirebench::codec::{Charset, hex};

struct World;

impl Lookup for World {
    fn variable(&mut self, name: &str) -> Option<String> {
        (name.len() < 3).then(|| name.repeat(2))
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        Ok(path.as_bytes().to_vec())
    }
}

fn now() -> Zoned {
    Timestamp::from_millisecond(1_784_737_315_042).unwrap().to_zoned(TimeZone::UTC)
}

fn expand(template: &Template, counter: u64) -> Result<Vec<u8>, ExpandError> {
    let (random, lookup) = (&mut Random::seeded(3), &mut World);
    template.expand(&mut Context { counter, now: &now(), random, lookup, received: None })
}

fn typed() -> impl Strategy<Value = Typed> {
    let text = (select(&Charset::ALL[..]), any::<bool>());
    prop_oneof![3 => text.prop_map(|(charset, escapes)| Typed::Text { charset, escapes }), 1 => Just(Typed::Hex)]
}

fn anything() -> impl Strategy<Value = String> {
    let names = "(counter|hexcounter|time|unix_ms|rand|randhex|uuid|len|var|file|recv|[0-9]{1,3}|\\PC{0,3})";
    let arguments = "(:(0?[0-9]{0,5}[xX]?|[0-9](be|le)|-?[0-9]{1,9}\\.\\.-?[0-9]{1,9}(:[0-9x]{0,3})?|(%[-.0-9]{0,2}[A-Za-z]){0,4}|\\PC{0,6}))?";
    let field = format!("\\{{{names}{arguments}\\}}");
    prop::collection::vec(
        prop_oneof![
            string_regex(&field).unwrap(),
            "[0-9A-F ]{0,6}",
            "\\PC{0,6}",
            "[{}\\\\u]{1,4}",
            r"\\u\{[0-9a-f]{1,4}\}"
        ],
        0..8,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in anything(), typed in typed(), counter: u64) {
        let len = text.chars().count();
        match Template::parse(&text, typed) {
            Ok(template) => match expand(&template, counter) {
                Ok(bytes) => {
                    prop_assert_eq!(expand(&template, counter).unwrap(), bytes.clone());
                    prop_assert!(!template.is_constant() || expand(&template, !counter).unwrap() == bytes);
                }
                Err(error) => prop_assert!(error.char_index < len),
            },
            Err(error) => prop_assert!(error.char_index < len && error.line == 1, "{error:?}"),
        }
    }

    #[test]
    fn quoted_text_comes_out_as_it_is(text in "(\\PC|[{}])*", charset in select(&Charset::ALL[..])) {
        let typed = Typed::Text { charset, escapes: false };
        match (charset.encode(&text), Template::parse(&quote(&text), typed)) {
            (Ok(bytes), Ok(template)) => {
                prop_assert!(template.is_constant());
                prop_assert_eq!(expand(&template, 0).unwrap(), bytes);
            }
            (encoded, template) => prop_assert!(encoded.is_err() && template.is_err()),
        }
    }

    #[test]
    fn hex_without_fields_is_hex(bytes: Vec<u8>) {
        let mut text = String::new();
        hex::format(&bytes, &mut text);
        prop_assert_eq!(expand(&Template::parse(&text, Typed::Hex).unwrap(), 0).unwrap(), bytes);
    }

    #[test]
    fn a_length_is_that_of_the_whole(before in 0_usize..1100, after in 0_usize..20, form in select(vec!["", ":03", ":9"])) {
        let text = format!("{}#{{len{form}}}#{}", "x".repeat(before), "y".repeat(after));
        let charset = Charset::Utf8;
        let bytes = expand(&Template::parse(&text, Typed::Text { charset, escapes: false }).unwrap(), 0).unwrap();
        let said = str::from_utf8(&bytes).unwrap().split('#').nth(1).unwrap();
        prop_assert_eq!(said.trim().parse::<usize>().unwrap(), bytes.len());
    }
}
