//! Failures, refusals and notes of transfers and of the server, in the window's language.

use crate::codec::Charset;
use crate::i18n::{Lang, Text, failure_line, fill, tftp_error, tftp_failure, tftp_refusal};
use crate::journal::rows;
use crate::proto::tftp::name::NameRefused;
use crate::proto::tftp::{ConfigError, Warning, WhyPlain};
use crate::service::tftp::{Fate, Note, Refusal, TransferFailure};
use crate::ui::words::size;

/// Why a transfer failed.
pub fn failure_words(lang: Lang, failure: &TransferFailure) -> String {
    let path = |text: Text, path: &std::path::Path| fill(text.text(lang), &[("path", &path.display())]);
    match failure {
        TransferFailure::Protocol(failure) => tftp_failure(lang, failure),
        TransferFailure::System(failure) => failure_line(lang, failure),
        TransferFailure::Request(ConfigError::NoName) => Text::TftpNoRemote.text(lang).to_owned(),
        TransferFailure::Request(ConfigError::Nul) => Text::TftpNameNul.text(lang).to_owned(),
        TransferFailure::Request(ConfigError::TooLong { octets }) => {
            fill(Text::TftpRequestTooLong.text(lang), &[("n", octets)])
        }
        TransferFailure::Encoding(charset) => name_not_in(lang, *charset),
        TransferFailure::Exists(there) => path(Text::TftpExists, there),
        TransferFailure::NotAFile(there) => path(Text::TftpNotAFile, there),
    }
}

fn name_not_in(lang: Lang, charset: Charset) -> String {
    fill(Text::TftpNameIn.text(lang), &[("charset", &charset.label())])
}

/// What was odd.
pub fn note_words(lang: Lang, note: &Note) -> String {
    let say = |text: Text, values: &[(&str, &dyn std::fmt::Display)]| fill(text.text(lang), values);
    match note {
        Note::Retried(WhyPlain::Error { code, text }) => {
            let why = tftp_error(lang, *code, text);
            say(Text::TftpRetriedError, &[("why", &why)])
        }
        Note::Retried(WhyPlain::Refused(refusal)) => {
            say(Text::TftpRetriedAnswer, &[("why", &tftp_refusal(lang, refusal))])
        }
        Note::Retried(WhyPlain::Silence) => say(Text::TftpRetriedSilence, &[]),
        Note::Warning(Warning::UselessSize) => say(Text::TftpUselessSize, &[]),
        Note::Warning(Warning::SizeDiffers { said, real }) => {
            say(Text::TftpSizeDiffers, &[("said", said), ("real", real)])
        }
        Note::Warning(Warning::OtherAddress(addr)) => say(Text::TftpOtherAddress, &[("addr", &rows::address(addr))]),
        Note::NextAddress(addr) => say(Text::TftpNextAddress, &[("addr", &rows::address(addr))]),
        Note::SmallerWindow(blocks) => say(Text::TftpSmallerWindow, &[("n", blocks)]),
    }
}

/// What became of a request, and whether that is good.
pub fn fate_words(lang: Lang, fate: &Fate) -> (String, Option<bool>) {
    match fate {
        Fate::Answered => (Text::TftpFateAnswered.text(lang).to_owned(), None),
        Fate::Running => (Text::TftpFateRunning.text(lang).to_owned(), None),
        Fate::Done(progress) => {
            let (bytes, rate) = (size(progress.done_bytes as f64), size(progress.bytes_per_second));
            (fill(Text::TftpFateDone.text(lang), &[("size", &bytes), ("rate", &rate)]), Some(true))
        }
        Fate::Refused(refusal) => {
            let why = refusal_words(lang, refusal);
            (fill(Text::TftpFateRefused.text(lang), &[("why", &why)]), Some(false))
        }
        Fate::Failed(failure) => {
            let why = failure_words(lang, failure);
            (fill(Text::TftpFateFailed.text(lang), &[("why", &why)]), Some(false))
        }
        Fate::Evicted => (Text::TftpFateEvicted.text(lang).to_owned(), Some(false)),
        Fate::Cancelled => (Text::TftpFateCancelled.text(lang).to_owned(), None),
    }
}

fn refusal_words(lang: Lang, refusal: &Refusal) -> String {
    let text = match refusal {
        Refusal::Name(why) => name_refused(*why),
        Refusal::NotFound => Text::TftpRefusedNotFound,
        Refusal::NotAFile => Text::TftpRefusedNotAFile,
        Refusal::ReadOnly => Text::TftpRefusedReadOnly,
        Refusal::Exists => Text::TftpRefusedExists,
        Refusal::TooLarge { limit } => {
            return fill(Text::TftpRefusedTooLarge.text(lang), &[("size", &size(*limit as f64))]);
        }
        Refusal::Busy => Text::TftpRefusedBusy,
        Refusal::System(failure) => return failure_line(lang, failure),
    };
    text.text(lang).to_owned()
}

fn name_refused(why: NameRefused) -> Text {
    match why {
        NameRefused::Empty => Text::TftpNameEmpty,
        NameRefused::Encoding => Text::TftpNameNoEncoding,
        NameRefused::Absolute => Text::TftpNameAbsolute,
        NameRefused::Parent => Text::TftpNameParent,
        NameRefused::Colon => Text::TftpNameColon,
        NameRefused::Control => Text::TftpNameControl,
        NameRefused::Device => Text::TftpNameDevice,
        NameRefused::Trailing => Text::TftpNameTrailing,
    }
}
