//! The form's datagram: from the fields that a person fills in to the exact bytes, and back.
//!
//! Nothing is corrected and nothing is added: the same values give the same bytes as the scripts of the tutorials. Pure:
//! the packet's number comes in, so that a preview and what is sent later are the same.

use crate::codec::Charset;
use crate::codec::charset::Unencodable;
use crate::codec::escape::{self, EscapeError};
use crate::proto::ipmsg::text::encoding_of;
use crate::proto::ipmsg::{Command, MAX_DATAGRAM_BYTES, Malformed, Packet, TextEncoding};

/// The fields, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// 版本, such as `1`.
    pub version: String,
    /// 发送者姓名
    pub user: String,
    /// 主机名
    pub host: String,
    /// 命令字, with its options.
    pub command: Command,
    /// 附加信息
    pub extra: String,
    /// Whether the texts are read with the escapes of the send box (`\0`, `\n`, `\xHH`).
    pub escapes: bool,
    /// Whether a NUL ends the datagram. The tutorials' senders write none, iptux always one.
    pub final_nul: bool,
}

/// A field that holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 版本
    Version,
    /// 发送者姓名
    User,
    /// 主机名
    Host,
    /// 附加信息
    Extra,
}

/// Why the fields make no datagram.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A colon in a field that a colon ends: the receiver would take the rest for the next field.
    #[error("{0:?} holds a colon")]
    Colon(Field),
    /// A wrong escape.
    #[error("{0:?}: {1}")]
    Escape(Field, EscapeError),
    /// A character that the encoding lacks.
    #[error("{0:?}: {1}")]
    Unencodable(Field, Unencodable),
    /// More than peers take, in bytes.
    #[error("{len} bytes are more than {MAX_DATAGRAM_BYTES}")]
    TooLong {
        /// How many.
        len: usize,
    },
}

/// A form that was filled from a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The fields.
    pub form: Form,
    /// 包编号
    pub number: u64,
    /// 编码, as the datagram's sender seems to have used it; `None`: it is ASCII alone.
    pub encoding: Option<TextEncoding>,
    /// Whether the form makes the same bytes again. It does not for what a form can't hold, such as a number with
    /// leading zeros.
    pub exact: bool,
}

impl Form {
    /// The packet with this number.
    pub fn packet(&self, number: u64, encoding: TextEncoding) -> Result<Packet, FormError> {
        let mut extra = self.bytes(Field::Extra, encoding)?;
        if self.final_nul {
            extra.push(0);
        }
        Ok(Packet {
            version: self.header(Field::Version, encoding)?,
            number,
            user: self.header(Field::User, encoding)?,
            host: self.header(Field::Host, encoding)?,
            command: self.command,
            extra,
        })
    }

    /// The datagram with this number.
    pub fn datagram(&self, number: u64, encoding: TextEncoding) -> Result<Vec<u8>, FormError> {
        let bytes = self.packet(number, encoding)?.emit();
        if bytes.len() > MAX_DATAGRAM_BYTES { Err(FormError::TooLong { len: bytes.len() }) } else { Ok(bytes) }
    }

    /// The form that makes this datagram.
    pub fn from_datagram(bytes: &[u8]) -> Result<Filled, Malformed> {
        let packet = Packet::parse(bytes)?;
        let encoding = [&packet.extra, &packet.user, &packet.host]
            .into_iter()
            .find_map(|field| encoding_of(field, &packet.version, packet.command));
        let (body, final_nul) = match packet.extra.strip_suffix(&[0]) {
            Some(body) => (body, true),
            None => (packet.extra.as_slice(), false),
        };
        let usual = encoding.unwrap_or(TextEncoding::Gbk);
        let charset = charset(usual);
        let fields = [packet.version.as_slice(), &packet.user, &packet.host, body];
        let plain = fields.map(|field| escape::text_for_bytes(field, charset));
        let escapes = plain.iter().any(Option::is_none);
        let [version, user, host, extra] = if escapes {
            fields.map(|field| escape::escape(field, charset))
        } else {
            plain.map(Option::unwrap_or_default)
        };
        let form = Self { version, user, host, command: packet.command, extra, escapes, final_nul };
        let exact = form.datagram(packet.number, usual).is_ok_and(|made| made == bytes);
        Ok(Filled { form, number: packet.number, encoding, exact })
    }

    fn header(&self, field: Field, encoding: TextEncoding) -> Result<Vec<u8>, FormError> {
        let bytes = self.bytes(field, encoding)?;
        if bytes.contains(&b':') { Err(FormError::Colon(field)) } else { Ok(bytes) }
    }

    fn bytes(&self, field: Field, encoding: TextEncoding) -> Result<Vec<u8>, FormError> {
        let text = match field {
            Field::Version => &self.version,
            Field::User => &self.user,
            Field::Host => &self.host,
            Field::Extra => &self.extra,
        };
        if self.escapes {
            escape::unescape(text, charset(encoding)).map_err(|e| FormError::Escape(field, e))
        } else {
            charset(encoding).encode(text).map_err(|e| FormError::Unencodable(field, e))
        }
    }
}

fn charset(encoding: TextEncoding) -> Charset {
    match encoding {
        TextEncoding::Gbk => Charset::Gbk,
        TextEncoding::Utf8 => Charset::Utf8,
    }
}

/// A command as typed: decimal (`288`) or hexadecimal (`0x120`).
pub fn parse_command(text: &str) -> Option<Command> {
    let text = text.trim();
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((text, 10), |digits| (digits, 16));
    // `from_str_radix` would take a sign too.
    let plain = digits.chars().all(|c| c.is_digit(radix));
    plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten().map(Command)
}

/// The automatic packet number: the seconds since 1970, but always greater than the one before. Peers drop a number
/// that does not grow.
pub fn next_number(before: Option<u64>, unix_seconds: u64) -> u64 {
    before.map_or(unix_seconds, |before| unix_seconds.max(before.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::codec::hex;

    fn tutorial() -> Form {
        Form {
            version: "1".to_owned(),
            user: "吴彦祖".to_owned(),
            host: "吴彦祖-pc".to_owned(),
            command: Command(32),
            extra: "haha".to_owned(),
            escapes: false,
            final_nul: false,
        }
    }

    /// What Python's `'1:123123:吴彦祖:吴彦祖-pc:32:haha'.encode('gbk')` gives.
    fn tutorial_bytes() -> Vec<u8> {
        hex::parse("313a 313233313233 3a cee2d1e5d7e6 3a cee2d1e5d7e62d7063 3a 3332 3a 68616861").unwrap()
    }

    #[test]
    fn the_datagram_is_the_tutorials_byte_for_byte() {
        let form = tutorial();
        assert_eq!(form.datagram(123_123, TextEncoding::Gbk).unwrap(), tutorial_bytes());
        let utf8 = form.datagram(123_123, TextEncoding::Utf8).unwrap();
        assert_eq!(utf8, "1:123123:吴彦祖:吴彦祖-pc:32:haha".as_bytes());
        let ended = Form { final_nul: true, ..form }.datagram(123_123, TextEncoding::Gbk).unwrap();
        assert_eq!(ended, [tutorial_bytes(), vec![0]].concat());
    }

    #[test]
    fn a_pasted_datagram_fills_the_form() {
        let filled = Form::from_datagram(&tutorial_bytes()).unwrap();
        assert_eq!((filled.form, filled.number), (tutorial(), 123_123));
        assert_eq!((filled.encoding, filled.exact), (Some(TextEncoding::Gbk), true));
    }

    /// The captured datagrams of real peers.
    const CAPTURED: &[&str] = &[
        "315f697074757820302e382e333a313a726f6f743a766d3a3235373ae9a39ee7a78be794b200e5bc80e58f91e983a80069636f6e2d7475782e706e67007574662d3800",
        "315f6c6274365f302331323823303031363345344430303032233023302330233430303123393a313739353134393138393a7465737465723a5445535450433a323039373135353ab2e2cad4d4b100d1d0b7a2d7e900",
        "315f697074757820302e382e333a31333a726f6f743a766d3a3238383ac4e3bac3b7c9c7ef00",
        "315f697074757820302e382e333a31343a726f6f743a766d3a39363a36616666636530613a313a3000",
    ];

    #[test]
    fn captured_datagrams_come_back_from_the_form() {
        for hex in CAPTURED {
            let bytes = hex::parse(hex).unwrap();
            let filled = Form::from_datagram(&bytes).unwrap();
            assert!(filled.exact, "{filled:?}");
            assert_eq!(
                filled.form.datagram(filled.number, filled.encoding.unwrap_or(TextEncoding::Gbk)).unwrap(),
                bytes
            );
        }
        let entry = Form::from_datagram(&hex::parse(CAPTURED[1]).unwrap()).unwrap();
        assert_eq!(entry.form.extra, r"测试员\x00研发组");
        assert!(entry.form.escapes && entry.form.final_nul);
    }

    #[test]
    fn what_a_form_cannot_hold_is_said() {
        let filled = Form::from_datagram(b"1:007:u:h:32:x").unwrap();
        assert_eq!((filled.number, filled.exact), (7, false));
        assert!(Form::from_datagram(b"1:2:3").is_err());
    }

    #[test]
    fn wrong_fields_are_named() {
        let refused = |form: Form| form.datagram(1, TextEncoding::Gbk).unwrap_err();
        assert_eq!(refused(Form { user: "a:b".to_owned(), ..tutorial() }), FormError::Colon(Field::User));
        let escaped = Form { host: r"a\x3Ab".to_owned(), escapes: true, ..tutorial() };
        assert_eq!(refused(escaped), FormError::Colon(Field::Host));
        let face = refused(Form { extra: "你好😀".to_owned(), ..tutorial() });
        assert!(matches!(&face, FormError::Unencodable(Field::Extra, e) if e.character == '😀'), "{face:?}");
        let wrong = refused(Form { extra: r"\q".to_owned(), escapes: true, ..tutorial() });
        assert!(matches!(wrong, FormError::Escape(Field::Extra, _)), "{wrong:?}");
        let long = refused(Form { extra: "x".repeat(9000), ..tutorial() });
        assert!(matches!(long, FormError::TooLong { len } if len > 9000), "{long:?}");
        assert!(Form { extra: "a:b".to_owned(), ..tutorial() }.datagram(1, TextEncoding::Gbk).is_ok());
    }

    #[test]
    fn commands_are_typed_in_decimal_or_hex() {
        for (text, command) in [("288", 288), (" 0x120 ", 288), ("0X20", 32), ("0", 0), ("4294967295", u32::MAX)] {
            assert_eq!(parse_command(text), Some(Command(command)), "{text}");
        }
        for wrong in ["", "0x", "-1", "+1", "0x-1", "120h", "4294967296", "1 2"] {
            assert_eq!(parse_command(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn automatic_numbers_always_grow() {
        assert_eq!(next_number(None, 1000), 1000);
        assert_eq!(next_number(Some(1000), 1000), 1001);
        assert_eq!(next_number(Some(5000), 1000), 5001);
        assert_eq!(next_number(Some(900), 1000), 1000);
    }
}
