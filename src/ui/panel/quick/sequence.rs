//! Running the group as a sequence: how often, what happens at a failure, and how it went.

use std::fmt::Display;

use egui::{Button, Color32, Label, RichText, Ui, vec2};

use super::{QuickContext, QuickOrder};
use crate::automation::command::{Group, GroupId, MAX_MS, Repeat};
use crate::automation::sequence::Outcome as Ended;
use crate::i18n::{Text, fill};
use crate::session::sequence::SequenceProgress;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{number_field, row, times_field};

/// The fields as typed.
#[derive(Default)]
pub struct SequenceFields {
    /// Of which group they are, and what they were made of.
    of: Option<(GroupId, u32, u32)>,
    repeat: String,
    delay: String,
}

impl SequenceFields {
    /// Draws the rows.
    pub fn ui(&mut self, ui: &mut Ui, group: &Group, context: &mut QuickContext<'_>) {
        let now = (group.id(), u32::from(group.repeat), group.delay_ms);
        if self.of != Some(now) {
            self.repeat = if now.1 == 0 { String::new() } else { now.1.to_string() };
            self.delay = now.2.to_string();
            self.of = Some(now);
        }
        // Read once: it may end between two looks.
        let outcome = context.sequence.and_then(|sequence| outcome(ui, group, sequence, context));
        let running = outcome.as_ref().is_some_and(|outcome| outcome.running);
        row(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            run_ui(ui, running, group, context);
            ui.add_space(4.0);
            ui.add_enabled_ui(!running, |ui| self.fields_ui(ui, group, context));
        });
        ui.add_enabled_ui(!running, |ui| {
            let mut stop = group.stop_on_failure;
            if ui.checkbox(&mut stop, context.text(Text::QuickStopOnFailure)).changed() {
                self.tell(group, None, None, Some(stop), context);
            }
        });
        if let Some(Outcome { words, colour, .. }) = outcome {
            ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, group: &Group, context: &mut QuickContext<'_>) {
        ui.spacing_mut().item_spacing.x = 4.0;
        let label = ui.label(context.text(Text::CycleTimes));
        let (response, times) = times_field(ui, &mut self.repeat, 36.0);
        let response = response.labelled_by(label.id).on_hover_text(context.text(Text::CycleTimesHint));
        if let Some(times) = times.filter(|_| response.changed()) {
            self.tell(group, Some(times), None, None, context);
        }
        ui.add_space(4.0);
        let label = ui.label(context.text(Text::QuickDelay));
        let (response, delay) = number_field(ui, &mut self.delay, 0..=MAX_MS, 44.0);
        let response = response.labelled_by(label.id).on_hover_text(context.text(Text::QuickDelayHint));
        if let Some(delay) = delay.filter(|_| response.changed()) {
            self.tell(group, None, Some(delay), None, context);
        }
    }

    fn tell(
        &mut self,
        group: &Group,
        times: Option<u32>,
        delay: Option<u32>,
        stop: Option<bool>,
        context: &mut QuickContext<'_>,
    ) {
        let repeat = times.map_or(group.repeat, Repeat::from);
        let delay_ms = delay.unwrap_or(group.delay_ms);
        // What was typed stays as it was typed.
        self.of = Some((group.id(), repeat.into(), delay_ms));
        context.tell(QuickOrder::SetRun {
            group: group.id(),
            repeat,
            stop_on_failure: stop.unwrap_or(group.stop_on_failure),
            delay_ms,
        });
    }
}

fn run_ui(ui: &mut Ui, running: bool, group: &Group, context: &mut QuickContext<'_>) {
    let palette = Palette::of(ui);
    let size = vec2(0.0, CONTROL_HEIGHT);
    if running {
        if ui.add(Button::new(context.text(Text::QuickStop)).min_size(size)).clicked() {
            context.tell(QuickOrder::Stop);
        }
        return;
    }
    let ready = group.commands().iter().any(|command| command.step.enabled);
    let colour = if ready { palette.on_primary } else { palette.text };
    let fill = if ready { palette.primary } else { palette.control };
    let button = Button::new(RichText::new(context.text(Text::QuickRun)).color(colour)).fill(fill).min_size(size);
    if ui.add_enabled(ready, button).on_hover_text(context.text(Text::QuickRunHint)).clicked() {
        context.tell(QuickOrder::Run(group.id()));
    }
}

/// How a sequence goes, or went.
struct Outcome {
    running: bool,
    words: String,
    colour: Color32,
}

/// Rounds, and how it ended; nothing of a sequence of another group that is over.
fn outcome(ui: &Ui, group: &Group, sequence: &SequenceProgress, context: &QuickContext<'_>) -> Option<Outcome> {
    let palette = Palette::of(ui);
    sequence.read(|report| {
        let is_of_group = |id| group.commands().iter().any(|command| command.id() == id);
        if !report.is_running() && !report.steps.iter().any(|step| is_of_group(step.command)) {
            return None;
        }
        let (text, colour) = match report.outcome {
            None => (Text::SequenceRunning, palette.text),
            Some(Ended::Passed) => (Text::SequencePassed, palette.received),
            Some(Ended::Failed) => (Text::SequenceFailed, palette.error),
            Some(Ended::Disconnected) => (Text::SequenceDisconnected, palette.error),
            Some(Ended::Stopped) => (Text::SequenceStopped, palette.secondary),
        };
        let values: [(&str, &dyn Display); 3] =
            [("round", &report.round), ("passed", &report.rounds_passed), ("failed", &report.rounds_failed)];
        Some(Outcome { running: report.is_running(), words: fill(context.text(text), &values), colour })
    })
}
