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
    ConnectTimeout: "连接超时（秒）", "Connect Timeout (s)";
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
    Decode: "协议解析", "Decode";
    DecodeHint: "日志模式下，在能识别的数据报（IPMSG / 飞秋、TFTP）后面用一行说明其含义", "In log mode a line after each datagram of a known protocol (IPMSG, FeiQ, TFTP) says what it means";
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
    Inspect: "检查...", "Inspect...";
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

    // 自动应答的日志与错误
    AnswerRule: "规则 {n}", "rule {n}";
    AnswerRuleNamed: "规则 {n}（{name}）", "rule {n} ({name})";
    AnswerMarked: "{peer} 的数据符合{rule}。", "Data of {peer} matches {rule}.";
    AnswerBeeped: "提醒：{peer} 的数据符合{rule}。", "Alert: data of {peer} matches {rule}.";
    AnswerUnmade: "{rule}无法生成给 {peer} 的应答：{reason}。", "The reply of {rule} to {peer} can't be made: {reason}.";
    AnswerLimited: "自动应答受限：{peer} 每秒最多得到 {n} 次应答，多余的不再应答。", "Auto reply limited: {peer} gets at most {n} answers per second, the rest is left out.";
    AnswerSlowed: "自动应答受限：{peer} 每秒最多得到 {n} 次应答，其余合并后返回。", "Auto reply limited: {peer} gets at most {n} answers per second, the rest goes back together.";
    AnswerOverfull: "等待延时的应答太多，新的应答不再加入。", "Too many answers wait for their delay, further ones are left out.";
    AnswerTooLong: "{peer} 的一个数据包超过可缓存的长度（已收到 {n} 字节），不再应答该连接。", "A packet of {peer} is longer than what can be kept ({n} bytes so far), this connection is not answered any more.";
    AnswerLeftOut: "{peer} 没有接收，已有 {n} 字节等待发送，暂不再向它发送应答。", "{peer} takes nothing, {n} bytes wait already: it gets no further answers until it does.";
    AnswerNamed: "聊天室：{peer} 的名字是 {name}。", "Chat room: {peer} is called {name}.";
    AnswerRoomFull: "聊天室已满，{peer} 未能加入。", "The chat room is full, {peer} was not let in.";
    AnswerFileSent: "已把文件 {name}（{n} 字节）发送给 {peer}，用时 {seconds} 秒。", "File {name} ({n} bytes) sent to {peer} in {seconds} s.";
    AnswerFileMissing: "{peer} 请求的文件不存在：{name}。", "{peer} asked for a file that does not exist: {name}.";
    AnswerFileRefused: "已拒绝 {peer} 的请求，不是文件夹中的文件：{name}。", "Refused to {peer}, not a file of the folder: {name}.";
    AnswerFileTooLong: "{peer} 请求的文件太大（{n} 字节），无法这样发送：{name}。", "{peer} asked for a file that is too large to be sent so ({n} bytes): {name}.";
    AnswerFileFailed: "{peer} 请求的文件 {name} 读取失败：{cause}。", "File {name} for {peer} can't be read: {cause}.";
    AnswerFileCut: "文件 {name} 没有发送完：{peer} 只得到 {n} 字节中的 {sent} 字节。", "File {name} was not sent to its end: {peer} got {sent} of {n} bytes.";
    AnswerTooManyFiles: "{peer} 一次请求的文件太多，多余的请求被忽略。", "{peer} asks for too many files at once, the rest is ignored.";
    RuleErrorOf: "{rule}：{error}", "{rule}: {error}";
    RulePeerAddress: "应为地址（192.168.1.7）、地址和端口（192.168.1.7:8080）或网段（192.168.1.0/24）", "an address (192.168.1.7), an address with port (192.168.1.7:8080) or a network (192.168.1.0/24) is expected";
    RulePeerBits: "网段的位数应为 0 到 {most}", "a network of 0 to {most} bits is expected";
    RuleNoGroup: "应答中的 {group} 号分组不存在，正则表达式只有 {groups} 个分组", "the reply asks for group {group}, the regular expression has {groups}";
    RuleTooMany: "规则超过 {most} 条", "more than {most} rules";
    ChatJoined: "* {name} 进入了聊天室", "* {name} joined";
    ChatLeft: "* {name} 离开了聊天室", "* {name} left";
    ChatRenamed: "* {old} 改名为 {name}", "* {old} is now {name}";
    ChatTaken: "* 名字 {name} 已被使用", "* the name {name} is taken";
    // What a node did (see node.rs)
    NodeAcked: "已显示 {peer} 的消息 {number}，并已确认。", "Message {number} of {peer} shown and acknowledged.";
    NodeShown: "已显示 {peer} 的消息 {number}，对方不要求确认。", "Message {number} of {peer} shown; it asks for no acknowledgement.";
    NodeDuplicate: "{peer} 重发了消息 {number}：再次确认，不重复显示。", "{peer} sent message {number} again: acknowledged again, not shown again.";
    NodeAnswered: "已回应 {peer}。", "Answered {peer}.";
    NodeNoted: "已记录 {peer} 的通知，无需回应。", "Took note of what {peer} said; it asks for no answer.";
    NodeOwnEcho: "收到自己发出的数据报，已忽略。", "Our own datagram came back and was ignored.";
    NodeMalformed: "{peer} 的数据报无法解析，已丢弃：{reason}。", "A datagram of {peer} can't be read and was dropped: {reason}.";
    NodeForgedAck: "{peer} 确认了没有发给它的消息 {number}，已忽略。", "{peer} acknowledged message {number}, which was not sent there: ignored.";
    NodeRateLimited: "{peer} 发送过快，已丢弃 {n} 个数据报。", "{peer} sends too fast, datagrams dropped: {n}.";
    NodeUnknown: "不认识 {peer} 的命令 {command}，已忽略。", "Command {command} of {peer} is unknown and was ignored.";
    NodeNotAnswered: "按设计不回应 {peer} 的命令 {command}。", "Command {command} of {peer} is left without an answer by design.";
    NodeDelivered: "{peer} 已确认消息 {number}，用时 {n} 毫秒。", "{peer} acknowledged message {number} after {n} ms.";
    NodeRetried: "{peer} 没有确认消息 {number}，第 {n} 次发送。", "{peer} did not acknowledge message {number}: sent again (try {n}).";
    NodeNoAnswer: "{peer} 没有应答：消息 {number} 已发送 {n} 次，放弃。", "No answer from {peer}: message {number} was given up after {n} tries.";
    NodeRead: "{peer} 打开了封装消息 {number}。", "{peer} opened the sealed message {number}.";
    NodeOnline: "{name}（{peer}）上线了。", "{name} ({peer}) is online.";
    NodeOffline: "{name}（{peer}）下线了。", "{name} ({peer}) is offline.";
    NodeFileSent: "{peer} 已取走文件 {name}（{n} 字节）。", "{peer} fetched the file {name} ({n} bytes).";
    NodeFileReceived: "已从 {peer} 收到文件 {name}（{n} 字节）。", "Received the file {name} from {peer} ({n} bytes).";
    NodeFileFailed: "与 {peer} 传输文件 {name} 失败：{cause}。", "The transfer of {name} with {peer} failed: {cause}.";
    NodeFileRefused: "已拒绝 {peer}：消息 {number} 没有向它提供文件。", "Refused {peer}: message {number} offered it no such file.";
    NodeStrangerRefused: "已拒绝 {peer}：没有向它提供任何文件。", "Refused {peer}: nothing is offered to it.";
    DefectEmpty: "数据报是空的", "the datagram is empty";
    DefectTooLong: "超过了协议的最大长度", "longer than the protocol allows";
    DefectTooFewFields: "字段不足（版本:包编号:用户:主机:命令:附加信息）", "fields are missing (version:number:user:host:command:extra)";
    DefectPacketNumber: "包编号不是有效的十进制数", "the packet number is not a valid decimal number";
    DefectCommand: "命令字不是有效的十进制数", "the command is not a valid decimal number";
    SomePeer: "对方", "a peer";

    // IPMSG datagrams in words (see ipmsg/)
    IpmsgBroken: "IPMSG 数据报无法解析：{reason}", "IPMSG datagram that can't be read: {reason}";
    IpmsgFeiq: "{series}（MAC {mac}）", "{series} (MAC {mac})";
    IpmsgFeiqParts: "{series}，MAC {mac}，头像 {avatar}，状态 {status}，密文长度 {cipher}，版本号 {build}", "{series}, MAC {mac}, avatar {avatar}, status {status}, cipher length {cipher}, build {build}";
    IpmsgOfMessage: "消息 {number}", "message {number}";
    IpmsgNick: "昵称 {name}", "nick {name}";
    IpmsgGroup: "组 {name}", "group {name}";
    IpmsgAttachments: "[附件 {n} 个：{names}]", "[attachments: {n} - {names}]";
    IpmsgRefusedAttachments: "{n} 个无法读取", "unreadable: {n}";
    IpmsgFile: "{name}（{n} 字节）", "{name} ({n} bytes)";
    IpmsgFolder: "{name}（文件夹）", "{name} (folder)";
    IpmsgRequest: "消息 {number} 的附件 {id}", "attachment {id} of message {number}";
    IpmsgRequestFrom: "消息 {number} 的附件 {id}，从第 {n} 字节起", "attachment {id} of message {number} from byte {n}";
    IpmsgGroupMessage: "群 {name}：{text}", "group {name}: {text}";
    IpmsgSealedGroup: "无法解密", "can't be decrypted";
    IpmsgImagePiece: "图片 {id}（{total} 字节），第 {index}/{count} 片：偏移 {offset}，{n} 字节", "image {id} ({total} bytes), piece {index} of {count}: offset {offset}, {n} bytes";
    IpmsgImageAck: "图片 {id}，第 {index} 片", "image {id}, piece {index}";
    IpmsgCipher: "密文", "Ciphertext";
    IpmsgImageData: "图片数据", "Image Data";
    IpmsgVersion: "版本", "Version";
    IpmsgNumber: "包编号", "Packet No.";
    IpmsgUser: "发送者姓名", "Sender Name";
    IpmsgHost: "主机名", "Host Name";
    IpmsgCommand: "命令字", "Command";
    IpmsgExtra: "附加信息", "Extra Text";
    IpmsgText: "文本", "Text";
    IpmsgFont: "字体", "Font";
    IpmsgNickField: "昵称", "Nick";
    IpmsgGroupField: "组", "Group";
    IpmsgIcon: "头像文件", "Icon";
    IpmsgEncodingField: "编码", "Encoding";
    IpmsgProgram: "软件版本", "Program";
    IpmsgNumberOfMessage: "消息的包编号", "Message No.";
    IpmsgAttachment: "附件", "Attachment";
    IpmsgAttachmentNote: "编号 {id}，{kind}，{n} 字节，修改时间 {time}", "id {id}, {kind}, {n} bytes, written {time}";
    IpmsgUnreadable: "无法读取", "unreadable";
    IpmsgEnd: "结尾", "End";
    IpmsgMore: "其余", "Rest";
    KindFile: "文件", "file";
    KindFolder: "文件夹", "folder";
    KindLink: "符号链接", "symbolic link";
    KindOther: "其他", "other";

    // Why a TCP peer is gone
    LeftFinished: "对方关闭了连接（FIN）。", "The peer closed the connection (FIN).";
    LeftReset: "对方复位了连接（RST）。", "The peer reset the connection (RST).";
    LeftTimedOut: "对方没有响应，连接超时。", "The peer stopped answering (timed out).";
    LeftDisconnected: "由本机断开。", "Disconnected from this side.";
    LeftAborted: "由本机复位（已发出 RST）。", "Reset from this side (RST sent).";
    // files that are sent
    EventFileSent: "文件 {name} 已发送：{n} 字节，用时 {seconds} 秒，SHA-256 {digest}", "File {name} sent: {n} bytes in {seconds} s, SHA-256 {digest}";
    EventFileStopped: "文件 {name} 没有发完，已发送 {n} 字节（文件共 {total} 字节）。{why}", "File {name} was not sent to its end, bytes sent: {n} (the file has {total}). {why}";
    FileStopCancelled: "已取消。", "Cancelled.";
    FileStopPeerLeft: "连接已断开。", "The connection is gone.";
    FileStopNotAFile: "不是普通文件。", "It is not a regular file.";
    FileStopShrank: "发送期间文件变短：原有 {total} 字节，现在到 {n} 字节为止。", "The file became shorter meanwhile: it had {total} bytes and now ends after {n}.";
    FileStopGrew: "发送期间文件变长，只发送了原有的 {total} 字节。", "The file became longer meanwhile: only the first {total} bytes were sent.";
    FileStopLineTooLong: "第 {line} 行超过一个数据包的上限 {max} 字节。", "Line {line} is longer than the {max} bytes of a packet.";
    FileStopMessage: "第 {line} 行不能成为一个数据包：{why}。", "Line {line} can't be made a packet: {why}.";
    FileStopNotHex: "第 {line} 行第 {column} 列的 {what} 不是十六进制数字。", "Line {line}, column {column}: {what} is not a hexadecimal digit.";
    FileStopOddDigit: "第 {line} 行第 {column} 列：一个字节需要两位十六进制数字。", "Line {line}, column {column}: a byte needs two digits.";
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
    FailedRead: "读取 {target} 失败", "Read from {target} failed";
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
    CauseOtherCode: "{message}（系统错误 {code}）", "{message} (os error {code})";
    CauseNoSuchFile: "文件不存在", "there is no such file";

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

    // 聊天: the chat view of a tab
    Chat: "聊天", "Chat";
    ChatMe: "我", "Me";
    ChatSeveral: "{n} 个对端", "{n} peers";
    ChatEmpty: "（空）", "(empty)";
    ChatWhole: "查看全部 {n} 字节", "All {n} bytes";
    ChatNothing: "还没有消息，在下方输入并发送", "Nothing was said yet. Type below and send.";
    ChatNameHint: "点击可以起名", "Click to give it a name";
    ChatNamePeer: "给对方起名", "Name This Peer";
    ChatPeerName: "名字", "Name";
    ChatPeerNameHint: "留空则显示地址", "Empty: its address is shown";

    // 自动应答: the line in 发送设置, and its window
    AutoReply: "自动应答", "Auto Reply";
    AutoReplyHint: "收到数据后由程序自动应答，在连接自己的线程上运行", "Answers what comes in by itself, on the connection's own thread";
    ReplyNone: "无", "None";
    ReplyEcho: "原样返回", "Echo";
    ReplyUppercase: "大写返回", "Uppercase Echo";
    ReplyDiscard: "丢弃", "Discard";
    ReplyDaytime: "日期时间", "Daytime";
    ReplyGenerator: "字符发生器...", "Generator...";
    ReplyChatRoom: "聊天室", "Chat Room";
    ReplyFileServer: "文件服务...", "File Server...";
    ReplyRules: "规则...", "Rules...";
    ReplyNoneHint: "不自动应答", "Nothing is answered";
    ReplyEchoHint: "收到什么就返回什么（RFC 862）", "What comes in goes back (RFC 862)";
    ReplyUppercaseHint: "把字母 a 到 z 变成大写后返回，其余字节不变", "What comes in goes back with a to z as capitals, all other bytes as they are";
    ReplyDiscardHint: "收下数据，什么也不返回（RFC 863）", "Takes everything and answers nothing (RFC 863)";
    ReplyDaytimeHint: "客户端连接后发送一行日期时间并断开，收到数据报则返回一行（RFC 867）", "One line with date and time, then the connection is closed; one line for each datagram (RFC 867)";
    ReplyGeneratorHint: "向每个客户端不断发送字符，不超过设定的速率；对每个数据报返回一个（RFC 864）", "Characters without an end for each client, at this rate; one datagram for each that comes (RFC 864)";
    ReplyChatRoomHint: "一方说的话转发给其余各方，并带上名字；发送 /name 名字 可以改名", "What one says goes to all others, with its name; /name NAME changes it";
    ReplyFileServerHint: "客户端发来文件名，返回文件夹中的该文件；文件夹以外的文件不会给出", "A client sends a file name and gets that file of the folder; nothing outside of it is given";
    ReplyRulesHint: "数据包符合规则时按规则应答；数据包按“分包”划分", "Packets that match a rule are answered by it; what a packet is, Framing says";
    ReplySettings: "自动应答设置", "Auto Reply Settings";
    ReplyPerSecond: "每个对端每秒最多应答次数", "Answers per Second and Peer, at Most";
    ReplyPerSecondHint: "防止两个自动应答的程序互相应答、停不下来；超出的不应答，并在日志中标出", "Two programs that answer each other can't run away: what is beyond it is left out and marked in the log";
    ReplyRate: "速率（KB/s）", "Rate (KB/s)";
    ReplyFolder: "文件夹", "Folder";
    ReplyNoFolder: "请选择要提供的文件夹", "Choose the folder to serve";
    ReplyPrefix: "内容之前", "Before the Content";
    ReplyPrefixNone: "无", "Nothing";
    ReplyPrefixLe: "4字节小端长度", "4-byte LE Length";
    ReplyPrefixBe: "4字节大端长度", "4-byte BE Length";
    ReplyAfterFile: "发送之后", "After a File";
    ReplyAfterClose: "断开连接", "Close the Connection";
    ReplyAfterKeep: "等待下一个文件名", "Wait for the Next Name";
    ReplySayErrors: "文件不存在时返回 ERROR 一行", "Say in an ERROR Line Why There Is No File";
    ReplyRunning: "{name}：已应答 {n} 次", "{name}: {n} answers";
    ReplyRunningShort: "应答 {n}", "{n} answers";
    ReplyLimited: "已限速，{n} 次未应答", "limited, {n} left out";
    ReplySettling: "改动即将生效", "changes take effect in a moment";
    ReplyNotRunning: "打开后开始应答", "Begins when the tab is open";
    ReplyFeiq: "飞秋标签页由飞秋自己应答", "A FeiQ tab is answered by FeiQ";
    ReplyFailed: "自动应答没有开始：{reason}", "Auto reply did not begin: {reason}";
    ReplyStale: "{error}。仍按上次正确的规则应答", "{error}. The rules go on as they last were right";

    // 自动应答: rules
    RuleAdd: "新建规则", "New Rule";
    RuleDuplicate: "复制规则", "Duplicate";
    RuleDelete: "删除规则", "Delete";
    RuleUp: "上移", "Up";
    RuleDown: "下移", "Down";
    RuleImport: "导入...", "Import...";
    RuleExport: "导出...", "Export...";
    RuleListEmpty: "还没有规则。从上到下逐条比较，第一条符合的规则生效", "No rules yet. They are tried from the top, the first that matches counts";
    RuleNumbered: "规则 {n}", "Rule {n}";
    RuleHits: "{n} 次", "{n} hits";
    RuleEnabled: "启用", "Enabled";
    RuleEnable: "启用规则 {n}", "Enable Rule {n}";
    RuleName: "规则名称", "Rule Name";
    RuleWhen: "当", "When";
    RuleWhenPacket: "收到数据包", "A Packet Comes";
    RuleWhenJoined: "客户端连接", "A Client Connects";
    RuleTest: "比较方式", "Test";
    RuleAny: "任意数据", "Anything";
    RuleEquals: "等于", "Equals";
    RuleContains: "包含", "Contains";
    RuleStarts: "开头是", "Starts With";
    RuleEnds: "结尾是", "Ends With";
    RuleRegex: "正则表达式", "Regular Expression";
    RuleLengthIs: "长度是", "Length Is";
    RuleForm: "匹配内容的形式", "Form of the Pattern";
    RulePattern: "匹配内容", "Pattern";
    RulePatternHexHint: "HEX，?? 表示任意字节，如 01 ?? 03", "HEX, ?? is any byte, as in 01 ?? 03";
    RulePatternRegexHint: "按字节匹配，括号内的内容在应答模板中写作 {one}、{two}", "On bytes; groups are {one}, {two} in a template of the reply";
    RulePatternLengthHint: "5、<5、>=5 或 3..8", "5, <5, >=5 or 3..8";
    RuleCharset: "匹配编码", "Pattern Encoding";
    RuleEscapes: "匹配内容中的转义符", "Escapes in the Pattern";
    RuleLength: "长度限制", "Length Too";
    RuleLengthHint: "留空则不限；5、<5、>=5 或 3..8", "Empty: any; 5, <5, >=5 or 3..8";
    RulePeer: "对端", "Peer";
    RulePeerHint: "留空则不限；192.168.1.7、192.168.1.7:8080 或 192.168.1.0/24", "Empty: anyone; 192.168.1.7, 192.168.1.7:8080 or 192.168.1.0/24";
    RuleThen: "则", "Then";
    RuleReply: "应答", "Reply";
    RuleDisconnect: "断开连接", "Disconnect";
    RuleMark: "在日志中标记", "Mark in the Log";
    RuleBeep: "标记并提醒", "Mark and Alert";
    RuleReplyText: "应答内容", "Reply Text";
    RuleReplyForm: "应答内容的形式", "Form of the Reply";
    RuleReplyCharset: "应答编码", "Reply Encoding";
    RuleReplyEscapes: "应答中的转义符", "Escapes in the Reply";
    RuleTemplate: "应答是模板", "Reply Is a Template";
    RuleAppend: "附加位...", "Append...";
    RuleAppended: "附加位 {n} 项...", "Append ({n})...";
    RuleDelay: "延时（毫秒）", "Delay (ms)";
    RuleTo: "发给", "To";
    RuleToSender: "发送者", "The Sender";
    RuleToOthers: "其余各方", "All Others";
    RuleToAll: "所有人", "Everyone";
    RuleAtMost: "最多次数", "At Most";
    RuleAtMostHint: "留空则不限，从开始应答时算起", "Empty: without an end; since the answers began";
    RuleNext: "之后", "Next";
    RuleStop: "不再比较后面的规则", "No Further Rules";
    RuleGoOn: "继续比较下一条", "Go On to the Next";
    RuleTester: "测试", "Try";
    RuleTesterHint: "输入一个数据包，看哪条规则生效、应答什么；不会真的发送", "Type a packet and see which rule it sets off and what goes out; nothing is sent";
    RuleTesterField: "测试数据包", "Packet to Try";
    RuleTesterNone: "没有规则符合", "No rule matches";
    RuleTesterReply: "发送 {n} 字节给{to}", "{n} bytes to {to}";
    RuleTesterDelay: "{ms} 毫秒后", "after {ms} ms";
    RuleTesterFile: "测试时不读取文件", "files are not read when trying";
    RuleFileNotToml: "{path} 不是规则文件，第 {line} 行：{reason}", "{path} is no file of rules, line {line}: {reason}";
    RuleFileEmpty: "{path} 里没有规则", "{path} has no rules";
    RuleFileTooLarge: "{path} 太大，规则文件不超过 {n} MB", "{path} is too large: a file of rules has at most {n} MB";
    RuleFileRead: "已导入 {n} 条规则", "{n} rules imported";
    RuleFileWritten: "已导出 {n} 条规则到 {path}", "{n} rules exported to {path}";

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
    InspectTitle: "检查数据", "Inspect Data";
    InspectReceived: "收到", "received";
    InspectSent: "发出", "sent";
    InspectFieldName: "字段", "Field";
    InspectFieldValue: "值", "Value";
    InspectFieldNote: "含义", "Meaning";
    InspectBytes: "字节", "Bytes";
    InspectBytesOf: "字节 {from} 到 {to}，共 {n} 字节", "bytes {from} to {to}, {n} in all";
    InspectNoBytes: "没有字节", "no bytes";
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
    HexForeign: "“{char}”不是 HEX 数字", "“{char}” is not a HEX digit";
    HexOdd: "这一组少一个数字，HEX 每字节两位", "a digit is missing here; HEX takes two digits a byte";
    EscapeUnknown: "不认识的转义符 {escape}", "unknown escape {escape}";
    EscapeUnfinished: "转义符不完整", "the escape is not finished";
    EscapeNoCharacter: "这个转义符不是一个字符", "the escape is not a character";
    EscapeNoByte: "八进制转义符超过一个字节（最大 377）", "the octal escape is more than a byte (377 at most)";
    CharacterMissing: "{charset} 里没有“{char}”", "{charset} has no “{char}”";
    AppendOutside: "偏移 {offset} 超出了 {len} 字节的数据", "offset {offset} is outside of the {len} bytes";
    AppendBackwards: "范围的终点（{to}）在起点（{from}）之前", "the range ends at byte {to}, before it begins at byte {from}";
    AppendLength: "长度 {length} 在 {size} 字节里放不下", "length {length} does not fit in {size} bytes";
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

    // 飞秋: the tool window
    Tools: "工具", "Tools";
    CloseWindow: "关闭窗口", "Close Window";
    FeiqMenu: "飞秋消息", "FeiQ Message";
    FeiqTitle: "飞秋", "FeiQ";
    FeiqPageForm: "消息", "Message";
    FeiqPageContacts: "联系人", "Contacts";
    FeiqPageFiles: "文件", "Files";
    FeiqPageGroups: "群", "Groups";
    FeiqPageSettings: "设置", "Settings";
    FeiqUnread: "{n} 条未读", "{n} unread";
    FeiqOffline: "未上线", "Offline";
    FeiqOnlineAt: "在线 {addr}", "Online {addr}";
    FeiqLeaving: "正在下线", "Leaving";
    FeiqGoOnline: "上线", "Go Online";
    FeiqGoOffline: "下线", "Go Offline";
    FeiqGoOnlineHint: "以飞秋节点的身份收发；所有数据报都记录在一个会话里", "Send and receive as a FeiQ node; a session's log shows every datagram";

    // 飞秋: the form
    FeiqTarget: "目标", "Target";
    FeiqAddTarget: "添加", "Add";
    FeiqRemoveTarget: "移除 {target}", "Remove {target}";
    FeiqNoTargets: "还没有目标，请填写地址或从列表中选择", "No target yet: type an address or choose one from the list";
    FeiqNotATarget: "{value} 不是地址，应写成 192.168.1.5 或 192.168.1.5:2425", "{value} is no address: write 192.168.1.5 or 192.168.1.5:2425";
    FeiqTooManyTargets: "最多 {n} 个目标", "{n} targets at most";
    FeiqCheckTargets: "请先检查目标", "Check the target first";
    FeiqBroadcast: "广播", "Broadcast";
    FeiqPort: "端口", "Port";
    FeiqVersion: "版本", "Version";
    FeiqOwnVersion: "自定义版本", "Own Text";
    FeiqMac: "MAC", "MAC";
    FeiqMacHint: "飞秋用它区分主机，也用它作群消息的密钥；12 位十六进制数", "FeiQ tells hosts apart by it, and it is the key of group messages: 12 hex digits";
    FeiqNotAMac: "MAC 应为 12 位十六进制数，例如 00163E4D0002", "The MAC has 12 hex digits, 00163E4D0002 for example";
    FeiqPacketNumber: "包编号", "Packet No.";
    FeiqAutomatic: "自动", "Auto";
    FeiqAutomaticHint: "当前时间的秒数，并保证递增；以节点发送时由节点编号", "The time in seconds, always growing; a node numbers its own packets";
    FeiqNotANumber: "包编号应为十进制数", "The packet number must be a decimal number";
    FeiqUser: "发送者姓名", "Sender Name";
    FeiqHost: "主机名", "Host Name";
    FeiqCommand: "命令字", "Command";
    FeiqCommandNumber: "命令字数值", "Command Number";
    FeiqCommandNumberHint: "十进制，或以 0x 开头的十六进制", "Decimal, or hex with 0x";
    FeiqNotACommand: "命令字数值应为 0 到 4294967295 的十进制数，或以 0x 开头的十六进制数", "The command must be a decimal number from 0 to 4294967295, or a hex number with 0x";
    FeiqOptions: "选项", "Options";
    FeiqExtra: "附加信息", "Extra Text";
    FeiqExtraHint: "消息内容", "The message";
    FeiqEscapesHint: "姓名、主机名和附加信息里的 \\0、\\n、\\xHH 等按转义符解析", "Reads \\0, \\n, \\xHH and so on in the names and in the extra text";
    FeiqFinalNul: "末尾加 NUL", "Final NUL";
    FeiqFinalNulHint: "在数据报末尾加一个 00 字节，iptux 总是这样；教程中的写法没有", "Ends the datagram with a 00 byte, as iptux does; the tutorials' scripts don't";
    FeiqEncoding: "编码", "Encoding";
    FeiqEncodingHint: "自动：按对方已知的编码，未知时用 GBK", "Auto: what the peer is known to read, else GBK";
    FeiqFieldWrong: "{field}：{why}", "{field}: {why}";
    FeiqNoColon: "不能含有冒号，冒号是字段的分隔符", "it can't hold a colon, which ends the field";
    FeiqTooLong: "数据报有 {len} 字节，最多 {max} 字节", "The datagram has {len} bytes, more than {max}";
    FeiqPreview: "预览", "Preview";
    FeiqAsText: "文本", "Text";
    FeiqPaste: "从数据报填写", "Fill from a Datagram";
    FeiqDatagram: "粘贴数据报（文本或 HEX）", "Pasted Datagram (Text or HEX)";
    FeiqFillForm: "填入表单", "Fill the Form";
    FeiqFilled: "已填入，表单会生成同样的字节", "Filled; the form makes the same bytes";
    FeiqFilledNotExact: "已填入，但表单生成的字节与原来的不完全相同", "Filled, but the form's bytes differ a little from these";
    FeiqNotAPacket: "不是 IPMSG 数据报：{why}", "Not an IPMSG datagram: {why}";
    FeiqPlainSend: "直接发送", "Fire and Forget";
    FeiqPlainSendHint: "不必上线：从任意空闲端口用普通 UDP 发出", "Without going online: plain UDP from any free port";
    FeiqNodeSend: "以节点发送", "As a Node";
    FeiqNodeSendHint: "从在线节点的端口发出，等待对方确认，没有确认就重发", "From the online node's port; waits for the ack and sends again without one";
    FeiqNotOnline: "还没有上线", "Not online yet";
    FeiqLooksUp: "正在解析主机名，请稍后再发送", "Looking up a name; send again in a moment";
    FeiqRepeat: "重复", "Repeat";
    FeiqTimes: "次，间隔", "times, every";
    FeiqInterval: "毫秒", "ms";
    FeiqRepeatWarning: "仅用于测试自己的设备：对方会连续收到这些消息，可能因此卡死。最多 {n} 条，间隔至少 {ms} 毫秒。", "Only for testing your own machines: the receiver gets them all and may freeze. {n} at most, at least {ms} ms apart.";
    FeiqRepeatRange: "重复次数为 1 到 {n}，间隔至少 {ms} 毫秒", "Repeat 1 to {n} times, at least {ms} ms apart";
    FeiqResults: "结果", "Results";
    FeiqRepeated: "已发送 {done} / {all} 次", "Sent {done} of {all}";
    FeiqCounts: "已发 {sent}，已确认 {acked}", "{sent} sent, {acked} acked";
    FeiqWaiting: "等待应答", "waiting";
    FeiqSent: "已发送", "sent";
    FeiqRetried: "等待应答，已重发 {n} 次", "waiting, sent again {n} times";
    FeiqAcked: "{ms} 毫秒后确认", "acked after {ms} ms";
    FeiqAckedRetried: "{ms} 毫秒后确认，重发 {n} 次", "acked after {ms} ms, sent again {n} times";
    FeiqNoAnswer: "没有应答，共发送 {n} 次", "no answer, sent {n} times";

    // 飞秋: people and conversations
    FeiqSearch: "搜索", "Search";
    FeiqRefresh: "刷新", "Refresh";
    FeiqRefreshHint: "再次告知大家自己在线，并更新列表", "Announce again, and learn who is there";
    FeiqOnlineCount: "在线 {n} / {all}", "{n} of {all} online";
    FeiqUnverified: "身份未验证", "identity not verified";
    FeiqUnverifiedHint: "此协议没有认证：姓名、地址和确认都可以伪造", "The protocol has no authentication: names, addresses and acks can be forged";
    FeiqAddress: "地址", "Address";
    FeiqGroup: "组名", "Group";
    FeiqProgram: "软件", "Program";
    FeiqLastSeen: "最后出现", "Last Seen";
    FeiqAway: "离开", "Away";
    FeiqGone: "已下线", "offline";
    FeiqTyping: "正在输入...", "typing...";
    FeiqChooseOne: "选择一个联系人；按住 Ctrl 可以选择多个", "Choose someone; hold Ctrl to choose several";
    FeiqOfflineHint: "上线后，这里显示局域网里的联系人", "Go online to see who is on this network";
    FeiqLimited: "消息太多，已丢弃 {n} 个数据报", "Too much came: {n} datagrams were dropped";
    FeiqMissed: "来不及处理，有 {n} 个数据报没有解读", "Fell behind: {n} datagrams were not looked at";
    FeiqUnkept: "磁盘太慢，有 {n} 条消息没有写入历史记录", "The disk is too slow: {n} messages are not in the history";
    FeiqHistoryFull: "历史记录已达上限 {size}，新消息不再保存。请清理 {path}", "The history has reached its limit of {size}, so new messages are not kept. Clear out {path}";
    FeiqSeveral: "发送给 {n} 人", "To {n} People";
    FeiqNothingSaid: "还没有消息", "No messages yet";
    FeiqEarlier: "显示更早的 {n} 条", "Show {n} earlier ones";
    FeiqForgotten: "更早的 {n} 条已不在内存里", "{n} earlier ones are no longer in memory";
    FeiqForget: "移除", "Remove";
    FeiqForgetHint: "从列表中移除这个会话，磁盘上的历史记录保留", "Take this conversation off the list; the history on disk stays";
    FeiqHistory: "历史记录", "History";
    FeiqEveryone: "所有人", "Everyone";
    FeiqFound: "找到 {n} 条", "{n} found";
    FeiqDamaged: "{n} 行无法读取", "{n} lines can't be read";
    FeiqAutoReply: "自动回复", "Auto-Reply";
    FeiqSealed: "封装", "Sealed";
    FeiqSealedHint: "对方打开后才能看到内容，并会通知你", "Hidden until the receiver opens it, which you are told";
    FeiqSealedClosed: "封装的消息", "A sealed message";
    FeiqOpenSealed: "打开信封", "Open";
    FeiqSealRead: "对方已打开", "opened by the receiver";
    FeiqSealUnread: "对方还没有打开", "not opened yet";
    FeiqSealTold: "已告知对方", "the sender was told";
    FeiqSealUntold: "对方没有确认", "the sender did not confirm";
    FeiqEncrypted: "加密的消息，无法解读", "An encrypted message, which can't be read";
    FeiqShake: "抖动", "Shake";
    FeiqShakeHint: "抖动对方的飞秋窗口", "Shake the other FeiQ's window";
    FeiqShookUs: "对方抖动了窗口", "Shook your window";
    FeiqShookThem: "你抖动了对方的窗口", "You shook the window";
    FeiqImage: "图片", "image";
    FeiqImageForgotten: "图片已不在内存里", "The image is no longer in memory";
    FeiqImageUnreadable: "无法显示图片：{why}", "The image can't be shown: {why}";
    FeiqAnswer: "消息内容", "Message Text";
    FeiqAnswerHint: "输入消息，或把文件拖到这里", "Type a message, or drop files here";
    FeiqAttachFiles: "文件...", "Files...";
    FeiqAttachFolder: "文件夹...", "Folder...";
    FeiqSendImage: "图片...", "Image...";
    FeiqRemoveAttachment: "移除 {name}", "Remove {name}";
    FeiqMessageTooLong: "消息有 {len} 字节，最多 {max} 字节：请分几次发送", "The message has {len} bytes, more than {max}: send it in parts";
    FeiqNotInGbk: "GBK 里没有“{char}”：请删去它，或在设置里改用 UTF-8", "GBK has no “{char}”: take it out, or choose UTF-8 in the settings";

    // 飞秋: files
    FeiqFile: "文件", "File";
    FeiqFolder: "文件夹", "Folder";
    FeiqAccept: "接收", "Accept";
    FeiqAcceptInto: "接收到...", "Accept into...";
    FeiqTryAgain: "重试", "Try Again";
    FeiqDecline: "谢绝", "Decline";
    FeiqWithdraw: "撤回", "Withdraw";
    FeiqOffered: "等待对方接收", "waiting to be fetched";
    FeiqReleased: "已谢绝或撤回", "declined or withdrawn";
    FeiqTaken: "对方已接收 {size}", "fetched by the receiver, {size}";
    FeiqReceivedFile: "已接收 {size}", "received {size}";
    FeiqShowInFolder: "打开所在文件夹", "Show in Folder";
    FeiqCopyHash: "点击复制", "Click to copy";
    FeiqNoTransfers: "还没有传输文件", "No files were transferred yet";
    FeiqFrom: "来自 {peer}", "from {peer}";
    FeiqTo: "发给 {peer}", "to {peer}";
    FeiqFolderCount: "文件夹，{n} 个文件", "folder, {n} files";
    FeiqQueued: "等待其他传输", "waiting for others";
    FeiqTransferDone: "完成，{size}", "done, {size}";
    FeiqRefusedGone: "它已经不在了", "It is not there any more";
    FeiqRefusedJobs: "已有 {n} 个重复发送在进行", "{n} repeated sends run already";
    FeiqRefusedImage: "图片最大 {max}，且不能为空", "An image has at most {max}, and not nothing";
    FeiqRefusedBusy: "已有 {n} 条消息在等待确认", "{n} messages wait for their acks already";
    FeiqNotAFile: "{path} 不是文件或文件夹", "{path} is neither a file nor a folder";
    FeiqTooManyFiles: "{n} 个附件太多，一条消息放不下", "{n} attachments are too many for one message";
    FeiqBadName: "文件名“{name}”不能使用：{why}", "The name “{name}” can't be used: {why}";
    FeiqNameEmpty: "名称是空的", "it is empty";
    FeiqNamePath: "它会指向别的文件夹", "it would lead to another folder";
    FeiqNameControl: "含有控制字符", "it holds a control character";
    FeiqNameDevice: "是 Windows 的设备名", "it is a device of Windows";
    FeiqNameLong: "太长", "it is too long";
    FeiqFileThere: "{path} 已经存在", "{path} exists already";
    FeiqNoFreeName: "{path} 里同名的文件太多", "Too many files in {path} have this name already";
    FeiqShort: "对方提前断开，只收到 {got} / {all} 字节", "The peer closed the connection after {got} of {all} bytes";
    FeiqFolderCut: "文件夹还没传完，对方就断开了", "The peer closed the connection in the middle of the folder";
    FeiqTooMuch: "对方发来的超过了它声明的 {all} 字节", "The peer sent more than the {all} bytes that it offered";
    FeiqSilent: "{seconds} 秒内没有任何数据", "Nothing went over for {seconds} s";
    FeiqBadStream: "文件夹的数据有误：{why}", "The folder's data is broken: {why}";
    FeiqChanged: "{path} 在提供之后被改动或删除", "{path} has changed since it was offered";
    FeiqShrank: "{path} 在发送时变短了", "{path} became shorter while it was sent";
    FeiqTransfersFull: "等待的传输太多", "Too many transfers wait already";
    FeiqInternal: "程序内部错误", "Internal error";
    FeiqLimitDepth: "文件夹嵌套超过 {n} 层", "More than {n} folders in each other";
    FeiqLimitEntries: "文件和文件夹超过 {n} 个", "More than {n} files and folders";
    FeiqLimitBytes: "超过 {size}", "More than {size}";
    FeiqTransferCancelled: "已取消", "cancelled";
    FeiqTransferRefused: "对方不再提供此文件", "the peer does not offer it any more";
    FeiqSkipped: "{n} 个链接或设备没有传输", "{n} links or devices were left out";

    // 飞秋: groups and settings
    FeiqGroupId: "群号，例如 3b199b07", "Group Id, such as 3b199b07";
    FeiqNotAGroup: "群号应为十六进制数", "The id must be hex digits";
    FeiqGroupTitle: "群 {group}", "Group {group}";
    FeiqGroupsHint: "填写群号，或等待群里的消息", "Type a group's id, or wait for a message";
    FeiqIdentity: "身份", "Identity";
    FeiqIdentityHint: "下次上线时生效", "Takes effect when going online";
    FeiqNick: "昵称", "Nick";
    FeiqBindAddress: "绑定地址", "Bind Address";
    FeiqBindPort: "绑定端口", "Bind Port";
    FeiqAddressHint: "UDP 和 TCP 使用同一端口。飞秋只用 2425；在 Linux 上，绑定到具体地址就收不到广播和群消息", "UDP and TCP use the same port. FeiQ uses only 2425; on Linux, one bound address hears neither broadcasts nor groups";
    FeiqAnnounce: "上线通知", "Announcing";
    FeiqAnnounceBroadcast: "在所有接口上广播", "Broadcast on all interfaces";
    FeiqAnnounceOn: "只在这些接口上广播：", "Broadcast only on:";
    FeiqRanges: "另外通知（地址或网段，每行一个）", "Also Tell (addresses and ranges, one a line)";
    FeiqRangeWrong: "{item}：{why}", "{item}: {why}";
    FeiqRangeNoAddress: "应写成 192.168.1.10、192.168.1.0/24 或 192.168.1.10-192.168.1.50", "write 192.168.1.10, 192.168.1.0/24 or 192.168.1.10-192.168.1.50";
    FeiqRangePrefix: "前缀应为 0 到 32", "a prefix is 0 to 32";
    FeiqRangeBackwards: "末尾的地址比开头的小", "the last address comes before the first";
    FeiqRangeTooMany: "地址太多，最多 65536 个", "too many addresses, 65536 at most";
    FeiqAbsence: "离开状态", "Absence";
    FeiqAbsenceText: "自动回复内容", "What It Says";
    FeiqFilesAndHistory: "文件与历史记录", "Files and History";
    FeiqAcceptFolder: "接收文件夹", "Folder for Accepted Files";
    FeiqAcceptHint: "不会自动接收，也不会覆盖已有的文件", "Nothing is fetched by itself, and nothing is overwritten";
    FeiqKeepHistory: "保存历史记录", "Keep a History";
    FeiqHistoryPlace: "下次上线时生效，保存在 {path}", "From the next time online, in {path}";
    FeiqNoHistoryPlace: "没有保存设置的文件夹，无法保存历史记录", "There is no folder for settings, so no history can be kept";

    // TFTP: why a transfer failed (see tftp.rs)
    TftpFailedPeer: "对方返回 {error}", "The peer answered {error}";
    TftpFailedNoAnswer: "没有应答：在 {seconds} 秒里发送了 {n} 次。请检查地址和端口，以及防火墙是否拦截", "No answer: sent {n} times in {seconds} s. Check address and port, and whether a firewall is in the way";
    TftpFailedUnreachable: "端口不可达（ICMP），该端口没有程序监听。请检查端口，并确认对方程序已启动", "Port unreachable (ICMP), no program listens there. Check the port, and that the program there is running";
    TftpFailedPacket: "数据包有误，{why}：{bytes}", "A bad packet, {why}: {bytes}";
    TftpFailedOptions: "服务器的选项应答有误：{why}", "The server's answer to the options is wrong: {why}";
    TftpFailedTooLarge: "文件超过 {n} 字节的上限", "The file is larger than the limit of {n} bytes";
    TftpFailedChanged: "文件在发送时被改动", "The file was changed while it was sent";
    TftpFailedCancelled: "已取消", "Cancelled";
    TftpFailedLocal: "本机无法读写文件", "The file can't be read or written here";
    TftpViolationOversize: "一块有 {n} 字节，约定的是 {max} 字节", "{n} bytes in a block of {max}";
    TftpViolationOptions: "没有请求选项，却收到选项应答", "options where none were asked for";
    TftpOptionNotAsked: "没有请求过 {option}={value}", "{option}={value} was not asked for";
    TftpOptionNotANumber: "{option}={value} 不是数字", "{option}={value} is not a number";
    TftpOptionAgainst: "{option}={value} 不是所请求的 {asked}", "{option}={value} is not what was asked for, {asked}";
    TftpOptionTwice: "{option} 出现了两次", "{option} comes twice";
    TftpErrorNotFound: "找不到文件", "file not found";
    TftpErrorAccess: "禁止访问", "access violation";
    TftpErrorDiskFull: "磁盘已满", "disk full";
    TftpErrorIllegal: "非法操作", "illegal operation";
    TftpErrorTid: "未知的传输标识", "unknown transfer ID";
    TftpErrorExists: "文件已经存在", "file exists";
    TftpErrorUser: "没有这个用户", "no such user";
    TftpErrorOptions: "选项协商失败", "option negotiation failed";

    // TFTP: packets in words
    TftpLineRead: "TFTP RRQ {request}（读请求）", "TFTP RRQ {request} (read request)";
    TftpLineWrite: "TFTP WRQ {request}（写请求）", "TFTP WRQ {request} (write request)";
    TftpLineData: "TFTP DATA 块 {block}，{n} 字节", "TFTP DATA block {block}, {n} bytes";
    TftpLineAck: "TFTP ACK 块 {block}", "TFTP ACK block {block}";
    TftpLineOptions: "TFTP OACK {options}（选项确认）", "TFTP OACK {options} (options granted)";
    TftpReadRequest: "读请求", "read request";
    TftpWriteRequest: "写请求", "write request";
    TftpOptionAck: "选项确认", "options granted";
    TftpOpcode: "操作码", "Opcode";
    TftpFileName: "文件名", "File Name";
    TftpOption: "选项 {name}", "Option {name}";
    TftpBlock: "块号", "Block";
    TftpData: "数据", "Data";
    TftpOctets: "{n} 字节", "{n} bytes";
    TftpErrorCode: "错误码", "Error Code";
    TftpErrorText: "错误信息", "Message";

    // TFTP: the tool window
    TftpMenu: "TFTP", "TFTP";
    TftpPageTransfers: "下载/上传", "Transfers";
    TftpPageServer: "服务器", "Server";
    TftpDirection: "方向", "Direction";
    TftpDownload: "下载", "Download";
    TftpUpload: "上传", "Upload";
    TftpServer: "服务器", "Server";
    TftpPort: "端口", "Port";
    TftpRemoteFile: "远程文件", "Remote File";
    TftpNameEncoding: "文件名编码", "Name Encoding";
    TftpLocalFile: "本地文件", "Local File";
    TftpFolderButton: "文件夹...", "Folder...";
    TftpSavedAs: "保存为 {path}", "Saved as {path}";
    TftpSavedIn: "保存到 {path}", "Saved in {path}";
    TftpSentAs: "在服务器上名为 {name}", "On the server it is called {name}";
    TftpMode: "模式", "Mode";
    TftpBlockSize: "块大小", "Block Size";
    TftpBlockRfc: "RFC 1350", "RFC 1350";
    TftpBlockEthernet: "以太网", "Ethernet";
    TftpLargest: "最大", "largest";
    TftpWindowSize: "窗口大小", "Window Size";
    TftpWindowOne: "每块确认", "an ACK for each block";
    TftpTimeout: "超时", "Timeout";
    TftpTimeoutHint: "秒；0：自动。服务器按它重发，本机首次重发前也等这么久", "In seconds; 0: automatic. The server repeats after it, and so does this side at first";
    TftpRetries: "重试", "Retries";
    TftpRetriesHint: "没有应答时的重发次数，间隔逐次加倍；传输的总时间没有限制", "How often an unanswered packet is sent again, with doubled waits; the whole transfer may take any time";
    TftpPlain: "仅 RFC 1350", "Plain RFC 1350";
    TftpPlainHint: "请求里不带任何选项：块大小 512，每块确认", "No options in the request: blocks of 512, each acknowledged";
    TftpAskSize: "文件大小（tsize）", "File Size (tsize)";
    TftpAskSizeHint: "下载时向服务器询问大小，上传时告知；netascii 不用", "Ask for the size of a download, say that of an upload; not with netascii";
    TftpStart: "开始", "Start";
    TftpTrace: "跟踪", "Trace";
    TftpTraceHint: "把双方的每个数据包记录到一个会话的日志里，可以解析、检查和保存", "Every packet both ways goes into a session's log, to be decoded, inspected and saved";
    TftpTraceTitle: "TFTP {name}", "TFTP {name}";
    TftpTraceServer: "TFTP 服务器", "TFTP Server";
    TftpNoServer: "请填写服务器", "Fill in the server";
    TftpNoRemote: "请填写远程文件", "Fill in the remote file";
    TftpNoSource: "请选择要上传的本地文件", "Choose the local file to upload";
    // 循环周期, 逐行发送, and what a cycle measured
    CycleTimes: "次数", "Times";
    CycleTimesHint: "发送多少次后停止；0 或空：一直发送", "Stops after so many sends; 0 or empty: goes on until it is stopped";
    CycleSent: "已发 {n} 次", "{n} sent";
    CycleJitter: "抖动 均 {mean} / p99 {tail} / 最大 {max} ms", "jitter mean {mean} / p99 {tail} / max {max} ms";
    CycleSkipped: "跳过 {n}", "{n} skipped";
    LineByLine: "逐行发送", "Line by Line";
    LineByLineHint: "发送框的每一行是一个数据包，按循环周期的间隔逐行发送；不选“循环周期”时发完即止", "Each line of the send box is a packet, sent one after the other at the interval; without “Cycle” it ends after the last line";

    // 传输文件, 历史发送, 快捷指令: the links in the send area
    SendFile: "传输文件", "Send from File";
    SendFileHint: "把文件的内容发送给对方，也可以把文件拖到窗口上", "Sends what a file holds; a file can also be dropped onto the window";
    SendFileOver: "会话：{name}", "Session: {name}";
    SendFileDrop: "选择文件，或把文件拖到窗口上", "Choose a file, or drop one onto the window";
    SendFileContent: "内容", "Content";
    SendFileRaw: "原样", "As It Is";
    SendFileRawHint: "文件的字节原样发送，按块切分", "The bytes of the file as they are, in blocks";
    SendFileLines: "逐行", "Lines";
    SendFileLinesHint: "每一行是一个数据包（去掉换行符），加上本会话的附加位和分包", "Each line is a packet, without its line break and with the session's appended bytes and framing";
    SendFileHex: "HEX 文本", "HEX Text";
    SendFileHexHint: "文件里写的是 HEX 数字，换算成字节后发送", "The file holds HEX digits; the bytes that they stand for are sent";
    SendFileBlock: "块大小（字节）", "Block (bytes)";
    SendFileInterval: "间隔（ms）", "Interval (ms)";
    SendFileRate: "限速（KB/s）", "Limit (KB/s)";
    SendFileRateHint: "0：不限速", "0: no limit";
    SendFileLog: "记录内容到日志", "Log the Content";
    SendFileLogHint: "发送的字节也进入日志。发送结果总会记入日志。", "The bytes that are sent go into the log too. What became of the file is logged in any case.";
    SendFileLogAuto: "{n} MB 以内的文件", "Of a File up to {n} MB";
    SendFileLogAlways: "任何文件", "Of Any File";
    SendFileLogNever: "不记录", "Never";
    SendFileStart: "开始发送", "Start";
    SendFileOpening: "正在打开文件", "Opening the file";
    SendFileWaiting: "等待对方接收", "Waiting for the peer";
    SendFilePaused: "已暂停  ·  {flow}", "Paused  ·  {flow}";
    SendFileBrief: "正在传输文件 {percent}%  ·  {rate}/s", "Sending the file: {percent}%  ·  {rate}/s";
    SendFilePause: "暂停", "Pause";
    SendFileResume: "继续", "Resume";
    SendFileDone: "已发送 {size}（{n} 字节，{packets} 块），用时 {time}，平均 {rate}/s", "Sent {size} ({n} bytes, {packets} blocks) in {time}, {rate}/s on average";
    SendFileRunning: "正在传输文件，请等它结束或先取消", "A file is being sent: wait for its end, or cancel it first";
    CycleRunning: "正在循环发送，请先停止", "A cycle is running: stop it first";
    LineRefused: "第 {line} 行：{what}", "Line {line}: {what}";
    DroppedTitle: "拖入文件", "Dropped File";
    DroppedWhat: "要怎样使用 {path}？", "What is to be done with {path}?";
    DroppedSend: "作为文件发送", "Send the File";
    DroppedInsert: "插入路径", "Insert the Path";
    History: "历史发送", "History";
    HistoryHint: "以前发送过的内容；在发送框的首行按 ↑、末行按 ↓，或用 Alt+↑ / Alt+↓ 调出", "What was sent before; Up on the first line of the send box and Down on the last recall it, and Alt+Up and Alt+Down anywhere";
    HistorySearch: "搜索", "Search";
    HistoryEmpty: "还没有发送过内容", "Nothing was sent yet";
    HistoryCount: "{n} / {all} 条", "{n} of {all}";
    HistoryClear: "清空", "Clear All";
    HistoryClearSure: "确定清空？", "Clear All: Sure?";
    HistoryRowHint: "单击放入发送框，双击发送", "A click puts it into the send box, a double click sends it";
    HistoryRemove: "删除此条", "Forget This";
    HistoryChars: "{n} 字符", "{n} characters";
    Quick: "快捷指令", "Shortcut";
    QuickClose: "关闭快捷指令", "Close Shortcuts";
    QuickSplitter: "快捷指令的分隔条", "Splitter of the Shortcuts";
    QuickCopied: "{name} (2)", "{name} (2)";
    QuickTooManyGroups: "分组太多，最多 1000 个", "Too many groups: 1000 at most";
    QuickTooManyCommands: "指令太多，最多 10000 条", "Too many commands: 10000 at most";
    QuickTextTooLong: "内容太长，每条最多 256 KB", "The text is too long: 256 KB at most";
    QuickTooMuchText: "全部指令的内容太多，最多 16 MB", "All commands together are too long: 16 MB at most";
    QuickGone: "这一项已经不在了", "It is not there any more";
    QuickGroup: "分组", "Group";
    QuickNew: "新建", "New";
    QuickManage: "管理", "Manage";
    QuickNewGroup: "新建分组...", "New Group...";
    QuickRenameGroup: "重命名分组...", "Rename Group...";
    QuickDuplicateGroup: "复制分组", "Duplicate Group";
    QuickRemoveGroup: "删除分组", "Remove Group";
    QuickImport: "导入...", "Import...";
    QuickExportGroup: "导出此分组...", "Export This Group...";
    QuickExportAll: "导出全部...", "Export All...";
    QuickNoGroup: "还没有快捷指令。先点“新建”建立一个分组，或在“管理”里导入 SSCOM、llcom、CSV 的指令列表。", "There are no commands yet. “New” makes the first group; “Manage” imports a list of SSCOM, llcom or CSV.";
    QuickEmpty: "这个分组是空的，点“新建”添加指令。", "This group is empty: “New” adds a command.";
    QuickEdit: "编辑...", "Edit...";
    QuickDuplicate: "复制", "Duplicate";
    QuickRemove: "删除", "Remove";
    QuickMoveTo: "移动到", "Move to";
    QuickUndo: "撤销", "Undo";
    QuickRemoved: "已删除“{name}”", "“{name}” was removed";
    QuickRowHint: "双击编辑，拖动排序，右键更多", "Double click edits, dragging orders, the right button has more";
    QuickSendOne: "发送 {name}", "Send {name}";
    QuickInSequence: "序列包含 {name}", "In Sequence: {name}";
    QuickInSequenceHint: "运行序列时是否包含这一条", "Whether a run of the sequence takes it";
    QuickRun: "运行序列", "Run Sequence";
    QuickRunHint: "按顺序发送选中的指令，按各自的设置等待应答", "Sends the checked commands in order; each waits for its answer as it is set up";
    QuickStop: "停止序列", "Stop Sequence";
    QuickDelay: "间隔 ms", "Delay ms";
    QuickDelayHint: "每一步之后的停顿，指令可以有自己的设置", "The pause after each step; a command can have its own";
    QuickStopOnFailure: "失败即停", "Stop on Failure";
    StepSending: "正在发送", "being sent";
    StepWaiting: "等待应答", "waiting";
    StepStopped: "已停止", "stopped";
    StepSent: "已发送", "sent";
    StepAnswered: "应答 {ms} ms", "answered in {ms} ms";
    StepFailed: "发送失败", "not sent";
    StepNoAnswer: "无应答", "no answer";
    StepWrong: "应答不符", "wrong answer";
    StepDisconnected: "连接断开", "disconnected";
    StepAnswer: "应答（{n} 字节）：{text}", "Answer ({n} bytes): {text}";
    SequenceRunning: "第 {round} 轮  ·  成功 {passed} 轮  ·  失败 {failed} 轮", "Round {round}  ·  {passed} passed  ·  {failed} failed";
    SequencePassed: "全部完成：成功 {passed} 轮", "Done: {passed} rounds passed";
    SequenceFailed: "第 {round} 轮结束，有失败：成功 {passed} 轮，失败 {failed} 轮", "Ended in round {round} with failures: {passed} rounds passed, {failed} failed";
    SequenceDisconnected: "连接断开，停在第 {round} 轮：成功 {passed} 轮，失败 {failed} 轮", "The connection ended in round {round}: {passed} rounds passed, {failed} failed";
    SequenceStopped: "已在第 {round} 轮停止：成功 {passed} 轮，失败 {failed} 轮", "Stopped in round {round}: {passed} rounds passed, {failed} failed";
    QuickImportTitle: "导入快捷指令", "Import Commands";
    QuickImportHint: "可导入本程序的 TOML、SSCOM 的 ini、llcom 的列表、NetAssist 的配置和 CSV 表格；格式由内容判断。", "Takes TOML of this program, the ini of SSCOM, lists of llcom, the settings of NetAssist and CSV; the format is told by the content.";
    QuickImportDo: "导入", "Import";
    QuickExportTitle: "导出快捷指令", "Export Commands";
    QuickExportDo: "导出", "Export";
    QuickExported: "已导出 {n} 条到 {path}", "Exported {n} commands to {path}";
    QuickImported: "已导入 {n} 条（{format}）。", "Imported {n} commands ({format}).";
    QuickLeftOut: "以下 {n} 处没有导入：", "These {n} were left out:";
    QuickLeftOutMore: "另有 {n} 处", "and {n} more";
    QuickNotAFile: "{path} 不是文件", "{path} is not a file";
    QuickNewGroupTitle: "新建分组", "New Group";
    QuickRenameTitle: "重命名分组", "Rename Group";
    QuickGroupName: "分组名称", "Group Name";
    QuickNewTitle: "新建指令", "New Command";
    QuickEditTitle: "编辑指令", "Edit Command";
    QuickName: "名称", "Name";
    QuickText: "内容", "Content";
    QuickComment: "备注", "Comment";
    QuickHotkey: "快捷键", "Hotkey";
    QuickHotkeyNone: "无", "None";
    QuickHotkeyPress: "请按下快捷键", "Press the key";
    QuickHotkeyHint: "点击后按下要用的键；Esc 取消，Delete 清除", "Click, then press the key; Esc cancels, Delete clears";
    QuickHotkeyClear: "清除", "Clear";
    QuickHotkeyUnknown: "这个键不能用：请用功能键，或 Ctrl / Alt 加字母、数字", "This key can't be used: take a function key, or Ctrl or Alt with a letter or a digit";
    QuickHotkeyTypes: "字母和数字要与 Ctrl 或 Alt 一起按", "A letter or a digit needs Ctrl or Alt";
    QuickHotkeyEdits: "这个键用于编辑文本", "This key edits text";
    QuickHotkeyTaken: "{key} 已用于“{who}”", "{key} is “{who}” already";
    QuickStepEnabled: "参与序列", "In the Sequence";
    QuickStepDelay: "之后停顿 ms", "Pause After, ms";
    QuickStepDelayOfGroup: "同分组", "group's";
    QuickStepDelayHint: "空：用分组的间隔", "Empty: the delay of the group";
    QuickExpect: "等待应答", "Wait for an Answer";
    QuickExpectHint: "序列发送这一条后，等到符合的应答才继续；超时算失败", "In a sequence it goes on when an answer came that matches; a timeout is a failure";
    QuickTimeout: "超时 ms", "Timeout ms";
    QuickRegexHint: "后面的指令可用模板 {one}、{named} 取得捕获的内容", "commands after it get what it captures with {one} and {named}";
    QuickHint: "常用的指令：分组、快捷键、按序列发送", "Commands at hand: groups, hotkeys, sequences";

    TftpOutOfRange: "{field}应为 {from} 到 {to}", "{field} must be {from} to {to}";
    TftpTooMany: "已有 {n} 个传输在进行", "{n} transfers run already";
    TftpNoTransfers: "还没有传输", "No transfers yet";
    TftpEarlier: "以前的传输", "Earlier Transfers";
    TftpClearList: "清除列表", "Clear the List";
    TftpFrom: "来自 {peer}", "from {peer}";
    TftpTo: "发往 {peer}", "to {peer}";
    TftpResolving: "正在解析服务器地址", "looking up the server";
    TftpAsking: "已发出请求，等待应答", "asked, waiting for an answer";
    TftpAskedTimes: "已发出请求 {n} 次，等待应答", "asked {n} times, waiting for an answer";
    TftpTimeLeft: "剩余 {time}", "{time} left";
    TftpBlocks: "块 {n}", "blocks {n}";
    TftpRetransmissions: "重发 {n}", "sent again {n}";
    TftpDuplicates: "重复 {n}", "duplicates {n}";
    TftpStrangers: "陌生来源 {n}", "from strangers {n}";
    TftpInvalid: "无效 {n}", "invalid {n}";
    TftpTid: "TID {addr}", "TID {addr}";
    TftpBlockSizeIs: "块大小 {n}", "block size {n}";
    TftpWindowSizeIs: "窗口大小 {n}", "window size {n}";
    TftpTimeoutIs: "超时 {n} 秒", "timeout {n} s";
    TftpSizeIs: "tsize {n}", "tsize {n}";
    TftpDone: "完成：{size}（{n} 字节），用时 {time}，{rate}/s", "Done: {size} ({n} bytes) in {time}, {rate}/s";
    TftpWasDone: "完成：{size}（{n} 字节）", "Done: {size} ({n} bytes)";
    TftpCancelled: "已取消，没有留下文件", "Cancelled; nothing was left behind";
    TftpUploadCancelled: "已取消", "Cancelled";
    TftpAgain: "再次传输", "Transfer Again";
    TftpReplace: "替换", "Replace";
    TftpRemove: "移除", "Remove";
    TftpUseAgain: "填入表单", "Fill the Form";
    TftpCopyHash: "复制 SHA-256", "Copy SHA-256";
    TftpCompare: "比较", "Compare";
    TftpCompareHint: "粘贴要比较的 SHA-256", "Paste a SHA-256 to compare with";
    TftpSame: "一致", "the same";
    TftpDifferent: "不同", "different";
    TftpNotADigest: "不是 64 位十六进制数", "not 64 hex digits";

    // TFTP: what is odd, and what went wrong here
    TftpRetriedError: "服务器拒绝了选项（{why}），已改为不带选项再次请求", "The server refused the options ({why}): asked again without any";
    TftpRetriedAnswer: "服务器的选项应答有误（{why}），已改为不带选项再次请求", "The server's answer to the options is wrong ({why}): asked again without any";
    TftpRetriedSilence: "带选项的请求没有应答，已改为不带选项再次请求", "Nothing answered a request with options: asked again without any";
    TftpUselessSize: "对方给出的文件大小无效，已忽略", "The size that the peer said can't be one, and was ignored";
    TftpSizeDiffers: "对方说文件有 {said} 字节，实际 {real} 字节", "The peer said {said} bytes, the file has {real}";
    TftpOtherAddress: "{addr} 的应答不是来自所请求的地址，已拒绝", "An answer came from {addr}, which was not asked, and was refused";
    TftpNextAddress: "没有应答，改向 {addr} 请求", "No answer; now {addr} is asked";
    TftpSmallerWindow: "套接字的接收缓冲区只容得下 {n} 块，窗口大小按它请求", "The socket's buffer takes only {n} blocks: a window of that size was asked for";
    TftpNameIn: "远程文件名无法用 {charset} 表示", "The remote name can't be written in {charset}";
    TftpRequestTooLong: "请求有 {n} 字节，超过 512 字节：请缩短远程文件名", "The request has {n} bytes, more than 512: shorten the remote name";
    TftpNameNul: "远程文件名里有 NUL", "The remote name has a NUL in it";
    TftpExists: "{path} 已经存在，没有改动", "{path} exists already and was left as it is";
    TftpNotAFile: "{path} 不是文件", "{path} is not a file";

    // TFTP: the server's page
    TftpFolder: "文件夹", "Folder";
    TftpBindAddress: "绑定地址", "Bind Address";
    TftpBindPort: "绑定端口", "Bind Port";
    TftpLowPortHint: "1024 以下的端口（如 69）在 Linux 上需要管理员权限，没有权限时可用 6969", "On Linux, ports below 1024 such as 69 need administrator rights; 6969 does not";
    TftpUploads: "上传", "Uploads";
    TftpUploadsRefused: "不允许（只读）", "None (Read-Only)";
    TftpUploadsNew: "只允许新文件", "New Files Only";
    TftpUploadsOverwrite: "允许覆盖", "May Overwrite";
    TftpUploadLimit: "上传上限（MB）", "Upload Limit (MB)";
    TftpMaxBlockSize: "最大块大小", "Largest Block Size";
    TftpMaxWindowSize: "最大窗口大小", "Largest Window Size";
    TftpMaxTransfers: "最多传输", "Transfers at Once";
    TftpMaxPerClient: "每个客户端最多", "Of One Client";
    TftpServePlainHint: "不接受任何选项：块大小 512，每块确认", "Grants no options: blocks of 512, each acknowledged";
    TftpServe: "启动服务器", "Start Server";
    TftpStopServing: "停止服务器", "Stop Server";
    TftpOpenHint: "TFTP 没有认证：能访问此端口的人都能读取该文件夹", "TFTP has no authentication: who reaches the port can read the folder";
    TftpNoFolder: "请选择文件夹", "Choose a folder";
    TftpNotServing: "未启动", "Not serving";
    TftpServing: "正在监听 {addr}", "Listening on {addr}";
    TftpStarting: "正在启动", "Starting";
    TftpUsePort: "改用端口 {port}", "Use Port {port}";
    TftpRunning: "正在传输", "Transfers";
    TftpNothingRuns: "没有正在进行的传输", "Nothing is on its way";
    TftpRequests: "请求记录", "Requests";
    TftpTotals: "请求 {requests}，完成 {done}，拒绝 {refused}，失败 {failed}，放弃 {evicted}，无效 {invalid}，丢弃 {dropped}，共 {size}", "{requests} requests, {done} done, {refused} refused, {failed} failed, {evicted} given up, {invalid} invalid, {dropped} dropped, {size} in all";
    TftpFateAnswered: "已应答，等待对方", "answered, waiting for the client";
    TftpFateRunning: "正在传输", "running";
    TftpFateDone: "完成，{size}，{rate}/s", "done, {size}, {rate}/s";
    TftpFateRefused: "拒绝：{why}", "refused: {why}";
    TftpFateFailed: "失败：{why}", "failed: {why}";
    TftpFateEvicted: "对方没有反应，已让位", "the client did not react; its place was needed";
    TftpFateCancelled: "已停止", "stopped";
    TftpRefusedNotFound: "没有这个文件", "no such file";
    TftpRefusedNotAFile: "不是此文件夹里的文件", "not a file of this folder";
    TftpRefusedReadOnly: "只读", "read-only";
    TftpRefusedExists: "文件已经存在", "the file exists";
    TftpRefusedTooLarge: "超过 {size}", "more than {size}";
    TftpRefusedBusy: "传输太多", "too many transfers";
    TftpNameEmpty: "没有文件名", "no file is named";
    TftpNameNoEncoding: "文件名既不是 UTF-8 也不是 GBK", "the name is neither UTF-8 nor GBK";
    TftpNameAbsolute: "绝对路径", "an absolute path";
    TftpNameParent: "路径里有 ..", ".. in the path";
    TftpNameColon: "文件名里有冒号", "a colon in the name";
    TftpNameControl: "文件名里有控制字符", "a control character in the name";
    TftpNameDevice: "Windows 的设备名", "a device of Windows";
    TftpNameTrailing: "文件名以点或空格结尾", "the name ends with a dot or a space";
    TftpQuitRunning: "还有 {n} 个 TFTP 传输正在进行，确定退出吗？", "TFTP transfers still run: {n}. Quit?";

    // TCP file download
    DownloadMenu: "TCP 文件下载", "TCP File Download";
    DownloadRequest: "请求", "Request";
    DownloadRequestName: "文件名", "Name";
    DownloadName: "文件名", "File Name";
    DownloadRequestText: "文本", "Text";
    DownloadRequestHex: "HEX", "HEX";
    DownloadRequestNothing: "不发送", "Nothing";
    DownloadContent: "内容", "Content";
    DownloadEncoding: "编码", "Encoding";
    DownloadLineEnd: "行尾", "Line End";
    DownloadLineEndNone: "无", "None";
    DownloadSends: "发送 {n} 字节：{hex}", "Sends {n} bytes: {hex}";
    DownloadSendsNothing: "连接后不发送，等待对方", "Sends nothing, waits for the server";
    DownloadEnding: "结束方式", "Ends";
    DownloadEndsClose: "对方关闭连接", "When the Server Closes";
    DownloadEndsCloseHint: "收到对方关闭连接为止的所有内容", "Everything up to the end of the connection";
    DownloadEndsLength: "开头的长度", "By the Length in Front";
    DownloadEndsLengthHint: "对方先发送内容的长度，再发送内容，如 struct.pack('i', n)", "The length comes first, as of struct.pack('i', n)";
    DownloadEndsIdle: "不再有数据", "When Nothing More Comes";
    DownloadEndsIdleHint: "开始接收后，空闲这么久就视为结束", "Once something has come, a pause this long is the end";
    DownloadLength: "长度格式", "Length Format";
    DownloadLengthOne: "1 字节", "1 byte";
    DownloadLengthLittle: "{n} 字节小端", "{n} bytes LE";
    DownloadLengthBig: "{n} 字节大端", "{n} bytes BE";
    DownloadLengthLine: "一行十进制数字", "A line of decimal digits";
    DownloadIdle: "空闲（秒）", "Idle (s)";
    DownloadTimeout: "超时（秒）", "Timeout (s)";
    DownloadTimeoutHint: "连接不上，或这么久没有数据时放弃", "Gives up when connecting takes so long, or nothing comes for so long";
    DownloadTraceHint: "把双方的每个字节记录到一个会话的日志里，可以查看和保存", "Every byte both ways goes into a session's log, to be looked at and saved";
    DownloadTraceTitle: "下载 {name}", "Download {name}";
    DownloadNoName: "请填写文件名", "Fill in the file name";
    DownloadNoContent: "请填写要发送的内容", "Fill in the content to send";
    DownloadNone: "还没有下载。可以配合“自动应答”里的文件服务，或教程里的下载服务器使用。", "No downloads yet. Works with the file server of Auto Reply, or the download servers of socket tutorials.";
    DownloadConnecting: "正在连接 {addr}", "connecting to {addr}";
    DownloadAsking: "已连接，等待内容", "connected, waiting for the content";
    DownloadIdling: "{seconds} 秒内没有新数据就结束", "ends when nothing comes for {seconds} s";
    DownloadText: "内容是一段短文本，可能是对方的提示：{text}", "The content is a short text, maybe what the server has to say: {text}";
    DownloadEmpty: "对方给出的长度是 0：文件是空的，或没有这个文件", "The server says a length of 0: the file is empty, or there is no such file";
    DownloadSurplus: "内容之后还有 {n} 字节，已忽略", "{n} more bytes after the content were ignored";
    DownloadKeptNothing: "已收到 {n} 字节，没有保留文件。", "{n} bytes had come; no file was kept.";
    DownloadFailedNothing: "对方没有发送任何内容就关闭了连接：可能没有这个文件，或文件是空的", "The server closed the connection and sent nothing: it may not have the file, or the file is empty";
    DownloadFailedSilent: "{seconds} 秒内没有数据，已收到 {n} 字节，没有保留文件", "Nothing came for {seconds} s, after {n} bytes; no file was kept";
    DownloadFailedShort: "对方过早关闭了连接：应有 {total} 字节，只收到 {n} 字节", "The server closed the connection too early: {n} of {total} bytes had come";
    DownloadFailedShortLength: "对方还没有发完长度就关闭了连接", "The server closed the connection before the length was complete";
    DownloadOtherOrder: "按另一种字节序，长度正好与收到的相符：请更换长度格式", "In the other byte order the length would be just what came: choose the other length format";
    DownloadSaid: "对方发来的是文本：{text}", "The server sent a text: {text}";
    DownloadFailedMinusOne: "对方给出的长度是 -1，通常表示没有这个文件", "The server says that the length is -1, which usually means that it has no such file";
    DownloadFailedNoLength: "对方发来的内容不以长度开头：{text}", "What the server sends does not begin with a length: {text}";
    DownloadQuitRunning: "还有 {n} 个 TCP 文件下载正在进行，确定退出吗？", "TCP file downloads still run: {n}. Quit?";

    // Settings that could not be read or written
    SettingsDamaged: "设置文件已损坏，改用默认设置。原文件保存为 {kept}（{reason}）", "The settings file is damaged; the defaults are used. It was kept as {kept} ({reason})";
    SettingsNewer: "设置文件来自更新的版本（{version}），改用默认设置。副本保存为 {kept}", "The settings are from a newer version ({version}); the defaults are used. A copy was kept as {kept}";
    SettingsUnreadable: "无法读取设置文件 {path}：{reason}。本次使用默认设置，且不保存设置", "The settings file {path} can't be read: {reason}. This run uses the defaults and doesn't save settings";
    SettingsUnsaved: "无法保存设置到 {path}：{reason}", "The settings can't be saved to {path}: {reason}";
    // The other files that are kept.
    KeptQuickCommands: "快捷指令", "shortcuts";
    KeptHistory: "历史发送", "send history";
    KeptDamaged: "{what}文件已损坏，从空列表开始。原文件保存为 {kept}（{reason}）", "The file of the {what} is damaged; it starts empty. The old file was kept as {kept} ({reason})";
    KeptNewer: "{what}文件来自更新的版本（{version}），从空列表开始。副本保存为 {kept}", "The file of the {what} is from a newer version ({version}); it starts empty. A copy was kept as {kept}";
    KeptUnreadable: "无法读取{what}文件 {path}：{reason}。本次从空列表开始，且不保存", "The file of the {what}, {path}, can't be read: {reason}. This run starts with none and doesn't save them";
    KeptUnsaved: "无法保存{what}到 {path}：{reason}", "The {what} can't be saved to {path}: {reason}";
    // Quick commands: why they can't be run or imported.
    SequenceNothingToDo: "没有启用的步骤", "No step is enabled";
    SequenceStep: "第 {number} 步（{title}）：{problem}", "Step {number} ({title}): {problem}";
    SequenceAnswerWrong: "应答条件：{problem}", "the answer to wait for: {problem}";
    SequenceUnknownVariable: "之前没有步骤给 {field} 赋值", "no step before it gives {field} a value";
    SequenceNoAnswerBefore: "之前没有等待应答的步骤", "no step before it waits for an answer";
    SequenceNoGroup: "之前的应答条件没有第 {group} 个捕获组", "the answer before it has no group {group}";
    SequenceNoAnswer: "{ms} ms 内没有应答", "no answer within {ms} ms";
    SequenceWrongAnswer: "{ms} ms 内没有符合条件的应答，另收到 {others} 个数据包", "no answer that matches within {ms} ms; {others} others came";
    FormatOurs: "本程序的 TOML", "our TOML";
    ImportLine: "第 {line} 行：{what}", "Line {line}: {what}";
    ImportEmpty: "文件是空的", "The file is empty";
    ImportTooLarge: "文件太大，最多 {max} MiB", "The file is too large; at most {max} MiB";
    ImportNotText: "不是文本文件", "this is not a text file";
    ImportUnknown: "不是已知的格式（TOML、SSCOM、llcom、NetAssist、CSV）", "not a format that is known (TOML, SSCOM, llcom, NetAssist, CSV)";
    ImportWrong: "不是有效的 {format}：{reason}", "not valid {format}: {reason}";
    ImportNewer: "文件来自更新的版本（{version}）", "The file is from a newer version ({version})";
    ImportNoList: "其中没有指令列表", "There is no list of commands in it";
    ImportUnclosed: "引号没有结束", "this quote is not closed";
    ImportNothing: "其中没有指令", "There is no command in it";
    ImportAllLeftOut: "没有可用的内容：{why}", "nothing in it can be used: {why}";
    UnusableHex: "不是 HEX：{why}", "not HEX: {why}";
    UnusableEncoding: "有不属于文件编码的字符", "characters that are not in the file's encoding";
    UnusableType: "未知类型“{word}”", "unknown type “{word}”";
    UnusableCharset: "未知编码“{word}”", "unknown encoding “{word}”";
    UnusableNumber: "不是毫秒数：“{word}”", "not a number of milliseconds: “{word}”";
    UnusableTooLong: "文本太长（{kib} KiB）", "a text of {kib} KiB is too long";
    UnusableNotACommand: "不是指令", "not a command";
    UnusableNoData: "缺少数据列", "the data column is missing";

    // Why a text can't be sent or looked for (see compose.rs)
    AtPlace: "第 {line} 行第 {column} 列：{what}", "Line {line}, column {column}: {what}";
    TemplateUnclosed: "这个 {open} 没有对应的 {close}；要写大括号本身，请写 {open}{open}", "this {open} has no {close}; a brace itself is written {open}{open}";
    TemplateUnopened: "这个 {close} 没有对应的 {open}；要写大括号本身，请写 {close}{close}", "this {close} has no {open}; a brace itself is written {close}{close}";
    TemplateUnknown: "没有叫“{name}”的字段；要写大括号本身，请写 {open}{open}", "no field is called “{name}”; a brace itself is written {open}{open}";
    TemplateArgument: "{field} 后面应是{expected}", "{field} takes {expected}";
    TemplateNumberForm: "宽度（04）、十六进制（04X）或字节数（4be、4le）", "a width (04), HEX digits (04X) or a size (4be, 4le)";
    TemplatePairsForm: "带零的偶数宽度（04、04X）或字节数（4be、4le）", "an even width with zeros (04, 04X) or a size (4be, 4le)";
    TemplateSize: "字节数 1 到 8 和字节序（4be、4le）", "a size from 1 to 8 and an order (4be, 4le)";
    TemplateRange: "范围（1..100）", "a range (1..100)";
    TemplateFittingRange: "能按后面的写法写出的范围", "a range that fits what is written after it";
    TemplateCount: "位数（1 到 {max}）", "a number of digits (1 to {max})";
    TemplateEvenCount: "偶数位数（2 到 {max}）", "an even number of digits (2 to {max})";
    TemplateTimeFormat: "时间格式（%H:%M:%S%.3f）", "a time format (%H:%M:%S%.3f)";
    TemplateTimeOfPairs: "由成对数字组成的时间格式（%H%M%S）", "a time format that gives pairs of digits (%H%M%S)";
    TemplateName: "变量名", "a name";
    TemplatePath: "文件路径", "a path";
    TemplateNothing: "空", "nothing more";
    ExpandVariable: "没有叫“{name}”的变量", "no variable is called “{name}”";
    ExpandFile: "读取 {path} 失败：{reason}", "can't read {path}: {reason}";
    ExpandNothingReceived: "这里没有收到的数据可用", "nothing was received that this could be filled with";
    ExpandNoGroup: "正则表达式没有第 {group} 组", "the pattern has no group {group}";
    ExpandTime: "时间不能这样写：{reason}", "the time can't be written so: {reason}";
    ExpandLength: "长度 {length} 放不下", "length {length} does not fit";
    ExpandTooLong: "内容超过了 {max} MB", "the whole is longer than {max} MB";
    PatternEmpty: "请填写要查找的内容", "Fill in what to look for";
    PatternTooLong: "要查找的内容最多 {max} 个", "What to look for has {max} characters at most";
    PatternTooLarge: "这个正则表达式太大", "The regular expression becomes too large";
    PatternExpression: "正则表达式有误：{reason}", "not a regular expression: {reason}";
    PatternInSet: "“{char}”不能放在方括号里（方括号里是单个字节），请写成 (a|b)", "“{char}” can't stand in a set, which is of single bytes; use (a|b)";
    PatternNotALength: "应为长度（5、<5、>=5）或范围（3..8）", "a length (5, <5, >=5) or a range (3..8) is expected";
    PatternNoLength: "没有任何长度在这个范围里", "no length is in this range";
    AppendBlockRefused: "附加位第 {block} 项：{what}", "Append block {block}: {what}";
    WrapLength: "分包：内容有 {len} 字节，每包应为 {expected} 字节", "Framing: the message has {len} bytes, a frame {expected}";
    WrapTooLong: "分包：这一包有 {len} 字节，最多 {max} 字节", "Framing: the frame would have {len} bytes, the longest has {max}";
    WrapNoHeader: "分包：内容有 {len} 字节，长度字段前后的包头需要 {needed} 字节", "Framing: the message has {len} bytes, the headers around the length field need {needed}";
    WrapNoSuchNumber: "分包：{width} 字节的长度字段放不下这个长度", "Framing: the length does not fit into a field of {width} bytes";
    WrapNotOneFrame: "分包：接收方不会把它读成一条消息（其中含有分隔符或标志，或者内容不符合协议）", "Framing: the receiver would not read this as one message (it has a delimiter or a mark in it, or is not what the protocol allows)";
    MarkEmpty: "至少要有一个字节", "At least one byte is needed";
    MarkTooLong: "最多 {max} 个字节", "{max} bytes at most";

    // 分包, 附加位, 模板
    Framing: "分包", "Framing";
    FramingHint: "TCP 是字节流，没有包的边界。分包只影响显示和自动应答，可随时更换，对已收到的数据同样有效", "TCP is a stream without packets. Framing is a view, also for automatic answers: it can be changed at any time, for all that was received";
    FramingUdpHint: "UDP 的每个数据报本来就是一条消息，不需要分包", "A datagram is a message by itself; framing is for TCP";
    FramingNone: "无（按接收）", "None (as read)";
    FramingLines: "按行", "Lines";
    FramingLengthLe: "4字节小端长度", "4-byte LE Length";
    FramingLengthBe: "4字节大端长度", "4-byte BE Length";
    FramingModbus: "Modbus/TCP", "Modbus/TCP";
    FramingMqtt: "MQTT", "MQTT";
    FramingHttp: "HTTP", "HTTP";
    FramingJson: "JSON", "JSON";
    FramingSlip: "SLIP", "SLIP";
    FramingIdle: "空闲时间...", "Idle Time...";
    FramingDelimiter: "分隔符...", "Delimiter...";
    FramingFixed: "固定长度...", "Fixed Length...";
    FramingMarks: "起止标志...", "Start + End Marks...";
    FramingLength: "长度字段...", "Length Field...";
    FramingIdleMs: "空闲", "Pause";
    FramingFixedBytes: "每包", "Each";
    FramingLengthSaid: "偏移 {offset}，{width} 字节，{order}", "at {offset}, {width} bytes, {order}";
    Bytes: "字节", "bytes";
    NumberRange: "应为 {from} 到 {to}", "{from} to {to}";
    DelimiterField: "分隔符（可用转义符）", "Delimiter (with escapes)";
    DelimiterHexHint: "按 HEX 填写", "Write it in HEX";
    KeepDelimiter: "保留分隔符", "Keep the Delimiter";
    EditMore: "编辑...", "Edit...";
    FrameSends: "发送也分包", "Frame Sends Too";
    FrameSendsHint: "每次发送按上面的分包方式封装（加分隔符、标志或长度），对方就能找到消息的边界", "Wraps each send in the framing above (delimiter, marks or length), so that the other side finds the message";
    LineEnd: "行尾", "Line End";
    BigEndian: "大端", "big endian";
    LittleEndian: "小端", "little endian";
    Template: "模板", "Template";
    TemplateHint: "每次发送时填入的字段：", "Fields that are filled in at each send:";
    NoFormForTemplate: "含有大括号的模板不能在文本和 HEX 之间转换：先关闭“模板”，或改写内容", "A template with braces can't be turned into HEX or back: switch Template off first, or write it anew";
    // Variables of templates.
    Variables: "变量", "Variables";
    VariablesTitle: "变量", "Variables";
    VariablesHint: "模板里的 {field} 代表这里的值：发送框、快捷指令和自动应答的规则都可使用。", "In templates, {field} stands for the value given here: in the send box, in quick commands and in the rules of Auto Reply.";
    VariableName: "名称", "Name";
    VariableValue: "值", "Value";
    VariableNameOf: "名称 {n}", "Name {n}";
    VariableValueOf: "值 {n}", "Value {n}";
    VariableAdd: "添加变量", "Add Variable";
    VariableRemove: "删除变量 {n}", "Remove variable {n}";
    NoVariables: "还没有变量", "No variables yet";
    VariableNameEmpty: "变量要有名称", "A variable needs a name";
    VariableNameBraces: "名称里不能有大括号", "A name can't have braces";
    VariableNameLong: "名称最多 64 个字符", "A name has at most 64 characters";
    VariableNameTwice: "这个名称出现了两次", "This name is there twice";
    ByteCountNow: "{n} 字节（按模板，下一次）", "{n} bytes (of the template's next send)";
    ByteCountWithFiles: "模板里的文件在发送时读取", "Files of the template are read when it is sent";
    AppendCr: "CR（0D）", "CR (0D)";
    AppendLf: "LF（0A）", "LF (0A)";
    AppendCrLf: "CRLF（0D 0A）", "CRLF (0D 0A)";
    AppendNul: "NUL（00）", "NUL (00)";
    AppendModbus: "Modbus CRC", "Modbus CRC";
    AppendCrcEthernet: "CRC-32", "CRC-32";
    AppendCustom: "自定义...", "Custom...";
    AppendCustomBlocks: "自定义（{n} 项）", "Custom ({n})";

    // The log in frames (see framing.rs)
    FrameBad: "分包：{problem}", "Framing: {problem}";
    FramesMore: "另有 {streams} 个未完的包，共 {bytes} 字节", "{streams} more incomplete frames, {bytes} bytes";
    FramingProgress: "分包中 {percent}%", "Framing {percent}%";
    // Why bytes are no frame (see framing_problem.rs)
    FrameTooLong: "整包 {length} 字节，超过最大值 {max}", "a frame of {length} bytes is more than the maximum of {max}";
    FrameTooShort: "长度 {length} 小于包头的 {min} 字节", "length {length} is less than the header's {min}";
    FrameNoEnd: "{max} 字节内没有结尾", "no end within {max} bytes";
    FrameTooDeep: "嵌套超过 {max} 层", "more than {max} levels deep";
    FrameEndMissing: "缺少结束标志", "the end mark is missing";
    FrameOutside: "不在任何一包里的字节", "bytes outside of a frame";
    FrameMalformed: "不符合协议", "not what the protocol allows";
    FrameUnfinished: "数据流在包的中间结束", "the stream ended inside of a frame";

    // The dialogs of 分包
    MarksTitle: "起止标志", "Start + End Marks";
    LengthTitle: "长度字段", "Length Field";
    StartMark: "起始标志", "Start Mark";
    EndMark: "结束标志", "End Mark";
    KeepMarks: "保留标志", "Keep the Marks";
    LengthOffset: "偏移（字节）", "Offset (bytes)";
    LengthWidth: "宽度（字节）", "Width (bytes)";
    ByteOrderLabel: "字节序", "Byte Order";
    LengthCounts: "长度的含义", "It Counts";
    CountsPayload: "数据（不含包头）", "the data, without headers";
    CountsAfterField: "长度字段之后的全部字节", "everything after the field";
    CountsFrame: "整个包", "the whole frame";
    LengthHeaderAfter: "其后的包头（字节）", "Header After It (bytes)";
    LengthAdjustment: "修正", "Adjustment";
    LengthMax: "最大包长（字节）", "Longest Frame (bytes)";
    FramingSample: "样例（HEX，可粘贴）", "Sample (HEX, paste here)";
    FramesFound: "找到 {n} 包", "{n} frames found";
    FrameFound: "第 {n} 包，{bytes} 字节", "Frame {n}, {bytes} bytes";
    FrameOpen: "未完", "incomplete";

    // 高级
    Advanced: "高级...", "Advanced...";
    AdvancedHover: "套接字选项：TTL、DSCP、分片、缓冲，以及 TCP 的半关闭和复位", "Socket options: TTL, DSCP, fragments, buffers; half close and reset of TCP";
    AdvancedTitle: "高级", "Advanced";
    AdvancedHint: "打开时立即生效。清空的选项在下次打开时恢复系统默认", "Works at once on what is open. What is emptied is the system's own at the next opening";
    SystemDefault: "系统默认", "system default";
    OptionTtl: "TTL（{option}）", "TTL ({option})";
    OptionDscp: "DSCP（{option}）", "DSCP ({option})";
    OptionDontFragment: "分片（{option}）", "Fragments ({option})";
    FragmentNever: "不分片（DF）", "never (DF)";
    FragmentMay: "允许分片", "allowed";
    OptionSendBuffer: "发送缓冲（{option}）", "Send Buffer ({option})";
    OptionReceiveBuffer: "接收缓冲（{option}）", "Receive Buffer ({option})";
    BufferGiven: "系统给了 {n} 字节", "the system gave {n} bytes";
    ResetConnection: "复位连接（RST）", "Reset (RST)";
    ResetHint: "丢弃未发送的数据，用 RST 立即断开（SO_LINGER 0）", "Drops what was not sent and ends the connection with RST at once (SO_LINGER 0)";

    // The editor of 附加位
    AppendTitle: "附加位", "Bytes to Append";
    AppendPreview: "预览（HEX）", "Preview (HEX)";
    AppendFramed: "加上分包：", "With the framing:";
    BlockAdd: "添加：", "Add:";
    BlockChecksum: "校验", "Checksum";
    BlockLength: "长度", "Length";
    BlockCr: "CR", "CR";
    BlockLf: "LF", "LF";
    BlockCrLf: "CRLF", "CRLF";
    BlockNul: "NUL", "NUL";
    BlockUp: "上移第 {n} 项", "Move block {n} up";
    BlockDown: "下移第 {n} 项", "Move block {n} down";
    BlockRemove: "删除第 {n} 项", "Remove block {n}";
    Search: "搜索", "Search";
    ChecksumAlgorithm: "算法", "Algorithm";
    ChecksumFrom: "从", "From";
    ChecksumTo: "到", "To";
    ChecksumToEnd: "末尾", "the end";
    CountsSent: "发送的内容（不含附加位）", "what is sent, without blocks";
    CountsWhole: "全部字节", "all bytes";
    PlaceLabel: "位置", "Place";
    PlaceFront: "开头", "at the front";
    PlaceEnd: "末尾", "at the end";
    PlaceOffset: "偏移", "at an offset";
    PlaceOffsetField: "偏移（字节）", "Offset (bytes)";
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
