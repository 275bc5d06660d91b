//! How a transfer goes, as a bar and in words; the same for our transfers and for the server's.

use std::time::Duration;

use egui::{Label, RichText, Ui};

use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::proto::tftp::Statistics;
use crate::service::tftp::Progress;
use crate::ui::theme::Palette;
use crate::ui::widget::progress_bar;
use crate::ui::words::size;

/// Draws the bar, if the size is known, and the words under it.
pub fn progress_ui(ui: &mut Ui, progress: &Progress, lang: Lang) {
    let palette = Palette::of(ui);
    if let Some(ratio) = progress.ratio() {
        progress_bar(ui, ratio as f32);
    }
    ui.label(RichText::new(flow_words(lang, progress)).color(palette.text));
    details_ui(ui, progress, lang);
}

/// Counters, options and the peer's transfer identifier.
pub fn details_ui(ui: &mut Ui, progress: &Progress, lang: Lang) {
    let colour = Palette::of(ui).secondary;
    for words in [counter_words(lang, &progress.statistics), option_words(lang, progress)] {
        ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
    }
}

/// `1.2 MB / 5.0 MB  ·  3.4 MB/s  ·  0:12 left`
fn flow_words(lang: Lang, progress: &Progress) -> String {
    let done = size(progress.done_bytes as f64);
    let all = progress.total_bytes.map_or_else(String::new, |total| format!(" / {}", size(total as f64)));
    let mut parts = vec![format!("{done}{all}"), format!("{}/s", size(progress.bytes_per_second))];
    if let Some(left) = progress.remaining() {
        parts.push(fill(Text::TftpTimeLeft.text(lang), &[("time", &clock(left))]));
    }
    parts.join("  ·  ")
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

/// `0:07`, `12:30`, `1:02:03`
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `0.31 s`, `12.4 s`, `2:05`
pub fn lasted(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 10.0 => format!("{seconds:.2} s"),
        seconds if seconds < 60.0 => format!("{seconds:.1} s"),
        _ => clock(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        for (ms, left, long) in [
            (0, "0:00", "0.00 s"),
            (6500, "0:07", "6.50 s"),
            (31_040, "0:32", "31.0 s"),
            (754_000, "12:34", "12:34"),
            (3_723_000, "1:02:03", "1:02:03"),
        ] {
            let time = Duration::from_millis(ms);
            assert_eq!((clock(time), lasted(time)), (left.to_owned(), long.to_owned()));
        }
    }
}
