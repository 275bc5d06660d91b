//! The log in frames.

use std::io::Write as _;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use wirebench::settings::Mode;

use crate::driver::{Window, tab};
use crate::peers::connect;

#[test]
fn reads_become_frames_and_reads_again() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let mut peer = connect(port);
    peer.write_all("第一行\n第二".as_bytes()).unwrap();
    window.until_row("第一行");
    window.pick("分包", "按行");
    window.until("two frames", |w| w.rows().contains(&"第二".to_owned()));
    let header = |w: &Window, end: &str| w.rows().iter().any(|row| row.contains("RECV ASCII/") && row.ends_with(end));
    assert!(header(&window, "<<< (未完)"), "{:?}", window.rows());
    peer.write_all("行\n第三行\n".as_bytes()).unwrap();
    window.until("all three", |w| w.rows().contains(&"第三行".to_owned()));
    assert!(window.rows().contains(&"第二行".to_owned()), "{:?}", window.rows());
    assert!(!header(&window, "(未完)"));

    let place = |w: &Window, text: &str| w.placed_rows().into_iter().find(|(row, _)| row == text).unwrap().1;
    let data = place(&window, "第二行");
    window.right_click(data.left_center() + egui::vec2(10.0, 0.0));
    window.button("复制 HEX");
    assert_eq!(window.copied(), "E7 AC AC E4 BA 8C E8 A1 8C");
    let data = place(&window, "第三行");
    window.right_click(data.left_center() + egui::vec2(10.0, 0.0));
    window.button("检查...");
    window.until("the bytes of the frame", |w| w.says("9 字节"));
    window.click_last(Role::Button, "关闭");

    let left = place(&window, "第二行").left_center() + egui::vec2(6.0, 0.0);
    window.drag(left, left + egui::vec2(200.0, 0.0));
    window.event(egui::Event::Copy);
    window.until_copied("第二行");

    window.pick("分包", "无（按接收）");
    window.until("the first read", |w| w.rows().contains(&"第二".to_owned()));
}

#[test]
fn what_is_no_frame_says_why() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    window.pick("分包", "4字节小端长度");
    let mut peer = connect(port);
    peer.write_all(b"\x02\0\0\0ok\xFF\xFF\xFF\xFF\x02\0\0\0on").unwrap();
    window.until_row("分包：");
    window.until_row("on");
    assert!(window.rows().contains(&"ok".to_owned()));
}

#[test]
fn the_place_stays_when_the_framing_changes() {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let mut peer = connect(port);
    for number in 0..400 {
        peer.write_all(format!("行{number}\n").as_bytes()).unwrap();
    }
    window.until_row("行399");
    window.pick("分包", "按行");
    window.until_row("行399");
    let log = window.log();
    window.drag(log.center(), log.center() + egui::vec2(5.0, 0.0));
    window.key(Modifiers::NONE, Key::Home);
    for _ in 0..8 {
        window.key(Modifiers::NONE, Key::PageDown);
    }
    let top = |w: &Window| w.rows().into_iter().find(|row| row.starts_with('行')).unwrap();
    let before = top(&window);
    assert!(before != "行0" && before != "行399", "{before}");
    window.pick("分包", "JSON");
    window.until("bytes that are no JSON", |w| !w.rows().is_empty() && w.rows().contains(&before));
    window.pick("分包", "按行");
    window.until("the place", |w| w.rows().contains(&before));
    assert!(!window.rows().iter().any(|row| row == "行399"));
}
