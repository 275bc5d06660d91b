//! Failures, notes and sizes in plain words.

use crate::codec::control::picture;
use crate::i18n::{Lang, tftp_error, tftp_failure, tftp_refusal};
use crate::journal::{Cause, Failure, Operation};
use crate::proto::tftp::{Warning, WhyPlain};
use crate::service::tftp::{FREE_PORT, Note, TransferFailure};

/// Why there is no file.
pub(super) fn failure(failure: &TransferFailure) -> String {
    match failure {
        TransferFailure::Protocol(failure) => tftp_failure(Lang::En, failure),
        other => other.to_string(),
    }
}

/// Why nothing is served.
pub(super) fn server_failure(failure: &Failure) -> String {
    let low_port = failure.target.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    let needs_rights = failure.op == Operation::Bind && low_port.is_some_and(|port| port < 1024);
    if needs_rights && failure.cause == Cause::PermissionDenied {
        return format!("{failure}: ports below 1024 need rights; --port {FREE_PORT} does not");
    }
    failure.to_string()
}

/// What was odd.
pub(super) fn note(note: &Note) -> String {
    match note {
        Note::Retried(why) => {
            let why = match why {
                WhyPlain::Error { code, text } => tftp_error(Lang::En, *code, text),
                WhyPlain::Refused(refusal) => tftp_refusal(Lang::En, refusal),
                WhyPlain::Silence => "nothing answered the options".to_owned(),
            };
            format!("asked again without options: {why}")
        }
        Note::Warning(Warning::UselessSize) => "the server says a size that can't be one".to_owned(),
        Note::Warning(Warning::SizeDiffers { said, real }) => {
            format!("the server said {said} octets, but {real} came")
        }
        Note::Warning(Warning::OtherAddress(addr)) => format!("an answer from another address, {addr}, is refused"),
        Note::NextAddress(addr) => format!("nothing answers at {addr}; trying the next address"),
        Note::SmallerWindow(blocks) => {
            format!("the system's receive buffer is small: a window of {blocks} blocks is asked for")
        }
    }
}

/// `1023 B`, `1.5 KB`, `200 MB`.
pub(super) fn size(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 100.0);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// Text from outside, without characters that act.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|ch| picture(ch).map_or_else(|| ch.to_string(), |picture| picture.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::tftp::{self, ErrorCode};

    #[test]
    fn failures_are_in_plain_words() {
        let refused = tftp::Failure::Peer { code: ErrorCode::NOT_FOUND, text: b"no \x1b[1mfw".to_vec() };
        let said = failure(&TransferFailure::Protocol(refused));
        assert!(said.contains("ERROR 1") && !said.contains('\x1b'), "{said}");
        assert_eq!(failure(&TransferFailure::Exists("a/b".into())), "a/b exists already");
    }

    #[test]
    fn a_low_port_has_a_way_out() {
        let denied = |target: &str| {
            let cause = Cause::PermissionDenied;
            server_failure(&Failure { op: Operation::Bind, target: target.to_owned(), cause })
        };
        assert!(denied("0.0.0.0:69").contains("--port 6969"));
        assert!(!denied("0.0.0.0:6969").contains("--port"));
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0.0, "0 B"), (1023.0, "1023 B"), (1536.0, "1.5 KB"), (200.0 * 1_048_576.0, "200 MB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
