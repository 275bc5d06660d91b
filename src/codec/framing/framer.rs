//! A rule at work on one stream.

use std::ops::Range;

use super::cuts::{Cuts, Place};
use super::delimited::{Delimiter, Fixed};
use super::header::Headed;
use super::http::Http;
use super::idle::Idle;
use super::json::Json;
use super::length::LengthField;
use super::lines::Lines;
use super::marks::Marks;
use super::modbus::Mbap;
use super::mqtt::FixedHeader;
use super::slip::Slip;
use super::{Frame, Framing, MAX_FRAME_BYTES, Problem};

/// Applies a [`Framing`] to one direction of one peer.
///
/// It keeps no bytes but those of a header or a line that is not complete. A clone is a checkpoint: given the bytes from
/// [`position`](Self::position) on, it says what the original says.
#[derive(Clone, Debug)]
pub struct Framer {
    rule: Rule,
    place: Place,
}

#[derive(Clone, Debug)]
enum Rule {
    AsRead,
    Idle(Idle),
    Lines(Lines),
    Delimiter(Delimiter),
    Fixed(Fixed),
    Marks(Marks),
    Length(Headed<LengthField>),
    ModbusTcp(Headed<Mbap>),
    Mqtt(Headed<FixedHeader>),
    Http(Http),
    Json(Json),
    Slip(Slip),
}

impl Framer {
    /// A framer at the beginning of a stream.
    pub fn new(framing: &Framing) -> Self {
        Self::starting_at(framing, 0)
    }

    /// A framer for the bytes of a stream from this one on, where a frame begins; see [`Framing::sure_start`].
    pub fn starting_at(framing: &Framing, position: u64) -> Self {
        Self::with_max(framing, position, MAX_FRAME_BYTES)
    }

    /// A framer with another longest frame than [`MAX_FRAME_BYTES`]; a [`LengthField`] has its own.
    pub fn with_max(framing: &Framing, position: u64, max_bytes: u64) -> Self {
        let max = max_bytes.max(1);
        let rule = match framing {
            Framing::AsRead => Rule::AsRead,
            Framing::Idle { ms } => Rule::Idle(Idle::new(*ms, max)),
            Framing::Lines { keep, .. } => Rule::Lines(Lines::new(*keep, max)),
            Framing::Delimiter { delimiter, keep } => Rule::Delimiter(Delimiter::new(delimiter, *keep, max)),
            Framing::Fixed { bytes } => Rule::Fixed(Fixed::new(*bytes, max)),
            Framing::Marks { start, end, keep } => Rule::Marks(Marks::new(start, end, *keep, max)),
            Framing::Length(field) => Rule::Length(Headed::new(*field, field.max_bytes)),
            Framing::ModbusTcp => Rule::ModbusTcp(Headed::new(Mbap, max)),
            Framing::Mqtt => Rule::Mqtt(Headed::new(FixedHeader, max)),
            Framing::Http => Rule::Http(Http::new(max)),
            Framing::Json => Rule::Json(Json::new(max)),
            Framing::Slip => Rule::Slip(Slip::new(position, max)),
        };
        Self { rule, place: Place::new(position) }
    }

    /// Takes what one read gave, with its time in nanoseconds (which only [`Framing::Idle`] looks at), and hands out
    /// each frame that is complete with it.
    pub fn push(&mut self, bytes: &[u8], time_ns: i64, mut found: impl FnMut(Frame)) {
        if bytes.is_empty() {
            return;
        }
        let cuts = &mut Cuts::new(&mut self.place, &mut found);
        let input = &mut &*bytes;
        match &mut self.rule {
            Rule::AsRead => {
                cuts.take(input, bytes.len());
                cuts.frame(cuts.start()..cuts.at());
            }
            Rule::Idle(rule) => rule.read(input, time_ns, cuts),
            Rule::Lines(rule) => rule.read(input, cuts),
            Rule::Delimiter(rule) => rule.read(input, cuts),
            Rule::Fixed(rule) => rule.read(input, cuts),
            Rule::Marks(rule) => rule.read(input, cuts),
            Rule::Length(rule) => rule.read(input, cuts),
            Rule::ModbusTcp(rule) => rule.read(input, cuts),
            Rule::Mqtt(rule) => rule.read(input, cuts),
            Rule::Http(rule) => rule.read(input, cuts),
            Rule::Json(rule) => rule.read(input, cuts),
            Rule::Slip(rule) => rule.read(input, cuts),
        }
    }

    /// After how long a pause [`idle`](Self::idle) would give a frame, in milliseconds; `None` if only bytes or the end
    /// of the stream can.
    pub fn idle_after_ms(&self) -> Option<u32> {
        match &self.rule {
            Rule::Idle(rule) if !self.pending().is_empty() => Some(rule.ms()),
            Rule::Lines(rule) => rule.idle_after_ms(),
            _ => None,
        }
    }

    /// Nothing came for [`idle_after_ms`](Self::idle_after_ms): gives the frame that a pause completes.
    pub fn idle(&mut self, mut found: impl FnMut(Frame)) {
        let cuts = &mut Cuts::new(&mut self.place, &mut found);
        match &mut self.rule {
            Rule::Idle(_) => Idle::pause(cuts),
            Rule::Lines(rule) => rule.pause(cuts),
            _ => {}
        }
    }

    /// The next byte of the stream that it wants.
    pub fn position(&self) -> u64 {
        self.pending().end
    }

    /// Which bytes of the stream it has seen that are in no frame yet.
    pub fn pending(&self) -> Range<u64> {
        self.place.pending()
    }

    /// The stream has ended: what is pending is a frame, or none. White space and the like after the last frame belongs
    /// to nothing.
    pub fn finish(mut self, mut found: impl FnMut(Frame)) {
        let cuts = &mut Cuts::new(&mut self.place, &mut found);
        let is_filler = match &mut self.rule {
            Rule::Idle(_) => {
                Idle::pause(cuts);
                false
            }
            Rule::Lines(rule) => rule.finish(cuts),
            Rule::Http(rule) => rule.finish(cuts),
            Rule::Json(rule) => rule.finish(cuts),
            Rule::Marks(rule) => {
                rule.finish(cuts);
                false
            }
            Rule::Slip(rule) => rule.is_filler(cuts),
            _ => false,
        };
        if !is_filler && cuts.at() > cuts.start() {
            cuts.bad(Problem::Unfinished);
        }
        cuts.flush();
    }
}
