//! A SHA-256, and another to compare it with as people paste it: alone, with colons, in capitals, or as a line of
//! `sha256sum`.

use egui::{Label, RichText, TextEdit, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{label_above, row, text_width};

/// Draws a SHA-256, and a field for one to compare it with.
pub fn digest_ui(ui: &mut Ui, sha256: &str, pasted: &mut String, lang: Lang) {
    let palette = Palette::of(ui);
    ui.add(Label::new(RichText::new(format!("SHA-256 {sha256}")).monospace().size(11.0)).selectable(true).wrap());
    row(ui, |ui| {
        let label = label_above(ui, Text::TftpCompare.text(lang));
        let (words, colour) = match compare(pasted, sha256) {
            Comparison::Empty => ("", palette.secondary),
            Comparison::NotADigest => (Text::TftpNotADigest.text(lang), palette.secondary),
            Comparison::Same => (Text::TftpSame.text(lang), palette.received),
            Comparison::Different => (Text::TftpDifferent.text(lang), palette.error),
        };
        let width = (ui.available_width() - text_width(ui, words) - 12.0).max(60.0);
        let field = TextEdit::singleline(pasted)
            .desired_width(width)
            .min_size(vec2(width, CONTROL_HEIGHT))
            .char_limit(1000)
            .hint_text(Text::TftpCompareHint.text(lang));
        ui.add(field).labelled_by(label.id);
        if !words.is_empty() {
            ui.label(RichText::new(words).strong().color(colour));
        }
    });
}

/// What a pasted text says about a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    /// Nothing was pasted.
    Empty,
    /// It is no SHA-256.
    NotADigest,
    /// It is this one.
    Same,
    /// It is another one.
    Different,
}

/// Compares a pasted text with 64 hexadecimal digits.
fn compare(pasted: &str, sha256: &str) -> Comparison {
    if pasted.trim().is_empty() {
        return Comparison::Empty;
    }
    let words = pasted.split_whitespace().map(str::to_owned);
    let all: String = pasted.split_whitespace().collect();
    match words.chain([all]).find_map(|word| digits(&word)) {
        None => Comparison::NotADigest,
        Some(digits) if digits.eq_ignore_ascii_case(sha256) => Comparison::Same,
        Some(_) => Comparison::Different,
    }
}

fn digits(word: &str) -> Option<String> {
    let digits: String = word.chars().filter(|c| !matches!(c, ':' | '-')).collect();
    (digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_people_paste_it() {
        let sha = "0a1b".repeat(16);
        let colons: Vec<&str> = sha.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap_or_default()).collect();
        let (first, second) = sha.split_at(32);
        for same in [
            sha.clone(),
            format!(" {}\n", sha.to_uppercase()),
            format!("{sha}  fw.bin"),
            format!("SHA256 (fw.bin) = {sha}"),
            colons.join(":"),
            colons.join(" "),
            format!("{first}\r\n{second}"),
        ] {
            assert_eq!(compare(&same, &sha), Comparison::Same, "{same}");
        }
        assert_eq!(compare(&"0a1c".repeat(16), &sha), Comparison::Different);
        assert_eq!(compare(" ", &sha), Comparison::Empty);
        for wrong in [first, "d41d8cd98f00b204e9800998ecf8427e", "没有"] {
            assert_eq!(compare(wrong, &sha), Comparison::NotADigest, "{wrong}");
        }
    }
}
