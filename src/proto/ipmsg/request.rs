//! What a TCP connection asks for, in the extra of GETFILEDATA and GETDIRFILES: `packetNo:fileID:offset` and
//! `packetNo:fileID`, all hexadecimal (also the id, which is decimal in the list of attachments).

use super::packet::hexadecimal;

/// The extra of GETFILEDATA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FileRequest {
    /// The number of the message that offered the file.
    pub number: u64,
    /// The attachment's id in that message.
    pub file_id: u32,
    /// From which byte on. iptux sends all, whatever is asked.
    pub offset: u64,
}

impl FileRequest {
    /// Reads an extra; a missing offset is zero. What follows a NUL or a further colon does not count.
    pub fn parse(extra: &[u8]) -> Option<Self> {
        let mut fields = fields(extra);
        let DirRequest { number, file_id } = DirRequest::take(&mut fields)?;
        let offset = match fields.next() {
            None | Some(b"") => 0,
            Some(offset) => hexadecimal(offset)?,
        };
        Some(Self { number, file_id, offset })
    }

    /// The extra, ended by NUL.
    pub fn emit(&self) -> Vec<u8> {
        format!("{:x}:{:x}:{:x}\0", self.number, self.file_id, self.offset).into_bytes()
    }
}

/// The extra of GETDIRFILES.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DirRequest {
    /// The number of the message that offered the folder.
    pub number: u64,
    /// The attachment's id in that message.
    pub file_id: u32,
}

impl DirRequest {
    /// Reads an extra. What follows a NUL or a further colon does not count.
    pub fn parse(extra: &[u8]) -> Option<Self> {
        Self::take(&mut fields(extra))
    }

    /// The extra, ended by NUL.
    pub fn emit(&self) -> Vec<u8> {
        format!("{:x}:{:x}\0", self.number, self.file_id).into_bytes()
    }

    fn take<'a>(fields: &mut impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let number = hexadecimal(fields.next()?)?;
        let file_id = u32::try_from(hexadecimal(fields.next()?)?).ok()?;
        Some(Self { number, file_id })
    }
}

fn fields(extra: &[u8]) -> impl Iterator<Item = &[u8]> {
    let line = extra.split(|byte| *byte == 0).next().unwrap_or_default();
    line.split(|byte| *byte == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_asked_for() {
        let request = FileRequest { number: 0x6aff_ce0a, file_id: 0x1F, offset: 0xA0 };
        for extra in [&b"6affce0a:1f:a0"[..], b"6AFFCE0A:1F:A0\0", b"6affce0a:1f:a0:", b"6affce0a:1f:a0:\0:x"] {
            assert_eq!(FileRequest::parse(extra), Some(request));
        }
        assert_eq!(request.emit(), b"6affce0a:1f:a0\0");
        assert_eq!(FileRequest::parse(b"1:2:"), Some(FileRequest { number: 1, file_id: 2, offset: 0 }));
        assert_eq!(FileRequest::parse(b"1:2"), FileRequest::parse(b"1:2:0"));
    }

    #[test]
    fn a_folder_is_asked_for() {
        let request = DirRequest { number: 0x6aff_ce0a, file_id: 1 };
        for extra in [&b"6affce0a:1"[..], b"6affce0a:1\0", b"6affce0a:1:", b"6affce0a:1:0:\0"] {
            assert_eq!(DirRequest::parse(extra), Some(request));
        }
        assert_eq!(request.emit(), b"6affce0a:1\0");
    }

    #[test]
    fn anything_else_is_refused() {
        for extra in [&b""[..], b":", b"1", b"1:", b"x:1:0", b"1:100000000:0", b"1:1:-1", b"1:+1:0", b" 1:1:0"] {
            assert_eq!(FileRequest::parse(extra), None, "{}", extra.escape_ascii());
        }
    }
}
