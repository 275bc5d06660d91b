//! A list of blocks: add, remove, order, and the fields of each. Used wherever bytes are appended.

use egui::{Button, Color32, CornerRadius, Frame, Margin, RichText, Stroke, Ui};

use super::block::BlockForm;
use crate::codec::append::{self, Block, Checksum, ChecksumBlock, LengthBlock, Place};
use crate::i18n::{Lang, Text, append_error_kind, fill};
use crate::ui::panel::name_it;
use crate::ui::theme::Palette;
use crate::ui::widget::{cross, refusal, row};

/// The most blocks of a list.
const MAX_BLOCKS: usize = 32;

/// A list of blocks as typed.
pub struct AppendEditor {
    forms: Vec<(u64, BlockForm)>,
    next_id: u64,
}

/// What a click on a block's head asks for.
enum Move {
    Up(usize),
    Down(usize),
    Remove(usize),
}

impl AppendEditor {
    /// For these blocks.
    pub fn new(blocks: &[Block]) -> Self {
        let forms = (0..).zip(blocks.iter().map(BlockForm::new)).collect();
        Self { forms, next_id: blocks.len() as u64 }
    }

    /// Draws it; the blocks, unless a field is wrong. What a block can't do to this payload is said beside it.
    pub fn ui(&mut self, ui: &mut Ui, payload: &[u8], lang: Lang) -> Option<Vec<Block>> {
        let before: Option<Vec<Block>> = self.blocks();
        let refused = before.and_then(|blocks| append::apply(&blocks, payload).err());
        let mut moved = None;
        let count = self.forms.len();
        for (index, (id, form)) in self.forms.iter_mut().enumerate() {
            boxed(ui, |ui| {
                moved = head_ui(ui, index, count, form.name(lang), lang).or(moved.take());
                form.ui(ui, *id, lang);
                if let Some(error) = refused.filter(|error| error.block == index) {
                    refusal(ui, &append_error_kind(lang, error.kind));
                }
            });
        }
        match moved {
            Some(Move::Up(index)) => self.forms.swap(index - 1, index),
            Some(Move::Down(index)) => self.forms.swap(index, index + 1),
            Some(Move::Remove(index)) => _ = self.forms.remove(index),
            None => {}
        }
        self.add_ui(ui, lang);
        self.blocks()
    }

    fn blocks(&self) -> Option<Vec<Block>> {
        self.forms.iter().map(|(_, form)| form.block()).collect()
    }

    fn add_ui(&mut self, ui: &mut Ui, lang: Lang) {
        let checksum = |name: &str| Checksum::named(name).map(|crc| Block::Checksum(ChecksumBlock::new(crc)));
        let kinds = [
            (Text::AppendFixed, Some(Block::Fixed { bytes: vec![0x0D], at: Place::End })),
            (Text::BlockChecksum, checksum("CRC-16/MODBUS")),
            (Text::BlockLength, Some(Block::Length(LengthBlock::default()))),
            (Text::BlockCr, Some(Block::Cr)),
            (Text::BlockLf, Some(Block::Lf)),
            (Text::BlockCrLf, Some(Block::CrLf)),
            (Text::BlockNul, Some(Block::Nul)),
        ];
        ui.horizontal_wrapped(|ui| {
            ui.label(Text::BlockAdd.text(lang));
            for (text, block) in kinds {
                let room = self.forms.len() < MAX_BLOCKS;
                if ui.add_enabled(room, Button::new(text.text(lang))).clicked()
                    && let Some(block) = block
                {
                    self.forms.push((self.next_id, BlockForm::new(&block)));
                    self.next_id += 1;
                }
            }
        });
    }
}

/// The colour of what a block made.
pub(super) fn block_colour(palette: &Palette, index: usize) -> Color32 {
    palette.fields[index % palette.fields.len()]
}

fn boxed(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin { left: 10, right: 6, top: 4, bottom: 6 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            content(ui);
        });
}

fn head_ui(ui: &mut Ui, index: usize, count: usize, name: &str, lang: Lang) -> Option<Move> {
    let number = index + 1;
    let mut moved = None;
    row(ui, |ui| {
        ui.label(RichText::new(format!("■ {number}")).color(block_colour(Palette::of(ui), index)));
        ui.label(RichText::new(name).strong());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if cross(ui, &fill(Text::BlockRemove.text(lang), &[("n", &number)])).clicked() {
                moved = Some(Move::Remove(index));
            }
            let arrow = |ui: &mut Ui, sign: &str, enabled: bool, name: Text| {
                let name = fill(name.text(lang), &[("n", &number)]);
                let response = ui.add_enabled(enabled, Button::new(sign).small());
                name_it(ui, &response, &name);
                response.on_hover_text(name).clicked()
            };
            if arrow(ui, "↓", number < count, Text::BlockDown) {
                moved = Some(Move::Down(index));
            }
            if arrow(ui, "↑", index > 0, Text::BlockUp) {
                moved = Some(Move::Up(index));
            }
        });
    });
    moved
}
