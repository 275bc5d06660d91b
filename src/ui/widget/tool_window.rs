//! A tool window: floats over the main one, can be moved and resized, and keeps the menu in reach.

use egui::{Context, Frame, Id, Margin, Rect, Sense, Ui, UiBuilder, Vec2, Window, vec2};

/// Room that it leaves at the main window's sides when it first opens, in points.
const MARGIN: f32 = 10.0;
/// The same at the top, where the menu and the tabs are.
const TOP: f32 = 40.0;
/// The same at the bottom.
const BOTTOM: f32 = 4.0;

/// A tool window's name and sizes, in points.
pub struct ToolWindow {
    /// Unique among them.
    pub name: &'static str,
    /// Its size where there is room.
    pub size: Vec2,
    /// It is never made smaller, but for a main window that has less room.
    pub min_size: Vec2,
}

impl ToolWindow {
    /// Draws it; returns where it is.
    pub fn show(&self, ctx: &Context, content: impl FnOnce(&mut Ui)) -> Option<Rect> {
        let screen = ctx.content_rect();
        let room = Rect::from_min_max(screen.min + vec2(MARGIN, TOP), screen.max - vec2(MARGIN, BOTTOM));
        let size = self.size.min(room.size());
        let frame =
            Frame::window(&ctx.global_style()).inner_margin(Margin { left: 14, right: 14, top: 10, bottom: 12 });
        let shown = Window::new(self.name)
            .id(Id::unique(("tool window", self.name)))
            .title_bar(false)
            .frame(frame)
            .resizable(true)
            .default_size(size)
            .min_size(self.min_size.min(size))
            .default_pos(room.center() - size / 2.0)
            .constrain_to(screen)
            .show(ctx, |ui| {
                // It stays as large as the person made it, whatever its content would like.
                let room = ui.available_rect_before_wrap();
                content(&mut ui.new_child(UiBuilder::new().max_rect(room)));
                ui.allocate_rect(room, Sense::hover());
            });
        shown.map(|window| window.response.rect)
    }
}
