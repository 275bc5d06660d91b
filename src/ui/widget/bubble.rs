//! A bubble of a conversation: what was sent stands right, what was received left.

use egui::{CornerRadius, Frame, Margin, Ui, Vec2, vec2};

use crate::ui::theme::Palette;

/// A bubble takes at most this share of the width.
const SHARE: f32 = 0.76;
/// It may be so wide in any case, in points.
const LEAST: f32 = 120.0;
/// Room around its content, in points.
const PADDING: Vec2 = vec2(10.0, 6.0);

/// A bubble's place.
#[derive(Clone, Copy, Debug)]
pub struct Bubble {
    /// On the right, in the colour of what was sent.
    pub sent: bool,
    /// Width of its content, in points.
    pub width: f32,
}

impl Bubble {
    /// How wide its content may be in so much room.
    pub fn most(room: f32) -> f32 {
        (room * SHARE).max(LEAST) - 2.0 * PADDING.x
    }

    /// How high it is with content of this height, in points.
    pub fn height(content: f32) -> f32 {
        content + 2.0 * PADDING.y
    }

    /// Draws it, as wide as its content, on its side of the room.
    pub fn show<R>(self, ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
        let palette = Palette::of(ui);
        let fill = if self.sent { palette.bubble_sent } else { palette.bubble_received };
        let margin = Margin::symmetric(PADDING.x as i8, PADDING.y as i8);
        let frame = Frame::new().fill(fill).corner_radius(CornerRadius::same(8)).inner_margin(margin);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if self.sent {
                ui.add_space((ui.available_width() - self.width - 2.0 * PADDING.x).max(0.0));
            }
            let shown = frame.show(ui, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(self.width);
                    ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
                    content(ui)
                })
                .inner
            });
            shown.inner
        })
        .inner
    }
}
