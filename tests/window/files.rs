//! What is saved to files.

use std::fs;
use std::path::Path;

use egui::Key;
use egui::accesskit::Role;
use wirebench::settings::Mode;

use crate::driver::{CTRL, Window, tab};
use crate::peers::Peer;

fn opened() -> (Window, Peer, u16) {
    let peer = Peer::new();
    let mut window = Window::with(tab(Mode::Udp));
    let port = window.open();
    (window, peer, port)
}

/// Saves the log to a file.
fn save(window: &mut Window, path: &Path, choose: impl FnOnce(&mut Window)) {
    window.key(CTRL, Key::S);
    window.fill(Role::TextInput, "文件", &path.display().to_string());
    choose(window);
    window.button("保存");
    window.until("the end of the save", |w| w.says("已保存"));
    window.click_last(Role::Button, "关闭");
}

#[test]
fn received_bytes_go_to_a_file_named_by_the_date() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, peer, port) = opened();
    peer.send(port, "以前");
    window.until_row("以前");
    window.click(Role::CheckBox, "接收保存到文件...");
    let pattern = folder.path().join("收 {date}.bin");
    window.fill(Role::TextInput, "文件", &pattern.display().to_string());
    window.button("保存");
    assert!(window.is_on(Role::CheckBox, "接收保存到文件..."));
    peer.send(port, b"\x00\xff");
    peer.send(port, "中文");
    window.until("the datagrams", |w| w.says("3/0"));
    window.click(Role::CheckBox, "接收保存到文件...");
    assert!(!window.is_on(Role::CheckBox, "接收保存到文件..."));
    drop(window); // joins the thread that writes
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(files.len() == 1 && name.starts_with("收 20"), "{files:?}");
    assert_eq!(files[0].extension().unwrap(), "bin");
    assert_eq!(fs::read(&files[0]).unwrap(), [b"\x00\xff".as_slice(), "中文".as_bytes()].concat());
}

#[test]
fn the_log_is_saved_as_it_is_shown_or_as_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, peer, port) = opened();
    peer.send(port, "你好");
    window.until_row("你好");
    window.click(Role::CheckBox, "按日志模式显示");
    let (utf8, gbk, raw) =
        (folder.path().join("utf8.txt"), folder.path().join("gbk.txt"), folder.path().join("raw.bin"));
    save(&mut window, &utf8, |_| {});
    save(&mut window, &gbk, |w| w.click(Role::RadioButton, "GBK"));
    save(&mut window, &raw, |w| w.click(Role::RadioButton, "收到的原始字节"));
    let text = fs::read_to_string(&utf8).unwrap();
    assert_eq!(text.lines().collect::<Vec<_>>(), ["你好"]);
    assert!(fs::read(&gbk).unwrap().starts_with(b"\xc4\xe3\xba\xc3"));
    assert_eq!(fs::read(&raw).unwrap(), "你好".as_bytes());

    window.click(Role::CheckBox, "按日志模式显示");
    save(&mut window, &utf8, |w| {
        w.until("the warning that the file exists", |w| w.says("文件已存在，将被替换"));
    });
    let text = fs::read_to_string(&utf8).unwrap();
    assert!(text.contains(&format!("]# RECV ASCII/6 from 127.0.0.1 :{} <<<", peer.port())), "{text}");
    assert!(text.contains(&format!("UDP 已打开，本地 127.0.0.1 :{port}")), "{text}");
}

#[test]
fn a_file_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, ..) = opened();
    window.key(CTRL, Key::S);
    let file = folder.path().join("no folder");
    fs::write(&file, "").unwrap();
    window.fill(Role::TextInput, "文件", &file.join("log.txt").display().to_string());
    window.button("保存");
    window.until("the failure", |w| w.says("写入") && w.says("失败"));
    window.click_last(Role::Button, "关闭");
    assert!(!window.has(Role::Button, "保存"));
}

#[test]
#[cfg(target_os = "linux")] // /dev/full
fn received_bytes_that_never_reach_the_file_are_said() {
    let (mut window, peer, port) = opened();
    window.click(Role::CheckBox, "接收保存到文件...");
    window.fill(Role::TextInput, "文件", "/dev/full");
    window.button("保存");
    peer.send(port, "12345");
    window.until("the failure", |w| w.says("接收保存失败") && w.says("磁盘已满"));
    assert!(!window.says("文件里缺"), "they still wait");
    peer.send(port, "1234567");
    window.until("the second datagram", |w| w.says("2/0"));
    // A journal that was cleared is not kept for a file that can't be written.
    window.button("清除接收");
    window.until("the loss", |w| w.says("文件里缺 7 字节"));
}
