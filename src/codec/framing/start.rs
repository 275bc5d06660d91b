//! Where a frame begins whatever came before: a way into the middle of a long stream.

use super::slip::END;
use super::{Framing, Mark};

impl Framing {
    /// The first place in `bytes` where a frame begins for sure, whatever the stream has before them; `position` is
    /// where they lie in the stream. `None` if there is none in them, or if the framing has no such places, so that
    /// only the beginning of the stream and clones of a [`Framer`](super::Framer) are a way in.
    ///
    /// | Framing | A frame begins |
    /// |---|---|
    /// | as read | with each read, which bytes alone don't tell |
    /// | idle | after each pause, which bytes alone don't tell |
    /// | lines | after LF, and after CR that no LF follows |
    /// | delimiter | after a delimiter that no other one overlaps |
    /// | fixed length | at each multiple of the length |
    /// | marks | with a start mark that no other mark overlaps, unless the marks share bytes |
    /// | SLIP | after END that another byte comes before |
    /// | lengths, Modbus/TCP, MQTT, HTTP, JSON | nowhere for sure |
    ///
    /// (A line whose LF came only after [`Framer::idle`](super::Framer::idle) had given it begins the next one.)
    pub fn sure_start(&self, bytes: &[u8], position: u64) -> Option<usize> {
        match self {
            Self::Lines { .. } => {
                bytes.iter().enumerate().find_map(|(index, byte)| match (byte, bytes.get(index + 1)) {
                    (b'\r', Some(b'\n')) => Some(index + 2),
                    (b'\n', _) | (b'\r', Some(_)) => Some(index + 1),
                    _ => None,
                })
            }
            Self::Delimiter { delimiter, .. } => lone(delimiter, bytes).next().map(|at| at + delimiter.bytes().len()),
            Self::Fixed { bytes: len } => {
                let left = position.next_multiple_of(u64::from(len.get())) - position;
                usize::try_from(left).ok().filter(|left| *left <= bytes.len())
            }
            Self::Marks { start, end, .. } if !share_bytes(start, end) => lone(start, bytes).next(),
            Self::Slip => bytes.windows(2).position(|pair| pair[0] != END && pair[1] == END).map(|at| at + 2),
            _ => None,
        }
    }
}

/// Where the mark lies, without those that another one overlaps or could overlap from before `bytes`.
fn lone<'a>(mark: &'a Mark, bytes: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mark = mark.bytes();
    let mut free_from = mark.len() - 1;
    bytes.windows(mark.len()).enumerate().filter(move |(_, part)| *part == mark).filter_map(move |(at, _)| {
        let is_free = at >= free_from;
        free_from = at + mark.len();
        is_free.then_some(at)
    })
}

/// Whether an end mark may overlap a start mark.
fn share_bytes(start: &Mark, end: &Mark) -> bool {
    start.bytes().iter().any(|byte| end.bytes().contains(byte))
}
