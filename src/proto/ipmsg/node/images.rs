//! FeiQ's images: a message with a marker, and the bytes in pieces, each acknowledged.
//!
//! Pieces are sent a few at a time, so that neither FeiQ's buffer nor our own limit of datagrams per address overflows,
//! and each is sent again until its acknowledgement comes. What comes is put together in bounded memory: so many images
//! at once, the one that was silent for the longest time gives way.

use std::collections::{BTreeMap, btree_map};
use std::mem;
use std::net::SocketAddr;
use std::time::Duration;

use super::agenda::Appointment;
use super::event::{Event, Verdict};
use super::identity::Form;
use super::outgoing::{Outgoing, Refused};
use super::recent::Recent;
use super::{Node, Task};
use crate::proto::Moment;
use crate::proto::ipmsg::{
    Added, CHUNK_BYTES, Command, ImageAck, ImageAssembly, ImageChunk, ImageId, MAX_IMAGE_BYTES, Packet, code,
};

/// So many pieces are sent in one step.
const STEP: usize = 4;
const STEP_INTERVAL: Duration = Duration::from_millis(10);
/// So many pieces wait for their acknowledgement at once.
const WINDOW: usize = 64;
/// FeiQ always sets this bit with a piece.
const PIECE_OPTION: u32 = 0x20_0000;
/// Finished images are remembered, so that a piece that comes again does not begin a new one.
const FINISHED: usize = 1024;
const FINISHED_MEMORY: Duration = Duration::from_mins(1);

type Key = (SocketAddr, ImageId);

#[derive(Debug)]
struct Incoming {
    assembly: ImageAssembly,
    last_at: Moment,
    silence: Appointment,
}

#[derive(Debug)]
struct Outbound {
    bytes: Vec<u8>,
    pieces: u32,
    /// The first piece that was not sent yet, from 0.
    next: u32,
    /// Pieces that were sent and not acknowledged: how many times, and when they are sent again.
    outstanding: BTreeMap<u32, (u32, Moment)>,
    started_at: Moment,
    stepped_at: Moment,
    step: Appointment,
}

/// The images of both directions.
#[derive(Debug)]
pub(super) struct Images {
    incoming: BTreeMap<Key, Incoming>,
    /// Until when a finished image is remembered.
    received: Recent<Key, Moment>,
    /// Until when an image that is too large is remembered.
    refused: Recent<Key, Moment>,
    outbound: BTreeMap<Key, Outbound>,
    sent: Recent<Key, ()>,
}

impl Default for Images {
    fn default() -> Self {
        Self {
            incoming: BTreeMap::new(),
            received: Recent::new(FINISHED),
            refused: Recent::new(FINISHED),
            outbound: BTreeMap::new(),
            sent: Recent::new(FINISHED),
        }
    }
}

/// An image on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentImage {
    /// The packet number of the message that shows it.
    pub number: u64,
    /// Its name.
    pub id: ImageId,
}

impl Node {
    /// Sends an image file to a FeiQ: a message with its marker, then its pieces.
    /// [`Event::ImageDelivered`] or [`Event::ImageNoAnswer`] follows.
    pub fn send_image(&mut self, now: Moment, to: SocketAddr, image: Vec<u8>) -> Result<SentImage, Refused> {
        self.ready()?;
        let limit = self.config.limits.images;
        if self.images.outbound.len() >= limit {
            return Err(Refused::Busy { limit });
        }
        let id = ImageId::new(u32::try_from(self.dice.below(1 << 32)).unwrap_or_default());
        let limit = self.config.limits.image_bytes.min(MAX_IMAGE_BYTES as usize);
        if image.is_empty() || image.len() > limit {
            return Err(Refused::ImageSize { bytes: image.len(), limit });
        }
        let marker = Outgoing { to: vec![to], text: id.marker(), ..Outgoing::default() };
        let number = self.send(now, &marker)?;
        let step = self.agenda.set(now, Task::ImageStep(to, id));
        let outbound = Outbound {
            pieces: image.len().div_ceil(CHUNK_BYTES) as u32,
            bytes: image,
            next: 0,
            outstanding: BTreeMap::new(),
            started_at: now,
            stepped_at: now,
            step,
        };
        self.images.outbound.insert((to, id), outbound);
        Ok(SentImage { number, id })
    }

    /// The next pieces of an image: those whose acknowledgement did not come in time, then new ones.
    pub(super) fn step_image(&mut self, to: SocketAddr, id: ImageId, now: Moment) {
        let timing = self.config.timing;
        let Some(outbound) = self.images.outbound.get_mut(&(to, id)) else { return };
        let mut due: Vec<u32> = Vec::with_capacity(STEP);
        let late = outbound.outstanding.iter().filter(|(_, (_, again))| *again <= now);
        due.extend(late.map(|(at, _)| *at).take(STEP));
        while due.len() < STEP && outbound.outstanding.len() < WINDOW && outbound.next < outbound.pieces {
            outbound.outstanding.insert(outbound.next, (0, now));
            due.push(outbound.next);
            outbound.next += 1;
        }
        for at in &due {
            let Some((tries, again)) = outbound.outstanding.get_mut(at) else { continue };
            if *tries >= timing.tries {
                return self.give_up_image(to, id);
            }
            *tries += 1;
            *again = now + timing.interval;
        }
        outbound.stepped_at = now;
        outbound.step = self.agenda.set(outbound.next_step(), Task::ImageStep(to, id));
        let pieces: Vec<Vec<u8>> = due.into_iter().map(|at| outbound.piece(id, at)).collect();
        for piece in pieces {
            self.send_plain(to, Command::new(code::IMAGE, PIECE_OPTION), Form::Feiq, piece, now);
        }
    }

    fn give_up_image(&mut self, to: SocketAddr, id: ImageId) {
        if let Some(outbound) = self.images.outbound.remove(&(to, id)) {
            self.agenda.cancel(outbound.step);
            self.images.sent.entry((to, id), || ());
            self.tell(Event::ImageNoAnswer { to, id });
        }
    }

    /// No image is sent or awaited any more.
    pub(super) fn abandon_images(&mut self) {
        let keys: Vec<Key> = self.images.outbound.keys().copied().collect();
        for (to, id) in keys {
            self.give_up_image(to, id);
        }
        for (from, id) in mem::take(&mut self.images.incoming).into_keys() {
            self.tell(Event::ImageLost { from, id });
        }
    }

    /// The acknowledgement of a piece came.
    pub(super) fn on_image_acked(&mut self, from: SocketAddr, packet: &Packet, now: Moment) -> Verdict {
        let Some(ImageAck { id, index }) = ImageAck::parse(&packet.extra) else { return Verdict::ForgedAck };
        let Some(outbound) = self.images.outbound.get_mut(&(from, id)) else {
            return if self.images.sent.get_mut(&(from, id)).is_some() { Verdict::Noted } else { Verdict::ForgedAck };
        };
        let Some(at) = index.checked_sub(1).filter(|at| *at < outbound.next) else { return Verdict::ForgedAck };
        if outbound.outstanding.remove(&at).is_none() {
            return Verdict::Noted;
        }
        self.agenda.cancel(outbound.step);
        if outbound.outstanding.is_empty() && outbound.next == outbound.pieces {
            let after = now.since(outbound.started_at);
            self.images.outbound.remove(&(from, id));
            self.images.sent.entry((from, id), || ());
            self.peers.update(from, |peer| peer.answers = true);
            self.tell(Event::ImageDelivered { to: from, id, after });
        } else {
            outbound.step = self.agenda.set(outbound.next_step(), Task::ImageStep(from, id));
        }
        Verdict::Noted
    }

    /// A piece came.
    pub(super) fn on_image_piece(&mut self, from: SocketAddr, packet: &Packet, now: Moment) -> Verdict {
        let Some(chunk) = ImageChunk::parse(&packet.extra) else { return Verdict::NotAnswered };
        let key = (from, chunk.id);
        if self.images.received.get_mut(&key).is_some_and(|until| *until > now) {
            self.acknowledge_piece(from, &chunk, now);
            return Verdict::Duplicate;
        }
        if chunk.total as usize > self.config.limits.image_bytes {
            return self.lose_image(key, now);
        }
        if !self.images.incoming.contains_key(&key) {
            let Ok(assembly) = ImageAssembly::new(chunk.total) else { return Verdict::NotAnswered };
            self.make_way_for_image();
            let silence = self.agenda.set(now + self.config.timing.image_silence, Task::ImageSilence(from, chunk.id));
            self.images.incoming.insert(key, Incoming { assembly, last_at: now, silence });
        }
        let Some(incoming) = self.images.incoming.get_mut(&key) else { return Verdict::NotAnswered };
        let Ok(added) = incoming.assembly.add(&chunk) else { return Verdict::NotAnswered };
        incoming.last_at = now;
        self.acknowledge_piece(from, &chunk, now);
        match added {
            Added::Duplicate => Verdict::Duplicate,
            Added::New => Verdict::Answered,
            Added::Complete(bytes) => {
                self.finish_incoming(key, now);
                self.tell(Event::Image { from, id: chunk.id, bytes });
                Verdict::Answered
            }
        }
    }

    /// An image that can't come: said once, its pieces are not acknowledged.
    fn lose_image(&mut self, key: Key, now: Moment) -> Verdict {
        let (from, id) = key;
        let mut first = false;
        let until = self.images.refused.entry(key, || {
            first = true;
            now
        });
        first |= *until <= now;
        *until = now + FINISHED_MEMORY;
        if first {
            self.tell(Event::ImageLost { from, id });
        }
        Verdict::NotAnswered
    }

    fn acknowledge_piece(&mut self, to: SocketAddr, chunk: &ImageChunk<'_>, now: Moment) {
        let ack = ImageAck { id: chunk.id, index: chunk.index };
        self.send_plain(to, Command::new(code::IMAGEACK, 0), Form::Feiq, ack.emit(), now);
    }

    fn finish_incoming(&mut self, key: Key, now: Moment) {
        if let Some(incoming) = self.images.incoming.remove(&key) {
            self.agenda.cancel(incoming.silence);
        }
        *self.images.received.entry(key, || now) = now + FINISHED_MEMORY;
    }

    /// If as many images as may are coming, the one that was silent for the longest time is given up.
    fn make_way_for_image(&mut self) {
        if self.images.incoming.len() < self.config.limits.images {
            return;
        }
        let silent = self.images.incoming.iter().min_by_key(|(_, incoming)| incoming.last_at).map(|(key, _)| *key);
        if let Some((from, id)) = silent {
            self.give_up_incoming(from, id);
        }
    }

    fn give_up_incoming(&mut self, from: SocketAddr, id: ImageId) {
        if let Some(incoming) = self.images.incoming.remove(&(from, id)) {
            self.agenda.cancel(incoming.silence);
            self.tell(Event::ImageLost { from, id });
        }
    }

    /// Looks whether an image is silent for too long.
    pub(super) fn check_silence(&mut self, from: SocketAddr, id: ImageId, now: Moment) {
        let btree_map::Entry::Occupied(mut entry) = self.images.incoming.entry((from, id)) else { return };
        let until = entry.get().last_at + self.config.timing.image_silence;
        if until > now {
            entry.get_mut().silence = self.agenda.set(until, Task::ImageSilence(from, id));
        } else {
            self.give_up_incoming(from, id);
        }
    }
}

impl Outbound {
    /// The extra of a piece, by its number from 0.
    fn piece(&self, id: ImageId, at: u32) -> Vec<u8> {
        let offset = at as usize * CHUNK_BYTES;
        let end = self.bytes.len().min(offset + CHUNK_BYTES);
        let (total, offset, data) = (self.bytes.len() as u32, offset as u32, &self.bytes[offset..end]);
        ImageChunk { id, total, offset, count: self.pieces, index: at + 1, data }.emit()
    }

    /// When something can be sent next: new pieces soon, if there are any and they may, else the first one again.
    fn next_step(&self) -> Moment {
        let soon = self.stepped_at + STEP_INTERVAL;
        if self.next < self.pieces && self.outstanding.len() < WINDOW {
            return soon;
        }
        self.outstanding.values().map(|(_, again)| *again).min().map_or(soon, |again| again.max(soon))
    }
}

/// The images that a text shows, in order.
pub(super) fn image_ids(text: &str) -> Vec<ImageId> {
    text.match_indices("/~#>").filter_map(|(at, _)| ImageId::take_marker(&text[at..])).map(|(id, _)| id).collect()
}
