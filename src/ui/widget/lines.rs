//! A list of rows of one height, of which only those in view are drawn. For lists that fit into memory: the log, which
//! does not, has its own.

use egui::{Rect, ScrollArea, Ui, vec2};

/// Draws so many rows into the room there is. `draw` gets each row in view with its place; `reveal` is scrolled to.
pub fn lines(
    ui: &mut Ui,
    salt: &str,
    (count, row_height): (usize, f32),
    reveal: Option<usize>,
    mut draw: impl FnMut(&mut Ui, usize, Rect),
) {
    ScrollArea::vertical().id_salt(salt).auto_shrink(false).show_viewport(ui, |ui, viewport| {
        ui.set_height(row_height * count as f32);
        let (origin, width) = (ui.max_rect().min, ui.max_rect().width());
        let place =
            |index: usize| Rect::from_min_size(origin + vec2(0.0, index as f32 * row_height), vec2(width, row_height));
        let first = (viewport.top() / row_height).floor().max(0.0) as usize;
        let last = ((viewport.bottom() / row_height).ceil() as usize).min(count);
        for index in first..last {
            draw(ui, index, place(index));
        }
        if let Some(index) = reveal {
            ui.scroll_to_rect(place(index), None);
        }
    });
}
