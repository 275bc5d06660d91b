//! File names that a peer sends, made fit to be created in a folder, or refused.
//!
//! The rules are the same on every system, so that a folder received on one can be copied to another.

use thiserror::Error;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 255;

/// What takes the place of a character that some system does not allow.
const SUBSTITUTE: char = '_';

/// Why no file of this name is created.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NameRefused {
    /// There is no name.
    #[error("the name is empty")]
    Empty,
    /// `.` or `..`.
    #[error("the name means a directory")]
    Relative,
    /// `/` or `\`.
    #[error("the name contains a path separator")]
    Separator,
    /// NUL, another control character, or one that turns the direction of writing around to hide the real ending.
    #[error("the name contains the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// A device of Windows, such as `CON` or `com1.txt`.
    #[error("the name is a device on Windows")]
    Device,
    /// More than [`MAX_NAME_BYTES`].
    #[error("the name is longer than {MAX_NAME_BYTES} bytes")]
    TooLong,
}

/// The name under which a file may be created: one component of a path, on every system.
///
/// Decode first, then ask. What would leave the folder, reach a device or deceive is refused; what only Windows does
/// not allow (`< > : " | ? *`, a dot or space at the end) becomes `_`.
pub fn safe_name(name: &str) -> Result<String, NameRefused> {
    match name {
        "" => return Err(NameRefused::Empty),
        "." | ".." => return Err(NameRefused::Relative),
        _ => {}
    }
    if let Some(ch) = name.chars().find(|ch| ch.is_control() || is_directional(*ch)) {
        return Err(NameRefused::Control(ch));
    }
    if name.contains(['/', '\\']) {
        return Err(NameRefused::Separator);
    }
    if is_device(name) {
        return Err(NameRefused::Device);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(NameRefused::TooLong);
    }
    let last = name.char_indices().next_back().map_or(0, |(at, _)| at);
    let allowed = |(at, ch)| match ch {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => SUBSTITUTE,
        '.' | ' ' if at == last => SUBSTITUTE,
        ch => ch,
    };
    Ok(name.char_indices().map(allowed).collect())
}

/// Bidirectional controls and line separators.
fn is_directional(ch: char) -> bool {
    matches!(ch, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Windows takes these for devices whatever follows the first dot, and passes over spaces before it.
fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let mut digits = port.unwrap_or_default().chars();
    matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "a",
            "报告.txt",
            ".hidden",
            "...a",
            "a b",
            "-rf",
            "~",
            "%s",
            "CONSOLE",
            "com10",
            "com",
            "nul_",
            "😀",
            "a\u{FFFD}",
        ] {
            assert_eq!(safe_name(name).as_deref(), Ok(name));
        }
        assert!(safe_name(&"x".repeat(255)).is_ok());
    }

    #[test]
    fn what_windows_does_not_allow_is_replaced() {
        assert_eq!(safe_name("C:x").as_deref(), Ok("C_x"));
        assert_eq!(safe_name("a<b>\"c\"|?*").as_deref(), Ok("a_b__c____"));
        assert_eq!(safe_name("a.").as_deref(), Ok("a_"));
        assert_eq!(safe_name("a. ").as_deref(), Ok("a._"));
        assert_eq!(safe_name("...").as_deref(), Ok(".._"));
        assert_eq!(safe_name(".. ").as_deref(), Ok(".._"));
        assert_eq!(safe_name(" ").as_deref(), Ok("_"));
    }

    #[test]
    fn what_leaves_the_folder_is_refused() {
        assert_eq!(safe_name(""), Err(NameRefused::Empty));
        assert_eq!(safe_name("."), Err(NameRefused::Relative));
        assert_eq!(safe_name(".."), Err(NameRefused::Relative));
        for name in ["/", "/etc/passwd", "../x", "a/b", "..\\x", "C:\\x", "\\\\host\\share"] {
            assert_eq!(safe_name(name), Err(NameRefused::Separator), "{name}");
        }
    }

    #[test]
    fn what_deceives_is_refused() {
        for ch in ['\0', '\n', '\x1B', '\x7F', '\u{85}', '\u{202E}', '\u{2028}', '\u{2067}', '\u{200F}'] {
            assert_eq!(safe_name(&format!("a{ch}b")), Err(NameRefused::Control(ch)));
        }
        for name in ["con", "NUL.txt", "nul .tar.gz", "Com1", "lpt9.x", "COM¹", "aux:", "conin$", "prn."] {
            assert_eq!(safe_name(name), Err(NameRefused::Device), "{name}");
        }
        assert_eq!(safe_name(&"图".repeat(86)), Err(NameRefused::TooLong));
    }
}
