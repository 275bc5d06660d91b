//! 历史发送: the window, and the keys that recall.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use wirebench::settings::{Mode, Saver, Settings};

use crate::driver::{Window, settings, tab, udp_to};
use crate::peers::Peer;

const NONE: Modifiers = Modifiers::NONE;

fn opened() -> (Window, Peer) {
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    window.open();
    (window, peer)
}

fn send(window: &mut Window, peer: &Peer, text: &str) {
    window.compose(text);
    window.button("发送");
    assert_eq!(peer.next().0, text.as_bytes());
}

/// What the history shows, from the top.
fn listed(window: &mut Window) -> Vec<String> {
    let root = window.harness().root();
    let rows = root.children_recursive().filter(|n| n.accesskit_node().role() == Role::ListItem);
    rows.filter_map(|n| n.accesskit_node().label()).collect()
}

#[test]
fn a_click_fills_the_box_and_a_double_click_sends() {
    let (mut window, peer) = opened();
    for text in ["甲", "乙", "丙"] {
        send(&mut window, &peer, text);
    }
    window.button("历史发送");
    assert_eq!(listed(&mut window), ["丙", "乙", "甲"]);
    window.click(Role::ListItem, "甲");
    assert_eq!(window.send_box(), "甲");
    let at = window.get(Role::ListItem, "乙").rect().left_center() + egui::vec2(60.0, 0.0);
    window.double_click(at);
    assert_eq!(peer.next().0, "乙".as_bytes());
    assert_eq!(window.send_box(), "乙");
    assert_eq!(listed(&mut window), ["乙", "丙", "甲"], "the newest first");
    window.fill(Role::TextInput, "搜索", "丙");
    assert_eq!(listed(&mut window), ["丙"]);
    assert!(window.says("1 / 3 条"));
    window.button("删除此条");
    window.fill(Role::TextInput, "搜索", "");
    assert_eq!(listed(&mut window), ["乙", "甲"]);
    window.button("清空");
    window.button("确定清空？");
    assert!(window.says("还没有发送过内容"));
}

#[test]
fn what_was_refused_is_not_remembered() {
    let mut window = Window::with(tab(Mode::Udp));
    window.compose("没有打开");
    window.button("发送");
    window.button("历史发送");
    assert!(window.says("还没有发送过内容"));
}

#[test]
fn up_and_down_recall_where_the_caret_can_go_no_further() {
    let (mut window, peer) = opened();
    for text in ["一", "二", "三"] {
        send(&mut window, &peer, text);
    }
    window.compose("正在写\n第二行");
    window.key(NONE, Key::ArrowUp);
    assert_eq!(window.send_box(), "正在写\n第二行", "the caret goes up first");
    for text in ["三", "二", "一", "一"] {
        window.key(NONE, Key::ArrowUp);
        assert_eq!(window.send_box(), text);
    }
    for text in ["二", "三", "正在写\n第二行", "正在写\n第二行"] {
        window.key(NONE, Key::ArrowDown);
        assert_eq!(window.send_box(), text);
    }
    window.key(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(window.send_box(), "三", "with Alt from any line");
    window.event(Event::Text("！".to_owned()));
    assert_eq!(window.send_box(), "三！", "the caret is at its end");
    window.key(Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(window.send_box(), "三！", "with Shift it selects");
}

#[test]
fn hex_is_recalled_as_hex() {
    let (mut window, peer) = opened();
    send(&mut window, &peer, "文字");
    window.click_last(Role::RadioButton, "HEX");
    window.compose("41 42");
    window.button("发送");
    assert_eq!(peer.next().0, b"AB");
    window.key(Modifiers::ALT, Key::ArrowUp);
    window.get(Role::MultilineTextInput, "发送内容").focus();
    window.settle();
    window.key(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(window.send_box(), "文字");
    window.button("发送");
    assert_eq!(peer.next().0, "文字".as_bytes(), "it is text again");
}

#[test]
fn it_is_there_again_in_the_next_run() {
    let kept = tempfile::tempdir().unwrap();
    let start = |folder: &Path, settings: Settings| {
        Window::start(settings, None, Some(Saver::start(folder.to_owned()).unwrap()))
    };
    let peer = Peer::new();
    let mut window = start(kept.path(), settings(vec![udp_to(peer.addr())]));
    window.open();
    send(&mut window, &peer, "记住我");
    drop(window);
    let mut window = start(kept.path(), settings(vec![tab(Mode::Udp)]));
    window.button("历史发送");
    assert_eq!(listed(&mut window), ["记住我"]);
}

#[test]
fn a_thousand_are_drawn_as_far_as_they_are_seen() {
    let kept = tempfile::tempdir().unwrap();
    let mut history = wirebench::automation::history::History::default();
    for n in 0..1000 {
        let text = format!("第 {n} 条");
        history.push(wirebench::automation::history::Entry {
            text,
            form: wirebench::automation::Form::Ascii,
            charset: wirebench::codec::Charset::Utf8,
        });
    }
    wirebench::settings::save(kept.path(), &history).unwrap();
    let saver = Saver::start(kept.path().to_owned()).unwrap();
    let mut window = Window::start(settings(vec![tab(Mode::Udp)]), None, Some(saver));
    window.button("历史发送");
    assert!(window.says("1000 / 1000 条"));
    let listed = listed(&mut window);
    assert!(listed.len() > 3 && listed.len() < 40, "{}", listed.len());
    assert_eq!(listed[0], "第 999 条");
}
