//! How a step of the sequence went, in a few words beside its command.

use egui::Color32;

use crate::automation::sequence::{Answer, StepFailure, StepReport, StepState};
use crate::codec::hex;
use crate::i18n::{Lang, Text, fill, step_failure};
use crate::journal::Failure;
use crate::ui::theme::Palette;
use crate::ui::words;

/// So many bytes of an answer are shown.
const SHOWN_BYTES: usize = 256;

/// How a step went.
pub struct Mark {
    /// In a few words.
    pub words: String,
    kind: Kind,
    /// What there is to say besides: the reason, the answer.
    pub details: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Good,
    Bad,
}

impl Mark {
    /// Its colour.
    pub fn colour(&self, palette: &Palette) -> Color32 {
        match self.kind {
            Kind::Open => palette.secondary,
            Kind::Good => palette.received,
            Kind::Bad => palette.error,
        }
    }
}

/// How this step went; `None`: its turn has not come.
pub fn mark(step: &StepReport<Failure>, lang: Lang) -> Option<Mark> {
    let say = |text: Text, kind: Kind| (text.text(lang).to_owned(), kind);
    let mut reason = None;
    let (words, kind) = match &step.state {
        StepState::Pending => return None,
        StepState::Sending => say(Text::StepSending, Kind::Open),
        StepState::Waiting => say(Text::StepWaiting, Kind::Open),
        StepState::Stopped => say(Text::StepStopped, Kind::Open),
        StepState::Passed => match step.answer.as_ref().filter(|answer| answer.matches) {
            Some(answer) => {
                let ms = format!("{:.1}", answer.after.as_secs_f64() * 1e3);
                (fill(Text::StepAnswered.text(lang), &[("ms", &ms)]), Kind::Good)
            }
            None => say(Text::StepSent, Kind::Good),
        },
        StepState::Failed(failure) => {
            reason = Some(step_failure(lang, failure));
            let text = match failure {
                StepFailure::Message(_) | StepFailure::Refused(_) => Text::StepFailed,
                StepFailure::NoAnswer { others: 0, .. } => Text::StepNoAnswer,
                StepFailure::NoAnswer { .. } => Text::StepWrong,
                StepFailure::Disconnected => Text::StepDisconnected,
            };
            say(text, Kind::Bad)
        }
    };
    let answer = step.answer.as_ref().map(|answer| answer_words(answer, lang));
    let details: Vec<String> = reason.into_iter().chain(answer).collect();
    Some(Mark { words, kind, details: (!details.is_empty()).then(|| details.join("\n")) })
}

/// The bytes of an answer, as text where they are text.
fn answer_words(answer: &Answer, lang: Lang) -> String {
    let shown = &answer.bytes[..answer.bytes.len().min(SHOWN_BYTES)];
    let text = if let Ok(text) = std::str::from_utf8(shown) {
        words::visible(text)
    } else {
        let mut digits = String::with_capacity(shown.len() * 3);
        hex::format(shown, &mut digits);
        digits
    };
    fill(Text::StepAnswer.text(lang), &[("n", &answer.len), ("text", &text)])
}
