//! The text of a file, in the encodings in which such files are written.

use super::{ImportError, ImportErrorKind, MAX_FILE_BYTES};
use crate::codec::Charset;

/// The text, without a byte order mark: UTF-8 or UTF-16 by its mark, else UTF-8 if it is that, else GBK, which is what
/// Chinese programs on Windows write.
pub(super) fn text(bytes: &[u8]) -> Result<(String, Charset), ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ImportErrorKind::TooLarge { len: bytes.len() }.into());
    }
    let (charset, content) = match bytes {
        [0xEF, 0xBB, 0xBF, content @ ..] => (Charset::Utf8, content),
        [0xFF, 0xFE, content @ ..] => (Charset::Utf16Le, content),
        [0xFE, 0xFF, content @ ..] => (Charset::Utf16Be, content),
        _ if std::str::from_utf8(bytes).is_ok() => (Charset::Utf8, bytes),
        _ => (Charset::Gbk, bytes),
    };
    let text = charset.decode_lossy(content);
    if text.trim().is_empty() {
        return Err(ImportErrorKind::Empty.into());
    }
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return Err(ImportError::at(line, ImportErrorKind::NotText));
    }
    Ok((text, charset))
}
