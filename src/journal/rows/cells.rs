//! How characters are shown, and how many half-width columns (cells) they take.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

use crate::codec::control::{self, Picture};

/// Appends a character as it is shown (control characters by their pictures, never obeyed); how many characters
/// that took.
pub(super) fn push_shown(ch: char, out: &mut String) -> usize {
    match control::picture(ch) {
        None => out.push(ch),
        Some(Picture::Symbol(symbol)) => out.push(symbol),
        Some(code @ Picture::Code(_)) => {
            let before = out.len();
            let _ = write!(out, "{code}"); // writing to a String cannot fail
            return out.len() - before;
        }
    }
    1
}

/// How many cells a character takes as [`push_shown`] shows it.
pub(super) fn width(ch: char) -> u32 {
    if matches!(ch, ' '..='~') {
        return 1;
    }
    match control::picture(ch) {
        None => drawn_width(ch),
        Some(Picture::Symbol(_)) => 1,
        Some(Picture::Code(ch)) => {
            let digits = if u32::from(ch) > 0xFFFF { 5 } else { 4 };
            "<U+>".len() as u32 + digits
        }
    }
}

fn drawn_width(ch: char) -> u32 {
    match ch {
        // Letterlike symbols, arrows, mathematics, ①, ■, ☆: Unicode leaves their width open, and fonts for Chinese (the
        // bundled one too) draw most of them two cells wide. Counted as wide, a row may end a cell early, never late.
        '\u{2100}'..='\u{23FF}' | '\u{2460}'..='\u{24FF}' | '\u{25A0}'..='\u{26FF}' => 2,
        _ => UnicodeWidthChar::width(ch).unwrap_or(1) as u32,
    }
}

/// Where the rows of a line begin.
pub(super) fn wrap(text: &[char], columns: u32) -> Vec<usize> {
    let mut starts = vec![0];
    let mut column = 0_u32;
    for (i, &ch) in text.iter().enumerate() {
        let cells = width(ch);
        if column.saturating_add(cells) > columns && column > 0 {
            starts.push(i);
            column = 0;
        }
        column = column.saturating_add(cells);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        for (ch, cells) in [
            ('a', 1),
            ('é', 1),
            ('─', 1),
            ('你', 2),
            ('，', 2),
            ('😀', 2),
            ('①', 2),
            ('■', 2),
            ('→', 2),
            ('≠', 2),
            ('℃', 2),
            ('␀', 1),
            ('\0', 1),
            ('\u{7F}', 1),
            ('\u{301}', 0),
        ] {
            assert_eq!(width(ch), cells, "{ch:?}");
        }
    }

    #[test]
    fn a_picture_is_as_wide_as_its_text() {
        for ch in ('\0'..=char::MAX).filter(|ch| control::picture(*ch).is_some()) {
            let mut shown = String::new();
            let count = push_shown(ch, &mut shown);
            assert_eq!((count, width(ch)), (shown.chars().count(), shown.chars().count() as u32), "{ch:?}");
        }
    }

    #[test]
    fn lines_wrap_at_the_width_and_never_lose_a_character() {
        let text: Vec<char> = "ab你好cd".chars().collect();
        assert_eq!(wrap(&text, 80), [0]);
        assert_eq!(wrap(&text, 4), [0, 3]);
        assert_eq!(wrap(&text, 3), [0, 2, 3, 5]);
        assert_eq!(wrap(&text, 1), [0, 1, 2, 3, 4, 5]);
        assert_eq!(wrap(&text, 0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(wrap(&[], 4), [0]);
    }
}
