//! 设置: who we are for others, where the node is, whom it tells, and what is kept.

use egui::{RichText, ScrollArea, TextEdit, Ui, vec2};

use super::PageContext;
use super::form::{encoding_ui, version_details_ui, version_ui};
use super::said::range_words;
use crate::i18n::{Lang, Text, fill};
use crate::service::feiq::{AnnounceTo, Broadcast, FeiqCommand, parse_ranges};
use crate::settings::FeiqSettings;
use crate::ui::panel::local_choices;
use crate::ui::picker::Picker;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{AddressField, label_above, labelled_by_above, labelled_field, number_field};

/// The page is not wider, in points.
const WIDTH: f32 = 560.0;

/// Fields as typed, and the dialog that chooses a folder.
#[derive(Default)]
pub struct SettingsPage {
    port: Option<String>,
    picker: Option<Picker>,
    /// What the node was told of last.
    told: Option<Told>,
}

/// What can change while the node is online.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    announce: AnnounceTo,
    absence: Option<String>,
}

impl SettingsPage {
    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        Picker::tend(&mut self.picker, &mut context.settings.accept_folder);
        ScrollArea::vertical().id_salt("feiq settings").auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(WIDTH.min(ui.available_width() - 12.0));
            ui.spacing_mut().item_spacing.y = 4.0;
            heading(ui, context.text(Text::FeiqIdentity));
            identity(ui, context);
            heading(ui, context.text(Text::FeiqAddress));
            self.address(ui, context);
            heading(ui, context.text(Text::FeiqAnnounce));
            announce(ui, context);
            heading(ui, context.text(Text::FeiqAbsence));
            absence(ui, context);
            heading(ui, context.text(Text::FeiqFilesAndHistory));
            self.files(ui, context);
        });
        // Not at every key of a text.
        if !ui.ctx().text_edit_focused() {
            self.tell(context);
        }
    }

    fn address(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let closed = context.phase().is_none();
        ui.add_enabled_ui(closed, |ui| {
            ui.columns(2, |columns| {
                let label = label_above(&mut columns[0], context.text(Text::FeiqBindAddress));
                let width = columns[0].available_width();
                let choices = local_choices(context.interfaces, context.lang);
                AddressField {
                    label: context.text(Text::FeiqBindAddress),
                    labelled_by: label.id,
                    choices: &choices,
                    width,
                }
                .show(&mut columns[0], &mut context.settings.bind_address);
                let typed = self.port.get_or_insert_with(|| context.settings.port.to_string());
                let width = columns[1].available_width();
                let (response, port) = labelled_by_above(&mut columns[1], context.text(Text::FeiqBindPort), |ui| {
                    number_field(ui, typed, 0..=65535, width)
                });
                if let Some(port) = port.filter(|_| response.changed()) {
                    context.settings.port = port as u16;
                }
            });
        });
        hint(ui, context.text(Text::FeiqAddressHint));
    }

    fn files(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqAcceptFolder));
        ui.horizontal(|ui| {
            let browse = context.text(Text::Browse);
            let width = ui.available_width() - crate::ui::widget::button_width(ui, browse) - 8.0;
            let shown = context.save_folder.display().to_string();
            let field = TextEdit::singleline(&mut context.settings.accept_folder)
                .desired_width(width)
                .min_size(vec2(width, CONTROL_HEIGHT))
                .hint_text(shown);
            ui.add(field).labelled_by(label.id);
            if ui.add_enabled(self.picker.is_none(), egui::Button::new(browse)).clicked() {
                let folder = super::accept_folder(context);
                self.picker = Picker::folder(context.text(Text::FeiqAcceptFolder), &folder, context.wake.clone());
            }
        });
        hint(ui, context.text(Text::FeiqAcceptHint));
        ui.checkbox(&mut context.settings.history, Text::FeiqKeepHistory.text(context.lang));
        match context.history {
            Some(folder) => {
                let place = fill(context.text(Text::FeiqHistoryPlace), &[("path", &folder.display())]);
                hint(ui, &place);
            }
            None => hint(ui, context.text(Text::FeiqNoHistoryPlace)),
        }
    }

    /// Tells the node what changed.
    fn tell(&mut self, context: &mut PageContext<'_>) {
        if !context.is_online() {
            self.told = None;
            return;
        }
        let Ok(announce) = announce_to(context.settings, context.lang) else { return };
        let absence = absence_text(context.settings, context.lang);
        let now = Told { announce, absence };
        let Some(told) = self.told.replace(now.clone()) else { return };
        if told.announce != now.announce {
            context.tell(FeiqCommand::Announce(now.announce));
        }
        if told.absence != now.absence {
            context.tell(FeiqCommand::SetAbsence(now.absence));
        }
    }
}

/// What absence says, if we are away.
pub fn absence_text(settings: &FeiqSettings, lang: Lang) -> Option<String> {
    let said = match settings.absence.trim() {
        "" => Text::FeiqAway.text(lang),
        said => said,
    };
    settings.absent.then(|| said.to_owned())
}

/// Whom to tell, or what in the list can't be understood.
pub fn announce_to(settings: &FeiqSettings, lang: Lang) -> Result<AnnounceTo, String> {
    let ranges = parse_ranges(&settings.announce).map_err(|error| {
        fill(Text::FeiqRangeWrong.text(lang), &[("item", &error.item), ("why", &range_words(lang, error.why))])
    })?;
    let broadcast = match settings.announce_interfaces.as_slice() {
        _ if settings.announce_broadcast => Broadcast::All,
        [] => Broadcast::None,
        names => Broadcast::Only(names.to_vec()),
    };
    Ok(AnnounceTo { broadcast, ranges })
}

fn identity(ui: &mut Ui, context: &mut PageContext<'_>) {
    ui.columns(2, |columns| {
        let (nick, group) = (context.text(Text::FeiqNick), context.text(Text::FeiqGroup));
        labelled_field(&mut columns[0], nick, &mut context.settings.nick, true);
        labelled_field(&mut columns[1], group, &mut context.settings.group, true);
    });
    ui.columns(2, |columns| {
        let (user, host) = (context.text(Text::FeiqUser), context.text(Text::FeiqHost));
        labelled_field(&mut columns[0], user, &mut context.settings.node.user, true);
        labelled_field(&mut columns[1], host, &mut context.settings.node.host, true);
    });
    let lang = context.lang;
    let node = &mut context.settings.node;
    ui.columns(2, |columns| {
        version_ui(&mut columns[0], node, lang);
        let label = label_above(&mut columns[1], Text::FeiqEncoding.text(lang));
        let width = columns[1].available_width();
        encoding_ui(&mut columns[1], &mut node.encoding, width, lang).labelled_by(label.id);
    });
    version_details_ui(ui, node, lang);
    hint(ui, context.text(Text::FeiqIdentityHint));
}

/// The interfaces on which it is broadcast, where it is not on all: those that can, and those chosen before that are
/// not there now.
fn broadcast_interfaces(ui: &mut Ui, context: &mut PageContext<'_>) {
    let chosen = &mut context.settings.announce_interfaces;
    let able = context.interfaces.iter().filter(|interface| interface.broadcast.is_some() && !interface.is_loopback);
    let mut names: Vec<String> = able.map(|interface| interface.name.clone()).chain(chosen.iter().cloned()).collect();
    names.sort_unstable();
    names.dedup();
    ui.horizontal_wrapped(|ui| {
        ui.label(Text::FeiqAnnounceOn.text(context.lang));
        for name in names {
            let mut on = chosen.contains(&name);
            if ui.checkbox(&mut on, &name).changed() {
                chosen.retain(|other| *other != name);
                if on {
                    chosen.push(name);
                }
            }
        }
    });
}

fn announce(ui: &mut Ui, context: &mut PageContext<'_>) {
    let lang = context.lang;
    ui.checkbox(&mut context.settings.announce_broadcast, Text::FeiqAnnounceBroadcast.text(lang));
    if !context.settings.announce_broadcast {
        broadcast_interfaces(ui, context);
    }
    let label = label_above(ui, context.text(Text::FeiqRanges));
    let width = ui.available_width();
    let field = TextEdit::multiline(&mut context.settings.announce)
        .desired_width(width)
        .desired_rows(2)
        .font(egui::TextStyle::Monospace)
        .hint_text("192.168.2.0/24\n192.168.3.10-192.168.3.50");
    ui.add(field).labelled_by(label.id);
    if let Err(refused) = announce_to(context.settings, lang) {
        ui.label(RichText::new(refused).color(Palette::of(ui).error));
    }
}

fn absence(ui: &mut Ui, context: &mut PageContext<'_>) {
    let lang = context.lang;
    ui.checkbox(&mut context.settings.absent, Text::FeiqAway.text(lang));
    let label = Text::FeiqAbsenceText.text(lang);
    labelled_field(ui, label, &mut context.settings.absence, true);
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(6.0);
    ui.label(RichText::new(text).strong());
}

fn hint(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).small().color(Palette::of(ui).secondary));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn it_is_broadcast_on_all_interfaces_on_some_or_on_none() {
        let broadcast = |all: bool, names: &[&str]| {
            let announce_interfaces = names.iter().map(|name| (*name).to_owned()).collect();
            let settings = FeiqSettings { announce_broadcast: all, announce_interfaces, ..FeiqSettings::default() };
            announce_to(&settings, Lang::En).unwrap().broadcast
        };
        assert_eq!(broadcast(true, &["eth1"]), Broadcast::All);
        assert_eq!(broadcast(false, &["eth1"]), Broadcast::Only(vec!["eth1".to_owned()]));
        assert_eq!(broadcast(false, &[]), Broadcast::None);
    }
}
