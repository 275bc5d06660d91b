//! Reads the chat from a journal, around a place and never all of it, and without waiting for the disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::said::{Said, What, When, bubble_text, same_message};
use crate::journal::framed::FrameState;
use crate::journal::rows::{Class, Laid, PlainText, Source, View, Words};
use crate::journal::{Event, Fetch, Kind, KindMask, Peer, Record, Seek, Timestamp};

/// So many things are kept.
const KEPT: usize = 2000;
/// The same to several is one thing within so many records.
const BLOCK: u64 = 256;

/// Turns records into things of the chat.
pub struct Reader {
    source: Arc<dyn Source>,
    view: View,
    words: Words,
    text: PlainText,
    zone: TimeZone,
    /// What can't change any more, by its first record.
    lasting: BTreeMap<u64, Arc<Said>>,
    order: VecDeque<u64>,
    /// What may change with the next record, as of this revision of the journal.
    fresh: BTreeMap<u64, Arc<Said>>,
    as_of: u64,
}

impl Reader {
    /// Of a journal.
    pub fn new(source: Arc<dyn Source>, view: View, words: Words) -> Self {
        Self {
            text: PlainText::new(Arc::clone(&source), view, words.clone()),
            source,
            view,
            words,
            zone: TimeZone::system(),
            lasting: BTreeMap::new(),
            order: VecDeque::new(),
            fresh: BTreeMap::new(),
            as_of: 0,
        }
    }

    /// The journal.
    pub fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// How it shows.
    pub fn view(&self) -> View {
        self.view
    }

    /// Shows otherwise.
    pub fn set_view(&mut self, view: View) {
        *self = Self::new(Arc::clone(&self.source), view, self.words.clone());
    }

    /// Says events otherwise.
    pub fn set_words(&mut self, words: Words) {
        *self = Self::new(Arc::clone(&self.source), self.view, words);
    }

    /// Reads another journal.
    pub fn set_source(&mut self, source: Arc<dyn Source>) {
        *self = Self::new(source, self.view, self.words.clone());
    }

    /// How many records there are.
    pub fn len(&self) -> u64 {
        self.source.extent().records
    }

    fn mask(&self) -> KindMask {
        let mask = KindMask::only(Kind::Sent).with(Kind::Event);
        if self.view.hide_received { mask } else { mask.with(Kind::Received) }
    }

    /// The first thing at or after a record.
    pub fn at_or_after(&mut self, index: u64) -> Option<Arc<Said>> {
        if index < self.source.extent().lost_records {
            return Some(self.given_up());
        }
        match self.source.next_visible(index, self.mask()) {
            Seek::Found(found) => Some(self.said(found)),
            Seek::Loading(at) => Some(loading(at.max(index))),
            Seek::None => None,
        }
    }

    /// The last thing before a record.
    pub fn before(&mut self, index: u64) -> Option<Arc<Said>> {
        let lost = self.source.extent().lost_records;
        if index > lost {
            match self.source.previous_visible(index - 1, self.mask()) {
                Seek::Found(found) if found >= lost => return Some(self.said(found)),
                Seek::Loading(at) if at >= lost => return Some(loading(at.min(index - 1))),
                _ => {}
            }
        }
        (lost > 0 && index > 0).then(|| self.given_up())
    }

    fn given_up(&self) -> Arc<Said> {
        let extent = self.source.extent();
        let event = Event::GivenUp { records: extent.lost, bytes: extent.lost_bytes };
        let text = (self.words.event_text)(&event, None);
        let what = What::Event { text, bad: true };
        Arc::new(Said { first: 0, next: extent.lost_records, when: When::default(), what })
    }

    fn said(&mut self, index: u64) -> Arc<Said> {
        let revision = self.source.extent().revision;
        let covering = |map: &BTreeMap<u64, Arc<Said>>| {
            map.range(..=index).next_back().filter(|(_, said)| index < said.next).map(|(_, said)| Arc::clone(said))
        };
        let known = covering(&self.lasting).or_else(|| covering(&self.fresh).filter(|_| self.as_of == revision));
        if let Some(said) = known {
            return said;
        }
        let Some((said, lasting)) = self.read(index) else { return loading(index) };
        let said = Arc::new(said);
        if lasting {
            self.keep(&said);
        } else {
            if self.as_of != revision || self.fresh.len() >= KEPT {
                self.fresh.clear();
                self.as_of = revision;
            }
            self.fresh.insert(said.first, Arc::clone(&said));
        }
        said
    }

    fn keep(&mut self, said: &Arc<Said>) {
        if self.lasting.insert(said.first, Arc::clone(said)).is_none() {
            self.order.push_back(said.first);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.lasting.remove(&oldest);
        }
    }

    /// What a record is, and whether it can't change any more. `None` while something is being read from the disk.
    fn read(&mut self, index: u64) -> Option<(Said, bool)> {
        let record = match self.source.get(index) {
            Fetch::Ready(record) => record,
            Fetch::Loading | Fetch::OutOfRange => return None,
            Fetch::Lost => {
                return Some((
                    Said { first: index, next: index + 1, when: When::default(), what: What::Damaged },
                    false,
                ));
            }
        };
        let when = self.when(record.head.time);
        if record.head.kind == Kind::Event {
            let (text, bad) = self.event(&record);
            return Some((Said { first: index, next: index + 1, when, what: What::Event { text, bad } }, true));
        }
        let sent = record.head.kind == Kind::Sent;
        let run = if sent { self.run_of(&record)? } else { Run::of(record) };
        let (text, settled) = self.text.payload_now(&run.first)?;
        let (text, cut) = bubble_text(&text);
        let frame = self.frame_of(&run.first);
        let what = What::Message { sent, peers: run.peers, text, bytes: run.first.bytes().len(), cut, frame };
        let when = self.when(run.first.head.time);
        let lasting = settled && run.ended && !run.first.framed.is_some_and(|mark| mark.provisional);
        Some((Said { first: run.first.index, next: run.next, when, what }, lasting))
    }

    fn event(&self, record: &Record) -> (String, bool) {
        match record.event() {
            Some(event) => {
                let bad = Laid::event_class(&event) == Class::Error;
                ((self.words.event_text)(&event, record.head.peer.as_ref()), bad)
            }
            // Written by a newer version: shown as it is rather than not at all.
            None => (crate::ui::words::visible(&String::from_utf8_lossy(record.bytes())), false),
        }
    }

    /// What is to be said of a frame that is not simply complete, and whether it is bad.
    fn frame_of(&self, record: &Record) -> Option<(String, bool)> {
        let mark = record.framed.filter(|mark| mark.state != FrameState::Complete && !mark.continues)?;
        Some(((self.words.frame_text)(mark.state), matches!(mark.state, FrameState::Bad(_))))
    }

    fn when(&self, time: Timestamp) -> When {
        let at = jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default();
        let local = self.zone.to_datetime(at);
        let clock = format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
        let exact = format!("{} {clock}.{:03}", local.date(), local.millisecond());
        When { time, date: local.date(), clock, exact }
    }

    /// The run of a record; the same whichever of its records is asked for. `None` while one of them is being read.
    fn run_of(&self, record: &Record) -> Option<Run> {
        let block = record.index / BLOCK;
        // All equal records around it.
        let mut equal = VecDeque::from([record.clone()]);
        while let Some(index) = equal[0].index.checked_sub(1).filter(|index| index / BLOCK == block) {
            match self.neighbour(self.source.previous_visible(index, self.mask()), record) {
                Neighbour::Same(before) if before.index / BLOCK == block => equal.push_front(before),
                Neighbour::Loading => return None,
                Neighbour::Same(_) | Neighbour::Other | Neighbour::Missing => break,
            }
        }
        let mut ended = true;
        while let after = equal[equal.len() - 1].index + 1
            && after / BLOCK == block
        {
            match self.neighbour(self.source.next_visible(after, self.mask()), record) {
                Neighbour::Same(next) if next.index / BLOCK == block => equal.push_back(next),
                Neighbour::Same(_) | Neighbour::Other => break,
                Neighbour::Loading => return None,
                Neighbour::Missing => {
                    ended = false;
                    break;
                }
            }
        }
        // One message ends where a peer would get it twice.
        let mut runs: Vec<Vec<&Record>> = Vec::new();
        for one in &equal {
            match runs.last_mut() {
                Some(run) if run.iter().all(|other| other.head.peer != one.head.peer) => run.push(one),
                _ => runs.push(vec![one]),
            }
        }
        let last = runs.len() - 1;
        let (at, run) = runs.iter().enumerate().find(|(_, run)| run[run.len() - 1].index >= record.index)?;
        Some(Run {
            first: run[0].clone(),
            next: run[run.len() - 1].index + 1,
            peers: run.iter().filter_map(|record| record.head.peer).collect(),
            ended: ended || at < last,
        })
    }

    /// Whether the record that was found is the same message.
    fn neighbour(&self, seek: Seek, record: &Record) -> Neighbour {
        match seek {
            Seek::Found(index) => match self.source.get(index) {
                Fetch::Ready(other) if same_message(record, &other) => Neighbour::Same(other),
                Fetch::Ready(_) | Fetch::Lost => Neighbour::Other,
                Fetch::Loading => Neighbour::Loading,
                Fetch::OutOfRange => Neighbour::Missing,
            },
            Seek::Loading(_) => Neighbour::Loading,
            Seek::None => Neighbour::Missing,
        }
    }
}

/// What stands beside a record.
enum Neighbour {
    /// The same message, to another peer or once more.
    Same(Record),
    /// Something else.
    Other,
    /// It is being read from the disk.
    Loading,
    /// Nothing yet.
    Missing,
}

/// The records by which the same went to several peers.
struct Run {
    first: Record,
    /// After the last one.
    next: u64,
    peers: Arc<[Peer]>,
    /// No more can follow.
    ended: bool,
}

impl Run {
    /// Of a record that stands alone.
    fn of(record: Record) -> Self {
        Self { next: record.index + 1, peers: record.head.peer.into_iter().collect(), first: record, ended: true }
    }
}

fn loading(at: u64) -> Arc<Said> {
    Arc::new(Said { first: at, next: at + 1, when: When::default(), what: What::Loading })
}
