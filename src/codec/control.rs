//! Characters that would act on the text around them, or not be seen at all, shown instead of obeyed.

use std::fmt;

/// What stands for a character that is not drawn itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// One character: ␀ to ␟ and ␡.
    Symbol(char),
    /// The number of the character it is, written `<U+202E>`.
    Code(char),
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Symbol(symbol) => write!(f, "{symbol}"),
            Self::Code(ch) => write!(f, "<U+{:04X}>", u32::from(ch)),
        }
    }
}

/// What to show for `ch`; `None` if it is drawn as itself.
///
/// Control characters of ASCII have their picture in Unicode. Those of Latin-1, bidirectional controls, characters
/// without width, line and paragraph separators, fillers and tags are shown by number: otherwise a peer could hide
/// bytes, or turn the order of a line around. Tab and newline are C0 controls like the others here; who lets them act
/// asks first.
pub const fn picture(ch: char) -> Option<Picture> {
    match ch {
        '\0'..='\x1F' => match char::from_u32(0x2400 + ch as u32) {
            Some(symbol) => Some(Picture::Symbol(symbol)),
            None => None,
        },
        '\x7F' => Some(Picture::Symbol('␡')),
        '\u{80}'..='\u{9F}'             // C1
        | '\u{AD}'                      // soft hyphen
        | '\u{34F}'                     // combining grapheme joiner
        | '\u{61C}'                     // Arabic letter mark
        | '\u{115F}' | '\u{1160}'       // Hangul fillers
        | '\u{17B4}' | '\u{17B5}'       // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}'       // Mongolian selectors and vowel separator
        | '\u{200B}'..='\u{200F}'       // zero width space and joiners, LRM, RLM
        | '\u{2028}'..='\u{202E}'       // separators, bidirectional embeddings and overrides
        | '\u{2060}'..='\u{206F}'       // word joiner, invisible operators, isolates
        | '\u{3164}' | '\u{FFA0}'       // Hangul fillers
        | '\u{FE00}'..='\u{FE0F}'       // variation selectors
        | '\u{FEFF}'                    // byte order mark
        | '\u{FFF9}'..='\u{FFFB}'       // interlinear annotation
        | '\u{1D173}'..='\u{1D17A}'     // musical beams and slurs
        | '\u{E0000}'..='\u{E0FFF}'     // tags, more variation selectors
        => Some(Picture::Code(ch)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::picture;

    fn shown(ch: char) -> Option<String> {
        picture(ch).map(|picture| picture.to_string())
    }

    #[test]
    fn controls_are_pictures() {
        assert_eq!(shown('\0').as_deref(), Some("␀"));
        assert_eq!(shown('\x1B').as_deref(), Some("␛"));
        assert_eq!(shown('\r').as_deref(), Some("␍"));
        assert_eq!(shown('\x7F').as_deref(), Some("␡"));
        assert_eq!(shown('\u{85}').as_deref(), Some("<U+0085>"));
        assert_eq!(shown('\u{202E}').as_deref(), Some("<U+202E>"));
        assert_eq!(shown('\u{2067}').as_deref(), Some("<U+2067>"));
        assert_eq!(shown('\u{200B}').as_deref(), Some("<U+200B>"));
        assert_eq!(shown('\u{2029}').as_deref(), Some("<U+2029>"));
        assert_eq!(shown('\u{E0041}').as_deref(), Some("<U+E0041>"));
    }

    #[test]
    fn every_control_character_has_a_picture_and_no_picture_needs_one() {
        for ch in ('\0'..=char::MAX).filter(|ch| ch.is_control()) {
            assert!(picture(ch).is_some(), "{ch:?}");
        }
        for ch in ('\0'..=char::MAX).filter_map(shown).flat_map(|text| text.chars().collect::<Vec<_>>()) {
            assert_eq!(picture(ch), None);
        }
    }

    #[test]
    fn text_is_drawn_as_itself() {
        for ch in " aé你😀\u{FFFD}\u{301}\u{3000}".chars() {
            assert_eq!(picture(ch), None, "{ch:?}");
        }
    }
}
