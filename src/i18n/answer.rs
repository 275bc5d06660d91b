//! How it is said what automatic answers did, and why they can't begin.

use std::fmt::Display;

use super::event::address;
use super::failure::cause_text;
use super::{Lang, Text, compose_error, fill, pattern_error};
use crate::automation::answer::{ChatWords, PeerError, RuleError, RuleErrorKind};
use crate::journal::{AnswerNote, Peer};

/// The sentence of a note about answers to `peer`.
pub(super) fn answer_line(lang: Lang, note: &AnswerNote, peer: Option<&Peer>) -> String {
    let peer = peer.map_or_else(|| Text::SomePeer.text(lang).to_owned(), |peer| address(peer.addr));
    let say = |text: Text, values: &[(&str, &dyn Display)]| {
        let mut all: Vec<(&str, &dyn Display)> = vec![("peer", &peer)];
        all.extend_from_slice(values);
        fill(text.text(lang), &all)
    };
    match note {
        AnswerNote::Marked { rule, name } => say(Text::AnswerMarked, &[("rule", &rule_name(lang, *rule, name))]),
        AnswerNote::Beeped { rule, name } => say(Text::AnswerBeeped, &[("rule", &rule_name(lang, *rule, name))]),
        AnswerNote::Unmade { rule, name, reason } => {
            say(Text::AnswerUnmade, &[("rule", &rule_name(lang, *rule, name)), ("reason", reason)])
        }
        AnswerNote::Limited { per_second } => say(Text::AnswerLimited, &[("n", per_second)]),
        AnswerNote::Slowed { per_second } => say(Text::AnswerSlowed, &[("n", per_second)]),
        AnswerNote::Overfull => say(Text::AnswerOverfull, &[]),
        AnswerNote::TooLong { bytes } => say(Text::AnswerTooLong, &[("n", bytes)]),
        AnswerNote::LeftOut { pending_bytes } => say(Text::AnswerLeftOut, &[("n", pending_bytes)]),
        AnswerNote::Named { name } => say(Text::AnswerNamed, &[("name", name)]),
        AnswerNote::RoomFull => say(Text::AnswerRoomFull, &[]),
        AnswerNote::FileSent { name, bytes, after_ms } => {
            let seconds = super::failure::seconds(*after_ms);
            say(Text::AnswerFileSent, &[("name", name), ("n", bytes), ("seconds", &seconds)])
        }
        AnswerNote::FileMissing { name } => say(Text::AnswerFileMissing, &[("name", name)]),
        AnswerNote::FileRefused { name } => say(Text::AnswerFileRefused, &[("name", name)]),
        AnswerNote::FileTooLong { name, bytes } => say(Text::AnswerFileTooLong, &[("name", name), ("n", bytes)]),
        AnswerNote::FileFailed { name, cause } => {
            say(Text::AnswerFileFailed, &[("name", name), ("cause", &cause_text(lang, cause))])
        }
        AnswerNote::FileCut { name, sent_bytes, bytes } => {
            say(Text::AnswerFileCut, &[("name", name), ("sent", sent_bytes), ("n", bytes)])
        }
        AnswerNote::TooManyFiles => say(Text::AnswerTooManyFiles, &[]),
    }
}

/// `规则 3（温度）`
fn rule_name(lang: Lang, rule: u64, name: &str) -> String {
    if name.is_empty() {
        fill(Text::AnswerRule.text(lang), &[("n", &rule)])
    } else {
        fill(Text::AnswerRuleNamed.text(lang), &[("n", &rule), ("name", &name)])
    }
}

/// Why a rule can't be used, with its number.
pub fn rule_error(lang: Lang, error: &RuleError) -> String {
    let rule = rule_name(lang, error.rule as u64 + 1, "");
    fill(Text::RuleErrorOf.text(lang), &[("rule", &rule), ("error", &rule_error_kind(lang, &error.kind))])
}

/// What is wrong with a rule.
pub fn rule_error_kind(lang: Lang, kind: &RuleErrorKind) -> String {
    match kind {
        RuleErrorKind::Pattern(error) | RuleErrorKind::Length(error) => pattern_error(lang, error),
        RuleErrorKind::Peer(PeerError::NotAnAddress) => Text::RulePeerAddress.text(lang).to_owned(),
        RuleErrorKind::Peer(PeerError::Bits { most }) => fill(Text::RulePeerBits.text(lang), &[("most", most)]),
        RuleErrorKind::Reply(error) => compose_error(lang, error),
        RuleErrorKind::NoGroup { group, groups } => {
            fill(Text::RuleNoGroup.text(lang), &[("group", group), ("groups", groups)])
        }
        RuleErrorKind::TooMany => {
            let most = crate::automation::answer::AnswerSettings::MAX_RULES;
            fill(Text::RuleTooMany.text(lang), &[("most", &most)])
        }
    }
}

/// What the chat room says in its own name.
pub fn chat_words(lang: Lang) -> ChatWords {
    ChatWords {
        joined: Text::ChatJoined.text(lang).to_owned(),
        left: Text::ChatLeft.text(lang).to_owned(),
        renamed: Text::ChatRenamed.text(lang).to_owned(),
        taken: Text::ChatTaken.text(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::collections::BTreeMap;

    use super::*;
    use crate::automation::answer::{Rule, Rules};
    use crate::codec::framing::Framing;
    use crate::codec::pattern::Test;
    use crate::i18n::event_line;
    use crate::journal::Event;

    fn said(lang: Lang, note: AnswerNote) -> String {
        let peer = Peer::datagram("127.0.0.2:8080".parse().unwrap());
        event_line(lang, &Event::Answer { note }, Some(&peer))
    }

    #[test]
    fn notes_say_who_and_what() {
        for (note, zh, en) in [
            (
                AnswerNote::Marked { rule: 3, name: "温度".into() },
                "127.0.0.2 :8080 的数据符合规则 3（温度）。",
                "Data of 127.0.0.2 :8080 matches rule 3 (温度).",
            ),
            (
                AnswerNote::Limited { per_second: 1000 },
                "自动应答受限：127.0.0.2 :8080 每秒最多得到 1000 次应答，多余的不再应答。",
                "Auto reply limited: 127.0.0.2 :8080 gets at most 1000 answers per second, the rest is left out.",
            ),
            (
                AnswerNote::FileSent { name: "a.bin".into(), bytes: 12, after_ms: 1500 },
                "已把文件 a.bin（12 字节）发送给 127.0.0.2 :8080，用时 1.5 秒。",
                "File a.bin (12 bytes) sent to 127.0.0.2 :8080 in 1.5 s.",
            ),
        ] {
            assert_eq!(said(Lang::ZhCn, note.clone()), zh);
            assert_eq!(said(Lang::En, note), en);
        }
    }

    #[test]
    fn a_wrong_rule_says_where() {
        let wrong = Rule { test: Test::Regex, pattern: "a(".to_owned(), ..Rule::default() };
        let error = Rules::compile(&[Rule::default(), wrong], &BTreeMap::new(), &Framing::AsRead).unwrap_err();
        assert_eq!(error.rule, 0, "an empty pattern is refused too");
        for lang in Lang::ALL {
            assert!(rule_error(lang, &error).contains('1'), "{}", rule_error(lang, &error));
        }
    }
}
