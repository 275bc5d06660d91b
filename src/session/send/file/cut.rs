//! Cutting what is read into what is sent.

use crate::automation::finish;
use crate::codec::append::Block;
use crate::codec::framing::Framing;
use crate::journal::FileStop;

/// Takes what is read, in pieces of any length, and gives what is sent to `out`, with the bytes of the input that it
/// stands for, all before included. `out` says whether it wants more.
pub(super) trait Cut {
    fn feed(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop>;

    /// The input is over.
    fn end(&mut self, out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop>;
}

/// Each line a packet.
pub(super) struct Lines {
    pub strip: bool,
    pub append: Vec<Block>,
    pub framing: Framing,
    pub max_packet_bytes: usize,
    /// The begin of a line whose end is not there yet.
    rest: Vec<u8>,
    line: u64,
    taken: u64,
}

impl Lines {
    pub fn new(strip: bool, append: Vec<Block>, framing: Framing, max_packet_bytes: usize) -> Self {
        Self { strip, append, framing, max_packet_bytes, rest: Vec::new(), line: 0, taken: 0 }
    }

    /// A line with its end.
    fn packet(&self, line: &[u8]) -> Result<Option<Vec<u8>>, FileStop> {
        let body = match line.strip_suffix(b"\n") {
            Some(stripped) if self.strip => stripped.strip_suffix(b"\r").unwrap_or(stripped),
            _ => line,
        };
        if body.is_empty() {
            return Ok(None);
        }
        let packet = finish(body, &self.append, &self.framing)
            .map_err(|error| FileStop::Message { line: self.line, reason: error.to_string() })?;
        if packet.len() > self.max_packet_bytes {
            return Err(FileStop::LineTooLong { line: self.line, max_bytes: self.max_packet_bytes as u64 });
        }
        Ok(Some(packet))
    }
}

impl Cut for Lines {
    fn feed(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop> {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.taken += piece.len() as u64;
            if self.rest.is_empty() {
                self.line += 1;
            }
            // The line's end is not yet known to be one of the two that are taken away.
            if self.rest.len() + piece.len() > self.max_packet_bytes + 2 {
                return Err(FileStop::LineTooLong { line: self.line, max_bytes: self.max_packet_bytes as u64 });
            }
            if !piece.ends_with(b"\n") {
                self.rest.extend_from_slice(piece);
                return Ok(());
            }
            let packet = if self.rest.is_empty() {
                self.packet(piece)?
            } else {
                self.rest.extend_from_slice(piece);
                let packet = self.packet(&self.rest)?;
                self.rest.clear();
                packet
            };
            if packet.is_some_and(|packet| !out(&packet, self.taken)) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop> {
        let rest = std::mem::take(&mut self.rest);
        if let Some(packet) = self.packet(&rest)? {
            out(&packet, self.taken);
        }
        Ok(())
    }
}

/// HEX digits, as the send box understands them: groups of whole bytes between white space, commas, colons and
/// semicolons, each perhaps with `0x` before it.
pub(super) struct HexDigits {
    block_bytes: usize,
    block: Vec<u8>,
    /// The first digit of a byte, and its place.
    high: Option<(u8, u64, u64)>,
    group: Group,
    line: u64,
    column: u64,
    taken: u64,
}

/// How a group of digits began.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// It did not.
    None,
    /// With a zero and nothing else yet.
    Zero,
    /// With `0x` and nothing else yet.
    Prefix,
    /// Digits.
    Digits,
}

impl HexDigits {
    pub fn new(block_bytes: usize) -> Self {
        let block = Vec::with_capacity(block_bytes);
        Self { block_bytes, block, high: None, group: Group::None, line: 1, column: 0, taken: 0 }
    }

    fn digit(&mut self, digit: u8) {
        match self.high.take() {
            Some((high, ..)) => self.block.push(high << 4 | digit),
            None => self.high = Some((digit, self.line, self.column)),
        }
        self.group = match self.group {
            Group::None if digit == 0 => Group::Zero,
            _ => Group::Digits,
        };
    }

    fn end_group(&mut self) -> Result<(), FileStop> {
        if let Some((_, line, column)) = self.high {
            return Err(FileStop::OddDigit { line, column });
        }
        if self.group == Group::Prefix {
            return Err(FileStop::NotHex { line: self.line, column: self.column.saturating_sub(1), byte: b'x' });
        }
        self.group = Group::None;
        Ok(())
    }
}

impl Cut for HexDigits {
    fn feed(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop> {
        // A byte order mark is no content.
        let mark = if self.taken == 0 && bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        self.taken += mark as u64;
        for &byte in &bytes[mark..] {
            self.taken += 1;
            // A column is a character: the bytes that go on with one do not count.
            self.column += u64::from(byte & 0xC0 != 0x80);
            match byte {
                b'0'..=b'9' => self.digit(byte - b'0'),
                b'a'..=b'f' => self.digit(byte - b'a' + 10),
                b'A'..=b'F' => self.digit(byte - b'A' + 10),
                b'x' | b'X' if self.group == Group::Zero => {
                    self.high = None;
                    self.group = Group::Prefix;
                }
                b' ' | b'\t' | b'\r' | b',' | b':' | b';' => self.end_group()?,
                b'\n' => {
                    self.end_group()?;
                    self.line += 1;
                    self.column = 0;
                }
                _ => return Err(FileStop::NotHex { line: self.line, column: self.column, byte }),
            }
            if self.block.len() == self.block_bytes {
                let wanted = out(&self.block, self.taken);
                self.block.clear();
                if !wanted {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn FnMut(&[u8], u64) -> bool) -> Result<(), FileStop> {
        self.column += 1;
        self.end_group()?;
        if !self.block.is_empty() {
            out(&self.block, self.taken);
        }
        Ok(())
    }
}
