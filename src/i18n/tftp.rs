//! How it is said why a TFTP transfer failed.

use std::fmt::{Display, Write};

use super::failure::seconds;
use super::{Lang, Text, fill};
use crate::codec::{Charset, control};
use crate::proto::tftp::{ErrorCode, Failure, Refusal, Violation};

/// A text of a peer is cut after so many characters.
const LONGEST_TEXT: usize = 200;

/// `No answer: sent 6 times in 31 s`
pub fn tftp_failure(lang: Lang, failure: &Failure) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    match failure {
        Failure::Peer { code, text } => say(Text::TftpFailedPeer, &[("error", &tftp_error(lang, *code, text))]),
        Failure::NoAnswer { tries, over } => {
            let over = seconds(over.as_millis().div_euclid(100) as u64 * 100);
            say(Text::TftpFailedNoAnswer, &[("n", tries), ("seconds", &over)])
        }
        Failure::Unreachable => say(Text::TftpFailedUnreachable, &[]),
        Failure::BadPacket { violation, bytes } => {
            let why = match violation {
                Violation::Oversize { got, block_size } => {
                    say(Text::TftpViolationOversize, &[("n", got), ("max", block_size)])
                }
                Violation::UnaskedOptions => say(Text::TftpViolationOptions, &[]),
            };
            say(Text::TftpFailedPacket, &[("why", &why), ("bytes", &hex(bytes))])
        }
        Failure::Options(refusal) => say(Text::TftpFailedOptions, &[("why", &tftp_refusal(lang, refusal))]),
        Failure::TooLarge { limit } => say(Text::TftpFailedTooLarge, &[("n", limit)]),
        Failure::SourceChanged => say(Text::TftpFailedChanged, &[]),
        Failure::Cancelled => say(Text::TftpFailedCancelled, &[]),
        Failure::Local { .. } => say(Text::TftpFailedLocal, &[]),
    }
}

/// `ERROR 1, file not found: no such image`: the code, what it means, and the peer's text made harmless.
pub fn tftp_error(lang: Lang, code: ErrorCode, text: &[u8]) -> String {
    let meaning = match code {
        ErrorCode::NOT_FOUND => Some(Text::TftpErrorNotFound),
        ErrorCode::ACCESS => Some(Text::TftpErrorAccess),
        ErrorCode::DISK_FULL => Some(Text::TftpErrorDiskFull),
        ErrorCode::ILLEGAL => Some(Text::TftpErrorIllegal),
        ErrorCode::UNKNOWN_TID => Some(Text::TftpErrorTid),
        ErrorCode::EXISTS => Some(Text::TftpErrorExists),
        ErrorCode::NO_USER => Some(Text::TftpErrorUser),
        ErrorCode::OPTIONS => Some(Text::TftpErrorOptions),
        _ => None,
    };
    let (comma, colon) = match lang {
        Lang::ZhCn => ("，", "："),
        Lang::En => (", ", ": "),
    };
    let mut said = format!("ERROR {}", code.0);
    if let Some(meaning) = meaning {
        said = format!("{said}{comma}{}", meaning.text(lang));
    }
    let text = harmless(text);
    if text.is_empty() { said } else { format!("{said}{colon}{text}") }
}

/// `blksize=9000 is not what was asked for, 1428`
pub fn tftp_refusal(lang: Lang, refusal: &Refusal) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    match refusal {
        Refusal::NotAsked { option, value } => say(Text::TftpOptionNotAsked, &[("option", option), ("value", value)]),
        Refusal::NotANumber { option, value } => {
            say(Text::TftpOptionNotANumber, &[("option", option), ("value", value)])
        }
        Refusal::Against { option, value, asked } => {
            say(Text::TftpOptionAgainst, &[("option", option), ("value", value), ("asked", asked)])
        }
        Refusal::Twice { option } => say(Text::TftpOptionTwice, &[("option", option)]),
    }
}

/// A peer's text, in any encoding: on one line, not too long, and without characters that act.
pub(super) fn harmless(text: &[u8]) -> String {
    let decoded = Charset::Auto.decode_lossy(text);
    let mut said = String::new();
    for ch in decoded.trim_matches(|ch: char| ch == '\0' || ch.is_whitespace()).chars().take(LONGEST_TEXT) {
        let ch = if matches!(ch, '\r' | '\n' | '\t') { ' ' } else { ch };
        match control::picture(ch) {
            Some(picture) => {
                let _ = write!(said, "{picture}"); // writing to a String cannot fail
            }
            None => said.push(ch),
        }
    }
    said
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    crate::codec::hex::format(bytes, &mut text);
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(failure: &Failure, zh: &str, en: &str) {
        assert_eq!(tftp_failure(Lang::ZhCn, failure), zh);
        assert_eq!(tftp_failure(Lang::En, failure), en);
    }

    #[test]
    fn an_error_of_the_peer_is_said_with_its_text() {
        check(
            &Failure::Peer { code: ErrorCode::NOT_FOUND, text: b"no\r\nsuch\x1B[31m file\0".to_vec() },
            "对方返回 ERROR 1，找不到文件：no  such␛[31m file",
            "The peer answered ERROR 1, file not found: no  such␛[31m file",
        );
        let gbk = Charset::Gbk.encode("没有该文件").unwrap_or_default();
        check(
            &Failure::Peer { code: ErrorCode::SEE_TEXT, text: gbk },
            "对方返回 ERROR 0：没有该文件",
            "The peer answered ERROR 0: 没有该文件",
        );
        let long = Failure::Peer { code: ErrorCode(4711), text: vec![b'x'; 5000] };
        assert!(tftp_failure(Lang::En, &long).len() < 300);
    }

    #[test]
    fn silence_says_how_often_and_how_long() {
        check(
            &Failure::NoAnswer { tries: 6, over: Duration::from_millis(31_049) },
            "没有应答：在 31 秒里发送了 6 次。请检查地址和端口，以及防火墙是否拦截",
            "No answer: sent 6 times in 31 s. Check address and port, and whether a firewall is in the way",
        );
    }

    #[test]
    fn a_bad_packet_is_shown() {
        let violation = Violation::Oversize { got: 520, block_size: 512 };
        check(
            &Failure::BadPacket { violation, bytes: vec![0, 3, 0, 1, 0xFF] },
            "数据包有误，一块有 520 字节，约定的是 512 字节：00 03 00 01 FF",
            "A bad packet, 520 bytes in a block of 512: 00 03 00 01 FF",
        );
        let refusal = Refusal::Against { option: "blksize", value: "9000".to_owned(), asked: 1428 };
        check(
            &Failure::Options(refusal),
            "服务器的选项应答有误：blksize=9000 不是所请求的 1428",
            "The server's answer to the options is wrong: blksize=9000 is not what was asked for, 1428",
        );
    }
}
