//! The table: one line per text, `Name: "中文", "English";`.
//!
//! The labels of the classic window are exactly those of NetAssist 5.0.13 (zh-CN) and 5.0.8 (en), where these exist.

use super::Lang;

macro_rules! texts {
    ($($name:ident: $zh:literal, $en:literal;)+) => {
        /// A text of the window, in both languages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Text {
            $(#[doc = concat!($zh, " / ", $en)] $name,)+
        }

        impl Text {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The text in `lang`.
            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::ZhCn) => $zh, (Self::$name, Lang::En) => $en,)+
                }
            }
        }
    };
}

texts! {
    // 网络设置
    NetworkSettings: "网络设置", "Settings";
    Protocol: "协议类型", "Protocol";
    Udp: "UDP", "UDP";
    TcpClient: "TCP Client", "TCP Client";
    TcpServer: "TCP Server", "TCP Server";
    LocalHostAddr: "本地主机地址", "Local Host Addr";
    LocalHostPort: "本地主机端口", "Local Host Port";
    RemoteHostAddr: "远程主机地址", "Remote Host Addr";
    RemoteHostPort: "远程主机端口", "Remote Host Port";
    Open: "打开", "Open";
    Opening: "正在打开", "Opening";
    Close: "关闭", "Close";
    Connect: "连接", "Connect";
    Connecting: "正在连接", "Connecting";
    Disconnect: "断开", "Disconnect";

    // 网络设置: what the classic lacks
    AutoReconnect: "自动重连", "Auto Reconnect";
    Reconnecting: "等待重连", "Reconnecting";
    HalfClose: "半关闭", "Half Close";
    HalfCloseHint: "停止发送（发出 FIN），继续接收", "Stop sending (FIN) and go on receiving";
    ConnectTimeout: "连接超时", "Connect Timeout";
    Seconds: "秒", "s";
    NoDelay: "TCP_NODELAY", "TCP_NODELAY";
    NoDelayHint: "小数据立即发送，不等待合并（关闭 Nagle 算法）", "Send small pieces at once instead of joining them (no Nagle algorithm)";
    KeepAlive: "保活探测", "Keep-alive";
    KeepAliveHint: "空闲时探测对方是否还在（SO_KEEPALIVE）", "Probe an idle peer to learn whether it is still there (SO_KEEPALIVE)";
    Broadcast: "允许广播", "Allow Broadcast";
    BroadcastHint: "允许发往 255.255.255.255 和子网广播地址", "Allow sending to 255.255.255.255 and to subnet broadcast addresses";
    SharePort: "共享端口", "Share Port";
    SharePortHint: "允许本机多个程序绑定同一端口：组播和广播各得一份，单播只有其中一个收到", "Let several sockets of this machine bind the same port: each gets a copy of multicast and broadcast, a unicast datagram reaches only one of them";
    ClientLocalAddress: "本地绑定（可选）", "Bind Local (optional)";
    AnyAddress: "任意地址", "any address";
    StateClosed: "已关闭", "Closed";

    // 接收设置
    RecvOptions: "接收设置", "Recv Options";
    Ascii: "ASCII", "ASCII";
    Hex: "HEX", "HEX";
    Dump: "转储", "Dump";
    DumpWidth: "每行字节", "Bytes per Line";
    LogDisplayMode: "按日志模式显示", "Log Display Mode";
    AutoLinefeed: "接收区自动换行", "Auto Linefeed";
    HideReceivedData: "接收数据不显示", "Hide Received Data";
    SaveRecvToFile: "接收保存到文件...", "Save Recv to File...";
    AutoScroll: "自动滚屏", "AutoScroll";
    ClearRecv: "清除接收", "Clear";
    RecvEncoding: "接收编码", "Recv Encoding";
    EncodingAuto: "自动", "Auto";
    EncodingAutoHint: "逐条判断：是合法 UTF-8 就按 UTF-8，否则按 GB18030", "Each record by itself: UTF-8 if it is valid UTF-8, else GB18030";

    // 发送设置
    SendOptions: "发送设置", "Send Options";
    UseEscapeChars: "自动解析转义符", "Use Escape Chars";
    EscapeHint: "可用的转义符：", "Escapes that are understood:";
    AppendKind: "附加位", "Bytes to Append";
    AutoAppendBytes: "自动发送附加位", "Auto Append Bytes";
    AppendNegSum: "负校验", "Two's Complement of Sum";
    AppendSum: "正校验", "Byte Sum";
    AppendXor: "异或", "XOR";
    AppendFixed: "固定位", "Fixed Bytes";
    Cycle: "循环周期", "Cycle";
    Milliseconds: "ms", "ms";
    SendEncoding: "发送编码", "Send Encoding";

    // Right side
    DataLog: "数据日志", "Data Log";
    DataSend: "数据发送", "Data Send";
    RemoteHost: "远程主机", "Remote Host";
    Multicast: "组播...", "Multicast...";
    Clients: "客户端", "Clients";
    AllClients: "ALL CLIENTS ({n})", "ALL CLIENTS ({n})";
    Send: "发送", "Send";
    ClientGone: "{peer}（已离线）", "{peer} (offline)";
    StopCycle: "停止", "Stop";
    ClearLogHint: "清除日志，开始新的记录", "Clear the log and start a new journal";
    ClearInputHint: "清除输入框", "Clear the input box";
    ClearRemotesHint: "清除记住的远程主机", "Forget the remembered remote hosts";
    DisconnectClientHint: "断开所选的客户端", "Disconnect the chosen client";
    PendingBytes: "待发 {n}", "{n} pending";
    ByteCount: "{n} 字节", "{n} bytes";
    NewRecords: "{n} 条新记录", "{n} new records";

    // Status bar
    Ready: "就绪!", "Ready!";
    ResetCounters: "复位计数", "Reset";
    KernelDrops: "内核丢弃：{n}", "Dropped by kernel: {n}";

    // Sessions and menus
    NewSession: "新建会话", "New Session";
    CloseSession: "关闭会话", "Close Session";
    RenameSession: "重命名", "Rename";
    DuplicateSession: "复制会话", "Duplicate";
    CloseOpenSession: "会话“{name}”仍处于打开状态，确定关闭吗？", "The session “{name}” is still open. Close it?";
    SaveLog: "保存日志", "Save Log";
    Language: "界面语言", "Language";
    Theme: "主题", "Theme";
    ThemeLight: "浅色", "Light";
    ThemeDark: "深色", "Dark";
    FollowSystem: "跟随系统", "Follow System";
    SendKey: "发送快捷键", "Send Key";
    SendKeyEnter: "Enter", "Enter";
    SendKeyCtrlEnter: "Ctrl+Enter", "Ctrl+Enter";
    Shortcuts: "快捷键", "Keyboard Shortcuts";
    About: "关于", "About";
    Quit: "退出", "Quit";
    Ok: "确定", "OK";
    Cancel: "取消", "Cancel";

    // The log's context menu
    CopySelection: "复制所选内容", "Copy Selection";
    CopyText: "复制文本", "Copy Text";
    CopyHex: "复制 HEX", "Copy HEX";
    ReplyToPeer: "回复此对方", "Reply to This Peer";
    Resend: "重新发送", "Resend";

    // Events in the log (see event.rs). What the classic says in English stays so in both languages.
    EventBound: "UDP 已打开，本地 {local}", "UDP opened, local {local}";
    EventListening: "开始监听 {local}", "Listening on {local}";
    EventConnected: "Server connected from local {local}", "Server connected from local {local}";
    EventResolved: "{host} 解析为 {addrs}", "{host} resolved to {addrs}";
    EventResolvedNothing: "{host} 没有解析到地址", "{host} resolved to no address";
    EventClientOnline: "Client {peer} gets online.", "Client {peer} gets online.";
    EventClientOffline: "Client {peer} offline.", "Client {peer} offline.";
    EventServerGone: "与服务器 {peer} 的连接已断开。", "Server {peer} disconnected.";
    EventPeerFinished: "{peer} 已停止发送（FIN），剩余数据发完后断开。", "{peer} stopped sending (FIN); it is disconnected once what is pending was sent.";
    EventHalfClosed: "已停止向 {peer} 发送（FIN 已发出），继续接收。", "Stopped sending to {peer} (FIN sent), still receiving.";
    EventClosed: "会话已关闭。", "Session closed.";
    EventReconnecting: "{seconds} 秒后重连（第 {attempt} 次）。", "Reconnecting in {seconds} s (try {attempt}).";
    EventUnreachable: "发往 {peer} 的数据报无法送达：{cause}。", "Datagrams to {peer} do not arrive: {cause}.";
    EventUnreachableSome: "有数据报无法送达：{cause}。", "A datagram did not arrive: {cause}.";
    EventKernelDropped: "接收缓冲区已满，内核丢弃了 {n} 个数据报。", "The receive buffer was full, datagrams dropped by the kernel: {n}.";
    EventGroupJoined: "已加入组播组 {group}（接口 {interface}）。", "Joined multicast group {group} on {interface}.";
    EventGroupLeft: "已退出组播组 {group}（接口 {interface}）。", "Left multicast group {group} on {interface}.";
    EventGivenUp: "磁盘已满，为继续接收，放弃了最早的 {records} 条记录（共 {bytes} 字节）。", "The disk is full: to go on receiving, the oldest records were given up ({records}, together {bytes} bytes).";
    InterfaceOfSystem: "由系统选择", "the system's choice of interface";

    // Why a TCP peer is gone
    LeftFinished: "对方关闭了连接（FIN）。", "The peer closed the connection (FIN).";
    LeftReset: "对方复位了连接（RST）。", "The peer reset the connection (RST).";
    LeftTimedOut: "对方没有响应，连接超时。", "The peer stopped answering (timed out).";
    LeftDisconnected: "由本机断开。", "Disconnected from this side.";
    LeftError: "连接出错。", "The connection failed.";
    LeftUnsent: "{n} 字节未能发出。", "Bytes not sent: {n}.";

    // Failures (see failure.rs): what was tried on what
    FailedResolve: "解析 {target} 失败", "Resolve {target} failed";
    FailedBind: "绑定 {target} 失败", "Bind {target} failed";
    FailedListen: "监听 {target} 失败", "Listen on {target} failed";
    FailedConnect: "连接 {target} 失败", "Connect to {target} failed";
    FailedAccept: "在 {target} 上接受连接失败", "Accept on {target} failed";
    FailedSend: "发送到 {target} 失败", "Send to {target} failed";
    FailedReceive: "从 {target} 接收失败", "Receive from {target} failed";
    FailedJoin: "加入组播组 {target} 失败", "Join multicast group {target} failed";
    FailedLeave: "退出组播组 {target} 失败", "Leave multicast group {target} failed";
    FailedConfigure: "设置 {target} 失败", "Set {target} failed";
    FailedWorker: "线程 {target} 出错", "Thread {target} failed";
    FailedWrite: "写入 {target} 失败", "Write to {target} failed";
    ThisSession: "本会话", "this session";

    // Failures: why
    CauseInUseBy: "端口已被 {program} (pid {pid}) 占用", "the port is in use by {program} (pid {pid})";
    CauseInUse: "端口已被占用", "the port is in use";
    CausePermission: "没有权限", "permission denied";
    CausePermissionLowPort: "没有权限，1024 以下的端口需要管理员权限", "permission denied, ports below 1024 need administrator rights";
    CauseNotOurAddress: "该地址不是本机的地址", "it is not an address of this machine";
    CauseRefused: "对方拒绝连接，该端口没有程序监听", "refused, no program listens on that port";
    CausePortUnreachable: "端口不可达（ICMP），该端口没有程序监听", "port unreachable (ICMP), no program listens on that port";
    CauseHostUnreachable: "主机不可达", "host unreachable";
    CauseNetworkUnreachable: "网络不可达", "network unreachable";
    CauseNoAnswer: "{seconds} 秒内没有应答", "no answer in {seconds} s";
    CauseTimedOut: "没有应答，超时", "no answer, timed out";
    CauseNameNotFound: "找不到该主机名", "the name was not found";
    CauseReset: "对方复位了连接（RST）", "the peer reset the connection (RST)";
    CauseNotConnected: "没有连接", "not connected";
    CauseNoSuchPeer: "该客户端不在线", "that client is not online";
    CauseNoClients: "没有客户端在线", "no client is online";
    CauseHalfClosed: "已半关闭，不能再发送", "half closed, sending is shut down";
    CauseTooLarge: "{len} 字节超过上限 {max} 字节", "{len} bytes are more than the {max} that fit";
    CauseQueueFull: "对方没有接收，已有 {pending} 字节等待发送", "the peer takes nothing, {pending} bytes wait already";
    CauseFamilyMismatch: "IPv4 和 IPv6 不能在同一个套接字上混用", "IPv4 and IPv6 do not mix on one socket";
    CauseBroadcastOff: "没有开启广播", "broadcast is switched off";
    CauseDiskFull: "磁盘已满", "the disk is full";
    CausePanic: "程序内部错误，{message}", "internal error, {message}";
    CauseOther: "{message}", "{message}";
    CauseOtherCode: "{message} (系统错误 {code})", "{message} (os error {code})";

    // Failures: the way out
    HintEndOwner: "请换一个端口，或结束该程序。", "Choose another port or end that program.";
    HintEndSomeOwner: "请换一个端口，或结束占用它的程序。", "Choose another port or end the program that uses it.";
    HintLowPort: "请使用 1024 及以上的端口，或以管理员身份运行。", "Choose a port from 1024 up, or run as administrator.";
    HintReservedPort: "该端口可能被系统保留或被其他程序独占，请换一个端口。", "The system may have reserved the port, or a program holds it exclusively: choose another.";
    HintFirewall: "请检查防火墙设置。", "Check the firewall.";
    HintFilePermission: "请换一个文件夹，或检查文件的权限。", "Choose another folder, or check the permissions of the file.";
    HintLocalAddress: "请从列表中选择本机地址，或使用 0.0.0.0 或 ::。", "Choose one of this machine's addresses from the list, or 0.0.0.0 or ::.";
    HintServerRunning: "请检查端口，并确认对方程序已启动。", "Check the port, and that the program there is running.";
    HintHost: "请检查地址，并确认对方主机已开机并接入网络。", "Check the address, and that the other machine is on and connected.";
    HintRoute: "本机没有到该网络的路由，请检查网络连接和网关。", "This machine has no route there: check the network connection and the gateway.";
    HintTimeout: "请检查地址和端口，以及防火墙是否拦截。", "Check address and port, and whether a firewall is in the way.";
    HintName: "请检查拼写和 DNS 设置，或直接输入 IP 地址。", "Check the spelling and the DNS settings, or enter the IP address.";
    HintWaitForPeer: "请等待连接建立后再发送。", "Wait for a connection, then send again.";
    HintReopenToSend: "要再次发送，请断开后重新连接。", "To send again, disconnect and connect anew.";
    HintOtherClient: "请另选一个客户端。", "Choose another client.";
    HintSendLess: "请减少数据，或分多次发送。", "Send less at a time.";
    HintQueueFull: "请等待对方接收，或断开该连接。", "Wait until the peer takes them, or disconnect it.";
    HintFamily: "请让本地地址与远程主机同为 IPv4 或同为 IPv6。", "Choose a local address of the same family as the remote host.";
    HintBroadcast: "请勾选“允许广播”。", "Switch “Allow Broadcast” on.";
    HintDiskFull: "请清理磁盘空间，或换一个磁盘。", "Free some space, or choose another disk.";
    HintReport: "请重新打开会话，并报告此问题。", "Open the session again, and please report this.";

    // Menus, dialogs, messages
    Menu: "菜单", "Menu";
    AllSessions: "所有会话", "All Sessions";
    PreviousSession: "上一个会话", "Previous Session";
    NextSession: "下一个会话", "Next Session";
    OpenOrClose: "打开或关闭", "Open or Close";
    ClearLog: "清除日志", "Clear Log";
    Splitter: "日志与发送区的分隔条", "Splitter of Log and Send Area";
    FoldColumn: "折叠侧栏", "Fold Column";
    UnfoldColumn: "展开侧栏", "Unfold Column";
    Zoom: "缩放", "Zoom";
    ZoomIn: "放大", "Zoom In";
    ZoomOut: "缩小", "Zoom Out";
    ZoomReset: "100%", "100%";
    More: "更多...", "More...";
    ClearRemotesButton: "←清除", "← Clear";
    DisconnectButton: "←断开", "← Disconnect";
    ClearLogButton: "↙清除", "↙ Clear";
    ClearInputButton: "↖清除", "↖ Clear";
    InputBox: "发送内容", "Data to Send";
    SaveReceivedTitle: "接收保存到文件", "Save Received Data to a File";
    SaveReceivedHint: "原样追加收到的字节，不含时间和标记。文件名中可用 {date}、{time}、{peer}。", "Appends the received bytes as they came, without times or marks. The name may hold {date}, {time} and {peer}.";
    SavedTo: "接收保存：{path}（已写 {n} 字节）", "Saving received data: {path} ({n} bytes written)";
    SaveFailed: "接收保存失败：{error}（接收继续，每秒重试）", "Saving received data failed: {error} (receiving goes on; tried again each second)";
    SaveMissed: "接收保存：文件里缺 {n} 字节", "Save Recv: {n} bytes are missing in the file";
    SpillWriteFailed: "写临时文件 {path} 失败：{cause}。接收继续，放弃最早的数据。", "Writing the temporary file {path} failed: {cause}. Receiving goes on, the oldest data is given up.";
    SpillReadFailed: "读临时文件 {path} 失败：{cause}。", "Reading the temporary file {path} failed: {cause}.";
    FilePath: "文件", "File";
    Browse: "浏览...", "Browse...";
    SaveAsShown: "日志文本（与显示相同）", "Log text (as shown)";
    SaveRaw: "收到的原始字节", "Received bytes (raw)";
    FileEncoding: "文件编码", "File Encoding";
    Save: "保存", "Save";
    SavingProgress: "正在保存：{done} / {total} 条", "Saving: {done} of {total} records";
    SavedLog: "已保存 {n} 条到 {path}", "Saved {n} records to {path}";
    SavedLogReplaced: "已保存 {n} 条到 {path}；{replaced} 个字符无法用该编码表示，写成了 ？", "Saved {n} records to {path}; {replaced} characters that the encoding lacks became ?";
    SaveLogFailed: "保存失败：{error}", "Saving failed: {error}";
    SaveCancelled: "已取消，没有留下文件", "Cancelled; no file was left behind";
    FileExists: "文件已存在，将被替换", "The file exists and will be replaced";
    CloseSessionTitle: "关闭会话", "Close Session";
    QuitTitle: "退出", "Quit";
    QuitOpenSessions: "还有 {n} 个会话处于打开状态，确定退出吗？", "{n} sessions are still open. Quit?";
    RenameTitle: "重命名会话", "Rename Session";
    SessionName: "名称", "Name";
    MulticastTitle: "组播", "Multicast";
    GroupAddress: "组地址", "Group Address";
    Interface: "接口", "Interface";
    InterfaceAuto: "由系统选择", "Chosen by the system";
    Join: "加入", "Join";
    Leave: "离开", "Leave";
    JoinedGroups: "已加入的组", "Joined Groups";
    NoGroups: "还没有加入任何组", "No group is joined";
    GroupsWhenOpened: "打开后加入", "Joined when the socket opens";
    MulticastTtl: "TTL", "TTL";
    MulticastLoopback: "本机也能收到自己发出的组播", "This machine hears its own multicast";
    MulticastBindHint: "本机地址是 {address}：在 Linux 上，绑定到具体地址的套接字收不到组播，请改用 0.0.0.0 或 ::", "The local address is {address}: on Linux a socket bound to one address hears no multicast; use 0.0.0.0 or ::";
    NotAGroup: "{value} 不是组播地址（IPv4 224.0.0.0 到 239.255.255.255，或 IPv6 ff00::/8）", "{value} is not a multicast address (IPv4 224.0.0.0 to 239.255.255.255, or IPv6 ff00::/8)";
    NotAnAddress: "{value} 不是 IP 地址", "{value} is not an IP address";
    NotAPort: "端口应为 {from} 到 {to}", "The port must be {from} to {to}";
    NoInterface: "{value} 后面要写接口，例如 {value}%eth0", "{value} needs its interface: {value}%eth0, for example";
    NoLocalHost: "请填写本地主机地址，例如 0.0.0.0", "Fill in the local host, for example 0.0.0.0";
    HostOnly: "远程主机地址里只写地址或域名：{value}。端口写在下面，不要 http:// 和路径", "Remote Host Addr takes an address or a name alone, not {value}: the port stands below, without http:// and path";
    NoHost: "请填写远程主机地址", "Fill in the remote host";
    NotARemote: "远程主机应写成 地址 :端口，例如 192.168.1.5 :8080", "Write the remote host as address :port, for example 192.168.1.5 :8080";
    NotOpen: "还没有打开，先点“{button}”", "Not open yet: click “{button}” first";
    NothingToSend: "发送框是空的", "The send box is empty";
    NoClients: "还没有客户端连接", "No client is connected yet";
    HexForeign: "第 {line} 行第 {column} 列：“{char}”不是 HEX 数字", "Line {line}, column {column}: “{char}” is not a HEX digit";
    HexOdd: "第 {line} 行第 {column} 列：这一组少一个数字，HEX 每字节两位", "Line {line}, column {column}: a digit is missing here; HEX takes two digits a byte";
    EscapeUnknown: "第 {line} 行第 {column} 列：不认识的转义符 {escape}", "Line {line}, column {column}: unknown escape {escape}";
    EscapeUnfinished: "第 {line} 行第 {column} 列：转义符不完整", "Line {line}, column {column}: the escape is not finished";
    EscapeNoCharacter: "第 {line} 行第 {column} 列：这个转义符不是一个字符", "Line {line}, column {column}: the escape is not a character";
    EscapeNoByte: "第 {line} 行第 {column} 列：八进制转义符超过一个字节（最大 377）", "Line {line}, column {column}: the octal escape is more than a byte (377 at most)";
    CharacterMissing: "第 {line} 行第 {column} 列：{charset} 里没有“{char}”", "Line {line}, column {column}: {charset} has no “{char}”";
    NoTextForBytes: "这些字节不能原样变成文本（打开“自动解析转义符”后可以）", "These bytes do not survive as text (with “Use Escape Chars” on they do)";
    AutoReconnectHint: "连接失败或断开后自动重连，间隔 1 秒，逐步延长到 30 秒", "Connects again after a failure or a loss: after 1 s, backing off to 30 s";
    LogModeHint: "每条记录前显示时间、方向、字节数和对方地址，并显示发送的数据和事件", "Shows time, direction, size and peer before each record, and what was sent, and events";
    AutoLinefeedHint: "日志模式下记录之间空一行；否则每条记录另起一行", "In log mode a blank line after each record; else each record begins on a new line";
    HideReceivedHint: "只是不显示：仍然计数、记录和保存，随时可以再显示", "Only hidden: still counted, journaled and saved, and can be shown again at any time";
    CycleHint: "选中后，“发送”按此周期在网络线程上重复发送", "With this on, Send repeats at this interval, on the socket's own thread";
    CycleInterval: "循环周期（毫秒）", "Cycle (ms)";
    TabCloseHint: "关闭会话 {name}", "Close Session {name}";
    SessionUnread: "有新数据", "new data";
    SessionFailed: "有错误", "error";
    TextTooLong: "发送框最多 256 KB：{size} 没有放入", "The send box takes 256 KB at most: {size} were not inserted";
    FixedBytes: "固定位（HEX）", "Fixed Bytes (HEX)";
    LocalAt: "本地 {addr}", "local {addr}";
    ConnectedTo: "已连接 {addr}", "connected to {addr}";
    RateReceived: "收 {rate}/s", "in {rate}/s";
    RateSent: "发 {rate}/s", "out {rate}/s";
    ShortcutsTitle: "快捷键", "Keyboard Shortcuts";
    SendShortcut: "发送", "Send";
    CopyShortcut: "复制所选日志", "Copy the selected log";
    SelectAllShortcut: "全选日志", "Select the whole log";
    ZoomShortcut: "缩放", "Zoom";
    Dismiss: "知道了", "Dismiss";
    CloseDialog: "关闭", "Close";
    AboutText: "网络协议的手工调试台：先有字节，再有视图。", "A workbench for debugging network protocols by hand: bytes first, views later.";
    AboutLicence: "许可：MIT 或 Apache-2.0", "Licence: MIT or Apache-2.0";
    DemoUdp: "UDP 回显", "UDP Echo";
    DemoTcp: "TCP 回显", "TCP Echo";
    DemoServer: "TCP 服务器", "TCP Server";
    CopyCut: "所选内容太大，只复制了前 {n} MB", "The selection is too large: only the first {n} MB were copied";

    // Settings that could not be read or written
    SettingsDamaged: "设置文件已损坏，改用默认设置。原文件保存为 {kept}（{reason}）", "The settings file is damaged; the defaults are used. It was kept as {kept} ({reason})";
    SettingsNewer: "设置文件来自更新的版本（{version}），改用默认设置。副本保存为 {kept}", "The settings are from a newer version ({version}); the defaults are used. A copy was kept as {kept}";
    SettingsUnreadable: "无法读取设置文件 {path}：{reason}。本次使用默认设置，且不保存设置", "The settings file {path} can't be read: {reason}. This run uses the defaults and doesn't save settings";
    SettingsUnsaved: "无法保存设置到 {path}：{reason}", "The settings can't be saved to {path}: {reason}";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            text.split('{').skip(1).map(|rest| rest.split_once('}').map_or("UNCLOSED", |(name, _)| name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_something_with_the_same_placeholders() {
        for &text in Text::ALL {
            let [zh, en] = Lang::ALL.map(|lang| text.text(lang));
            for said in [zh, en] {
                assert!(!said.trim().is_empty() && said.trim() == said, "{text:?}: {said:?}");
            }
            assert_eq!(placeholders(zh), placeholders(en), "{text:?}");
            assert!(placeholders(zh).iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase())), "{text:?}");
        }
    }

    #[test]
    fn english_has_no_chinese_left_in_it() {
        for &text in Text::ALL {
            let en = text.text(Lang::En);
            assert!(!en.chars().any(|c| ('\u{3000}'..='\u{9fff}').contains(&c) || c >= '\u{ff00}'), "{en}");
        }
    }

    #[test]
    fn the_classic_labels_are_the_classic_ones() {
        let labels = [
            (Text::NetworkSettings, "网络设置", "Settings"),
            (Text::Protocol, "协议类型", "Protocol"),
            (Text::LocalHostAddr, "本地主机地址", "Local Host Addr"),
            (Text::LocalHostPort, "本地主机端口", "Local Host Port"),
            (Text::RemoteHostAddr, "远程主机地址", "Remote Host Addr"),
            (Text::RemoteHostPort, "远程主机端口", "Remote Host Port"),
            (Text::Open, "打开", "Open"),
            (Text::Connect, "连接", "Connect"),
            (Text::Connecting, "正在连接", "Connecting"),
            (Text::Close, "关闭", "Close"),
            (Text::Disconnect, "断开", "Disconnect"),
            (Text::RecvOptions, "接收设置", "Recv Options"),
            (Text::Ascii, "ASCII", "ASCII"),
            (Text::Hex, "HEX", "HEX"),
            (Text::LogDisplayMode, "按日志模式显示", "Log Display Mode"),
            (Text::AutoLinefeed, "接收区自动换行", "Auto Linefeed"),
            (Text::HideReceivedData, "接收数据不显示", "Hide Received Data"),
            (Text::SaveRecvToFile, "接收保存到文件...", "Save Recv to File..."),
            (Text::AutoScroll, "自动滚屏", "AutoScroll"),
            (Text::ClearRecv, "清除接收", "Clear"),
            (Text::SendOptions, "发送设置", "Send Options"),
            (Text::UseEscapeChars, "自动解析转义符", "Use Escape Chars"),
            (Text::AutoAppendBytes, "自动发送附加位", "Auto Append Bytes"),
            (Text::Cycle, "循环周期", "Cycle"),
            (Text::DataLog, "数据日志", "Data Log"),
            (Text::DataSend, "数据发送", "Data Send"),
            (Text::RemoteHost, "远程主机", "Remote Host"),
            (Text::Multicast, "组播...", "Multicast..."),
            (Text::Clients, "客户端", "Clients"),
            (Text::AllClients, "ALL CLIENTS ({n})", "ALL CLIENTS ({n})"),
            (Text::Send, "发送", "Send"),
            (Text::Ready, "就绪!", "Ready!"),
            (Text::ResetCounters, "复位计数", "Reset"),
            (Text::AppendNegSum, "负校验", "Two's Complement of Sum"),
            (Text::AppendSum, "正校验", "Byte Sum"),
            (Text::AppendXor, "异或", "XOR"),
            (Text::AppendFixed, "固定位", "Fixed Bytes"),
            (Text::RecvEncoding, "接收编码", "Recv Encoding"),
            (Text::SendEncoding, "发送编码", "Send Encoding"),
            (Text::Dump, "转储", "Dump"),
            (Text::NewSession, "新建会话", "New Session"),
            (Text::SaveLog, "保存日志", "Save Log"),
            (Text::Language, "界面语言", "Language"),
            (Text::Theme, "主题", "Theme"),
            (Text::AutoReconnect, "自动重连", "Auto Reconnect"),
            (Text::HalfClose, "半关闭", "Half Close"),
        ];
        for (text, zh, en) in labels {
            assert_eq!((text.text(Lang::ZhCn), text.text(Lang::En)), (zh, en), "{text:?}");
        }
    }
}
