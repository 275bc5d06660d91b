//! 传输文件: the tool window that sends a file over the shown tab's link, and shows how those of all tabs go.
//!
//! It draws from the last progress and queues commands; the link's own thread sends.

mod command;
mod context;
mod dropped;
mod form;
mod progress;

pub use command::SendFileCommand;
pub use context::SendFileContext;
pub use dropped::DroppedFile;

use egui::{Align, Context, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::i18n::{Text, fill};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{CROSS, ToolWindow, cross, row};

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "send file", size: vec2(520.0, 410.0), min_size: vec2(380.0, 280.0) };

/// The tool window.
#[derive(Default)]
pub struct SendFileWindow {
    open: bool,
    form: form::FileForm,
}

impl SendFileWindow {
    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Opens it.
    pub fn show(&mut self) {
        self.open = true;
    }

    /// Why the last start was refused.
    pub fn refuse(&mut self, why: Option<String>) {
        self.form.refused = why;
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut SendFileContext<'_>) {
        self.form.tend(context);
        if self.open {
            WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        }
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut SendFileContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        if header_ui(ui, context) {
            self.open = false;
        }
        ScrollArea::vertical().id_salt("send file").auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 8.0);
            self.form.ui(ui, context);
            progress::list_ui(ui, context);
        });
    }
}

/// The window's name, the tab over which it sends, the cross; whether the window is to be closed.
fn header_ui(ui: &mut Ui, context: &SendFileContext<'_>) -> bool {
    let mut closed = false;
    row(ui, |ui| {
        ui.label(RichText::new(context.text(Text::SendFile)).heading().strong());
        let width = (ui.available_width() - CROSS - 8.0).max(0.0);
        ui.allocate_ui_with_layout(vec2(width, CONTROL_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(width);
            let over = fill(context.text(Text::SendFileOver), &[("name", &context.shown().title())]);
            ui.add(Label::new(RichText::new(over).small().color(Palette::of(ui).secondary)).truncate());
        });
        closed = cross(ui, context.text(Text::CloseWindow)).clicked();
    });
    closed
}
