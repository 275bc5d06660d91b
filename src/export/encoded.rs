//! Text to the bytes of a file.

use encoding_rs::EncoderResult;

/// The encodings of a text file that is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// GBK. What it lacks is written as `?`.
    Gbk,
}

impl TextEncoding {
    /// Appends the text's bytes; returns how many characters the encoding lacks.
    pub(super) fn encode(self, text: &str, out: &mut Vec<u8>) -> u64 {
        match self {
            Self::Utf8 => {
                out.extend_from_slice(text.as_bytes());
                0
            }
            Self::Gbk => encode_gbk(text, out),
        }
    }
}

fn encode_gbk(text: &str, out: &mut Vec<u8>) -> u64 {
    let mut encoder = encoding_rs::GBK.new_encoder();
    let (mut rest, mut lacking) = (text, 0);
    loop {
        out.reserve(rest.len() + 16); // at most two bytes for each of UTF-8's two or more, one for one
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return lacking,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => {
                out.push(b'?');
                lacking += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_says_what_it_lacks() {
        let mut out = b"> ".to_vec();
        assert_eq!(TextEncoding::Gbk.encode("你好,😀world\u{1F600}", &mut out), 2);
        assert_eq!(out, b"> \xC4\xE3\xBA\xC3,?world?");
        assert_eq!(TextEncoding::Gbk.encode("", &mut out), 0);
        assert_eq!(TextEncoding::Gbk.encode(&"é中".repeat(10_000), &mut out), 0);
    }

    #[test]
    fn utf8_lacks_nothing() {
        let mut out = Vec::new();
        assert_eq!(TextEncoding::Utf8.encode("你😀", &mut out), 0);
        assert_eq!(out, "你😀".as_bytes());
    }
}
