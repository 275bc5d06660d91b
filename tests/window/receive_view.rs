//! 接收设置: views of what was received, at any time.

use egui::accesskit::Role;
use wirebench::settings::Mode;

use crate::driver::{Window, tab};
use crate::peers::Peer;

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

#[test]
fn text_hex_and_dump_show_what_was_received_before() {
    let (mut window, peer, _) = with_received(&[b"AB\x00C"]);
    assert!(window.is_on(Role::RadioButton, "ASCII"));
    let header = |form: &str| format!("RECV {form}/4 from 127.0.0.1 :{} <<<", peer.port());
    assert_eq!(window.untimed_rows()[1..], [header("ASCII"), "AB␀C".to_owned()]);
    window.click(Role::RadioButton, "HEX");
    assert_eq!(window.untimed_rows()[1..], [header("HEX"), "41 42 00 43".to_owned()]);
    window.click(Role::RadioButton, "转储");
    let rows = window.untimed_rows();
    assert!(rows.last().unwrap().contains("41 42 00 43"), "{rows:?}");
    assert!(rows.last().unwrap().contains("AB.C"), "{rows:?}");
    window.pick("每行字节", "8");
    assert!(window.rows().last().unwrap().contains("41 42 00 43"));
    window.click(Role::RadioButton, "ASCII");
    assert_eq!(window.untimed_rows()[1..], [header("ASCII"), "AB␀C".to_owned()]);
}

#[test]
fn log_mode_and_linefeed_and_hiding_can_be_changed_afterwards() {
    let (mut window, _peer, port) = with_received(&[b"one", b"two"]);
    window.click(Role::CheckBox, "按日志模式显示");
    assert_eq!(window.rows(), ["one", "two"]);
    window.click(Role::CheckBox, "接收区自动换行");
    assert_eq!(window.rows(), ["onetwo"]);
    window.click(Role::CheckBox, "接收数据不显示");
    assert_eq!(window.rows(), Vec::<String>::new());
    assert!(window.says("RX:6"), "still counted");
    window.click(Role::CheckBox, "按日志模式显示");
    assert_eq!(window.untimed_rows(), [format!("UDP 已打开，本地 127.0.0.1 :{port}")]);
    window.click(Role::CheckBox, "接收数据不显示");
    assert!(window.untimed_rows().contains(&"two".to_owned()));
}

#[test]
fn another_encoding_reads_everything_again() {
    let gbk = b"\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7";
    let (mut window, ..) = with_received(&[gbk]);
    assert_eq!(window.rows().last().unwrap(), "你好，世界");
    window.pick("接收编码", "UTF-8");
    assert!(window.rows().last().unwrap().contains('\u{fffd}'));
    window.pick("接收编码", "GBK");
    assert_eq!(window.rows().last().unwrap(), "你好，世界");
    window.pick("接收编码", "自动");
    assert_eq!(window.rows().last().unwrap(), "你好，世界");
}

#[test]
fn the_language_changes_while_data_comes_and_events_change_too() {
    let (mut window, peer, port) = with_received(&["第一".as_bytes()]);
    let records = window.app().shown_session().journal().len();
    window.menu(&["界面语言", "English"]);
    assert!(window.has(Role::Button, "Send") && !window.has(Role::Button, "发送"));
    assert_eq!(window.untimed_rows()[0], format!("UDP opened, local 127.0.0.1 :{port}"));
    assert_eq!(window.app().shown_session().journal().len(), records);
    peer.send(port, "第二");
    window.until_row("第二");
    assert!(window.says("Ready!") || window.says("in "));
    window.button("Menu");
    window.click_last(Role::Button, "Language");
    window.click_last(Role::RadioButton, "简体中文");
    assert_eq!(window.untimed_rows()[0], format!("UDP 已打开，本地 127.0.0.1 :{port}"));
}
