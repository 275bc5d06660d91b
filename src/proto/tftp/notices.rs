//! ERROR packets that wait to be sent: to strangers, and the last word to a peer.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::packet::{self, ErrorCode};

/// More are not kept: a flood from forged addresses costs no memory, and gets few answers.
const MOST: usize = 4;

/// Octets of a text; with the rest of the packet it fits into any buffer.
const LONGEST_TEXT: usize = 400;

/// A short queue of ERROR packets.
#[derive(Debug, Default)]
pub(super) struct Notices(VecDeque<(SocketAddr, Vec<u8>)>);

impl Notices {
    /// One more, unless there are too many.
    pub(super) fn push(&mut self, to: SocketAddr, code: ErrorCode, text: &str) {
        if self.0.len() < MOST {
            let end = text.floor_char_boundary(LONGEST_TEXT);
            self.0.push_back((to, packet::error(code, &text[..end])));
        }
    }

    /// The last word, instead of all others.
    pub(super) fn close_with(&mut self, to: SocketAddr, code: ErrorCode, text: &str) {
        self.0.clear();
        self.push(to, code, text);
    }

    /// Writes the next one: where to, and its length.
    pub(super) fn pop(&mut self, buf: &mut [u8]) -> Option<(SocketAddr, usize)> {
        let (to, notice) = self.0.pop_front()?;
        buf[..notice.len()].copy_from_slice(&notice);
        Some((to, notice.len()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
