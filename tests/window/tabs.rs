//! Sessions side by side.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use wirebench::settings::{Mode, TabSettings};

#[cfg(target_os = "linux")]
use crate::driver::client_of;
use crate::driver::{CTRL, CTRL_SHIFT, Window, tab};
#[cfg(target_os = "linux")]
use crate::peers::Deaf;
use crate::peers::Peer;

fn named(name: &str) -> TabSettings {
    TabSettings { name: name.to_owned(), ..tab(Mode::Udp) }
}

/// The tabs' names, in their order.
fn tabs(window: &mut Window) -> Vec<String> {
    let root = window.harness().root();
    let nodes = root.children_recursive().filter(|n| n.accesskit_node().role() == Role::Tab);
    let names = nodes.filter_map(|n| n.accesskit_node().label());
    names.filter(|name| !["数据日志", "聊天"].contains(&name.as_str())).collect() // these two are pages of a session
}

fn mark(window: &Window, name: &str) -> Option<String> {
    window.get(Role::Tab, name).accesskit_node().description().filter(|mark| mark != name)
}

#[test]
fn tabs_come_and_go() {
    let mut window = Window::with(named("甲"));
    window.key(CTRL, Key::T);
    assert_eq!(tabs(&mut window), ["甲", "UDP :8080"]);
    assert!(window.is_on(Role::Tab, "UDP :8080"));
    window.key(Modifiers::NONE, Key::F2);
    window.key(CTRL, Key::A);
    window.event(Event::Text("乙".to_owned()));
    window.key(Modifiers::NONE, Key::Enter);
    assert_eq!(tabs(&mut window), ["甲", "乙"]);
    window.click(Role::Tab, "甲");
    window.menu(&["复制会话"]);
    assert_eq!(tabs(&mut window), ["甲", "甲", "乙"]);
    window.key(CTRL, Key::W);
    window.button("关闭会话 乙");
    assert_eq!(tabs(&mut window), ["甲"]);
    window.button("新建会话");
    window.key(CTRL, Key::W);
    window.key(CTRL, Key::W);
    assert_eq!(tabs(&mut window), ["UDP :8080"], "there always is one");
}

#[test]
fn an_open_session_asks_before_it_closes() {
    let mut window = Window::with_tabs(vec![named("开着"), named("另一个")]);
    window.open();
    window.key(CTRL, Key::W);
    assert!(window.says("会话“开着”仍处于打开状态"));
    window.button("取消");
    assert_eq!(tabs(&mut window), ["开着", "另一个"]);
    window.key(CTRL, Key::W);
    window.key(Modifiers::NONE, Key::Escape);
    assert_eq!(tabs(&mut window), ["开着", "另一个"]);
    window.key(CTRL, Key::W);
    window.button("确定");
    assert_eq!(tabs(&mut window), ["另一个"]);
}

#[test]
fn ctrl_tab_changes_the_tab_even_from_the_send_box() {
    let mut window = Window::with_tabs(vec![named("一"), named("二"), named("三")]);
    window.compose("文字");
    window.key(CTRL, Key::Tab);
    assert!(window.is_on(Role::Tab, "二"));
    window.key(CTRL_SHIFT, Key::Tab);
    window.key(CTRL_SHIFT, Key::Tab);
    assert!(window.is_on(Role::Tab, "三"));
    window.key(CTRL, Key::Tab);
    assert!(window.is_on(Role::Tab, "一"));
    assert_eq!(window.send_box(), "文字");
}

#[test]
fn tabs_are_dragged_to_another_place() {
    let mut window = Window::with_tabs(vec![named("一"), named("二"), named("三")]);
    let centre = |w: &Window, name: &str| w.get(Role::Tab, name).rect().center();
    let (from, to) = (centre(&window, "一"), centre(&window, "三"));
    window.drag(from, to + egui::vec2(10.0, 0.0));
    assert_eq!(tabs(&mut window), ["二", "三", "一"]);
    assert!(window.is_on(Role::Tab, "一"));
}

#[test]
fn a_hidden_tab_is_marked_when_data_comes() {
    let peer = Peer::new();
    let mut window = Window::with_tabs(vec![named("收"), named("看")]);
    let port = window.open();
    window.click(Role::Tab, "看");
    assert_eq!(mark(&window, "收"), None);
    peer.send(port, "数据");
    window.until("the mark", |w| mark(w, "收").is_some_and(|mark| mark.contains("有新数据")));
    window.click(Role::Tab, "收");
    assert_eq!(mark(&window, "收"), None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_hidden_tab_is_marked_when_something_fails_and_says_it_when_it_is_shown() {
    let deaf = Deaf::new();
    let failing = TabSettings { name: "连不上".to_owned(), ..client_of(deaf.addr()) };
    let mut window = Window::with_tabs(vec![failing, named("看")]);
    window.button("连接");
    window.until("the connect to begin", |w| w.has(Role::Button, "正在连接"));
    window.click(Role::Tab, "看");
    drop(deaf);
    window.until("the mark", |w| mark(w, "连不上").is_some_and(|mark| mark.contains("有错误")));
    assert!(window.says("就绪!"), "it is not this tab's failure");
    window.click(Role::Tab, "连不上");
    assert!(window.says("连接 127.0.0.1"));
    assert_eq!(mark(&window, "连不上"), None);
}

#[test]
fn twenty_tabs_with_long_names_are_all_within_reach() {
    let tabs = (1..=20).map(|n| named(&format!("第 {n} 个会话，它的名字长得一行放不下，真的很长很长"))).collect();
    let mut window = Window::with_tabs(tabs);
    let last = "第 20 个会话，它的名字长得一行放不下，真的很长很长";
    window.button("所有会话");
    window.all(Role::Button, last).last().unwrap().click_accesskit();
    window.settle();
    assert!(window.is_on(Role::Tab, last));
    let strip = egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(834.0, 40.0));
    window.until("it to come into view", |w| strip.contains_rect(w.get(Role::Tab, last).rect()));
    let menu = window.get(Role::Button, "菜单").rect();
    assert!(window.get(Role::Tab, last).rect().left() > menu.right());
}

#[test]
fn a_request_of_the_system_to_end_is_obeyed_without_a_question() {
    let mut window = Window::with(named("开着"));
    window.open();
    window.app().ender()();
    window.step();
    let commands = &window.harness().output().viewport_output[&egui::ViewportId::ROOT].commands;
    assert!(commands.contains(&egui::ViewportCommand::Close), "{commands:?}");
    assert!(!commands.contains(&egui::ViewportCommand::CancelClose));
}
