//! One block, as a person sets it up.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error as ThisError;

use super::Checksum;
use crate::codec::byte_order::ByteOrder;
use crate::codec::hex;

/// Something that is added to what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// 固定位: always these bytes; the classic proposes 0D.
    Fixed {
        /// The bytes; in settings they are HEX.
        #[serde(with = "hex_text")]
        bytes: Vec<u8>,
        /// Where they are put.
        #[serde(default)]
        at: Place,
    },
    /// A carriage return at the end.
    Cr,
    /// A line feed at the end.
    Lf,
    /// A carriage return and a line feed at the end.
    CrLf,
    /// A byte 00 at the end.
    Nul,
    /// A checksum.
    Checksum(ChecksumBlock),
    /// How long the message is.
    Length(LengthBlock),
}

/// A checksum over a part of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChecksumBlock {
    /// Which.
    pub algorithm: Checksum,
    /// The first byte that it covers; a negative number is counted from the end.
    #[serde(default)]
    pub from: i32,
    /// The byte before which it ends: -1 leaves the last byte out. `None`: it covers all to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i32>,
    /// Which of its bytes comes first.
    #[serde(default)]
    pub order: ByteOrder,
    /// Where it is put.
    #[serde(default)]
    pub at: Place,
}

impl ChecksumBlock {
    /// Over everything before it, at the end, its bytes in the order that is usual for it.
    pub fn new(algorithm: Checksum) -> Self {
        Self { algorithm, from: 0, to: None, order: algorithm.usual_order(), at: Place::End }
    }
}

/// A field that says how long the message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LengthBlock {
    /// How many bytes it has.
    pub size: LengthSize,
    /// Which of its bytes comes first.
    pub order: ByteOrder,
    /// What it counts.
    pub counts: Counts,
    /// What is added to that.
    pub adjustment: i32,
    /// Where it is put.
    pub at: Place,
}

impl Default for LengthBlock {
    fn default() -> Self {
        let (size, order) = (LengthSize::Two, ByteOrder::Big);
        Self { size, order, counts: Counts::Payload, adjustment: 0, at: Place::Front }
    }
}

/// How many bytes a length field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum LengthSize {
    /// 1 byte, up to 255.
    One = 1,
    /// 2 bytes, up to 65535.
    Two = 2,
    /// 4 bytes.
    Four = 4,
}

impl LengthSize {
    /// All, smallest first.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Four];
}

/// A size that no length field has.
#[derive(Clone, Copy, Debug, ThisError)]
#[error("a length field has 1, 2 or 4 bytes, not {0}")]
pub struct NotALengthSize(u8);

impl From<LengthSize> for u8 {
    fn from(size: LengthSize) -> Self {
        size as Self
    }
}

impl TryFrom<u8> for LengthSize {
    type Error = NotALengthSize;

    fn try_from(bytes: u8) -> Result<Self, NotALengthSize> {
        Self::ALL.into_iter().find(|size| *size as u8 == bytes).ok_or(NotALengthSize(bytes))
    }
}

/// What a length field counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// What was to be sent, without any block.
    #[default]
    Payload,
    /// Everything that goes out after the field.
    AfterField,
    /// Everything that goes out, with the field.
    Whole,
}

impl Counts {
    /// All.
    pub const ALL: [Self; 3] = [Self::Payload, Self::AfterField, Self::Whole];
}

/// Where a block is put into the message that is there when its turn comes. What stands there moves back.
///
/// In settings it is `"front"`, `"end"` or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Place {
    /// Before everything.
    Front,
    /// After everything.
    #[default]
    End,
    /// After so many bytes; a negative number is counted from the end.
    Offset(i32),
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Front => to.serialize_str("front"),
            Self::End => to.serialize_str("end"),
            Self::Offset(offset) => to.serialize_i32(*offset),
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Offset(i32),
            Word(String),
        }
        match Written::deserialize(from)? {
            Written::Offset(offset) => Ok(Self::Offset(offset)),
            Written::Word(word) if word == "front" => Ok(Self::Front),
            Written::Word(word) if word == "end" => Ok(Self::End),
            Written::Word(word) => Err(D::Error::invalid_value(Unexpected::Str(&word), &"front, end or an offset")),
        }
    }
}

/// Bytes as HEX in settings.
mod hex_text {
    use super::{Deserialize, Deserializer, Error, Serializer, hex};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        hex::format(bytes, &mut text);
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        hex::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
