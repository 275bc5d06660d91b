//! Where the log's records come from: the journal, or its streams cut into frames.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::LogView;
use crate::codec::framing::Framing;
use crate::journal::framed::{Framed, FramedWaiting, Place};
use crate::journal::rows::{Anchor, Pos, Section, Source, Waiting};
use crate::journal::{Journal, Wake};

/// A journal, as it is or in frames.
#[derive(Clone)]
pub struct Origin {
    journal: Arc<Journal>,
    framing: Framing,
    framed: Option<Arc<Framed>>,
    since: Instant,
}

impl Origin {
    /// The journal as it is.
    pub fn of(journal: Arc<Journal>) -> Self {
        Self { journal, framing: Framing::AsRead, framed: None, since: Instant::now() }
    }

    /// The journal in a framing. Without a thread for that (the system has no more of them) it is the journal as it is.
    pub fn new(journal: &Arc<Journal>, framing: &Framing, wake: &Wake) -> Self {
        let mut origin = Self::of(Arc::clone(journal));
        origin.framing = framing.clone();
        if *framing != Framing::AsRead {
            match Framed::start(Arc::clone(journal), framing.clone(), Arc::clone(wake)) {
                Ok(framed) => origin.framed = Some(Arc::new(framed)),
                Err(error) => tracing::error!(%error, "start the thread of a framed view"),
            }
        }
        origin
    }

    /// Whether it is this journal in this framing.
    pub fn is(&self, journal: &Arc<Journal>, framing: &Framing) -> bool {
        Arc::ptr_eq(journal, &self.journal) && *framing == self.framing
    }

    /// The framing.
    pub fn framing(&self) -> &Framing {
        &self.framing
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// For the window.
    pub fn source(&self) -> Arc<dyn Source> {
        match &self.framed {
            Some(framed) => Arc::clone(framed) as _,
            None => Arc::clone(&self.journal) as _,
        }
    }

    /// For a thread that waits, until `stop` is set.
    pub fn waiting(&self, stop: &Arc<AtomicBool>) -> Box<dyn Source> {
        match &self.framed {
            Some(framed) => Box::new(FramedWaiting::new(Arc::clone(framed), Arc::clone(stop))),
            None => Box::new(Waiting::new(Arc::clone(&self.journal))),
        }
    }

    /// How much of the journal was cut into frames, until that is done for the first time, and since when.
    pub fn progress(&self) -> Option<(f32, Instant)> {
        self.framed.as_ref().and_then(|framed| framed.progress()).map(|share| (share, self.since))
    }

    /// Where in the journal a place of the view is, if that is known.
    pub fn place_of(&self, pos: Pos) -> Option<Place> {
        let offset = if pos.section == Section::Data { u64::from(pos.offset) } else { 0 };
        match &self.framed {
            Some(framed) => framed.place_of(pos.record).map(|place| Place { offset: place.offset + offset, ..place }),
            None => Some(Place { record: pos.record, offset }),
        }
    }

    /// Where in the view a place of the journal is; `None` while that is looked for.
    pub fn pos_of(&self, place: Place) -> Option<Pos> {
        match &self.framed {
            Some(framed) => framed.locate(place).map(|located| pos(located.index, located.offset)),
            None => Some(pos(place.record, place.offset)),
        }
    }
}

impl LogView {
    /// Shows another journal, from its end; or this one in another framing, from the same place.
    pub fn set_source(&mut self, journal: &Arc<Journal>, framing: &Framing, wake: &Wake) {
        if self.origin.is(journal, framing) {
            return;
        }
        if Arc::ptr_eq(journal, self.origin.journal()) {
            if !self.follow {
                let top = self.layouter.pos_of(self.anchor);
                self.sought = self.sought.or_else(|| self.origin.place_of(top));
            }
        } else {
            self.sought = None;
            self.follow = self.auto_scroll;
        }
        self.origin = Origin::new(journal, framing, wake);
        self.layouter.set_source(self.origin.source());
        self.anchor = Anchor::default();
        self.fraction = 0.0;
        self.selection = None;
        self.seen = self.records();
        self.seek();
    }

    /// How many records there are.
    pub(super) fn records(&self) -> u64 {
        self.layouter.source().extent().records
    }

    /// Goes to the place that was at the top before the framing was changed, once it is known where that is.
    pub(super) fn seek(&mut self) {
        if let Some(place) = self.sought
            && let Some(pos) = self.origin.pos_of(place)
        {
            self.sought = None;
            self.anchor = self.layouter.anchor_of(pos);
            self.fraction = 0.0;
            self.seen = self.records();
        }
    }
}

/// A byte of a record; before the first one is its header.
fn pos(record: u64, offset: u64) -> Pos {
    match offset {
        0 => Pos::start_of(record),
        offset => Pos::data(record, u32::try_from(offset).unwrap_or(u32::MAX)),
    }
}
