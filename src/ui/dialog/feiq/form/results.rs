//! 结果: how each send went at each target.

use std::time::Duration;

use egui::{Color32, Label, RichText, Ui};

use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::{Failure, Operation, rows};
use crate::net::Target;
use crate::service::feiq::{Delivery, FeiqCommand, RawTarget, Tally, Tried, Volley};
use crate::ui::dialog::feiq::PageContext;
use crate::ui::theme::Palette;
use crate::ui::widget::label_above;

/// A send whose results are shown.
pub enum Shot {
    /// By the node.
    Node {
        /// The job's number.
        job: u64,
        /// More than once.
        repeated: bool,
    },
    /// Without a node.
    Plain {
        /// Its thread.
        volley: Volley,
        /// More than once.
        repeated: bool,
    },
}

impl Shot {
    /// Whether it is sent more than once.
    pub fn is_repeated(&self) -> bool {
        match self {
            Self::Node { repeated, .. } | Self::Plain { repeated, .. } => *repeated,
        }
    }
}

/// One line of the list.
struct Line {
    target: String,
    words: String,
    /// Good, bad, or neither yet.
    good: Option<bool>,
    /// For repeats: how many were sent and acked.
    counts: Option<(u32, u32)>,
}

/// Whether more is to be sent, or acks are waited for.
pub fn is_running(shots: &[Shot], context: &PageContext<'_>) -> bool {
    shots.iter().any(|shot| match shot {
        Shot::Plain { volley, .. } => volley.report().running,
        Shot::Node { job, .. } => {
            context.state.as_ref().and_then(|state| state.raw_send(*job)).is_some_and(|report| report.running)
        }
    })
}

/// Ends the repeats.
pub fn stop(shots: &[Shot], context: &mut PageContext<'_>) {
    for shot in shots {
        match shot {
            Shot::Plain { volley, .. } => volley.stop(),
            Shot::Node { job, .. } => context.tell(FeiqCommand::StopRaw { job: *job }),
        }
    }
}

/// Draws the list.
pub fn results_ui(ui: &mut Ui, shots: &[Shot], context: &PageContext<'_>) {
    if shots.is_empty() {
        return;
    }
    label_above(ui, context.text(Text::FeiqResults));
    let palette = Palette::of(ui);
    for shot in shots {
        let (progress, failure, lines) = lines(shot, context);
        if let Some((done, all)) = progress.filter(|(_, all)| *all > 1) {
            let words = fill(context.text(Text::FeiqRepeated), &[("done", &done), ("all", &all)]);
            ui.label(RichText::new(words).color(palette.secondary));
        }
        if let Some(failure) = failure {
            ui.label(RichText::new(failure).color(palette.error));
        }
        for line in lines {
            ui.horizontal_wrapped(|ui| {
                let colour = colour(line.good, palette);
                ui.label(RichText::new(&line.target).monospace());
                ui.add(Label::new(RichText::new(&line.words).color(colour)).wrap());
                if let Some((sent, acked)) = line.counts {
                    let words = fill(context.text(Text::FeiqCounts), &[("sent", &sent), ("acked", &acked)]);
                    ui.label(RichText::new(words).small().color(palette.secondary));
                }
            });
        }
    }
}

fn colour(good: Option<bool>, palette: &Palette) -> Color32 {
    match good {
        Some(true) => palette.received,
        Some(false) => palette.error,
        None => palette.secondary,
    }
}

type Lines = (Option<(u32, u32)>, Option<String>, Vec<Line>);

fn lines(shot: &Shot, context: &PageContext<'_>) -> Lines {
    let lang = context.lang;
    match shot {
        Shot::Plain { volley, .. } => {
            let report = volley.report();
            let repeated = report.times > 1;
            let lines = report.targets.iter().map(|tally| plain(lang, tally, repeated)).collect();
            let failure = report.failure.as_ref().map(|failure| failure_line(lang, failure));
            (Some((report.fired, report.times)), failure, lines)
        }
        Shot::Node { job, .. } => match context.state.as_ref().and_then(|state| state.raw_send(*job)) {
            Some(report) => {
                let repeated = report.times > 1;
                let lines = report.targets.iter().map(|target| by_node(lang, target, repeated, report.sent)).collect();
                (Some((report.sent, report.times)), None, lines)
            }
            None => (None, None, Vec::new()),
        },
    }
}

fn by_node(lang: Lang, target: &RawTarget, repeated: bool, sent: u32) -> Line {
    let (words, good) = match target.last {
        Some(delivery) => delivery_words(lang, delivery),
        None => (Text::FeiqWaiting.text(lang).to_owned(), None),
    };
    let counts = repeated.then_some((sent, target.acked));
    Line { target: rows::address(&target.to), words, good, counts }
}

/// What became of what was sent to one target, and whether that is good.
pub fn delivery_words(lang: Lang, delivery: Delivery) -> (String, Option<bool>) {
    match delivery {
        Delivery::Sent => (Text::FeiqSent.text(lang).to_owned(), Some(true)),
        Delivery::Waiting { retries: 0 } => (Text::FeiqWaiting.text(lang).to_owned(), None),
        Delivery::Waiting { retries } => (fill(Text::FeiqRetried.text(lang), &[("n", &retries)]), None),
        Delivery::Acked { after, retries: 0 } => {
            (fill(Text::FeiqAcked.text(lang), &[("ms", &milliseconds(after))]), Some(true))
        }
        Delivery::Acked { after, retries } => {
            let words = fill(Text::FeiqAckedRetried.text(lang), &[("ms", &milliseconds(after)), ("n", &retries)]);
            (words, Some(true))
        }
        Delivery::NoAnswer { tries } => (fill(Text::FeiqNoAnswer.text(lang), &[("n", &tries)]), Some(false)),
    }
}

fn plain(lang: Lang, tally: &Tally, repeated: bool) -> Line {
    let target = match &tally.last.target {
        Target::Address(addr) => rows::address(addr),
        Target::Host { host, port } => match tally.last.addrs.first() {
            Some(ip) => format!("{host} ({ip}) :{port}"),
            None => format!("{host} :{port}"),
        },
        _ => String::new(),
    };
    let (words, good) = match &tally.last.tried {
        Tried::Waiting => (Text::FeiqWaiting.text(lang).to_owned(), None),
        Tried::Sent { .. } => (Text::FeiqSent.text(lang).to_owned(), Some(true)),
        Tried::Acked { after } => (fill(Text::FeiqAcked.text(lang), &[("ms", &milliseconds(*after))]), Some(true)),
        Tried::Unreachable(cause) => {
            let failure = Failure { op: Operation::Send, target: target.clone(), cause: cause.clone() };
            (failure_line(lang, &failure), Some(false))
        }
        Tried::Failed(failure) => (failure_line(lang, failure), Some(false)),
    };
    Line { target, words, good, counts: repeated.then_some((tally.sent, tally.acked)) }
}

/// `0.4`, `12`: a short time needs its tenths.
fn milliseconds(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") }
}
