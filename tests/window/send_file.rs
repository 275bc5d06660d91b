//! 传输文件: the window that sends a file, over real sockets.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::accesskit::Role;
use wirebench::settings::{FileForm, FileLog, Mode, TabSettings};

use crate::driver::{Window, client_of, tab, udp_to};
use crate::peers::{Peer, server};

/// A file on its way onto the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_file(window: &mut Window, path: &Path) {
    window.harness().input_mut().dropped_files.push(Arc::new(Dropped(path.to_owned())));
    window.step();
    window.harness().input_mut().dropped_files.clear();
    window.settle();
}

/// Text in which a lost or repeated block shows.
fn content(len: usize) -> Vec<u8> {
    let numbers = (0..len.div_ceil(8)).flat_map(|n| format!("{n:07} ").into_bytes());
    numbers.take(len).collect()
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A window that is connected, and its peer's end.
fn connected(change: impl FnOnce(&mut TabSettings)) -> (Window, std::net::TcpStream) {
    let (listener, addr) = server();
    let mut tab = client_of(addr);
    change(&mut tab);
    let mut window = Window::with(tab);
    window.open();
    let (peer, _) = listener.accept().unwrap();
    (window, peer)
}

/// Reads to the end on a thread of its own.
fn collect(mut peer: std::net::TcpStream) -> std::thread::JoinHandle<Vec<u8>> {
    let reader = std::thread::Builder::new().name("reader".to_owned());
    let read = move || {
        let mut bytes = Vec::new();
        peer.read_to_end(&mut bytes).unwrap();
        bytes
    };
    reader.spawn(read).unwrap()
}

#[test]
fn a_file_arrives_whole_and_its_digest_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = content(3_000_001);
    let path = file(folder.path(), "数据.bin", &bytes);
    let (mut window, peer) = connected(|_| {});
    let peer = collect(peer);
    window.button("传输文件");
    window.fill(Role::TextInput, "文件", &path.display().to_string());
    window.fill(Role::TextInput, "块大小（字节）", "65507");
    window.pick("记录内容到日志", "不记录");
    window.button("开始发送");
    window.until("the end", |w| w.says("已发送 2.9 MB（3000001 字节"));
    window.until_row("数据.bin");
    assert!(window.says("SHA-256"), "{:?}", window.labels());
    assert!(!window.untimed_rows().iter().any(|row| row.starts_with("SEND ")), "the content is not in the log");
    window.button("复制 SHA-256");
    let digest = window.copied();
    assert_eq!((digest.len(), digest.chars().all(|ch| ch.is_ascii_hexdigit())), (64, true), "{digest}");
    window.button("断开");
    assert!(peer.join().unwrap() == bytes, "the same bytes");
}

#[test]
fn each_block_is_a_datagram_and_is_in_the_log_where_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "blocks", &content(2500));
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    window.open();
    window.button("传输文件");
    window.fill(Role::TextInput, "文件", &path.display().to_string());
    window.fill(Role::TextInput, "块大小（字节）", "70000");
    window.button("开始发送");
    assert!(window.says("块大小（字节）应为 1 到 65507"), "{:?}", window.labels());
    window.fill(Role::TextInput, "块大小（字节）", "1000");
    window.button("开始发送");
    let datagrams: Vec<Vec<u8>> = (0..3).map(|_| peer.next().0).collect();
    assert_eq!(datagrams.iter().map(Vec::len).collect::<Vec<_>>(), [1000, 1000, 500]);
    assert_eq!(datagrams.concat(), content(2500));
    window.until("the counters", |w| w.says("0/3") && w.says("TX:2500"));
}

#[test]
fn lines_and_hex_are_sent_as_what_they_stand_for() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    window.open();
    window.button("传输文件");
    let lines = file(folder.path(), "lines.txt", "第一行\r\n第二行\n".as_bytes());
    window.fill(Role::TextInput, "文件", &lines.display().to_string());
    window.click(Role::RadioButton, "逐行");
    window.button("开始发送");
    for line in ["第一行", "第二行"] {
        assert_eq!(String::from_utf8(peer.next().0).unwrap(), line);
    }
    window.until("the end", |w| w.says("已发送"));
    let hex = file(folder.path(), "hex.txt", b"41 42\n4344\n4");
    window.fill(Role::TextInput, "文件", &hex.display().to_string());
    window.click(Role::RadioButton, "HEX 文本");
    window.button("开始发送");
    window.until("the mistake", |w| w.labels().iter().any(|label| label.contains("第 3 行")));
}

#[test]
fn it_is_held_goes_on_and_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "slow.bin", &content(1_000_000));
    let (mut window, peer) = connected(|tab| {
        tab.send.file.block_bytes = 1000;
        tab.send.file.interval_ms = 5;
        tab.send.file.log = FileLog::Never;
    });
    let peer = collect(peer);
    window.button("传输文件");
    window.fill(Role::TextInput, "文件", &path.display().to_string());
    window.button("开始发送");
    window.until("the first blocks", |w| w.says("剩余"));
    assert!(!window.is_enabled(Role::Button, "开始发送"));
    assert!(window.says("正在传输文件"), "the send area says it too: {:?}", window.labels());
    window.button("暂停");
    window.until("the pause", |w| w.says("已暂停"));
    window.button("继续");
    window.until("the file to go on", |w| w.has(Role::Button, "暂停"));
    // The button of the window, not one of a dialog.
    window.button("取消");
    window.until("the end", |w| w.is_enabled(Role::Button, "开始发送"));
    window.button("断开");
    let arrived = peer.join().unwrap();
    assert!(!arrived.is_empty() && arrived.len() < 1_000_000 && content(1_000_000).starts_with(&arrived));
}

#[test]
fn what_cannot_be_sent_is_said() {
    let mut window = Window::with(tab(Mode::Udp));
    window.button("传输文件");
    assert!(!window.is_enabled(Role::Button, "开始发送"), "there is no file yet");
    window.fill(Role::TextInput, "文件", "/there/is/no/such/file");
    window.button("开始发送");
    assert!(window.says("还没有打开，先点“打开”"), "{:?}", window.labels());
    window.open();
    window.button("开始发送");
    window.until("the reason", |w| w.labels().iter().any(|label| label.contains("/there/is/no/such/file")));
    window.button("关闭窗口");
    assert!(!window.has(Role::Button, "开始发送"));
}

#[test]
fn two_tabs_send_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Peer::new(), Peer::new());
    let path = file(folder.path(), "both", &content(30_000));
    let prepared = |peer: &Peer, name: &str| {
        let mut tab = udp_to(peer.addr());
        name.clone_into(&mut tab.name);
        tab.send.file.path = path.display().to_string();
        tab.send.file.interval_ms = 5;
        tab
    };
    let mut window = Window::with_tabs(vec![prepared(&one, "甲"), prepared(&two, "乙")]);
    window.open();
    window.button("传输文件");
    window.button("开始发送");
    window.click(Role::Tab, "乙");
    window.open();
    window.button("开始发送");
    assert!(window.says("会话：甲"), "the other one's is below: {:?}", window.labels());
    for peer in [&one, &two] {
        let mut bytes = Vec::new();
        while bytes.len() < 30_000 {
            bytes.extend(peer.next().0);
        }
        assert!(bytes == content(30_000));
    }
    window.until("both ends", |w| w.labels().iter().filter(|label| label.contains("（30000 字节，")).count() == 2);
}

#[test]
fn a_dropped_file_is_offered_and_over_the_send_box_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "落下.txt", b"abc");
    let peer = Peer::new();
    let mut tab = udp_to(peer.addr());
    tab.send.file.form = FileForm::Raw;
    let mut window = Window::with(tab);
    window.open();
    let log = window.log().center();
    window.harness().hover_at(log);
    drop_file(&mut window, &path);
    assert_eq!(window.value(Role::TextInput, "文件"), path.display().to_string());
    window.button("开始发送");
    assert_eq!(peer.next().0, b"abc");
    window.button("关闭窗口");

    window.compose("path=");
    let send_box = window.get(Role::MultilineTextInput, "发送内容").rect().center();
    window.harness().hover_at(send_box);
    drop_file(&mut window, &path);
    window.button("插入路径");
    assert_eq!(window.send_box(), format!("path={}", path.display()));
    window.harness().hover_at(send_box);
    drop_file(&mut window, &path);
    window.button("作为文件发送");
    assert!(window.has(Role::Button, "开始发送"));
}
