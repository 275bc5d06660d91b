//! The window of TCP file download, against servers of std sockets.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;

use egui::accesskit::Role;
use egui::{Key, ViewportEvent, ViewportId};
use wirebench::codec::Charset;
use wirebench::settings::{
    self, DownloadEnding, DownloadLength, DownloadLineEnd, DownloadRequest, Mode, Saver, Settings,
};

use crate::driver::{CTRL_SHIFT, Window, settings, tab};

/// A server that reads a request of this length from each client, and does as it is told; the requests.
fn server(
    clients: usize,
    request_len: usize,
    serve: impl Fn(TcpStream) + Send + 'static,
) -> (SocketAddr, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let accept = move || {
        let one = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; request_len];
            stream.read_exact(&mut request).unwrap();
            serve(stream);
            request
        };
        (0..clients).map(one).collect()
    };
    (addr, std::thread::Builder::new().name("server".to_owned()).spawn(accept).unwrap())
}

fn sends(answer: &[u8]) -> impl Fn(TcpStream) + Send + 'static {
    let answer = answer.to_vec();
    move |mut stream| stream.write_all(&answer).unwrap()
}

/// Settings of a window that fetches `name` from a server into a folder.
fn fetching(server: SocketAddr, name: &str, into: &Path) -> Settings {
    let mut settings = settings(vec![tab(Mode::Udp)]);
    settings.download.server = server.ip().to_string();
    settings.download.port = server.port();
    name.clone_into(&mut settings.download.name);
    settings.download.save_to = format!("{}/", into.display());
    settings
}

fn window(settings: Settings) -> Window {
    let mut window = Window::start(settings, None, None);
    window.key(CTRL_SHIFT, Key::E);
    window
}

fn shows(window: &mut Window, text: &str) {
    window.until(text, |w| w.says(text));
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| b'a' + (at * 7 % 26) as u8).collect()
}

#[test]
fn a_name_is_sent_and_its_file_is_kept() {
    let photo = bytes(100_000);
    let (addr, requests) = server(1, 10, sends(&photo));
    let into = tempfile::tempdir().unwrap();
    let mut window = Window::start(fetching(addr, "", into.path()), None, None);
    window.menu(&["工具", "TCP 文件下载"]);
    window.button("开始");
    assert!(window.says("请填写文件名"));
    window.fill(Role::TextInput, "文件名", "照片.jpg");
    window.pick("编码", "GBK");
    window.pick("行尾", "CRLF");
    assert!(window.says("发送 10 字节：D5 D5 C6 AC 2E 6A 70 67 0D 0A"), "{:?}", window.labels());
    assert!(window.says("保存为"));
    window.button("开始");
    shows(&mut window, "完成：97.7 KB（100000 字节）");
    assert_eq!(requests.join().unwrap(), [b"\xD5\xD5\xC6\xAC.jpg\r\n"]);
    assert_eq!(fs::read(into.path().join("照片.jpg")).unwrap(), photo);
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1, "no other file is left");
    let kept = &window.app().settings().download;
    assert_eq!(kept.recent_servers.as_slice(), ["127.0.0.1"]);
    assert_eq!(kept.recent_names.as_slice(), ["照片.jpg"]);

    window.button("复制 SHA-256");
    let sha256 = window.copied();
    window.fill(Role::TextInput, "比较", &sha256);
    assert!(window.says("一致"));
    window.button("移除");
    assert!(window.says("还没有下载"));
}

#[test]
fn an_existing_file_is_replaced_only_after_asking() {
    let (addr, requests) = server(1, 5, sends(b"new"));
    let into = tempfile::tempdir().unwrap();
    let place = into.path().join("a.txt");
    fs::write(&place, "old").unwrap();
    let mut window = window(fetching(addr, "a.txt", into.path()));
    window.button("开始");
    shows(&mut window, "a.txt 已经存在，没有改动");
    assert_eq!(fs::read(&place).unwrap(), b"old");
    window.button("替换");
    shows(&mut window, "完成：3 B（3 字节）");
    assert!(window.says("内容是一段短文本，可能是对方的提示：new"));
    assert_eq!(fs::read(&place).unwrap(), b"new");
    requests.join().unwrap();
}

#[test]
fn a_wrong_byte_order_is_explained() {
    let answer = [&[0, 0, 0, 200][..], &bytes(200)].concat();
    let (addr, requests) = server(2, 5, sends(&answer));
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(addr, "a.txt", into.path()));
    window.pick("结束方式", "开头的长度");
    assert!(window.says("struct.pack"));
    window.button("开始");
    shows(&mut window, "按另一种字节序，长度正好与收到的相符：请更换长度格式");
    assert!(fs::read_dir(into.path()).unwrap().next().is_none());
    window.pick("长度格式", "4 字节大端");
    window.button("开始");
    shows(&mut window, "完成：200 B（200 字节）");
    requests.join().unwrap();
    let kept = &window.app().settings().download;
    assert_eq!((kept.ending, kept.length), (DownloadEnding::Length, DownloadLength::FourBig));
}

#[test]
fn a_request_may_be_anything() {
    let (addr, requests) = server(2, 4, sends(b"ok"));
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(addr, "", into.path()));
    window.pick("请求", "HEX");
    window.fill(Role::TextInput, "内容", "01 02 0");
    window.button("开始");
    assert!(window.says("第 1 行"), "{:?}", window.labels());
    window.fill(Role::TextInput, "内容", "01 02 03 04");
    window.button("开始");
    shows(&mut window, "完成：2 B");
    window.pick("请求", "文本");
    window.fill(Role::TextInput, "内容", r"a\tb");
    window.pick("行尾", "NUL");
    window.pick("结束方式", "不再有数据");
    window.fill(Role::TextInput, "空闲（秒）", "0");
    window.button("开始");
    assert!(window.says("空闲（秒）应为 1 到 3600"));
    window.fill(Role::TextInput, "空闲（秒）", "1");
    window.button("开始");
    window.until("both are done", |w| w.labels().iter().filter(|label| label.starts_with("完成：2 B")).count() == 2);
    assert_eq!(requests.join().unwrap(), [b"\x01\x02\x03\x04", b"a\tb\0"]);
    let kept = &window.app().settings().download;
    assert_eq!((kept.request, kept.line_end), (DownloadRequest::Text, DownloadLineEnd::Nul));
    assert_eq!(kept.encoding, Charset::Utf8);
}

#[test]
fn a_trace_is_an_ordinary_log_and_the_list_is_kept() {
    let (addr, requests) = server(1, 10, sends(b"hello"));
    let (into, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let saver = Saver::start(kept.path().to_owned()).unwrap();
    let mut window = Window::start(fetching(addr, "readme.txt", into.path()), None, Some(saver));
    window.key(CTRL_SHIFT, Key::E);
    window.click(Role::CheckBox, "跟踪");
    window.button("开始");
    shows(&mut window, "完成：5 B");
    requests.join().unwrap();
    assert!(window.is_on(Role::Tab, "下载 readme.txt"));
    window.click(Role::Tab, "UDP :0");
    window.button("跟踪");
    assert!(window.is_on(Role::Tab, "下载 readme.txt"), "the button leads to the log");
    window.until_row("readme.txt");
    window.until_row("hello");

    drop(window);
    let (kept, _) = settings::load(kept.path());
    assert_eq!(kept.tabs.len(), 1, "a trace is not there without its bytes");
    let record = &kept.download.history[0];
    assert_eq!((record.asked.as_str(), record.size, record.failure.as_ref()), ("readme.txt", Some(5), None));
    let mut window = Window::start(kept, None, None);
    window.key(CTRL_SHIFT, Key::E);
    assert!(window.says("以前的传输") && window.says("完成：5 B（5 字节）"));
    window.fill(Role::TextInput, "文件名", "other");
    window.button("填入表单");
    assert_eq!(window.value(Role::TextInput, "文件名"), "readme.txt");
    window.button("清除列表");
    assert!(window.says("还没有下载") && window.app().settings().download.history.is_empty());
}

#[test]
fn while_it_runs_it_can_be_cancelled() {
    let (addr, requests) = server(1, 7, |mut stream| {
        stream.write_all(&[&1_000_000_u32.to_le_bytes()[..], &bytes(5000)].concat()).unwrap();
        let _ = stream.read(&mut [0]); // until the client has gone
    });
    let into = tempfile::tempdir().unwrap();
    let mut settings = fetching(addr, "big.bin", into.path());
    settings.download.ending = DownloadEnding::Length;
    let mut window = window(settings);
    window.button("开始");
    shows(&mut window, "4.9 KB / 977 KB");
    assert!(into.path().join("big.bin.part").exists());
    let close = ViewportEvent::Close;
    window.harness().input_mut().viewports.entry(ViewportId::ROOT).or_default().events.push(close);
    window.step();
    window.step();
    assert!(window.says("还有 1 个 TCP 文件下载正在进行"), "{:?}", window.labels());
    window.button("取消");
    window.button("取消");
    shows(&mut window, "已取消，没有留下文件");
    assert!(fs::read_dir(into.path()).unwrap().next().is_none());
    requests.join().unwrap();
}

#[test]
fn it_is_usable_in_a_small_window_and_in_english() {
    let (addr, requests) = server(1, 5, sends(&bytes(3000)));
    let into = tempfile::tempdir().unwrap();
    let mut window = Window::sized(fetching(addr, "a.bin", into.path()), None, None, [480.0, 360.0]);
    window.menu(&["界面语言", "English"]);
    window.key(CTRL_SHIFT, Key::E);
    assert!(window.says("TCP File Download"));
    window.get(Role::Button, "Start").scroll_to_me();
    window.settle();
    window.button("Start");
    shows(&mut window, "Done: 2.9 KB (3000 bytes)");
    requests.join().unwrap();
    window.button("Close Window");
    assert!(!window.says("TCP File Download"));
}
