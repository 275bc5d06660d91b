//! What is added to a send: whatever the blocks, the preview accounts for every byte and the fields are true.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::{Deserialize, Serialize};
use wirebench::codec::append::{
    Block, Checksum, ChecksumBlock, Counts, LengthBlock, LengthSize, Origin, Place, apply, preview,
};
use wirebench::codec::byte_order::ByteOrder;

fn order() -> impl Strategy<Value = ByteOrder> {
    select(&ByteOrder::ALL[..])
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![Just(Place::Front), Just(Place::End), (-12..12).prop_map(Place::Offset)]
}

fn block() -> impl Strategy<Value = Block> {
    let algorithm = select(Checksum::all().collect::<Vec<_>>());
    let offsets = (-8..8, proptest::option::of(-8..8));
    let checksum = (algorithm, offsets, order(), place()).prop_map(|(algorithm, (from, to), order, at)| {
        Block::Checksum(ChecksumBlock { algorithm, from, to, order, at })
    });
    let counted = (select(&Counts::ALL[..]), -300..300);
    let length = (select(&LengthSize::ALL[..]), order(), counted, place());
    prop_oneof![
        (vec(any::<u8>(), 0..5), place()).prop_map(|(bytes, at)| Block::Fixed { bytes, at }),
        select(vec![Block::Cr, Block::Lf, Block::CrLf, Block::Nul]),
        checksum,
        length.prop_map(|(size, order, (counts, adjustment), at)| {
            Block::Length(LengthBlock { size, order, counts, adjustment, at })
        }),
    ]
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Settings {
    append: Vec<Block>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_byte_is_accounted_for(blocks in vec(block(), 0..6), payload in vec(any::<u8>(), 0..40)) {
        let message = match preview(&blocks, &payload) {
            Ok(message) => message,
            Err(error) => {
                prop_assert!(error.block < blocks.len());
                prop_assert_eq!(apply(&blocks, &payload), Err(error));
                return Ok(());
            }
        };
        prop_assert_eq!(&apply(&blocks, &payload).unwrap(), &message.bytes);
        let mut end = 0;
        let mut made = vec![Vec::new(); blocks.len() + 1];
        for piece in &message.pieces {
            prop_assert_eq!(piece.range.start, end);
            prop_assert!(!piece.range.is_empty());
            end = piece.range.end;
            let maker = match piece.origin {
                Origin::Payload => blocks.len(),
                Origin::Block(index) => index,
            };
            made[maker].extend_from_slice(&message.bytes[piece.range.clone()]);
        }
        prop_assert_eq!(end, message.bytes.len());
        prop_assert_eq!(&made[blocks.len()], &payload);
        for (block, made) in blocks.iter().zip(&made) {
            match block {
                Block::Fixed { bytes, .. } => prop_assert_eq!(made, bytes),
                Block::Length(block) if block.counts == Counts::Whole => {
                    let number = i64::try_from(message.bytes.len()).unwrap() + i64::from(block.adjustment);
                    prop_assert_eq!(made, &block.order.bytes(number.try_into().unwrap(), block.size as usize));
                }
                Block::Checksum(block) => prop_assert_eq!(made.len(), block.algorithm.len_bytes()),
                _ => {}
            }
        }
    }

    #[test]
    fn settings_come_back(append in vec(block(), 0..6)) {
        let settings = Settings { append };
        let written = toml::to_string(&settings).unwrap();
        prop_assert_eq!(toml::from_str::<Settings>(&written).unwrap(), settings);
    }
}
