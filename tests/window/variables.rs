//! 变量: what `{var:name}` stands for.

use std::io::Write as _;

use egui::accesskit::Role;
use wirebench::automation::answer::{AnswerMode, Rule};
use wirebench::net::JobSlot;
use wirebench::settings::Mode;

use crate::driver::{Window, settings, tab, udp_to};
use crate::peers::{Peer, connect, read};

#[test]
fn a_variable_is_typed_and_sent() {
    let peer = Peer::new();
    let mut tab = udp_to(peer.addr());
    "{var:name}!".clone_into(&mut tab.send.text);
    let mut window = Window::with(tab);
    window.open();
    assert!(!window.has(Role::Button, "变量"), "nothing asks for them without templates");
    window.click(Role::CheckBox, "模板");
    assert!(window.says("没有叫“name”的变量"), "{:?}", window.labels());
    window.button("变量");
    window.fill(Role::TextInput, "值 1", "你好");
    assert!(window.says("变量要有名称"), "{:?}", window.labels());
    window.fill(Role::TextInput, "名称 1", "a{b");
    assert!(window.says("名称里不能有大括号"), "{:?}", window.labels());
    window.fill(Role::TextInput, "名称 1", " name ");
    window.button("添加变量");
    window.fill(Role::TextInput, "名称 2", "name");
    assert!(window.says("这个名称出现了两次"), "{:?}", window.labels());
    window.button("确定");
    window.fill(Role::TextInput, "名称 2", "other");
    window.click_last(Role::Button, "删除变量 2");
    window.button("确定");
    assert!(window.says("7 字节"), "{:?}", window.labels());
    window.button("发送");
    assert_eq!(peer.next().0, "你好!".as_bytes());
    assert_eq!(window.app().shown_settings().send.variables, [("name".to_owned(), "你好".to_owned())].into());
    window.button("变量");
    window.button("删除变量 1");
    window.button("取消");
    window.button("发送");
    assert_eq!(peer.next().0, "你好!".as_bytes(), "cancelled");
}

#[test]
fn rules_answer_with_the_tab_s_variables() {
    let mut tab = tab(Mode::TcpServer);
    tab.answer.mode = AnswerMode::Rules;
    let mut rule = Rule { pattern: "state".to_owned(), ..Rule::default() };
    "{recv}={var:state};".clone_into(&mut rule.reply.message.text);
    rule.reply.message.template = true;
    tab.answer.rules = vec![rule];
    tab.send.template = true;
    let mut window = Window::sized(settings(vec![tab]), None, None, [834.0, 900.0]);
    let port = window.open();
    window.button("变量");
    window.fill(Role::TextInput, "名称 1", "state");
    window.fill(Role::TextInput, "值 1", "ready");
    window.button("确定");
    window.until("the rule at work", |w| w.app().shown_session().status().jobs.contains(JobSlot::Answering));
    let mut client = connect(port);
    client.write_all(b"state").unwrap();
    assert_eq!(read(&mut client, 12), b"state=ready;");
}
