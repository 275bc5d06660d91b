//! Datagrams in words: the protocols that are known by their bytes.
//!
//! A protocol is told by its datagram alone, so that any tab shows it, whatever it was opened for.

use std::ops::Range;

use super::{Lang, ipmsg, tftp_line};

/// A protocol that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// IP Messenger, FeiQ, iptux.
    Ipmsg,
    /// TFTP.
    Tftp,
}

/// A datagram with its fields, each with the bytes that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What it is.
    pub protocol: Protocol,
    /// In the order of their bytes; they do not overlap, and together need not be all bytes.
    pub fields: Vec<Field>,
    /// Why not all of it can be read.
    pub defect: Option<&'static str>,
}

/// A field of a datagram. Its words are one line without control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// What that means; may be empty.
    pub note: String,
}

impl Protocol {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ipmsg => "IPMSG",
            Self::Tftp => "TFTP",
        }
    }
}

/// What a datagram means, in one line; `None` if its protocol is not known.
pub fn decoded_line(lang: Lang, bytes: &[u8]) -> Option<String> {
    ipmsg::ipmsg_line(lang, bytes).or_else(|| tftp_line::tftp_line(lang, bytes))
}

/// A datagram's fields; `None` if its protocol is not known.
pub fn decoded(lang: Lang, bytes: &[u8]) -> Option<Decoded> {
    if let Some((fields, defect)) = ipmsg::fields(lang, bytes) {
        return Some(Decoded { protocol: Protocol::Ipmsg, fields, defect });
    }
    let fields = tftp_line::fields(lang, bytes)?;
    Some(Decoded { protocol: Protocol::Tftp, fields, defect: None })
}
