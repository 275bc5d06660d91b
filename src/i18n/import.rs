//! How it is said why a file of quick commands can't be imported, or what of it was left out.

use std::fmt::Display;

use super::compose::printable;
use super::{Lang, Text, edit_error, fill, typed};
use crate::automation::import::{Format, ImportError, ImportErrorKind, LeftOut, MAX_FILE_BYTES, Unusable};
use crate::codec::typed::TypedError;

/// What a format is called.
pub fn import_format(lang: Lang, format: Format) -> &'static str {
    match format {
        Format::Toml => Text::FormatOurs.text(lang),
        Format::Sscom => "SSCOM",
        Format::Llcom => "llcom",
        Format::NetAssist => "NetAssist",
        Format::Csv => "CSV",
    }
}

/// Why a file can't be imported.
pub fn import_error(lang: Lang, error: &ImportError) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    let what = match &error.kind {
        ImportErrorKind::Empty => say(Text::ImportEmpty, &[]),
        ImportErrorKind::TooLarge { .. } => say(Text::ImportTooLarge, &[("max", &(MAX_FILE_BYTES / (1024 * 1024)))]),
        ImportErrorKind::NotText => say(Text::ImportNotText, &[]),
        ImportErrorKind::Unknown => say(Text::ImportUnknown, &[]),
        ImportErrorKind::Toml(reason) => say(Text::ImportWrong, &[("format", &"TOML"), ("reason", &printable(reason))]),
        ImportErrorKind::Newer(version) => say(Text::ImportNewer, &[("version", version)]),
        ImportErrorKind::Json(reason) => say(Text::ImportWrong, &[("format", &"JSON"), ("reason", &printable(reason))]),
        ImportErrorKind::NoList => say(Text::ImportNoList, &[]),
        ImportErrorKind::Unclosed => say(Text::ImportUnclosed, &[]),
        ImportErrorKind::Nothing => say(Text::ImportNothing, &[]),
        ImportErrorKind::AllLeftOut(why) => say(Text::ImportAllLeftOut, &[("why", &unusable(lang, why))]),
        ImportErrorKind::TooMuch(error) => edit_error(lang, *error),
    };
    match error.line {
        Some(line) => say(Text::ImportLine, &[("line", &line), ("what", &what)]),
        None => what,
    }
}

/// `Line 12: not HEX …`
pub fn left_out(lang: Lang, left_out: &LeftOut) -> String {
    let what = unusable(lang, &left_out.why);
    fill(Text::ImportLine.text(lang), &[("line", &left_out.line), ("what", &what)])
}

fn unusable(lang: Lang, why: &Unusable) -> String {
    let say = |text: Text, values: &[(&str, &dyn Display)]| fill(text.text(lang), values);
    match why {
        Unusable::Hex(error) => say(Text::UnusableHex, &[("why", &typed(lang, TypedError::Hex(error.kind)))]),
        Unusable::Encoding => say(Text::UnusableEncoding, &[]),
        Unusable::Type(word) => say(Text::UnusableType, &[("word", &printable(word))]),
        Unusable::Charset(word) => say(Text::UnusableCharset, &[("word", &printable(word))]),
        Unusable::Number(word) => say(Text::UnusableNumber, &[("word", &printable(word))]),
        Unusable::TooLong { len } => say(Text::UnusableTooLong, &[("kib", &len.div_ceil(1024))]),
        Unusable::NotACommand => say(Text::UnusableNotACommand, &[]),
        Unusable::NoData => say(Text::UnusableNoData, &[]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::automation::import::import;

    #[test]
    fn a_line_comes_first() {
        let error = import(b"name,type,data\na,octal,7\n", "x").unwrap_err();
        assert_eq!(import_error(Lang::ZhCn, &error), "第 2 行：没有可用的内容：未知类型“octal”");
        assert_eq!(import_error(Lang::En, &error), "Line 2: nothing in it can be used: unknown type “octal”");
        let imported = import(b"a,hex,AB C\nb,text,x\n", "x").unwrap();
        let said = left_out(Lang::En, &imported.left_out[0]);
        assert!(said.starts_with("Line 1: not HEX: "), "{said}");
        let error = import(b"\n", "x").unwrap_err();
        assert_eq!(import_error(Lang::ZhCn, &error), "文件是空的");
    }
}
