//! 聊天: a tab as a conversation.

use std::io::Write as _;
use std::net::TcpStream;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect};
use wirebench::codec::Charset;
use wirebench::settings::{Mode, SendKey, View};

use crate::driver::{CTRL, Window, client_of, settings, tab};
use crate::peers::{connect, read, server};

/// Shows the chat in place of the log.
fn chat(window: &mut Window) {
    window.click(Role::Tab, "聊天");
    assert!(window.has(Role::Document, "聊天") && !window.has(Role::Document, "数据日志"));
}

/// Where a text of the chat stands.
#[track_caller]
fn place(window: &Window, text: &str) -> Rect {
    let found = window.placed_rows().into_iter().find(|(said, _)| said == text);
    found.unwrap_or_else(|| panic!("no {text:?}; the window says:\n{}", window.words())).1
}

/// Whether it stands left.
#[track_caller]
fn is_left(window: &Window, text: &str) -> bool {
    let chat = window.log();
    place(window, text).left() < chat.left() + 0.1 * chat.width()
}

/// How often a text stands there.
fn count(window: &Window, text: &str) -> usize {
    window.labels().iter().filter(|label| *label == text).count()
}

/// Waits until a bubble or a line of the chat has this text.
#[track_caller]
fn until_said(window: &mut Window, text: &str) {
    window.until(text, |w| count(w, text) > 0);
}

fn gbk(text: &str) -> Vec<u8> {
    Charset::Gbk.encode(text).unwrap()
}

fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(&gbk(text)).unwrap();
}

#[test]
fn a_chat_in_gbk_with_a_plain_program_goes_both_ways_at_once() {
    let (listener, addr) = server();
    let mut client = client_of(addr);
    client.receive.charset = Charset::Gbk;
    client.send.charset = Charset::Gbk;
    let mut settings = settings(vec![client]);
    settings.send_key = SendKey::Enter;
    let mut window = Window::start(settings, None, None);
    window.open();
    let (mut peer, _) = listener.accept().unwrap();
    chat(&mut window);

    // Neither waits for the other.
    say(&mut peer, "你好，我是脚本");
    say(&mut peer, "\r\n");
    window.compose("你好，我是调试助手");
    window.key(Modifiers::NONE, Key::Enter);
    window.compose("第二句");
    window.key(Modifiers::NONE, Key::Enter);
    let expected = gbk("你好，我是调试助手第二句");
    assert_eq!(read(&mut peer, expected.len()), expected);
    say(&mut peer, "再说一句");
    until_said(&mut window, "你好，我是调试助手");
    until_said(&mut window, "第二句");
    window.until("the script's words", |w| w.says("你好，我是脚本") && w.says("再说一句"));
    assert!(!is_left(&window, "第二句"), "what was sent stands right");
    assert!(is_left(&window, "再说一句"), "what was received stands left");
    assert!(window.says("我"));

    drop(peer);
    window.until("the end of the connection", |w| w.says("与服务器"));
}

#[test]
fn two_tabs_chat_and_a_peer_gets_a_name() {
    let mut window = Window::with_tabs(vec![tab(Mode::TcpServer), tab(Mode::TcpClient)]);
    let port = window.open();
    chat(&mut window);
    window.click(Role::Tab, "TCP Client 127.0.0.1:8080");
    window.fill(Role::TextInput, "远程主机端口", &port.to_string());
    window.open();
    chat(&mut window);
    window.compose("在吗");
    window.button("发送");
    until_said(&mut window, "在吗");
    window.click(Role::Tab, &format!("TCP Server :{port}"));
    until_said(&mut window, "在吗");
    assert!(is_left(&window, "在吗"));
    window.compose("在");
    window.button("发送");
    until_said(&mut window, "在");

    // Its address until it has a name.
    let said = place(&window, "在吗").center();
    window.right_click(said);
    window.button("给对方起名");
    window.fill(Role::TextInput, "名字", "小明");
    window.button("确定");
    until_said(&mut window, "小明");
    until_said(&mut window, "→ 小明");
    window.click(Role::Tab, &format!("TCP Client 127.0.0.1:{port}"));
    until_said(&mut window, "在");
    assert!(is_left(&window, "在"));
}

#[test]
fn what_goes_to_all_clients_is_one_bubble() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let mut clients: Vec<_> = (0..3).map(|_| connect(port)).collect();
    window.until("three clients", |w| w.value(Role::ComboBox, "客户端") == "ALL CLIENTS (3)");
    chat(&mut window);
    for said in ["大家好", "大家好"] {
        window.compose(said);
        window.button("发送");
    }
    for client in &mut clients {
        assert_eq!(read(client, 18), "大家好大家好".as_bytes());
    }
    window.until("two bubbles", |w| count(w, "大家好") == 2);
    until_said(&mut window, "→ 3 个对端");
}

#[test]
fn bytes_that_are_no_text_are_seen_and_a_bubble_is_copied() {
    let (listener, addr) = server();
    let mut client = client_of(addr);
    client.receive.charset = Charset::Utf8;
    let mut window = Window::with(client);
    window.open();
    let (mut peer, _) = listener.accept().unwrap();
    chat(&mut window);
    peer.write_all(b"ok \xFF\x00 end").unwrap();
    until_said(&mut window, "ok \u{FFFD}␀ end");
    let said = place(&window, "ok \u{FFFD}␀ end").center();
    window.right_click(said);
    window.button("复制 HEX");
    window.until_copied("6F 6B 20 FF 00 20 65 6E 64");
    window.click(Role::RadioButton, "HEX");
    until_said(&mut window, "6F 6B 20 FF 00 20 65 6E 64");
}

#[test]
fn a_long_chat_is_scrolled_and_follows_its_end() {
    let (listener, addr) = server();
    let mut client = client_of(addr);
    client.receive.view = View::Ascii;
    let mut window = Window::with(client);
    window.open();
    let (peer, _) = listener.accept().unwrap();
    chat(&mut window);
    let journal = window.app().shown_session().journal();
    let recorder = std::sync::Arc::clone(window.app().shown_session().recorder());
    let head = |time: i64| wirebench::journal::Head {
        time: wirebench::journal::Timestamp(1_700_000_000_000_000_000 + time * 1_000_000_000),
        kind: wirebench::journal::Kind::Received,
        peer: Some(wirebench::journal::Peer::datagram(([127, 0, 0, 1], 9).into())),
        charset: None,
    };
    let mut batch = wirebench::journal::Batch::default();
    for n in 0..1_000_000 {
        batch.push(head(n), format!("message {n}").as_bytes());
        if batch.len() == 10_000 {
            recorder.append(&mut batch);
        }
    }
    assert!(journal.len() >= 1_000_000);
    until_said(&mut window, "message 999999");
    assert!(window.labels().len() < 200, "only what is seen is laid out");

    window.wheel(2000.0);
    assert!(!window.says("message 999999"));
    recorder.payload(head(1_000_000), b"news");
    window.until("the news to be told", |w| w.has(Role::Button, "1 条新记录"));
    assert!(!window.says("news"));
    window.click(Role::Document, "聊天");
    window.key(Modifiers::NONE, Key::Home);
    until_said(&mut window, "message 0");
    window.key(Modifiers::NONE, Key::End);
    until_said(&mut window, "news");
    recorder.payload(head(1_000_001), b"more news");
    until_said(&mut window, "more news");
    window.key(CTRL, Key::L); // a new journal
    window.until("an empty chat", |w| w.says("还没有消息"));
    drop(peer);
}
