//! How the events of a journal are said.
//!
//! The classic's own lines stay as the classic has them, in both languages ("Client 172.16.1.241 :56984 offline.");
//! everything else is said in the language of the window.

use std::fmt::Display;
use std::net::SocketAddr;

use super::answer::answer_line;
use super::failure::{cause_text, failure_line, seconds};
use super::node::node_line;
use super::{Lang, Text, fill};
use crate::journal::{Cause, Event, FileStop, LeaveReason, Peer};

/// The line of an event, without its time: one line without control characters, whatever the event holds.
///
/// `peer` is the peer of the event's record. A [`Event::PeerLeft`] of a record with a peer is a client of our server;
/// without one it is the server of our client, whose session it was.
pub fn event_line(lang: Lang, event: &Event, peer: Option<&Peer>) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    let line = match event {
        Event::Bound { local } => say(Text::EventBound, &[("local", &address(*local))]),
        Event::Listening { local } => say(Text::EventListening, &[("local", &address(*local))]),
        Event::Connected { local, remote: _ } => say(Text::EventConnected, &[("local", &address(*local))]),
        Event::Resolved { host, addrs } if addrs.is_empty() => say(Text::EventResolvedNothing, &[("host", host)]),
        Event::Resolved { host, addrs } => say(Text::EventResolved, &[("host", host), ("addrs", &joined(addrs))]),
        Event::PeerJoined { peer } => say(Text::EventClientOnline, &[("peer", &address(*peer))]),
        Event::PeerLeft { peer: who, reason, unsent_bytes } => {
            let gone = if peer.is_some() { Text::EventClientOffline } else { Text::EventServerGone };
            let head = say(gone, &[("peer", &address(*who))]);
            sentences(lang, [head, leave_reason(lang, *reason), unsent(lang, *unsent_bytes)])
        }
        Event::PeerFinished { peer } => say(Text::EventPeerFinished, &[("peer", &address(*peer))]),
        Event::HalfClosed { peer } => say(Text::EventHalfClosed, &[("peer", &address(*peer))]),
        Event::Closed => say(Text::EventClosed, &[]),
        Event::Reconnecting { in_ms, attempt } => {
            say(Text::EventReconnecting, &[("seconds", &seconds(*in_ms)), ("attempt", attempt)])
        }
        Event::Unreachable { to, cause } => unreachable(lang, *to, cause),
        Event::KernelDropped { datagrams } => say(Text::EventKernelDropped, &[("n", datagrams)]),
        Event::GroupJoined { group, interface } => {
            say(Text::EventGroupJoined, &[("group", group), ("interface", &interface_name(lang, interface))])
        }
        Event::GroupLeft { group, interface } => {
            say(Text::EventGroupLeft, &[("group", group), ("interface", &interface_name(lang, interface))])
        }
        Event::GivenUp { records, bytes } => say(Text::EventGivenUp, &[("records", records), ("bytes", bytes)]),
        Event::FileSent { name, bytes, sha256, in_ms } => {
            let values: [(&str, &dyn Display); 4] =
                [("name", name), ("n", bytes), ("seconds", &seconds(*in_ms)), ("digest", sha256)];
            say(Text::EventFileSent, &values)
        }
        Event::FileStopped { name, bytes, total_bytes, stop } => {
            let values: [(&str, &dyn Display); 4] =
                [("name", name), ("n", bytes), ("total", total_bytes), ("why", &file_stop(lang, stop))];
            say(Text::EventFileStopped, &values)
        }
        Event::Node { note } => node_line(lang, note, peer),
        Event::Answer { note } => answer_line(lang, note, peer),
        Event::Failed(failure) => failure_line(lang, failure),
    };
    one_line(line)
}

/// An address as the classic's lines have it: `172.16.1.241 :56984`, `[fe80::1%2] :8080`.
pub(super) fn address(addr: SocketAddr) -> String {
    match addr {
        SocketAddr::V4(v4) => format!("{} :{}", v4.ip(), v4.port()),
        SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("[{}%{}] :{}", v6.ip(), v6.scope_id(), v6.port()),
        SocketAddr::V6(v6) => format!("[{}] :{}", v6.ip(), v6.port()),
    }
}

fn joined(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn leave_reason(lang: Lang, reason: LeaveReason) -> String {
    let text = match reason {
        LeaveReason::Finished => Text::LeftFinished,
        LeaveReason::Reset => Text::LeftReset,
        LeaveReason::TimedOut => Text::LeftTimedOut,
        LeaveReason::Disconnected => Text::LeftDisconnected,
        LeaveReason::Aborted => Text::LeftAborted,
        LeaveReason::Error => Text::LeftError,
    };
    text.text(lang).to_owned()
}

/// Why a file was not sent to its end, as a sentence.
pub fn file_stop(lang: Lang, stop: &FileStop) -> String {
    let (text, values): (_, &[(&str, &dyn Display)]) = match stop {
        FileStop::Cancelled => (Text::FileStopCancelled, &[]),
        FileStop::PeerLeft => (Text::FileStopPeerLeft, &[]),
        FileStop::NotAFile => (Text::FileStopNotAFile, &[]),
        FileStop::Shrank { total_bytes, found_bytes } => {
            (Text::FileStopShrank, &[("total", total_bytes), ("n", found_bytes)])
        }
        FileStop::Grew { total_bytes } => (Text::FileStopGrew, &[("total", total_bytes)]),
        FileStop::LineTooLong { line, max_bytes } => (Text::FileStopLineTooLong, &[("line", line), ("max", max_bytes)]),
        FileStop::Message { line, reason } => (Text::FileStopMessage, &[("line", line), ("why", reason)]),
        FileStop::NotHex { line, column, byte } => {
            let what = match byte {
                b' '..=b'~' => format!("“{}”", char::from(*byte)),
                byte => format!("0x{byte:02X}"),
            };
            return fill(Text::FileStopNotHex.text(lang), &[("line", line), ("column", column), ("what", &what)]);
        }
        FileStop::OddDigit { line, column } => (Text::FileStopOddDigit, &[("line", line), ("column", column)]),
        FileStop::Failed(failure) => return failure_line(lang, failure),
    };
    fill(text.text(lang), values)
}

fn unsent(lang: Lang, bytes: u64) -> String {
    if bytes == 0 { String::new() } else { fill(Text::LeftUnsent.text(lang), &[("n", &bytes)]) }
}

/// What ICMP said. A refused datagram is a "port unreachable"; the word for a refused connection would mislead.
fn unreachable(lang: Lang, to: Option<SocketAddr>, cause: &Cause) -> String {
    let cause = match cause {
        Cause::Refused => Text::CausePortUnreachable.text(lang).to_owned(),
        other => cause_text(lang, other),
    };
    match to {
        Some(to) => fill(Text::EventUnreachable.text(lang), &[("peer", &address(to)), ("cause", &cause)]),
        None => fill(Text::EventUnreachableSome.text(lang), &[("cause", &cause)]),
    }
}

fn interface_name(lang: Lang, name: &str) -> &str {
    if name.is_empty() { Text::InterfaceOfSystem.text(lang) } else { name }
}

/// Joins sentences; a full-width stop brings its own space. Empty ones are left out.
pub(super) fn sentences(lang: Lang, parts: impl IntoIterator<Item = String>) -> String {
    let mut out = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() && (lang == Lang::En || out.ends_with('.')) {
            out.push(' ');
        }
        out.push_str(&part);
    }
    out
}

/// Names of hosts, programs and interfaces and the words of the system come from outside: one line is one line.
fn one_line(line: String) -> String {
    if line.contains(char::is_control) {
        line.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    // tests panic on purpose
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::journal::{Failure, Operation};

    fn addr(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(event: &Event, peer: Option<&Peer>, zh: &str, en: &str) {
        assert_eq!(event_line(Lang::ZhCn, event, peer), zh);
        assert_eq!(event_line(Lang::En, event, peer), en);
    }

    #[track_caller]
    fn check_both(event: &Event, said: &str) {
        check(event, None, said, said);
    }

    #[test]
    fn the_classic_lines_are_the_same_in_both_languages() {
        let connected = Event::Connected { local: addr("172.16.1.174:54237"), remote: addr("172.16.1.241:8080") };
        check_both(&connected, "Server connected from local 172.16.1.174 :54237");
        check_both(&Event::PeerJoined { peer: addr("172.16.1.241:56984") }, "Client 172.16.1.241 :56984 gets online.");
        check_both(&Event::PeerJoined { peer: addr("[::1]:56984") }, "Client [::1] :56984 gets online.");
    }

    #[test]
    fn opening_says_the_real_address() {
        check(
            &Event::Bound { local: addr("0.0.0.0:8080") },
            None,
            "UDP 已打开，本地 0.0.0.0 :8080",
            "UDP opened, local 0.0.0.0 :8080",
        );
        check(
            &Event::Listening { local: addr("[fe80::1%2]:8080") },
            None,
            "开始监听 [fe80::1%2] :8080",
            "Listening on [fe80::1%2] :8080",
        );
    }

    #[test]
    fn a_resolved_name_shows_its_addresses() {
        let addrs = vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        check(
            &Event::Resolved { host: "localhost".into(), addrs },
            None,
            "localhost 解析为 127.0.0.1, ::1",
            "localhost resolved to 127.0.0.1, ::1",
        );
        check(
            &Event::Resolved { host: "nobody".into(), addrs: vec![] },
            None,
            "nobody 没有解析到地址",
            "nobody resolved to no address",
        );
    }

    #[test]
    fn the_ways_to_leave_are_told_apart() {
        let who = addr("172.16.1.241:56984");
        let peer = Peer { addr: who, stream: 3 };
        let left = |reason| Event::PeerLeft { peer: who, reason, unsent_bytes: 0 };
        for (reason, zh, en) in [
            (LeaveReason::Finished, "对方关闭了连接（FIN）。", "The peer closed the connection (FIN)."),
            (LeaveReason::Reset, "对方复位了连接（RST）。", "The peer reset the connection (RST)."),
            (LeaveReason::TimedOut, "对方没有响应，连接超时。", "The peer stopped answering (timed out)."),
            (LeaveReason::Disconnected, "由本机断开。", "Disconnected from this side."),
            (LeaveReason::Aborted, "由本机复位（已发出 RST）。", "Reset from this side (RST sent)."),
            (LeaveReason::Error, "连接出错。", "The connection failed."),
        ] {
            let head = "Client 172.16.1.241 :56984 offline.";
            check(&left(reason), Some(&peer), &format!("{head} {zh}"), &format!("{head} {en}"));
        }
    }

    #[test]
    fn a_lost_server_says_what_was_not_sent() {
        let event = Event::PeerLeft { peer: addr("[::1]:8080"), reason: LeaveReason::Reset, unsent_bytes: 12 };
        check(
            &event,
            None,
            "与服务器 [::1] :8080 的连接已断开。对方复位了连接（RST）。12 字节未能发出。",
            "Server [::1] :8080 disconnected. The peer reset the connection (RST). Bytes not sent: 12.",
        );
    }

    #[test]
    fn a_peer_that_only_stops_sending() {
        check(
            &Event::PeerFinished { peer: addr("10.0.0.1:80") },
            None,
            "10.0.0.1 :80 已停止发送（FIN），剩余数据发完后断开。",
            "10.0.0.1 :80 stopped sending (FIN); it is disconnected once what is pending was sent.",
        );
    }

    #[test]
    fn half_close_close_and_reconnect() {
        check(
            &Event::HalfClosed { peer: addr("10.0.0.1:80") },
            None,
            "已停止向 10.0.0.1 :80 发送（FIN 已发出），继续接收。",
            "Stopped sending to 10.0.0.1 :80 (FIN sent), still receiving.",
        );
        check(&Event::Closed, None, "会话已关闭。", "Session closed.");
        check(
            &Event::Reconnecting { in_ms: 1000, attempt: 2 },
            None,
            "1 秒后重连（第 2 次）。",
            "Reconnecting in 1 s (try 2).",
        );
    }

    #[test]
    fn what_icmp_says() {
        check(
            &Event::Unreachable { to: Some(addr("127.0.0.1:9")), cause: Cause::Refused },
            None,
            "发往 127.0.0.1 :9 的数据报无法送达：端口不可达（ICMP），该端口没有程序监听。",
            "Datagrams to 127.0.0.1 :9 do not arrive: port unreachable (ICMP), no program listens on that port.",
        );
        check(
            &Event::Unreachable { to: None, cause: Cause::HostUnreachable },
            None,
            "有数据报无法送达：主机不可达。",
            "A datagram did not arrive: host unreachable.",
        );
    }

    #[test]
    fn drops_and_groups() {
        check(
            &Event::KernelDropped { datagrams: 17 },
            None,
            "接收缓冲区已满，内核丢弃了 17 个数据报。",
            "The receive buffer was full, datagrams dropped by the kernel: 17.",
        );
        let group = "239.1.1.1".parse().unwrap();
        check(
            &Event::GroupJoined { group, interface: "eth0".into() },
            None,
            "已加入组播组 239.1.1.1（接口 eth0）。",
            "Joined multicast group 239.1.1.1 on eth0.",
        );
        check(
            &Event::GroupLeft { group, interface: String::new() },
            None,
            "已退出组播组 239.1.1.1（接口 由系统选择）。",
            "Left multicast group 239.1.1.1 on the system's choice of interface.",
        );
    }

    #[test]
    fn files_that_were_sent_or_not() {
        let sent = Event::FileSent { name: "a.bin".into(), bytes: 1_048_576, sha256: "e3b0c4".into(), in_ms: 1250 };
        check(
            &sent,
            None,
            "文件 a.bin 已发送：1048576 字节，用时 1.25 秒，SHA-256 e3b0c4",
            "File a.bin sent: 1048576 bytes in 1.25 s, SHA-256 e3b0c4",
        );
        let stopped = |stop| Event::FileStopped { name: "a.bin".into(), bytes: 10, total_bytes: 20, stop };
        let (zh, en) = (
            "文件 a.bin 没有发完，已发送 10 字节（文件共 20 字节）。",
            "File a.bin was not sent to its end, bytes sent: 10 (the file has 20). ",
        );
        let failed = Failure { op: Operation::Read, target: "/a.bin".into(), cause: Cause::PermissionDenied };
        for (stop, why_zh, why_en) in [
            (FileStop::Cancelled, "已取消。", "Cancelled."),
            (FileStop::PeerLeft, "连接已断开。", "The connection is gone."),
            (FileStop::NotAFile, "不是普通文件。", "It is not a regular file."),
            (
                FileStop::Shrank { total_bytes: 20, found_bytes: 15 },
                "发送期间文件变短：原有 20 字节，现在到 15 字节为止。",
                "The file became shorter meanwhile: it had 20 bytes and now ends after 15.",
            ),
            (
                FileStop::Grew { total_bytes: 20 },
                "发送期间文件变长，只发送了原有的 20 字节。",
                "The file became longer meanwhile: only the first 20 bytes were sent.",
            ),
            (
                FileStop::LineTooLong { line: 3, max_bytes: 65_507 },
                "第 3 行超过一个数据包的上限 65507 字节。",
                "Line 3 is longer than the 65507 bytes of a packet.",
            ),
            (
                FileStop::Message { line: 3, reason: "x".into() },
                "第 3 行不能成为一个数据包：x。",
                "Line 3 can't be made a packet: x.",
            ),
            (
                FileStop::NotHex { line: 2, column: 7, byte: b'G' },
                "第 2 行第 7 列的 “G” 不是十六进制数字。",
                "Line 2, column 7: “G” is not a hexadecimal digit.",
            ),
            (
                FileStop::NotHex { line: 2, column: 7, byte: 0xE4 },
                "第 2 行第 7 列的 0xE4 不是十六进制数字。",
                "Line 2, column 7: 0xE4 is not a hexadecimal digit.",
            ),
            (
                FileStop::OddDigit { line: 2, column: 7 },
                "第 2 行第 7 列：一个字节需要两位十六进制数字。",
                "Line 2, column 7: a byte needs two digits.",
            ),
            (
                FileStop::Failed(failed),
                "读取 /a.bin 失败：没有权限。请换一个文件夹，或检查文件的权限。",
                "Read from /a.bin failed: permission denied. Choose another folder, or check the permissions of the file.",
            ),
        ] {
            check(&stopped(stop), None, &format!("{zh}{why_zh}"), &format!("{en}{why_en}"));
        }
    }

    #[test]
    fn given_up_data_is_named() {
        check(
            &Event::GivenUp { records: 3, bytes: 4096 },
            None,
            "磁盘已满，为继续接收，放弃了最早的 3 条记录（共 4096 字节）。",
            "The disk is full: to go on receiving, the oldest records were given up (3, together 4096 bytes).",
        );
    }

    #[test]
    fn words_from_outside_stay_on_one_line() {
        let cause = Cause::Other { code: None, message: "no\r\nway\u{1b}[31m".into() };
        let event = Event::Failed(Failure { op: Operation::Receive, target: "a\nb".into(), cause });
        check(&event, None, "从 a b 接收失败：no way [31m。", "Receive from a b failed: no way [31m.");
    }
}
