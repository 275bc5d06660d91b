//! MQTT control packets: the fixed header.

use std::collections::VecDeque;

use super::Problem;
use super::header::{Header, Verdict};

/// Packet type, flags and remaining length (MQTT 5.0 §2.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct FixedHeader;

impl Header for FixedHeader {
    fn verdict(&self, head: &VecDeque<u8>, max: u64, _in_step: bool) -> Verdict {
        let Some(min) = least_remaining(head[0]) else { return Verdict::Bad(Problem::Malformed) };
        let mut remaining = 0;
        for (index, byte) in head.range(1..).enumerate() {
            remaining |= u64::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                let len = head.len() as u64 + remaining;
                return if remaining < min || is_ping(head[0]) && remaining > 0 {
                    Verdict::Bad(Problem::Malformed)
                } else if len > max {
                    Verdict::Bad(Problem::TooLong { length: len, max })
                } else {
                    Verdict::Frame { len, payload: 0..len }
                };
            }
            if index == 3 {
                return Verdict::Bad(Problem::Malformed);
            }
        }
        Verdict::More
    }
}

/// The least remaining length of the packet with this first byte, over all versions; `None` if there is no such packet.
fn least_remaining(first: u8) -> Option<u64> {
    let flags = first & 0x0F;
    let (right_flags, min) = match first >> 4 {
        1 => (flags == 0, 12), // CONNECT: protocol name and version, flags, keep alive, client
        2 | 4 | 5 | 7 | 11 => (flags == 0, 2), // CONNACK, PUBACK, PUBREC, PUBCOMP, UNSUBACK
        3 => (flags & 0x06 != 0x06, 2), // PUBLISH: its QoS is not 3; a topic
        6 => (flags & !8 == 2, 2), // PUBREL; version 3.1 has DUP in it and in the requests below
        8 => (flags & !8 == 2, 5), // SUBSCRIBE: a packet identifier, a filter and its options
        9 => (flags == 0, 3),  // SUBACK
        10 => (flags & !8 == 2, 4), // UNSUBSCRIBE
        12..=15 => (flags == 0, 0), // PINGREQ, PINGRESP, DISCONNECT, AUTH
        _ => (false, 0),
    };
    right_flags.then_some(min)
}

/// PINGREQ and PINGRESP, which have no more than the fixed header.
fn is_ping(first: u8) -> bool {
    matches!(first >> 4, 12 | 13)
}
