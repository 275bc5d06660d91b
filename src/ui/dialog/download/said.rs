//! Failures, in the window's language.

use std::fmt::Display;

use crate::codec::Charset;
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::service::download::DownloadFailure;
use crate::ui::dialog::transfer::one_line;

/// A text of a server is cut after so many characters.
const LONGEST_TEXT: usize = 200;

/// Why there is no file.
pub fn failure_words(lang: Lang, failure: &DownloadFailure) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    let path = |text: Text, path: &std::path::Path| fill(text.text(lang), &[("path", &path.display())]);
    match failure {
        DownloadFailure::System(failure) => failure_line(lang, failure),
        DownloadFailure::Broken { failure, got } => {
            let kept = say(Text::DownloadKeptNothing, &[("n", got)]);
            sentences(lang, &[failure_line(lang, failure), kept])
        }
        DownloadFailure::Nothing => say(Text::DownloadFailedNothing, &[]),
        DownloadFailure::Silent { after, got } => {
            say(Text::DownloadFailedSilent, &[("seconds", &after.as_secs_f64()), ("n", got)])
        }
        DownloadFailure::Short { got, length, other_order, text } => {
            let mut said = vec![match length {
                Some(length) => say(Text::DownloadFailedShort, &[("total", length), ("n", got)]),
                None => say(Text::DownloadFailedShortLength, &[]),
            }];
            if *other_order {
                said.push(say(Text::DownloadOtherOrder, &[]));
            } else if let Some(text) = text {
                said.push(say(Text::DownloadSaid, &[("text", &spoken(text))]));
            }
            stopped(lang, &said)
        }
        DownloadFailure::MinusOne => say(Text::DownloadFailedMinusOne, &[]),
        DownloadFailure::NoLength { opening } => say(Text::DownloadFailedNoLength, &[("text", &spoken(opening))]),
        DownloadFailure::Exists(there) => path(Text::TftpExists, there),
        DownloadFailure::NotAFile(there) => path(Text::TftpNotAFile, there),
    }
}

/// What a server sent, as text: on one line, not too long, and without characters that act.
pub fn spoken(bytes: &[u8]) -> String {
    let text = Charset::Auto.decode_lossy(bytes);
    let short: String = text.trim().chars().take(LONGEST_TEXT).collect();
    one_line(&short)
}

/// Whole sentences after each other.
fn sentences(lang: Lang, said: &[String]) -> String {
    said.join(match lang {
        Lang::ZhCn => "",
        Lang::En => " ",
    })
}

/// The same of sentences without their stops; the last one stays without.
fn stopped(lang: Lang, said: &[String]) -> String {
    said.join(match lang {
        Lang::ZhCn => "。",
        Lang::En => ". ",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Cause, Failure, Operation};

    #[track_caller]
    fn check(failure: &DownloadFailure, zh: &str, en: &str) {
        assert_eq!(failure_words(Lang::ZhCn, failure), zh);
        assert_eq!(failure_words(Lang::En, failure), en);
    }

    #[test]
    fn a_reset_says_how_much_came() {
        let failure = Failure { op: Operation::Receive, target: "10.0.0.1:80".to_owned(), cause: Cause::Reset };
        check(
            &DownloadFailure::Broken { failure, got: 1000 },
            "从 10.0.0.1:80 接收失败：对方复位了连接（RST）。已收到 1000 字节，没有保留文件。",
            "Receive from 10.0.0.1:80 failed: the peer reset the connection (RST). 1000 bytes had come; no file was kept.",
        );
    }

    #[test]
    fn too_little_says_what_may_be_wrong() {
        let short = |other_order, text: Option<&str>| DownloadFailure::Short {
            got: 5,
            length: Some(83_886_080),
            other_order,
            text: text.map(|text| text.as_bytes().to_vec()),
        };
        check(
            &short(true, None),
            "对方过早关闭了连接：应有 83886080 字节，只收到 5 字节。按另一种字节序，长度正好与收到的相符：请更换长度格式",
            "The server closed the connection too early: 5 of 83886080 bytes had come. In the other byte order the length would be just what came: choose the other length format",
        );
        check(
            &short(false, Some("ERROR: 没有\n该文件")),
            "对方过早关闭了连接：应有 83886080 字节，只收到 5 字节。对方发来的是文本：ERROR: 没有 该文件",
            "The server closed the connection too early: 5 of 83886080 bytes had come. The server sent a text: ERROR: 没有 该文件",
        );
    }

    #[test]
    fn the_words_of_a_server_do_not_act() {
        let gbk = Charset::Gbk.encode("文件不存在\r\n").unwrap_or_default();
        assert_eq!(spoken(&gbk), "文件不存在");
        assert_eq!(spoken(b"no\x1b[31m"), "no␛[31m");
        assert!(spoken(&[b'x'; 5000]).len() == LONGEST_TEXT);
    }
}
