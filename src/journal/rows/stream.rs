//! The text of records as parts of their streams.

use super::context::{Context, Contexts, Reading};
use super::source::Source;
use super::text::TextBody;
use crate::codec::Charset;
use crate::codec::charset::{Decoded, Unit};
use crate::journal::{Fetch, Kind, Record};

/// Decodes records, whatever the order.
#[derive(Default)]
pub(super) struct StreamText {
    contexts: Contexts,
    decoded: Decoded,
}

/// How a run of records was decoded.
enum Run {
    /// As one record.
    Whole { lasting: bool },
    /// Not at all: each record has to be decoded by itself.
    Apart,
}

impl StreamText {
    /// Forgets what it knows of the records before, because the encoding or the journal changed.
    pub fn clear(&mut self) {
        self.contexts.clear();
    }

    /// Decodes a record, in its own encoding or else in this one. Returns whether that is final: an incomplete
    /// character at the end of a stream shows as damage until the rest comes. `None` while a record that it needs is
    /// being read from the disk.
    pub fn decode(&mut self, source: &dyn Source, record: &Record, charset: Charset) -> Option<bool> {
        if !in_stream(record) {
            self.alone(record, charset);
            return Some(true);
        }
        let torn = self.torn_before(source, record, charset)?;
        let context = self.contexts.of(source, record, charset)?;
        let reading = Reading::of(record, charset);
        let charset = reading.charset;
        let (half, bytes) = record.bytes().split_at(context.half_unit(record, charset));
        charset.decode(&context.bytes, bytes, &mut self.decoded);
        let pending = self.decoded.pending;
        let cut = self.contexts.note(record, reading, &context, bytes, pending);
        let incomplete = pending > 0 && (record.last_in_stream || cut);
        if incomplete {
            self.finish(&context, bytes, charset);
        }
        if torn + half.len() > 0 {
            let shift = half.len() as u32;
            self.decoded.units.iter_mut().for_each(|unit| unit.end += shift);
            let damage = |end| Unit { ch: char::REPLACEMENT_CHARACTER, end, malformed: true };
            let torn = (torn > 0).then_some(damage(0));
            self.decoded.units.splice(0..0, torn.into_iter().chain((shift > 0).then_some(damage(shift))));
        }
        Some(cut || !incomplete)
    }

    /// Decodes records that follow one another in one stream, all at once where that gives the same as one by one, and
    /// appends their characters. Returns what [`Self::decode`] does.
    pub fn decode_run(
        &mut self,
        source: &dyn Source,
        records: &[Record],
        charset: Charset,
        text: &mut TextBody,
    ) -> Option<bool> {
        if let Run::Whole { lasting } = self.decode_whole(source, records, charset)? {
            text.push_run(records.iter().map(|record| record.bytes().len()), &self.decoded.units);
            return Some(lasting);
        }
        let mut lasting = true;
        for (ordinal, record) in (0..).zip(records) {
            lasting &= self.decode(source, record, charset)?;
            text.push(ordinal, &self.decoded.units);
        }
        Some(lasting)
    }

    /// Decodes a run as one record, where that gives what its records give.
    fn decode_whole(&mut self, source: &dyn Source, records: &[Record], charset: Charset) -> Option<Run> {
        let [first, .., last] = records else { return Some(Run::Apart) };
        let apart = |record: &Record| record.head.charset.is_some() || record.framed.is_some();
        if !in_stream(first) || records.iter().any(apart) {
            return Some(Run::Apart);
        }
        let before = self.contexts.of(source, first, charset)?;
        if self.torn_before(source, first, charset)? + before.half_unit(first, charset) > 0 {
            return Some(Run::Apart);
        }
        let mut bytes = Vec::new();
        let mut context = before.clone();
        for record in records {
            let (after, cut) = context.after(record, charset, record.bytes());
            if cut {
                return Some(Run::Apart);
            }
            context = after;
            bytes.extend_from_slice(record.bytes());
        }
        charset.decode(&before.bytes, &bytes, &mut self.decoded);
        // All of it is UTF-8, and so is every part of it: each record by itself is taken for that too.
        let begins_whole = |byte: &u8| !matches!(byte, 0x80..=0xBF);
        let utf8 =
            self.decoded.charset == Charset::Utf8 && before.bytes.iter().chain(&bytes).next().is_none_or(begins_whole);
        if charset == Charset::Auto && !utf8 {
            return Some(Run::Apart);
        }
        let pending = self.decoded.pending;
        self.contexts.note_run(last, charset, context, pending);
        let incomplete = pending > 0 && last.last_in_stream;
        if incomplete {
            self.finish(&before, &bytes, charset);
        }
        Some(Run::Whole { lasting: !incomplete })
    }

    /// Decodes a record as if nothing came before or after it.
    pub fn alone(&mut self, record: &Record, charset: Charset) {
        record.head.charset.unwrap_or(charset).decode_to_end(&[], record.bytes(), &mut self.decoded);
    }

    /// The characters of the record that was decoded last.
    pub fn units(&self) -> &[Unit] {
        &self.decoded.units
    }

    /// Shows what was held back.
    fn finish(&mut self, context: &Context, bytes: &[u8], charset: Charset) {
        if charset == Charset::Auto && self.decoded.charset == Charset::Utf8 {
            // As it is UTF-8 so far, that is what it stays.
            let end = bytes.len() as u32;
            self.decoded.units.push(Unit { ch: char::REPLACEMENT_CHARACTER, end, malformed: true });
        } else {
            charset.decode_to_end(&context.bytes, bytes, &mut self.decoded);
        }
    }

    /// How many bytes the record before held back that nobody will complete, because this one is read otherwise.
    fn torn_before(&mut self, source: &dyn Source, record: &Record, charset: Charset) -> Option<usize> {
        // Only what was sent has encodings of its own.
        let Some(index) = record.previous.filter(|_| record.head.kind == Kind::Sent) else { return Some(0) };
        let reading = Reading::of(record, charset);
        if let Some((before, held)) = self.contexts.held_after(index) {
            return Some(if before == reading { 0 } else { held });
        }
        let before = match source.get(index) {
            Fetch::Ready(before) => before,
            Fetch::Loading => return None,
            Fetch::Lost | Fetch::OutOfRange => return Some(0),
        };
        let other = Reading::of(&before, charset);
        if other == reading {
            return Some(0);
        }
        let context = self.contexts.of(source, &before, charset)?;
        other.charset.decode(&context.bytes, before.bytes(), &mut self.decoded);
        let pending = self.decoded.pending;
        let cut = self.contexts.note(&before, other, &context, before.bytes(), pending);
        Some(if cut { 0 } else { pending })
    }
}

/// Whether a record is a part of a stream of bytes, and no datagram or event.
fn in_stream(record: &Record) -> bool {
    record.head.kind != Kind::Event && record.head.peer.is_some_and(|peer| peer.stream != 0)
}
