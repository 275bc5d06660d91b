//! What the choices of automatic answers are called.

use crate::automation::answer::{After, AfterFile, AnswerMode, LengthPrefix, Rule, Then, To, When};
use crate::codec::pattern::Test;
use crate::i18n::{Lang, Text, fill};
use crate::ui::words::visible;

/// At most so many characters of a text stand in a rule's line.
const MOST_CHARS: usize = 60;

/// What answers.
pub fn mode_text(mode: AnswerMode) -> Text {
    match mode {
        AnswerMode::None => Text::ReplyNone,
        AnswerMode::Echo => Text::ReplyEcho,
        AnswerMode::Uppercase => Text::ReplyUppercase,
        AnswerMode::Discard => Text::ReplyDiscard,
        AnswerMode::Daytime => Text::ReplyDaytime,
        AnswerMode::Generator => Text::ReplyGenerator,
        AnswerMode::ChatRoom => Text::ReplyChatRoom,
        AnswerMode::FileServer => Text::ReplyFileServer,
        AnswerMode::Rules => Text::ReplyRules,
    }
}

/// The same where nothing opens: without the dots.
pub fn mode_name(mode: AnswerMode, lang: Lang) -> &'static str {
    mode_text(mode).text(lang).trim_end_matches('.')
}

/// What it does.
pub fn mode_hint(mode: AnswerMode) -> Text {
    match mode {
        AnswerMode::None => Text::ReplyNoneHint,
        AnswerMode::Echo => Text::ReplyEchoHint,
        AnswerMode::Uppercase => Text::ReplyUppercaseHint,
        AnswerMode::Discard => Text::ReplyDiscardHint,
        AnswerMode::Daytime => Text::ReplyDaytimeHint,
        AnswerMode::Generator => Text::ReplyGeneratorHint,
        AnswerMode::ChatRoom => Text::ReplyChatRoomHint,
        AnswerMode::FileServer => Text::ReplyFileServerHint,
        AnswerMode::Rules => Text::ReplyRulesHint,
    }
}

pub(super) fn prefix_text(prefix: LengthPrefix) -> Text {
    match prefix {
        LengthPrefix::None => Text::ReplyPrefixNone,
        LengthPrefix::Le4 => Text::ReplyPrefixLe,
        LengthPrefix::Be4 => Text::ReplyPrefixBe,
    }
}

pub(super) fn after_file_text(after: AfterFile) -> Text {
    match after {
        AfterFile::Close => Text::ReplyAfterClose,
        AfterFile::Keep => Text::ReplyAfterKeep,
    }
}

pub(super) fn when_text(when: When) -> Text {
    match when {
        When::Packet => Text::RuleWhenPacket,
        When::Joined => Text::RuleWhenJoined,
    }
}

/// What a test is called.
pub fn test_text(test: Test) -> Text {
    match test {
        Test::Any => Text::RuleAny,
        Test::Equals => Text::RuleEquals,
        Test::Contains => Text::RuleContains,
        Test::Starts => Text::RuleStarts,
        Test::Ends => Text::RuleEnds,
        Test::Regex => Text::RuleRegex,
        Test::Length => Text::RuleLengthIs,
    }
}

pub(super) fn then_text(then: Then) -> Text {
    match then {
        Then::Reply => Text::RuleReply,
        Then::Disconnect => Text::RuleDisconnect,
        Then::Mark => Text::RuleMark,
        Then::Beep => Text::RuleBeep,
    }
}

pub(super) fn to_text(to: To) -> Text {
    match to {
        To::Sender => Text::RuleToSender,
        To::Others => Text::RuleToOthers,
        To::All => Text::RuleToAll,
    }
}

pub(super) fn after_text(after: After) -> Text {
    match after {
        After::Stop => Text::RuleStop,
        After::GoOn => Text::RuleGoOn,
    }
}

/// What a rule is called in the list.
pub(super) fn rule_title(rule: &Rule, index: usize, lang: Lang) -> String {
    match rule.name.trim() {
        "" => fill(Text::RuleNumbered.text(lang), &[("n", &(index + 1))]),
        name => format!("{}  {}", index + 1, short(name)),
    }
}

/// What a rule does, in a line: `包含 GET → HTTP/1.1 200 OK`.
pub(super) fn rule_summary(rule: &Rule, lang: Lang) -> String {
    let when = match (rule.when, rule.test) {
        (When::Joined, _) => Text::RuleWhenJoined.text(lang).to_owned(),
        (When::Packet, Test::Any) => Text::RuleAny.text(lang).to_owned(),
        (When::Packet, test) => format!("{} {}", test_text(test).text(lang), short(&rule.pattern)),
    };
    let then = match rule.then {
        Then::Reply => short(&rule.reply.message.text),
        other => then_text(other).text(lang).to_owned(),
    };
    format!("{when}  →  {then}")
}

/// A text on one line, and not too much of it.
fn short(text: &str) -> String {
    let mut short: String = visible(text).chars().take(MOST_CHARS).collect();
    if text.chars().count() > MOST_CHARS {
        short.push('…');
    }
    short.replace('\n', "␊")
}
