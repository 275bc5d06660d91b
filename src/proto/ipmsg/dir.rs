//! A folder as one TCP stream: a header for each entry, data behind a file's, and a header that leaves the directory.
//!
//! A header is `hhhh:name:size:attr[:ext]:`, of which `hhhh` (hexadecimal) is the length from its own first byte to the
//! colon before the data. A directory's header enters it, `.:0:3:` leaves it; leaving the root ends the stream. FeiQ may
//! put binary bytes before the first header.
//!
//! The decoder holds one header at most, and passes data through. It judges no name: whoever writes to a disk asks
//! [`safe_name`](super::safe_name) and takes the root's name from the offer.

use thiserror::Error;

use super::FileKind;
use super::attach::{ExtAttr, parse_ext, push_ext, push_name, take_name};
use super::packet::hexadecimal;

/// The header that leaves a directory.
pub const LEAVE_HEADER: &[u8] = b"000b:.:0:3:";

/// So many bytes before the first header's colon are looked at.
const MAX_PREAMBLE_BYTES: usize = 1024;

const LENGTH_DIGITS: usize = 4;

/// An entry of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirHeader {
    /// In the sender's encoding.
    pub name: Vec<u8>,
    /// A file's length in bytes; of a directory without meaning.
    pub size: u64,
    /// The kind in the low byte.
    pub attr: u32,
    /// What else is said of it.
    pub ext: Vec<ExtAttr>,
}

/// A header with its name cannot be said in four digits.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a header of {len_bytes} bytes, more than 65535")]
pub struct HeaderTooLong {
    /// How long it would be.
    pub len_bytes: usize,
}

impl DirHeader {
    /// What it is.
    pub const fn kind(&self) -> FileKind {
        FileKind::from_attr(self.attr)
    }

    /// When it was last written, in seconds since 1970, if that is said.
    pub fn mtime(&self) -> Option<u64> {
        self.ext.iter().find(|ext| ext.key == ExtAttr::MTIME)?.number()
    }

    /// The header's bytes.
    pub fn emit(&self) -> Result<Vec<u8>, HeaderTooLong> {
        let mut header = b"0000:".to_vec();
        push_name(&mut header, &self.name);
        header.extend_from_slice(format!(":{:x}:{:x}:", self.size, self.attr).as_bytes());
        push_ext(&mut header, &self.ext);
        let len = u16::try_from(header.len()).map_err(|_| HeaderTooLong { len_bytes: header.len() })?;
        header[..LENGTH_DIGITS].copy_from_slice(format!("{len:04x}").as_bytes());
        Ok(header)
    }

    /// Reads what follows `hhhh:`.
    fn parse(body: &[u8]) -> Option<Self> {
        let (name, rest) = take_name(body)?;
        let mut fields = rest.split(|byte| *byte == b':');
        Some(Self {
            name,
            size: hexadecimal(fields.next()?)?,
            attr: u32::try_from(hexadecimal(fields.next()?)?).ok()?,
            ext: parse_ext(fields),
        })
    }
}

/// What a stream may contain at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirLimits {
    /// Directories within each other, the root included.
    pub depth: usize,
    /// Files and directories.
    pub entries: u64,
    /// Data, in bytes.
    pub bytes: u64,
}

impl Default for DirLimits {
    fn default() -> Self {
        Self { depth: 64, entries: 100_000, bytes: u64::MAX }
    }
}

/// What comes next in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirEvent<'a> {
    /// A directory begins; what follows lies in it. The first is the root.
    Enter(DirHeader),
    /// A file begins; `size` bytes follow as [`DirEvent::Data`].
    File(DirHeader),
    /// The file goes on.
    Data(&'a [u8]),
    /// The file has all its bytes.
    EndOfFile,
    /// A link, a device or the like; its data, if it has any, is passed over.
    Special(DirHeader),
    /// The directory ends.
    Leave,
    /// The root was left: whatever follows is not of the folder.
    Done,
}

/// Why a stream is not read further.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DirError {
    /// There is no length where a header should begin.
    #[error("no header where one should begin")]
    NoHeader,
    /// The length is shorter than what stands before the name.
    #[error("a header that says it is {len_bytes} bytes long")]
    HeaderLength {
        /// What it says.
        len_bytes: u16,
    },
    /// The header has no name, size or attribute.
    #[error("a header without name, size or attribute")]
    HeaderMalformed,
    /// The first header is not a directory's.
    #[error("the stream does not begin with a directory")]
    NoRoot,
    /// More directories within each other than [`DirLimits::depth`].
    #[error("more than {max} directories within each other")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// More files and directories than [`DirLimits::entries`].
    #[error("more than {max} files and directories")]
    TooManyEntries {
        /// The limit.
        max: u64,
    },
    /// More data than [`DirLimits::bytes`].
    #[error("more than {max} bytes")]
    TooManyBytes {
        /// The limit.
        max: u64,
    },
}

/// Reads a folder's stream, in pieces of any length.
#[derive(Clone, Debug)]
pub struct DirDecoder {
    limits: DirLimits,
    state: State,
    /// What has come of a header's length or of what follows it.
    partial: Vec<u8>,
    depth: usize,
    entries: u64,
    bytes: u64,
}

#[derive(Clone, Debug)]
enum State {
    /// Before the first header's colon.
    Preamble,
    /// Before a header's colon.
    Length,
    /// In a header that lacks so many bytes.
    Header {
        missing: usize,
    },
    /// In a file.
    Data {
        left: u64,
    },
    /// In something that is not kept.
    Skip {
        left: u64,
    },
    /// The root was left; not yet told.
    Left,
    Done,
    Failed(DirError),
}

impl DirDecoder {
    /// A decoder at the beginning of a stream.
    pub fn new(limits: DirLimits) -> Self {
        Self { limits, state: State::Preamble, partial: Vec::new(), depth: 0, entries: 0, bytes: 0 }
    }

    /// Whether the folder is complete.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Left | State::Done)
    }

    /// Files and directories so far, and the bytes that their headers say.
    pub fn counted(&self) -> (u64, u64) {
        (self.entries, self.bytes)
    }

    /// Takes from the front of `input` what is needed for the next event; `None` when more must come (or, after
    /// [`DirEvent::Done`], never). After an error every call gives that error.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<DirEvent<'a>>, DirError> {
        let event = self.step(input);
        if let Err(error) = &event {
            self.state = State::Failed(error.clone());
        }
        event
    }

    fn step<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<DirEvent<'a>>, DirError> {
        loop {
            match &mut self.state {
                State::Preamble => {
                    if !self.take_until_colon(input, MAX_PREAMBLE_BYTES)? {
                        return Ok(None);
                    }
                    let before_digits = self.partial.len().saturating_sub(LENGTH_DIGITS);
                    self.partial.drain(..before_digits);
                    self.begin_header()?;
                }
                State::Length => {
                    if !self.take_until_colon(input, LENGTH_DIGITS)? {
                        return Ok(None);
                    }
                    self.begin_header()?;
                }
                State::Header { missing } => {
                    let taken = take(input, *missing);
                    *missing -= taken.len();
                    self.partial.extend_from_slice(taken);
                    if !matches!(self.state, State::Header { missing: 0 }) {
                        return Ok(None);
                    }
                    let header = DirHeader::parse(&self.partial).ok_or(DirError::HeaderMalformed)?;
                    self.partial.clear();
                    return self.entry(header).map(Some);
                }
                State::Data { left: 0 } => {
                    self.state = State::Length;
                    return Ok(Some(DirEvent::EndOfFile));
                }
                State::Data { left } => {
                    let data = take_up_to(input, *left);
                    *left -= data.len() as u64;
                    return Ok((!data.is_empty()).then_some(DirEvent::Data(data)));
                }
                State::Skip { left: 0 } => self.state = State::Length,
                State::Skip { left } => {
                    let skipped = take_up_to(input, *left);
                    *left -= skipped.len() as u64;
                    if skipped.is_empty() {
                        return Ok(None);
                    }
                }
                State::Left => {
                    self.state = State::Done;
                    return Ok(Some(DirEvent::Done));
                }
                State::Done => return Ok(None),
                State::Failed(error) => return Err(error.clone()),
            }
        }
    }

    /// Collects what stands before a colon, and whether the colon came.
    fn take_until_colon(&mut self, input: &mut &[u8], max_bytes: usize) -> Result<bool, DirError> {
        let colon = input.iter().position(|byte| *byte == b':');
        let before = colon.unwrap_or(input.len());
        if self.partial.len() + before > max_bytes {
            return Err(DirError::NoHeader);
        }
        self.partial.extend_from_slice(take(input, before));
        take(input, usize::from(colon.is_some()));
        Ok(colon.is_some())
    }

    /// Reads the length before the colon that just came.
    fn begin_header(&mut self) -> Result<(), DirError> {
        let digits = self.partial.len();
        let len = hexadecimal(&self.partial).and_then(|len| u16::try_from(len).ok()).ok_or(DirError::NoHeader)?;
        self.partial.clear();
        let missing = usize::from(len).checked_sub(digits + 1).filter(|missing| *missing > 0);
        let missing = missing.ok_or(DirError::HeaderLength { len_bytes: len })?;
        self.state = State::Header { missing };
        Ok(())
    }

    fn entry(&mut self, header: DirHeader) -> Result<DirEvent<'static>, DirError> {
        let kind = header.kind();
        if self.depth == 0 && kind != FileKind::Directory {
            return Err(DirError::NoRoot);
        }
        if kind == FileKind::ReturnParent {
            self.depth -= 1;
            self.state = if self.depth == 0 { State::Left } else { State::Length };
            return Ok(DirEvent::Leave);
        }
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(DirError::TooManyEntries { max: self.limits.entries });
        }
        if kind == FileKind::Directory {
            self.depth += 1;
            if self.depth > self.limits.depth {
                return Err(DirError::TooDeep { max: self.limits.depth });
            }
            self.state = State::Length;
            return Ok(DirEvent::Enter(header));
        }
        self.bytes = self
            .bytes
            .checked_add(header.size)
            .filter(|bytes| *bytes <= self.limits.bytes)
            .ok_or(DirError::TooManyBytes { max: self.limits.bytes })?;
        let left = header.size;
        if kind == FileKind::Regular {
            self.state = State::Data { left };
            Ok(DirEvent::File(header))
        } else {
            self.state = State::Skip { left };
            Ok(DirEvent::Special(header))
        }
    }
}

/// Takes at most `max` bytes off the front.
fn take<'a>(input: &mut &'a [u8], max: usize) -> &'a [u8] {
    let (taken, rest) = input.split_at(max.min(input.len()));
    *input = rest;
    taken
}

fn take_up_to<'a>(input: &mut &'a [u8], max: u64) -> &'a [u8] {
    take(input, usize::try_from(max).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
