//! A sample of bytes, and which frames a framing finds in it.

use std::borrow::Cow;

use egui::{Label, RichText, TextEdit, Ui};

use crate::codec::framing::{Assembler, Frame, Framing, Problem};
use crate::codec::typed::TypedError;
use crate::codec::{Charset, hex};
use crate::i18n::{self, Text, fill, framing_problem};
use crate::ui::panel::Shared;
use crate::ui::theme::{Palette, mono};
use crate::ui::widget::{label_above, marked_wrong, refusal};
use crate::ui::words::visible;

/// The most bytes of a sample.
const MAX_SAMPLE_BYTES: usize = 64 << 10;
/// The most frames that are listed.
const MAX_FRAMES: usize = 50;
/// Of a long frame so many bytes are shown.
const SHOWN_BYTES: usize = 48;

/// A sample and what was found in it.
pub(super) struct Trial {
    sample: String,
    /// The sample is the person's; until then it is an example that follows the framing.
    touched: bool,
    /// For which framing and sample the findings are.
    tried: Option<(Framing, String)>,
    found: Result<Vec<Found>, TypedError>,
}

impl Default for Trial {
    fn default() -> Self {
        Self { sample: String::new(), touched: false, tried: None, found: Ok(Vec::new()) }
    }
}

/// A frame, or bytes that are none.
struct Found {
    len_bytes: u64,
    shown: String,
    problem: Option<Problem>,
    /// It has no end yet.
    open: bool,
}

impl Trial {
    pub(super) fn ui(&mut self, ui: &mut Ui, framing: Option<&Framing>, charset: Charset, shared: &Shared<'_>) {
        if let Some(framing) = framing {
            self.follow(framing, charset);
        }
        let label = label_above(ui, shared.text(Text::FramingSample));
        let wrong = self.found.is_err();
        let field = marked_wrong(ui, wrong, |ui| {
            let field =
                TextEdit::multiline(&mut self.sample).font(mono()).desired_rows(2).char_limit(4 * MAX_SAMPLE_BYTES);
            ui.add(field.desired_width(f32::INFINITY))
        });
        self.touched |= field.labelled_by(label.id).changed();
        match &self.found {
            Err(error) => refusal(ui, &i18n::typed(shared.lang, *error)),
            Ok(found) if framing.is_some() => list_ui(ui, found, shared),
            Ok(_) => {}
        }
    }

    /// Tries the framing, if it or the sample is another one than before.
    fn follow(&mut self, framing: &Framing, charset: Charset) {
        if !self.touched && self.tried.as_ref().is_none_or(|(tried, _)| tried != framing) {
            self.sample = example(framing);
        }
        if self.tried.as_ref().is_some_and(|(tried, sample)| tried == framing && *sample == self.sample) {
            return;
        }
        self.found = match hex::parse(&self.sample) {
            Ok(bytes) => Ok(find(framing, &bytes, charset)),
            Err(error) => Err(TypedError::Hex(error.kind)),
        };
        self.tried = Some((framing.clone(), self.sample.clone()));
    }
}

/// Two messages as this framing sends them, in HEX.
fn example(framing: &Framing) -> String {
    let mut bytes = Vec::new();
    for text in ["Hello", "OK"] {
        let headers = match framing {
            Framing::Length(field) => usize::from(field.offset) + usize::from(field.header_after),
            _ => 0,
        };
        let message = [vec![0; headers], text.as_bytes().to_vec()].concat();
        if framing.wrap(&message, &mut bytes).is_err() {
            break; // what can't be sent has no example
        }
    }
    let mut sample = String::new();
    hex::format(&bytes, &mut sample);
    sample
}

fn find(framing: &Framing, bytes: &[u8], charset: Charset) -> Vec<Found> {
    let mut found = Vec::new();
    let mut assembler = Assembler::new(framing);
    let mut push = |frame: Frame, bytes: &[u8], open: bool| {
        if found.len() < MAX_FRAMES {
            found.push(Found::new(framing, &frame, bytes, open, charset));
        }
    };
    assembler.push(bytes, 0, |frame, bytes| push(frame, bytes, false));
    let rest = assembler.pending();
    if !rest.is_empty() {
        let range = rest.start as usize..rest.end as usize;
        let open = Frame { range: rest.clone(), payload: rest, problem: None };
        push(open, &bytes[range], true);
    }
    found
}

impl Found {
    fn new(framing: &Framing, frame: &Frame, bytes: &[u8], open: bool, charset: Charset) -> Self {
        let payload = if open { Cow::Borrowed(bytes) } else { framing.payload(frame, bytes) };
        let cut = &payload[..payload.len().min(SHOWN_BYTES)];
        let mut shown = String::new();
        hex::format(cut, &mut shown);
        if cut.len() < payload.len() {
            shown.push_str(" …");
        }
        // Private characters mean nothing here, and no font has them.
        let private = |ch: char| matches!(ch, '\u{E000}'..='\u{F8FF}');
        let text = visible(&charset.decode_lossy(cut).replace(private, "\u{FFFD}")).replace('\n', "␊");
        Self { len_bytes: payload.len() as u64, shown: format!("{shown}   {text}"), problem: frame.problem, open }
    }
}

fn list_ui(ui: &mut Ui, found: &[Found], shared: &Shared<'_>) {
    let palette = Palette::of(ui);
    let frames = found.iter().filter(|found| found.problem.is_none() && !found.open).count();
    ui.label(RichText::new(fill(shared.text(Text::FramesFound), &[("n", &frames)])).color(palette.secondary));
    for (index, frame) in found.iter().enumerate() {
        let (head, colour) = match frame.problem {
            Some(problem) => (framing_problem(shared.lang, problem), palette.error),
            None if frame.open => (shared.text(Text::FrameOpen).to_owned(), palette.secondary),
            None => {
                let values: [(&str, &dyn std::fmt::Display); 2] = [("n", &(index + 1)), ("bytes", &frame.len_bytes)];
                (fill(shared.text(Text::FrameFound), &values), palette.received)
            }
        };
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(head).color(colour));
            ui.add(Label::new(RichText::new(&frame.shown).font(mono())).wrap());
        });
    }
}
