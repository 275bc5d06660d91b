//! The tool window's first row: its name, the pages, the server's lamp, the cross.

use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};

use super::server::{Serving, lamp_words};
use super::{Page, TftpContext};
use crate::i18n::Text;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{CROSS, cross, page_tab, row};

/// Draws it; whether the window is to be closed.
pub fn header_ui(ui: &mut Ui, page: &mut Page, serving: Option<&Serving>, context: &TftpContext<'_>) -> bool {
    let mut closed = false;
    row(ui, |ui| {
        ui.label(RichText::new(context.text(Text::TftpMenu)).heading().strong());
        ui.add_space(4.0);
        ui.spacing_mut().item_spacing.x = 2.0;
        for (one, text) in [(Page::Transfers, Text::TftpPageTransfers), (Page::Server, Text::TftpPageServer)] {
            if page_tab(ui, context.text(text), *page == one).clicked() {
                *page = one;
            }
        }
        ui.spacing_mut().item_spacing.x = 8.0;
        let width = (ui.available_width() - CROSS - 8.0).max(0.0);
        ui.allocate_ui_with_layout(vec2(width, CONTROL_HEIGHT), Layout::right_to_left(Align::Center), |ui| {
            lamp_ui(ui, serving, context);
        });
        closed = cross(ui, context.text(Text::CloseWindow)).clicked();
    });
    closed
}

/// The server's lamp, on both pages: who serves should see it.
fn lamp_ui(ui: &mut Ui, serving: Option<&Serving>, context: &TftpContext<'_>) {
    let Some(serving) = serving.filter(|serving| serving.is_open()) else { return };
    let (colour, words) = lamp_words(ui, serving, context.lang);
    ui.add(Label::new(RichText::new(&words).color(Palette::of(ui).secondary)).truncate()).on_hover_text(&words);
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
    ui.painter().circle_filled(rect.center(), 4.5, colour);
}
