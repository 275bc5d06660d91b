//! The fields of one block.

use egui::{TextEdit, Ui, vec2};

use super::algorithm::{AlgorithmList, algorithm_name};
use crate::codec::append::{Block, ChecksumBlock, Counts, LengthBlock, LengthSize, Place};
use crate::codec::byte_order::ByteOrder;
use crate::codec::hex;
use crate::codec::typed::TypedError;
use crate::i18n::{self, Lang, Text};
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{cells, choice, column, integer, label_above, marked_wrong, optional_integer, refusal};
use crate::ui::words::byte_order;

/// A small field, in points.
const SMALL: f32 = 84.0;
/// A list, in points.
const LIST: f32 = 128.0;
/// The list of algorithms and HEX digits, in points.
const WIDE: f32 = 220.0;

/// A block with its numbers as typed.
pub(super) struct BlockForm {
    /// What was right last.
    block: Block,
    /// The bytes of a fixed block, or why they are none.
    bytes: String,
    from: String,
    to: String,
    adjustment: String,
    offset: String,
    algorithms: AlgorithmList,
    /// A field is wrong.
    wrong: bool,
}

/// Where a block is put, without its offset.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    Front,
    End,
    Offset,
}

impl BlockForm {
    pub(super) fn new(block: &Block) -> Self {
        let mut form = Self {
            block: block.clone(),
            bytes: String::new(),
            from: "0".to_owned(),
            to: String::new(),
            adjustment: "0".to_owned(),
            offset: "0".to_owned(),
            algorithms: AlgorithmList::default(),
            wrong: false,
        };
        let mut at = Place::End;
        match block {
            Block::Fixed { bytes, at: place } => {
                hex::format(bytes, &mut form.bytes);
                at = *place;
            }
            Block::Checksum(block) => {
                form.from = block.from.to_string();
                form.to = block.to.map_or_else(String::new, |to| to.to_string());
                at = block.at;
            }
            Block::Length(block) => {
                form.adjustment = block.adjustment.to_string();
                at = block.at;
            }
            Block::Cr | Block::Lf | Block::CrLf | Block::Nul => {}
        }
        if let Place::Offset(offset) = at {
            form.offset = offset.to_string();
        }
        form
    }

    /// The block, unless a field is wrong.
    pub(super) fn block(&self) -> Option<Block> {
        (!self.wrong).then(|| self.block.clone())
    }

    /// What it is called.
    pub(super) fn name(&self, lang: Lang) -> &'static str {
        match &self.block {
            Block::Fixed { .. } => Text::AppendFixed.text(lang),
            Block::Cr => Text::AppendCr.text(lang),
            Block::Lf => Text::AppendLf.text(lang),
            Block::CrLf => Text::AppendCrLf.text(lang),
            Block::Nul => Text::AppendNul.text(lang),
            Block::Checksum(block) => algorithm_name(block.algorithm, lang),
            Block::Length(_) => Text::BlockLength.text(lang),
        }
    }

    /// Draws its fields.
    pub(super) fn ui(&mut self, ui: &mut Ui, id: u64, lang: Lang) {
        let mut block = self.block.clone();
        let right = cells(ui, |ui| match &mut block {
            Block::Fixed { bytes, at } => self.fixed_ui(ui, id, bytes, at, lang),
            Block::Checksum(block) => self.checksum_ui(ui, id, block, lang),
            Block::Length(block) => self.length_ui(ui, id, block, lang),
            Block::Cr | Block::Lf | Block::CrLf | Block::Nul => true,
        });
        self.wrong = !right;
        if right {
            self.block = block;
        }
    }

    fn fixed_ui(&mut self, ui: &mut Ui, id: u64, bytes: &mut Vec<u8>, at: &mut Place, lang: Lang) -> bool {
        let parsed = hex::parse(&self.bytes);
        column(ui, WIDE, |ui| {
            let label = label_above(ui, Text::FixedBytes.text(lang));
            let field = |ui: &mut Ui| {
                let field = TextEdit::singleline(&mut self.bytes).desired_width(WIDE);
                ui.add(field.min_size(vec2(WIDE, CONTROL_HEIGHT)))
            };
            marked_wrong(ui, parsed.is_err(), field).labelled_by(label.id);
            if let Err(error) = &parsed {
                refusal(ui, &i18n::typed(lang, TypedError::Hex(error.kind)));
            }
        });
        let placed = self.place_ui(ui, id, at, lang);
        match hex::parse(&self.bytes) {
            Ok(parsed) => {
                *bytes = parsed;
                placed
            }
            Err(_) => false,
        }
    }

    fn checksum_ui(&mut self, ui: &mut Ui, id: u64, block: &mut ChecksumBlock, lang: Lang) -> bool {
        column(ui, WIDE, |ui| {
            let label = label_above(ui, Text::ChecksumAlgorithm.text(lang));
            if self.algorithms.ui(ui, id, label.id, WIDE, &mut block.algorithm, lang) {
                block.order = block.algorithm.usual_order();
            }
        });
        let any = i64::from(i32::MIN)..=i64::from(i32::MAX);
        let from = integer(ui, Text::ChecksumFrom.text(lang), &mut self.from, any.clone(), SMALL, lang);
        let end = Text::ChecksumToEnd.text(lang);
        let to = optional_integer(ui, Text::ChecksumTo.text(lang), end, &mut self.to, any, SMALL, lang);
        if block.algorithm.len_bytes() > 1 {
            order_ui(ui, id, &mut block.order, lang);
        }
        let placed = self.place_ui(ui, id, &mut block.at, lang);
        let narrow = |number: i64| i32::try_from(number).unwrap_or_default(); // the fields' range
        match (from, to) {
            (Some(from), Some(to)) => {
                (block.from, block.to) = (narrow(from), to.map(narrow));
                placed
            }
            _ => false,
        }
    }

    fn length_ui(&mut self, ui: &mut Ui, id: u64, block: &mut LengthBlock, lang: Lang) -> bool {
        let sizes = [(LengthSize::One, "1"), (LengthSize::Two, "2"), (LengthSize::Four, "4")];
        choice(ui, ("length size", id), Text::LengthWidth.text(lang), &mut block.size, &sizes, SMALL);
        if block.size != LengthSize::One {
            order_ui(ui, id, &mut block.order, lang);
        }
        let counts = Counts::ALL.map(|counts| {
            let text = match counts {
                Counts::Payload => Text::CountsSent,
                Counts::AfterField => Text::CountsAfterField,
                Counts::Whole => Text::CountsWhole,
            };
            (counts, text.text(lang))
        });
        choice(ui, ("counts", id), Text::LengthCounts.text(lang), &mut block.counts, &counts, WIDE);
        let any = i64::from(i32::MIN)..=i64::from(i32::MAX);
        let adjustment = integer(ui, Text::LengthAdjustment.text(lang), &mut self.adjustment, any, SMALL, lang);
        let placed = self.place_ui(ui, id, &mut block.at, lang);
        match adjustment.map(i32::try_from) {
            Some(Ok(adjustment)) => {
                block.adjustment = adjustment;
                placed
            }
            _ => false,
        }
    }

    fn place_ui(&mut self, ui: &mut Ui, id: u64, at: &mut Place, lang: Lang) -> bool {
        let mut spot = match at {
            Place::Front => Spot::Front,
            Place::End => Spot::End,
            Place::Offset(_) => Spot::Offset,
        };
        let spots = [(Spot::Front, Text::PlaceFront), (Spot::End, Text::PlaceEnd), (Spot::Offset, Text::PlaceOffset)];
        let spots = spots.map(|(spot, text)| (spot, text.text(lang)));
        choice(ui, ("place", id), Text::PlaceLabel.text(lang), &mut spot, &spots, LIST);
        *at = match spot {
            Spot::Front => Place::Front,
            Spot::End => Place::End,
            Spot::Offset => {
                let any = i64::from(i32::MIN)..=i64::from(i32::MAX);
                let offset = integer(ui, Text::PlaceOffsetField.text(lang), &mut self.offset, any, SMALL, lang);
                let Some(Ok(offset)) = offset.map(i32::try_from) else { return false };
                Place::Offset(offset)
            }
        };
        true
    }
}

fn order_ui(ui: &mut Ui, id: u64, order: &mut ByteOrder, lang: Lang) {
    let orders = ByteOrder::ALL.map(|order| (order, byte_order(order, lang)));
    choice(ui, ("order", id), Text::ByteOrderLabel.text(lang), order, &orders, LIST);
}
