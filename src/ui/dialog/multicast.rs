//! 组播...: join and leave groups; TTL and loopback of what is sent.

use std::net::IpAddr;

use egui::{RichText, Ui};

use super::{Outcome, buttons, title};
use crate::i18n::{Text, fill};
use crate::net::Command as LinkCommand;
use crate::settings::GroupSettings;
use crate::ui::addresses::group;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{combo, labelled_field, number_field, row};

/// The dialog's fields.
#[derive(Clone, Debug)]
pub struct MulticastDialog {
    address: String,
    interface: String,
    refused: Option<String>,
}

impl Default for MulticastDialog {
    fn default() -> Self {
        Self { address: "224.0.0.251".to_owned(), interface: String::new(), refused: None }
    }
}

impl MulticastDialog {
    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Outcome {
        ui.set_width(400.0);
        title(ui, shared.text(Text::MulticastTitle));
        labelled_field(ui, shared.text(Text::GroupAddress), &mut self.address, true);
        self.interfaces(ui, shared);
        if ui.button(shared.text(Text::Join)).clicked() {
            self.join(tab, shared);
        }
        let local = tab.settings.local_address.trim();
        let wildcard = matches!(local, "0.0.0.0" | "::" | "[::]");
        if cfg!(target_os = "linux") && !wildcard {
            let hint = fill(shared.text(Text::MulticastBindHint), &[("address", &local)]);
            ui.label(RichText::new(hint).color(Palette::of(ui).secondary));
        }
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(Palette::of(ui).error));
        }
        ui.separator();
        joined(ui, tab, shared);
        ui.separator();
        options(ui, tab, shared);
        if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
    }

    fn interfaces(&mut self, ui: &mut Ui, shared: &Shared<'_>) {
        let auto = shared.text(Text::InterfaceAuto);
        let mut names: Vec<&str> = shared.interfaces.iter().map(|i| i.name.as_str()).collect();
        names.dedup();
        let shown = |name: &str| -> String {
            let addresses: Vec<String> =
                shared.interfaces.iter().filter(|i| i.name == name).map(|i| i.addr.to_string()).collect();
            format!("{name}  ({})", addresses.join(", "))
        };
        row(ui, |ui| {
            let label = ui.label(shared.text(Text::Interface));
            combo("multicast interface")
                .width(ui.available_width())
                .truncate()
                .selected_text(if self.interface.is_empty() { auto.to_owned() } else { shown(&self.interface) })
                .show_ui(ui, |ui| {
                    ui.selectable_value(&mut self.interface, String::new(), auto);
                    for name in names {
                        ui.selectable_value(&mut self.interface, name.to_owned(), shown(name));
                    }
                })
                .response
                .labelled_by(label.id);
        });
    }

    fn join(&mut self, tab: &mut Tab, shared: &Shared<'_>) {
        let address = self.address.trim();
        if !address.parse::<IpAddr>().is_ok_and(|ip| ip.is_multicast()) {
            self.refused = Some(fill(shared.text(Text::NotAGroup), &[("value", &address)]));
            return;
        }
        self.refused = None;
        let wanted = GroupSettings { address: address.to_owned(), interface: self.interface.clone() };
        if tab.is_open()
            && let Some(group) = group(&wanted, shared.interfaces)
            && let Err(failure) = tab.session.command(LinkCommand::Join(group))
        {
            self.refused = Some(crate::i18n::failure_line(shared.lang, &failure));
            return;
        }
        if !tab.settings.udp.groups.contains(&wanted) {
            tab.settings.udp.groups.push(wanted);
        }
    }
}

fn joined(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let open = tab.is_open();
    ui.label(shared.text(if open { Text::JoinedGroups } else { Text::GroupsWhenOpened }));
    if tab.settings.udp.groups.is_empty() {
        ui.label(RichText::new(shared.text(Text::NoGroups)).color(Palette::of(ui).secondary));
    }
    let mut left = None;
    for (i, kept) in tab.settings.udp.groups.iter().enumerate() {
        let on = open
            && tab
                .status
                .groups
                .iter()
                .any(|g| g.address.to_string() == kept.address && g.interface_name == kept.interface);
        ui.horizontal(|ui| {
            let colour = if on || !open { Palette::of(ui).text } else { Palette::of(ui).error };
            let interface = if kept.interface.is_empty() { shared.text(Text::InterfaceAuto) } else { &kept.interface };
            ui.label(RichText::new(&kept.address).monospace().color(colour));
            ui.label(RichText::new(interface).color(Palette::of(ui).secondary));
            if ui.button(shared.text(Text::Leave)).clicked() {
                left = Some(i);
            }
        });
    }
    if let Some(i) = left {
        let gone = tab.settings.udp.groups.remove(i);
        if open
            && let Some(group) = group(&gone, shared.interfaces)
            && let Err(failure) = tab.session.command(LinkCommand::Leave(group))
        {
            tracing::debug!(%failure, "leave a group");
        }
    }
}

fn options(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let mut changed = false;
    row(ui, |ui| {
        let label = ui.label(shared.text(Text::MulticastTtl));
        let (response, value) = number_field(ui, &mut tab.typed.ttl, 0..=255, 56.0);
        let response = response.labelled_by(label.id);
        if let Some(value) = value.filter(|_| response.changed()) {
            tab.settings.udp.multicast_ttl = value as u8;
            changed = true;
        }
        changed |=
            ui.checkbox(&mut tab.settings.udp.multicast_loopback, shared.text(Text::MulticastLoopback)).changed();
    });
    if changed && tab.is_open() {
        let udp = &tab.settings.udp;
        let command = LinkCommand::SetMulticast { ttl: udp.multicast_ttl, loopback: udp.multicast_loopback };
        if let Err(failure) = tab.session.command(command) {
            tracing::debug!(%failure, "change multicast options");
        }
    }
}
