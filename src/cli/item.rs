//! What the subcommands have in common: an argument at a time, and values of several of them.

use std::ffi::OsString;
use std::str::FromStr;
use std::time::Duration;

use lexopt::{Arg, Parser};

use super::Usage;

/// One argument, no longer borrowed from the parser.
pub(super) enum Item {
    /// The name of a long option.
    Option(String),
    /// Anything that is none.
    Text(OsString),
    /// `-h`, `--help`.
    Help,
}

/// The next argument. `short` are the letters that stand for long options.
pub(super) fn next(parser: &mut Parser, short: &[(char, &str)]) -> Result<Option<Item>, Usage> {
    Ok(match parser.next()? {
        Some(Arg::Long("help") | Arg::Short('h')) => Some(Item::Help),
        Some(Arg::Long(name)) => Some(Item::Option(name.to_owned())),
        Some(Arg::Value(text)) => Some(Item::Text(text)),
        Some(Arg::Short(letter)) => match short.iter().find(|(known, _)| *known == letter) {
            Some((_, name)) => Some(Item::Option((*name).to_owned())),
            None => return Err(Arg::Short(letter).unexpected().into()),
        },
        None => None,
    })
}

/// A value that is `what`.
pub(super) fn parsed<T: FromStr>(option: &str, what: &str, text: &str) -> Result<T, Usage> {
    text.parse().map_err(|_| Usage::new(format!("{option} is {what}, not {text:?}")))
}

/// `HOST`, `HOST:PORT`, `::1`, `[::1]`, `[::1]:PORT`.
pub(super) fn destination(option: &str, text: &str, default_port: u16) -> Result<(String, u16), Usage> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if host.ends_with(']') || !host.contains(':') => (host, Some(port)),
        _ => (text, None),
    };
    let named = format!("the port of {option}");
    let port = port.map_or(Ok(default_port), |port| parsed(&named, "a number from 1 to 65535", port))?;
    if host.is_empty() || port == 0 {
        return Err(Usage::new(format!("{option} is HOST or HOST:PORT, not {text:?}")));
    }
    Ok((host.to_owned(), port))
}

/// A number of seconds, perhaps with a fraction.
pub(super) fn seconds(option: &str, text: &str) -> Result<Duration, Usage> {
    let wrong = || Usage::new(format!("{option} is a number of seconds, not {text:?}"));
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}
