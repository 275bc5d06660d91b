//! A transfer's server.

use egui::Ui;

use super::with_narrow;
use crate::i18n::{Lang, Text};
use crate::settings::Recent;
use crate::ui::widget::{AddressField, Bounds, Number, label_above};

/// The server's name and its port, beside each other.
pub struct ServerField<'a> {
    /// 服务器, as typed.
    pub server: &'a mut String,
    /// Servers that were asked before.
    pub recent: &'a Recent,
    /// 端口
    pub port: &'a mut u16,
}

impl ServerField<'_> {
    /// Draws them; the port is as wide as `width`, in points.
    pub fn ui(&mut self, ui: &mut Ui, number: &mut Number, width: f32, lang: Lang) {
        with_narrow(
            ui,
            width,
            self,
            |ui, field| recent_ui(ui, Text::TftpServer.text(lang), field.server, field.recent),
            |ui, field| {
                let mut port = u32::from(*field.port);
                number.ui(ui, &port_bounds(lang), &mut port);
                *field.port = port as u16;
            },
        );
    }
}

/// What a port may be.
pub fn port_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpPort.text(lang), range: 1..=65_535 }
}

/// A field with what was typed before.
pub fn recent_ui(ui: &mut Ui, label: &str, text: &mut String, recent: &Recent) {
    let name = label_above(ui, label);
    let choices: Vec<(String, String)> = recent.as_slice().iter().map(|one| (one.clone(), String::new())).collect();
    let width = ui.available_width();
    AddressField { label, labelled_by: name.id, choices: &choices, width }.show(ui, text);
}
