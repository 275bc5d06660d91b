//! The list of checksums, with a search: the classic's and the common ones come first.

use egui::{Label, PopupCloseBehavior, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::codec::append::Checksum;
use crate::i18n::{Lang, Text};
use crate::ui::panel::name_it;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::combo;

/// CRCs that are asked for most.
const COMMON: [&str; 11] = [
    "CRC-16/MODBUS",
    "CRC-16/XMODEM",
    "CRC-16/IBM-3740",
    "CRC-16/KERMIT",
    "CRC-16/IBM-SDLC",
    "CRC-16/ARC",
    "CRC-8/SMBUS",
    "CRC-8/MAXIM-DOW",
    "CRC-32/ISO-HDLC",
    "CRC-32/ISCSI",
    "CRC-32/MPEG-2",
];

/// The open list is at least this wide, in points.
const POPUP: f32 = 380.0;

/// The list while it is open.
#[derive(Default)]
pub(super) struct AlgorithmList {
    search: String,
}

/// What an algorithm is called: the classic's have names of their own.
pub(super) fn algorithm_name(algorithm: Checksum, lang: Lang) -> &'static str {
    match algorithm {
        Checksum::Negative => Text::AppendNegSum.text(lang),
        Checksum::Sum => Text::AppendSum.text(lang),
        Checksum::Xor => Text::AppendXor.text(lang),
        other => other.name(),
    }
}

impl AlgorithmList {
    /// Draws the list; whether another algorithm was chosen.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        id: u64,
        label: egui::Id,
        width: f32,
        chosen: &mut Checksum,
        lang: Lang,
    ) -> bool {
        let before = *chosen;
        combo(("algorithm", id))
            .width(width)
            .truncate()
            .selected_text(algorithm_name(*chosen, lang))
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show_ui(ui, |ui| {
                ui.set_width(width.max(POPUP));
                ui.spacing_mut().item_spacing.y = 0.0;
                let field = TextEdit::singleline(&mut self.search).hint_text(Text::Search.text(lang));
                let field = ui.add(field.desired_width(f32::INFINITY).min_size(vec2(0.0, CONTROL_HEIGHT)));
                name_it(ui, &field, Text::Search.text(lang));
                ScrollArea::vertical().max_height(240.0).auto_shrink([false, true]).show(ui, |ui| {
                    for (algorithm, also) in found(&self.search, lang) {
                        let name = algorithm_name(algorithm, lang);
                        let entry = ui.horizontal(|ui| {
                            let entry = ui.selectable_label(algorithm == *chosen, name);
                            let also = RichText::new(also).small().color(Palette::of(ui).secondary);
                            ui.add(Label::new(also).truncate());
                            entry
                        });
                        if entry.inner.clicked() {
                            *chosen = algorithm;
                            self.search.clear();
                            ui.close();
                        }
                    }
                });
            })
            .response
            .labelled_by(label);
        before != *chosen
    }
}

/// The algorithms whose name or other name contains this, letters and digits alone compared; with their other names.
fn found(search: &str, lang: Lang) -> Vec<(Checksum, String)> {
    let plain = |text: &str| -> String {
        text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(search);
    let common = COMMON.iter().filter_map(|name| Checksum::named(name));
    let first: Vec<Checksum> = Checksum::PLAIN.into_iter().chain(common).collect();
    let rest = Checksum::all().filter(|algorithm| !first.contains(algorithm));
    let named = first.iter().copied().chain(rest).map(|algorithm| {
        let also = match algorithm {
            Checksum::Crc(crc) => crc.aliases().join(", "),
            _ => String::new(),
        };
        (algorithm, also)
    });
    named
        .filter(|(algorithm, also)| {
            let names = [algorithm_name(*algorithm, lang), algorithm.name(), also];
            names.iter().any(|name| plain(name).contains(&wanted))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_ones_come_first_and_all_are_there_once() {
        let all = found("", Lang::ZhCn);
        assert_eq!(all.len(), Checksum::all().count());
        let names: Vec<_> = all.iter().take(10).map(|(algorithm, _)| algorithm_name(*algorithm, Lang::ZhCn)).collect();
        assert_eq!(names[..3], ["负校验", "正校验", "异或"]);
        assert_eq!(names[9], "CRC-16/MODBUS");
        assert!(COMMON.iter().all(|name| Checksum::named(name).is_some_and(|crc| crc.name() == *name)));
    }

    #[test]
    fn other_names_are_found_however_they_are_written() {
        for (search, name) in [
            ("ccitt false", "CRC-16/IBM-3740"),
            ("crc32c", "CRC-32/ISCSI"),
            ("modbus", "CRC-16/MODBUS"),
            ("异或", "XOR"),
            ("xor", "XOR"),
        ] {
            let found = found(search, Lang::ZhCn);
            assert!(found.iter().any(|(algorithm, _)| algorithm.name() == name), "{search}: {found:?}");
        }
        assert!(found("nothing is called so", Lang::En).is_empty());
    }
}
