//! How a failure is said: what was tried on what, why it failed, and where known the way out.

use super::event::sentences;
use super::{Lang, Text, fill};
use crate::journal::{Cause, Failure, Operation, SpillTrouble};

/// The system's number for a file that is not there, of Unix (`ENOENT`) and of Windows (`ERROR_FILE_NOT_FOUND`).
const NO_SUCH_FILE: i32 = 2;

/// `Listen on 0.0.0.0:8080 failed: the port is in use by nginx (pid 812). Choose another port or end that program.`
pub fn failure_line(lang: Lang, failure: &Failure) -> String {
    let target = if failure.target.is_empty() { Text::ThisSession.text(lang) } else { &failure.target };
    let what = fill(operation(failure.op).text(lang), &[("target", &target)]);
    let why = match &failure.cause {
        Cause::PermissionDenied if needs_low_port(failure) => Text::CausePermissionLowPort.text(lang).to_owned(),
        Cause::Refused if failure.op != Operation::Connect => Text::CausePortUnreachable.text(lang).to_owned(),
        Cause::Other { code: Some(NO_SUCH_FILE), .. } if failure.op == Operation::Read => {
            Text::CauseNoSuchFile.text(lang).to_owned()
        }
        cause => cause_text(lang, cause),
    };
    let (colon, stop) = match lang {
        Lang::ZhCn => ("：", "。"),
        Lang::En => (": ", "."),
    };
    let way_out = hint(failure).map_or("", |text| text.text(lang));
    sentences(lang, [format!("{what}{colon}{why}{stop}"), way_out.to_owned()])
}

/// `Writing the temporary file /tmp/x failed: the disk is full. Receiving goes on, …`
pub fn spill_line(lang: Lang, trouble: &SpillTrouble) -> String {
    let text = if trouble.reading { Text::SpillReadFailed } else { Text::SpillWriteFailed };
    fill(text.text(lang), &[("path", &trouble.path), ("cause", &cause_text(lang, &trouble.cause))])
}

fn operation(op: Operation) -> Text {
    match op {
        Operation::Resolve => Text::FailedResolve,
        Operation::Bind => Text::FailedBind,
        Operation::Listen => Text::FailedListen,
        Operation::Connect => Text::FailedConnect,
        Operation::Accept => Text::FailedAccept,
        Operation::Send => Text::FailedSend,
        Operation::Receive => Text::FailedReceive,
        Operation::Join => Text::FailedJoin,
        Operation::Leave => Text::FailedLeave,
        Operation::Configure => Text::FailedConfigure,
        Operation::Worker => Text::FailedWorker,
        Operation::Read => Text::FailedRead,
        Operation::Write => Text::FailedWrite,
    }
}

/// Why, as the middle of a sentence.
pub(super) fn cause_text(lang: Lang, cause: &Cause) -> String {
    let plain = match cause {
        Cause::AddressInUse { owner: Some(owner) } => {
            return fill(Text::CauseInUseBy.text(lang), &[("program", &owner.program), ("pid", &owner.pid)]);
        }
        Cause::TimedOut { after_ms: Some(ms) } => {
            return fill(Text::CauseNoAnswer.text(lang), &[("seconds", &seconds(*ms))]);
        }
        Cause::TooLarge { len, max } => return fill(Text::CauseTooLarge.text(lang), &[("len", len), ("max", max)]),
        Cause::QueueFull { pending } => return fill(Text::CauseQueueFull.text(lang), &[("pending", pending)]),
        Cause::Panic { message } => return fill(Text::CausePanic.text(lang), &[("message", &unstopped(message))]),
        Cause::Other { code: Some(code), message } => {
            return fill(Text::CauseOtherCode.text(lang), &[("message", &unstopped(message)), ("code", code)]);
        }
        Cause::Other { code: None, message } => {
            return fill(Text::CauseOther.text(lang), &[("message", &unstopped(message))]);
        }
        Cause::AddressInUse { owner: None } => Text::CauseInUse,
        Cause::PermissionDenied => Text::CausePermission,
        Cause::AddressNotAvailable => Text::CauseNotOurAddress,
        Cause::Refused => Text::CauseRefused,
        Cause::HostUnreachable => Text::CauseHostUnreachable,
        Cause::NetworkUnreachable => Text::CauseNetworkUnreachable,
        Cause::TimedOut { after_ms: None } => Text::CauseTimedOut,
        Cause::NameNotFound => Text::CauseNameNotFound,
        Cause::Reset => Text::CauseReset,
        Cause::NotConnected => Text::CauseNotConnected,
        Cause::NoSuchPeer => Text::CauseNoSuchPeer,
        Cause::NoClients => Text::CauseNoClients,
        Cause::HalfClosed => Text::CauseHalfClosed,
        Cause::FamilyMismatch => Text::CauseFamilyMismatch,
        Cause::BroadcastOff => Text::CauseBroadcastOff,
        Cause::DiskFull => Text::CauseDiskFull,
    };
    plain.text(lang).to_owned()
}

/// The way out, where there is one that a person can take.
fn hint(failure: &Failure) -> Option<Text> {
    let opens = matches!(failure.op, Operation::Bind | Operation::Listen);
    let hint = match &failure.cause {
        Cause::AddressInUse { owner: Some(_) } => Text::HintEndOwner,
        Cause::AddressInUse { owner: None } => Text::HintEndSomeOwner,
        Cause::PermissionDenied if needs_low_port(failure) => Text::HintLowPort,
        Cause::PermissionDenied if opens => Text::HintReservedPort,
        Cause::PermissionDenied if matches!(failure.op, Operation::Read | Operation::Write) => Text::HintFilePermission,
        Cause::PermissionDenied => Text::HintFirewall,
        Cause::AddressNotAvailable => Text::HintLocalAddress,
        Cause::Refused => Text::HintServerRunning,
        Cause::HostUnreachable => Text::HintHost,
        Cause::NetworkUnreachable => Text::HintRoute,
        Cause::TimedOut { .. } => Text::HintTimeout,
        Cause::NameNotFound => Text::HintName,
        Cause::NotConnected | Cause::NoClients => Text::HintWaitForPeer,
        Cause::HalfClosed => Text::HintReopenToSend,
        Cause::NoSuchPeer => Text::HintOtherClient,
        Cause::TooLarge { .. } => Text::HintSendLess,
        Cause::QueueFull { .. } => Text::HintQueueFull,
        Cause::FamilyMismatch => Text::HintFamily,
        Cause::BroadcastOff => Text::HintBroadcast,
        Cause::DiskFull => Text::HintDiskFull,
        Cause::Panic { .. } => Text::HintReport,
        Cause::Reset | Cause::Other { .. } => return None,
    };
    Some(hint)
}

/// Whether the operation wanted a local port that Unix keeps for the administrator.
fn needs_low_port(failure: &Failure) -> bool {
    let port = failure.target.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    matches!(failure.op, Operation::Bind | Operation::Listen) && port.is_some_and(|port| (1..1024).contains(&port))
}

/// `1`, `0.5`, `2.25`: seconds without trailing zeros.
pub(super) fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The words of the system without the stop that some of them bring along.
fn unstopped(message: &str) -> &str {
    message.trim().trim_end_matches(['.', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Owner;

    #[track_caller]
    fn check(op: Operation, target: &str, cause: Cause, zh: &str, en: &str) {
        let failure = Failure { op, target: target.to_owned(), cause };
        assert_eq!(failure_line(Lang::ZhCn, &failure), zh);
        assert_eq!(failure_line(Lang::En, &failure), en);
    }

    #[test]
    fn address_in_use() {
        check(
            Operation::Listen,
            "0.0.0.0:8080",
            Cause::AddressInUse { owner: Some(Owner { program: "nginx".into(), pid: 812 }) },
            "监听 0.0.0.0:8080 失败：端口已被 nginx (pid 812) 占用。请换一个端口，或结束该程序。",
            "Listen on 0.0.0.0:8080 failed: the port is in use by nginx (pid 812). Choose another port or end that program.",
        );
        check(
            Operation::Bind,
            "[::]:8080",
            Cause::AddressInUse { owner: None },
            "绑定 [::]:8080 失败：端口已被占用。请换一个端口，或结束占用它的程序。",
            "Bind [::]:8080 failed: the port is in use. Choose another port or end the program that uses it.",
        );
    }

    #[test]
    fn permission() {
        check(
            Operation::Listen,
            "[::]:80",
            Cause::PermissionDenied,
            "监听 [::]:80 失败：没有权限，1024 以下的端口需要管理员权限。请使用 1024 及以上的端口，或以管理员身份运行。",
            "Listen on [::]:80 failed: permission denied, ports below 1024 need administrator rights. Choose a port from 1024 up, or run as administrator.",
        );
        check(
            Operation::Bind,
            "0.0.0.0:50000",
            Cause::PermissionDenied,
            "绑定 0.0.0.0:50000 失败：没有权限。该端口可能被系统保留或被其他程序独占，请换一个端口。",
            "Bind 0.0.0.0:50000 failed: permission denied. The system may have reserved the port, or a program holds it exclusively: choose another.",
        );
        check(
            Operation::Send,
            "10.0.0.1:80",
            Cause::PermissionDenied,
            "发送到 10.0.0.1:80 失败：没有权限。请检查防火墙设置。",
            "Send to 10.0.0.1:80 failed: permission denied. Check the firewall.",
        );
        check(
            Operation::Write,
            "/data/recv.bin",
            Cause::PermissionDenied,
            "写入 /data/recv.bin 失败：没有权限。请换一个文件夹，或检查文件的权限。",
            "Write to /data/recv.bin failed: permission denied. Choose another folder, or check the permissions of the file.",
        );
    }

    #[test]
    fn refused_connection_and_refused_datagram() {
        check(
            Operation::Connect,
            "127.0.0.1:9",
            Cause::Refused,
            "连接 127.0.0.1:9 失败：对方拒绝连接，该端口没有程序监听。请检查端口，并确认对方程序已启动。",
            "Connect to 127.0.0.1:9 failed: refused, no program listens on that port. Check the port, and that the program there is running.",
        );
        check(
            Operation::Send,
            "127.0.0.1:9",
            Cause::Refused,
            "发送到 127.0.0.1:9 失败：端口不可达（ICMP），该端口没有程序监听。请检查端口，并确认对方程序已启动。",
            "Send to 127.0.0.1:9 failed: port unreachable (ICMP), no program listens on that port. Check the port, and that the program there is running.",
        );
    }

    #[test]
    fn reaching_the_host() {
        for (cause, zh, en) in [
            (
                Cause::AddressNotAvailable,
                "该地址不是本机的地址。请从列表中选择本机地址，或使用 0.0.0.0 或 ::。",
                "it is not an address of this machine. Choose one of this machine's addresses from the list, or 0.0.0.0 or ::.",
            ),
            (
                Cause::HostUnreachable,
                "主机不可达。请检查地址，并确认对方主机已开机并接入网络。",
                "host unreachable. Check the address, and that the other machine is on and connected.",
            ),
            (
                Cause::NetworkUnreachable,
                "网络不可达。本机没有到该网络的路由，请检查网络连接和网关。",
                "network unreachable. This machine has no route there: check the network connection and the gateway.",
            ),
            (
                Cause::TimedOut { after_ms: Some(10_000) },
                "10 秒内没有应答。请检查地址和端口，以及防火墙是否拦截。",
                "no answer in 10 s. Check address and port, and whether a firewall is in the way.",
            ),
            (
                Cause::TimedOut { after_ms: None },
                "没有应答，超时。请检查地址和端口，以及防火墙是否拦截。",
                "no answer, timed out. Check address and port, and whether a firewall is in the way.",
            ),
            (Cause::Reset, "对方复位了连接（RST）。", "the peer reset the connection (RST)."),
        ] {
            check(
                Operation::Connect,
                "h:1",
                cause,
                &format!("连接 h:1 失败：{zh}"),
                &format!("Connect to h:1 failed: {en}"),
            );
        }
        check(
            Operation::Resolve,
            "nobody.invalid",
            Cause::NameNotFound,
            "解析 nobody.invalid 失败：找不到该主机名。请检查拼写和 DNS 设置，或直接输入 IP 地址。",
            "Resolve nobody.invalid failed: the name was not found. Check the spelling and the DNS settings, or enter the IP address.",
        );
    }

    #[test]
    fn refused_sends() {
        for (cause, zh, en) in [
            (
                Cause::NotConnected,
                "没有连接。请等待连接建立后再发送。",
                "not connected. Wait for a connection, then send again.",
            ),
            (
                Cause::NoSuchPeer,
                "该客户端不在线。请另选一个客户端。",
                "that client is not online. Choose another client.",
            ),
            (
                Cause::TooLarge { len: 70_000, max: 65_507 },
                "70000 字节超过上限 65507 字节。请减少数据，或分多次发送。",
                "70000 bytes are more than the 65507 that fit. Send less at a time.",
            ),
            (
                Cause::QueueFull { pending: 9 },
                "对方没有接收，已有 9 字节等待发送。请等待对方接收，或断开该连接。",
                "the peer takes nothing, 9 bytes wait already. Wait until the peer takes them, or disconnect it.",
            ),
            (
                Cause::FamilyMismatch,
                "IPv4 和 IPv6 不能在同一个套接字上混用。请让本地地址与远程主机同为 IPv4 或同为 IPv6。",
                "IPv4 and IPv6 do not mix on one socket. Choose a local address of the same family as the remote host.",
            ),
            (
                Cause::BroadcastOff,
                "没有开启广播。请勾选“允许广播”。",
                "broadcast is switched off. Switch “Allow Broadcast” on.",
            ),
        ] {
            check(Operation::Send, "x", cause, &format!("发送到 x 失败：{zh}"), &format!("Send to x failed: {en}"));
        }
    }

    #[test]
    fn the_broadcast_hint_names_the_switch() {
        for lang in Lang::ALL {
            assert!(Text::HintBroadcast.text(lang).contains(Text::Broadcast.text(lang)));
        }
    }

    #[test]
    fn disk_bugs_and_the_words_of_the_system() {
        check(
            Operation::Write,
            "a.log",
            Cause::DiskFull,
            "写入 a.log 失败：磁盘已满。请清理磁盘空间，或换一个磁盘。",
            "Write to a.log failed: the disk is full. Free some space, or choose another disk.",
        );
        check(
            Operation::Worker,
            "udp",
            Cause::Panic { message: "index out of bounds".into() },
            "线程 udp 出错：程序内部错误，index out of bounds。请重新打开会话，并报告此问题。",
            "Thread udp failed: internal error, index out of bounds. Open the session again, and please report this.",
        );
        check(
            Operation::Read,
            "/tmp/a.bin",
            Cause::Other { code: Some(2), message: "No such file or directory".into() },
            "读取 /tmp/a.bin 失败：文件不存在。",
            "Read from /tmp/a.bin failed: there is no such file.",
        );
        let other = |code| Cause::Other { code, message: "No buffer space available.\r\n".into() };
        check(
            Operation::Receive,
            "",
            other(Some(105)),
            "从 本会话 接收失败：No buffer space available（系统错误 105）。",
            "Receive from this session failed: No buffer space available (os error 105).",
        );
        check(
            Operation::Configure,
            "TTL",
            other(None),
            "设置 TTL 失败：No buffer space available。",
            "Set TTL failed: No buffer space available.",
        );
    }

    #[test]
    fn every_operation_names_its_target() {
        for (op, zh, en) in [
            (Operation::Accept, "在 X 上接受连接失败", "Accept on X failed"),
            (Operation::Join, "加入组播组 X 失败", "Join multicast group X failed"),
            (Operation::Leave, "退出组播组 X 失败", "Leave multicast group X failed"),
        ] {
            let why = "对方复位了连接（RST）。";
            check(
                op,
                "X",
                Cause::Reset,
                &format!("{zh}：{why}"),
                &format!("{en}: the peer reset the connection (RST)."),
            );
        }
    }

    #[test]
    fn seconds_are_short() {
        assert_eq!([0, 1000, 1500, 30_000, 250, 1].map(seconds), ["0", "1", "1.5", "30", "0.25", "0.001"]);
    }
}
