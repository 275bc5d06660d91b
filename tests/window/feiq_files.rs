//! FeiQ in the window against a node of our own: files both ways, pictures, history.
#![cfg(target_os = "linux")] // others have only 127.0.0.1

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::Key;
use egui::accesskit::Role;
use wirebench::journal::{self, Recorder};
use wirebench::service::feiq::{AnnounceTo, Broadcast, Feiq, FeiqCommand, FeiqConfig, Say, State, With};
use wirebench::settings::{Mode, Saver, Settings, View};

use crate::driver::{CTRL_SHIFT, PATIENCE, Window, settings, tab};

const PORT: u16 = 2425;

fn address(test: u8, host: u8) -> IpAddr {
    IpAddr::from([127, 0, 100 + test, host])
}

fn ours(test: u8) -> SocketAddr {
    SocketAddr::new(address(test, 1), PORT)
}

/// A node outside of the window.
struct Peer {
    feiq: Feiq,
    news: Receiver<()>,
}

impl Peer {
    fn new(test: u8) -> Self {
        let (sender, news) = bounded(1);
        let wake: journal::Wake = Arc::new(move || _ = sender.try_send(())); // one that waits is enough
        let config = journal::Config { budget_bytes: 1 << 20, spill_dir: std::env::temp_dir() };
        let recorder = Recorder::new(config, Arc::clone(&wake));
        let config = FeiqConfig {
            bind: SocketAddr::new(address(test, 2), PORT),
            nick: "李四".to_owned(),
            user: "lisi".to_owned(),
            host: "lisi-pc".to_owned(),
            announce: AnnounceTo {
                broadcast: Broadcast::None,
                ranges: vec![address(test, 1).to_string().parse().unwrap()],
            },
            hear_groups: false,
            ..FeiqConfig::default()
        };
        let feiq = Feiq::start(config, recorder, Arc::default(), wake).unwrap();
        let peer = Self { feiq, news };
        peer.until(|state| state.users.iter().any(|user| user.online));
        peer
    }

    /// Waits until its state is so.
    #[track_caller]
    fn until(&self, ready: impl Fn(&State) -> bool) -> Arc<State> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let state = self.feiq.state();
            if ready(&state) {
                return state;
            }
            assert!(Instant::now() < deadline, "{state:?}");
            let _ = self.news.recv_timeout(Duration::from_millis(50)); // news may have come before the look
        }
    }

    fn tell(&self, command: FeiqCommand) {
        self.feiq.command(command).unwrap();
    }

    fn offer(&self, test: u8, text: &str, attach: Vec<PathBuf>) {
        self.tell(FeiqCommand::Send(Say { to: vec![ours(test)], text: text.to_owned(), attach, ..Say::default() }));
    }
}

fn node(test: u8, accept: &Path) -> Settings {
    let mut settings = settings(vec![tab(Mode::Udp)]);
    let feiq = &mut settings.feiq;
    "张三".clone_into(&mut feiq.node.user);
    "zhangsan-pc".clone_into(&mut feiq.node.host);
    feiq.bind_address = address(test, 1).to_string();
    feiq.announce_broadcast = false;
    feiq.announce = address(test, 2).to_string();
    feiq.accept_folder = accept.display().to_string();
    settings
}

/// Online, with the conversation with the peer in front.
fn talking(test: u8, settings: Settings, saver: Option<Saver>) -> (Window, Peer) {
    let mut window = Window::start(settings, None, saver);
    window.key(CTRL_SHIFT, Key::F);
    window.button("上线");
    window.until("to be online", |w| w.says("在线 127"));
    let peer = Peer::new(test);
    window.click(Role::Tab, "联系人");
    window.until("the peer", |w| w.has(Role::ListItem, "李四"));
    window.click(Role::ListItem, "李四");
    (window, peer)
}

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

#[test]
fn an_offered_file_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let (theirs, mine) = (folder.path().join("theirs"), folder.path().join("mine"));
    std::fs::create_dir_all(&theirs).unwrap();
    std::fs::create_dir_all(&mine).unwrap();
    let content: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(theirs.join("设计图.bin"), &content).unwrap();
    let (mut window, peer) = talking(1, node(1, &mine), None);
    peer.offer(1, "请收", vec![theirs.join("设计图.bin")]);
    window.until("the offer", |w| w.has(Role::Button, "接收"));
    window.button("接收");
    window.until("the file", |w| w.says("已接收 1.1 MB"));
    assert_eq!(std::fs::read(mine.join("设计图.bin")).unwrap(), content);
    window.click(Role::Tab, "文件");
    assert!(window.says("设计图.bin") && window.says("完成，1.1 MB") && window.says("来自 李四"));
    assert!(window.words().contains("SHA-256"), "{}", window.words());
}

#[test]
fn files_that_are_dropped_go_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("报告.txt");
    std::fs::write(&path, "内容").unwrap();
    let (mut window, peer) = talking(2, node(2, folder.path()), None);
    window.harness().input_mut().dropped_files.push(Arc::new(Dropped(path)));
    window.settle();
    window.until("the chip", |w| w.has(Role::Button, "移除 报告.txt"));
    window.fill(Role::MultilineTextInput, "消息内容", "报告在这里");
    window.click_last(Role::Button, "发送");
    window.until("the offer", |w| w.says("等待对方接收"));
    let with = With::Peer(ours(2));
    let state = peer.until(|state| state.conversation(&with).is_some_and(|c| !c.messages.is_empty()));
    let message = Arc::clone(state.conversation(&with).unwrap().messages.last().unwrap());
    assert_eq!((message.text(), message.attachments[0].name.as_str()), ("报告在这里", "报告.txt"));
    let into = folder.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let attachment = message.attachments[0].id;
    peer.tell(FeiqCommand::Fetch { from: ours(2), message: message.id, attachment, into: into.clone() });
    window.until("it to be fetched", |w| w.says("对方已接收"));
    assert_eq!(std::fs::read(into.join("报告.txt")).unwrap(), "内容".as_bytes());
}

#[test]
fn pictures_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = node(3, folder.path());
    // In HEX, or the log would look for characters that the tests' font lacks.
    settings.tabs[0].feiq = true;
    settings.tabs[0].receive.view = View::Hex;
    settings.tabs[0].receive.decode = false;
    let (mut window, peer) = talking(3, settings, None);
    let icon: &[u8] = include_bytes!("../../assets/icon/wirebench-64.png");
    peer.tell(FeiqCommand::SendImage { to: vec![ours(3)], bytes: icon.into() });
    window.until("the picture", |w| w.has(Role::Image, "图片"));
    let size = window.get(Role::Image, "图片").rect().size();
    assert!((size.x - 64.0).abs() < 1.0 && (size.y - 64.0).abs() < 1.0, "{size:?}");
    peer.tell(FeiqCommand::SendImage { to: vec![ours(3)], bytes: b"no picture at all".as_slice().into() });
    window.until("what is wrong", |w| w.says("无法显示图片"));
}

#[test]
fn a_history_is_kept_and_searched() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = node(4, folder.path());
    settings.feiq.history = true;
    let saver = Saver::start(folder.path().join("config")).unwrap();
    let (mut window, peer) = talking(4, settings, Some(saver));
    for text in ["第一句话", "第二句话"] {
        peer.offer(4, text, Vec::new());
        window.until(text, |w| w.labels().iter().any(|label| label == text));
    }
    let says = |w: &Window, text: &str| w.labels().iter().any(|label| label == text);
    window
        .until("the history to be written", |_| kept(&folder.path().join("config/feiq-history")).contains("第二句话"));
    window.click(Role::CheckBox, "历史记录");
    window.until("what was kept", |w| w.says("找到 2 条"));
    // The first searches the people.
    window.all(Role::TextInput, "搜索").last().unwrap().focus();
    window.settle();
    window.event(egui::Event::Paste("第一".to_owned()));
    window.until("what was searched", |w| w.says("找到 1 条") && says(w, "第一句话"));
}

/// Everything in a folder.
fn kept(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
}

#[test]
fn a_refusal_of_the_node_is_shown_and_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, peer) = talking(5, node(5, folder.path()), None);
    peer.offer(5, "在吗", Vec::new());
    window.until("the message", |w| w.labels().iter().any(|label| label == "在吗"));
    let gone = folder.path().join("gone.txt");
    window.harness().input_mut().dropped_files.push(Arc::new(Dropped(gone)));
    window.settle();
    window.click_last(Role::Button, "发送");
    window.until("the refusal", |w| w.says("gone.txt"));
    window.button("知道了");
    assert!(!window.has(Role::Button, "知道了"));
}
