//! Any text as HEX digits, and any bytes as such a text: mistakes lie in the text, and bytes come back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::codec::hex;

fuzz_target!(|input: (&str, &[u8])| {
    let (text, bytes) = input;
    let plain = hex::parse(text);
    if let Err(error) = &plain {
        assert!(error.char_index < text.chars().count());
    }
    match hex::parse_masked(text) {
        Ok(masked) => assert!(masked.iter().all(|byte| byte.value & !byte.mask == 0)),
        Err(error) => assert!(plain.is_err() && error.char_index < text.chars().count()),
    }
    let mut digits = String::new();
    hex::format(bytes, &mut digits);
    assert_eq!(hex::parse(&digits).as_deref(), Ok(bytes));
});
