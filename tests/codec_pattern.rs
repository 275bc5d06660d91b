//! Patterns: whatever is typed, no panic, mistakes have their place, and a naive search finds the same.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wirebench::codec::Charset;
use wirebench::codec::pattern::{Pattern, Test};
use wirebench::codec::typed::Typed;

fn typed() -> impl Strategy<Value = Typed> {
    let text = (select(&Charset::ALL[..]), any::<bool>());
    prop_oneof![3 => text.prop_map(|(charset, escapes)| Typed::Text { charset, escapes }), 1 => Just(Typed::Hex)]
}

/// Two digits of a byte, each perhaps any.
fn masked() -> impl Strategy<Value = Vec<String>> {
    vec("[01?][01?]", 1..5)
}

fn fits(masked: &[String], bytes: &[u8]) -> bool {
    masked.iter().zip(bytes).all(|(digits, byte)| {
        digits.chars().zip(format!("{byte:02X}").chars()).all(|(wanted, digit)| wanted == '?' || wanted == digit)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_text_is_read_or_refused_with_a_place(
        test in select(&Test::ALL[..]),
        text in "([0-9A-F?<>=. ]|[(\\[\\])|*+{},^$\\\\a-z-]|\\PC){0,20}",
        typed in typed(),
        packet: Vec<u8>,
    ) {
        match Pattern::parse(test, &text, typed) {
            Ok(pattern) => {
                if let Some(captures) = pattern.matches(&packet) {
                    prop_assert_eq!(captures.packet(), &packet[..]);
                    prop_assert!(captures.group(pattern.groups()).is_some());
                    prop_assert_eq!(captures.group(pattern.groups() + 1), None);
                }
            }
            Err(error) => prop_assert!(error.char_index <= text.chars().count() && error.line == 1, "{error:?}"),
        }
    }

    #[test]
    fn hex_is_found_where_a_naive_search_finds_it(masked in masked(), packet in vec(0_u8..0x12, 0..20)) {
        let find = |test| {
            let pattern = Pattern::parse(test, &masked.join(" "), Typed::Hex).unwrap();
            pattern.matches(&packet).and_then(|captures| captures.range(0))
        };
        let len = masked.len();
        let places: Vec<usize> =
            packet.windows(len).enumerate().filter(|(_, window)| fits(&masked, window)).map(|(at, _)| at).collect();
        let end = packet.len().checked_sub(len);
        prop_assert_eq!(find(Test::Contains), places.first().map(|at| *at..at + len));
        prop_assert_eq!(find(Test::Starts), places.contains(&0).then_some(0..len));
        prop_assert_eq!(find(Test::Ends), end.filter(|at| places.contains(at)).map(|at| at..packet.len()));
        prop_assert_eq!(find(Test::Equals), (end == Some(0) && places.contains(&0)).then_some(0..len));
    }

    #[test]
    fn text_is_found_in_its_encoding(text in "[a你好世界({*.]{1,5}", around in "[b一二]{0,4}") {
        for charset in [Charset::Utf8, Charset::Gbk, Charset::Big5, Charset::EucJp] {
            let (Ok(bytes), Ok(packet)) = (charset.encode(&text), charset.encode(&format!("{around}{text}{around}"))) else {
                continue;
            };
            let typed = Typed::Text { charset, escapes: false };
            let escaped: String = text.chars().map(|ch| if ch.is_ascii() { format!("\\{ch}") } else { ch.into() }).collect();
            for pattern in [
                Pattern::parse(Test::Contains, &text, typed).unwrap(),
                Pattern::parse(Test::Regex, &escaped.replace("\\a", "a"), typed).unwrap(),
            ] {
                prop_assert_eq!(pattern.matches(&packet).unwrap().group(0), Some(&bytes[..]));
            }
        }
    }
}

#[test]
fn a_search_that_could_take_seconds_is_not_made() {
    let text = Typed::Text { charset: Charset::Utf8, escapes: false };
    let packet: Vec<u8> = (0..16_u32 << 20).map(|at| b"ab"[(at.wrapping_mul(2_654_435_761) >> 31) as usize]).collect();
    for hard in ["[ab]*a[ab]{2000}c", "((a|b){1,60}){1,60}c", "(a|aa){900}c"] {
        let pattern = Pattern::parse(Test::Regex, hard, text).unwrap();
        assert!(pattern.is_too_long(&packet), "{hard}");
        assert_eq!(pattern.matches(&packet), None, "{hard}");
        assert!(!pattern.is_too_long(&packet[..4 << 10]), "{hard}");
    }
    let short = Pattern::parse(Test::Regex, r"^GET /(\S+) HTTP/1\.\d", text).unwrap();
    assert!(!short.is_too_long(&packet[..2 << 20]));
    let bytes = Pattern::parse(Test::Contains, &"ab".repeat(2000), text).unwrap();
    assert!(!bytes.is_too_long(&packet), "bytes as they are are found in any packet");
}
