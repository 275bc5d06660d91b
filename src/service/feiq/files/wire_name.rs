//! The names under which our files go over the wire.

use std::ffi::OsStr;

use super::place::numbered;
use crate::proto::ipmsg::{NameRefused, TextEncoding, safe_name, text};

/// What stands for what may not be in a name.
const SUBSTITUTE: &str = "_";

/// A name as every receiver can take it: what [`safe_name`] refuses is changed until it does not, so that no colon is
/// left either, which iptux misreads.
pub(super) fn wire_text(name: &OsStr) -> String {
    let mut name = name.to_string_lossy().into_owned();
    loop {
        match safe_name(&name) {
            Ok(safe) => return safe,
            Err(NameRefused::Empty | NameRefused::Relative) => SUBSTITUTE.clone_into(&mut name),
            Err(NameRefused::Separator) => name = name.replace(['/', '\\'], SUBSTITUTE),
            Err(NameRefused::Control(control)) => name = name.replace(control, SUBSTITUTE),
            Err(NameRefused::Device) => name.insert_str(0, SUBSTITUTE),
            Err(NameRefused::TooLong) => name = numbered(&name, 1), // cuts it
        }
    }
}

/// The name's bytes. A character that GBK lacks is written as `_` and its number, `_1F600` for 😀, so that two names
/// stay two.
pub(super) fn wire_bytes(text: &str, encoding: TextEncoding) -> Vec<u8> {
    let mut text = text.to_owned();
    loop {
        match text::encode(&text, encoding) {
            Ok(bytes) => return bytes,
            Err(lacking) => {
                let number = format!("{SUBSTITUTE}{:X}", u32::from(lacking.character));
                text = text.replace(lacking.character, &number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_can_be_taken() {
        let long = format!("{}.txt", "好".repeat(100));
        let cut = format!("{}.txt", "好".repeat(83));
        for (name, expected) in [
            ("报告 (1).txt", "报告 (1).txt"),
            ("a:b", "a_b"),
            ("a\\b?\n\u{202E}", "a_b___"),
            ("con", "_con"),
            ("aux.c", "_aux.c"),
            ("end.", "end_"),
            ("..", "_"),
            (&long, &cut),
        ] {
            assert_eq!(wire_text(OsStr::new(name)), expected);
        }
    }

    #[test]
    fn what_gbk_lacks_is_spelled_out() {
        assert_eq!(wire_bytes("你😀a😀", TextEncoding::Gbk), b"\xC4\xE3_1F600a_1F600");
        assert_eq!(wire_bytes("😀", TextEncoding::Utf8), "😀".as_bytes());
    }
}
