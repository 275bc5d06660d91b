//! FeiQ's group messages, sent to a multicast address: `QUNMSGMARK#group[_stamp]#text`, sealed with Blowfish.
//!
//! The key is the MAC address in the sender's version string, which everyone reads: this hides nothing.

use std::net::Ipv4Addr;

use blowfish::Blowfish;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use thiserror::Error;

use super::{FeiqVersion, Packet};

/// Where group messages are sent.
pub const GROUP_ADDRESS: Ipv4Addr = Ipv4Addr::new(226, 81, 9, 8);

const MARK: &[u8] = b"QUNMSGMARK#";
const BLOCK_BYTES: usize = 8;

/// The plain body of a group message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupBody {
    /// The group's number in hexadecimal digits, as sent.
    pub group: Vec<u8>,
    /// What follows the group's number behind an underscore.
    pub stamp: Option<Vec<u8>>,
    /// The text in GBK, with a font at its end.
    pub text: Vec<u8>,
}

impl GroupBody {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let rest = body.strip_prefix(MARK)?;
        let hash = rest.iter().position(|byte| *byte == b'#')?;
        let mut parts = rest[..hash].splitn(2, |byte| *byte == b'_');
        let group = parts.next().filter(|group| !group.is_empty())?.to_vec();
        Some(Self { group, stamp: parts.next().map(<[u8]>::to_vec), text: rest[hash + 1..].to_vec() })
    }

    /// The body. Neither group nor stamp may contain `#`, nor the group `_`.
    pub fn emit(&self) -> Vec<u8> {
        let mut body = [MARK, &self.group].concat();
        if let Some(stamp) = &self.stamp {
            body.push(b'_');
            body.extend_from_slice(stamp);
        }
        body.push(b'#');
        body.extend_from_slice(&self.text);
        body
    }
}

/// Why a group message can't be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum GroupRefused {
    /// The key is in FeiQ's version string, and this is none.
    #[error("the version is not FeiQ's, so there is no key")]
    NoKey,
    /// The key does not open it.
    #[error("the key does not open it")]
    NotOpened,
    /// Opened, but without the mark.
    #[error("the body does not begin with QUNMSGMARK")]
    NoMark,
}

/// Opens and reads the body of a group message.
pub fn read(packet: &Packet) -> Result<GroupBody, GroupRefused> {
    let version = FeiqVersion::parse(&packet.version).ok_or(GroupRefused::NoKey)?;
    let sealed = packet.extra.get(..version.cipher_len as usize).filter(|sealed| !sealed.is_empty());
    let plain = open(sealed.unwrap_or(&packet.extra), &version.mac).ok_or(GroupRefused::NotOpened)?;
    GroupBody::parse(&plain).ok_or(GroupRefused::NoMark)
}

/// Seals a body with the 12 digits of a MAC address. The packet's version must say the length of what results.
pub fn seal(plain: &[u8], mac: &[u8; 12]) -> Vec<u8> {
    cbc::Encryptor::<Blowfish>::new_from_slices(mac, &[0; BLOCK_BYTES])
        .expect("12 bytes are a key for Blowfish, 8 an initialization vector")
        .encrypt_padded_vec::<Pkcs7>(plain)
}

/// Opens what [`seal`] sealed; bytes beyond the last whole block, such as a NUL, do not count.
pub fn open(sealed: &[u8], mac: &[u8; 12]) -> Option<Vec<u8>> {
    let blocks = &sealed[..sealed.len() - sealed.len() % BLOCK_BYTES];
    cbc::Decryptor::<Blowfish>::new_from_slices(mac, &[0; BLOCK_BYTES])
        .expect("12 bytes are a key for Blowfish, 8 an initialization vector")
        .decrypt_padded_vec::<Pkcs7>(blocks)
        .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::codec::hex;

    const MAC: [u8; 12] = *b"00163E4D0002";

    fn body() -> GroupBody {
        GroupBody { group: b"3b199b07".to_vec(), stamp: None, text: b"hello".to_vec() }
    }

    #[test]
    fn the_known_vector() {
        assert_eq!(body().emit(), b"QUNMSGMARK#3b199b07#hello");
        let sealed = hex::parse("57b4834831a759d4bd58ff02f826a5b1ebd43fc8fad9175a60ffff3fe4a12e86").unwrap();
        assert_eq!(seal(&body().emit(), &MAC), sealed);
        assert_eq!(open(&sealed, &MAC).unwrap(), body().emit());
    }

    #[test]
    fn a_packet_with_a_nul_behind_it() {
        let extra = [seal(&body().emit(), &MAC), vec![0]].concat();
        let version = FeiqVersion { cipher_len: 32, ..FeiqVersion::feiq3(MAC) };
        let packet = Packet { version: version.emit(), extra, ..Packet::default() };
        assert_eq!(read(&packet), Ok(body()));
        let without_length = Packet { version: FeiqVersion::feiq3(MAC).emit(), ..packet.clone() };
        assert_eq!(read(&without_length), Ok(body()));
        assert_eq!(read(&Packet { version: b"1".to_vec(), ..packet.clone() }), Err(GroupRefused::NoKey));
        let others = FeiqVersion::feiq3(*b"00163E4D0003").emit();
        assert_eq!(read(&Packet { version: others, ..packet.clone() }), Err(GroupRefused::NotOpened));
        let plain = Packet { extra: seal(b"hello", &MAC), ..without_length };
        assert_eq!(read(&plain), Err(GroupRefused::NoMark));
        assert_eq!(read(&Packet { extra: Vec::new(), ..packet }), Err(GroupRefused::NotOpened));
    }

    #[test]
    fn a_stamp_behind_the_group() {
        let body = GroupBody::parse(b"QUNMSGMARK#3b199b07_24901708#/:bomb#{/font;}").unwrap();
        assert_eq!(body.stamp.as_deref(), Some(b"24901708".as_slice()));
        assert_eq!(body.text, b"/:bomb#{/font;}");
        assert_eq!(body.emit(), b"QUNMSGMARK#3b199b07_24901708#/:bomb#{/font;}");
        for other in [&b""[..], b"QUNMSGMARK#", b"QUNMSGMARK##x", b"QUNMSGMARK#1", b"qunmsgmark#1#x"] {
            assert_eq!(GroupBody::parse(other), None);
        }
    }
}
