//! What the lines of a head say of the body.

use std::str;

use crate::codec::framing::Problem;

/// How the end of a body is found (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyLength {
    Bytes(u64),
    Chunked,
    UntilClose,
}

/// What was read of a message's head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// The status code of a response.
    status: Option<u16>,
    /// What the fields Content-Length say, as long as they say the same.
    length: Option<u64>,
    coding: Coding,
}

/// The last of the transfer codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    None,
    Chunked,
    Other,
}

/// A line that can't be in a head.
#[derive(Debug)]
pub(super) struct NotAField;

impl Head {
    /// Reads a start line: `GET / HTTP/1.1` or `HTTP/1.1 200 OK`.
    pub(super) fn new(line: &[u8]) -> Option<Self> {
        let status = if let Some(rest) = version(line) {
            Some(status(rest)?)
        } else {
            request(line)?;
            None
        };
        Some(Self { status, length: None, coding: Coding::None })
    }

    /// Reads a field line. Lines that begin with white space continue the one before them, and are passed over.
    pub(super) fn field(&mut self, line: &[u8]) -> Result<(), NotAField> {
        if !is_field(line) {
            return Err(NotAField);
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let name = name.trim_ascii_end();
        if name.eq_ignore_ascii_case(b"content-length") {
            for number in value.split(|byte| *byte == b',') {
                let number = decimal(number.trim_ascii()).ok_or(NotAField)?;
                if self.length.is_some_and(|length| length != number) {
                    return Err(NotAField);
                }
                self.length = Some(number);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let last = value.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
            let is_chunked = last.eq_ignore_ascii_case(b"chunked");
            self.coding = if is_chunked { Coding::Chunked } else { Coding::Other };
        }
        Ok(())
    }

    /// What the head says of the body.
    pub(super) fn body(&self) -> Result<BodyLength, Problem> {
        if matches!(self.status, Some(100..=199 | 204 | 304)) {
            return Ok(BodyLength::Bytes(0));
        }
        match (self.coding, self.length, self.status) {
            (Coding::Chunked, _, _) => Ok(BodyLength::Chunked),
            (Coding::Other, _, None) => Err(Problem::Malformed),
            (Coding::Other, _, Some(_)) | (Coding::None, None, Some(_)) => Ok(BodyLength::UntilClose),
            (Coding::None, Some(length), _) => Ok(BodyLength::Bytes(length)),
            (Coding::None, None, None) => Ok(BodyLength::Bytes(0)),
        }
    }
}

/// Whether a line can be a field's: `name: value`, or the continuation of one.
pub(super) fn is_field(line: &[u8]) -> bool {
    let mut parts = line.splitn(2, |byte| *byte == b':');
    let name = parts.next().unwrap_or_default();
    match line.first() {
        Some(b' ' | b'\t') => true,
        _ => parts.next().is_some() && is_token(name.trim_ascii_end()),
    }
}

/// The size at the front of a chunk, in hexadecimal; extensions may follow it.
pub(super) fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii_end();
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None; // from_str_radix takes a sign
    }
    u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None; // parse takes a sign
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

/// What follows the version at the front.
fn version(text: &[u8]) -> Option<&[u8]> {
    match text.strip_prefix(b"HTTP/1.")? {
        [minor, rest @ ..] if minor.is_ascii_digit() => Some(rest),
        _ => None,
    }
}

/// The status code after a version, with or without a reason.
fn status(rest: &[u8]) -> Option<u16> {
    let (code, reason) = rest.strip_prefix(b" ")?.split_at_checked(3)?;
    let is_code = matches!(code[0], b'1'..=b'9') && code.iter().all(u8::is_ascii_digit);
    if !is_code || !matches!(reason.first(), None | Some(b' ')) {
        return None;
    }
    str::from_utf8(code).ok()?.parse().ok()
}

/// A request line: method, target, version.
fn request(line: &[u8]) -> Option<()> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (method, target) = (parts.next()?, parts.next()?);
    let is_target = !target.is_empty() && target.iter().all(|byte| *byte > b' ' && *byte != 0x7F);
    (is_token(method) && is_target && version(parts.next()?)?.is_empty()).then_some(())
}

/// A token (RFC 9110 §5.6.2).
fn is_token(text: &[u8]) -> bool {
    let may_be_in = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(may_be_in)
}
