//! TCP in the window.

use std::io::{Read as _, Write as _};

use egui::accesskit::Role;
use wirebench::settings::Mode;

use crate::driver::{Window, client_of, tab};
#[cfg(target_os = "linux")]
use crate::peers::Deaf;
use crate::peers::{connect, free_port, read, server};

#[test]
fn a_server_and_a_client_in_two_tabs_talk() {
    let mut window = Window::with_tabs(vec![tab(Mode::TcpServer), tab(Mode::TcpClient)]);
    let port = window.open();
    window.until_row(&format!("开始监听 127.0.0.1 :{port}"));
    window.click(Role::Tab, "TCP Client 127.0.0.1:8080");
    window.fill(Role::TextInput, "远程主机端口", &port.to_string());
    window.open();
    window.until_row("Server connected from local 127.0.0.1 :");
    window.compose(r"温度 23.9 ℃\r\n");
    window.button("发送");
    window.until_row("温度 23.9 ℃");

    window.click(Role::Tab, &format!("TCP Server :{port}"));
    window.until_row("gets online.");
    window.until_row("温度 23.9 ℃");
    assert_eq!(window.value(Role::ComboBox, "客户端"), "ALL CLIENTS (1)");
    window.compose("收到");
    window.button("发送");
    window.until_row("SEND ASCII/6 to 127.0.0.1 :");
    window.button("←断开");
    window.until_row("offline.");

    let client = format!("TCP Client 127.0.0.1:{port}");
    window.click(Role::Tab, &client);
    window.until_row("收到");
    window.until_row("与服务器 127.0.0.1");
    window.until("the end of the connection", |w| w.has(Role::Button, "连接"));
}

#[test]
fn a_refused_connection_says_so_and_can_be_tried_again() {
    let mut window = Window::with(client_of(([127, 0, 0, 1], free_port()).into()));
    window.button("连接");
    window.until("the refusal", |w| w.says("对方拒绝连接"));
    window.until_row("对方拒绝连接");
    window.until("the tab to be closed", |w| w.has(Role::Button, "连接"));
    assert!(window.is_enabled(Role::TextInput, "远程主机端口"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_connect_without_an_answer_can_be_cancelled() {
    let deaf = Deaf::new();
    let mut window = Window::with(client_of(deaf.addr()));
    window.button("连接");
    window.until("the connect to begin", |w| w.has(Role::Button, "正在连接"));
    assert!(!window.is_enabled(Role::TextInput, "远程主机端口"));
    window.button("正在连接");
    window.until("the cancelled connect", |w| w.has(Role::Button, "连接"));
}

#[test]
fn half_close_ends_sending_and_not_receiving() {
    let (listener, addr) = server();
    let mut window = Window::with(client_of(addr));
    window.open();
    let (mut stream, _) = listener.accept().unwrap();
    window.button("半关闭");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    stream.write_all("还在听吗".as_bytes()).unwrap();
    window.until_row("还在听吗");
    assert!(!window.is_enabled(Role::Button, "半关闭"));
}

#[test]
fn another_protocol_keeps_what_was_typed() {
    let mut window = Window::with(tab(Mode::Udp));
    window.fill(Role::TextInput, "本地主机端口", "5001");
    window.pick("协议类型", "TCP Client");
    window.fill(Role::TextInput, "远程主机地址", "example.test");
    window.fill(Role::TextInput, "远程主机端口", " 6002 ");
    window.pick("协议类型", "TCP Server");
    assert_eq!(window.value(Role::TextInput, "本地主机端口"), "5001");
    window.pick("协议类型", "TCP Client");
    assert_eq!(window.value(Role::TextInput, "远程主机地址"), "example.test");
    assert_eq!(window.value(Role::TextInput, "远程主机端口"), "6002", "without the blanks around it");
    window.pick("协议类型", "UDP");
    assert_eq!(window.value(Role::TextInput, "本地主机端口"), "5001");
}

#[test]
fn what_was_meant_for_one_client_does_not_go_to_all_when_it_is_gone() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let one = connect(port);
    let mut other = connect(port);
    window.until("two clients", |w| w.value(Role::ComboBox, "客户端") == "ALL CLIENTS (2)");
    let name = format!("127.0.0.1 :{}", one.local_addr().unwrap().port());
    window.pick("客户端", &name);
    drop(one);
    window.until("one to go", |w| w.value(Role::ComboBox, "客户端") == format!("{name}（已离线）"));
    window.compose("只给一个");
    window.button("发送");
    window.until("the refusal", |w| w.says("该客户端不在线"));
    window.pick("客户端", "ALL CLIENTS (1)");
    window.compose("给所有");
    window.button("发送");
    assert_eq!(read(&mut other, 9), "给所有".as_bytes());
}

#[test]
fn a_stream_has_no_empty_pieces() {
    let (_listener, addr) = server();
    let mut window = Window::with(client_of(addr));
    window.open();
    window.button("发送");
    assert!(window.says("发送框是空的"));
}
