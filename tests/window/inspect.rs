//! 协议解析 and 检查...: what a datagram means, after it and field by field.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Rect};
use egui_kittest::kittest::NodeT as _;
use wirebench::settings::Mode;

use crate::driver::{CTRL, Window, tab};
use crate::peers::{Peer, connect};

/// `1:32131:吴彦祖:pc:288:haha` in GBK.
const MESSAGE: &[u8] = b"1:32131:\xce\xe2\xd1\xe5\xd7\xe6:pc:288:haha";
/// Its command in the list of fields.
const COMMAND: &str = "命令字 288 = 0x120 SENDMSG|SENDCHECK（消息，要求确认）";
const MEANING: &str = "IPMSG 1 #32131 吴彦祖@pc SENDMSG|SENDCHECK（消息，要求确认）: haha";

/// A window that has received these datagrams.
fn with_received(datagrams: &[&[u8]]) -> (Window, Peer, u16) {
    let peer = Peer::new();
    let mut window = Window::with(tab(Mode::Udp));
    let port = window.open();
    for datagram in datagrams {
        peer.send(port, datagram);
    }
    let received = format!("{}/0", datagrams.len());
    window.until("the datagrams", |w| w.says(&received));
    (window, peer, port)
}

fn right_click_row(window: &mut Window, text: &str) {
    let rows = window.placed_rows();
    let row = rows.into_iter().find(|(row, _)| row == text).unwrap_or_else(|| panic!("no row {text:?}")).1;
    window.right_click(row.left_center() + egui::vec2(10.0, 0.0));
}

/// Where the label is that begins so.
fn placed(window: &mut Window, text: &str) -> Rect {
    let mut nodes = window.harness().root().children_recursive();
    nodes.find(|node| node.value().is_some_and(|value| value.starts_with(text))).unwrap().rect()
}

#[test]
fn the_meaning_follows_a_datagram_while_the_switch_is_on() {
    let (mut window, peer, port) = with_received(&[MESSAGE, b"1: no", b"12:30:45"]);
    assert!(!window.is_on(Role::CheckBox, "协议解析"), "off in an ordinary tab");
    assert!(!window.rows().iter().any(|row| row.starts_with("IPMSG")));
    window.click(Role::CheckBox, "协议解析");
    let rows = window.rows();
    let at = rows.iter().position(|row| row == MEANING).unwrap();
    assert!(rows[at - 1].starts_with("1:32131:"));
    assert_eq!(rows.iter().filter(|row| row.starts_with("IPMSG")).count(), 1, "{rows:?}");
    peer.send(port, b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:x:a:b:32:");
    window.until_row("IPMSG 数据报无法解析：包编号不是有效的十进制数");
    window.menu(&["界面语言", "English"]);
    window.until_row("IPMSG 1 #32131 吴彦祖@pc SENDMSG|SENDCHECK (message, ack wanted): haha");
    window.click(Role::CheckBox, "Log Display Mode");
    assert!(!window.rows().iter().any(|row| row.starts_with("IPMSG")), "a plain stream is what was received");
    assert!(!window.is_enabled(Role::CheckBox, "Decode"));
}

#[test]
fn what_is_shown_is_copied() {
    let (mut window, ..) = with_received(&[MESSAGE]);
    window.click(Role::CheckBox, "协议解析");
    window.click(Role::Document, "数据日志");
    window.key(CTRL, Key::A);
    window.event(Event::Copy);
    let copied = window.copied();
    assert!(copied.trim_end().ends_with(&format!("haha\n{MEANING}")), "{copied}");
    let row = window.placed_rows().into_iter().find(|(row, _)| row == MEANING).unwrap().1;
    window.drag(row.left_center() + egui::vec2(6.0, 0.0), row.left_center() + egui::vec2(41.0, 0.0));
    window.event(Event::Copy);
    assert_eq!(window.copied(), "IPMSG");
}

#[test]
fn the_inspector_shows_fields_and_their_bytes() {
    let (mut window, peer, _) = with_received(&[MESSAGE]);
    let shown = window.rows().last().unwrap().clone();
    right_click_row(&mut window, &shown);
    window.button("检查...");
    assert!(window.says("检查数据"));
    assert!(window.says(&format!("收到  ·  127.0.0.1 :{}  ·  26 字节  ·  IPMSG", peer.port())), "{}", window.words());
    for field in ["版本 1", "包编号 32131", "发送者姓名 吴彦祖", "主机名 pc", COMMAND, "文本 haha"] {
        assert!(window.has(Role::ListBoxOption, field), "{field}: {}", window.words());
    }
    assert!(window.says("00000000  31 3A 33 32  31 33 31 3A"));
    window.click(Role::ListBoxOption, COMMAND);
    assert!(window.is_on(Role::ListBoxOption, COMMAND));
    assert!(
        window.says("字节 18 到 20，共 3 字节") && window.says("SENDMSG|SENDCHECK（消息，要求确认）"),
        "{}",
        window.words()
    );
    // A click on a byte chooses its field.
    let byte = placed(&mut window, "00000018  68 61").left_center() + egui::vec2(85.0, 0.0);
    window.drag(byte, byte);
    assert!(window.is_on(Role::ListBoxOption, "文本 haha"), "{}", window.words());
    window.key(Modifiers::NONE, Key::Escape);
    assert!(!window.says("检查数据"));
}

#[test]
fn a_payload_without_a_known_protocol_is_shown_as_bytes() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let mut client = connect(port);
    std::io::Write::write_all(&mut client, MESSAGE).unwrap();
    window.until("the bytes", |w| w.rows().last().is_some_and(|row| row.ends_with("haha")));
    assert!(!window.has(Role::CheckBox, "协议解析"), "a stream has no datagrams");
    let shown = window.rows().last().unwrap().clone();
    right_click_row(&mut window, &shown);
    window.button("检查...");
    assert!(window.says("26 字节") && !window.says("IPMSG"));
    assert!(window.says("00000000  31 3A 33 32 31 33 31 3A  CE E2 D1 E5 D7 E6 3A 70  1:32131:......:p"));
    window.click_last(Role::Button, "关闭");
    assert!(!window.says("检查数据") && window.has(Role::Button, "关闭"), "the dialog is closed, the server is not");
}

#[test]
fn the_switch_is_kept_with_the_tab() {
    let mut settings = tab(Mode::Udp);
    settings.receive.decode = true;
    let mut window = Window::with(settings);
    assert!(window.is_on(Role::CheckBox, "协议解析"));
    let port = window.open();
    let peer = Peer::new();
    peer.send(port, MESSAGE);
    window.until_row(MEANING);
}
