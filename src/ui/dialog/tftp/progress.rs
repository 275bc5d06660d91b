//! How a transfer goes, as a bar and in words; the same for our transfers and for the server's.

use egui::{Label, RichText, Ui};

use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::proto::tftp::Statistics;
use crate::service::tftp::Progress;
use crate::ui::dialog::transfer::{Flow, flow_ui};
use crate::ui::theme::Palette;

/// Draws the bar, if the size is known, and the words under it.
pub fn progress_ui(ui: &mut Ui, progress: &Progress, lang: Lang) {
    let Progress { done_bytes, total_bytes, bytes_per_second, .. } = *progress;
    flow_ui(ui, &Flow { done_bytes, total_bytes, bytes_per_second }, lang);
    details_ui(ui, progress, lang);
}

/// Counters, options and the peer's transfer identifier.
pub fn details_ui(ui: &mut Ui, progress: &Progress, lang: Lang) {
    let colour = Palette::of(ui).secondary;
    for words in [counter_words(lang, &progress.statistics), option_words(lang, progress)] {
        ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
    }
}

fn counter_words(lang: Lang, counted: &Statistics) -> String {
    let always = [
        (Text::TftpBlocks, counted.blocks),
        (Text::TftpRetransmissions, counted.retransmissions),
        (Text::TftpDuplicates, counted.duplicates),
    ];
    let rare = [(Text::TftpStrangers, counted.strangers), (Text::TftpInvalid, counted.invalid)];
    let counters = always.into_iter().chain(rare.into_iter().filter(|(_, n)| *n > 0));
    counters.map(|(text, n)| fill(text.text(lang), &[("n", &n)])).collect::<Vec<_>>().join("  ·  ")
}

fn option_words(lang: Lang, progress: &Progress) -> String {
    let options = &progress.options;
    let mut parts = vec![
        fill(Text::TftpTid.text(lang), &[("addr", &rows::address(&progress.peer))]),
        fill(Text::TftpBlockSizeIs.text(lang), &[("n", &options.block_size)]),
        fill(Text::TftpWindowSizeIs.text(lang), &[("n", &options.window_size)]),
    ];
    if let Some(timeout) = options.timeout {
        parts.push(fill(Text::TftpTimeoutIs.text(lang), &[("n", &timeout.as_secs_f64())]));
    }
    if let Some(size) = options.size {
        parts.push(fill(Text::TftpSizeIs.text(lang), &[("n", &size)]));
    }
    parts.join("  ·  ")
}
