//! The send box.

use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers};
use wirebench::settings::{Mode, SendForm, TabSettings};

use crate::driver::{CTRL, Window, tab, udp_to};
use crate::peers::Peer;

const NONE: Modifiers = Modifiers::NONE;

fn opened() -> (Window, Peer) {
    opened_with(|_| {})
}

fn opened_with(change: impl FnOnce(&mut TabSettings)) -> (Window, Peer) {
    let peer = Peer::new();
    let mut tab = udp_to(peer.addr());
    change(&mut tab);
    let mut window = Window::with(tab);
    window.open();
    (window, peer)
}

/// The form's radio button: the receiving one comes first.
fn form(window: &mut Window, name: &str) {
    window.click_last(Role::RadioButton, name);
}

#[test]
fn ascii_and_hex_stand_for_the_same_bytes() {
    let (mut window, peer) = opened();
    window.compose(r"你好\r\n\x00");
    form(&mut window, "HEX");
    assert_eq!(window.send_box(), "E4 BD A0 E5 A5 BD 0D 0A 00");
    assert!(window.says("9 字节"));
    window.button("发送");
    form(&mut window, "ASCII");
    assert_eq!(window.send_box(), r"你好\r\n\x00");
    window.button("发送");
    let bytes = "你好\r\n\0".as_bytes();
    assert_eq!((peer.next().0, peer.next().0), (bytes.to_vec(), bytes.to_vec()));
    window.until("the counters", |w| w.says("0/2") && w.says("TX:18"));
}

#[test]
fn hex_that_is_no_text_stays_hex() {
    let mut settings = tab(Mode::Udp);
    settings.send.form = SendForm::Hex;
    settings.send.escapes = false;
    "FF FE".clone_into(&mut settings.send.text);
    let mut window = Window::with(settings);
    form(&mut window, "ASCII");
    assert_eq!(window.send_box(), "FF FE");
    assert!(window.says("这些字节不能原样变成文本"));
    assert_eq!(window.all(Role::RadioButton, "HEX").len(), 2);
    form(&mut window, "HEX");
    window.compose("48 6G");
    form(&mut window, "ASCII");
    assert_eq!(window.send_box(), "48 6G", "what is wrong is not thrown away");
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_nothing_is_sent() {
    let (mut window, peer) = opened_with(|tab| tab.send.charset = wirebench::codec::Charset::Gb2312);
    for (text, said) in [
        ("a\nb\\q", r"第 2 行第 2 列：不认识的转义符 \q"),
        ("价格 5€", "第 1 行第 5 列：GB2312 里没有“€”"),
        (r"\x4", "第 1 行第 1 列：转义符不完整"),
    ] {
        window.compose(text);
        assert!(window.says(said), "{text}: {:?}", window.labels());
        window.button("发送");
        assert!(window.says(said), "{text}: {:?}", window.labels());
    }
    window.compose("");
    form(&mut window, "HEX");
    for (text, said) in [("48 6", "第 1 行第 4 列：这一组少一个数字"), ("48\n6G", "第 2 行第 2 列：“G”不是 HEX 数字")]
    {
        window.compose(text);
        assert!(window.says(said), "{text}: {:?}", window.labels());
        window.button("发送");
    }
    window.compose("0x4F, \\x4B");
    window.button("发送");
    assert_eq!(peer.next().0, b"OK", "the first that is sent");
    window.until("the counters", |w| w.says("0/1"));
}

#[test]
fn the_text_goes_out_in_the_chosen_encoding() {
    let (mut window, peer) = opened();
    window.pick("发送编码", "GBK");
    window.compose("你好");
    assert!(window.says("4 字节"));
    window.button("发送");
    assert_eq!(peer.next().0, b"\xc4\xe3\xba\xc3");
    window.until_row("你好");
}

#[test]
fn bytes_are_appended() {
    let (mut window, peer) = opened();
    window.compose("AB");
    window.click(Role::CheckBox, "自动发送附加位");
    assert!(window.says("3 字节"));
    window.fill(Role::TextInput, "固定位（HEX）", "0D 0A");
    window.button("发送");
    assert_eq!(peer.next().0, b"AB\r\n");
    window.pick("附加位", "正校验");
    window.button("发送");
    assert_eq!(peer.next().0, b"AB\x83");
}

#[test]
fn ctrl_enter_sends_and_enter_is_a_newline_or_the_other_way() {
    let (mut window, peer) = opened();
    window.compose("a");
    window.key(NONE, Key::Enter);
    window.event(Event::Text("b".to_owned()));
    assert_eq!(window.send_box(), "a\nb");
    window.key(CTRL, Key::Enter);
    assert_eq!(peer.next().0, b"a\nb");
    assert_eq!(window.send_box(), "a\nb", "what was sent stays");

    window.menu(&["发送快捷键", "Enter"]);
    window.compose("c");
    window.key(Modifiers::SHIFT, Key::Enter);
    window.event(Event::Text("d".to_owned()));
    assert_eq!(window.send_box(), "c\nd");
    window.key(NONE, Key::Enter);
    assert_eq!(peer.next().0, b"c\nd");
    assert_eq!(window.send_box(), "c\nd");
    window.key(CTRL, Key::Enter);
    assert_eq!(peer.next().0, b"c\nd");
}

#[test]
fn an_input_method_composes_and_its_enter_does_not_send() {
    let (mut window, peer) = opened();
    window.menu(&["发送快捷键", "Enter"]);
    window.compose("说：");
    let preedit = |text: &str| Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None });
    window.event(preedit("ni"));
    window.event(preedit("nihao"));
    window.key(NONE, Key::Enter);
    window.event(Event::Ime(ImeEvent::Commit("你好".to_owned())));
    assert_eq!(window.send_box(), "说：你好");
    window.key(NONE, Key::Enter);
    assert_eq!(peer.next().0, "说：你好".as_bytes(), "the first that is sent");
}

#[test]
fn a_paste_that_is_too_large_is_refused_whole() {
    let mut window = Window::with(tab(Mode::Udp));
    window.compose("以前的");
    window.key(CTRL, Key::End);
    window.event(Event::Paste("x".repeat(1 << 20)));
    assert_eq!(window.send_box(), "以前的");
    assert!(window.says("发送框最多 256 KB：1.0 MB 没有放入"));
    window.compose(&"y".repeat(200 << 10));
    assert!(window.says("204800 字节"));
    window.compose(&"z".repeat(256 << 10));
    assert!(window.says("262144 字节"), "what is selected makes room");
    window.event(Event::Text("z".to_owned()));
    assert!(window.says("262144 字节"));
}

#[test]
fn the_keys_of_an_editor_work_in_the_send_box() {
    let mut window = Window::with(tab(Mode::Udp));
    window.compose("一二三");
    window.key(NONE, Key::Home);
    window.event(Event::Text("零".to_owned()));
    window.key(NONE, Key::End);
    window.event(Event::Text("四".to_owned()));
    assert_eq!(window.send_box(), "零一二三四");
    window.key(CTRL, Key::A);
    window.event(Event::Copy);
    assert_eq!(window.copied(), "零一二三四");
    window.event(Event::Cut);
    assert_eq!((window.copied().as_str(), window.send_box().as_str()), ("零一二三四", ""));
    window.event(Event::Paste("五".to_owned()));
    assert_eq!(window.send_box(), "五");
    window.key(CTRL, Key::Z);
    assert_ne!(window.send_box(), "五", "undone");
    window.compose("六");
    window.button("↖清除");
    assert_eq!(window.send_box(), "");
    assert!(window.says("0 字节"));
}

#[test]
fn a_cycle_goes_on_without_frames_and_stops() {
    let (mut window, peer) = opened();
    window.compose("滴答");
    window.click(Role::CheckBox, "循环周期");
    window.fill(Role::TextInput, "循环周期（毫秒）", "20");
    window.button("发送");
    // No frame from here on.
    for _ in 0..20 {
        assert_eq!(peer.next().0, "滴答".as_bytes());
    }
    window.until("the button that stops", |w| w.has(Role::Button, "停止"));
    window.button("停止");
    window.until("the end of the cycle", |w| w.has(Role::Button, "发送"));
    assert!(window.is_on(Role::CheckBox, "循环周期"), "the switch stays");
    window.click(Role::CheckBox, "循环周期");
    window.compose("完");
    window.button("发送");
    while peer.next().0 != "完".as_bytes() {}
}
