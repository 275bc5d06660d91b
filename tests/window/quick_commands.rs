//! 快捷指令: the panel, its editor, sequences and files.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use wirebench::automation::Message;
use wirebench::automation::command::{Expect, Group, QuickCommand, QuickCommands};
use wirebench::settings::{self, Mode, Saver, Settings, TabSettings};

use crate::driver::{CTRL, Window, client_of, tab, udp_to};
use crate::peers::{Peer, read, server};

fn command(name: &str, text: &str) -> QuickCommand {
    QuickCommand::new(name, Message { text: text.to_owned(), ..Message::default() })
}

fn group(name: &str, commands: Vec<QuickCommand>) -> QuickCommands {
    let mut quick = QuickCommands::default();
    quick.add_group(Group::named(name).with_commands(commands)).unwrap();
    quick
}

/// A window with these commands, kept in this folder, with the panel open.
fn window(folder: &Path, quick: &QuickCommands, tab: TabSettings, size: [f32; 2]) -> Window {
    settings::save(folder, quick).unwrap();
    let mut settings = Settings::default();
    settings.tabs = vec![tab];
    settings.quick.open = true;
    Window::sized(settings, None, Some(Saver::start(folder.to_owned()).unwrap()), size)
}

const WIDE: [f32; 2] = [1400.0, 900.0];

/// The commands that are shown, from the top.
fn listed(window: &mut Window) -> Vec<String> {
    let root = window.harness().root();
    let rows = root.children_recursive().filter(|n| n.accesskit_node().role() == Role::ListItem);
    rows.filter_map(|n| n.accesskit_node().label()).collect()
}

/// What is kept in the folder, once the window is gone.
fn kept(folder: &Path, window: Window) -> QuickCommands {
    drop(window);
    settings::load_document(folder).0
}

#[test]
fn a_click_on_the_button_sends_and_a_double_click_edits() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::new();
    let quick = group("设备", vec![command("查询", "T?\\r\\n"), command("", "无名的内容")]);
    let mut window = window(folder.path(), &quick, udp_to(peer.addr()), WIDE);
    assert_eq!(listed(&mut window), ["查询", "无名的内容"]);
    window.button("发送 查询");
    assert!(window.says("还没有打开，先点“打开”"), "{:?}", window.labels());
    window.open();
    window.button("发送 查询");
    assert_eq!(peer.next().0, b"T?\r\n");
    let at = window.get(Role::ListItem, "查询").rect().center();
    window.double_click(at);
    assert_eq!(window.value(Role::TextInput, "名称"), "查询");
    window.fill(Role::MultilineTextInput, "内容", "改了");
    window.button("保存");
    window.button("发送 查询");
    assert_eq!(peer.next().0, "改了".as_bytes(), "nothing was sent by the double click");
    let quick = kept(folder.path(), window);
    assert_eq!(quick.commands().next().unwrap().message.text, "改了");
}

#[test]
fn groups_and_commands_are_made_renamed_copied_removed_and_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(folder.path(), &QuickCommands::default(), tab(Mode::Udp), WIDE);
    assert!(window.says("还没有快捷指令"));
    let manage = |window: &mut Window, entry: &str| {
        window.button("管理");
        window.click_last(Role::Button, entry);
    };
    window.button("新建");
    window.fill(Role::TextInput, "分组名称", "一组");
    window.button("确定");
    assert!(window.says("这个分组是空的"), "without a group the first thing that is new is a group");
    window.compose("发送框里的");
    window.button("新建");
    assert_eq!(window.value(Role::MultilineTextInput, "内容"), "发送框里的", "it begins with the send box");
    window.fill(Role::TextInput, "名称", "第一条");
    window.button("保存");
    assert_eq!(listed(&mut window), ["第一条"]);
    manage(&mut window, "重命名分组...");
    window.fill(Role::TextInput, "分组名称", "甲组");
    window.button("确定");
    assert_eq!(window.value(Role::ComboBox, "分组"), "甲组");
    manage(&mut window, "复制分组");
    assert_eq!(window.value(Role::ComboBox, "分组"), "甲组 (2)");
    let at = window.get(Role::ListItem, "第一条").rect().center();
    window.right_click(at);
    window.click_last(Role::Button, "复制");
    assert_eq!(listed(&mut window), ["第一条", "第一条 (2)"]);
    let at = window.get(Role::ListItem, "第一条").rect().center();
    window.right_click(at);
    window.click_last(Role::Button, "移动到");
    window.click_last(Role::Button, "甲组");
    assert_eq!(listed(&mut window), ["第一条 (2)"]);
    let at = window.get(Role::ListItem, "第一条 (2)").rect().center();
    window.right_click(at);
    window.click_last(Role::Button, "删除");
    assert!(window.says("已删除“第一条 (2)”"));
    window.button("撤销");
    assert_eq!(listed(&mut window), ["第一条 (2)"]);
    manage(&mut window, "删除分组");
    assert_eq!(listed(&mut window), ["第一条", "第一条"], "the other group is shown");
    window.button("撤销");
    assert_eq!(window.value(Role::ComboBox, "分组"), "甲组 (2)");
    let quick = kept(folder.path(), window);
    let names: Vec<&str> = quick.groups().iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["甲组", "甲组 (2)"]);
}

#[test]
fn dragging_orders() {
    let folder = tempfile::tempdir().unwrap();
    let quick = group("g", vec![command("一", "1"), command("二", "2"), command("三", "3")]);
    let mut window = window(folder.path(), &quick, tab(Mode::Udp), WIDE);
    let centre = |window: &Window, name: &str| window.get(Role::ListItem, name).rect().center();
    let (from, to) = (centre(&window, "一"), centre(&window, "三") + egui::vec2(0.0, 8.0));
    window.drag(from, to);
    assert_eq!(listed(&mut window), ["二", "三", "一"]);
    let (from, to) = (centre(&window, "三"), centre(&window, "二") - egui::vec2(0.0, 8.0));
    window.drag(from, to);
    assert_eq!(listed(&mut window), ["三", "二", "一"]);
    let quick = kept(folder.path(), window);
    let names: Vec<&str> = quick.commands().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["三", "二", "一"]);
}

#[test]
fn a_hotkey_is_taken_checked_and_sends() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::new();
    let mut second = command("第二", "2");
    second.hotkey = Some("Ctrl+2".parse().unwrap());
    let quick = group("g", vec![command("第一", "1"), second]);
    let mut window = window(folder.path(), &quick, udp_to(peer.addr()), WIDE);
    window.open();
    let at = window.get(Role::ListItem, "第一").rect().center();
    window.double_click(at);
    for (modifiers, key, refused) in [
        (Modifiers::NONE, Key::F5, "F5 已用于“打开或关闭”"),
        (CTRL, Key::Num2, "Ctrl+2 已用于“第二”"),
        (Modifiers::NONE, Key::B, "字母和数字要与 Ctrl 或 Alt 一起按"),
        (CTRL, Key::V, "这个键用于编辑文本"),
        (Modifiers::NONE, Key::Space, "这个键不能用"),
    ] {
        window.button("快捷键");
        window.key(modifiers, key);
        assert!(window.says(refused), "{refused}: {:?}", window.labels());
        window.key(Modifiers::NONE, Key::Escape);
    }
    assert!(window.has(Role::TextInput, "名称"), "Escape only ended the listening");
    window.button("快捷键");
    window.key(Modifiers::ALT, Key::Num1);
    window.button("保存");
    window.get(Role::MultilineTextInput, "发送内容").focus();
    window.settle();
    window.key(Modifiers::ALT, Key::Num1);
    assert_eq!(peer.next().0, b"1");
    window.key(CTRL, Key::Num2);
    assert_eq!(peer.next().0, b"2");
    assert_eq!(window.send_box(), "", "it types nothing");
}

#[test]
fn without_room_beside_the_log_it_is_a_tool_window() {
    let folder = tempfile::tempdir().unwrap();
    let quick = group("g", vec![command("一", "1")]);
    let mut narrow = window(folder.path(), &quick, tab(Mode::Udp), [834.0, 724.0]);
    assert!(narrow.log().width() > 500.0, "the log is as wide as before: {:?}", narrow.log());
    assert_eq!(listed(&mut narrow), ["一"]);
    narrow.button("快捷指令");
    assert_eq!(listed(&mut narrow), [""; 0]);
    drop(narrow);
    let mut wide = window(folder.path(), &quick, tab(Mode::Udp), WIDE);
    let row = wide.get(Role::ListItem, "一").rect();
    assert!(row.left() > wide.log().right(), "{row:?}");
    let splitter = wide.get(Role::Splitter, "快捷指令的分隔条").rect().center();
    wide.drag(splitter, splitter - egui::vec2(120.0, 0.0));
    let moved = wide.get(Role::ListItem, "一").rect();
    assert!((row.left() - moved.left() - 120.0).abs() < 8.0, "{row:?} {moved:?}");
    wide.button("关闭快捷指令");
    assert_eq!(listed(&mut wide), [""; 0]);
}

/// A window whose group runs against a device that is the returned stream.
fn device(folder: &Path, quick: &QuickCommands) -> (Window, TcpStream) {
    let (listener, addr) = server();
    let mut window = window(folder, quick, client_of(addr), WIDE);
    window.open();
    let (peer, _) = listener.accept().unwrap();
    (window, peer)
}

fn asking(name: &str, text: &str, answer: &str, timeout_ms: u32) -> QuickCommand {
    let mut command = command(name, text);
    command.step.expect = Some(Expect { pattern: answer.to_owned(), timeout_ms, ..Expect::default() });
    command.step.delay_ms = Some(0);
    command
}

#[test]
fn a_sequence_marks_each_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut left_out = command("不发", "X");
    left_out.step.enabled = false;
    let commands = vec![
        asking("登录", "LOGIN", "OK", 20_000),
        left_out,
        asking("读取", "READ", "T=", 20_000),
        asking("关机", "HALT", "BYE", 50),
    ];
    let (mut window, mut peer) = device(folder.path(), &group("流程", commands));
    window.button("运行序列");
    assert_eq!(read(&mut peer, 5), b"LOGIN");
    window.until("the step to wait", |w| w.has(Role::Button, "停止序列"));
    peer.write_all(b"OK").unwrap();
    assert_eq!(read(&mut peer, 4), b"READ");
    peer.write_all(b"T=25").unwrap();
    assert_eq!(read(&mut peer, 4), b"HALT");
    window.until("the end", |w| w.says("第 1 轮结束，有失败：成功 0 轮，失败 1 轮"));
    let hovered = window.get(Role::ListItem, "读取").rect().center();
    window.harness().hover_at(hovered);
    window.until("the answer", |w| w.says("应答（4 字节）：T=25"));
    let hovered = window.get(Role::ListItem, "关机").rect().center();
    window.harness().hover_at(hovered);
    window.until("the reason", |w| w.says("50 ms 内没有应答"));
    window.button("管理");
    window.click_last(Role::Button, "复制分组");
    assert!(!window.says("第 1 轮结束"), "the sequence was another group's");
}

#[test]
fn a_sequence_is_repeated_stopped_and_ends_with_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, mut peer) = device(folder.path(), &group("g", vec![asking("问", "Q", "A", 20_000)]));
    window.fill(Role::TextInput, "间隔 ms", "0");
    let times = window.all(Role::TextInput, "次数").len();
    assert_eq!(times, 2, "of the cycle and of the sequence");
    window.all(Role::TextInput, "次数").last().unwrap().focus();
    window.settle();
    window.key(CTRL, Key::A);
    window.event(egui::Event::Paste("3".to_owned()));
    window.button("运行序列");
    for _ in 0..3 {
        assert_eq!(read(&mut peer, 1), b"Q");
        peer.write_all(b"A").unwrap();
    }
    window.until("the end", |w| w.says("全部完成：成功 3 轮"));
    window.button("运行序列");
    assert_eq!(read(&mut peer, 1), b"Q");
    window.button("停止序列");
    window.until("the stop", |w| w.says("已在第 1 轮停止"));
    window.button("运行序列");
    assert_eq!(read(&mut peer, 1), b"Q");
    drop(peer);
    window.until("the end of the connection", |w| w.says("连接断开，停在第 1 轮"));
}

#[test]
fn a_wrong_step_is_named_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let commands = vec![command("好的", "1"), command("坏的", "\\q")];
    let (mut window, mut peer) = device(folder.path(), &group("g", commands));
    window.button("运行序列");
    assert!(window.says("第 2 步（坏的）"), "{:?}", window.labels());
    window.button("断开");
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"");
}

#[test]
fn files_are_imported_with_what_was_left_out_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "名称,类型,数据\n甲,text,AT\n乙,hex,4G\n丙,hex,41 42\n").unwrap();
    let mut window = window(folder.path(), &QuickCommands::default(), tab(Mode::Udp), WIDE);
    let manage = |window: &mut Window, entry: &str| {
        window.button("管理");
        window.click_last(Role::Button, entry);
    };
    manage(&mut window, "导入...");
    window.fill(Role::TextInput, "文件", &folder.path().join("none").display().to_string());
    window.click_last(Role::Button, "导入");
    window.until("the refusal", |w| w.labels().iter().any(|label| label.contains("none") && label.contains("失败")));
    window.settle();
    window.fill(Role::TextInput, "文件", &list.display().to_string());
    window.click_last(Role::Button, "导入");
    window.until("the result", |w| w.says("已导入 2 条（CSV）。以下 1 处没有导入："));
    window.settle(); // the dialog is placed anew
    assert!(window.says("第 3 行"), "{:?}", window.labels());
    window.click_last(Role::Button, "关闭");
    assert_eq!(listed(&mut window), ["甲", "丙"]);
    manage(&mut window, "导出全部...");
    let exported = folder.path().join("out.toml");
    window.fill(Role::TextInput, "文件", &exported.display().to_string());
    window.click_last(Role::Button, "导出");
    window.until("the result", |w| w.labels().iter().any(|label| label.starts_with("已导出 2 条到")));
    manage(&mut window, "导入...");
    window.fill(Role::TextInput, "文件", &exported.display().to_string());
    window.click_last(Role::Button, "导入");
    window.until("the result", |w| w.labels().iter().any(|label| label.contains("已导入 2 条（")));
    let quick = kept(folder.path(), window);
    assert_eq!(quick.groups().len(), 2);
    assert_eq!(quick.groups()[0].commands().len(), quick.groups()[1].commands().len());
}
