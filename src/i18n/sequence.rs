//! How it is said why quick commands can't be changed or run, and what came of a sequence.

use super::compose::printable;
use super::{Lang, Text, compose_error, failure_line, fill, pattern_error};
use crate::automation::command::EditError;
use crate::automation::sequence::{PlanError, StepFailure, StepProblem};
use crate::journal::Failure;

/// Why a change is refused.
pub fn edit_error(lang: Lang, error: EditError) -> String {
    let text = match error {
        EditError::TooManyGroups => Text::QuickTooManyGroups,
        EditError::TooManyCommands => Text::QuickTooManyCommands,
        EditError::TextTooLong { .. } => Text::QuickTextTooLong,
        EditError::TooMuchText => Text::QuickTooMuchText,
        EditError::Gone => Text::QuickGone,
    };
    text.text(lang).to_owned()
}

/// Why a group can't be run.
pub fn plan_error(lang: Lang, error: &PlanError) -> String {
    match error {
        PlanError::NothingToDo => Text::SequenceNothingToDo.text(lang).to_owned(),
        PlanError::Step { number, title, problem, .. } => {
            let problem = step_problem(lang, problem);
            fill(
                Text::SequenceStep.text(lang),
                &[("number", number), ("title", &printable(title)), ("problem", &problem)],
            )
        }
    }
}

/// What is wrong with a step.
pub fn step_problem(lang: Lang, problem: &StepProblem) -> String {
    match problem {
        StepProblem::Message(error) => compose_error(lang, error),
        StepProblem::Answer(error) => {
            fill(Text::SequenceAnswerWrong.text(lang), &[("problem", &pattern_error(lang, error))])
        }
        StepProblem::UnknownVariable(name) => {
            let field = format!("{{var:{}}}", printable(name));
            fill(Text::SequenceUnknownVariable.text(lang), &[("field", &field)])
        }
        StepProblem::NoAnswerBefore => Text::SequenceNoAnswerBefore.text(lang).to_owned(),
        StepProblem::NoGroup(group) => fill(Text::SequenceNoGroup.text(lang), &[("group", group)]),
    }
}

/// Why a step failed.
pub fn step_failure(lang: Lang, failure: &StepFailure<Failure>) -> String {
    match failure {
        StepFailure::Message(error) => compose_error(lang, error),
        StepFailure::Refused(failure) => failure_line(lang, failure),
        StepFailure::NoAnswer { timeout, others } => {
            let text = if *others == 0 { Text::SequenceNoAnswer } else { Text::SequenceWrongAnswer };
            fill(text.text(lang), &[("ms", &timeout.as_millis()), ("others", others)])
        }
        StepFailure::Disconnected => Text::StepDisconnected.text(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::automation::Message;
    use crate::automation::command::{Group, QuickCommand};
    use crate::automation::sequence::Plan;
    use crate::codec::framing::Framing;

    #[test]
    fn a_wrong_step_is_named_with_its_place() {
        let message = Message { text: "x{var:id}".to_owned(), template: true, ..Message::default() };
        let group = Group::named("g").with_commands(vec![QuickCommand::new("登录", message)]);
        let error = Plan::prepare(&group, &Framing::AsRead, &BTreeMap::new()).unwrap_err();
        assert_eq!(plan_error(Lang::ZhCn, &error), "第 1 步（登录）：之前没有步骤给 {var:id} 赋值");
        assert_eq!(plan_error(Lang::En, &error), "Step 1 (登录): no step before it gives {var:id} a value");
    }

    #[test]
    fn failures_are_told_apart() {
        let failure = |others| StepFailure::NoAnswer { timeout: Duration::from_millis(500), others };
        assert_eq!(step_failure(Lang::ZhCn, &failure(0)), "500 ms 内没有应答");
        assert_eq!(step_failure(Lang::En, &failure(2)), "no answer that matches within 500 ms; 2 others came");
    }
}
