//! Pictures that came in datagrams, decoded off the window's thread and within limits: their bytes are a stranger's.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::{ColorImage, TextureHandle, TextureOptions};

use super::PageContext;
use crate::i18n::{Text, fill};
use crate::service::feiq::MessageId;

/// A picture's sides are no longer, in pixels.
const MAX_SIDE: u32 = 4096;
/// Memory that decoding one may take, in bytes.
const MAX_MEMORY: u64 = 64 << 20;
/// So many are kept decoded.
const KEPT: usize = 48;

/// Decoded pictures, by the message that they came in.
#[derive(Default)]
pub struct Pictures {
    known: HashMap<MessageId, Picture>,
    /// Grows with each use: the least lately used goes first.
    uses: u64,
}

struct Picture {
    state: Decoded,
    used: u64,
}

enum Decoded {
    Coming(Receiver<Result<ColorImage, String>>),
    Here(TextureHandle),
    Bad(String),
}

impl Pictures {
    /// Lets go of those that were not shown for long.
    pub fn tend(&mut self) {
        while self.known.len() > KEPT {
            let oldest = self.known.iter().min_by_key(|(_, picture)| picture.used).map(|(id, _)| *id);
            match oldest {
                Some(id) => _ = self.known.remove(&id),
                None => return,
            }
        }
    }

    /// A picture: `Ok(None)` while it is decoded.
    pub fn get(
        &mut self,
        id: MessageId,
        bytes: &Arc<[u8]>,
        context: &PageContext<'_>,
    ) -> Result<Option<TextureHandle>, String> {
        if bytes.is_empty() {
            return Err(context.text(Text::FeiqImageForgotten).to_owned());
        }
        self.uses += 1;
        let used = self.uses;
        let picture =
            self.known.entry(id).or_insert_with(|| Picture { state: start(Arc::clone(bytes), context), used });
        picture.used = used;
        if let Decoded::Coming(coming) = &picture.state {
            picture.state = match coming.try_recv() {
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => Decoded::Bad(unreadable(context, "-")),
                Ok(Err(why)) => Decoded::Bad(unreadable(context, &why)),
                Ok(Ok(image)) => {
                    let name = format!("feiq picture {}", id.0);
                    Decoded::Here(context.ctx.load_texture(name, image, TextureOptions::LINEAR))
                }
            };
        }
        match &picture.state {
            Decoded::Here(texture) => Ok(Some(texture.clone())),
            Decoded::Bad(why) => Err(why.clone()),
            Decoded::Coming(_) => Ok(None),
        }
    }
}

fn unreadable(context: &PageContext<'_>, why: &str) -> String {
    fill(context.text(Text::FeiqImageUnreadable), &[("why", &why)])
}

/// Decodes on a thread that is not joined: it ends by itself, and holds nothing but a channel's end.
fn start(bytes: Arc<[u8]>, context: &PageContext<'_>) -> Decoded {
    let (sender, coming) = bounded(1);
    let wake = context.wake.clone();
    let spawned = std::thread::Builder::new().name("wb-feiq-picture".to_owned()).spawn(move || {
        let _ = sender.send(decode(&bytes)); // nobody may look any more
        wake();
    });
    match spawned {
        Ok(_) => Decoded::Coming(coming),
        Err(error) => Decoded::Bad(error.to_string()),
    }
}

fn decode(bytes: &[u8]) -> Result<ColorImage, String> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader =
        image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    reader.limits(limits);
    let image = reader.decode().map_err(|error| error.to_string())?.into_rgba8();
    let size = [image.width() as usize, image.height() as usize];
    Ok(ColorImage::from_rgba_unmultiplied(size, image.as_raw()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn pictures_are_decoded_and_anything_else_is_refused() {
        let icon = include_bytes!("../../../../assets/icon/wirebench-64.png");
        assert_eq!(decode(icon).unwrap().size, [64, 64]);
        for bad in [&b""[..], b"no picture", &icon[..icon.len() / 2], &[0x42, 0x4D, 0, 0, 0, 0]] {
            assert!(decode(bad).is_err());
        }
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_refused() {
        let mut bmp = b"BM".to_vec();
        bmp.extend([0; 8]);
        bmp.extend(54_u32.to_le_bytes());
        bmp.extend(40_u32.to_le_bytes());
        bmp.extend(100_000_u32.to_le_bytes());
        bmp.extend(100_000_u32.to_le_bytes());
        bmp.extend([1, 0, 24, 0]);
        bmp.extend([0; 24]);
        assert!(decode(&bmp).is_err());
    }
}
