//! 附加位: the blocks that are added to each send, and what comes of them.

mod algorithm;
mod block;
mod editor;
mod preview;

use egui::Ui;

pub use editor::AppendEditor;
use preview::append_preview_ui;

use super::{Outcome, buttons, scrolled, title};
use crate::i18n::Text;
use crate::ui::panel::{QuickAppend, Shared};
use crate::ui::tab::Tab;
use crate::ui::widget::{label_above, refusal};

/// The dialog's fields.
pub struct AppendDialog {
    editor: AppendEditor,
}

impl AppendDialog {
    /// For the blocks of a tab.
    pub fn new(tab: &Tab) -> Self {
        Self { editor: AppendEditor::new(&tab.settings.send.append_blocks) }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Outcome {
        ui.set_width(ui.ctx().content_rect().width().min(560.0) - 40.0);
        title(ui, shared.text(Text::AppendTitle));
        let payload = tab.payload(shared.lang);
        let bytes = payload.as_deref().unwrap_or_default();
        let blocks = scrolled(ui, |ui| {
            let blocks = self.editor.ui(ui, bytes, shared.lang);
            ui.separator();
            label_above(ui, shared.text(Text::AppendPreview));
            if let Err(why) = &payload {
                refusal(ui, why);
            }
            if let Some(blocks) = &blocks {
                append_preview_ui(ui, blocks, bytes, tab.sent_framing(), shared.lang);
            }
            blocks
        });
        match buttons(ui, Some((shared.text(Text::Ok), blocks.is_some())), shared.text(Text::Cancel)) {
            Some(true) => {
                if let Some(blocks) = blocks {
                    tab.typed.fixed = QuickAppend::fixed_text(&blocks);
                    tab.settings.send.append_blocks = blocks;
                    tab.settings.send.append = true;
                    tab.composed = None;
                }
                Outcome::Done
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }
}
