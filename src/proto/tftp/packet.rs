//! Packets on the wire (RFC 1350 §5, RFC 2347): views into a datagram, and what writes them.

use std::fmt;

/// Octets that a request may have (RFC 2347).
pub const MAX_REQUEST: usize = 512;

/// Octets before the data of a DATA packet.
pub const DATA_HEADER: usize = 4;

const READ: u16 = 1;
const WRITE: u16 = 2;
const DATA: u16 = 3;
const ACK: u16 = 4;
const ERROR: u16 = 5;
const OPTION_ACK: u16 = 6;

/// One packet; its texts and data lie in the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// RRQ: the sender wants a file.
    Read(RequestFields<'a>),
    /// WRQ: the sender wants to give a file.
    Write(RequestFields<'a>),
    /// DATA: one block of the file.
    Data {
        /// The block's number, modulo 2^16.
        block: u16,
        /// Less than a block's size ends the file.
        data: &'a [u8],
    },
    /// ACK: this block and all before it arrived.
    Ack {
        /// The block's number, modulo 2^16; 0 answers a WRQ or an OACK.
        block: u16,
    },
    /// ERROR: the end of the transfer; never answered.
    Error {
        /// What went wrong.
        code: ErrorCode,
        /// In any encoding, without the NUL.
        text: &'a [u8],
    },
    /// OACK: the options that are in force.
    OptionAck(RawOptions<'a>),
}

/// What a RRQ or WRQ says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFields<'a> {
    /// The file's name, in any encoding.
    pub name: &'a [u8],
    /// `octet`, `netascii`, or what else the peer wrote, in any case.
    pub mode: &'a [u8],
    /// What was asked for.
    pub options: RawOptions<'a>,
}

/// The options of a packet: pairs of name and value, checked to be whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawOptions<'a>(&'a [u8]);

/// Why a datagram is no TFTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// Fewer octets than its kind needs.
    #[error("{0} octets are too few")]
    Short(usize),
    /// An opcode that no RFC has.
    #[error("opcode {0} is unknown")]
    Opcode(u16),
    /// A text whose NUL is missing: the packet was cut.
    #[error("a text is not ended by NUL")]
    Unterminated,
    /// An option without its value, or without a name.
    #[error("an option is not a pair of name and value")]
    BrokenOption,
}

/// How the octets of a file are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// As they are.
    #[default]
    Octet,
    /// As text with CR LF line ends ([`super::netascii`]).
    Netascii,
}

/// The code of an ERROR; others than those of the RFCs occur and are errors too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u16);

impl ErrorCode {
    /// The text says it.
    pub const SEE_TEXT: Self = Self(0);
    /// There is no such file.
    pub const NOT_FOUND: Self = Self(1);
    /// The file may not be read or written.
    pub const ACCESS: Self = Self(2);
    /// The disk is full or a limit is reached.
    pub const DISK_FULL: Self = Self(3);
    /// The packet makes no sense here.
    pub const ILLEGAL: Self = Self(4);
    /// The packet belongs to no transfer of this port.
    pub const UNKNOWN_TID: Self = Self(5);
    /// The file is already there.
    pub const EXISTS: Self = Self(6);
    /// There is no such user.
    pub const NO_USER: Self = Self(7);
    /// The options are not acceptable (RFC 2347).
    pub const OPTIONS: Self = Self(8);
}

impl Mode {
    /// The mode with this name, in any case.
    pub fn from_name(name: &[u8]) -> Option<Self> {
        [Self::Octet, Self::Netascii].into_iter().find(|mode| name.eq_ignore_ascii_case(mode.name().as_bytes()))
    }

    /// As it is written in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Octet => "octet",
            Self::Netascii => "netascii",
        }
    }
}

impl<'a> Packet<'a> {
    /// The packet in a datagram.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PacketError> {
        let Some((opcode, rest)) = number(bytes) else { return Err(PacketError::Short(bytes.len())) };
        match opcode {
            READ => Ok(Self::Read(RequestFields::parse(rest)?)),
            WRITE => Ok(Self::Write(RequestFields::parse(rest)?)),
            OPTION_ACK => Ok(Self::OptionAck(RawOptions::parse(rest)?)),
            DATA | ACK | ERROR => {
                let Some((value, rest)) = number(rest) else { return Err(PacketError::Short(bytes.len())) };
                match opcode {
                    DATA => Ok(Self::Data { block: value, data: rest }),
                    ACK => Ok(Self::Ack { block: value }), // some peers pad it
                    _ => Ok(Self::Error { code: ErrorCode(value), text: until_nul(rest).0 }),
                }
            }
            other => Err(PacketError::Opcode(other)),
        }
    }

    /// Appends the packet to `out`. A NUL inside of a text would end it early; names are checked before.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let mut put = |opcode: u16, parts: &[&[u8]]| {
            out.extend_from_slice(&opcode.to_be_bytes());
            for part in parts {
                out.extend_from_slice(part);
            }
        };
        match *self {
            Self::Read(request) => put(READ, &[request.name, b"\0", request.mode, b"\0", request.options.0]),
            Self::Write(request) => put(WRITE, &[request.name, b"\0", request.mode, b"\0", request.options.0]),
            Self::Data { block, data } => put(DATA, &[&block.to_be_bytes(), data]),
            Self::Ack { block } => put(ACK, &[&block.to_be_bytes()]),
            Self::Error { code, text } => put(ERROR, &[&code.0.to_be_bytes(), text, b"\0"]),
            Self::OptionAck(options) => put(OPTION_ACK, &[options.0]),
        }
    }

    /// The packet alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.emit(&mut out);
        out
    }
}

impl<'a> RequestFields<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, PacketError> {
        let (name, rest) = text(bytes)?;
        let (mode, rest) = text(rest)?;
        Ok(Self { name, mode, options: RawOptions::parse(rest)? })
    }
}

impl<'a> RawOptions<'a> {
    /// Checks that `bytes` are whole pairs; NULs after the last one, which some peers send, are left out.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PacketError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (name, after) = text(rest)?;
            if name.is_empty() {
                if rest.iter().any(|byte| *byte != 0) {
                    return Err(PacketError::BrokenOption);
                }
                break;
            }
            if after.is_empty() {
                return Err(PacketError::BrokenOption);
            }
            rest = text(after)?.1;
        }
        Ok(Self(&bytes[..bytes.len() - rest.len()]))
    }

    /// Name and value of each, as written.
    pub fn iter(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (name, after) = until_nul(rest);
            let (value, after) = until_nul(after);
            rest = after;
            Some((name, value))
        })
    }

    /// True if there is none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// The header of DATA `block`.
pub const fn data_header(block: u16) -> [u8; DATA_HEADER] {
    numbered(DATA, block)
}

/// ACK `block`, whole.
pub const fn ack(block: u16) -> [u8; 4] {
    numbered(ACK, block)
}

/// ERROR `code` with `text`, whole; a control character of the text becomes a space.
pub fn error(code: ErrorCode, text: &str) -> Vec<u8> {
    let text: String = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    Packet::Error { code, text: text.as_bytes() }.to_bytes()
}

/// Block and data, if the datagram is DATA: the one kind that must be told fast.
pub(super) fn as_data(bytes: &[u8]) -> Option<(u16, &[u8])> {
    match bytes {
        [0, 3, high, low, data @ ..] => Some((u16::from_be_bytes([*high, *low]), data)),
        _ => None,
    }
}

const fn numbered(opcode: u16, value: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (opcode.to_be_bytes(), value.to_be_bytes());
    [a, b, c, d]
}

fn number(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (head, rest) = bytes.split_first_chunk()?;
    Some((u16::from_be_bytes(*head), rest))
}

/// What stands before the first NUL, and what follows it.
fn until_nul(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

fn text(bytes: &[u8]) -> Result<(&[u8], &[u8]), PacketError> {
    if bytes.contains(&0) { Ok(until_nul(bytes)) } else { Err(PacketError::Unterminated) }
}

/// One line: the kind, its numbers, its options. Bytes of texts that are not printable ASCII are written `\xNN`.
impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(request) => write!(f, "RRQ {request}"),
            Self::Write(request) => write!(f, "WRQ {request}"),
            Self::Data { block, data } => write!(f, "DATA {block} ({} bytes)", data.len()),
            Self::Ack { block } => write!(f, "ACK {block}"),
            Self::Error { code, text } => write!(f, "ERROR {} {}", code.0, text.escape_ascii()),
            Self::OptionAck(options) => write!(f, "OACK{options}"),
        }
    }
}

impl fmt::Display for RequestFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.name.escape_ascii(), self.mode.escape_ascii(), self.options)
    }
}

impl fmt::Display for RawOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|(name, value)| write!(f, " {}={}", name.escape_ascii(), value.escape_ascii()))
    }
}
