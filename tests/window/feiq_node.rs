//! FeiQ's node in the window: online, people, conversations, and the tab with its log.
//!
//! Every test has addresses of its own on the loopback interface, so that all of them have the real port.
#![cfg(target_os = "linux")] // others have only 127.0.0.1

use std::net::{IpAddr, SocketAddr, UdpSocket};

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::NodeT as _;
use wirebench::settings::{Mode, Settings};

use crate::driver::{CTRL_SHIFT, PATIENCE, Window, settings, tab};

const PORT: u16 = 2425;

fn address(test: u8, host: u8) -> IpAddr {
    IpAddr::from([127, 0, 80 + test, host])
}

/// Settings of a node for a test, which tells the test's peers.
fn node(test: u8) -> Settings {
    let mut settings = settings(vec![tab(Mode::Udp)]);
    let feiq = &mut settings.feiq;
    "张三".clone_into(&mut feiq.node.user);
    "zhangsan-pc".clone_into(&mut feiq.node.host);
    feiq.bind_address = address(test, 1).to_string();
    feiq.announce_broadcast = false;
    feiq.announce = format!("{}\n{}", address(test, 2), address(test, 3));
    settings
}

/// A FeiQ as far as a test needs one: a socket, and datagrams in GBK.
struct Feiq {
    socket: UdpSocket,
    node: SocketAddr,
    name: &'static str,
    number: u64,
}

impl Feiq {
    fn new(test: u8, host: u8, name: &'static str) -> Self {
        let socket = UdpSocket::bind((address(test, host), PORT)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket, node: SocketAddr::new(address(test, 1), PORT), name, number: 1_700_000_000 }
    }

    fn send(&mut self, command: u32, extra: &str) -> u64 {
        self.number += 1;
        let version = "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9";
        let text = format!("{version}:{}:{}:{}-PC:{command}:{extra}", self.number, self.name, self.name);
        let bytes = wirebench::codec::Charset::Gbk.encode(&text).unwrap();
        self.socket.send_to(&bytes, self.node).unwrap();
        self.number
    }

    /// Waits for a datagram with this code; its bytes.
    fn bytes_of(&self, code: u32) -> Vec<u8> {
        let mut bytes = [0; 9000];
        loop {
            let len = self.socket.recv(&mut bytes).unwrap();
            let command = bytes[..len].split(|byte| *byte == b':').nth(4).unwrap();
            let command: u32 = String::from_utf8_lossy(command).parse().unwrap();
            if command & 0xFF == code {
                return bytes[..len].to_vec();
            }
        }
    }

    /// Waits for a datagram with this code; its number, and what follows the command.
    fn wait_for(&self, code: u32) -> (String, String) {
        let text = wirebench::codec::Charset::Gb18030.decode_lossy(&self.bytes_of(code));
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        (fields[1].to_owned(), fields[5].trim_end_matches('\0').to_owned())
    }
}

/// A window with FeiQ's open and online.
fn online(test: u8) -> Window {
    let mut window = Window::start(node(test), None, None);
    window.key(CTRL_SHIFT, Key::F);
    window.button("上线");
    let words = format!("在线 {} :2425", address(test, 1));
    window.until("to be online", |w| w.says(&words));
    window
}

/// The entry of someone in the list.
fn choose(window: &mut Window, name: &str) {
    window.until(name, |w| w.has(Role::ListItem, name));
    window.click(Role::ListItem, name);
}

/// Whether a label says exactly this: the log behind shows the datagrams themselves.
fn says(window: &Window, text: &str) -> bool {
    window.labels().iter().any(|label| label == text)
}

fn description(window: &Window, role: Role, name: &str) -> String {
    window.get(role, name).accesskit_node().description().unwrap_or_default()
}

#[test]
fn online_has_a_tab_of_its_own_and_tells_the_others() {
    let peer = Feiq::new(1, 2, "李四");
    let mut window = online(1);
    assert!(window.has(Role::Tab, "飞秋 :2425"));
    peer.wait_for(1);
    assert!(window.rows().iter().any(|row| row.contains("UDP 已打开")), "{:?}", window.rows());
    window.button("下线");
    peer.wait_for(2);
    window.until("to be offline", |w| w.has(Role::Button, "上线"));
    assert!(window.has(Role::Tab, "飞秋 :2425"), "its log can still be read");
    window.button("上线");
    window.until("to be online again", |w| w.has(Role::Button, "下线"));
    assert_eq!(window.all(Role::Tab, "飞秋 :2425").len(), 1);
}

#[test]
fn a_kept_tab_goes_online_by_its_own_button() {
    let peer = Feiq::new(11, 2, "李四");
    let mut settings = node(11);
    settings.tabs[0].feiq = true;
    settings.tabs[0].local_address = address(11, 1).to_string();
    settings.tabs[0].local_port = PORT;
    let mut window = Window::start(settings, None, None);
    window.open();
    peer.wait_for(1);
    window.key(CTRL_SHIFT, Key::F);
    assert!(window.has(Role::Button, "下线"));
    window.key(CTRL_SHIFT, Key::F);
    window.button("关闭");
    peer.wait_for(2);
    window.until("to be closed", |w| w.has(Role::Button, "打开"));
}

#[test]
fn who_holds_the_port_is_said() {
    let holder = UdpSocket::bind((address(2, 1), PORT)).unwrap();
    let mut window = Window::start(node(2), None, None);
    window.key(CTRL_SHIFT, Key::F);
    window.button("上线");
    let pid = format!("(pid {})", std::process::id());
    window.until("the holder of the port", |w| w.says(&pid) && w.has(Role::Button, "上线"));
    drop(holder);
    window.button("上线");
    window.until("to be online", |w| w.has(Role::Button, "下线"));
}

#[test]
fn people_come_talk_and_leave() {
    let mut peer = Feiq::new(3, 2, "李四");
    let mut window = online(3);
    window.click(Role::Tab, "联系人");
    peer.send(0x60_0003, "李四\0研发组\0");
    window.until("the peer", |w| w.has(Role::ListItem, "李四"));
    let details = description(&window, Role::ListItem, "李四");
    for part in ["李四-PC", "研发组", "FeiQ 3", "GBK", "127.0.83.2 :2425"] {
        assert!(details.contains(part), "{part} in {details}");
    }
    let number = peer.send(288, "你好，在吗？/:){/font;-16 0 0 0 400 0 0 0 134 0 0 2 32 宋体 0;}");
    assert_eq!(peer.wait_for(33).1, number.to_string());
    window.until("the mark", |w| description(w, Role::Tab, "联系人").contains("1 条未读"));
    choose(&mut window, "李四");
    window.until("the message", |w| w.says("你好，在吗？[微笑 /:)]"));
    assert!(window.says("身份未验证") && !window.says("font"));
    window.until("it to be read", |w| description(w, Role::Tab, "联系人").is_empty());

    window.fill(Role::MultilineTextInput, "消息内容", "在的");
    window.click_last(Role::Button, "发送");
    let (number, text) = peer.wait_for(32);
    assert_eq!(text, "在的");
    peer.send(33, &number);
    window.until("the ack", |w| w.says("毫秒后确认"));

    peer.send(2, "");
    window.until("the exit", |w| w.says("已下线"));
}

#[test]
fn shakes_and_envelopes() {
    let mut peer = Feiq::new(4, 2, "王小明");
    let mut window = online(4);
    window.click(Role::Tab, "联系人");
    peer.send(0x60_0003, "王小明\0\0");
    choose(&mut window, "王小明");
    peer.send(0xD1, "");
    window.until("the shake", |w| w.says("对方抖动了窗口"));
    window.button("抖动");
    peer.wait_for(0xD1);
    let number = peer.send(0x20 | 0x100 | 0x200 | 0x10_0000, "机密");
    window.until("the envelope", |w| says(w, "封装的消息") && !says(w, "机密"));
    window.button("打开信封");
    assert_eq!(peer.wait_for(0x30).1, number.to_string());
    window.until("what is in it", |w| says(w, "机密"));

    window.click(Role::CheckBox, "封装");
    window.fill(Role::MultilineTextInput, "消息内容", "回信");
    window.click_last(Role::Button, "发送");
    let (number, _) = peer.wait_for(0x20);
    peer.send(33, &number);
    window.until("the state of the envelope", |w| w.says("对方还没有打开"));
    peer.send(0x30, &number);
    window.until("it to be opened", |w| w.says("对方已打开"));
}

#[test]
fn a_message_to_several_goes_to_each() {
    let mut peers = [Feiq::new(5, 2, "李四"), Feiq::new(5, 3, "王五")];
    let mut window = online(5);
    window.click(Role::Tab, "联系人");
    for peer in &mut peers {
        let extra = format!("{}\0\0", peer.name);
        peer.send(0x60_0003, &extra);
    }
    choose(&mut window, "李四");
    window.until("王五", |w| w.has(Role::ListItem, "王五"));
    let at = window.get(Role::ListItem, "王五").rect().center();
    window.ctrl_click(at);
    assert!(window.says("发送给 2 人"));
    window.fill(Role::MultilineTextInput, "消息内容", "开会了");
    window.click_last(Role::Button, "发送");
    for peer in &peers {
        assert_eq!(peer.wait_for(32).1, "开会了");
    }
}

#[test]
fn what_gbk_lacks_is_said_before_it_is_sent() {
    let mut peer = Feiq::new(6, 2, "李四");
    let mut window = online(6);
    window.click(Role::Tab, "联系人");
    peer.send(0x60_0003, "李四\0\0");
    choose(&mut window, "李四");
    window.fill(Role::MultilineTextInput, "消息内容", "好␀");
    window.click_last(Role::Button, "发送");
    assert!(window.says("GBK 里没有“␀”"));
    assert_eq!(window.value(Role::MultilineTextInput, "消息内容"), "好␀", "nothing is lost");
}

#[test]
fn what_is_too_long_for_a_datagram_is_said_and_kept() {
    let mut peer = Feiq::new(11, 2, "李四");
    let mut window = online(11);
    window.click(Role::Tab, "联系人");
    peer.send(0x60_0003, "李四\0\0");
    choose(&mut window, "李四");
    let long = "长".repeat(5000);
    window.fill(Role::MultilineTextInput, "消息内容", &long);
    window.click_last(Role::Button, "发送");
    assert!(window.says("消息有 10000 字节，最多 7168 字节"));
    assert_eq!(window.value(Role::MultilineTextInput, "消息内容"), long, "nothing is lost");
}

#[test]
fn the_form_sends_as_the_node_and_waits_for_the_ack() {
    let mut peer = Feiq::new(7, 2, "李四");
    let mut window = online(7);
    window.fill(Role::TextInput, "目标", &address(7, 2).to_string());
    window.fill(Role::MultilineTextInput, "附加信息", "表单");
    window.click(Role::RadioButton, "以节点发送");
    window.click_last(Role::Button, "发送");
    let (number, text) = peer.wait_for(32);
    assert_eq!(text, "表单");
    peer.send(33, &number);
    window.until("the ack", |w| w.says("毫秒后确认"));
}

#[test]
fn the_form_writes_to_each_in_the_encoding_that_it_reads() {
    let mut feiq = Feiq::new(10, 2, "李四");
    let modern = Feiq::new(10, 3, "王五");
    let mut window = online(10);
    window.click(Role::Tab, "联系人");
    feiq.send(0x60_0003, "李四\0\0");
    let entry = format!("1:1700000000:ww:ww-pc:{}:王五\0", 0x0100_0000 | 3);
    modern.socket.send_to(entry.as_bytes(), modern.node).unwrap();
    window.until("both", |w| w.has(Role::ListItem, "李四") && w.has(Role::ListItem, "王五"));
    window.click(Role::Tab, "消息");
    for host in [2, 3] {
        window.fill(Role::TextInput, "目标", &address(10, host).to_string());
        window.button("添加");
    }
    window.fill(Role::MultilineTextInput, "附加信息", "汉字");
    for way in ["直接发送", "以节点发送"] {
        window.click(Role::RadioButton, way);
        window.click_last(Role::Button, "发送");
        assert!(feiq.bytes_of(32).ends_with(&[0xBA, 0xBA, 0xD7, 0xD6]), "{way}: GBK");
        let bytes = modern.bytes_of(32);
        assert!(bytes.ends_with("汉字".as_bytes()), "{way}: UTF-8");
        assert!(String::from_utf8(bytes).unwrap().contains(":8388896:"), "{way}: marked as UTF-8");
    }
}

#[test]
fn an_offered_file_can_be_declined() {
    let mut peer = Feiq::new(8, 2, "李四");
    let mut window = online(8);
    window.click(Role::Tab, "联系人");
    peer.send(0x60_0003, "李四\0\0");
    choose(&mut window, "李四");
    peer.send(0x20 | 0x100 | 0x20_0000, "请收\u{0}1:设计图.pdf:1e240:5f000000:1:\u{7}\0");
    window.until("the file", |w| says(w, "设计图.pdf"));
    assert!(window.has(Role::Button, "接收") && window.has(Role::Button, "接收到..."));
    window.button("谢绝");
    peer.wait_for(0x61);
    window.until("what became of it", |w| w.says("已谢绝或撤回"));
}

#[test]
fn absence_is_told_and_announced_again() {
    let peer = Feiq::new(9, 2, "李四");
    let mut window = online(9);
    peer.wait_for(1);
    window.click(Role::Tab, "设置");
    window.click(Role::CheckBox, "离开");
    peer.wait_for(4);
}
