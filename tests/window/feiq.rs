//! FeiQ's form: the exact datagram, sent without a node.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use wirebench::codec::hex;
use wirebench::i18n::Lang;
use wirebench::settings::{FeiqVersionKind, Mode, Settings};

use crate::driver::{CTRL_SHIFT, PATIENCE, Window, settings, tab};

/// What Python's `'1:123123:吴彦祖:吴彦祖-pc:32:haha'.encode('gbk')` gives.
const TUTORIAL: &str =
    "31 3A 31 32 33 31 32 33 3A CE E2 D1 E5 D7 E6 3A CE E2 D1 E5 D7 E6 2D 70 63 3A 33 32 3A 68 61 68 61";

/// Settings with names that do not depend on the machine.
fn named() -> Settings {
    let mut settings = settings(vec![tab(Mode::Udp)]);
    "张三".clone_into(&mut settings.feiq.form.user);
    "zhangsan-pc".clone_into(&mut settings.feiq.form.host);
    settings
}

/// A window with the form open.
fn form(settings: Settings) -> Window {
    let mut window = Window::start(settings, None, None);
    window.key(CTRL_SHIFT, Key::F);
    window
}

fn text(window: &mut Window, name: &str, text: &str) {
    window.fill(Role::TextInput, name, text);
}

fn extra(window: &mut Window, text: &str) {
    window.fill(Role::MultilineTextInput, "附加信息", text);
}

/// Fills in the tutorials' values.
fn fill_tutorial(window: &mut Window) {
    text(window, "发送者姓名", "吴彦祖");
    text(window, "主机名", "吴彦祖-pc");
    text(window, "命令字数值", "32");
    window.click(Role::CheckBox, "自动");
    text(window, "包编号", "123123");
    extra(window, "haha");
}

/// A socket that stands for a FeiQ, and its address as typed.
fn peer() -> (UdpSocket, String) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let addr = socket.local_addr().unwrap().to_string();
    (socket, addr)
}

fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = [0; 9000];
    let len = socket.recv(&mut bytes).unwrap();
    bytes[..len].to_vec()
}

/// The last: the main window has one too.
fn send(window: &mut Window) {
    window.click_last(Role::Button, "发送");
}

fn shows(window: &mut Window, label: &str) {
    window.until(label, |w| w.says(label));
}

#[test]
fn the_menu_and_the_key_open_the_window() {
    let mut window = Window::start(named(), None, None);
    window.menu(&["工具", "飞秋消息"]);
    assert!(window.is_on(Role::Tab, "消息"));
    window.key(CTRL_SHIFT, Key::F);
    assert!(!window.has(Role::Tab, "消息"));
    window.key(CTRL_SHIFT, Key::F);
    window.button("关闭窗口");
    assert!(!window.has(Role::Tab, "消息"));
}

#[test]
fn the_form_is_labelled_as_the_tutorials_call_it() {
    let zh = ["目标", "端口", "版本", "包编号", "发送者姓名", "主机名", "命令字", "附加信息", "编码"];
    let en =
        ["Target", "Port", "Version", "Packet No.", "Sender Name", "Host Name", "Command", "Extra Text", "Encoding"];
    let mut window = form(named());
    for label in zh {
        assert!(window.labels().iter().any(|said| said == label), "{label}");
    }
    window.button("关闭窗口");
    window.menu(&["界面语言", "English"]);
    window.key(CTRL_SHIFT, Key::F);
    for label in en {
        assert!(window.labels().iter().any(|said| said == label), "{label}");
    }
    assert!(!window.labels().iter().any(|said| zh.contains(&said.as_str())));
}

#[test]
fn the_default_is_a_message_that_wants_an_ack() {
    let mut window = form(named());
    extra(&mut window, "你好");
    assert!(window.says("288 = 0x120 = SENDMSG|SENDCHECK"));
    let labels = window.labels();
    let preview = labels.iter().find(|label| label.ends_with(":张三:zhangsan-pc:288:你好")).unwrap();
    let number: u64 = preview.strip_prefix("1:").unwrap().split(':').next().unwrap().parse().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(now - number < 60, "{number} is the time");
}

#[test]
fn the_tutorials_datagram_comes_out_byte_for_byte() {
    let (socket, addr) = peer();
    let mut window = form(named());
    fill_tutorial(&mut window);
    assert!(window.says("1:123123:吴彦祖:吴彦祖-pc:32:haha"));
    assert!(window.labels().iter().any(|label| label.trim_end() == TUTORIAL), "{:?}", window.labels());
    assert!(window.says("33 字节"));
    text(&mut window, "目标", &addr);
    send(&mut window);
    assert_eq!(receive(&socket), hex::parse(TUTORIAL).unwrap());
    shows(&mut window, "已发送");
    window.click(Role::CheckBox, "末尾加 NUL");
    send(&mut window);
    assert_eq!(receive(&socket), [hex::parse(TUTORIAL).unwrap(), vec![0]].concat());
}

#[test]
fn several_targets_are_chips_and_each_gets_it() {
    let peers = [peer(), peer(), peer()];
    let mut window = form(named());
    extra(&mut window, "大家好");
    for (_, addr) in &peers {
        text(&mut window, "目标", addr);
        window.key(Modifiers::NONE, Key::Enter);
    }
    let gone = format!("移除 {}", peers[2].1);
    window.button(&gone);
    assert!(!window.has(Role::Button, &gone));
    send(&mut window);
    for (socket, _) in &peers[..2] {
        assert!(receive(socket).ends_with(&hex::parse("B4 F3 BC D2 BA C3").unwrap()));
    }
    peers[2].0.set_nonblocking(true).unwrap();
    assert!(peers[2].0.recv(&mut [0; 1]).is_err());
}

#[test]
fn an_ack_and_a_closed_port_are_told() {
    let (socket, addr) = peer();
    let (closed, closed_addr) = peer();
    drop(closed);
    let mut window = form(named());
    text(&mut window, "目标", &addr);
    send(&mut window);
    let mut bytes = [0; 1000];
    let (len, from) = socket.recv_from(&mut bytes).unwrap();
    let datagram = String::from_utf8_lossy(&bytes[..len]).into_owned();
    let number = datagram.split(':').nth(1).unwrap();
    socket.send_to(format!("1:1:b:b:33:{number}").as_bytes(), from).unwrap();
    shows(&mut window, "毫秒后确认");
    if cfg!(target_os = "linux") {
        window.button(&format!("移除 {addr}"));
        text(&mut window, "目标", &closed_addr);
        send(&mut window);
        shows(&mut window, "没有程序监听");
    }
}

#[test]
fn a_pasted_datagram_fills_the_form() {
    let mut window = form(named());
    let node = window.app().settings().feiq.node.clone();
    window.button("从数据报填写");
    let paste = |window: &mut Window, text: &str| {
        window.fill(Role::MultilineTextInput, "粘贴数据报（文本或 HEX）", text);
        window.button("填入表单");
    };
    paste(&mut window, TUTORIAL);
    assert!(window.says("表单会生成同样的字节"));
    assert_eq!(window.value(Role::TextInput, "发送者姓名"), "吴彦祖");
    assert_eq!(window.value(Role::TextInput, "主机名"), "吴彦祖-pc");
    assert_eq!(window.value(Role::TextInput, "包编号"), "123123");
    assert_eq!(window.value(Role::TextInput, "命令字数值"), "32");
    assert_eq!(window.value(Role::MultilineTextInput, "附加信息"), "haha");
    assert!(!window.is_on(Role::CheckBox, "末尾加 NUL"));
    assert_eq!(window.app().settings().feiq.node, node, "the node is still who it was");
    assert!(window.labels().iter().any(|label| label.trim_end() == TUTORIAL));

    let iptux = "315f697074757820302e382e333a31333a726f6f743a766d3a3238383ac4e3bac3b7c9c7ef00";
    paste(&mut window, iptux);
    assert_eq!(window.value(Role::TextInput, "自定义版本"), "1_iptux 0.8.3");
    assert_eq!(window.value(Role::MultilineTextInput, "附加信息"), "你好飞秋");
    assert!(window.is_on(Role::CheckBox, "末尾加 NUL") && window.is_on(Role::CheckBox, "SENDCHECK"));
    let mut made = String::new();
    hex::format(&hex::parse(iptux).unwrap(), &mut made);
    assert!(window.labels().iter().any(|label| label.trim_end() == made));

    paste(&mut window, "1:7:a:b:2097155:nick");
    assert_eq!(window.value(Role::ComboBox, "命令字"), "ANSENTRY (3)");
    assert!(window.is_on(Role::CheckBox, "FILEATTACH"));
    paste(&mut window, "hello");
    assert!(window.says("不是 IPMSG 数据报"));
}

#[test]
fn commands_are_chosen_by_name_with_options_or_typed() {
    let mut window = form(named());
    window.click(Role::CheckBox, "SECRET");
    assert_eq!(window.value(Role::TextInput, "命令字数值"), "800");
    text(&mut window, "命令字数值", "0x120");
    assert!(!window.is_on(Role::CheckBox, "SECRET"));
    window.pick("命令字", "BR_ENTRY (1)");
    assert!(window.says("1 = 0x1 = BR_ENTRY"));
    assert!(window.has(Role::CheckBox, "ABSENCE") && !window.has(Role::CheckBox, "SENDCHECK"));
    window.pick("命令字", "SENDMSG (32)");
    assert!(window.says("288 = 0x120"));
    text(&mut window, "命令字数值", "32x");
    assert!(window.says("十进制数，或以 0x 开头"));
}

#[test]
fn the_versions_of_feiq_carry_a_mac() {
    let mut settings = named();
    settings.feiq.form.version = FeiqVersionKind::Feiq3;
    "00163E4D0002".clone_into(&mut settings.feiq.form.mac);
    let mut window = form(settings);
    assert!(window.says("1_lbt6_0#128#00163E4D0002#0#0#0#4001#9:"));
    text(&mut window, "MAC", "nonsense");
    assert!(window.says("12 位十六进制数"));
}

#[test]
fn what_cannot_be_sent_is_refused_with_the_field() {
    let mut window = form(named());
    send(&mut window);
    assert!(window.says("还没有目标"));
    text(&mut window, "目标", "192.168.1.999");
    send(&mut window);
    assert!(window.says("192.168.1.999 不是地址"));
    text(&mut window, "目标", "127.0.0.1:9");
    extra(&mut window, "你好␀");
    assert!(window.says("附加信息：第 1 行第 3 列：GBK 里没有“␀”"));
    window.pick("编码", "UTF-8");
    assert!(window.is_on(Role::CheckBox, "UTF8") && !window.says("GBK 里没有"));
    text(&mut window, "发送者姓名", "a:b");
    assert!(window.says("发送者姓名：不能含有冒号"));
    window.click(Role::RadioButton, "以节点发送");
    text(&mut window, "发送者姓名", "a");
    send(&mut window);
    assert!(window.says("还没有上线"));
}

#[test]
fn a_message_repeats_with_growing_numbers_and_stops() {
    let (socket, addr) = peer();
    let mut window = form(named());
    text(&mut window, "目标", &addr);
    extra(&mut window, "炸弹");
    window.click(Role::CheckBox, "重复");
    assert!(window.says("仅用于测试自己的设备"));
    text(&mut window, "次，间隔", "4");
    text(&mut window, "毫秒", "50");
    let number =
        |bytes: Vec<u8>| -> u64 { String::from_utf8_lossy(&bytes).split(':').nth(1).unwrap().parse().unwrap() };
    let began = Instant::now();
    send(&mut window);
    let first = number(receive(&socket));
    for step in 1..4 {
        assert_eq!(number(receive(&socket)), first + step);
    }
    assert!(began.elapsed() >= Duration::from_millis(150), "{:?}", began.elapsed());
    shows(&mut window, "已发送 4 / 4 次");

    text(&mut window, "次，间隔", "1000");
    send(&mut window);
    let next = number(receive(&socket));
    assert!(next > first + 3, "a repeated number would be dropped");
    window.until("the stop button", |w| w.has(Role::Button, "停止"));
    window.button("停止");
    window.until("the end", |w| !w.has(Role::Button, "停止"));

    text(&mut window, "次，间隔", "1001");
    send(&mut window);
    assert!(window.says("重复次数为 1 到 1000，间隔至少 50 毫秒"));
    text(&mut window, "次，间隔", "1000");
    text(&mut window, "毫秒", "49");
    send(&mut window);
    assert!(window.says("重复次数为 1 到 1000，间隔至少 50 毫秒"));
}

#[test]
fn what_was_filled_in_is_kept() {
    let mut window = form(named());
    text(&mut window, "发送者姓名", "李四");
    text(&mut window, "目标", "10.1.2.3");
    window.key(Modifiers::NONE, Key::Enter);
    window.pick("编码", "GBK");
    let kept = &window.app().settings().feiq;
    assert_eq!((kept.form.user.as_str(), kept.targets.as_slice()), ("李四", ["10.1.2.3".to_owned()].as_slice()));
    assert_eq!(kept.form.encoding, wirebench::codec::Charset::Gbk);
}

#[test]
fn it_is_broadcast_on_all_interfaces_or_on_those_chosen() {
    let mut settings = named();
    settings.feiq.announce_interfaces = vec!["gone9".to_owned()];
    let mut window = form(settings);
    window.click(Role::Tab, "设置");
    assert!(window.is_on(Role::CheckBox, "在所有接口上广播") && !window.has(Role::CheckBox, "gone9"));
    window.click(Role::CheckBox, "在所有接口上广播");
    assert!(window.is_on(Role::CheckBox, "gone9"), "what was chosen can be unchosen, also while it is not there");
    window.click(Role::CheckBox, "gone9");
    let kept = &window.app().settings().feiq;
    assert!(!kept.announce_broadcast && kept.announce_interfaces.is_empty(), "{kept:?}");
}

#[test]
fn every_page_fits_into_every_window() {
    for (size, lang) in [
        ([834.0, 724.0], Lang::ZhCn),
        ([834.0, 724.0], Lang::En),
        ([1400.0, 900.0], Lang::En),
        ([480.0, 360.0], Lang::ZhCn),
        ([560.0, 360.0], Lang::En),
    ] {
        let mut window = Window::sized(named(), None, None, size);
        if lang == Lang::En {
            window.menu(&["界面语言", "English"]);
        }
        window.key(CTRL_SHIFT, Key::F);
        let pages = match lang {
            Lang::ZhCn => ["消息", "联系人", "文件", "群", "设置"],
            Lang::En => ["Message", "Contacts", "Files", "Groups", "Settings"],
        };
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0], size[1])).expand(1.0);
        for page in pages {
            window.click(Role::Tab, page);
            window.event(Event::PointerGone);
            let root = window.harness().root();
            for node in root.children_recursive() {
                let (role, label) = (node.accesskit_node().role(), node.accesskit_node().label());
                let used = matches!(
                    role,
                    Role::Button | Role::CheckBox | Role::RadioButton | Role::ComboBox | Role::TextInput
                );
                if node.accesskit_node().raw_bounds().is_none() {
                    continue; // it is scrolled out of sight
                }
                let rect = node.rect();
                let sideways = rect.left() >= screen.left() && rect.right() <= screen.right();
                assert!(!used || sideways, "{size:?} {lang:?} {page}: {role:?} {label:?} {rect:?}");
            }
        }
    }
}
