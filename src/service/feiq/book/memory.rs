//! What messages cost in memory.

use super::super::state::{Attached, Body, Message};

/// What a message costs beyond its texts: itself, its place in the list, and what an allocation costs.
const OVERHEAD_BYTES: usize = 128;

/// About how many bytes of memory a message takes.
pub(super) fn message_bytes(message: &Message) -> usize {
    let body = match &message.body {
        Body::Text(text) => text.len(),
        Body::Image { bytes, .. } => bytes.len(),
        Body::Encrypted | Body::Shake => 0,
    };
    let attached = |attached: &Attached| size_of::<Attached>() + attached.name.len() + attached.offer.name.len();
    size_of::<Message>()
        + OVERHEAD_BYTES
        + body
        + message.author.len()
        + message.font.as_ref().map_or(0, String::len)
        + message.attachments.iter().map(attached).sum::<usize>()
}
