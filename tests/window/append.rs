//! 附加位 and 模板.

use egui::accesskit::Role;
use wirebench::codec::append::{Block, Checksum};
use wirebench::settings::TabSettings;

use crate::driver::{Window, udp_to};
use crate::peers::Peer;

fn opened(change: impl FnOnce(&mut TabSettings)) -> (Window, Peer) {
    let peer = Peer::new();
    let mut tab = udp_to(peer.addr());
    change(&mut tab);
    let mut window = Window::with(tab);
    window.open();
    (window, peer)
}

#[test]
fn each_usual_choice_appends_its_bytes() {
    let (mut window, peer) = opened(|tab| {
        tab.send.append = true;
        "123456789".clone_into(&mut tab.send.text);
    });
    for (name, appended) in [
        ("负校验", &b"\x23"[..]),
        ("正校验", b"\xdd"),
        ("异或", b"\x31"),
        ("CR（0D）", b"\r"),
        ("LF（0A）", b"\n"),
        ("CRLF（0D 0A）", b"\r\n"),
        ("NUL（00）", b"\0"),
        ("Modbus CRC", b"\x37\x4b"),
        ("CRC-32", b"\x26\x39\xf4\xcb"),
        ("固定位", b"\r"),
    ] {
        window.pick("附加位", name);
        assert_eq!(window.value(Role::ComboBox, "附加位"), name);
        assert!(window.says(&format!("{} 字节", 9 + appended.len())), "{name}: {:?}", window.labels());
        window.button("发送");
        assert_eq!(peer.next().0, [b"123456789", appended].concat(), "{name}");
    }
}

#[test]
fn wrong_fixed_bytes_are_said_and_nothing_is_sent() {
    let (mut window, peer) = opened(|tab| {
        tab.send.append = true;
        "A".clone_into(&mut tab.send.text);
    });
    window.fill(Role::TextInput, "固定位（HEX）", "0D 0");
    assert!(window.says("这一组少一个数字"), "{:?}", window.labels());
    window.button("发送");
    window.fill(Role::TextInput, "固定位（HEX）", "AA 55");
    window.button("发送");
    assert_eq!(peer.next().0, b"A\xaa\x55", "the first that is sent");
}

#[test]
fn blocks_are_put_together_and_previewed() {
    let (mut window, peer) = opened(|tab| "123456789".clone_into(&mut tab.send.text));
    window.click(Role::CheckBox, "自动发送附加位");
    window.pick("附加位", "自定义...");
    assert!(window.says("31 32 33 34 35 36 37 38 39 0D"), "{:?}", window.labels());
    window.click_last(Role::Button, "校验");
    window.settle(); // the dialog has grown, and stands elsewhere
    window.click(Role::ComboBox, "算法");
    window.until("the list", |w| w.has(Role::TextInput, "搜索"));
    window.fill(Role::TextInput, "搜索", "ccitt false");
    window.click_last(Role::Button, "CRC-16/IBM-3740");
    assert_eq!(window.value(Role::ComboBox, "算法"), "CRC-16/IBM-3740");
    window.click_last(Role::Button, "上移第 2 项");
    // The checksum first, of the payload alone.
    assert!(window.says("31 32 33 34 35 36 37 38 39 29 B1 0D"), "{:?}", window.labels());
    window.pick("字节序", "小端");
    assert!(window.says("39 B1 29 0D"), "{:?}", window.labels());
    window.click_last(Role::Button, "长度");
    assert!(window.says("00 09 31 32"), "{:?}", window.labels());
    window.fill(Role::TextInput, "从", "99");
    assert!(window.says("偏移 99 超出了 9 字节的数据"), "{:?}", window.labels());
    window.fill(Role::TextInput, "从", "-1");
    window.click_last(Role::Button, "删除第 2 项");
    window.button("确定");
    assert_eq!(window.value(Role::ComboBox, "附加位"), "自定义（2 项）");
    window.button("发送");
    let crc = Checksum::named("CRC-16/IBM-3740").unwrap().of(b"9") as u16;
    assert_eq!(peer.next().0, [b"\0\x09123456789", &crc.to_le_bytes()[..]].concat());
    assert!(matches!(window.app().shown_settings().send.append_blocks[..], [Block::Checksum(_), Block::Length(_)]));
}

#[test]
fn a_cancelled_edit_changes_nothing() {
    let (mut window, _peer) = opened(|tab| tab.send.append = true);
    window.pick("附加位", "自定义...");
    window.click_last(Role::Button, "NUL");
    window.button("取消");
    assert_eq!(window.value(Role::ComboBox, "附加位"), "固定位");
}

#[test]
fn a_template_is_filled_in_at_each_send() {
    let (mut window, peer) = opened(|tab| "n={counter:03};{len};{{}}".clone_into(&mut tab.send.text));
    window.button("发送");
    assert_eq!(peer.next().0, b"n={counter:03};{len};{{}}", "a template only if it is switched on");
    window.click(Role::CheckBox, "模板");
    assert!(window.says("11 字节（按模板，下一次）"), "{:?}", window.labels());
    for n in 0..3 {
        window.button("发送");
        assert_eq!(peer.next().0, format!("n=00{n};11;{{}}").as_bytes());
    }
    window.button("复位计数");
    window.button("发送");
    assert_eq!(peer.next().0, b"n=000;11;{}");
    window.compose("a{cuonter}");
    assert!(window.says("第 1 行第 3 列：没有叫“cuonter”的字段"), "{:?}", window.labels());
    window.button("发送");
    window.click_last(Role::RadioButton, "HEX");
    assert!(window.says("含有大括号的模板不能"), "{:?}", window.labels());
    window.compose("{hexcounter:2be}");
    window.button("发送");
    assert_eq!(peer.next().0, b"\0\x01", "the first that is sent after the mistake");
}

#[test]
fn a_file_of_a_template_is_read_when_it_is_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"content").unwrap();
    let (mut window, peer) = opened(|tab| {
        tab.send.escapes = false;
        tab.send.template = true;
    });
    window.compose(&format!("<{{file:{}}}>", file.path().display()));
    assert!(window.says("模板里的文件在发送时读取"), "{:?}", window.labels());
    window.button("发送");
    assert_eq!(peer.next().0, b"<content>");
}
