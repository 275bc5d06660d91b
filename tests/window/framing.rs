//! 分包: the list, its parameters, the dialogs, and framed sends.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use egui::accesskit::Role;
use wirebench::codec::framing::{Framing, LengthField, Width};
use wirebench::settings::{Mode, TabSettings};

use crate::driver::{PATIENCE, Window, client_of, tab};
use crate::peers::server;

/// A client tab that is connected, and the other end of its connection.
fn connected(change: impl FnOnce(&mut TabSettings)) -> (Window, TcpStream) {
    let (listener, addr) = server();
    let mut settings = client_of(addr);
    change(&mut settings);
    let mut window = Window::with(settings);
    window.open();
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    (window, stream)
}

fn received(stream: &mut TcpStream, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

fn framing(window: &Window) -> Framing {
    window.app().shown_settings().receive.framing.clone()
}

#[test]
fn every_entry_is_there_and_applies_at_once() {
    let mut window = Window::with(tab(Mode::TcpClient));
    assert_eq!(window.value(Role::ComboBox, "分包"), "无（按接收）");
    for (name, wanted) in [
        ("按行", Framing::LINES),
        ("4字节小端长度", Framing::LENGTH_LE4),
        ("4字节大端长度", Framing::LENGTH_BE4),
        ("Modbus/TCP", Framing::ModbusTcp),
        ("MQTT", Framing::Mqtt),
        ("HTTP", Framing::Http),
        ("JSON", Framing::Json),
        ("SLIP", Framing::Slip),
        ("空闲时间...", Framing::Idle { ms: 50 }),
        ("固定长度...", Framing::Fixed { bytes: 16.try_into().unwrap() }),
        ("无（按接收）", Framing::AsRead),
    ] {
        window.pick("分包", name);
        assert_eq!((framing(&window), window.value(Role::ComboBox, "分包")), (wanted, name.to_owned()));
    }
}

#[test]
fn a_datagram_needs_no_framing() {
    let window = Window::with(tab(Mode::Udp));
    assert!(!window.is_enabled(Role::ComboBox, "分包"));
    assert!(!window.is_enabled(Role::CheckBox, "发送也分包"));
}

#[test]
fn a_wrong_number_is_said_and_the_last_right_one_stays() {
    let mut window = Window::with(tab(Mode::TcpServer));
    window.pick("分包", "空闲时间...");
    window.fill(Role::TextInput, "空闲", "200");
    assert_eq!(framing(&window), Framing::Idle { ms: 200 });
    window.fill(Role::TextInput, "空闲", "0");
    assert!(window.says("应为 1 到 3600000"));
    assert_eq!(framing(&window), Framing::Idle { ms: 200 });
    window.pick("分包", "固定长度...");
    window.fill(Role::TextInput, "每包", "7");
    assert_eq!(framing(&window), Framing::Fixed { bytes: 7.try_into().unwrap() });
    window.pick("分包", "空闲时间...");
    assert_ne!(framing(&window), Framing::Idle { ms: 0 });
}

#[test]
fn a_delimiter_is_typed_as_text_or_hex() {
    let mut window = Window::with(tab(Mode::TcpServer));
    window.pick("分包", "分隔符...");
    let delimiter = |window: &Window| match framing(window) {
        Framing::Delimiter { delimiter, keep } => (delimiter.bytes().to_vec(), keep),
        other => panic!("{other:?}"),
    };
    assert_eq!(delimiter(&window), (b"\r\n".to_vec(), false));
    assert_eq!(window.value(Role::TextInput, "分隔符（可用转义符）"), r"\r\n");
    window.fill(Role::TextInput, "分隔符（可用转义符）", r"||\0");
    window.click(Role::CheckBox, "保留分隔符");
    assert_eq!(delimiter(&window), (b"||\0".to_vec(), true));
    window.click(Role::CheckBox, "HEX");
    assert_eq!(window.value(Role::TextInput, "分隔符（可用转义符）"), "7C 7C 00");
    for (typed, said) in [("7C 7", "少一个数字"), ("", "至少要有一个字节"), ("xy", "“x”不是 HEX 数字")]
    {
        window.fill(Role::TextInput, "分隔符（可用转义符）", typed);
        assert!(window.says(said), "{typed}: {:?}", window.labels());
        assert_eq!(delimiter(&window), (b"||\0".to_vec(), true), "the last right one stays");
    }
}

#[test]
fn a_length_field_is_edited_and_tried_on_a_sample() {
    let mut window = Window::with(tab(Mode::TcpServer));
    window.pick("分包", "长度字段...");
    assert!(window.says("找到 2 包"), "an example: {:?}", window.labels());
    window.fill(Role::TextInput, "偏移（字节）", "2");
    window.pick("宽度（字节）", "1");
    window.pick("长度的含义", "整个包");
    window.fill(Role::TextInput, "最大包长（字节）", "64");
    window.fill(Role::MultilineTextInput, "样例（HEX，可粘贴）", "AA BB 05 31 32 AA BB 70 AA BB 04 33 AA");
    assert!(window.says("找到 2 包"), "{:?}", window.labels());
    assert!(window.says("第 1 包，4 字节") && window.says("AA BB 31 32"));
    assert!(window.says("整包 112 字节，超过最大值 64") && window.says("未完"), "{:?}", window.labels());
    window.fill(Role::TextInput, "修正", "x");
    assert!(!window.is_enabled(Role::Button, "确定"));
    window.fill(Role::TextInput, "修正", "-1");
    window.button("确定");
    let wanted = Framing::Length(LengthField {
        offset: 2,
        width: Width::One,
        counts: wirebench::codec::framing::Counts::Frame,
        adjustment: -1,
        max_bytes: 64,
        ..LengthField::BE4
    });
    assert_eq!(framing(&window), wanted);
    assert!(window.says("偏移 2，1 字节，大端"));
    window.button("编辑...");
    assert_eq!(window.value(Role::TextInput, "偏移（字节）"), "2");
    window.fill(Role::TextInput, "偏移（字节）", "9");
    window.button("取消");
    assert_eq!(framing(&window), wanted);
}

#[test]
fn marks_are_edited_and_kept_while_another_framing_is_chosen() {
    let mut window = Window::with(tab(Mode::TcpServer));
    window.pick("分包", "起止标志...");
    window.fill(Role::TextInput, "起始标志", "<");
    window.fill(Role::TextInput, "结束标志", "");
    assert!(window.says("至少要有一个字节") && !window.is_enabled(Role::Button, "确定"));
    window.fill(Role::TextInput, "结束标志", ">");
    assert!(window.says("3C 48 65 6C 6C 6F 3E") || window.says("找到 2 包"));
    window.button("确定");
    let wanted = framing(&window);
    let Framing::Marks { start, end, keep: false } = &wanted else { panic!("{wanted:?}") };
    assert_eq!((start.bytes(), end.bytes()), (&b"<"[..], &b">"[..]));
    window.pick("分包", "按行");
    window.pick("分包", "起止标志...");
    window.button("取消");
    assert_eq!(framing(&window), wanted);
}

#[test]
fn sends_are_framed_too() {
    let (mut window, mut stream) = connected(|tab| tab.receive.framing = Framing::LENGTH_LE4);
    window.compose("你好");
    window.click(Role::CheckBox, "发送也分包");
    assert!(window.says("10 字节"), "{:?}", window.labels());
    window.button("发送");
    assert_eq!(received(&mut stream, 10), "\u{6}\0\0\0你好".as_bytes());
    window.pick("分包", "按行");
    window.pick("行尾", r"LF (\n)");
    window.button("发送");
    assert_eq!(received(&mut stream, 7), "你好\n".as_bytes());
    window.compose(r"a\nb");
    assert!(window.says("接收方不会把它读成一条消息"), "{:?}", window.labels());
    window.button("发送");
    window.click(Role::CheckBox, "发送也分包");
    window.button("发送");
    assert_eq!(received(&mut stream, 3), b"a\nb", "the first that is sent");
    stream.write_all(b"ok\n").unwrap();
    window.until_row("ok");
}
