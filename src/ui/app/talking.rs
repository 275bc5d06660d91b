//! What goes to the link of a tab: open, close, send, reply, resend.

use std::time::Duration;

use super::App;
use crate::i18n::{Text, failure_line, fill};
use crate::journal::{Record, rows};
use crate::net::{Command as LinkCommand, Cycle, Outgoing, Target};
use crate::settings::Mode;

impl App {
    /// Opens the link of a tab, or closes it, or cancels the opening.
    pub(super) fn toggle_link(&mut self, index: usize) {
        let tab = &mut self.tabs[index];
        if tab.is_open() {
            tab.session.close();
            return;
        }
        if tab.is_feiq() {
            self.open_feiq(index);
            return;
        }
        match tab.link_config(self.interfaces.list(), self.lang) {
            Err(refused) => tab.error = Some(refused),
            Ok(config) => {
                if tab.settings.mode == Mode::TcpClient {
                    self.settings.recent_hosts.remember(&tab.settings.remote_host);
                }
                if let Err(failure) = tab.open(config) {
                    tab.error = Some(failure_line(self.lang, &failure));
                }
            }
        }
    }

    /// Tells the shown tab's link, and says why not.
    pub(super) fn tell(&mut self, command: LinkCommand) {
        let tab = &mut self.tabs[self.shown];
        if let Err(failure) = tab.session.command(command) {
            tab.error = Some(failure_line(self.lang, &failure));
        }
    }

    /// Sends what is in the box, or starts or stops the cycle.
    pub(super) fn send(&mut self) {
        let lang = self.lang;
        let tab = &mut self.tabs[self.shown];
        if tab.status.cycling {
            self.tell(LinkCommand::Cycle(None));
            return;
        }
        let composed = if tab.is_open() {
            tab.outgoing(lang)
        } else {
            let client = tab.settings.mode == Mode::TcpClient;
            let button = if client { Text::Connect } else { Text::Open }.text(lang);
            Err(fill(Text::NotOpen.text(lang), &[("button", &button)]))
        };
        // A stream has no empty pieces; a datagram may be empty.
        let outgoing = match composed {
            Ok(outgoing) if outgoing.payload.is_empty() && tab.settings.mode != Mode::Udp => {
                Err(Text::NothingToSend.text(lang).to_owned())
            }
            other => other,
        };
        let outgoing = match outgoing {
            Ok(outgoing) => outgoing,
            Err(refused) => {
                tab.error = Some(refused);
                return;
            }
        };
        if tab.settings.mode == Mode::Udp {
            self.settings.recent_remotes.remember(&tab.settings.udp.remote);
        }
        let command = if tab.cycle {
            let interval = Duration::from_millis(u64::from(tab.settings.send.cycle_ms));
            LinkCommand::Cycle(Some(Cycle { outgoing, interval }))
        } else {
            LinkCommand::Send(outgoing)
        };
        self.tell(command);
    }

    /// From now on the send button sends to the peer of a record.
    pub(super) fn reply(&mut self, record: &Record) {
        let tab = &mut self.tabs[self.shown];
        let Some(peer) = record.head.peer else { return };
        match tab.settings.mode {
            Mode::Udp => tab.settings.udp.remote = rows::address(&peer.addr),
            Mode::TcpServer => tab.client = Some(peer),
            Mode::TcpClient => {}
        }
    }

    /// Sends the bytes of a record again, to its peer where there are several.
    pub(super) fn resend(&mut self, record: &Record) {
        let tab = &mut self.tabs[self.shown];
        let target = match (tab.settings.mode, record.head.peer) {
            (Mode::Udp, Some(peer)) => Ok(Target::Address(peer.addr)),
            (Mode::TcpServer, Some(peer)) => Ok(Target::Client(peer.stream)),
            _ => tab.target(self.lang),
        };
        match target {
            Ok(target) => {
                let outgoing = Outgoing { target, payload: record.bytes().into(), charset: record.head.charset };
                self.tell(LinkCommand::Send(outgoing));
            }
            Err(refused) => tab.error = Some(refused),
        }
    }
}
