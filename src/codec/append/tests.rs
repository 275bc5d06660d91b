//! Blocks, alone and together.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use serde::{Deserialize, Serialize};

use super::*;
use crate::codec::byte_order::ByteOrder;

fn crc(name: &str) -> ChecksumBlock {
    ChecksumBlock::new(Checksum::named(name).unwrap())
}

fn fixed(bytes: &[u8], at: Place) -> Block {
    Block::Fixed { bytes: bytes.to_vec(), at }
}

fn refused(blocks: &[Block], payload: &[u8]) -> (usize, AppendErrorKind) {
    let error = apply(blocks, payload).unwrap_err();
    (error.block, error.kind)
}

#[test]
fn the_classic_s_four() {
    let sent = |block| apply(&[block], b"ab").unwrap();
    let checksum = |algorithm| Block::Checksum(ChecksumBlock::new(algorithm));
    assert_eq!(sent(checksum(Checksum::Negative)), [b'a', b'b', 0x3D]);
    assert_eq!(sent(checksum(Checksum::Sum)), [b'a', b'b', 0xC3]);
    assert_eq!(sent(checksum(Checksum::Xor)), [b'a', b'b', 3]);
    assert_eq!(sent(fixed(b"\r", Place::End)), b"ab\r");
    assert_eq!(apply(&[], b"ab").unwrap(), b"ab");
}

#[test]
fn line_ends() {
    assert_eq!(apply(&[Block::Cr, Block::Lf, Block::CrLf, Block::Nul], b"a").unwrap(), b"a\r\n\r\n\0");
}

#[test]
fn a_modbus_request() {
    let request = [0x01, 0x03, 0x00, 0x00, 0x00, 0x0A];
    assert_eq!(apply(&[Block::Checksum(crc("CRC-16/MODBUS"))], &request).unwrap()[6..], [0xC5, 0xCD]);
    let big = ChecksumBlock { order: ByteOrder::Big, ..crc("CRC-16/MODBUS") };
    assert_eq!(apply(&[Block::Checksum(big)], &request).unwrap()[6..], [0xCD, 0xC5]);
}

#[test]
fn a_range_of_a_checksum() {
    let sum = |from, to| {
        let block = ChecksumBlock { from, to, ..ChecksumBlock::new(Checksum::Sum) };
        apply(&[Block::Checksum(block)], &[1, 2, 4, 8]).map(|bytes| bytes[4])
    };
    assert_eq!(sum(1, None), Ok(14));
    assert_eq!(sum(1, Some(3)), Ok(6));
    assert_eq!(sum(0, Some(-1)), Ok(7));
    assert_eq!(sum(-3, Some(-1)), Ok(6));
    assert_eq!(sum(4, None), Ok(0));
    let outside = |offset| Err(AppendError { block: 0, kind: AppendErrorKind::Outside { offset, len_bytes: 4 } });
    assert_eq!(sum(5, None), outside(5));
    assert_eq!(sum(-5, None), outside(-5));
    assert_eq!(sum(0, Some(5)), outside(5));
    assert_eq!(sum(i32::MIN, Some(i32::MAX)), outside(i32::MIN));
    assert_eq!(sum(3, Some(1)), Err(AppendError { block: 0, kind: AppendErrorKind::Backwards { from: 3, to: 1 } }));
}

#[test]
fn what_a_length_counts() {
    let length = |counts, adjustment| {
        let block = LengthBlock { size: LengthSize::One, counts, adjustment, ..LengthBlock::default() };
        let header = fixed(&[0xAA], Place::Front);
        let blocks = [Block::Length(block), header, Block::Checksum(crc("CRC-32")), Block::CrLf];
        apply(&blocks, b"abc").unwrap()[1]
    };
    assert_eq!(length(Counts::Payload, 0), 3);
    assert_eq!(length(Counts::AfterField, 0), 9);
    assert_eq!(length(Counts::Whole, 0), 11);
    assert_eq!(length(Counts::Whole, -4), 7);
    assert_eq!(length(Counts::Payload, 100), 103);
}

#[test]
fn where_a_length_stands_and_in_which_order() {
    let sent = |size, order, at| {
        let block = LengthBlock { size, order, at, ..LengthBlock::default() };
        apply(&[Block::Length(block)], &[9; 3]).unwrap()
    };
    assert_eq!(sent(LengthSize::Two, ByteOrder::Big, Place::Front), [0, 3, 9, 9, 9]);
    assert_eq!(sent(LengthSize::Four, ByteOrder::Little, Place::Front), [3, 0, 0, 0, 9, 9, 9]);
    assert_eq!(sent(LengthSize::One, ByteOrder::Big, Place::Offset(2)), [9, 9, 3, 9]);
    assert_eq!(sent(LengthSize::One, ByteOrder::Big, Place::Offset(-2)), [9, 3, 9, 9]);
    assert_eq!(sent(LengthSize::One, ByteOrder::Big, Place::End), [9, 9, 9, 3]);
}

#[test]
fn a_length_that_does_not_fit_is_refused() {
    let block = |adjustment| Block::Length(LengthBlock { size: LengthSize::One, adjustment, ..LengthBlock::default() });
    assert_eq!(apply(&[block(0)], &[0; 255]).unwrap()[0], 255);
    let size = 1;
    assert_eq!(refused(&[block(0)], &[0; 256]), (0, AppendErrorKind::LengthDoesNotFit { length: 256, size }));
    assert_eq!(refused(&[Block::Nul, block(-3)], b"ab"), (1, AppendErrorKind::LengthDoesNotFit { length: -1, size }));
    let message = apply(&[Block::Nul, block(-3)], b"ab").unwrap_err().to_string();
    assert_eq!(message, "block 2: length -1 does not fit in 1 bytes");
}

#[test]
fn the_order_of_the_blocks_says_what_a_checksum_covers() {
    let length = Block::Length(LengthBlock { size: LengthSize::One, ..LengthBlock::default() });
    let sum = Block::Checksum(ChecksumBlock::new(Checksum::Sum));
    assert_eq!(apply(&[length.clone(), sum.clone()], &[5]).unwrap(), [1, 5, 6]);
    assert_eq!(apply(&[sum, length], &[5]).unwrap(), [1, 5, 5]);
}

#[test]
fn the_preview_says_where_each_byte_comes_from() {
    let blocks =
        [fixed(&[1, 2], Place::Offset(1)), fixed(&[], Place::Front), fixed(&[3], Place::Offset(2)), Block::Nul];
    let message = preview(&blocks, b"ab").unwrap();
    assert_eq!(message.bytes, [b'a', 1, 3, 2, b'b', 0]);
    let pieces: Vec<_> = message.pieces.into_iter().map(|piece| (piece.origin, piece.range)).collect();
    let expected = [
        (Origin::Payload, 0..1),
        (Origin::Block(0), 1..2),
        (Origin::Block(2), 2..3),
        (Origin::Block(0), 3..4),
        (Origin::Payload, 4..5),
        (Origin::Block(3), 5..6),
    ];
    assert_eq!(pieces, expected);
}

#[test]
fn settings_come_back() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Settings {
        append: Vec<Block>,
    }
    let settings = Settings {
        append: vec![
            fixed(&[0xAA, 0x55], Place::Front),
            Block::Cr,
            Block::Lf,
            Block::CrLf,
            Block::Nul,
            Block::Length(LengthBlock { at: Place::Offset(2), counts: Counts::AfterField, ..LengthBlock::default() }),
            Block::Checksum(ChecksumBlock { from: 2, to: Some(-1), ..crc("CRC-16/MODBUS") }),
        ],
    };
    let written = toml::to_string(&settings).unwrap();
    assert_eq!(toml::from_str::<Settings>(&written).unwrap(), settings, "{written}");

    let by_hand = r#"
        append = [
            { kind = "length", at = 2 },
            { kind = "checksum", algorithm = "crc-32", to = -1 },
            { kind = "fixed", bytes = "0D 0A" },
        ]
    "#;
    let read: Settings = toml::from_str(by_hand).unwrap();
    let length = LengthBlock { at: Place::Offset(2), ..LengthBlock::default() };
    let checksum = ChecksumBlock { to: Some(-1), order: ByteOrder::Big, ..crc("CRC-32") };
    assert_eq!(read.append, [Block::Length(length), Block::Checksum(checksum), fixed(b"\r\n", Place::End)]);

    for wrong in [
        r#"{ kind = "length", size = 3 }"#,
        r#"{ kind = "length", at = "middle" }"#,
        r#"{ kind = "checksum", algorithm = "CRC-99" }"#,
        r#"{ kind = "fixed", bytes = "0" }"#,
        r#"{ kind = "unheard of" }"#,
    ] {
        assert!(toml::from_str::<Settings>(&format!("append = [{wrong}]")).is_err(), "{wrong}");
    }
}
