//! The send box between text and HEX: whatever the bytes, converting there and back loses nothing.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wirebench::codec::Charset;
use wirebench::codec::escape::{escape, text_for_bytes, unescape};
use wirebench::codec::hex;

fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    let printable = "[ -~\\\\你好世界\n]{0,40}".prop_flat_map(|text| {
        select(&Charset::ALL[..]).prop_map(move |charset| charset.encode(&text).unwrap_or_else(|_| text.clone().into()))
    });
    prop_oneof![vec(any::<u8>(), 0..80), printable]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn hex_comes_back(bytes in some_bytes()) {
        let mut text = String::new();
        hex::format(&bytes, &mut text);
        prop_assert_eq!(hex::parse(&text).unwrap(), bytes);
    }

    #[test]
    fn hex_reads_any_text_without_a_panic_and_points_into_it(text in "([0-9a-fA-FxX\\\\ ,:;\n]|\\PC){0,40}") {
        match hex::parse(&text) {
            Ok(bytes) => {
                let mut digits = String::new();
                hex::format(&bytes, &mut digits);
                prop_assert_eq!(hex::parse(&digits).unwrap(), bytes);
            }
            Err(error) => prop_assert!(error.char_index < text.chars().count()),
        }
    }

    #[test]
    fn any_bytes_survive_as_escaped_text(charset in select(&Charset::ALL[..]), bytes in some_bytes()) {
        let text = escape(&bytes, charset);
        prop_assert!(!text.chars().any(char::is_control));
        prop_assert_eq!(unescape(&text, charset).unwrap(), bytes);
    }

    #[test]
    fn plain_text_is_given_only_for_exactly_these_bytes(charset in select(&Charset::ALL[..]), bytes in some_bytes()) {
        if let Some(text) = text_for_bytes(&bytes, charset) {
            prop_assert_eq!(charset.encode(&text).unwrap(), bytes);
        }
    }

    #[test]
    fn plain_text_of_printable_text_is_that_text(charset in select(&Charset::ALL[..]), text in "[ -~你好世界\n\t]{0,40}") {
        if let Ok(bytes) = charset.encode(&text) {
            prop_assert_eq!(text_for_bytes(&bytes, charset), Some(text));
        }
    }

    #[test]
    fn escapes_read_any_text_without_a_panic_and_point_into_it(
        charset in select(&Charset::ALL[..]),
        text in "(\\\\[xu0-9rn{}dDaA-F\\\\]|[0-9a-fA-F{}]|\\PC){0,40}",
    ) {
        match unescape(&text, charset) {
            Ok(bytes) => prop_assert_eq!(unescape(&escape(&bytes, charset), charset).unwrap(), bytes),
            Err(error) => prop_assert!(error.char_index < text.chars().count()),
        }
    }
}
