//! Idle costs nothing, and nothing that ends keeps the window waiting.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, ViewportEvent, ViewportId};
use wirebench::settings::Mode;

use crate::driver::{CTRL, Window, tab};
use crate::peers::connect;

/// The longest that closing may take; a busy test machine gets some more.
const CLOSING: Duration = Duration::from_millis(600);

#[test]
fn an_idle_window_asks_for_no_frame() {
    let mut window = Window::with_tabs(vec![tab(Mode::Udp), tab(Mode::TcpServer), tab(Mode::TcpClient)]);
    window.open();
    window.click(Role::Tab, "TCP Server :0");
    window.open();
    window.harness().remove_cursor();
    window.until("rest", |w| w.repaint_delay() == Duration::MAX);
}

fn with_clients(count: usize) -> (Window, Vec<TcpStream>) {
    let mut window = Window::with(tab(Mode::TcpServer));
    let port = window.open();
    let clients = (0..count).map(|_| connect(port)).collect();
    let all = format!("ALL CLIENTS ({count})");
    window.until("all clients", |w| w.value(Role::ComboBox, "客户端") == all);
    (window, clients)
}

#[test]
fn a_session_with_many_clients_closes_without_a_pause() {
    let (mut window, _clients) = with_clients(150);
    let before = Instant::now();
    window.button("关闭");
    assert!(before.elapsed() < CLOSING, "{:?}", before.elapsed());
    window.until("the end", |w| w.has(Role::Button, "打开"));

    window.open();
    window.key(CTRL, Key::W);
    let before = Instant::now();
    window.button("确定");
    assert!(before.elapsed() < CLOSING, "{:?}", before.elapsed());
}

#[test]
fn the_list_of_clients_is_drawn_as_far_as_it_is_seen() {
    let (mut window, clients) = with_clients(100);
    window.click(Role::ComboBox, "客户端");
    let listed = clients.iter().filter(|c| {
        let name = format!("127.0.0.1 :{}", c.local_addr().unwrap().port());
        window.has(Role::Button, &name)
    });
    let listed = listed.count();
    assert!(listed > 3 && listed < 40, "{listed} of 100");
}

#[test]
fn quitting_with_open_sessions_asks_and_then_ends_at_once() {
    let (mut window, _clients) = with_clients(50);
    let close = |w: &mut Window| {
        w.harness().input_mut().viewports.get_mut(&ViewportId::ROOT).unwrap().events.push(ViewportEvent::Close);
        w.step();
        w.settle();
    };
    close(&mut window);
    assert!(window.says("还有 1 个会话处于打开状态"));
    window.button("取消");
    assert!(!window.says("个会话处于打开状态"));
    close(&mut window);
    window.click_last(Role::Button, "退出");
    assert!(!window.says("个会话处于打开状态"));
    let before = Instant::now();
    drop(window);
    assert!(before.elapsed() < CLOSING, "{:?}", before.elapsed());
}
