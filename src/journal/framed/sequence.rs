//! A framed view from one end of the journal to the other, for a thread that writes it down.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::build::{Builder, Built, Standing, pending, shown, whole};
use super::cutter::{Cut, Cutter, Found, Input};
use super::limits::Limits;
use super::reader::Reader;
use crate::codec::framing::Framing;
use crate::journal::{Journal, Record};

/// Gives the records of a framed view, one after the other, as the records of the journal are put in. It keeps no index
/// and no frames, only how far each stream is.
pub struct Sequence {
    framing: Framing,
    limits: Limits,
    cutter: Cutter,
    reader: Reader,
    next: u64,
}

impl Sequence {
    /// From the beginning of a journal.
    pub fn new(journal: Arc<Journal>, framing: &Framing, limits: Limits) -> Self {
        Self {
            framing: framing.clone(),
            limits,
            cutter: Cutter::new(framing),
            reader: Reader::new(journal, Arc::new(AtomicBool::new(false))),
            next: 0,
        }
    }

    /// Takes the journal's next record; gives what is complete with it. What can't be read (any more) is left out, and
    /// the first error of `give` ends it.
    pub fn push<E>(&mut self, record: &Record, mut give: impl FnMut(&Record) -> Result<(), E>) -> Result<(), E> {
        let input =
            Input { index: record.index, head: record.head, position: record.stream_position, bytes: record.bytes() };
        let mut cuts = Vec::new();
        self.cutter.record(&input, |cut| cuts.push(cut));
        for cut in cuts {
            match cut {
                Cut::Whole => self.give([whole(&input, self.next)], &mut give)?,
                Cut::Frame(found) => self.frame(&found, Standing::Settled, &mut give)?,
            }
        }
        Ok(())
    }

    /// The journal has ended: gives what is not complete.
    pub fn finish<E>(mut self, mut give: impl FnMut(&Record) -> Result<(), E>) -> Result<(), E> {
        let mut open: Vec<(Found, Standing)> = Vec::new();
        for (key, stream) in self.cutter.streams() {
            open.extend(pending(&stream.framer).into_iter().map(|(frame, standing)| {
                (Found { frame, kind: key.1, peer: stream.peer, trail: stream.trail }, standing)
            }));
        }
        open.sort_by_key(|(found, _)| (found.trail.record, found.peer.stream, found.kind as u8));
        open.iter().try_for_each(|(found, standing)| self.frame(found, *standing, &mut give))
    }

    fn frame<E>(
        &mut self,
        found: &Found,
        standing: Standing,
        give: &mut impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = shown(&found.frame);
        let first = self.next;
        for number in 0..self.limits.slices(all.end - all.start) {
            let mut builder = Builder { framing: &self.framing, limits: &self.limits, reader: &mut self.reader };
            let built = builder.frame(found, standing, first, number..number + 1);
            self.give(built, give)?;
        }
        Ok(())
    }

    fn give<E>(
        &mut self,
        built: impl IntoIterator<Item = Built>,
        give: &mut impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<(), E> {
        for built in built {
            self.next += 1;
            if let Some(record) = &built.record {
                give(record)?;
            }
        }
        Ok(())
    }
}
