//! The log: following, selecting, copying, the context menu.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use wirebench::settings::Mode;

use crate::driver::{CTRL, Window, tab, udp_to};
use crate::peers::{Peer, connect, read};

/// A window that has received so many numbered lines.
fn with_lines(count: usize) -> (Window, Peer, u16) {
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    let port = window.open();
    for n in 0..count {
        peer.send(port, format!("行{n}"));
        if n % 50 == 49 {
            let received = format!("{}/0", n + 1);
            window.until("the lines so far", |w| w.says(&received)); // no buffer overflows
        }
    }
    let received = format!("{count}/0");
    window.until("all lines", |w| w.says(&received));
    (window, peer, port)
}

/// The same as a plain list of lines.
fn with_plain_lines(count: usize) -> (Window, Peer, u16) {
    let (mut window, peer, port) = with_lines(count);
    window.click(Role::CheckBox, "按日志模式显示");
    (window, peer, port)
}

fn first_and_last(window: &Window) -> (String, String) {
    let rows = window.rows();
    (rows.first().unwrap().clone(), rows.last().unwrap().clone())
}

#[test]
fn it_follows_the_end_until_it_is_scrolled_up() {
    let (mut window, peer, port) = with_plain_lines(200);
    assert_eq!(first_and_last(&window).1, "行199");
    window.wheel(200.0);
    let (first, last) = first_and_last(&window);
    assert_ne!(last, "行199");
    for n in 200..203 {
        peer.send(port, format!("行{n}"));
    }
    window.until("the count of what is new", |w| w.has(Role::Button, "3 条新记录"));
    assert_eq!(first_and_last(&window), (first, last), "the place stays");
    window.button("3 条新记录");
    assert_eq!(first_and_last(&window).1, "行202");
    peer.send(port, "行203");
    window.until_row("行203");
    assert!(!window.says("条新记录"));
}

#[test]
fn scrolling_down_to_the_end_follows_again() {
    let (mut window, peer, port) = with_plain_lines(200);
    window.wheel(300.0);
    assert_ne!(first_and_last(&window).1, "行199");
    window.wheel(-2000.0);
    assert_eq!(first_and_last(&window).1, "行199");
    peer.send(port, "行200");
    window.until_row("行200");
}

#[test]
fn without_auto_scroll_it_stays_where_it_is() {
    let (mut window, peer, port) = with_plain_lines(200);
    window.click(Role::CheckBox, "自动滚屏");
    let before = first_and_last(&window).0;
    for n in 200..205 {
        peer.send(port, format!("行{n}"));
    }
    window.until("the records", |w| w.says("205/0"));
    assert_eq!(first_and_last(&window).0, before);
    window.click(Role::CheckBox, "自动滚屏");
    window.until_row("行204");
}

#[test]
fn keys_move_the_screen() {
    let (mut window, ..) = with_plain_lines(200);
    let log = window.log();
    window.harness().hover_at(log.center());
    window.click(Role::Document, "数据日志");
    window.key(Modifiers::NONE, Key::Home);
    assert_eq!(first_and_last(&window).0, "行0");
    let page = window.rows().len();
    window.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(first_and_last(&window).0, "行1");
    window.key(Modifiers::NONE, Key::PageDown);
    let (first, _) = first_and_last(&window);
    let first: usize = first.trim_start_matches('行').parse().unwrap();
    assert!(first > page / 2 && first <= page + 1, "{first} of {page}");
    window.key(Modifiers::NONE, Key::PageUp);
    assert_eq!(first_and_last(&window).0, "行1");
    window.key(Modifiers::NONE, Key::End);
    assert_eq!(first_and_last(&window).1, "行199");
}

#[test]
fn a_mouse_selects_over_rows_and_what_is_shown_is_copied() {
    let (mut window, ..) = with_plain_lines(6);
    let at = |w: &Window, text: &str| w.placed_rows().into_iter().find(|(row, _)| row == text).unwrap().1;
    let (from, to) = (at(&window, "行1"), at(&window, "行3"));
    // From the left of a row to the right of the last one's text.
    window.drag(from.left_center() + egui::vec2(6.0, 0.0), to.left_center() + egui::vec2(120.0, 0.0));
    window.event(Event::Copy);
    assert_eq!(window.copied().trim_end(), "行1\n行2\n行3");
    window.click(Role::RadioButton, "HEX");
    window.click(Role::CheckBox, "按日志模式显示"); // rows of their own
    window.click(Role::CheckBox, "按日志模式显示");
    let row = window.placed_rows()[2].clone();
    assert_eq!(row.0, "E8 A1 8C 32");
    let left = row.1.left_center() + egui::vec2(6.0, 0.0);
    window.drag(left, left + egui::vec2(200.0, 0.0));
    window.event(Event::Copy);
    assert_eq!(window.copied().trim_end(), "E8 A1 8C 32");
}

#[test]
fn all_of_it_is_copied_and_shift_extends() {
    let (mut window, ..) = with_plain_lines(150);
    window.click(Role::Document, "数据日志");
    window.key(CTRL, Key::A);
    window.event(Event::Copy);
    let all: Vec<String> = (0..150).map(|n| format!("行{n}")).collect();
    window.until_copied(&all.join("\n"));
    // A second copy while the first may still run.
    window.event(Event::Copy);
    window.event(Event::Copy);
    window.until_copied(&all.join("\n"));

    window.key(Modifiers::NONE, Key::Escape);
    window.key(Modifiers::NONE, Key::Home);
    window.click(Role::Document, "数据日志");
    window.key(Modifiers::NONE, Key::Home);
    window.key(Modifiers::SHIFT, Key::ArrowDown);
    window.key(Modifiers::SHIFT, Key::ArrowDown);
    window.event(Event::Copy);
    window.until_copied("行0\n行1");
    window.key(Modifiers::SHIFT, Key::End);
    window.event(Event::Copy);
    window.until_copied(&all.join("\n"));
}

#[test]
fn the_context_menu_copies_and_resends() {
    let (mut window, peer, _) = with_lines(1);
    window.until("the row", |w| w.rows().contains(&"行0".to_owned()));
    let data = window.placed_rows().into_iter().find(|(row, _)| row == "行0").unwrap().1;
    let open = |w: &mut Window| w.right_click(data.left_center() + egui::vec2(10.0, 0.0));
    open(&mut window);
    window.button("复制文本");
    assert_eq!(window.copied(), "行0");
    open(&mut window);
    window.button("复制 HEX");
    assert_eq!(window.copied(), "E8 A1 8C 30");
    open(&mut window);
    window.button("重新发送");
    assert_eq!(peer.next().0, "行0".as_bytes());
}

#[test]
fn the_context_menu_replies_to_who_sent() {
    let (mut window, _typed, port) = with_lines(0);
    let other = Peer::new();
    other.send(port, "谁在");
    window.until_row("谁在");
    let data = window.placed_rows().into_iter().find(|(row, _)| row == "谁在").unwrap().1;
    window.right_click(data.left_center() + egui::vec2(10.0, 0.0));
    window.button("回复此对方");
    assert_eq!(window.value(Role::TextInput, "远程主机"), format!("127.0.0.1 :{}", other.port()));

    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let (mut one, _other) = (connect(port), connect(port));
    std::io::Write::write_all(&mut one, "回我".as_bytes()).unwrap();
    window.until_row("回我");
    let data = window.placed_rows().into_iter().find(|(row, _)| row == "回我").unwrap().1;
    window.right_click(data.left_center() + egui::vec2(10.0, 0.0));
    window.button("回复此对方");
    window.compose("好的");
    window.button("发送");
    assert_eq!(read(&mut one, 6), "好的".as_bytes());
}

#[test]
fn clearing_starts_a_new_journal_and_counts_on() {
    let (mut window, peer, port) = with_lines(3);
    let before = window.app().shown_session().journal();
    window.button("清除接收");
    assert_eq!(window.rows(), Vec::<String>::new());
    assert!(!std::sync::Arc::ptr_eq(&before, &window.app().shown_session().journal()));
    assert!(window.says("3/0"));
    peer.send(port, "新的");
    window.until_row("新的");
    window.button("↙清除");
    assert_eq!(window.rows(), Vec::<String>::new());
    window.key(CTRL, Key::L);
    assert!(window.says("4/0"));
}
