//! How it is said why a typed text can't be sent or looked for, with its place.

use std::fmt::Display;

use super::{Lang, Text, fill};
use crate::automation::ComposeError;
use crate::codec::append::{AppendError, AppendErrorKind};
use crate::codec::control;
use crate::codec::escape::EscapeErrorKind;
use crate::codec::framing::{MAX_MARK_BYTES, MarkError, WrapError};
use crate::codec::hex::HexErrorKind;
use crate::codec::pattern::{MAX_PATTERN_LEN, PatternError, PatternErrorKind};
use crate::codec::template::{
    ExpandError, ExpandErrorKind, Expected, MAX_LEN_BYTES, MAX_RANDOM_DIGITS, TemplateError, TemplateErrorKind,
};
use crate::codec::typed::TypedError;

/// Why a text can't be sent.
pub fn compose_error(lang: Lang, error: &ComposeError) -> String {
    match error {
        ComposeError::Hex(e) => at(lang, e.line, e.column, &hex(lang, e.kind)),
        ComposeError::Escape(e) => at(lang, e.line, e.column, &escape(lang, e.kind)),
        ComposeError::Unencodable(e) => {
            let kind = EscapeErrorKind::Unencodable { character: e.character, charset: e.charset };
            at(lang, e.line, e.column, &escape(lang, kind))
        }
        ComposeError::Template(e) => template_error(lang, e),
        ComposeError::Expand(e) => expand_error(lang, e),
        ComposeError::Append(e) => append_error(lang, *e),
        ComposeError::Wrap(e) => wrap_error(lang, *e),
    }
}

/// Why a text is no template.
pub fn template_error(lang: Lang, error: &TemplateError) -> String {
    let braces: [(&str, &dyn Display); 2] = [("open", &"{"), ("close", &"}")];
    let what = match &error.kind {
        TemplateErrorKind::Unclosed => fill(Text::TemplateUnclosed.text(lang), &braces),
        TemplateErrorKind::Unopened => fill(Text::TemplateUnopened.text(lang), &braces),
        TemplateErrorKind::Unknown(name) => {
            fill(Text::TemplateUnknown.text(lang), &[braces[0], ("name", &printable(name))])
        }
        TemplateErrorKind::Argument { field, expected } => {
            let (field, expected) = (format!("{{{field}}}"), self::expected(lang, *expected));
            fill(Text::TemplateArgument.text(lang), &[("field", &field), ("expected", &expected)])
        }
        TemplateErrorKind::Text(kind) => typed(lang, *kind),
    };
    at(lang, error.line, error.column, &what)
}

fn expected(lang: Lang, expected: Expected) -> String {
    let text = match expected {
        Expected::NumberForm => Text::TemplateNumberForm,
        Expected::PairsForm => Text::TemplatePairsForm,
        Expected::Size => Text::TemplateSize,
        Expected::Range => Text::TemplateRange,
        Expected::FittingRange => Text::TemplateFittingRange,
        Expected::Count => return fill(Text::TemplateCount.text(lang), &[("max", &MAX_RANDOM_DIGITS)]),
        Expected::EvenCount => return fill(Text::TemplateEvenCount.text(lang), &[("max", &MAX_RANDOM_DIGITS)]),
        Expected::TimeFormat => Text::TemplateTimeFormat,
        Expected::TimeOfPairs => Text::TemplateTimeOfPairs,
        Expected::Name => Text::TemplateName,
        Expected::Path => Text::TemplatePath,
        Expected::Nothing => Text::TemplateNothing,
    };
    text.text(lang).to_owned()
}

/// Why a template can't be filled in now.
pub fn expand_error(lang: Lang, error: &ExpandError) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    let what = match &error.kind {
        ExpandErrorKind::UnknownVariable(name) => say(Text::ExpandVariable, &[("name", &printable(name))]),
        ExpandErrorKind::File { path, reason } => {
            say(Text::ExpandFile, &[("path", &printable(path)), ("reason", reason)])
        }
        ExpandErrorKind::NothingReceived => say(Text::ExpandNothingReceived, &[]),
        ExpandErrorKind::NoGroup(group) => say(Text::ExpandNoGroup, &[("group", group)]),
        ExpandErrorKind::Time(reason) => say(Text::ExpandTime, &[("reason", reason)]),
        ExpandErrorKind::LengthDoesNotFit(length) => say(Text::ExpandLength, &[("length", length)]),
        ExpandErrorKind::Text(kind) => typed(lang, *kind),
        ExpandErrorKind::TooLong => say(Text::ExpandTooLong, &[("max", &(MAX_LEN_BYTES >> 20))]),
    };
    at(lang, error.line, error.column, &what)
}

/// Why a text is no pattern of its test.
pub fn pattern_error(lang: Lang, error: &PatternError) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    let what = match &error.kind {
        // Nothing is there that has a place.
        PatternErrorKind::Empty => return say(Text::PatternEmpty, &[]),
        PatternErrorKind::TooLong => return say(Text::PatternTooLong, &[("max", &MAX_PATTERN_LEN)]),
        PatternErrorKind::ExpressionTooLarge => return say(Text::PatternTooLarge, &[]),
        PatternErrorKind::Text(kind) => typed(lang, *kind),
        PatternErrorKind::Expression(reason) => say(Text::PatternExpression, &[("reason", reason)]),
        PatternErrorKind::CharacterInSet(ch) => say(Text::PatternInSet, &[("char", &printable_char(*ch))]),
        PatternErrorKind::NotALength => say(Text::PatternNotALength, &[]),
        PatternErrorKind::NoLength => say(Text::PatternNoLength, &[]),
    };
    at(lang, error.line, error.column, &what)
}

/// Why a block can't be added to what is sent, with the block's number.
pub fn append_error(lang: Lang, error: AppendError) -> String {
    let what = append_error_kind(lang, error.kind);
    fill(Text::AppendBlockRefused.text(lang), &[("block", &(error.block + 1)), ("what", &what)])
}

/// The same without the block's number, to stand beside it.
pub fn append_error_kind(lang: Lang, kind: AppendErrorKind) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    match kind {
        AppendErrorKind::Outside { offset, len_bytes } => {
            say(Text::AppendOutside, &[("offset", &offset), ("len", &len_bytes)])
        }
        AppendErrorKind::Backwards { from, to } => say(Text::AppendBackwards, &[("from", &from), ("to", &to)]),
        AppendErrorKind::LengthDoesNotFit { length, size } => {
            say(Text::AppendLength, &[("length", &length), ("size", &size)])
        }
    }
}

/// Why a message can't be sent in a framing.
pub fn wrap_error(lang: Lang, error: WrapError) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    match error {
        WrapError::WrongLength { len, expected } => say(Text::WrapLength, &[("len", &len), ("expected", &expected)]),
        WrapError::TooLong { len, max } => say(Text::WrapTooLong, &[("len", &len), ("max", &max)]),
        WrapError::NoHeader { len, needed } => say(Text::WrapNoHeader, &[("len", &len), ("needed", &needed)]),
        WrapError::NoSuchNumber { width } => say(Text::WrapNoSuchNumber, &[("width", &width)]),
        WrapError::NotOneFrame => say(Text::WrapNotOneFrame, &[]),
    }
}

/// Why bytes are no delimiter and no mark.
pub fn mark_error(lang: Lang, error: MarkError) -> String {
    match error {
        MarkError::Empty => Text::MarkEmpty.text(lang).to_owned(),
        MarkError::TooLong => fill(Text::MarkTooLong.text(lang), &[("max", &MAX_MARK_BYTES)]),
    }
}

/// What is wrong with a text that should stand for bytes, without its place.
pub fn typed(lang: Lang, error: TypedError) -> String {
    match error {
        TypedError::Hex(kind) => hex(lang, kind),
        TypedError::Text(kind) => escape(lang, kind),
    }
}

fn hex(lang: Lang, kind: HexErrorKind) -> String {
    match kind {
        HexErrorKind::Foreign(ch) => fill(Text::HexForeign.text(lang), &[("char", &printable_char(ch))]),
        HexErrorKind::OddDigit => Text::HexOdd.text(lang).to_owned(),
    }
}

fn escape(lang: Lang, kind: EscapeErrorKind) -> String {
    let text = match kind {
        EscapeErrorKind::Unknown(ch) => {
            let escape = format!("\\{}", printable_char(ch));
            return fill(Text::EscapeUnknown.text(lang), &[("escape", &escape)]);
        }
        EscapeErrorKind::Unencodable { character, charset } => {
            let character = printable_char(character);
            return fill(Text::CharacterMissing.text(lang), &[("charset", &charset.label()), ("char", &character)]);
        }
        EscapeErrorKind::Unfinished => Text::EscapeUnfinished,
        EscapeErrorKind::NotACharacter => Text::EscapeNoCharacter,
        EscapeErrorKind::NotAByte => Text::EscapeNoByte,
    };
    text.text(lang).to_owned()
}

/// A sentence with its place before it.
fn at(lang: Lang, line: usize, column: usize, what: &str) -> String {
    fill(Text::AtPlace.text(lang), &[("line", &line), ("column", &column), ("what", &what)])
}

/// Text in a sentence: control characters by their pictures.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(printable_char).collect()
}

fn printable_char(ch: char) -> String {
    control::picture(ch).map_or_else(|| ch.to_string(), |picture| picture.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{Composer, Form};
    use crate::codec::Charset;
    use crate::codec::append::{Block, ChecksumBlock, LengthBlock, LengthSize};
    use crate::codec::append::{Checksum, Place};
    use crate::codec::framing::Framing;
    use crate::codec::pattern::{Pattern, Test};
    use crate::codec::template::{Context, NoLookup, Random};
    use crate::codec::typed::Typed;

    fn said(lang: Lang, composer: Composer<'_>, text: &str) -> String {
        let refused = composer.prepare(text).and_then(|prepared| {
            let now = jiff::Zoned::default();
            let (random, lookup) = (&mut Random::seeded(1), &mut NoLookup);
            prepared.bytes(&mut Context { counter: 0, now: &now, random, lookup, received: None })
        });
        refused.map_or_else(|error| compose_error(lang, &error), |bytes| format!("{bytes:02X?}"))
    }

    fn composer<'a>(append: &'a [Block], framing: &'a Framing) -> Composer<'a> {
        Composer { form: Form::Ascii, charset: Charset::Gb2312, escapes: true, template: true, append, framing }
    }

    #[test]
    fn refusals_name_the_place() {
        let plain = Composer { template: false, ..composer(&[], &Framing::AsRead) };
        let hex = Composer { form: Form::Hex, ..plain };
        for (composer, text, zh, en) in [
            (plain, "ab\n龘", "第 2 行第 1 列：GB2312 里没有“龘”", "Line 2, column 1: GB2312 has no “龘”"),
            (plain, r"a\q", r"第 1 行第 2 列：不认识的转义符 \q", r"Line 1, column 2: unknown escape \q"),
            (hex, "48 6G", "第 1 行第 5 列：“G”不是 HEX 数字", "Line 1, column 5: “G” is not a HEX digit"),
        ] {
            assert_eq!(said(Lang::ZhCn, composer, text), zh);
            assert_eq!(said(Lang::En, composer, text), en);
        }
    }

    #[test]
    fn templates_name_the_field() {
        let template = composer(&[], &Framing::AsRead);
        for (text, zh, en) in [
            (
                "a{counter",
                "第 1 行第 2 列：这个 { 没有对应的 }；要写大括号本身，请写 {{",
                "Line 1, column 2: this { has no }; a brace itself is written {{",
            ),
            (
                "{cuonter}",
                "第 1 行第 2 列：没有叫“cuonter”的字段；要写大括号本身，请写 {{",
                "Line 1, column 2: no field is called “cuonter”; a brace itself is written {{",
            ),
            (
                "{rand:9..1}",
                "第 1 行第 7 列：{rand} 后面应是范围（1..100）",
                "Line 1, column 7: {rand} takes a range (1..100)",
            ),
            ("\n{var:x}", "第 2 行第 1 列：没有叫“x”的变量", "Line 2, column 1: no variable is called “x”"),
            (
                "{recv}",
                "第 1 行第 1 列：这里没有收到的数据可用",
                "Line 1, column 1: nothing was received that this could be filled with",
            ),
        ] {
            assert_eq!(said(Lang::ZhCn, template, text), zh);
            assert_eq!(said(Lang::En, template, text), en);
        }
    }

    #[test]
    fn blocks_and_frames_are_named() {
        let outside = ChecksumBlock { from: 9, ..ChecksumBlock::new(Checksum::Xor) };
        let tiny = LengthBlock { size: LengthSize::One, adjustment: 300, at: Place::Front, ..LengthBlock::default() };
        let blocks = [Block::Cr, Block::Checksum(outside)];
        assert_eq!(
            said(Lang::ZhCn, composer(&blocks, &Framing::AsRead), "ab"),
            "附加位第 2 项：偏移 9 超出了 3 字节的数据"
        );
        let blocks = [Block::Length(tiny)];
        assert_eq!(
            said(Lang::En, composer(&blocks, &Framing::AsRead), "ab"),
            "Append block 1: length 302 does not fit in 1 bytes"
        );
        assert_eq!(
            said(Lang::ZhCn, composer(&[], &Framing::LINES), r"a\nb"),
            "分包：接收方不会把它读成一条消息（其中含有分隔符或标志，或者内容不符合协议）"
        );
    }

    #[test]
    fn patterns_are_refused_in_words() {
        let said = |test, text: &str| {
            let typed = Typed::Text { charset: Charset::Utf8, escapes: true };
            Pattern::parse(test, text, typed).map_err(|error| pattern_error(Lang::ZhCn, &error)).map(|_| ())
        };
        assert_eq!(said(Test::Contains, ""), Err("请填写要查找的内容".to_owned()));
        assert_eq!(said(Test::Length, "5x"), Err("第 1 行第 2 列：应为长度（5、<5、>=5）或范围（3..8）".to_owned()));
        assert!(said(Test::Regex, "a(b").is_err_and(|said| said.starts_with("第 1 行第 2 列：正则表达式有误：")));
    }
}
