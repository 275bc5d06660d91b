//! Any text with escapes, and any bytes as such a text: mistakes lie in the text, and bytes come back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::codec::{Charset, escape};

fuzz_target!(|input: (u8, &str, &[u8])| {
    let (choice, text, bytes) = input;
    let charset = Charset::ALL[usize::from(choice) % Charset::ALL.len()];
    if let Err(error) = escape::unescape(text, charset) {
        assert!(error.char_index < text.chars().count());
    }
    let escaped = escape::escape(bytes, charset);
    assert_eq!(escape::unescape(&escaped, charset).as_deref(), Ok(bytes));
    if let Some(plain) = escape::text_for_bytes(bytes, charset) {
        let sent = if charset == Charset::Auto { Charset::Utf8 } else { charset };
        assert_eq!(sent.encode(&plain).as_deref(), Ok(bytes));
    }
});
