//! Automatic answers of a tab: they begin when it opens, and anew when what was chosen changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::automation::answer::{AnswerMode, AnswerSettings};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::i18n::{Lang, Text, chat_words, failure_line, fill, rule_error};
use crate::journal::Failure;
use crate::net::JobSlot;
use crate::session::Session;
use crate::session::answer::{AnswerContext, AnswerError, AnswerStatus, Answering};

/// What is typed is used when nothing changed for so long: half a pattern must not answer.
const SETTLED: Duration = Duration::from_millis(600);

/// What decides how a tab answers.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What was chosen.
    pub settings: &'a AnswerSettings,
    /// What is one packet in a stream.
    pub framing: &'a Framing,
    /// What is put around a reply.
    pub sent_framing: &'a Framing,
    /// The encoding of names in the chat room.
    pub charset: Charset,
    /// What `{var:name}` stands for in a reply.
    pub variables: &'a BTreeMap<String, String>,
    /// The language in which the chat room speaks itself.
    pub lang: Lang,
}

/// The answers of a tab.
#[derive(Default)]
pub struct Answers {
    running: Option<Arc<AnswerStatus>>,
    /// What was started, or could not be.
    applied: Option<Kept>,
    /// What is chosen now, and since when.
    draft: Option<(Kept, Instant)>,
    refused: Option<Refused>,
    seen_beeps: u64,
}

/// A copy of what was wanted.
#[derive(Clone)]
struct Kept {
    settings: AnswerSettings,
    framing: Framing,
    sent_framing: Framing,
    charset: Charset,
    variables: BTreeMap<String, String>,
}

/// Why answers did not begin.
enum Refused {
    Wrong(AnswerError),
    Failed(Failure),
}

/// What the window does after a look at the answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Look again after this time.
    pub again: Option<Duration>,
    /// A rule calls for the person.
    pub beeped: bool,
}

impl Kept {
    fn of(wanted: &Wanted<'_>) -> Self {
        Self {
            settings: wanted.settings.clone(),
            framing: wanted.framing.clone(),
            sent_framing: wanted.sent_framing.clone(),
            charset: wanted.charset,
            variables: wanted.variables.clone(),
        }
    }

    /// Whether it answers in the same way. What its mode does not look at does not count.
    fn is(&self, wanted: &Wanted<'_>) -> bool {
        let (one, other) = (&self.settings, wanted.settings);
        let same_rate = one.per_second == other.per_second;
        let same_framing = self.framing == *wanted.framing && self.sent_framing == *wanted.sent_framing;
        one.mode == other.mode
            && match one.mode {
                AnswerMode::None | AnswerMode::Discard => true,
                AnswerMode::Echo | AnswerMode::Uppercase | AnswerMode::Daytime => same_rate,
                AnswerMode::Generator => same_rate && one.rate_kb == other.rate_kb,
                AnswerMode::ChatRoom => same_rate && same_framing && self.charset == wanted.charset,
                AnswerMode::FileServer => {
                    let file = |s: &AnswerSettings| (s.prefix, s.after_file, s.say_errors);
                    same_rate && same_framing && one.folder == other.folder && file(one) == file(other)
                }
                AnswerMode::Rules => {
                    same_rate && same_framing && one.rules == other.rules && self.variables == *wanted.variables
                }
            }
    }
}

impl Answers {
    /// How they go, while they run.
    pub fn status(&self) -> Option<&AnswerStatus> {
        self.running.as_deref()
    }

    /// Whether what was changed is not used yet.
    pub fn is_settling(&self) -> bool {
        self.draft.is_some()
    }

    /// Why what is chosen does not answer.
    pub fn refused(&self, lang: Lang) -> Option<String> {
        let reason = match self.refused.as_ref()? {
            Refused::Wrong(AnswerError::Rule(error)) if self.running.is_some() => {
                return Some(fill(Text::ReplyStale.text(lang), &[("error", &rule_error(lang, error))]));
            }
            Refused::Wrong(AnswerError::Rule(error)) => rule_error(lang, error),
            Refused::Wrong(AnswerError::NoFolder) => Text::ReplyNoFolder.text(lang).to_owned(),
            Refused::Failed(failure) => failure_line(lang, failure),
        };
        Some(fill(Text::ReplyFailed.text(lang), &[("reason", &reason)]))
    }

    /// Begins, ends and changes them. `wanted` is nothing while the tab is not open.
    pub fn tend(&mut self, session: &Session, wanted: Option<Wanted<'_>>, now: Instant) -> Tended {
        let Some(wanted) = wanted else {
            if self.applied.is_some() {
                *self = Self::default();
            }
            return Tended::default();
        };
        let again = self.apply(session, &wanted, now);
        let beeps = self.running.as_ref().map_or(0, |status| status.beeps());
        let beeped = beeps > std::mem::replace(&mut self.seen_beeps, beeps);
        Tended { again, beeped }
    }

    /// Applies what is wanted, if it is something else and settled. When to look again.
    fn apply(&mut self, session: &Session, wanted: &Wanted<'_>, now: Instant) -> Option<Duration> {
        let mode_before = match &self.applied {
            Some(applied) if applied.is(wanted) => {
                self.draft = None;
                return None;
            }
            applied => applied.as_ref().map_or(AnswerMode::None, |applied| applied.settings.mode),
        };
        let another_mode = mode_before != wanted.settings.mode;
        if !another_mode {
            match &self.draft {
                Some((draft, since)) if draft.is(wanted) => {
                    let left = SETTLED.saturating_sub(now.saturating_duration_since(*since));
                    if !left.is_zero() {
                        return Some(left);
                    }
                }
                _ => {
                    self.draft = Some((Kept::of(wanted), now));
                    return Some(SETTLED);
                }
            }
        }
        self.draft = None;
        self.applied = Some(Kept::of(wanted));
        self.refused = self.start(session, wanted).err();
        // Rules that are wrong leave those before them at work, but not what another choice was.
        if another_mode && self.refused.is_some() && self.running.take().is_some() {
            let _ = session.stop(JobSlot::Answering); // fails only where nothing runs any more
        }
        None
    }

    fn start(&mut self, session: &Session, wanted: &Wanted<'_>) -> Result<(), Refused> {
        let context = AnswerContext {
            framing: wanted.framing.clone(),
            sent_framing: wanted.sent_framing.clone(),
            charset: wanted.charset,
            words: chat_words(wanted.lang),
            variables: wanted.variables.clone(),
        };
        match Answering::new(wanted.settings, &context).map_err(Refused::Wrong)? {
            Some(Answering { job, status }) => {
                session.start(JobSlot::Answering, job).map_err(Refused::Failed)?;
                self.running = Some(status);
                self.seen_beeps = 0;
            }
            None if self.running.take().is_some() => {
                session.stop(JobSlot::Answering).map_err(Refused::Failed)?;
            }
            None => {}
        }
        Ok(())
    }
}
