//! Where each stream ends now, so that an append knows the record before it.

use std::collections::HashMap;

use super::{Kind, Peer};

/// How many (stream, direction) pairs are remembered. When a session has more, the quietest quarter is forgotten: such
/// a stream starts anew, as if the record before it had been given up.
const TAILS_MAX: usize = 65_536;

/// The end of one direction of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    /// Its last record.
    pub last: u64,
    /// The byte position behind that record.
    pub position: u64,
}

/// The ends of all streams.
#[derive(Default)]
pub(super) struct Tails {
    map: HashMap<(u32, Kind), Tail>,
}

/// What decodes as one: a direction of a TCP connection. Datagrams and events stand alone.
pub(super) fn stream_key(kind: Kind, peer: Option<&Peer>) -> Option<(u32, Kind)> {
    let stream = peer.map_or(0, |p| p.stream);
    (stream != 0 && kind != Kind::Event).then_some((stream, kind))
}

impl Tails {
    /// Notes that record `index` with `len` bytes continues the stream; returns its end before that.
    pub fn advance(&mut self, key: (u32, Kind), index: u64, len: usize) -> Option<Tail> {
        if let Some(tail) = self.map.get_mut(&key) {
            let before = *tail;
            *tail = Tail { last: index, position: before.position + len as u64 };
            return Some(before);
        }
        if self.map.len() >= TAILS_MAX {
            self.forget_quietest();
        }
        self.map.insert(key, Tail { last: index, position: len as u64 });
        None
    }

    /// Whether no later record of the stream exists.
    pub fn is_last(&self, key: (u32, Kind), index: u64) -> bool {
        self.map.get(&key).is_some_and(|tail| tail.last == index)
    }

    /// Bytes of memory, roughly.
    pub fn memory_bytes(&self) -> usize {
        self.map.capacity() * (size_of::<((u32, Kind), Tail)>() + 1)
    }

    fn forget_quietest(&mut self) {
        let mut last: Vec<u64> = self.map.values().map(|tail| tail.last).collect();
        let (_, &mut threshold, _) = last.select_nth_unstable(TAILS_MAX / 4);
        self.map.retain(|_, tail| tail.last > threshold);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_streams_forgets_the_quietest() {
        let mut tails = Tails::default();
        for stream in 1..=200_000u32 {
            assert!(tails.advance((stream, Kind::Received), u64::from(stream), 3).is_none());
        }
        assert!(tails.map.len() <= TAILS_MAX);
        assert!(!tails.is_last((1, Kind::Received), 1));
        assert!(tails.is_last((200_000, Kind::Received), 200_000));
        let before = tails.advance((200_000, Kind::Received), 200_001, 1).map(|t| (t.last, t.position));
        assert_eq!(before, Some((200_000, 3)));
        assert!(tails.advance((200_000, Kind::Sent), 200_002, 1).is_none(), "directions are apart");
    }
}
