//! Modbus/TCP: the MBAP header.

use std::collections::VecDeque;

use super::Problem;
use super::header::{Header, Verdict};

/// Transaction, protocol and length, two bytes each, before what the length counts: unit and function at least.
const HEADER_BYTES: u64 = 6;
const LENGTH_MIN: u64 = 2;
const LENGTH_MAX: u64 = 254;
/// The functions of some vendors go beyond the specification, up to a kilobyte.
const VENDOR_LENGTH_MAX: u64 = 1024;

/// The header of the Modbus application protocol.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mbap;

impl Header for Mbap {
    fn verdict(&self, head: &VecDeque<u8>, max: u64, in_step: bool) -> Verdict {
        if head.iter().skip(2).take(2).any(|protocol| *protocol != 0) {
            return Verdict::Bad(Problem::Malformed);
        }
        let (Some(high), Some(low)) = (head.get(4), head.get(5)) else { return Verdict::More };
        let len = HEADER_BYTES + u64::from(u16::from_be_bytes([*high, *low]));
        let length_max = if in_step { VENDOR_LENGTH_MAX } else { LENGTH_MAX };
        let (min, max) = (HEADER_BYTES + LENGTH_MIN, max.min(HEADER_BYTES + length_max));
        if len < min {
            Verdict::Bad(Problem::TooShort { length: len.cast_signed(), min })
        } else if len > max {
            Verdict::Bad(Problem::TooLong { length: len, max })
        } else {
            Verdict::Frame { len, payload: 0..len }
        }
    }
}
