//! How far a transfer is, and how fast, as a bar and in words.

use std::time::Duration;

use egui::{RichText, Ui};

use crate::i18n::{Lang, Text, fill};
use crate::ui::theme::Palette;
use crate::ui::widget::progress_bar;
use crate::ui::words::size;

/// How far a transfer is.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Bytes so far.
    pub done_bytes: u64,
    /// Bytes in all, if that is known.
    pub total_bytes: Option<u64>,
    /// The rate.
    pub bytes_per_second: f64,
}

impl Flow {
    /// How much of it is done, from 0 to 1, if the size is known.
    fn ratio(&self) -> Option<f64> {
        let total = self.total_bytes.filter(|total| *total > 0)?;
        Some((self.done_bytes as f64 / total as f64).min(1.0))
    }

    /// How long it will take at the present rate, if that can be told.
    fn remaining(&self) -> Option<Duration> {
        let left = self.total_bytes?.checked_sub(self.done_bytes)?;
        Duration::try_from_secs_f64(left as f64 / self.bytes_per_second).ok()
    }

    /// `1.2 MB / 5.0 MB  ·  3.4 MB/s  ·  0:12 left`
    fn words(&self, lang: Lang) -> String {
        let done = size(self.done_bytes as f64);
        let all = self.total_bytes.map_or_else(String::new, |total| format!(" / {}", size(total as f64)));
        let mut parts = vec![format!("{done}{all}"), format!("{}/s", size(self.bytes_per_second))];
        if let Some(left) = self.remaining() {
            parts.push(fill(Text::TftpTimeLeft.text(lang), &[("time", &clock(left))]));
        }
        parts.join("  ·  ")
    }
}

/// Draws the bar, if the size is known, and the words under it.
pub fn flow_ui(ui: &mut Ui, flow: &Flow, lang: Lang) {
    if let Some(ratio) = flow.ratio() {
        progress_bar(ui, ratio as f32);
    }
    ui.label(RichText::new(flow.words(lang)).color(Palette::of(ui).text));
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
