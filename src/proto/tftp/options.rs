//! Options (RFC 2347, 2348, 2349, 7440): what a client asks, what a server may answer, what is then in force.

use std::fmt;
use std::num::{NonZeroU8, NonZeroU16};
use std::time::Duration;

use super::packet::{RawOptions, RequestFields};

const BLKSIZE: &str = "blksize";
const WINDOWSIZE: &str = "windowsize";
const TIMEOUT: &str = "timeout";
const TSIZE: &str = "tsize";
const UTIMEOUT: &str = "utimeout";

/// Octets of data in a block: 8 to 65464 (RFC 2348).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockSize(u16);

impl BlockSize {
    /// Without the option.
    pub const DEFAULT: Self = Self(512);
    /// The smallest that RFC 2348 allows.
    pub const MIN: Self = Self(8);
    /// The largest that fits into a UDP datagram over IPv4 with its longest header.
    pub const MAX: Self = Self(65_464);

    /// The size, if RFC 2348 allows it.
    pub const fn new(octets: u16) -> Option<Self> {
        if octets >= Self::MIN.0 && octets <= Self::MAX.0 { Some(Self(octets)) } else { None }
    }

    /// In octets.
    pub const fn get(self) -> u16 {
        self.0
    }

    pub(super) fn octets(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for BlockSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The options that a client asks for; the default asks for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Larger blocks than 512 octets.
    pub block_size: Option<BlockSize>,
    /// Blocks per ACK (RFC 7440).
    pub window_size: Option<NonZeroU16>,
    /// Seconds after which the server repeats (RFC 2349).
    pub timeout: Option<NonZeroU8>,
    /// The same in microseconds: an extension of tftp-hpa's server, ignored by the others. On a path that loses packets
    /// it is what makes a download from that server fast, because it repeats nothing before its own time-out.
    pub utimeout: Option<u32>,
    /// The size of the file: 0 to ask for it, or what an upload has.
    pub size: Option<u64>,
}

/// What is in force between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Octets of data in a block.
    pub block_size: BlockSize,
    /// Blocks per ACK.
    pub window_size: NonZeroU16,
    /// After which time the server repeats, if it was negotiated.
    pub timeout: Option<Duration>,
    /// The size of the file as the peer says: for a progress bar and a warning, never for memory or the end of the file.
    pub size: Option<u64>,
}

impl Default for Negotiated {
    fn default() -> Self {
        Self { block_size: BlockSize::DEFAULT, window_size: NonZeroU16::MIN, timeout: None, size: None }
    }
}

/// Why an OACK is refused with ERROR 8. The value is as the server wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An option that was not asked for, with a value that is not its default.
    #[error("{option}={value} was not asked for")]
    NotAsked {
        /// The option's name, as the server wrote it.
        option: String,
        /// What it said.
        value: String,
    },
    /// Not a decimal number.
    #[error("{option}={value} is not a number")]
    NotANumber {
        /// The option's name.
        option: &'static str,
        /// What it said.
        value: String,
    },
    /// A number that the request does not allow.
    #[error("{option}={value} is not what was asked for: {asked}")]
    Against {
        /// The option's name.
        option: &'static str,
        /// What it said.
        value: String,
        /// What the request had.
        asked: u64,
    },
    /// The same option twice.
    #[error("{option} comes twice")]
    Twice {
        /// The option's name.
        option: &'static str,
    },
}

/// A size that can't be one: negative, no number, 2^63 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UselessSize;

impl Asked {
    /// True if nothing is asked for.
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self { block_size: None, window_size: None, timeout: None, utimeout: None, size: None })
    }

    /// As pairs of a request.
    pub(super) fn to_wire(self) -> Vec<u8> {
        let mut out = Vec::new();
        let timeout = self.timeout.map(|seconds| u64::from(seconds.get()));
        put(&mut out, TSIZE, self.size);
        put(&mut out, BLKSIZE, self.block_size.map(|size| size.0));
        put(&mut out, WINDOWSIZE, self.window_size);
        put(&mut out, TIMEOUT, timeout);
        put(&mut out, UTIMEOUT, self.utimeout);
        out
    }

    /// What an OACK puts in force.
    pub(super) fn check(&self, answer: RawOptions<'_>) -> Result<(Negotiated, Option<UselessSize>), Refusal> {
        let mut agreed = Negotiated::default();
        let mut useless = None;
        let mut seen = [false; 5];
        for (name, raw) in answer.iter() {
            let place = [BLKSIZE, WINDOWSIZE, TIMEOUT, TSIZE, UTIMEOUT].iter().position(|known| is(name, known));
            if let Some(place) = place
                && std::mem::replace(&mut seen[place], true)
            {
                return Err(Refusal::Twice { option: [BLKSIZE, WINDOWSIZE, TIMEOUT, TSIZE, UTIMEOUT][place] });
            }
            let not_asked = || Refusal::NotAsked { option: shown(name), value: shown(raw) };
            if is(name, BLKSIZE) {
                let asked = self.block_size.map(|size| u64::from(size.0));
                let octets = bounded(BLKSIZE, raw, u64::from(BlockSize::MIN.0), asked, 512).ok_or_else(not_asked)??;
                agreed.block_size = u16::try_from(octets).ok().and_then(BlockSize::new).unwrap_or(BlockSize::DEFAULT);
            } else if is(name, WINDOWSIZE) {
                let asked = self.window_size.map(|blocks| u64::from(blocks.get()));
                let blocks = bounded(WINDOWSIZE, raw, 1, asked, 1).ok_or_else(not_asked)??;
                agreed.window_size = u16::try_from(blocks).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
            } else if is(name, TIMEOUT) {
                let asked = self.timeout.map(|seconds| u64::from(seconds.get())).ok_or_else(not_asked)?;
                agreed.timeout = Some(Duration::from_secs(same(TIMEOUT, raw, asked)?));
            } else if is(name, UTIMEOUT) {
                let asked = self.utimeout.map(u64::from).ok_or_else(not_asked)?;
                agreed.timeout = Some(Duration::from_micros(same(UTIMEOUT, raw, asked)?));
            } else if is(name, TSIZE) && self.size.is_some() {
                agreed.size = decimal(raw).filter(|size| *size < 1 << 63);
                useless = agreed.size.is_none().then_some(UselessSize);
            } else {
                return Err(not_asked());
            }
        }
        Ok((agreed, useless))
    }
}

/// A value that may be smaller than asked. `None`: it was not asked for, and says something else than the default.
fn bounded(
    option: &'static str,
    raw: &[u8],
    least: u64,
    asked: Option<u64>,
    default: u64,
) -> Option<Result<u64, Refusal>> {
    let value = decimal(raw);
    let Some(asked) = asked else { return (value == Some(default)).then_some(Ok(default)) };
    Some(match value {
        None => Err(Refusal::NotANumber { option, value: shown(raw) }),
        Some(value) if (least..=asked).contains(&value) => Ok(value),
        Some(_) => Err(Refusal::Against { option, value: shown(raw), asked }),
    })
}

/// A value that must be as asked.
fn same(option: &'static str, raw: &[u8], asked: u64) -> Result<u64, Refusal> {
    match decimal(raw) {
        None => Err(Refusal::NotANumber { option, value: shown(raw) }),
        Some(value) if value == asked => Ok(value),
        Some(_) => Err(Refusal::Against { option, value: shown(raw), asked }),
    }
}

/// What a server grants at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Answer options at all; otherwise RFC 1350 alone.
    pub options: bool,
    /// The largest block.
    pub max_block_size: BlockSize,
    /// The largest window. With the block size it must fit into the socket's buffer for an upload.
    pub max_window_size: NonZeroU16,
}

impl Default for Policy {
    fn default() -> Self {
        Self { options: true, max_block_size: BlockSize::MAX, max_window_size: NonZeroU16::MAX }
    }
}

impl Policy {
    /// What a server puts in force for a request, and the OACK's pairs; `None` if no option is accepted, and there is
    /// no OACK. `size` is what the server says about the file, if anything.
    ///
    /// An unknown option, and a value outside of its range, are not accepted, as RFC 2347 lets a server do: a client
    /// that asks for too much still gets its file. A block size above the range is one of 65464 at most.
    pub(super) fn grant(self, request: &RequestFields<'_>, size: Option<u64>) -> (Negotiated, Option<Vec<u8>>) {
        let mut granted = Negotiated { size, ..Negotiated::default() };
        let mut out = Vec::new();
        let mut seen = [false; 4];
        let mut first = |place: usize| !std::mem::replace(&mut seen[place], true);
        for (name, raw) in request.options.iter().filter(|_| self.options) {
            let value = decimal(raw);
            if is(name, BLKSIZE) && first(0) {
                let octets = value.map_or(0, |value| value.min(u64::from(self.max_block_size.0)));
                if let Some(octets) = u16::try_from(octets).ok().and_then(BlockSize::new) {
                    granted.block_size = octets;
                    put(&mut out, BLKSIZE, Some(octets));
                }
            } else if is(name, WINDOWSIZE) && first(1) {
                let blocks = value.map_or(0, |value| value.min(u64::from(self.max_window_size.get())));
                if let Some(blocks) = u16::try_from(blocks).ok().and_then(NonZeroU16::new) {
                    granted.window_size = blocks;
                    put(&mut out, WINDOWSIZE, Some(blocks));
                }
            } else if is(name, TIMEOUT) && first(2) {
                if let Some(seconds) = value.and_then(|value| u8::try_from(value).ok()).filter(|seconds| *seconds > 0) {
                    granted.timeout = Some(Duration::from_secs(seconds.into()));
                    put(&mut out, TIMEOUT, Some(seconds));
                }
            } else if is(name, TSIZE) && value.is_some() && first(3) {
                put(&mut out, TSIZE, size);
            }
        }
        (granted, (!out.is_empty()).then_some(out))
    }
}

/// The size that a WRQ announces.
pub(super) fn announced_size(request: &RequestFields<'_>) -> Option<u64> {
    request.options.iter().find(|(name, _)| is(name, TSIZE)).and_then(|(_, raw)| decimal(raw))
}

fn is(name: &[u8], option: &str) -> bool {
    name.eq_ignore_ascii_case(option.as_bytes())
}

fn put(out: &mut Vec<u8>, option: &str, value: Option<impl fmt::Display>) {
    if let Some(value) = value {
        out.extend_from_slice(option.as_bytes());
        out.extend_from_slice(format!("\0{value}\0").as_bytes());
    }
}

/// Decimal digits, with leading zeros; what is larger than 64 bits is the largest of them.
fn decimal(raw: &[u8]) -> Option<u64> {
    let digits = !raw.is_empty() && raw.iter().all(u8::is_ascii_digit);
    digits.then(|| raw.iter().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}

/// Harmless and short, for a message.
fn shown(raw: &[u8]) -> String {
    raw[..raw.len().min(40)].escape_ascii().to_string()
}
