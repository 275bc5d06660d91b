//! `--demo`: three tabs, open, with peers inside the program.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::App;
use crate::i18n::Text;
use crate::journal::rows;
use crate::net::Phase;
use crate::service::demo::Demo;
use crate::settings::{Mode, TabSettings};

impl App {
    pub(super) fn start_demo(&mut self) {
        let mut demo = match Demo::start() {
            Ok(demo) => demo,
            Err(error) => {
                self.notices.push(error.to_string());
                return;
            }
        };
        let base = |name: Text, mode, text: &str| {
            let mut tab = TabSettings { name: name.text(self.lang).to_owned(), mode, ..TabSettings::default() };
            "127.0.0.1".clone_into(&mut tab.local_address);
            tab.local_port = 0;
            text.clone_into(&mut tab.send.text);
            tab
        };
        let mut server = base(Text::DemoServer, Mode::TcpServer, "收到，谢谢！\\r\\n");
        server.local_port = free_port();
        let mut udp = base(Text::DemoUdp, Mode::Udp, "你好，世界 UDP");
        udp.udp.remote = rows::address(&demo.udp_echo);
        udp.send.cycle_ms = 2000;
        let mut client = base(Text::DemoTcp, Mode::TcpClient, "你好，世界 TCP\\r\\n");
        client.remote_host = demo.tcp_echo.ip().to_string();
        client.remote_port = demo.tcp_echo.port();
        client.send.cycle_ms = 3000;
        let server_address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.local_port));
        for tab in [server, udp, client] {
            let index = self.add_tab(tab);
            self.toggle_link(index);
            self.tabs[index].cycle = self.tabs[index].settings.mode != Mode::TcpServer;
        }
        if let Err(error) = demo.talk_to(server_address) {
            self.notices.push(error.to_string());
        }
        self.demo = Some(demo);
    }

    /// The echoes are spoken to as soon as they are open.
    pub(super) fn start_demo_cycles(&mut self) {
        if self.demo.is_none() {
            return;
        }
        for index in 0..self.tabs.len() {
            let tab = &self.tabs[index];
            let ready = matches!(tab.status.phase, Phase::Open { .. }) && tab.cycle && tab.sending.cycle.is_none();
            if ready && let Err(refused) = self.start_cycle(index) {
                tracing::debug!(%refused, "speak to an echo");
            }
        }
    }
}

/// A port of the loopback that nobody has right now.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).map_or(8080, |a| a.port())
}
