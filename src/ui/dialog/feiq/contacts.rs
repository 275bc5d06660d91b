//! 联系人: who is there at the left, and at the right what was said.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use egui::{Layout, RichText, TextEdit, Ui, vec2};

use super::PageContext;
use super::conversation::{Talk, Talkers};
use super::people::{People, Picked};
use crate::i18n::Text;
use crate::service::feiq::{FeiqCommand, With};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{link, row, text_width};

/// Width of the list, in points.
const LIST_WIDTH: f32 = 232.0;
/// The same in a narrow window.
const LIST_NARROW: f32 = 168.0;

/// The page.
#[derive(Default)]
pub struct ContactsPage {
    search: String,
    people: People,
    chosen: Option<With>,
    /// Several that are written to at once.
    several: BTreeSet<SocketAddr>,
    talk: Talk,
}

impl ContactsPage {
    /// Takes what its threads have for it.
    pub fn tend(&mut self) {
        self.talk.tend();
    }

    /// Files that were dropped onto the window.
    pub fn attach(&mut self, paths: Vec<PathBuf>) {
        self.talk.attach(paths);
    }

    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let height = ui.available_height();
        let list = if ui.available_width() < 640.0 { LIST_NARROW } else { LIST_WIDTH };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.allocate_ui_with_layout(vec2(list, height), Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(list);
                ui.spacing_mut().item_spacing.x = 8.0;
                self.list(ui, context);
            });
            let size = vec2(ui.available_width(), height);
            ui.allocate_ui_with_layout(size, Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(size.x);
                ui.spacing_mut().item_spacing.x = 8.0;
                self.right(ui, context);
            });
        });
    }

    fn list(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        row(ui, |ui| {
            let refresh = context.text(Text::FeiqRefresh);
            let search = context.text(Text::FeiqSearch);
            let width = ui.available_width() - text_width(ui, refresh) - 8.0;
            let field = TextEdit::singleline(&mut self.search)
                .desired_width(width)
                .min_size(vec2(width, CONTROL_HEIGHT))
                .hint_text(search);
            let response = ui.add(field);
            crate::ui::panel::name_it(ui, &response, search);
            ui.add_enabled_ui(context.is_online(), |ui| {
                if link(ui, refresh).on_hover_text(context.text(Text::FeiqRefreshHint)).clicked() {
                    context.tell(FeiqCommand::Refresh);
                }
            });
        });
        match self.people.ui(ui, &self.search, self.chosen.as_ref(), &self.several, context) {
            Some(Picked::One(with)) => {
                self.several.clear();
                self.chosen = Some(with);
            }
            Some(Picked::Another(addr)) => self.toggle(addr),
            None => {}
        }
    }

    /// One more to write to, or one less.
    fn toggle(&mut self, addr: SocketAddr) {
        if self.several.is_empty()
            && let Some(With::Peer(first)) = self.chosen
        {
            self.several.insert(first);
        }
        if !self.several.remove(&addr) {
            self.several.insert(addr);
        }
        if let [one] = self.several.iter().copied().collect::<Vec<_>>().as_slice() {
            self.chosen = Some(With::Peer(*one));
            self.several.clear();
        }
    }

    fn right(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        if !self.several.is_empty() {
            let talkers = Talkers::Several(self.several.iter().copied().collect());
            self.talk.ui(ui, &talkers, context);
            return;
        }
        if let Some(with) = &self.chosen {
            self.talk.ui(ui, &Talkers::One(with.clone()), context);
            return;
        }
        let text = context.text(if context.is_online() { Text::FeiqChooseOne } else { Text::FeiqOfflineHint });
        let palette = Palette::of(ui);
        ui.add_space(40.0);
        ui.vertical_centered(|ui| ui.label(RichText::new(text).color(palette.secondary)));
    }
}
