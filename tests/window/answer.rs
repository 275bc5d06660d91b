//! 自动应答: chosen in the window, heard on real sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::NodeT as _;
use wirebench::automation::Form;
use wirebench::automation::answer::{AnswerMode, Rule, Then};
use wirebench::codec::pattern::Test;
use wirebench::net::JobSlot;
use wirebench::settings::{Mode, TabSettings};

use crate::driver::{Window, settings, tab};
use crate::peers::{Peer, connect, read};

/// A window with this tab, high enough for all of the left column.
fn window(tab: TabSettings) -> Window {
    Window::sized(settings(vec![tab]), None, None, [834.0, 900.0])
}

/// A server that answers so.
fn answering(mode: AnswerMode) -> TabSettings {
    let mut tab = tab(Mode::TcpServer);
    tab.answer.mode = mode;
    tab
}

/// A rule that answers this to what contains that.
fn rule(pattern: &str, reply: &str) -> Rule {
    let mut rule = Rule { pattern: pattern.to_owned(), ..Rule::default() };
    reply.clone_into(&mut rule.reply.message.text);
    rule
}

/// What is said of a rule beside its name.
fn described(window: &Window, rule: &str) -> String {
    window.get(Role::ListItem, rule).accesskit_node().description().unwrap_or_default()
}

/// Asks until there is an answer: new rules are handed to the socket's thread, which may be busy with the question.
fn asked(client: &mut TcpStream, question: &str) -> String {
    client.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut answer = vec![0; 1024];
    for _ in 0..20 {
        client.write_all(question.as_bytes()).unwrap();
        if let Ok(len) = client.read(&mut answer) {
            return String::from_utf8(answer[..len].to_vec()).unwrap();
        }
    }
    panic!("no answer to {question:?}");
}

/// Waits until what was changed is used.
fn settle(window: &mut Window) {
    window.step();
    window.step(); // the change has been seen by now
    window.until("the change to be used", |w| !w.says("改动即将生效"));
}

#[test]
fn a_choice_answers_at_once_and_its_mark_counts() {
    let mut window = self::window(tab(Mode::TcpServer));
    let port = window.open();
    let mut client = connect(port);
    window.pick("自动应答", "原样返回");
    window.until("the mark", |w| w.has(Role::Button, "应答 0"));
    client.write_all("abc你好".as_bytes()).unwrap();
    assert_eq!(read(&mut client, 9), "abc你好".as_bytes());
    window.until("the count", |w| w.has(Role::Button, "应答 1"));
    window.pick("自动应答", "大写返回");
    window.until("another mark", |w| w.has(Role::Button, "应答 0"));
    client.write_all("abc你好".as_bytes()).unwrap();
    assert_eq!(read(&mut client, 9), "ABC你好".as_bytes());
    window.pick("自动应答", "无");
    window.until("no mark", |w| !w.has(Role::Button, "应答 0") && !w.has(Role::Button, "应答 1"));
    window.until("the end of the answers", |w| !w.app().shown_session().status().jobs.contains(JobSlot::Answering));
    client.write_all(b"silence").unwrap();
    window.until_row("silence");
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn what_was_chosen_before_answers_from_the_first_client_on() {
    let mut window = self::window(answering(AnswerMode::Daytime));
    assert_eq!(window.value(Role::ComboBox, "自动应答"), "日期时间");
    let port = window.open();
    for _ in 0..2 {
        let mut said = String::new();
        connect(port).read_to_string(&mut said).unwrap();
        assert!(said.ends_with('\n') && said.len() > 10, "{said:?}");
    }
    window.button("关闭");
    window.until("the tab to close", |w| w.has(Role::Button, "打开"));
    assert!(!window.has(Role::Button, "应答 2"));
}

#[test]
fn a_rule_is_made_tried_and_answers() {
    let mut window = self::window(tab(Mode::TcpServer));
    let port = window.open();
    let mut client = connect(port);
    window.pick("自动应答", "规则...");
    window.button("新建规则");
    window.fill(Role::TextInput, "规则名称", "温度");
    window.pick("比较方式", "正则表达式");
    window.fill(Role::TextInput, "匹配内容", "GET (\\w+");
    window.until("the mistake beside the field", |w| w.says("第 1 行第"));
    window.fill(Role::TextInput, "匹配内容", r"GET (\w+)");
    window.click(Role::CheckBox, "应答是模板");
    window.fill(Role::MultilineTextInput, "应答内容", r"{1}=23.9\r\n");
    window.fill(Role::TextInput, "测试数据包", "GET temp");
    window.until("the result of the test", |w| w.says("发送 11 字节给发送者"));
    assert!(window.says("74 65 6D 70 3D 32 33 2E 39 0D 0A"), "{}", window.words());
    window.fill(Role::TextInput, "测试数据包", "PUT temp");
    window.until("no rule for the test", |w| w.says("没有规则符合"));

    settle(&mut window);
    assert!(described(&window, "1  温度").contains("0 次"));
    assert_eq!(asked(&mut client, "GET humidity"), "humidity=23.9\r\n");
    window.until("the hit", |w| described(w, "1  温度").contains("1 次"));
}

#[test]
fn rules_are_duplicated_moved_switched_off_and_deleted() {
    let mut tab = answering(AnswerMode::Rules);
    tab.answer.rules = vec![rule("a", "1"), rule("b", "2")];
    tab.answer.rules[0].name = "first".to_owned();
    let mut window = self::window(tab);
    window.button("自动应答设置");
    window.click(Role::ListItem, "1  first");
    window.button("下移");
    assert!(window.has(Role::ListItem, "2  first") && window.has(Role::ListItem, "规则 1"));
    window.button("复制规则");
    assert!(window.has(Role::ListItem, "3  first"));
    window.button("删除规则");
    window.button("上移");
    assert!(window.has(Role::ListItem, "1  first"));
    window.fill(Role::TextInput, "测试数据包", "ab");
    window.until("both", |w| w.says("1  first  →"));
    window.click(Role::CheckBox, "启用规则 1");
    window.until("the other rule", |w| w.says("规则 2  →"));
    let row = |w: &Window, name: &str| w.get(Role::ListItem, name).rect().center();
    let (from, to) = (row(&window, "规则 2"), row(&window, "1  first"));
    window.drag(from, to);
    assert!(window.has(Role::ListItem, "2  first") && window.has(Role::ListItem, "规则 1"), "{}", window.words());
}

#[test]
fn rules_that_are_wrong_leave_those_before_them_at_work() {
    let mut tab = answering(AnswerMode::Rules);
    tab.answer.rules = vec![rule("ping", "pong")];
    let mut window = self::window(tab);
    let port = window.open();
    let mut client = connect(port);
    window.button("自动应答设置");
    let place = |window: &Window| window.get(Role::TextInput, "匹配内容").rect().top();
    let before = place(&window);
    window.fill(Role::TextInput, "匹配内容", "");
    window.until("what is stale", |w| w.says("仍按上次正确的规则应答"));
    assert!((place(&window) - before).abs() < 0.5, "nothing moves under the hands of a person who types");
    client.write_all(b"ping").unwrap();
    assert_eq!(read(&mut client, 4), b"pong");
    window.fill(Role::TextInput, "匹配内容", "hello");
    settle(&mut window);
    assert!(!window.says("仍按上次正确的规则应答"));
    assert_eq!(asked(&mut client, "hello"), "pong");
}

#[test]
fn a_rule_for_hex_over_udp_and_the_limit_is_seen() {
    let mut tab = tab(Mode::Udp);
    tab.answer.mode = AnswerMode::Rules;
    tab.answer.per_second = 1;
    let mut hex = Rule { test: Test::Starts, form: Form::Hex, ..rule("01 ??", "AB") };
    hex.reply.message.form = Form::Hex;
    tab.answer.rules = vec![hex];
    let mut window = self::window(tab);
    let port = window.open();
    let peer = Peer::new();
    peer.send(port, [1, 77, 3]);
    assert_eq!(peer.next().0, [0xAB]);
    for _ in 0..5 {
        peer.send(port, [1, 77, 3]);
    }
    window.until_row("自动应答受限");
    window.button("自动应答设置");
    window.until("the limit", |w| w.says("已限速"));
}

#[test]
fn a_rule_marks_and_calls_for_the_person() {
    let mut tab = answering(AnswerMode::Rules);
    tab.answer.rules = vec![Rule { then: Then::Beep, name: "火警".to_owned(), ..rule("fire", "") }];
    let mut window = self::window(tab);
    let port = window.open();
    connect(port).write_all(b"fire").unwrap();
    window.until_row("火警");
}

#[test]
fn what_one_says_in_the_chat_room_goes_to_the_other() {
    let mut window = self::window(answering(AnswerMode::ChatRoom));
    let port = window.open();
    let (mut one, mut other) = (connect(port), connect(port));
    window.until("two clients", |w| w.value(Role::ComboBox, "客户端") == "ALL CLIENTS (2)");
    one.write_all("大家好\n".as_bytes()).unwrap();
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("大家好") {
        said.extend(read(&mut other, 1));
    }
    window.click(Role::Tab, "聊天");
    window.until("the chat", |w| w.says("大家好"));
}

#[test]
fn a_file_server_without_a_folder_says_so_and_with_one_serves() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "内容").unwrap();
    let mut window = self::window(tab(Mode::TcpServer));
    let port = window.open();
    window.pick("自动应答", "文件服务...");
    window.until("what is missing", |w| w.says("请选择要提供的文件夹"));
    window.fill(Role::TextInput, "文件夹", &folder.path().display().to_string());
    window.until("the mark", |w| w.has(Role::Button, "应答 0"));
    let mut client = connect(port);
    client.write_all(b"a.txt").unwrap();
    let mut content = String::new();
    client.read_to_string(&mut content).unwrap();
    assert_eq!(content, "内容");
}
