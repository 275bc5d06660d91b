//! TFTP packets in words: one line for the log, fields for the inspector.
//!
//! Any bytes may come, and a packet begins with nothing but a small number. So what else can be known of a packet must
//! fit: a request has a mode that there is, options are pairs, an ACK has four octets, a block is numbered from 1 on.

use std::fmt::Display;
use std::ops::Range;

use super::decoded::Field;
use super::tftp::{harmless, tftp_error};
use super::{Lang, Text, fill};
use crate::proto::tftp::Packet;
use crate::proto::tftp::packet::{ErrorCode, RawOptions, RequestFields};

/// Octets before a request's name, or an OACK's options.
const OPCODE: usize = 2;
/// Octets before the data of DATA, or the text of ERROR.
const HEADER: usize = 4;
/// Block 0 is block 65536; a file is that long only if its blocks are not tiny.
const LEAST_AFTER_ROLLOVER: usize = 512;
/// The highest code of an ERROR that is taken for one.
const HIGHEST_CODE: u16 = 8;
/// Modes that occur; nobody serves mail, but some ask for it.
const MODES: [&[u8]; 3] = [b"octet", b"netascii", b"mail"];
/// Options that are registered or in use.
const OPTIONS: [&[u8]; 8] =
    [b"blksize", b"windowsize", b"timeout", b"tsize", b"utimeout", b"multicast", b"rollover", b"blksize2"];

/// The packet in a datagram, if it is one in all likelihood.
fn sniff(bytes: &[u8]) -> Option<Packet<'_>> {
    let packet = Packet::parse(bytes).ok()?;
    let fits = match packet {
        Packet::Read(request) | Packet::Write(request) => {
            !request.name.is_empty() && MODES.iter().any(|mode| request.mode.eq_ignore_ascii_case(mode))
        }
        Packet::Data { block, data } => block > 0 || data.len() >= LEAST_AFTER_ROLLOVER,
        Packet::Ack { .. } => bytes.len() == HEADER,
        Packet::Error { code, text } => {
            code.0 <= HIGHEST_CODE && bytes.len() == HEADER + text.len() + 1 && bytes.ends_with(b"\0")
        }
        Packet::OptionAck(options) => {
            let mut names = options.iter().map(|(name, _)| name);
            options.is_empty() && bytes.len() == OPCODE
                || names.any(|name| OPTIONS.iter().any(|known| name.eq_ignore_ascii_case(known)))
        }
    };
    fits.then_some(packet)
}

/// What a TFTP packet says; `None` if it is none. One line without control characters:
/// `TFTP RRQ fw.bin octet blksize=1428 (read request)`.
pub fn tftp_line(lang: Lang, bytes: &[u8]) -> Option<String> {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    Some(match sniff(bytes)? {
        Packet::Read(request) => say(Text::TftpLineRead, &[("request", &asked(&request))]),
        Packet::Write(request) => say(Text::TftpLineWrite, &[("request", &asked(&request))]),
        Packet::Data { block, data } => say(Text::TftpLineData, &[("block", &block), ("n", &data.len())]),
        Packet::Ack { block } => say(Text::TftpLineAck, &[("block", &block)]),
        Packet::Error { code, text } => format!("TFTP {}", tftp_error(lang, code, text)),
        Packet::OptionAck(options) => say(Text::TftpLineOptions, &[("options", &pairs(options))]),
    })
}

/// `fw.bin octet blksize=1428`
fn asked(request: &RequestFields<'_>) -> String {
    let mut line = format!("{} {}", harmless(request.name), harmless(request.mode));
    if !request.options.is_empty() {
        line.push(' ');
        line.push_str(&pairs(request.options));
    }
    line
}

/// `blksize=1428 windowsize=16`
fn pairs(options: RawOptions<'_>) -> String {
    let pairs: Vec<String> =
        options.iter().map(|(name, value)| format!("{}={}", harmless(name), harmless(value))).collect();
    pairs.join(" ")
}

/// The fields of a TFTP packet; `None` if it is none.
pub(super) fn fields(lang: Lang, bytes: &[u8]) -> Option<Vec<Field>> {
    let packet = sniff(bytes)?;
    let mut found = Fields { lang, at: 0, found: Vec::new() };
    let (code, name, what) = match packet {
        Packet::Read(_) => (1, "RRQ", Some(Text::TftpReadRequest)),
        Packet::Write(_) => (2, "WRQ", Some(Text::TftpWriteRequest)),
        Packet::Data { .. } => (3, "DATA", None),
        Packet::Ack { .. } => (4, "ACK", None),
        Packet::Error { .. } => (5, "ERROR", None),
        Packet::OptionAck(_) => (6, "OACK", Some(Text::TftpOptionAck)),
    };
    let note = what.map_or_else(|| name.to_owned(), |what| format!("{name}, {}", what.text(lang)));
    found.add(Text::TftpOpcode, OPCODE, code.to_string(), note);
    match packet {
        Packet::Read(request) | Packet::Write(request) => {
            found.text(Text::TftpFileName, request.name);
            found.text(Text::TftpMode, request.mode);
            found.options(request.options);
        }
        Packet::OptionAck(options) => found.options(options),
        Packet::Data { block, data } => {
            found.add(Text::TftpBlock, 2, block.to_string(), String::new());
            let size = fill(Text::TftpOctets.text(lang), &[("n", &data.len())]);
            found.add(Text::TftpData, data.len(), size, String::new());
        }
        Packet::Ack { block } => found.add(Text::TftpBlock, 2, block.to_string(), String::new()),
        Packet::Error { code, text } => {
            let ErrorCode(number) = code;
            found.add(Text::TftpErrorCode, 2, number.to_string(), tftp_error(lang, code, b""));
            found.text(Text::TftpErrorText, text);
        }
    }
    Some(found.found)
}

/// Fields, one behind the other.
struct Fields {
    lang: Lang,
    at: usize,
    found: Vec<Field>,
}

impl Fields {
    fn add(&mut self, name: Text, octets: usize, value: String, note: String) {
        self.push(name.text(self.lang).to_owned(), octets, value, note);
    }

    fn push(&mut self, name: String, octets: usize, value: String, note: String) {
        let range: Range<usize> = self.at..self.at + octets;
        self.at = range.end;
        self.found.push(Field { range, name, value, note });
    }

    /// A text with its NUL.
    fn text(&mut self, name: Text, text: &[u8]) {
        self.add(name, text.len() + 1, harmless(text), String::new());
    }

    fn options(&mut self, options: RawOptions<'_>) {
        for (name, value) in options.iter() {
            let octets = name.len() + value.len() + 2;
            let label = fill(Text::TftpOption.text(self.lang), &[("name", &harmless(name))]);
            self.push(label, octets, harmless(value), String::new());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use proptest::prelude::*;

    use super::*;
    use crate::i18n::decoded::{Protocol, decoded, decoded_line};

    #[track_caller]
    fn check(bytes: &[u8], zh: &str, en: &str) {
        assert_eq!(decoded_line(Lang::ZhCn, bytes).as_deref(), Some(zh));
        assert_eq!(decoded_line(Lang::En, bytes).as_deref(), Some(en));
    }

    #[test]
    fn every_kind_has_its_line() {
        check(
            b"\0\x01fw.bin\0octet\0blksize\x001428\0tsize\x000\0",
            "TFTP RRQ fw.bin octet blksize=1428 tsize=0（读请求）",
            "TFTP RRQ fw.bin octet blksize=1428 tsize=0 (read request)",
        );
        check(
            "\0\x02固件\0NETASCII\0".as_bytes(),
            "TFTP WRQ 固件 NETASCII（写请求）",
            "TFTP WRQ 固件 NETASCII (write request)",
        );
        check(b"\0\x03\x01\x02abc", "TFTP DATA 块 258，3 字节", "TFTP DATA block 258, 3 bytes");
        check(b"\0\x04\0\0", "TFTP ACK 块 0", "TFTP ACK block 0");
        check(
            b"\0\x05\0\x01no such\x1b[1m image\0",
            "TFTP ERROR 1，找不到文件：no such␛[1m image",
            "TFTP ERROR 1, file not found: no such␛[1m image",
        );
        check(
            b"\0\x06blksize\x001428\0",
            "TFTP OACK blksize=1428（选项确认）",
            "TFTP OACK blksize=1428 (options granted)",
        );
    }

    #[test]
    fn other_bytes_are_left_alone() {
        for bytes in [
            &b""[..],
            b"text",
            b"\0",
            b"\0\x01",
            b"\0\x01name\0mode\0",
            b"\0\x01\0octet\0",
            b"\0\x03\0\0\0\x06\x01\x03\0\0\0\x01",
            b"\0\x04\0\0\0\x06\x01\x03\0\0\0\x01",
            b"\0\x05\0\0\0\x06\x01\x03\0\0\0\x01",
            b"\0\x05\0\x63text\0",
            b"\0\x06x\0y\0",
            b"\0\x07\0\0",
            b"\x01\0\0\0",
        ] {
            assert_eq!(decoded_line(Lang::En, bytes), None, "{}", bytes.escape_ascii());
        }
        assert!(decoded_line(Lang::En, &[&[0, 3, 0, 0][..], &[7; 512]].concat()).is_some(), "block 65536");
    }

    #[test]
    fn fields_cover_the_packet() {
        for bytes in [
            &b"\0\x01fw.bin\0octet\0blksize\x001428\0tsize\x000\0"[..],
            b"\0\x03\0\x01abc",
            b"\0\x04\0\x01",
            b"\0\x05\0\x02no\0",
            b"\0\x06blksize\x008\0windowsize\x004\0",
        ] {
            let decoded = decoded(Lang::En, bytes).unwrap();
            assert_eq!(decoded.protocol, Protocol::Tftp);
            let mut end = 0;
            for field in &decoded.fields {
                assert_eq!(field.range.start, end, "{field:?}");
                end = field.range.end;
            }
            assert_eq!(end, bytes.len());
        }
        let request = fields(Lang::En, b"\0\x01fw.bin\0octet\0blksize\x001428\0").unwrap();
        let said: Vec<_> = request.iter().map(|field| (&*field.name, &*field.value, &*field.note)).collect();
        let expected = [
            ("Opcode", "1", "RRQ, read request"),
            ("File Name", "fw.bin", ""),
            ("Mode", "octet", ""),
            ("Option blksize", "1428", ""),
        ];
        assert_eq!(said, expected);
    }

    proptest! {
        #[test]
        fn any_bytes_make_one_line_or_none(
            opcode in 0_u8..8,
            rest in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 0..80),
        ) {
            let bytes = [&[0, opcode], &rest[..]].concat();
            if let Some(line) = decoded_line(Lang::ZhCn, &bytes) {
                prop_assert!(!line.contains(char::is_control), "{line:?}");
            }
            for field in decoded(Lang::En, &bytes).map(|decoded| decoded.fields).unwrap_or_default() {
                prop_assert!(field.range.end <= bytes.len());
                prop_assert!(!field.value.contains(char::is_control));
            }
        }
    }
}
