//! One datagram: `version:number:user:host:command:extra`.
//!
//! Only the first five colons divide; `extra` may hold more of them, and NULs. Names and texts stay bytes here: their
//! encoding depends on what else is known of the sender (see [`text`](super::text)).

use std::ops::Range;

use thiserror::Error;

use super::Command;

/// The largest datagram that is read or should be sent, in bytes: the receive buffer of iptux.
pub const MAX_DATAGRAM_BYTES: usize = 8192;

/// What stands for a colon in a name, since the header has no way to escape one.
const COLON_SUBSTITUTE: u8 = b';';

const COLONS: usize = 5;

/// A datagram's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// `1`, or FeiQ's longer form (see [`FeiqVersion`](super::FeiqVersion)).
    pub version: Vec<u8>,
    /// The packet's number; the sender's clock in seconds, as a rule.
    pub number: u64,
    /// The sender's login name.
    pub user: Vec<u8>,
    /// The sender's host name.
    pub host: Vec<u8>,
    /// What is meant, with options.
    pub command: Command,
    /// Everything after the fifth colon, NULs included.
    pub extra: Vec<u8>,
}

impl Packet {
    /// Reads a datagram.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let fields = Fields::find(bytes)?;
        let number = decimal(&bytes[fields.number]).ok_or(Malformed::NumberNotDecimal)?;
        let command = decimal(&bytes[fields.command]).ok_or(Malformed::CommandNotDecimal)?;
        Ok(Self {
            version: bytes[fields.version].to_vec(),
            number,
            user: bytes[fields.user].to_vec(),
            host: bytes[fields.host].to_vec(),
            command: Command(u32::try_from(command).map_err(|_| Malformed::CommandNotDecimal)?),
            extra: bytes[fields.extra].to_vec(),
        })
    }

    /// The datagram. A colon in version, user or host is written as `;`, because it would begin the next field.
    pub fn emit(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(
            self.version.len()
                + self.user.len()
                + self.host.len()
                + self.extra.len()
                + "18446744073709551615".len() * 2,
        );
        push_field(&mut bytes, &self.version);
        push_field(&mut bytes, self.number.to_string().as_bytes());
        push_field(&mut bytes, &self.user);
        push_field(&mut bytes, &self.host);
        push_field(&mut bytes, self.command.0.to_string().as_bytes());
        bytes.extend_from_slice(&self.extra);
        bytes
    }

    /// The extra's parts between NULs, such as nick and group; the last may be empty.
    pub fn sections(&self) -> impl Iterator<Item = &[u8]> {
        self.extra.split(|byte| *byte == 0)
    }
}

fn push_field(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend(field.iter().map(|byte| if *byte == b':' { COLON_SUBSTITUTE } else { *byte }));
    bytes.push(b':');
}

/// Where in a datagram its fields are, without the colons between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// [`Packet::version`].
    pub version: Range<usize>,
    /// [`Packet::number`].
    pub number: Range<usize>,
    /// [`Packet::user`].
    pub user: Range<usize>,
    /// [`Packet::host`].
    pub host: Range<usize>,
    /// [`Packet::command`].
    pub command: Range<usize>,
    /// [`Packet::extra`].
    pub extra: Range<usize>,
}

impl Fields {
    /// Divides a datagram without looking into its fields.
    pub fn find(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.is_empty() {
            return Err(Malformed::Empty);
        }
        if bytes.len() > MAX_DATAGRAM_BYTES {
            return Err(Malformed::TooLong { len_bytes: bytes.len() });
        }
        let mut colons = [0; COLONS];
        let mut found = 0;
        for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b':').take(COLONS) {
            colons[found] = at;
            found += 1;
        }
        if found < COLONS {
            return Err(Malformed::TooFewFields { found: found + 1 });
        }
        let [version, number, user, host, command] = colons;
        Ok(Self {
            version: 0..version,
            number: version + 1..number,
            user: number + 1..user,
            host: user + 1..host,
            command: host + 1..command,
            extra: command + 1..bytes.len(),
        })
    }
}

/// Why bytes are not a datagram of this protocol.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Malformed {
    /// There is nothing.
    #[error("empty datagram")]
    Empty,
    /// Fewer than six fields, divided by colons.
    #[error("{found} fields divided by colons, not 6")]
    TooFewFields {
        /// How many there are.
        found: usize,
    },
    /// The second field is not a decimal number of at most 64 bits.
    #[error("the packet number is not a decimal number")]
    NumberNotDecimal,
    /// The fifth field is not a decimal number of at most 32 bits.
    #[error("the command is not a decimal number")]
    CommandNotDecimal,
    /// Longer than [`MAX_DATAGRAM_BYTES`].
    #[error("{len_bytes} bytes, more than {MAX_DATAGRAM_BYTES}")]
    TooLong {
        /// The datagram's length.
        len_bytes: usize,
    },
}

/// The packet number that an acknowledgement is about: the whole extra of RECVMSG, READMSG, ANSREADMSG and
/// RELEASEFILES, in decimal. What follows a NUL or a colon does not count.
pub fn parse_number(extra: &[u8]) -> Option<u64> {
    decimal(extra.split(|byte| matches!(byte, 0 | b':')).next()?)
}

/// The extra that [`parse_number`] reads, as iptux ends it: with a NUL.
pub fn emit_number(number: u64) -> Vec<u8> {
    format!("{number}\0").into_bytes()
}

/// A number in decimal digits alone.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    number(digits, 10)
}

/// A number in hexadecimal digits alone.
pub(super) fn hexadecimal(digits: &[u8]) -> Option<u64> {
    number(digits, 16)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    // `from_str_radix` would also take a sign.
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn only_the_first_five_colons_divide() {
        let packet = Packet::parse(b"1:100:user:host:288:a:b\0c:\0").unwrap();
        assert_eq!((packet.number, packet.command), (100, Command(288)));
        assert_eq!(packet.extra, b"a:b\0c:\0");
        assert_eq!(packet.sections().collect::<Vec<_>>(), [b"a:b".as_slice(), b"c:", b""]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |bytes: &[u8]| Packet::parse(bytes).unwrap_err();
        assert_eq!(refused(b""), Malformed::Empty);
        assert_eq!(refused(b"haha"), Malformed::TooFewFields { found: 1 });
        assert_eq!(refused(b"1:2:u:h:32"), Malformed::TooFewFields { found: 5 });
        assert_eq!(refused(b"1:+2:u:h:32:"), Malformed::NumberNotDecimal);
        assert_eq!(refused(b"1::u:h:32:"), Malformed::NumberNotDecimal);
        assert_eq!(refused(b"1:99999999999999999999:u:h:32:"), Malformed::NumberNotDecimal);
        assert_eq!(refused(b"1:2:u:h:0x20:"), Malformed::CommandNotDecimal);
        assert_eq!(refused(b"1:2:u:h:4294967296:"), Malformed::CommandNotDecimal);
        assert_eq!(refused(&[b':'; MAX_DATAGRAM_BYTES + 1]), Malformed::TooLong { len_bytes: 8193 });
    }

    #[test]
    fn a_colon_in_a_name_cannot_shift_the_fields() {
        let packet =
            Packet { version: b"1".to_vec(), user: b"a:b".to_vec(), host: b"::".to_vec(), ..Packet::default() };
        assert_eq!(packet.emit(), b"1:0:a;b:;;:0:");
    }

    #[test]
    fn the_number_that_an_ack_is_about() {
        assert_eq!(parse_number(b"12\0"), Some(12));
        assert_eq!(parse_number(b"12"), Some(12));
        assert_eq!(parse_number(b"12:0:"), Some(12));
        assert_eq!(parse_number(b"\0"), None);
        assert_eq!(parse_number(b"-1"), None);
        assert_eq!(parse_number(&emit_number(u64::MAX)), Some(u64::MAX));
    }
}
