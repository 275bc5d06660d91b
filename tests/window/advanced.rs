//! 高级: socket options, half close and RST.

use std::io::{ErrorKind, Read as _, Write as _};

use egui::accesskit::Role;
use wirebench::settings::{Mode, OptionSettings};

use crate::driver::{PATIENCE, Window, client_of, tab, udp_to};
use crate::peers::{Peer, connect, server};

/// The list of how packets are cut, named after the system's option.
const FRAGMENTS: &str = if cfg!(windows) { "分片（IP_DONTFRAGMENT）" } else { "分片（IP_MTU_DISCOVER）" };

#[test]
fn options_are_kept_applied_and_said() {
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    window.button("高级...");
    window.fill(Role::TextInput, "TTL（IP_TTL）", "9");
    window.fill(Role::TextInput, "DSCP（IP_TOS）", "ef");
    window.pick(FRAGMENTS, "不分片（DF）");
    window.fill(Role::TextInput, "发送缓冲（SO_SNDBUF）", "65536");
    for (wrong, said) in [("0", "应为 1024 到 1073741824"), ("x", "应为 1024 到 1073741824")] {
        window.fill(Role::TextInput, "接收缓冲（SO_RCVBUF）", wrong);
        assert!(window.says(said));
    }
    window.fill(Role::TextInput, "接收缓冲（SO_RCVBUF）", "");
    let wanted = OptionSettings {
        ttl: Some(9),
        dscp: Some(46),
        dont_fragment: Some(true),
        send_buffer: Some(65536),
        receive_buffer: None,
    };
    assert_eq!(window.app().shown_settings().options, wanted);
    window.click_last(Role::Button, "关闭");
    window.open();
    window.button("高级...");
    window.until("what the system gave", |w| w.says("系统给了"));
    window.fill(Role::TextInput, "TTL（IP_TTL）", "");
    assert_eq!(window.app().shown_settings().options.ttl, None);
    window.click_last(Role::Button, "关闭");
    window.compose("hello");
    window.button("发送");
    assert_eq!(peer.next().0, b"hello");
}

#[test]
fn a_client_resets_its_connection() {
    let (listener, addr) = server();
    let mut window = Window::with(client_of(addr));
    window.open();
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    window.button("高级...");
    assert!(window.has(Role::CheckBox, "TCP_NODELAY"));
    window.button("复位连接（RST）");
    match stream.read(&mut [0; 8]) {
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        Ok(read) => assert!(read == 0 && cfg!(windows), "Wine sends FIN before the RST"),
    }
    window.click_last(Role::Button, "关闭");
    window.until("the end of the connection", |w| w.has(Role::Button, "连接"));
}

#[test]
fn a_server_half_closes_and_resets_the_chosen_client() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let (mut chosen, mut other) = (connect(port), connect(port));
    window.until("both clients", |w| w.value(Role::ComboBox, "客户端") == "ALL CLIENTS (2)");
    window.pick("客户端", &format!("127.0.0.1 :{}", chosen.local_addr().unwrap().port()));
    window.button("高级...");
    window.click_last(Role::Button, "半关闭");
    assert_eq!(chosen.read(&mut [0; 8]).unwrap(), 0, "FIN");
    chosen.write_all(b"still").unwrap();
    window.until_row("still");
    window.button("复位连接（RST）");
    window.until_row("offline.");
    assert!(chosen.write_all(b"x").is_err(), "the connection is gone");
    window.click_last(Role::Button, "关闭");
    other.write_all(b"here").unwrap();
    window.until_row("here");
}
