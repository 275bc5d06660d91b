//! 循环周期, 次数, 逐行发送.

use egui::accesskit::Role;

use crate::driver::{Window, settings, udp_to};
use crate::peers::Peer;

fn opened() -> (Window, Peer) {
    let peer = Peer::new();
    // High enough for the whole column.
    let mut window = Window::sized(settings(vec![udp_to(peer.addr())]), None, None, [834.0, 1000.0]);
    window.open();
    (window, peer)
}

#[test]
fn a_cycle_ends_after_so_many_and_says_how_even_it_was() {
    let (mut window, peer) = opened();
    window.compose("滴答");
    window.click(Role::CheckBox, "循环周期");
    window.fill(Role::TextInput, "循环周期（毫秒）", "2");
    window.fill(Role::TextInput, "次数", "25");
    window.button("发送");
    for _ in 0..25 {
        assert_eq!(peer.next().0, "滴答".as_bytes());
    }
    window.until("the end of the cycle", |w| w.has(Role::Button, "发送") && w.says("已发 25 次"));
    assert!(window.says("抖动 均"), "{:?}", window.labels());
    window.until("the counters", |w| w.says("0/25"));
    window.fill(Role::TextInput, "次数", "");
    window.button("发送");
    for _ in 0..30 {
        peer.next();
    }
    window.until("the button that stops", |w| w.has(Role::Button, "停止"));
    window.button("停止");
    window.until("the end", |w| w.has(Role::Button, "发送"));
}

#[test]
fn times_only_count_with_a_cycle_and_what_is_no_number_is_not_taken() {
    let (mut window, peer) = opened();
    assert!(!window.is_enabled(Role::TextInput, "次数"));
    window.click(Role::CheckBox, "循环周期");
    window.fill(Role::TextInput, "次数", "3");
    assert_eq!(window.app().settings().tabs.len(), 1);
    window.fill(Role::TextInput, "次数", "x");
    assert_eq!(window.value(Role::TextInput, "次数"), "x", "it stays as it was typed");
    window.compose("wrong");
    window.button("发送");
    assert!(window.says("次数应为 0 到"), "{:?}", window.labels());
    window.fill(Role::TextInput, "次数", "1");
    window.fill(Role::TextInput, "循环周期（毫秒）", "0");
    window.button("发送");
    assert!(window.says("循环周期（毫秒）应为 1 到 86400000"), "{:?}", window.labels());
    window.fill(Role::TextInput, "循环周期（毫秒）", "1");
    window.compose("right");
    window.button("发送");
    assert_eq!(peer.next().0, b"right", "the first that is sent");
}

#[test]
fn lines_go_out_one_by_one_and_empty_ones_are_left_out() {
    let (mut window, peer) = opened();
    window.compose("第一行\r\n\n第二行\\t\n第三行");
    window.click(Role::CheckBox, "逐行发送");
    window.fill(Role::TextInput, "循环周期（毫秒）", "1");
    window.button("发送");
    for line in ["第一行", "第二行\t", "第三行"] {
        assert_eq!(String::from_utf8(peer.next().0).unwrap(), line);
    }
    window.until("the end", |w| w.has(Role::Button, "发送") && w.says("0/3"));
    window.click(Role::CheckBox, "循环周期");
    window.fill(Role::TextInput, "次数", "2");
    window.button("发送");
    for line in ["第一行", "第二行\t", "第三行", "第一行", "第二行\t", "第三行"] {
        assert_eq!(String::from_utf8(peer.next().0).unwrap(), line);
    }
    window.until("the counters", |w| w.says("0/9"));
}

#[test]
fn a_wrong_line_is_named_and_nothing_is_sent() {
    let (mut window, peer) = opened();
    window.compose("对的\n错的\\q");
    window.click(Role::CheckBox, "逐行发送");
    window.button("发送");
    assert!(window.says("第 2 行：第 1 行第 3 列：不认识的转义符"), "{:?}", window.labels());
    window.compose("对的");
    window.button("发送");
    assert_eq!(peer.next().0, "对的".as_bytes(), "the first that is sent");
}

#[test]
fn a_template_counts_in_a_cycle() {
    let (mut window, peer) = opened();
    window.click(Role::CheckBox, "模板");
    window.compose("n={counter:03}");
    window.click(Role::CheckBox, "循环周期");
    window.fill(Role::TextInput, "循环周期（毫秒）", "1");
    window.fill(Role::TextInput, "次数", "3");
    window.button("发送");
    for n in 0..3 {
        assert_eq!(peer.next().0, format!("n={n:03}").into_bytes());
    }
    window.until("the end", |w| w.has(Role::Button, "发送"));
}
