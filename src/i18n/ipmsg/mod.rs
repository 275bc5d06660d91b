//! IPMSG datagrams in words: one line for the log, fields for the inspector.
//!
//! Any bytes may come. Ordinary text must not be taken for IPMSG, so a datagram counts only if it begins as one does
//! and its command is known, or if a version or number such as programs write makes it certain.

mod fields;
mod line;
mod names;

pub(super) use fields::fields;
pub use line::ipmsg_line;
pub(super) use names::phrase;
pub use names::{ipmsg_command, ipmsg_option};

use super::Text;
use crate::codec::control;
use crate::proto::ipmsg::{Fields, Malformed, Packet};

/// A number with so many digits is a clock in seconds, not one of a list.
const CLOCK_DIGITS: usize = 5;

/// What a datagram that looks like IPMSG is.
enum Seen {
    /// One that can be read.
    Packet(Packet),
    /// One that can't.
    Broken(Malformed),
}

/// Whether a datagram is IPMSG, or was meant to be.
fn sniff(bytes: &[u8]) -> Option<Seen> {
    let mut parts = bytes.splitn(6, |byte| *byte == b':');
    let (version, number) = (parts.next()?, parts.next()?);
    // The protocol's version is 1, and every program's own string goes on with an underscore.
    let certain = match version {
        [b'1'..=b'9'] => false,
        [b'1'..=b'9', b'_', name @ ..] if !name.iter().any(u8::is_ascii_control) => true,
        _ => return None,
    };
    let numbered = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    let certain = certain || numbered && number.len() >= CLOCK_DIGITS;
    match Packet::parse(bytes) {
        Ok(packet) => (certain || packet.command.info().is_some()).then_some(Seen::Packet(packet)),
        Err(malformed @ Malformed::TooFewFields { found }) => (certain && found > 2).then_some(Seen::Broken(malformed)),
        Err(malformed @ Malformed::NumberNotDecimal) => {
            let commanded = Fields::find(bytes)
                .is_ok_and(|fields| !fields.command.is_empty() && bytes[fields.command].iter().all(u8::is_ascii_digit));
            (certain || commanded).then_some(Seen::Broken(malformed))
        }
        Err(malformed) => certain.then_some(Seen::Broken(malformed)),
    }
}

/// Why a datagram can't be read.
fn reason(malformed: &Malformed) -> Text {
    match malformed {
        Malformed::Empty => Text::DefectEmpty,
        Malformed::TooFewFields { .. } => Text::DefectTooFewFields,
        Malformed::NumberNotDecimal => Text::DefectPacketNumber,
        Malformed::CommandNotDecimal => Text::DefectCommand,
        Malformed::TooLong { .. } => Text::DefectTooLong,
    }
}

/// A text that comes from a peer, on one line: control characters by their pictures, cut after so many characters.
fn tame(text: &str, most_chars: usize) -> String {
    let mut out = String::with_capacity(text.len().min(4 * most_chars));
    for (i, ch) in text.chars().enumerate() {
        if i == most_chars {
            out.push('…');
            break;
        }
        match control::picture(ch) {
            None => out.push(ch),
            Some(picture) => out.push_str(&picture.to_string()),
        }
    }
    out
}

/// The same of bytes in the encoding of a packet.
fn tame_bytes(bytes: &[u8], packet: &Packet, most_chars: usize) -> String {
    let (text, _) = crate::proto::ipmsg::text::decode(bytes, &packet.version, packet.command);
    tame(&text, most_chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> &'static str {
        match sniff(bytes) {
            None => "no",
            Some(Seen::Packet(_)) => "yes",
            Some(Seen::Broken(_)) => "broken",
        }
    }

    #[test]
    fn datagrams_of_all_programs_are_known() {
        for bytes in [
            b"1:123123:u:h:32:haha".as_slice(),
            b"1:1:u:h:32:haha",
            b"1:1655805996:u:h:153:",
            b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:1655805996:Lee:LEE-PC:6291457:Lee\0\0",
            b"1_iptux 0.8.3:1:root:vm:257:",
            b"1_lbt6_0:1:a:b:153:",
        ] {
            assert_eq!(kind(bytes), "yes", "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_was_meant_as_one_is_known_too() {
        for bytes in [
            b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:x:Lee:LEE-PC:6291457:Lee".as_slice(),
            b"1:abc:user:host:32:haha",
            b"1:1655805996:user:host:SENDMSG:haha",
            b"1:1655805996:user:host:32",
        ] {
            assert_eq!(kind(bytes), "broken", "{}", bytes.escape_ascii());
        }
        assert_eq!(kind(&[b"1:1655805996:u:h:32:".as_slice(), &[b'x'; 9000]].concat()), "broken");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "",
            "haha",
            "1",
            "12:30:45",
            "2024-07-22 16:21:55.682",
            "1:30:45 PM",
            "1:2:3",
            "1:2:3:4:5:6",
            "00:16:10:4d:00:02",
            "10:16:10:4d:32:02",
            "::1",
            "1:2",
            "fe80::1:2:3:4",
            "1: first\n2: second",
            "GET / HTTP/1.1\r\nHost: a:80\r\n\r\n",
            "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}",
            "key:1:a:b:32:x",
            "1.5:2:a:b:32:x",
            "1:a:b:c:d:e:f",
            "+1:1:a:b:32:x",
            "1655805996:1:u:h:32:x",
        ] {
            assert_eq!(kind(text.as_bytes()), "no", "{text}");
        }
        assert_eq!(kind(&[0; 64]), "no");
        assert_eq!(kind(&[b':'; 64]), "no");
    }
}
