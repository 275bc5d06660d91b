//! UDP in the window.

use egui::accesskit::Role;
use wirebench::settings::Mode;

use crate::driver::{Window, tab, udp_to};
use crate::peers::Peer;

#[test]
fn chinese_goes_out_and_comes_back() {
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    let port = window.open();
    assert!(port > 0, "the real port is shown");
    window.until_row(&format!("UDP 已打开，本地 127.0.0.1 :{port}"));
    window.compose("你好，世界");
    assert!(window.says("15 字节"));
    window.button("发送");
    let (bytes, from) = peer.next();
    assert_eq!((bytes.as_slice(), from.port()), ("你好，世界".as_bytes(), port));
    peer.send(port, "收到，谢谢");
    window.until_row("收到，谢谢");
    assert_eq!(
        window.untimed_rows()[1..],
        [
            format!("SEND ASCII/15 to 127.0.0.1 :{} >>>", peer.port()),
            "你好，世界".to_owned(),
            format!("RECV ASCII/15 from 127.0.0.1 :{} <<<", peer.port()),
            "收到，谢谢".to_owned(),
        ]
    );
    for counter in ["1/1", "RX:15", "TX:15"] {
        assert!(window.says(counter), "{counter}");
    }
    window.button("复位计数");
    for counter in ["0/0", "RX:0", "TX:0"] {
        assert!(window.says(counter), "{counter}");
    }
}

#[test]
fn a_port_in_use_says_by_whom_and_the_next_action_clears_that() {
    let peer = Peer::new();
    let mut taken = tab(Mode::Udp);
    taken.local_port = peer.port();
    let mut window = Window::with(taken);
    window.button("打开");
    window.until("the refusal", |w| w.says("占用"));
    let said = window.labels().into_iter().find(|label| label.contains("占用")).unwrap();
    if cfg!(target_os = "linux") {
        assert!(said.contains(&std::process::id().to_string()) || said.contains("本会话"), "{said}");
    }
    assert!(window.has(Role::Button, "打开"), "it is closed again");
    window.until_row("占用");
    window.button("复位计数");
    assert!(window.says("就绪!"));
}

#[test]
fn who_sent_something_can_be_chosen_and_the_remembered_forgotten() {
    let (typed, other) = (Peer::new(), Peer::new());
    let mut window = Window::with(udp_to(typed.addr()));
    let port = window.open();
    other.send(port, "我在这里");
    window.until_row("我在这里");
    window.pick("远程主机", &format!("127.0.0.1 :{}", other.port()));
    window.compose("知道了");
    window.button("发送");
    assert_eq!(other.next().0, "知道了".as_bytes());
    window.button("←清除");
    assert_eq!(window.value(Role::TextInput, "远程主机"), "");
    window.button("发送");
    assert!(window.says("远程主机应写成"));
}

#[test]
fn an_empty_datagram_is_a_datagram() {
    let peer = Peer::new();
    let mut window = Window::with(udp_to(peer.addr()));
    window.open();
    window.button("发送");
    assert_eq!(peer.next().0, b"");
    window.until_row("SEND ASCII/0 to");
}

#[test]
fn what_is_not_open_says_which_button_opens_it() {
    let mut window = Window::with(tab(Mode::Udp));
    window.button("发送");
    assert!(window.says("还没有打开，先点“打开”"));
}

#[test]
fn a_multicast_group_is_joined_and_left() {
    let mut window = Window::with(tab(Mode::Udp));
    window.button("组播...");
    window.fill(Role::TextInput, "组地址", "10.0.0.1");
    window.button("加入");
    assert!(window.says("10.0.0.1 不是组播地址"));
    window.fill(Role::TextInput, "组地址", "239.1.2.3");
    window.button("加入");
    assert!(window.has(Role::Button, "离开"));
    assert!(window.says("239.1.2.3"));
    window.button("离开");
    assert!(window.says("还没有加入任何组"));
    window.click_last(Role::Button, "关闭");
    assert!(!window.has(Role::Button, "加入"));
}
