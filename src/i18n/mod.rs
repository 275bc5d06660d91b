//! What the window says, in Chinese and in English.
//!
//! One typed table ([`Text`]) holds both languages side by side, so that a text can be neither missing nor misspelt
//! in one of them without a test failing. Sentences with values in them carry `{name}` placeholders for [`fill`].
//! [`event_line`] says a journal's events, which are kept as data: the language can be changed at any time.

mod answer;
mod compose;
mod decoded;
mod event;
mod failure;
mod framing;
mod framing_problem;
mod import;
mod ipmsg;
mod lang;
mod node;
mod sequence;
mod table;
mod tftp;
mod tftp_line;

pub use answer::{chat_words, rule_error, rule_error_kind};
pub use compose::{
    append_error, append_error_kind, compose_error, expand_error, mark_error, pattern_error, template_error, typed,
    wrap_error,
};
pub use decoded::{Decoded, Field, Protocol, decoded, decoded_line};
pub use event::{event_line, file_stop};
pub use failure::{failure_line, spill_line};
pub use framing::frame_text;
pub use framing_problem::framing_problem;
pub use import::{import_error, import_format, left_out};
pub use ipmsg::{ipmsg_command, ipmsg_line, ipmsg_option};
pub use lang::Lang;
pub use sequence::{edit_error, plan_error, step_failure, step_problem};
pub use table::Text;
pub use tftp::{tftp_error, tftp_failure, tftp_refusal};
pub use tftp_line::tftp_line;

use std::fmt::{Display, Write};

/// Puts values into the `{name}` placeholders of `template`. A placeholder without a value stays as it is, so that
/// the mistake can be seen; values are never searched for placeholders.
///
/// ```
/// # use wirebench::i18n::fill;
/// assert_eq!(fill("{n} of {total}", &[("n", &3), ("total", &10)]), "3 of 10");
/// ```
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let value = rest.find('}').and_then(|close| {
            let name = &rest[1..close];
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (close, value))
        });
        if let Some((close, value)) = value {
            let _ = write!(out, "{value}"); // writing to a String cannot fail
            rest = &rest[close + 1..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_puts_values_in_their_places() {
        assert_eq!(fill("{a}-{b}-{a}", &[("a", &1), ("b", &"x")]), "1-x-1");
        assert_eq!(fill("没有", &[]), "没有");
    }

    #[test]
    fn fill_leaves_what_it_does_not_know() {
        assert_eq!(fill("{a} {b} { {", &[("a", &"A")]), "A {b} { {");
        assert_eq!(fill(r"\u{…} {n}", &[("n", &5)]), r"\u{…} 5");
    }

    #[test]
    fn fill_never_looks_into_values() {
        assert_eq!(fill("{a}{b}", &[("a", &"{b}"), ("b", &"B")]), "{b}B");
    }
}
