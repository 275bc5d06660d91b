//! A name for a peer, in the chat of the shown tab.

use std::net::SocketAddr;

use egui::Ui;

use super::{Outcome, buttons, entered, focus_at_first, title};
use crate::i18n::Text;
use crate::journal::rows::address;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::labelled_field;

/// The dialog's field.
pub struct PeerNameDialog {
    peer: SocketAddr,
    name: String,
    opened: bool,
}

impl PeerNameDialog {
    /// For a peer of a tab, with the name that it has.
    pub fn new(peer: SocketAddr, tab: &Tab) -> Self {
        let name = tab.settings.chat.name(&peer).unwrap_or_default().to_owned();
        Self { peer, name, opened: false }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) -> Outcome {
        ui.set_width(320.0);
        title(ui, shared.text(Text::ChatNamePeer));
        ui.colored_label(Palette::of(ui).secondary, address(&self.peer));
        let field = labelled_field(ui, shared.text(Text::ChatPeerName), &mut self.name, true);
        focus_at_first(&field, &mut self.opened);
        field.clone().on_hover_text(shared.text(Text::ChatPeerNameHint));
        let entered = entered(ui, &field);
        match buttons(ui, Some((shared.text(Text::Ok), true)), shared.text(Text::Cancel)) {
            Some(false) => Outcome::Done,
            None if !entered => Outcome::Stays,
            _ => {
                tab.settings.chat.give_name(self.peer, &self.name);
                Outcome::Done
            }
        }
    }
}
