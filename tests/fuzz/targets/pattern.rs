//! Any text as a pattern of any test, and any packet: no panic, mistakes lie in the text, captures in the packet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::codec::Charset;
use wirebench::codec::pattern::{Pattern, Test};
use wirebench::codec::typed::Typed;

fuzz_target!(|input: (u8, u8, &str, &[u8])| {
    let (test, choice, text, packet) = input;
    let test = Test::ALL[usize::from(test) % Test::ALL.len()];
    let charset = Charset::ALL[usize::from(choice >> 2) % Charset::ALL.len()];
    let typed = match choice & 3 {
        0 => Typed::Hex,
        form => Typed::Text { charset, escapes: form == 1 },
    };
    match Pattern::parse(test, text, typed) {
        Ok(pattern) => {
            let Some(captures) = pattern.matches(packet) else { return };
            assert_eq!(captures.packet(), packet);
            for group in 0..=pattern.groups() {
                let bytes = captures.group(group).expect("the pattern has this group");
                assert_eq!(captures.range(group).map_or(&[][..], |range| &packet[range]), bytes);
            }
            assert_eq!(captures.group(pattern.groups() + 1), None);
        }
        Err(error) => assert!(error.char_index <= text.chars().count()),
    }
});
