//! 网络设置: protocol, addresses, ports, and the button that opens.

use egui::{Ui, vec2};

use super::Shared;
use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::net::{Command as LinkCommand, Interface, Phase};
use crate::settings::Mode;
use crate::ui::command::{Command, Shortcut};
use crate::ui::tab::Tab;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{
    AddressField, Lamp, combo, group, label_above, labelled_by_above, lamp, link, number_field, text_width,
};

/// Draws the group.
pub fn network_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let mut folded = tab.folded[0];
    group(ui, shared.text(Text::NetworkSettings), &mut folded, |ui| {
        let open = tab.is_open();
        let label = protocol_label(ui, shared);
        ui.add_enabled_ui(!open, |ui| {
            protocol(ui, tab, shared, label);
            match tab.settings.mode {
                Mode::TcpClient => remote(ui, tab, shared),
                Mode::Udp | Mode::TcpServer => local(ui, tab, shared),
            }
        });
        button(ui, tab, shared);
        switches(ui, tab, shared);
    });
    tab.folded[0] = folded;
}

/// The label of the protocol, and at the end of its row the way to what is rarely needed.
fn protocol_label(ui: &mut Ui, shared: &mut Shared<'_>) -> egui::Id {
    ui.horizontal(|ui| {
        let label = label_above(ui, shared.text(Text::Protocol));
        ui.add_space(ui.available_width() - text_width(ui, shared.text(Text::Advanced)) - 1.0);
        if link(ui, shared.text(Text::Advanced)).on_hover_text(shared.text(Text::AdvancedHover)).clicked() {
            shared.queue(Command::ShowAdvanced);
        }
        label.id
    })
    .inner
}

fn protocol(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>, label: egui::Id) {
    let name = |mode: Mode| {
        shared.text(match mode {
            Mode::Udp => Text::Udp,
            Mode::TcpClient => Text::TcpClient,
            Mode::TcpServer => Text::TcpServer,
        })
    };
    combo("protocol")
        .width(ui.available_width())
        .selected_text(name(tab.settings.mode))
        .show_ui(ui, |ui| {
            for mode in Mode::ALL {
                ui.selectable_value(&mut tab.settings.mode, mode, name(mode));
            }
        })
        .response
        .labelled_by(label);
}

/// This machine's addresses, with `0.0.0.0` and `::`.
pub fn local_choices(interfaces: &[Interface], lang: Lang) -> Vec<(String, String)> {
    let any = Text::AnyAddress.text(lang);
    let mut choices: Vec<(String, String)> = ["0.0.0.0", "::"].map(|a| (a.to_owned(), any.to_owned())).into();
    for interface in interfaces {
        let text = interface.socket_addr(0);
        let value = match text {
            std::net::SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
            other => other.ip().to_string(),
        };
        choices.push((value, interface.name.clone()));
    }
    choices
}

fn local(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let choices = local_choices(shared.interfaces, shared.lang);
    address(ui, shared.text(Text::LocalHostAddr), &choices, &mut tab.settings.local_address);
    // While it is open, the real port; what was typed comes back afterwards.
    let mut real = match tab.status.phase {
        Phase::Open { local, .. } => Some(local.port().to_string()),
        _ => None,
    };
    let (response, port) = labelled_by_above(ui, shared.text(Text::LocalHostPort), |ui| {
        let width = ui.available_width();
        number_field(ui, real.as_mut().unwrap_or(&mut tab.typed.local_port), 0..=65535, width)
    });
    if let Some(port) = port.filter(|_| response.changed()) {
        tab.settings.local_port = port as u16;
    }
}

fn remote(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let choices: Vec<(String, String)> =
        shared.recent_hosts.as_slice().iter().map(|host| (host.clone(), String::new())).collect();
    address(ui, shared.text(Text::RemoteHostAddr), &choices, &mut tab.settings.remote_host);
    let (response, port) = labelled_by_above(ui, shared.text(Text::RemoteHostPort), |ui| {
        let width = ui.available_width();
        number_field(ui, &mut tab.typed.remote_port, 1..=65535, width)
    });
    if let Some(port) = port.filter(|_| response.changed()) {
        tab.settings.remote_port = port as u16;
    }
}

fn address(ui: &mut Ui, label: &str, choices: &[(String, String)], text: &mut String) {
    let name = label_above(ui, label);
    AddressField { label, labelled_by: name.id, choices, width: ui.available_width() }.show(ui, text);
}

fn button(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let client = tab.settings.mode == Mode::TcpClient;
    let (text, state, words) = match &tab.status.phase {
        Phase::Closed { .. } => {
            (if client { Text::Connect } else { Text::Open }, Lamp::Closed, shared.text(Text::StateClosed).to_owned())
        }
        Phase::Opening => (
            if client { Text::Connecting } else { Text::Opening },
            Lamp::Busy,
            shared.text(if client { Text::Connecting } else { Text::Opening }).to_owned(),
        ),
        Phase::Reconnecting => (Text::Reconnecting, Lamp::Busy, shared.text(Text::Reconnecting).to_owned()),
        Phase::Open { local, remote } => {
            let mut words = fill(shared.text(Text::LocalAt), &[("addr", &rows::address(local))]);
            if let Some(remote) = remote {
                words =
                    format!("{}\n{words}", fill(shared.text(Text::ConnectedTo), &[("addr", &rows::address(remote))]));
            }
            (if client { Text::Disconnect } else { Text::Close }, Lamp::Open, words)
        }
    };
    ui.add_space(1.0);
    ui.horizontal(|ui| {
        lamp(ui, state, &words);
        let size = vec2(ui.available_width(), CONTROL_HEIGHT + 4.0);
        let response = ui.add_sized(size, egui::Button::new(shared.text(text)));
        let key = ui.ctx().format_shortcut(&Shortcut::ToggleLink.key());
        let cancels = matches!(tab.status.phase, Phase::Opening | Phase::Reconnecting);
        let does = if cancels { shared.text(Text::Cancel) } else { shared.text(text) };
        if response.on_hover_text(format!("{words}\n{does} ({key})")).clicked() {
            shared.queue(Command::ToggleLink);
        }
    });
}

/// What can be changed while it is open.
fn switches(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    match tab.settings.mode {
        // On one row where the language is short enough.
        Mode::Udp => _ = ui.horizontal_wrapped(|ui| udp_switches(ui, tab, shared)),
        Mode::TcpClient => {
            let reconnect = ui.checkbox(&mut tab.settings.client.reconnect, shared.text(Text::AutoReconnect));
            if reconnect.on_hover_text(shared.text(Text::AutoReconnectHint)).changed() {
                tell(tab, LinkCommand::SetReconnect(tab.settings.client.reconnect));
            }
        }
        Mode::TcpServer => {}
    }
}

fn udp_switches(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let broadcast = ui.checkbox(&mut tab.settings.udp.broadcast, shared.text(Text::Broadcast));
    if broadcast.on_hover_text(shared.text(Text::BroadcastHint)).changed() {
        tell(tab, LinkCommand::SetBroadcast(tab.settings.udp.broadcast));
    }
    let closed = !tab.is_open();
    let share = egui::Checkbox::new(&mut tab.settings.udp.share_port, shared.text(Text::SharePort));
    ui.add_enabled(closed, share).on_hover_text(shared.text(Text::SharePortHint));
}

/// Tells an open link; a closed one reads its settings when it opens.
fn tell(tab: &Tab, command: LinkCommand) {
    if tab.is_open()
        && let Err(failure) = tab.session.command(command)
    {
        tracing::debug!(%failure, "change an option");
    }
}
