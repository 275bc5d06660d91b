//! 自动发送附加位: the switch, the usual choices, and the way to everything else.

use egui::{TextEdit, Ui};

use super::{Shared, name_it};
use crate::codec::append::{Block, Checksum, ChecksumBlock, Place};
use crate::codec::hex;
use crate::codec::typed::TypedError;
use crate::i18n::{self, Text, fill};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{combo, link, marked_wrong, refusal, row, text_width};

/// What can be appended by one choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickAppend {
    /// 负校验
    Negative,
    /// 正校验
    Sum,
    /// 异或
    Xor,
    /// 固定位, with a field for them.
    Fixed,
    /// A carriage return.
    Cr,
    /// A line feed.
    Lf,
    /// Both.
    CrLf,
    /// A byte 00.
    Nul,
    /// The CRC of Modbus RTU.
    ModbusCrc,
    /// The CRC of Ethernet, ZIP and PNG.
    Crc32,
    /// Anything else.
    Custom,
}

impl QuickAppend {
    /// All, those of the classic first, in its order.
    pub const ALL: [Self; 11] = [
        Self::Negative,
        Self::Sum,
        Self::Xor,
        Self::Fixed,
        Self::Cr,
        Self::Lf,
        Self::CrLf,
        Self::Nul,
        Self::ModbusCrc,
        Self::Crc32,
        Self::Custom,
    ];

    /// Which choice these blocks are.
    pub fn of(blocks: &[Block]) -> Self {
        let [block] = blocks else { return Self::Custom };
        if matches!(block, Block::Fixed { at: Place::End, .. }) {
            return Self::Fixed;
        }
        Self::ALL.into_iter().find(|quick| quick.block().as_ref() == Some(block)).unwrap_or(Self::Custom)
    }

    /// The fixed bytes as a person types them; the classic's proposal where there are none.
    pub fn fixed_text(blocks: &[Block]) -> String {
        let mut text = String::new();
        match blocks {
            [Block::Fixed { bytes, at: Place::End }] => hex::format(bytes, &mut text),
            _ => text.push_str("0D"),
        }
        text
    }

    /// What it appends, where that is always the same.
    fn block(self) -> Option<Block> {
        let checksum = |checksum: Checksum| Block::Checksum(ChecksumBlock::new(checksum));
        Some(match self {
            Self::Negative => checksum(Checksum::Negative),
            Self::Sum => checksum(Checksum::Sum),
            Self::Xor => checksum(Checksum::Xor),
            Self::Cr => Block::Cr,
            Self::Lf => Block::Lf,
            Self::CrLf => Block::CrLf,
            Self::Nul => Block::Nul,
            Self::ModbusCrc => checksum(Checksum::named("CRC-16/MODBUS")?),
            Self::Crc32 => checksum(Checksum::named("CRC-32/ISO-HDLC")?),
            Self::Fixed | Self::Custom => return None,
        })
    }

    fn text(self) -> Text {
        match self {
            Self::Negative => Text::AppendNegSum,
            Self::Sum => Text::AppendSum,
            Self::Xor => Text::AppendXor,
            Self::Fixed => Text::AppendFixed,
            Self::Cr => Text::AppendCr,
            Self::Lf => Text::AppendLf,
            Self::CrLf => Text::AppendCrLf,
            Self::Nul => Text::AppendNul,
            Self::ModbusCrc => Text::AppendModbus,
            Self::Crc32 => Text::AppendCrcEthernet,
            Self::Custom => Text::AppendCustom,
        }
    }
}

/// Draws the switch and, while it is on, what is appended; whether it was changed.
pub fn append_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> bool {
    let mut changed = ui.checkbox(&mut tab.settings.send.append, shared.text(Text::AutoAppendBytes)).changed();
    if !tab.settings.send.append {
        return changed;
    }
    let chosen = QuickAppend::of(&tab.settings.send.append_blocks);
    let mut choice = None;
    row(ui, |ui| {
        let edit = shared.text(Text::EditMore);
        let beside = match chosen {
            QuickAppend::Fixed => 64.0,
            QuickAppend::Custom => text_width(ui, edit) + ui.spacing().item_spacing.x + 2.0,
            _ => 0.0,
        };
        let name = match chosen {
            QuickAppend::Custom => {
                fill(shared.text(Text::AppendCustomBlocks), &[("n", &tab.settings.send.append_blocks.len())])
            }
            other => shared.text(other.text()).to_owned(),
        };
        let list = combo("append").width(ui.available_width() - beside).truncate().selected_text(name);
        let list = list.show_ui(ui, |ui| {
            for quick in QuickAppend::ALL {
                if ui.selectable_label(quick == chosen, shared.text(quick.text())).clicked() {
                    choice = Some(quick);
                }
            }
        });
        name_it(ui, &list.response, shared.text(Text::AppendKind));
        match chosen {
            QuickAppend::Fixed => changed |= fixed_ui(ui, tab, shared),
            QuickAppend::Custom if link(ui, edit).clicked() => shared.queue(Command::EditAppend),
            _ => {}
        }
    });
    if chosen == QuickAppend::Fixed
        && let Err(error) = hex::parse(&tab.typed.fixed)
    {
        refusal(ui, &i18n::typed(shared.lang, TypedError::Hex(error.kind)));
    }
    match choice {
        Some(QuickAppend::Custom) => shared.queue(Command::EditAppend),
        Some(QuickAppend::Fixed) if chosen != QuickAppend::Fixed => {
            tab.typed.fixed = QuickAppend::fixed_text(&[]);
            tab.settings.send.append_blocks = vec![Block::Fixed { bytes: vec![0x0D], at: Place::End }];
            changed = true;
        }
        Some(quick) => {
            if let Some(block) = quick.block() {
                tab.settings.send.append_blocks = vec![block];
                changed = true;
            }
        }
        None => {}
    }
    changed
}

fn fixed_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) -> bool {
    let width = ui.available_width();
    let wrong = hex::parse(&tab.typed.fixed).is_err();
    let field = TextEdit::singleline(&mut tab.typed.fixed)
        .desired_width(width)
        .min_size(egui::vec2(width, CONTROL_HEIGHT))
        .hint_text("0D");
    let response = marked_wrong(ui, wrong, |ui| ui.add(field));
    name_it(ui, &response, shared.text(Text::FixedBytes));
    if response.changed()
        && let Ok(bytes) = hex::parse(&tab.typed.fixed)
    {
        tab.settings.send.append_blocks = vec![Block::Fixed { bytes, at: Place::End }];
    }
    response.on_hover_text(shared.text(Text::FixedBytes)).changed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_is_found_again() {
        for quick in QuickAppend::ALL {
            if let Some(block) = quick.block() {
                assert_eq!(QuickAppend::of(&[block]), quick);
            }
        }
        let fixed = Block::Fixed { bytes: vec![0xAA, 0x55], at: Place::End };
        assert_eq!(QuickAppend::of(std::slice::from_ref(&fixed)), QuickAppend::Fixed);
        assert_eq!(QuickAppend::fixed_text(std::slice::from_ref(&fixed)), "AA 55");
        assert_eq!(QuickAppend::of(&[fixed, Block::Cr]), QuickAppend::Custom);
        assert_eq!(QuickAppend::of(&[]), QuickAppend::Custom);
    }
}
