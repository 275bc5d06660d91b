//! What the commands and options of IPMSG mean, in a few words.

use crate::i18n::Lang;
use crate::proto::ipmsg::{Command, ENTRY_OPTIONS, code, option};

/// What a command means, options aside; `None` if it is not known.
pub fn ipmsg_command(lang: Lang, command: Command) -> Option<&'static str> {
    let (_, zh, en) = COMMANDS.iter().find(|(code, ..)| *code == command.code())?;
    Some(choose(lang, zh, en))
}

/// What an option bit means on a command; `None` if it has no meaning there.
pub fn ipmsg_option(lang: Lang, command: Command, bit: u32) -> Option<&'static str> {
    let known = command.known_options();
    if !known.iter().any(|(option, _)| *option == bit) {
        return None;
    }
    let meanings = if known == ENTRY_OPTIONS { ON_ENTRIES } else { ON_MESSAGES };
    let (_, zh, en) = meanings.iter().find(|(option, ..)| *option == bit)?;
    Some(choose(lang, zh, en))
}

/// `SENDMSG|SENDCHECK（消息，要求确认）`
pub(in crate::i18n) fn phrase(lang: Lang, command: Command) -> String {
    let options = command.known_options().iter().filter(|(bit, _)| command.has(*bit));
    let meanings: Vec<&str> = ipmsg_command(lang, command)
        .into_iter()
        .chain(options.filter_map(|(bit, _)| ipmsg_option(lang, command, *bit)))
        .collect();
    match (lang, meanings.is_empty()) {
        (_, true) => command.to_string(),
        (Lang::ZhCn, false) => format!("{command}（{}）", meanings.join("，")),
        (Lang::En, false) => format!("{command} ({})", meanings.join(", ")),
    }
}

fn choose(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::ZhCn => zh,
        Lang::En => en,
    }
}

/// Code, Chinese, English.
const COMMANDS: &[(u8, &str, &str)] = &[
    (code::NOOPERATION, "空操作", "no operation"),
    (code::BR_ENTRY, "上线", "entry"),
    (code::BR_EXIT, "下线", "exit"),
    (code::ANSENTRY, "回应上线", "answer to an entry"),
    (code::BR_ABSENCE, "状态或名称改变", "change of name or absence"),
    (code::BR_ISGETLIST, "寻找用户列表", "search for a list of users"),
    (code::OKGETLIST, "可以提供用户列表", "offer of a list of users"),
    (code::GETLIST, "请求用户列表", "request for a list of users"),
    (code::ANSLIST, "用户列表", "list of users"),
    (code::BR_ISGETLIST2, "寻找用户列表", "search for a list of users"),
    (code::SENDMSG, "消息", "message"),
    (code::RECVMSG, "消息已收到", "message received"),
    (code::READMSG, "封装消息已打开", "sealed message opened"),
    (code::DELMSG, "封装消息未读即删除", "sealed message deleted unread"),
    (code::ANSREADMSG, "确认打开通知", "opening acknowledged"),
    (code::GETINFO, "询问软件版本", "request for the program's name"),
    (code::SENDINFO, "软件版本", "the program's name"),
    (code::GETABSENCEINFO, "询问离开说明", "request for the absence text"),
    (code::SENDABSENCEINFO, "离开说明", "absence text"),
    (code::GETFILEDATA, "请求文件", "request for a file"),
    (code::RELEASEFILES, "放弃或撤回附件", "attachments declined or withdrawn"),
    (code::GETDIRFILES, "请求文件夹", "request for a folder"),
    (code::GETPUBKEY, "请求公钥", "request for a public key"),
    (code::ANSPUBKEY, "公钥", "public key"),
    (code::GROUPMSG, "群消息", "group message"),
    (code::OPENYOU, "打开对话窗口", "window opened"),
    (code::TYPING, "正在输入", "typing"),
    (code::TYPINGEND, "停止输入", "typing ended"),
    (code::REMOTEASSIST, "远程协助", "remote assistance"),
    (code::IMAGE, "图片分片", "piece of an image"),
    (code::IMAGEACK, "图片分片已收到", "piece of an image received"),
    (code::GROUPENTRY, "进入群", "entry to a group"),
    (code::SHAKE, "窗口抖动", "window shake"),
    (code::SHAKEACK, "窗口抖动已收到", "window shake received"),
    (code::IPTUX_GROUPMSG, "iptux 群消息", "group message of iptux"),
    (code::IPTUX_SENDSIGN, "iptux 个性签名", "signature of iptux"),
    (code::IPTUX_SENDSUBLAYER, "iptux 附加数据", "other data of iptux"),
    (code::IPTUX_SENDICON, "iptux 头像", "icon of iptux"),
    (code::IPTUX_ASKSHARED, "iptux 询问共享文件", "request of iptux for shared files"),
];

const ON_ENTRIES: &[(u32, &str, &str)] = &[
    (option::ABSENCE, "离开", "absent"),
    (option::SERVER, "列表服务器", "list server"),
    (option::DIALUP, "收不到广播", "not reached by broadcast"),
    (option::FILEATTACH, "支持附件", "takes attachments"),
    (option::ENCRYPT, "支持加密", "takes encrypted text"),
    (option::UTF8, "文本为 UTF-8", "text in UTF-8"),
    (option::CAPUTF8, "支持 UTF-8", "reads UTF-8"),
];

const ON_MESSAGES: &[(u32, &str, &str)] = &[
    (option::SENDCHECK, "要求确认", "ack wanted"),
    (option::SECRET, "封装", "sealed"),
    (option::BROADCAST, "广播", "broadcast"),
    (option::MULTICAST, "群发", "to several"),
    (option::NOPOPUP, "不弹出窗口", "no popup"),
    (option::AUTORET, "自动回复", "automatic reply"),
    (option::RETRY, "重发", "retry"),
    (option::PASSWORD, "需要密码", "password"),
    (option::NOLOG, "不记录", "not logged"),
    (option::NOADDLIST, "不加入用户列表", "not added to the list"),
    (option::READCHECK, "打开时通知", "notify when opened"),
    (option::FILEATTACH, "带附件", "attachments"),
    (option::ENCRYPT, "已加密", "encrypted"),
    (option::UTF8, "文本为 UTF-8", "text in UTF-8"),
    (option::CAPUTF8, "支持 UTF-8", "reads UTF-8"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::ipmsg::{self, MESSAGE_OPTIONS};

    #[test]
    fn every_command_and_option_has_a_meaning() {
        for info in ipmsg::COMMANDS {
            let [zh, en] = Lang::ALL.map(|lang| ipmsg_command(lang, Command::new(info.code, 0)));
            assert!(zh.is_some() && en.is_some_and(str::is_ascii), "{info:?}");
        }
        for (command, options) in [(code::BR_ENTRY, ENTRY_OPTIONS), (code::SENDMSG, MESSAGE_OPTIONS)] {
            for (bit, name) in options {
                let [zh, en] = Lang::ALL.map(|lang| ipmsg_option(lang, Command::new(command, 0), *bit));
                assert!(zh.is_some() && en.is_some_and(str::is_ascii), "{name}");
            }
        }
        assert_eq!(COMMANDS.len(), ipmsg::COMMANDS.len());
    }

    #[test]
    fn a_bit_means_what_it_means_on_its_command() {
        let said = |number| phrase(Lang::ZhCn, Command(number));
        assert_eq!(said(288), "SENDMSG|SENDCHECK（消息，要求确认）");
        assert_eq!(said(257), "BR_ENTRY|ABSENCE（上线，离开）");
        assert_eq!(said(209), "SHAKE（窗口抖动）");
        assert_eq!(said(0x0020_00C0), "IMAGE|0x200000（图片分片）");
        assert_eq!(said(0x99), "0x99");
        assert_eq!(phrase(Lang::En, Command(0x320)), "SENDMSG|SENDCHECK|SECRET (message, ack wanted, sealed)");
    }
}
