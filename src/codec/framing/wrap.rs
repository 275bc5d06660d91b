//! The way back: what to send so that the other side finds a message.

use thiserror::Error;

use super::{Frame, Framer, Framing, MAX_FRAME_BYTES, slip};

/// Why a message can't be sent in a framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WrapError {
    /// Every frame is as long, and the message is not.
    #[error("the message has {len} bytes, a frame {expected}")]
    WrongLength {
        /// The message's length, in bytes.
        len: usize,
        /// A frame's length, in bytes.
        expected: u64,
    },
    /// The frame would be longer than the longest one.
    #[error("the frame would have {len} bytes, the longest has {max}")]
    TooLong {
        /// The frame's length, in bytes.
        len: u64,
        /// The longest frame, in bytes.
        max: u64,
    },
    /// The message lacks bytes of the headers around the length field.
    #[error("the message has {len} bytes, the headers around the length field need {needed}")]
    NoHeader {
        /// The message's length, in bytes.
        len: usize,
        /// How many it needs, in bytes.
        needed: usize,
    },
    /// The length field can't hold the number.
    #[error("the length does not fit into a field of {width} bytes")]
    NoSuchNumber {
        /// The field's width, in bytes.
        width: u8,
    },
    /// The other side would not find this message: it contains a delimiter or a mark, is empty where a frame can't be, or
    /// is not one message of the protocol.
    #[error("the receiver would not read this as one message")]
    NotOneFrame,
}

impl Framing {
    /// Appends to `out` what to send so that the other side's framing gives `payload`; on an error, nothing.
    ///
    /// - Lines, delimiter and marks that belong to the payload (`keep`) are added only if they are not there.
    /// - A length field is put into the payload at its offset: what comes before and after it in the frame's headers is
    ///   the message's own.
    /// - A message of Modbus/TCP, MQTT, HTTP and JSON has all that it needs: it is checked. JSON gets an LF, without
    ///   which the end of a number could not be seen.
    pub fn wrap(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), WrapError> {
        let before = out.len();
        let wrapped = self.wrap_unchecked(payload, out);
        let checked = wrapped.and_then(|()| self.check(payload, &out[before..]));
        if checked.is_err() {
            out.truncate(before);
        }
        checked
    }

    fn wrap_unchecked(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), WrapError> {
        match self {
            Self::Fixed { bytes } => {
                let expected = u64::from(bytes.get()).min(MAX_FRAME_BYTES);
                if payload.len() as u64 != expected {
                    return Err(WrapError::WrongLength { len: payload.len(), expected });
                }
            }
            Self::Length(field) => return field.wrap(payload, out),
            Self::Slip => {
                slip::wrap(payload, out);
                return Ok(());
            }
            Self::Marks { start, keep, .. } if !(*keep && payload.starts_with(start.bytes())) => {
                out.extend_from_slice(start.bytes());
            }
            _ => {}
        }
        out.extend_from_slice(payload);
        match self {
            Self::Lines { keep, send } if !(*keep && matches!(payload.last(), Some(b'\r' | b'\n'))) => {
                out.extend_from_slice(send.bytes());
            }
            Self::Delimiter { delimiter: end, keep } | Self::Marks { end, keep, .. }
                if !(*keep && payload.ends_with(end.bytes())) =>
            {
                out.extend_from_slice(end.bytes());
            }
            Self::Json => out.push(b'\n'),
            _ => {}
        }
        Ok(())
    }

    /// Whether what is sent is read as this one message.
    fn check(&self, payload: &[u8], sent: &[u8]) -> Result<(), WrapError> {
        let payload_bytes = match self {
            // Whatever the bytes are, these can't be read as anything else.
            Self::AsRead | Self::Idle { .. } | Self::Fixed { .. } | Self::Length(_) => return Ok(()),
            Self::Lines { keep, .. } | Self::Delimiter { keep, .. } | Self::Marks { keep, .. } => {
                Some(if *keep { sent.len() } else { payload.len() } as u64)
            }
            Self::ModbusTcp | Self::Mqtt | Self::Http | Self::Json | Self::Slip => None,
        };
        let len = sent.len() as u64;
        if len > MAX_FRAME_BYTES {
            return Err(WrapError::TooLong { len, max: MAX_FRAME_BYTES });
        }
        let (mut frames, mut is_right) = (0, true);
        let mut found = |frame: Frame| {
            frames += 1;
            let found_bytes = frame.payload.end - frame.payload.start;
            is_right &= frame.problem.is_none() && payload_bytes.is_none_or(|bytes| bytes == found_bytes);
        };
        let mut framer = Framer::new(self);
        framer.push(sent, 0, &mut found);
        framer.finish(&mut found);
        if frames == 1 && is_right { Ok(()) } else { Err(WrapError::NotOneFrame) }
    }
}
