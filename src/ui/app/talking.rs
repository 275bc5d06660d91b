//! What goes to the link of a tab: open, close, send, reply, resend.

use super::App;
use crate::i18n::failure_line;
use crate::journal::{Record, rows};
use crate::net::{Command as LinkCommand, Outgoing, Target};
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
                let outgoing = Outgoing::new(target, record.bytes()).with_charset(record.head.charset);
                self.tell(LinkCommand::Send(outgoing));
            }
            Err(refused) => tab.error = Some(refused),
        }
    }
}
