//! Refusals and failures of the node and of its files, in the window's language.

use crate::i18n::{Lang, Text, failure_line, fill};
use crate::proto::ipmsg::node::Refused;
use crate::proto::ipmsg::{Malformed, NameRefused};
use crate::service::feiq::Refusal;
use crate::service::feiq::announce::RangeProblem;
use crate::service::feiq::files::{FolderLimit, PrepareFailure, TransferFailure, TransferState};
use crate::ui::words;

/// Why the node did not do something.
pub fn refusal_words(lang: Lang, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Node(refused) => refused_words(lang, refused),
        Refusal::Gone => Text::FeiqRefusedGone.text(lang).to_owned(),
        Refusal::Offer(failure) => offer_words(lang, failure),
        Refusal::System(failure) => failure_line(lang, failure),
        Refusal::TooManyJobs(n) => fill(Text::FeiqRefusedJobs.text(lang), &[("n", n)]),
    }
}

fn refused_words(lang: Lang, refused: &Refused) -> String {
    match refused {
        Refused::NoTarget => Text::FeiqNoTargets.text(lang).to_owned(),
        Refused::TooManyTargets { limit, .. } => fill(Text::FeiqTooManyTargets.text(lang), &[("n", limit)]),
        Refused::NotInGbk { character, .. } => fill(Text::FeiqNotInGbk.text(lang), &[("char", character)]),
        Refused::TooLong { bytes, limit } => fill(Text::FeiqTooLong.text(lang), &[("len", bytes), ("max", limit)]),
        Refused::ImageSize { limit, .. } => {
            fill(Text::FeiqRefusedImage.text(lang), &[("max", &words::size(*limit as f64))])
        }
        Refused::Busy { limit } => fill(Text::FeiqRefusedBusy.text(lang), &[("n", limit)]),
        other => other.to_string(),
    }
}

fn offer_words(lang: Lang, failure: &PrepareFailure) -> String {
    match failure {
        PrepareFailure::System(failure) => failure_line(lang, failure),
        PrepareFailure::NotAFile { path } => fill(Text::FeiqNotAFile.text(lang), &[("path", &path.display())]),
        PrepareFailure::Limit { path, limit } => {
            format!("{}: {}", path.display(), limit_words(lang, limit))
        }
        PrepareFailure::TooMany { count } => fill(Text::FeiqTooManyFiles.text(lang), &[("n", count)]),
        PrepareFailure::Ended => Text::FeiqNotOnline.text(lang).to_owned(),
    }
}

/// How a transfer ended, and whether well.
pub fn outcome_words(lang: Lang, state: &TransferState) -> (String, bool) {
    match state {
        TransferState::Done { size, .. } => {
            (fill(Text::FeiqTransferDone.text(lang), &[("size", &words::size(*size as f64))]), true)
        }
        TransferState::Failed(failure) => (transfer_words(lang, failure), false),
        TransferState::Cancelled => (Text::FeiqTransferCancelled.text(lang).to_owned(), true),
        TransferState::Refused => (Text::FeiqTransferRefused.text(lang).to_owned(), false),
        TransferState::Waiting | TransferState::Running => (String::new(), true),
    }
}

fn transfer_words(lang: Lang, failure: &TransferFailure) -> String {
    match failure {
        TransferFailure::System(failure) => failure_line(lang, failure),
        TransferFailure::Name { name, why } => {
            let why = Text::text(name_words(*why), lang);
            fill(Text::FeiqBadName.text(lang), &[("name", &super::people::one_line(name)), ("why", &why)])
        }
        TransferFailure::Exists { path } => fill(Text::FeiqFileThere.text(lang), &[("path", &path.display())]),
        TransferFailure::NoFreeName { folder } => fill(Text::FeiqNoFreeName.text(lang), &[("path", &folder.display())]),
        TransferFailure::Short { got, expected } => {
            fill(Text::FeiqShort.text(lang), &[("got", got), ("all", expected)])
        }
        TransferFailure::FolderCut => Text::FeiqFolderCut.text(lang).to_owned(),
        TransferFailure::TooMuch { expected } => fill(Text::FeiqTooMuch.text(lang), &[("all", expected)]),
        TransferFailure::Silent { after } => fill(Text::FeiqSilent.text(lang), &[("seconds", &after.as_secs())]),
        TransferFailure::Stream(error) => fill(Text::FeiqBadStream.text(lang), &[("why", error)]),
        TransferFailure::Limit(limit) => limit_words(lang, limit),
        TransferFailure::Changed { path } => fill(Text::FeiqChanged.text(lang), &[("path", &path.display())]),
        TransferFailure::Shrank { path } => fill(Text::FeiqShrank.text(lang), &[("path", &path.display())]),
        TransferFailure::QueueFull => Text::FeiqTransfersFull.text(lang).to_owned(),
        TransferFailure::Internal => Text::FeiqInternal.text(lang).to_owned(),
    }
}

fn limit_words(lang: Lang, limit: &FolderLimit) -> String {
    match limit {
        FolderLimit::Depth(n) => fill(Text::FeiqLimitDepth.text(lang), &[("n", n)]),
        FolderLimit::Entries(n) => fill(Text::FeiqLimitEntries.text(lang), &[("n", n)]),
        FolderLimit::Bytes(n) => fill(Text::FeiqLimitBytes.text(lang), &[("size", &words::size(*n as f64))]),
    }
}

fn name_words(why: NameRefused) -> Text {
    match why {
        NameRefused::Empty => Text::FeiqNameEmpty,
        NameRefused::Relative | NameRefused::Separator => Text::FeiqNamePath,
        NameRefused::Control(_) => Text::FeiqNameControl,
        NameRefused::Device => Text::FeiqNameDevice,
        NameRefused::TooLong => Text::FeiqNameLong,
    }
}

/// Why a pasted text is no datagram.
pub fn malformed_text(malformed: &Malformed) -> Text {
    match malformed {
        Malformed::Empty => Text::DefectEmpty,
        Malformed::TooFewFields { .. } => Text::DefectTooFewFields,
        Malformed::NumberNotDecimal => Text::DefectPacketNumber,
        Malformed::CommandNotDecimal => Text::DefectCommand,
        Malformed::TooLong { .. } => Text::DefectTooLong,
    }
}

/// What is wrong with a range.
pub fn range_words(lang: Lang, problem: RangeProblem) -> &'static str {
    match problem {
        RangeProblem::NotAnAddress => Text::FeiqRangeNoAddress,
        RangeProblem::Prefix => Text::FeiqRangePrefix,
        RangeProblem::Backwards => Text::FeiqRangeBackwards,
        RangeProblem::TooMany(_) => Text::FeiqRangeTooMany,
    }
    .text(lang)
}
