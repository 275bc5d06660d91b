//! What is kept between runs.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use wirebench::settings::{self, Mode, Saver, Theme};

use crate::driver::{PATIENCE, Window, tab};

fn window_of(dir: &Path) -> Window {
    let (settings, problem) = settings::load(dir);
    Window::start(settings, problem, Some(Saver::start(dir.to_owned()).unwrap()))
}

#[test]
fn a_second_run_finds_what_the_first_one_left() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = window_of(dir.path());
    window.fill(Role::TextInput, "本地主机端口", "5005");
    window.compose("留着的文字");
    window.click(Role::RadioButton, "HEX");
    window.pick("接收编码", "Big5");
    window.button("新建会话");
    window.pick("协议类型", "TCP Client");
    window.fill(Role::TextInput, "远程主机地址", "example.test");
    window.menu(&["主题", "深色"]);
    window.button("折叠侧栏");
    drop(window);

    let (kept, problem) = settings::load(dir.path());
    assert_eq!(problem, None);
    assert_eq!(kept.theme, Theme::Dark);
    assert_eq!((kept.tabs[0].local_port, kept.tabs[1].mode), (5005, Mode::TcpClient));

    let mut window = window_of(dir.path());
    assert!(!window.has(Role::Button, "网络设置"), "the column is folded");
    window.button("展开侧栏");
    assert_eq!(window.value(Role::TextInput, "本地主机端口"), "5005");
    assert_eq!(window.send_box(), "留着的文字");
    assert!(window.is_on(Role::RadioButton, "HEX"));
    assert_eq!(window.value(Role::ComboBox, "接收编码"), "Big5");
    window.click(Role::Tab, "TCP Client example.test:8080");
    assert_eq!(window.value(Role::TextInput, "远程主机地址"), "example.test");
}

#[test]
fn the_last_change_is_kept_though_nothing_comes_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = window_of(dir.path());
    window.click(Role::CheckBox, "按日志模式显示");
    // As in a real window: a frame comes only when it is due, or asked for.
    while window.repaint_delay() <= Duration::from_secs(1) {
        window.wait(window.repaint_delay());
        window.step();
    }
    // The settings' own thread writes.
    let kept = || settings::load(dir.path()).0.tabs.first().is_some_and(|tab| !tab.receive.log_mode);
    let deadline = Instant::now() + PATIENCE;
    while !kept() {
        assert!(Instant::now() < deadline, "no other frame is due, and nothing is kept");
        window.wait(Duration::from_millis(10));
    }
}

#[test]
fn damaged_settings_are_set_aside_and_said_whichever_tab_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(settings::FILE_NAME), "version = 1\ntheme = [").unwrap();
    let mut window = window_of(dir.path());
    assert!(window.says("设置文件已损坏"));
    window.button("新建会话");
    window.button("复位计数");
    assert!(window.says("设置文件已损坏"), "until it is dismissed");
    window.button("知道了");
    assert!(!window.says("设置文件已损坏"));
    let names: Vec<String> =
        fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name.starts_with("settings.damaged-")), "{names:?}");
}

#[test]
fn a_zoomed_window_keeps_its_size() {
    let mut window = Window::with(tab(Mode::Udp));
    window.menu(&["缩放"]);
    window.click_last(Role::Button, "放大");
    assert!(window.harness().ctx.zoom_factor() > 1.0);
}
