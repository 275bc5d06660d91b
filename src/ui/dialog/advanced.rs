//! 高级: options of the socket, each with its name, and what ends a TCP connection besides closing it.

use std::net::Ipv6Addr;

use egui::{Button, RichText, Ui};

use super::{Outcome, buttons, scrolled, title};
use crate::i18n::{Text, fill};
use crate::net::{Command as LinkCommand, Phase, SocketOptions};
use crate::settings::{Mode, OptionSettings};
use crate::ui::command::Command;
use crate::ui::panel::{Shared, local_choices};
use crate::ui::tab::Tab;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{
    AddressField, cells, choice, column, integer, label_above, marked_wrong, optional_integer, refusal,
};

/// A field, in points.
const CELL: f32 = 196.0;

/// The code points that have names (RFC 2474, 2597, 3246, 5865, 8622).
const DSCP: [(u8, &str); 23] = [
    (0, "CS0 / DF"),
    (1, "LE"),
    (8, "CS1"),
    (10, "AF11"),
    (12, "AF12"),
    (14, "AF13"),
    (16, "CS2"),
    (18, "AF21"),
    (20, "AF22"),
    (22, "AF23"),
    (24, "CS3"),
    (26, "AF31"),
    (28, "AF32"),
    (30, "AF33"),
    (32, "CS4"),
    (34, "AF41"),
    (36, "AF42"),
    (38, "AF43"),
    (40, "CS5"),
    (44, "VA"),
    (46, "EF"),
    (48, "CS6"),
    (56, "CS7"),
];

/// The dialog's fields as typed.
pub struct AdvancedDialog {
    ttl: String,
    dscp: String,
    send_buffer: String,
    receive_buffer: String,
    timeout: String,
    client_port: String,
}

impl AdvancedDialog {
    /// For a tab.
    pub fn new(tab: &Tab) -> Self {
        fn text<T: ToString>(value: Option<T>) -> String {
            value.map_or_else(String::new, |value| value.to_string())
        }
        let options = &tab.settings.options;
        Self {
            ttl: text(options.ttl),
            dscp: text(options.dscp),
            send_buffer: text(options.send_buffer),
            receive_buffer: text(options.receive_buffer),
            timeout: tab.typed.timeout.clone(),
            client_port: tab.typed.client_port.clone(),
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Outcome {
        ui.set_width(ui.ctx().content_rect().width().min(480.0) - 40.0);
        title(ui, shared.text(Text::AdvancedTitle));
        let hint = RichText::new(shared.text(Text::AdvancedHint)).size(SMALL_SIZE).color(Palette::of(ui).secondary);
        ui.label(hint);
        scrolled(ui, |ui| {
            if tab.settings.mode != Mode::Udp {
                connection_ui(ui, tab, shared);
            }
            if tab.settings.mode == Mode::TcpClient {
                let open = tab.is_open();
                ui.add_enabled_ui(!open, |ui| self.client_ui(ui, tab, shared));
            }
            let before = tab.settings.options;
            self.options_ui(ui, tab, shared);
            if tab.settings.options != before {
                tell(tab, LinkCommand::SetOptions(socket_options(&tab.settings.options)));
            }
            if tab.settings.mode != Mode::Udp {
                ui.separator();
                endings_ui(ui, tab, shared);
            }
        });
        if buttons(ui, None, shared.text(Text::CloseDialog)).is_some() { Outcome::Done } else { Outcome::Stays }
    }

    fn options_ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
        let (lang, six) = (shared.lang, is_six(tab));
        let named = |text: Text, option: &str| fill(shared.text(text), &[("option", &option)]);
        let unset = shared.text(Text::SystemDefault);
        let given = tab.status.buffers;
        let options = &mut tab.settings.options;
        cells(ui, |ui| {
            let name = named(Text::OptionTtl, if six { "IPV6_UNICAST_HOPS" } else { "IP_TTL" });
            if let Some(ttl) = optional_integer(ui, &name, unset, &mut self.ttl, 1..=255, CELL, lang) {
                options.ttl = ttl.and_then(|ttl| u8::try_from(ttl).ok());
            }
            self.dscp_ui(ui, &named(Text::OptionDscp, if six { "IPV6_TCLASS" } else { "IP_TOS" }), options, shared);
            let name = named(Text::OptionDontFragment, dont_fragment_option(six));
            let entries = [
                (None, unset),
                (Some(true), shared.text(Text::FragmentNever)),
                (Some(false), shared.text(Text::FragmentMay)),
            ];
            choice(ui, "dont fragment", &name, &mut options.dont_fragment, &entries, CELL);
            for (text, option, typed, setting, given) in [
                (
                    Text::OptionSendBuffer,
                    "SO_SNDBUF",
                    &mut self.send_buffer,
                    &mut options.send_buffer,
                    given.map(|given| given.send_bytes),
                ),
                (
                    Text::OptionReceiveBuffer,
                    "SO_RCVBUF",
                    &mut self.receive_buffer,
                    &mut options.receive_buffer,
                    given.map(|given| given.receive_bytes),
                ),
            ] {
                column(ui, CELL, |ui| {
                    let range = i64::from(OptionSettings::MIN_BUFFER)..=i64::from(OptionSettings::MAX_BUFFER);
                    let value = optional_integer(ui, &named(text, option), unset, typed, range, CELL, lang);
                    if let Some(value) = value {
                        *setting = value.and_then(|value| u32::try_from(value).ok());
                    }
                    if let Some(bytes) = given {
                        let said = fill(shared.text(Text::BufferGiven), &[("n", &bytes)]);
                        ui.label(RichText::new(said).size(SMALL_SIZE).color(Palette::of(ui).secondary));
                    }
                });
            }
        });
    }

    /// A number or a name.
    fn dscp_ui(&mut self, ui: &mut Ui, name: &str, options: &mut OptionSettings, shared: &Shared<'_>) {
        let mut choices = vec![(String::new(), shared.text(Text::SystemDefault).to_owned())];
        choices.extend(DSCP.iter().map(|(number, name)| (number.to_string(), (*name).to_owned())));
        column(ui, CELL, |ui| {
            let label = label_above(ui, name);
            let wrong = dscp(&self.dscp).is_err();
            marked_wrong(ui, wrong, |ui| {
                AddressField { label: name, labelled_by: label.id, choices: &choices, width: CELL }
                    .show(ui, &mut self.dscp)
            });
            if let Ok(value) = dscp(&self.dscp) {
                options.dscp = value;
                let named = |value: u8| DSCP.iter().find(|(number, _)| *number == value);
                let name = match value {
                    None => shared.text(Text::SystemDefault),
                    Some(value) => named(value).map_or("", |(_, name)| *name),
                };
                ui.label(RichText::new(name).size(SMALL_SIZE).color(Palette::of(ui).secondary));
            } else {
                let ends: [(&str, &dyn std::fmt::Display); 2] = [("from", &0), ("to", &OptionSettings::MAX_DSCP)];
                refusal(ui, &fill(shared.text(Text::NumberRange), &ends));
            }
        });
    }

    /// What is decided before a client connects.
    fn client_ui(&mut self, ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
        let lang = shared.lang;
        cells(ui, |ui| {
            let name = shared.text(Text::ConnectTimeout);
            if let Some(timeout) = integer(ui, name, &mut self.timeout, 1..=3600, CELL, lang) {
                tab.settings.client.connect_timeout_s = u32::try_from(timeout).unwrap_or(1);
                tab.typed.timeout.clone_from(&self.timeout);
            }
            let choices = local_choices(shared.interfaces, lang);
            column(ui, CELL, |ui| {
                let name = shared.text(Text::ClientLocalAddress);
                let label = label_above(ui, name);
                AddressField { label: name, labelled_by: label.id, choices: &choices, width: CELL }
                    .show(ui, &mut tab.settings.client.local_address);
            });
            let name = shared.text(Text::LocalHostPort);
            if let Some(port) = integer(ui, name, &mut self.client_port, 0..=65535, CELL, lang) {
                tab.settings.client.local_port = u16::try_from(port).unwrap_or(0);
                tab.typed.client_port.clone_from(&self.client_port);
            }
        });
    }
}

/// What can be switched while it is open.
fn connection_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    ui.horizontal_wrapped(|ui| {
        let nodelay = ui.checkbox(&mut tab.settings.nodelay, shared.text(Text::NoDelay));
        if nodelay.on_hover_text(shared.text(Text::NoDelayHint)).changed() {
            tell(tab, LinkCommand::SetNodelay(tab.settings.nodelay));
        }
        let keepalive = ui.checkbox(&mut tab.settings.keepalive, shared.text(Text::KeepAlive));
        if keepalive.on_hover_text(shared.text(Text::KeepAliveHint)).changed() {
            tell(tab, LinkCommand::SetKeepalive(tab.settings.keepalive));
        }
    });
}

/// Half close and RST.
fn endings_ui(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let server = tab.settings.mode == Mode::TcpServer;
    let open = matches!(tab.status.phase, Phase::Open { .. }) && !(server && tab.status.clients.is_empty());
    let whom = match tab.client {
        _ if !server => None,
        Some(client) => Some(crate::journal::rows::address(&client.addr)),
        None => Some(fill(shared.text(Text::AllClients), &[("n", &tab.status.clients.len())])),
    };
    ui.horizontal_wrapped(|ui| {
        let stream = tab.client.filter(|_| server).map(|client| client.stream);
        if !server || stream.is_some() {
            let enabled = open && !tab.status.half_closed;
            let half = ui.add_enabled(enabled, Button::new(shared.text(Text::HalfClose)));
            if half.on_hover_text(shared.text(Text::HalfCloseHint)).clicked() {
                shared.queue(Command::HalfCloseOf(stream));
            }
        }
        let reset = ui.add_enabled(open, Button::new(shared.text(Text::ResetConnection)));
        if reset.on_hover_text(shared.text(Text::ResetHint)).clicked() {
            shared.queue(Command::Reset(stream));
        }
        if let Some(whom) = whom {
            ui.label(RichText::new(whom).color(Palette::of(ui).secondary));
        }
    });
}

/// Whether the socket speaks IPv6, as far as its address says.
fn is_six(tab: &Tab) -> bool {
    let address = match tab.settings.mode {
        Mode::TcpClient => &tab.settings.remote_host,
        Mode::Udp | Mode::TcpServer => &tab.settings.local_address,
    };
    let address = address.trim().trim_matches(['[', ']']);
    address.split('%').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// The option that keeps a packet whole, in the words of this system.
const fn dont_fragment_option(six: bool) -> &'static str {
    match (cfg!(windows), six) {
        (true, true) => "IPV6_DONTFRAG",
        (true, false) => "IP_DONTFRAGMENT",
        (false, true) => "IPV6_MTU_DISCOVER",
        (false, false) => "IP_MTU_DISCOVER",
    }
}

/// It is no code point.
#[derive(Debug, PartialEq, Eq)]
struct NotADscp;

/// A code point by its number or its name; `None`: none is wanted.
fn dscp(text: &str) -> Result<Option<u8>, NotADscp> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let named = DSCP.iter().find(|(_, names)| names.split(" / ").any(|name| name.eq_ignore_ascii_case(text)));
    let number = named.map_or_else(|| text.parse().ok(), |(number, _)| Some(*number));
    number.filter(|number| *number <= OptionSettings::MAX_DSCP).map(Some).ok_or(NotADscp)
}

/// The options of a socket that the settings mean.
pub fn socket_options(options: &OptionSettings) -> SocketOptions {
    SocketOptions {
        ttl: options.ttl,
        dscp: options.dscp,
        dont_fragment: options.dont_fragment,
        send_buffer_bytes: options.send_buffer,
        receive_buffer_bytes: options.receive_buffer,
    }
}

/// Tells an open link; a closed one reads its settings when it opens.
fn tell(tab: &mut Tab, command: LinkCommand) {
    if tab.is_open()
        && let Err(failure) = tab.session.command(command)
    {
        tracing::debug!(%failure, "change an option");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_point_is_a_number_or_a_name() {
        for (text, value) in [
            ("", Ok(None)),
            (" 46 ", Ok(Some(46))),
            ("ef", Ok(Some(46))),
            ("CS0", Ok(Some(0))),
            ("DF", Ok(Some(0))),
            ("af43", Ok(Some(38))),
            ("63", Ok(Some(63))),
            ("64", Err(NotADscp)),
            ("-1", Err(NotADscp)),
            ("AF44", Err(NotADscp)),
        ] {
            assert_eq!(dscp(text), value, "{text}");
        }
    }
}
