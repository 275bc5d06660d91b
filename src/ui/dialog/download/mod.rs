//! TCP file download: the tool window over the main window. A form asks for a file, a list shows what comes.
//!
//! It draws from the last states of the downloads and queues commands; the application starts and ends them.

mod context;
mod form;
mod kept;
mod list;
mod order;
mod said;

pub use context::DownloadContext;
pub use order::Order;

use egui::{Context, RichText, Ui, vec2};

use crate::i18n::Text;
use crate::service::download::State;
use crate::settings::DownloadSettings;
use crate::ui::dialog::transfer::{Pane, TransferCommand, TransferList, beside, refused_ui};
use crate::ui::widget::{CROSS, ToolWindow, cross, row};

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "download", size: vec2(900.0, 600.0), min_size: vec2(440.0, 320.0) };

/// What the window asks for.
pub type DownloadCommand = TransferCommand<Order>;

/// The tool window.
#[derive(Default)]
pub struct DownloadWindow {
    /// Whether it is open.
    pub pane: Pane,
    form: form::DownloadForm,
    /// The downloads of this run.
    pub transfers: TransferList<State>,
    /// Why the last action was refused.
    pub refused: Option<String>,
}

impl DownloadWindow {
    /// Takes what its file dialog has for it; called before a frame is drawn.
    pub fn tend(&mut self, settings: &mut DownloadSettings) {
        self.form.tend(settings);
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, context: &mut DownloadContext<'_>) {
        if !self.pane.is_open() {
            return;
        }
        let place = WINDOW.show(ctx, |ui| self.content_ui(ui, context));
        self.pane.placed(place, ctx);
    }

    fn content_ui(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::DownloadMenu)).heading().strong());
            ui.add_space((ui.available_width() - CROSS - 8.0).max(0.0));
            if cross(ui, context.text(Text::CloseWindow)).clicked() {
                self.pane.close();
            }
        });
        refused_ui(ui, &mut self.refused, context.lang);
        ui.add_space(2.0);
        let Self { form, transfers, .. } = self;
        beside(
            ui,
            "downloads",
            context,
            |ui, context| form.ui(ui, context),
            |ui, context| list::downloads_ui(ui, transfers, context),
        );
    }
}
