//! The list of attachments behind a message's text: `id:name:size:mtime:attr[:ext]:`, each ended by BEL.
//!
//! Size, mtime and attr are hexadecimal, the id is decimal (and hexadecimal in the
//! [`FileRequest`](super::FileRequest)). A colon in a name is written twice, which iptux misreads: whoever offers a file
//! replaces it first.

use super::packet::{decimal, hexadecimal};

/// More attachments than so many in one message are not read.
pub const MAX_ATTACHMENTS: usize = 1000;

const END: u8 = 0x07;

/// A file or folder that a message offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its number within the message.
    pub id: u32,
    /// In the sender's encoding. Not to be used as a path: see [`safe_name`](super::safe_name).
    pub name: Vec<u8>,
    /// In bytes; of a folder often zero.
    pub size: u64,
    /// When it was last written, in seconds since 1970.
    pub mtime: u64,
    /// The kind in the low byte, see [`FileKind`]; bits above it say hidden, read-only and the like.
    pub attr: u32,
    /// What else is said of it.
    pub ext: Vec<ExtAttr>,
}

impl Attachment {
    /// What it is.
    pub const fn kind(&self) -> FileKind {
        FileKind::from_attr(self.attr)
    }
}

/// The low byte of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// 1.
    Regular,
    /// 2.
    Directory,
    /// 3: in a folder's stream, the end of the directory.
    ReturnParent,
    /// 4.
    Symlink,
    /// Devices, pipes, and what was never defined.
    Other(u8),
}

impl FileKind {
    /// The kind that an attribute says.
    pub const fn from_attr(attr: u32) -> Self {
        match (attr & 0xFF) as u8 {
            1 => Self::Regular,
            2 => Self::Directory,
            3 => Self::ReturnParent,
            4 => Self::Symlink,
            other => Self::Other(other),
        }
    }

    /// The attribute of this kind, without bits above it.
    pub const fn attr(self) -> u32 {
        match self {
            Self::Regular => 1,
            Self::Directory => 2,
            Self::ReturnParent => 3,
            Self::Symlink => 4,
            Self::Other(other) => other as u32,
        }
    }
}

/// An extended attribute, `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtAttr {
    /// Such as [`ExtAttr::MTIME`].
    pub key: u32,
    /// As sent; hexadecimal for the keys known here.
    pub value: Vec<u8>,
}

impl ExtAttr {
    /// When it was last written, in seconds since 1970.
    pub const MTIME: u32 = 0x14;
    /// When it was made, in seconds since 1970.
    pub const CREATE_TIME: u32 = 0x16;

    /// A numeric attribute.
    pub fn new(key: u32, value: u64) -> Self {
        Self { key, value: format!("{value:x}").into_bytes() }
    }

    /// The value as a number.
    pub fn number(&self) -> Option<u64> {
        hexadecimal(&self.value)
    }

    fn parse(field: &[u8]) -> Option<Self> {
        let equals = field.iter().position(|byte| *byte == b'=')?;
        let key = u32::try_from(hexadecimal(&field[..equals])?).ok()?;
        Some(Self { key, value: field[equals + 1..].to_vec() })
    }
}

/// What was read of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachmentList {
    /// In the order of the list.
    pub items: Vec<Attachment>,
    /// How many could not be read, or were more than [`MAX_ATTACHMENTS`].
    pub refused: usize,
}

/// Reads a list. Items may be divided by BEL or by `:`, BEL, `:` in any combination; a NUL ends the list.
pub fn parse_list(list: &[u8]) -> AttachmentList {
    let list = list.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut read = AttachmentList::default();
    for item in list.split(|byte| *byte == END).filter(|item| !matches!(*item, b"" | b":")) {
        match parse_item(item) {
            Some(attachment) if read.items.len() < MAX_ATTACHMENTS => read.items.push(attachment),
            _ => read.refused += 1,
        }
    }
    read
}

fn parse_item(item: &[u8]) -> Option<Attachment> {
    let item = item.strip_prefix(b":").unwrap_or(item);
    let colon = item.iter().position(|byte| *byte == b':')?;
    let id = u32::try_from(decimal(&item[..colon])?).ok()?;
    let (name, rest) = take_name(&item[colon + 1..])?;
    let mut fields = rest.split(|byte| *byte == b':');
    Some(Attachment {
        id,
        name,
        size: hexadecimal(fields.next()?)?,
        mtime: hexadecimal(fields.next()?)?,
        attr: u32::try_from(hexadecimal(fields.next()?)?).ok()?,
        ext: parse_ext(fields),
    })
}

/// The list as bytes, without the NULs around it. BEL and NUL in a name are written as `_`.
pub fn emit_list(items: &[Attachment]) -> Vec<u8> {
    let mut list = Vec::new();
    for item in items {
        list.extend_from_slice(format!("{}:", item.id).as_bytes());
        push_name(&mut list, &item.name);
        list.extend_from_slice(format!(":{:x}:{:x}:{:x}:", item.size, item.mtime, item.attr).as_bytes());
        push_ext(&mut list, &item.ext);
        list.push(END);
    }
    list
}

/// A name up to the colon that ends it, and what follows that colon.
pub(super) fn take_name(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut name = Vec::new();
    let mut rest = bytes;
    loop {
        let colon = rest.iter().position(|byte| *byte == b':')?;
        name.extend_from_slice(&rest[..colon]);
        rest = &rest[colon + 1..];
        match rest.strip_prefix(b":") {
            Some(after) => {
                name.push(b':');
                rest = after;
            }
            None => return Some((name, rest)),
        }
    }
}

/// An empty name would read as a colon; it is written as `_`.
pub(super) fn push_name(out: &mut Vec<u8>, name: &[u8]) {
    if name.is_empty() {
        out.push(b'_');
    }
    for byte in name {
        match *byte {
            b':' => out.extend_from_slice(b"::"),
            0 | END => out.push(b'_'),
            other => out.push(other),
        }
    }
}

/// Extended attributes; a field that is none is passed over.
pub(super) fn parse_ext<'a>(fields: impl Iterator<Item = &'a [u8]>) -> Vec<ExtAttr> {
    fields.filter_map(ExtAttr::parse).collect()
}

pub(super) fn push_ext(out: &mut Vec<u8>, ext: &[ExtAttr]) {
    for ExtAttr { key, value } in ext {
        out.extend_from_slice(format!("{key:x}=").as_bytes());
        out.extend(value.iter().filter(|byte| !matches!(**byte, b':' | 0 | END)));
        out.push(b':');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: u32, name: &[u8]) -> Attachment {
        Attachment { id, name: name.to_vec(), size: 0x1F, mtime: 0x5F5E_1000, attr: 1, ext: Vec::new() }
    }

    #[test]
    fn every_separator() {
        let expected = [file(0, b"a"), file(1, b"b")];
        for list in [
            b"0:a:1f:5f5e1000:1:\x071:b:1f:5f5e1000:1:\x07".as_slice(),
            b"0:a:1f:5f5e1000:1:\x07:1:b:1f:5f5e1000:1:\x07:",
            b"0:a:1f:5f5e1000:1\x071:b:1f:5f5e1000:1\x07",
            b"0:a:1F:5F5E1000:1\x07:1:b:1f:5f5e1000:1",
            b"0:a:1f:5f5e1000:1:\x071:b:1f:5f5e1000:1:\x07\0\0garbage",
        ] {
            assert_eq!(parse_list(list), AttachmentList { items: expected.to_vec(), refused: 0 });
        }
        assert_eq!(emit_list(&expected), b"0:a:1f:5f5e1000:1:\x071:b:1f:5f5e1000:1:\x07");
    }

    #[test]
    fn colons_and_extended_attributes() {
        let item = Attachment {
            name: b":a::b:".to_vec(),
            ext: vec![ExtAttr::new(ExtAttr::MTIME, 0x5F5E_1000), ExtAttr { key: 0x22, value: b"x,y".to_vec() }],
            ..file(7, b"")
        };
        let list = emit_list(std::slice::from_ref(&item));
        assert_eq!(list, b"7:::a::::b:::1f:5f5e1000:1:14=5f5e1000:22=x,y:\x07");
        let read = parse_list(&list).items;
        assert_eq!(read[0].ext[0].number(), Some(0x5F5E_1000));
        assert_eq!(read, [item]);
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        let read = parse_list(b"x:a:1:1:1:\x071:b:1:1:1:\x072:c:zz:1:1:\x073:d\x074:e:10000000000000000:0:1:\x07");
        assert_eq!((read.items.len(), read.refused), (1, 4));
        let many = b"1:b:1:1:1:\x07".repeat(MAX_ATTACHMENTS + 3);
        assert_eq!((parse_list(&many).items.len(), parse_list(&many).refused), (MAX_ATTACHMENTS, 3));
    }

    #[test]
    fn kinds() {
        for attr in 0..=0xFF {
            assert_eq!(FileKind::from_attr(attr | 0x1000).attr(), attr);
        }
        assert_eq!(Attachment { attr: 0x2002, ..Attachment::default() }.kind(), FileKind::Directory);
    }
}
