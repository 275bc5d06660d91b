//! TFTP's window: transfers both ways against our server and against peers of std sockets, and the server's page.

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Event, Key, ViewportEvent, ViewportId};
use egui_kittest::kittest::NodeT as _;
use wirebench::i18n::Lang;
use wirebench::proto::tftp::Direction;
use wirebench::service::tftp::{Server, ServerConfig, ServerPhase, Transfer, TransferConfig, Uploads};
use wirebench::settings::{self, Mode, Saver, Settings, TftpDirection};

use crate::driver::{CTRL_SHIFT, PATIENCE, Window, settings, tab};

/// A server of ours on a free port, with its folder.
fn server(files: &[(&str, &[u8])], uploads: Uploads) -> (Server, SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let any = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig { uploads, ..ServerConfig::new(folder.path().to_owned(), any) };
    let server = Server::start(config, Arc::new(|| {})).unwrap();
    assert!(server.wait(PATIENCE, |state| !matches!(state.phase, ServerPhase::Starting)));
    let ServerPhase::Listening(addr) = server.state().phase else { panic!("{:?}", server.state().phase) };
    (server, addr, folder)
}

/// Settings of a window that fetches `remote` from a server into a folder.
fn fetching(server: SocketAddr, remote: &str, into: &Path) -> Settings {
    let mut settings = settings(vec![tab(Mode::Udp)]);
    settings.tftp.server = server.ip().to_string();
    settings.tftp.port = server.port();
    remote.clone_into(&mut settings.tftp.remote);
    settings.tftp.save_to = format!("{}/", into.display());
    settings
}

fn window(settings: Settings) -> Window {
    let mut window = Window::start(settings, None, None);
    window.key(CTRL_SHIFT, Key::D);
    window
}

fn shows(window: &mut Window, text: &str) {
    window.until(text, |w| w.says(text));
}

/// A peer that answers as the test says.
fn peer() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

/// Names in a folder.
fn names(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Readable ones: they are also seen in logs.
fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| b'a' + (at * 7 % 26) as u8).collect()
}

#[test]
fn a_file_is_fetched_and_its_hash_compared() {
    let firmware = bytes(100_000);
    let (_server, addr, _served) = server(&[("fw.bin", &firmware)], Uploads::Refused);
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(addr, "images/fw.bin", into.path()));
    assert!(window.says("保存为"));
    window.fill(Role::TextInput, "远程文件", "fw.bin");
    window.button("开始");
    shows(&mut window, "完成：97.7 KB（100000 字节）");
    assert_eq!(fs::read(into.path().join("fw.bin")).unwrap(), firmware);
    assert_eq!(names(into.path()).len(), 1, "no other file is left");
    assert!(window.says("块 71"), "{:?}", window.labels());
    assert!(window.says("块大小 1428") && window.says("窗口大小 16") && window.says("tsize 100000"));
    assert_eq!(window.app().settings().tftp.recent_servers.as_slice(), ["127.0.0.1"]);

    window.button("复制 SHA-256");
    let sha256 = window.copied();
    assert_eq!(sha256.len(), 64);
    window.fill(Role::TextInput, "比较", &sha256.to_uppercase());
    assert!(window.says("一致"));
    window.fill(Role::TextInput, "比较", &"0".repeat(64));
    assert!(window.says("不同"));
    window.fill(Role::TextInput, "比较", "0123");
    assert!(window.says("不是 64 位十六进制数"));

    window.button("移除");
    assert!(window.says("还没有传输"));
}

#[test]
fn an_existing_file_is_replaced_only_after_asking() {
    let (_server, addr, _served) = server(&[("a.txt", b"new")], Uploads::Refused);
    let into = tempfile::tempdir().unwrap();
    let place = into.path().join("a.txt");
    fs::write(&place, "old").unwrap();
    let mut window = window(fetching(addr, "a.txt", into.path()));
    window.fill(Role::TextInput, "本地文件", &into.path().display().to_string()); // a folder, without a separator
    window.button("开始");
    shows(&mut window, "a.txt 已经存在，没有改动");
    assert_eq!(fs::read(&place).unwrap(), b"old");
    window.button("替换");
    shows(&mut window, "完成：3 B（3 字节）");
    assert_eq!(fs::read(&place).unwrap(), b"new");
    assert!(!window.says("已经存在"));
}

#[test]
fn a_file_is_given() {
    let (_server, addr, served) = server(&[], Uploads::New);
    let here = tempfile::tempdir().unwrap();
    let source = here.path().join("配置.cfg");
    fs::write(&source, bytes(3000)).unwrap();
    let mut window = window(fetching(addr, "", here.path()));
    window.click(Role::RadioButton, "上传");
    window.button("开始");
    assert!(window.says("请选择要上传的本地文件"));
    window.fill(Role::TextInput, "本地文件", &source.display().to_string());
    assert!(window.says("在服务器上名为 配置.cfg"));
    window.click(Role::CheckBox, "仅 RFC 1350");
    window.button("开始");
    shows(&mut window, "完成：2.9 KB（3000 字节）");
    assert!(window.says("块 6") && window.says("块大小 512"));
    assert_eq!(fs::read(served.path().join("配置.cfg")).unwrap(), bytes(3000));
    window.button("再次传输");
    shows(&mut window, "ERROR 6，文件已经存在");
}

#[test]
fn a_trace_is_an_ordinary_log() {
    let (_server, addr, _served) = server(&[("readme.txt", b"hello")], Uploads::Refused);
    let (into, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let saver = Saver::start(kept.path().to_owned()).unwrap();
    let mut window = Window::start(fetching(addr, "docs/../readme.txt", into.path()), None, Some(saver));
    window.key(CTRL_SHIFT, Key::D);
    window.fill(Role::TextInput, "远程文件", "readme.txt");
    window.click(Role::CheckBox, "跟踪");
    window.button("开始");
    shows(&mut window, "完成：5 B");
    assert!(window.is_on(Role::Tab, "TFTP readme.txt"));
    window.click(Role::Tab, "UDP :0");
    window.button("跟踪");
    assert!(window.is_on(Role::Tab, "TFTP readme.txt"), "the button leads to the log");
    assert!(!window.has(Role::Button, "关闭窗口"), "which the window would cover");
    window.until_row("readme.txt");
    window.until_row("hello");
    window.until_row("RRQ");
    let rows = window.rows();
    assert!(rows.iter().any(|row| row.contains("SEND")) && rows.iter().any(|row| row.contains("RECV")), "{rows:?}");

    drop(window);
    let (kept, _) = settings::load(kept.path());
    assert_eq!(kept.tabs.len(), 1, "a trace is not there without its packets");
    let record = &kept.tftp.history[0];
    assert_eq!((record.remote.as_str(), record.size, record.failure.as_ref()), ("readme.txt", Some(5), None));
    let mut window = Window::start(kept, None, None);
    window.key(CTRL_SHIFT, Key::D);
    assert!(window.says("以前的传输") && window.says("完成：5 B（5 字节）"));
    window.fill(Role::TextInput, "远程文件", "other");
    window.button("填入表单");
    assert_eq!(window.value(Role::TextInput, "远程文件"), "readme.txt");
    assert_eq!(window.value(Role::TextInput, "端口"), addr.port().to_string());
    window.button("清除列表");
    assert!(window.says("还没有传输") && window.app().settings().tftp.history.is_empty());
}

#[test]
fn while_it_runs_it_can_be_cancelled() {
    let (socket, addr) = peer();
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(addr, "big.bin", into.path()));
    window.button("开始");
    shows(&mut window, "等待应答");
    let mut buffer = [0; 1500];
    let (_, client) = socket.recv_from(&mut buffer).unwrap();
    socket.send_to(b"\0\x06tsize\x001000000\0blksize\x00500\0", client).unwrap();
    let (len, _) = socket.recv_from(&mut buffer).unwrap();
    assert_eq!(buffer[..len], [0, 4, 0, 0]);
    let mut data = vec![0, 3, 0, 1];
    data.extend(bytes(500));
    socket.send_to(&data, client).unwrap();
    shows(&mut window, "500 B / 977 KB");
    assert!(window.says(&format!("TID {} :{}", addr.ip(), addr.port())) && window.says("块大小 500"));
    window.button("跟踪");
    assert!(window.is_on(Role::Tab, "TFTP big.bin"), "a log from now on");
    window.key(CTRL_SHIFT, Key::D);
    window.button("取消");
    shows(&mut window, "已取消，没有留下文件");
    window.key(CTRL_SHIFT, Key::D);
    window.until("the ERROR in the log", |w| w.rows().iter().any(|row| row.contains("SEND")));
    loop {
        let (len, _) = socket.recv_from(&mut buffer).unwrap();
        if buffer[..len].starts_with(&[0, 5]) {
            break;
        }
    }
    window.until("an empty folder", |_| names(into.path()).is_empty());
}

#[test]
fn failures_are_said_in_plain_words() {
    let into = tempfile::tempdir().unwrap();
    let nobody = peer().1;
    let mut window = window(fetching(nobody, "a.bin", into.path()));
    window.button("开始");
    if cfg!(target_os = "linux") {
        shows(&mut window, "端口不可达（ICMP），该端口没有程序监听");
    } else {
        window.button("取消");
    }
    let (socket, addr) = peer();
    window.fill(Role::TextInput, "端口", &addr.port().to_string());
    window.button("开始");
    let mut buffer = [0; 1500];
    let (_, client) = socket.recv_from(&mut buffer).unwrap();
    socket.send_to(b"\0\x05\0\x01\xc3\xbb\xd3\xd0\x1b[2J\0", client).unwrap();
    shows(&mut window, "对方返回 ERROR 1，找不到文件：没有␛[2J");
    assert!(names(into.path()).is_empty());
}

#[test]
fn wrong_fields_are_refused_by_name() {
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(peer().1, "a", into.path()));
    for (field, wrong, right, said) in [
        ("端口", "0", "69", "端口应为 1 到 65535"),
        ("块大小", "7", "8", "块大小应为 8 到 65464"),
        ("窗口大小", "65536", "65535", "窗口大小应为 1 到 65535"),
        ("超时", "256", "255", "超时应为 0 到 255"),
        ("重试", "x", "3", "重试应为 0 到 100"),
    ] {
        window.fill(Role::TextInput, field, wrong);
        window.button("开始");
        assert!(window.says(said), "{field}: {:?}", window.labels());
        window.fill(Role::TextInput, field, right);
    }
    window.pick("块大小", "65464");
    assert_eq!(window.app().settings().tftp.block_size, 65_464);
    window.fill(Role::TextInput, "服务器", "tftp://10.0.0.1/");
    window.button("开始");
    assert!(window.says("tftp://10.0.0.1/"));
    window.fill(Role::TextInput, "服务器", "");
    window.button("开始");
    assert!(window.says("请填写服务器"));
    assert!(window.says("还没有传输"));
}

#[test]
fn a_folder_is_served() {
    let served = tempfile::tempdir().unwrap();
    fs::write(served.path().join("固件.bin"), bytes(5000)).unwrap();
    let mut settings = settings(vec![tab(Mode::Udp)]);
    "127.0.0.1".clone_into(&mut settings.tftp.serve.bind_address);
    let mut window = window(settings);
    window.click(Role::Tab, "服务器");
    assert!(window.says("1024 以下的端口"));
    window.fill(Role::TextInput, "绑定端口", "0");
    assert!(!window.says("1024 以下的端口"));
    window.button("启动服务器");
    assert!(window.says("请选择文件夹"));
    window.fill(Role::TextInput, "文件夹", &served.path().display().to_string());
    window.click(Role::CheckBox, "跟踪");
    window.button("启动服务器");
    shows(&mut window, "正在监听 127.0.0.1 :");
    assert!(!window.is_enabled(Role::TextInput, "文件夹"));
    let label = window.labels().into_iter().find(|label| label.starts_with("正在监听")).unwrap();
    let port = label.rsplit(':').next().unwrap().parse().unwrap();

    let here = tempfile::tempdir().unwrap();
    let fetch = |remote: &str| {
        let place = here.path().join(wirebench::proto::tftp::name::local_name(remote));
        let config = TransferConfig { port, ..TransferConfig::new("127.0.0.1", Direction::Download, remote, place) };
        let transfer = Transfer::start(config, Arc::new(|| {})).unwrap();
        assert!(transfer.wait(PATIENCE, |state| state.phase.has_ended()));
    };
    fetch("固件.bin");
    shows(&mut window, "完成，4.9 KB");
    fetch("../etc/passwd");
    shows(&mut window, "拒绝：路径里有 ..");
    fetch("none");
    shows(&mut window, "拒绝：没有这个文件");
    shows(&mut window, "请求 3，完成 1，拒绝 2");
    assert!(window.is_on(Role::Tab, "TFTP 服务器"));

    window.button("停止服务器");
    shows(&mut window, "未启动");
    assert!(window.is_enabled(Role::TextInput, "文件夹") && window.has(Role::Button, "启动服务器"));
    assert!(window.says("固件.bin"), "what was asked for can still be read");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let (_socket, addr) = peer();
    let served = tempfile::tempdir().unwrap();
    let mut settings = settings(vec![tab(Mode::Udp)]);
    settings.tftp.serve.bind_address = addr.ip().to_string();
    settings.tftp.serve.port = addr.port();
    settings.tftp.serve.folder = served.path().display().to_string();
    let mut window = window(settings);
    window.click(Role::Tab, "服务器");
    window.button("启动服务器");
    shows(&mut window, &format!("绑定 {addr} 失败：端口已被"));
    assert!(window.has(Role::Button, "启动服务器"));
}

#[test]
fn quitting_asks_while_a_transfer_runs() {
    let (_socket, addr) = peer();
    let into = tempfile::tempdir().unwrap();
    let mut window = window(fetching(addr, "a", into.path()));
    window.button("开始");
    let viewports = &mut window.harness().input_mut().viewports;
    viewports.get_mut(&ViewportId::ROOT).unwrap().events.push(ViewportEvent::Close);
    shows(&mut window, "还有 1 个 TFTP 传输正在进行");
    assert!(!window.says("个会话处于打开状态"));
    let began = std::time::Instant::now();
    drop(window);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(names(into.path()).is_empty());
}

#[test]
fn what_was_filled_in_is_kept() {
    let mut window = window(settings(vec![tab(Mode::Udp)]));
    window.click(Role::RadioButton, "上传");
    window.fill(Role::TextInput, "服务器", "192.168.1.1");
    window.pick("模式", "netascii");
    window.pick("文件名编码", "GBK");
    window.fill(Role::TextInput, "超时", "3");
    window.click(Role::CheckBox, "文件大小（tsize）");
    let kept = &window.app().settings().tftp;
    assert_eq!((kept.direction, kept.server.as_str()), (TftpDirection::Upload, "192.168.1.1"));
    assert_eq!((kept.mode, kept.timeout_s, kept.size), (settings::TftpMode::Netascii, 3, false));
    assert_eq!(kept.encoding, wirebench::codec::Charset::Gbk);
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
        let mut window = Window::sized(settings(vec![tab(Mode::Udp)]), None, None, size);
        if lang == Lang::En {
            window.menu(&["界面语言", "English"]);
        }
        window.key(CTRL_SHIFT, Key::D);
        let pages = match lang {
            Lang::ZhCn => ["下载/上传", "服务器"],
            Lang::En => ["Transfers", "Server"],
        };
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0], size[1])).expand(1.0);
        for page in pages {
            window.click(Role::Tab, page);
            window.event(Event::PointerGone);
            for node in window.harness().root().children_recursive() {
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
