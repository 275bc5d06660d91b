//! How far the log is cut into frames, where that takes its time.

use std::time::Duration;

use egui::{Align2, CornerRadius, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{LogView, LogWords};
use crate::i18n::fill;
use crate::ui::theme::{Palette, SMALL_SIZE};

/// What is done sooner needs no word.
const PATIENCE: Duration = Duration::from_millis(200);
/// The line's height, in points.
const HEIGHT: f32 = 2.0;

impl LogView {
    /// A line along the top, with the percentage at its right end.
    pub(super) fn progress(&self, ui: &Ui, rect: Rect, words: &LogWords<'_>) {
        let Some((share, since)) = self.origin.progress() else { return };
        if since.elapsed() < PATIENCE {
            return;
        }
        let palette = Palette::of(ui);
        let text = fill(words.framing, &[("percent", &(share * 100.0).floor())]);
        let done = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), HEIGHT));
        ui.painter().rect_filled(done, CornerRadius::ZERO, palette.primary);
        let font = FontId::proportional(SMALL_SIZE);
        let galley = ui.painter().layout_no_wrap(text.clone(), font, palette.secondary);
        let place = pos2(rect.right() - 8.0, rect.top() + HEIGHT + 4.0);
        let ground = Align2::RIGHT_TOP.anchor_size(place, galley.size()).expand2(vec2(6.0, 2.0));
        let label = ui.interact(ground, ui.scope_id().with("log framing"), Sense::empty());
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        ui.painter().rect_filled(ground, CornerRadius::same(4), palette.surface);
        ui.painter().galley(ground.min + vec2(6.0, 2.0), galley, palette.secondary);
    }
}
