//! What the rows say beside the bytes, in the window's language: a room above knows the words.

use std::sync::Arc;

use crate::journal::framed::FrameState;
use crate::journal::{Event, Head, Kind, Peer, Record};

/// Says an event in the window's language.
pub type EventText = Arc<dyn Fn(&Event, Option<&Peer>) -> String + Send + Sync>;

/// Says in one line what a datagram means, if its protocol is known. It is called for what comes to the screen: it must
/// be quick and its line short, whatever the bytes are.
pub type Decoder = Arc<dyn Fn(&Head, &[u8]) -> Option<String> + Send + Sync>;

/// Says how a frame is that is not simply complete: why its bytes are no frame, that more are to come.
pub type FrameText = Arc<dyn Fn(FrameState) -> String + Send + Sync>;

/// Says what is not payload.
#[derive(Clone)]
pub struct Words {
    /// Says events.
    pub event_text: EventText,
    /// Says what datagrams mean.
    pub decoder: Option<Decoder>,
    /// Says how frames are.
    pub frame_text: FrameText,
}

impl From<EventText> for Words {
    fn from(event_text: EventText) -> Self {
        Self { event_text, decoder: None, frame_text: Arc::new(|state| state.to_string()) }
    }
}

impl Words {
    /// What a datagram means. `None` for everything else: a piece of a stream means nothing by itself.
    pub(super) fn decoded(&self, record: &Record) -> Option<String> {
        let alone = record.head.kind != Kind::Event && record.head.peer.is_some_and(|peer| peer.stream == 0);
        let decoder = self.decoder.as_ref().filter(|_| alone)?;
        decoder(&record.head, record.bytes())
    }
}
