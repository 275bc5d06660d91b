//! Names of files: which ones a requested name can mean, without a way out of the folder; and under which name a
//! download is kept.

use crate::codec::Charset;
use crate::codec::control;

/// A name inside of a folder: its components, from the folder down. None of them leads elsewhere on any system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelativeName(Vec<String>);

/// Why a name is refused; a server answers ERROR 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRefused {
    /// There is none, or it names a folder.
    #[error("no file is named")]
    Empty,
    /// Neither UTF-8 nor GBK.
    #[error("the name is neither UTF-8 nor GBK")]
    Encoding,
    /// It starts with a slash or backslash: absolute, or a computer's share.
    #[error("absolute names are not served")]
    Absolute,
    /// It has `..` in it.
    #[error("names with .. are not served")]
    Parent,
    /// A colon: a drive, or a stream of a file.
    #[error("names with a colon are not served")]
    Colon,
    /// NUL or another control character.
    #[error("names with control characters are not served")]
    Control,
    /// A device of Windows, such as `NUL` or `com1.txt`.
    #[error("names of devices are not served")]
    Device,
    /// Windows leaves trailing dots and spaces away, and so finds another file.
    #[error("names that end with a dot or space are not served")]
    Trailing,
}

impl RelativeName {
    /// Checks a name whose encoding is known. Slash and backslash separate its components.
    pub fn new(name: &str) -> Result<Self, NameRefused> {
        let separator = |ch| matches!(ch, '/' | '\\');
        if name.starts_with(separator) {
            return Err(NameRefused::Absolute);
        }
        if name.ends_with(separator) {
            return Err(NameRefused::Empty);
        }
        let components = name.split(separator).filter(|part| !matches!(*part, "" | "."));
        let components = components.map(|part| check(part).map(|()| part.to_owned())).collect::<Result<Vec<_>, _>>()?;
        if components.is_empty() { Err(NameRefused::Empty) } else { Ok(Self(components)) }
    }

    /// From the folder down; one at least.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn check(part: &str) -> Result<(), NameRefused> {
    match part {
        ".." => Err(NameRefused::Parent),
        _ if part.contains(char::is_control) => Err(NameRefused::Control),
        _ if part.contains(':') => Err(NameRefused::Colon),
        _ if part.ends_with(['.', ' ']) => Err(NameRefused::Trailing),
        _ if is_device(part) => Err(NameRefused::Device),
        _ => Ok(()),
    }
}

/// True for what Windows takes for a device in any folder, with any extension.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end_matches(' ').to_uppercase();
    if matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$") {
        return true;
    }
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let mut number = port.unwrap_or_default().chars();
    matches!((number.next(), number.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

/// The files that a requested name can mean, likeliest first: as UTF-8, then as GBK. A server takes the first that
/// exists. What is valid UTF-8 and refused is not tried as something else.
pub fn candidates(name: &[u8]) -> Result<Vec<RelativeName>, NameRefused> {
    let gbk = Some(Charset::Gbk.decode_lossy(name)).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
    let gbk = gbk.map(|text| RelativeName::new(&text));
    let Ok(utf8) = str::from_utf8(name) else { return Ok(vec![gbk.ok_or(NameRefused::Encoding)??]) };
    let mut found = vec![RelativeName::new(utf8)?];
    found.extend(gbk.and_then(Result::ok).filter(|other| *other != found[0]));
    Ok(found)
}

/// Octets of a local name; with `.part` behind it every file system takes it.
const LONGEST_LOCAL: usize = 200;

/// The name under which a download is kept: the last component of the remote name, without anything that a file system
/// refuses or takes for more than a name.
pub fn local_name(remote: &str) -> String {
    let last = remote.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |ch: char| match ch {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        _ if control::picture(ch).is_some() => '_',
        _ => ch,
    };
    let mut name: String = last.chars().map(harmless).collect();
    name.truncate(name.floor_char_boundary(LONGEST_LOCAL));
    let name = name.trim_start_matches(' ').trim_end_matches(['.', ' ']);
    match name {
        "" => "download".to_owned(),
        _ if is_device(name) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &[u8]) -> Vec<String> {
        candidates(name).unwrap().iter().map(|name| name.components().collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn names_inside_of_the_folder() {
        assert_eq!(parts(b"fw.bin"), ["fw.bin"]);
        assert_eq!(parts(b"a/b\\c..d/./e//.f"), ["a|b|c..d|e|.f"]);
        assert_eq!(parts(b"...x"), ["...x"]);
        assert_eq!(parts(b"console.txt"), ["console.txt"]);
        assert_eq!(parts(b"com10"), ["com10"]);
    }

    #[test]
    fn chinese_names_in_both_encodings() {
        assert_eq!(parts("固件.bin".as_bytes())[0], "固件.bin");
        assert_eq!(parts(&Charset::Gbk.encode("固件.bin").unwrap()), ["固件.bin"]);
        let with_backslash_octet = Charset::Gbk.encode("誠.bin").unwrap();
        assert!(with_backslash_octet.contains(&b'\\'), "{with_backslash_octet:x?}");
        assert_eq!(parts(&with_backslash_octet), ["誠.bin"]);
    }

    #[test]
    fn ways_out_are_refused() {
        use NameRefused::{Absolute, Colon, Control, Device, Empty, Encoding, Parent, Trailing};
        for (name, why) in [
            (&b""[..], Empty),
            (b".", Empty),
            (b"a/", Empty),
            (b"..", Parent),
            (b"../etc/passwd", Parent),
            (b"a/../../b", Parent),
            (b"a\\..\\..\\b", Parent),
            (b"/etc/passwd", Absolute),
            (b"\\windows\\win.ini", Absolute),
            (b"\\\\host\\share\\a", Absolute),
            (b"//host/share/a", Absolute),
            (b"\\\\?\\C:\\a", Absolute),
            (b"C:\\a", Colon),
            (b"c:a", Colon),
            (b"a.txt:stream", Colon),
            (b"a.txt::$DATA", Colon),
            (b"a\x01b", Control),
            (b"a\nb", Control),
            (b"a\0b", Control),
            (b"con", Device),
            (b"sub/NUL", Device),
            (b"nul.txt", Device),
            (b"Aux .c", Device),
            (b"com1", Device),
            (b"LPT9.log", Device),
            ("com²".as_bytes(), Device),
            (b"CONIN$", Device),
            (b"a.", Trailing),
            (b"a ", Trailing),
            (b"... ", Trailing),
            (b"...", Trailing),
            (b".. /a", Trailing),
            (b"a\xFF", Encoding),
        ] {
            let found = candidates(name).map(|names| names.len());
            assert_eq!(found, Err(why), "{}", name.escape_ascii());
        }
    }

    #[test]
    fn a_download_gets_a_harmless_name() {
        for (remote, local) in [
            ("images/fw.bin", "fw.bin"),
            ("C:\\tftp\\a b.bin", "a b.bin"),
            ("固件.bin", "固件.bin"),
            ("a:b?c*.txt", "a_b_c_.txt"),
            ("..", "download"),
            ("a/", "download"),
            ("nul.txt", "_nul.txt"),
            ("x\u{202E}gpj.exe", "x_gpj.exe"),
            ("tab\t.", "tab_"),
        ] {
            assert_eq!(local_name(remote), local, "{remote}");
        }
        assert!(local_name(&"长".repeat(400)).len() <= LONGEST_LOCAL);
    }
}
