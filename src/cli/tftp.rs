//! `wirebench tftp get`, `wirebench tftp put` and `wirebench tftp serve`.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::num::{NonZeroU8, NonZeroU16};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use lexopt::{Parser, ValueExt};

use super::Usage;
use super::item::{Item, destination, next, parsed, seconds};
use crate::codec::Charset;
use crate::proto::tftp::{BlockSize, Mode};
use crate::service::tftp::{PORT, Uploads};

/// What `wirebench tftp --help` prints.
pub const HELP: &str = "\
TFTP (RFC 1350, 2347, 2348, 2349, 7440) without a window

Usage: wirebench tftp get HOST[:PORT] REMOTE [-o LOCAL] [OPTIONS]
       wirebench tftp put HOST[:PORT] LOCAL [-o REMOTE] [OPTIONS]
       wirebench tftp serve DIR [OPTIONS]

Options of get and put:
  -o, --output NAME     get: the file or folder here [default: the last part of REMOTE]
                        put: the name on the server [default: the last part of LOCAL]
      --mode MODE       octet or netascii [default: octet]
      --blksize N       octets in a block, 8 to 65464 [default: 1428]
      --windowsize N    blocks per ACK, 1 to 65535 [default: 16]
      --timeout S       seconds until a packet is repeated, 1 to 255, for both sides
      --retries N       how often an unanswered request is repeated [default: 5]
      --no-options      plain RFC 1350: blocks of 512 octets, one ACK for each
      --encoding NAME   encoding of REMOTE: utf-8 or gbk [default: utf-8]
      --force           get: replace LOCAL if it is there
      --sha256          say the SHA-256 of the file, too; --json does always
      --json            one JSON object at the end
      --quiet           no progress, no result; what went wrong is still told
  Exit status: 0 done, 1 failed, 2 the arguments can't be understood, 130 interrupted.
  What fails or is interrupted leaves nothing behind, and a file that was there as it was.

wirebench tftp serve: serves the folder DIR until Ctrl+C, and prints one line for everything
that happens.
      --bind ADDR       address to listen at [default: 0.0.0.0]
      --port N          its port; 0 for a free one [default: 69, which may need rights]
      --uploads WHAT    none, new (only new files) or overwrite [default: none]
      --max-size N      octets of the largest upload [default: 4294967296]
      --max-clients N   transfers at the same time [default: 64]
      --blksize N       largest block that is granted [default: 65464]
      --windowsize N    largest window that is granted [default: 65535]
      --timeout S       seconds until a packet is repeated [default: 1]
      --retries N       how often an unanswered packet is repeated [default: 5]
      --no-options      plain RFC 1350
      --seconds S       end after so many seconds
      --json            one JSON object a line
      --quiet           only what went wrong
  Exit status: 0 ended by time, 1 it could not listen, 2 as above, 130 interrupted.

Both:
  -h, --help            print this help

JSON of get and put: event (done, failed or cancelled), direction, server, tid, remote, local,
bytes, seconds, bytes_per_second, sha256, blksize, windowsize, timeout, tsize, blocks,
retransmissions, duplicates, strangers, notes; failed: reason, code (of the server's ERROR).
JSON of serve: event (listening: at; request, started, done, refused, failed, evicted,
cancelled: number, client, kind, file, mode, bytes, seconds, reason; lost: events).
";

/// What to do with TFTP.
#[derive(Clone, Debug, PartialEq)]
pub enum Tftp {
    /// Print [`HELP`].
    Help,
    /// Fetch a file.
    Get(Transfer),
    /// Give a file.
    Put(Transfer),
    /// Serve a folder.
    Serve(Serve),
}

/// A file to fetch or to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What is fetched: REMOTE; what is given: LOCAL.
    pub from: OsString,
    /// `-o`.
    pub to: Option<OsString>,
    /// How its octets are sent.
    pub mode: Mode,
    /// Octets in a block.
    pub block_size: Option<BlockSize>,
    /// Blocks per ACK.
    pub window_size: Option<NonZeroU16>,
    /// Seconds until a packet is repeated.
    pub timeout: Option<NonZeroU8>,
    /// How often an unanswered request is repeated.
    pub retries: Option<u32>,
    /// Plain RFC 1350.
    pub no_options: bool,
    /// The encoding of the remote name.
    pub charset: Charset,
    /// Replace what is there.
    pub force: bool,
    /// Say the SHA-256.
    pub sha256: bool,
    /// In JSON.
    pub json: bool,
    /// Only what went wrong.
    pub quiet: bool,
}

/// A folder to serve.
#[derive(Clone, Debug, PartialEq)]
pub struct Serve {
    /// The folder.
    pub folder: PathBuf,
    /// Where to listen.
    pub bind: IpAddr,
    /// At which port; 0 for a free one.
    pub port: u16,
    /// What may be written.
    pub uploads: Uploads,
    /// Octets of the largest upload.
    pub max_size: Option<u64>,
    /// Transfers at the same time.
    pub max_clients: Option<usize>,
    /// Largest block that is granted.
    pub block_size: Option<BlockSize>,
    /// Largest window that is granted.
    pub window_size: Option<NonZeroU16>,
    /// Seconds until a packet is repeated.
    pub timeout: Option<NonZeroU8>,
    /// How often an unanswered packet is repeated.
    pub retries: Option<u32>,
    /// Plain RFC 1350.
    pub no_options: bool,
    /// How long; `None`: until it is ended.
    pub duration: Option<Duration>,
    /// In JSON.
    pub json: bool,
    /// Only what went wrong.
    pub quiet: bool,
}

/// Letters that stand for long options.
const SHORT: &[(char, &str)] = &[('o', "output")];

/// Reads what follows `tftp`.
pub(super) fn parse(parser: &mut Parser) -> Result<Tftp, Usage> {
    match next(parser, SHORT)? {
        Some(Item::Text(command)) if command == "get" => transfer(parser, "REMOTE", Tftp::Get),
        Some(Item::Text(command)) if command == "put" => transfer(parser, "LOCAL", Tftp::Put),
        Some(Item::Text(command)) if command == "serve" => serve(parser),
        Some(Item::Help) => Ok(Tftp::Help),
        _ => Err(Usage::new("tftp is followed by get, put or serve")),
    }
}

fn transfer(parser: &mut Parser, what: &str, command: fn(Transfer) -> Tftp) -> Result<Tftp, Usage> {
    let mut texts = Vec::new();
    let mut transfer = Transfer {
        host: String::new(),
        port: PORT,
        from: OsString::new(),
        to: None,
        mode: Mode::Octet,
        block_size: None,
        window_size: None,
        timeout: None,
        retries: None,
        no_options: false,
        charset: Charset::Utf8,
        force: false,
        sha256: false,
        json: false,
        quiet: false,
    };
    while let Some(item) = next(parser, SHORT)? {
        match item {
            Item::Help => return Ok(Tftp::Help),
            Item::Option(name) => match name.as_str() {
                "output" => transfer.to = Some(parser.value()?),
                "mode" => transfer.mode = mode(&parser.value()?.string()?)?,
                "encoding" => transfer.charset = encoding(&parser.value()?.string()?)?,
                "blksize" => transfer.block_size = Some(block_size(parser)?),
                "windowsize" => {
                    transfer.window_size = Some(number(parser, "--windowsize", "a number from 1 to 65535")?);
                }
                "timeout" => transfer.timeout = Some(number(parser, "--timeout", "a number of seconds from 1 to 255")?),
                "retries" => transfer.retries = Some(retries(parser)?),
                "no-options" => transfer.no_options = true,
                "force" => transfer.force = true,
                "sha256" => transfer.sha256 = true,
                "json" => transfer.json = true,
                "quiet" => transfer.quiet = true,
                name => return Err(unknown(name)),
            },
            Item::Text(text) => texts.push(text),
        }
    }
    let mut texts = texts.into_iter();
    let host = texts.next().ok_or_else(|| Usage::new("HOST says where the server is"))?;
    (transfer.host, transfer.port) = destination("HOST", &host.string()?, PORT)?;
    let from = texts.next().filter(|from| !from.is_empty());
    transfer.from = from.ok_or_else(|| Usage::new(format!("{what} says which file")))?;
    if let Some(more) = texts.next() {
        return Err(Usage::new(format!("unexpected argument \"{}\"", more.display())));
    }
    if transfer.to.as_ref().is_some_and(|to| to.is_empty()) {
        return Err(Usage::new("--output needs a name"));
    }
    Ok(command(transfer))
}

fn serve(parser: &mut Parser) -> Result<Tftp, Usage> {
    let mut folder = None;
    let mut serve = Serve {
        folder: PathBuf::new(),
        bind: Ipv4Addr::UNSPECIFIED.into(),
        port: PORT,
        uploads: Uploads::Refused,
        max_size: None,
        max_clients: None,
        block_size: None,
        window_size: None,
        timeout: None,
        retries: None,
        no_options: false,
        duration: None,
        json: false,
        quiet: false,
    };
    while let Some(item) = next(parser, SHORT)? {
        match item {
            Item::Help => return Ok(Tftp::Help),
            Item::Option(name) => match name.as_str() {
                "bind" => serve.bind = number(parser, "--bind", "an address")?,
                "port" => serve.port = number(parser, "--port", "a number from 0 to 65535")?,
                "uploads" => serve.uploads = uploads(&parser.value()?.string()?)?,
                "max-size" => serve.max_size = Some(number(parser, "--max-size", "a number of octets")?),
                "max-clients" => {
                    let clients: NonZeroU16 = number(parser, "--max-clients", "a number from 1 to 65535")?;
                    serve.max_clients = Some(clients.get().into());
                }
                "blksize" => serve.block_size = Some(block_size(parser)?),
                "windowsize" => serve.window_size = Some(number(parser, "--windowsize", "a number from 1 to 65535")?),
                "timeout" => serve.timeout = Some(number(parser, "--timeout", "a number of seconds from 1 to 255")?),
                "retries" => serve.retries = Some(retries(parser)?),
                "no-options" => serve.no_options = true,
                "seconds" => serve.duration = Some(seconds("--seconds", &parser.value()?.string()?)?),
                "json" => serve.json = true,
                "quiet" => serve.quiet = true,
                name => return Err(unknown(name)),
            },
            Item::Text(text) if folder.is_none() && !text.is_empty() => folder = Some(text),
            Item::Text(text) => return Err(Usage::new(format!("unexpected argument \"{}\"", text.display()))),
        }
    }
    serve.folder = folder.ok_or_else(|| Usage::new("DIR says which folder is served"))?.into();
    Ok(Tftp::Serve(serve))
}

fn unknown(name: &str) -> Usage {
    Usage::new(format!("invalid option '--{name}'"))
}

fn number<T: FromStr>(parser: &mut Parser, option: &str, what: &str) -> Result<T, Usage> {
    parsed(option, what, &parser.value()?.string()?)
}

fn block_size(parser: &mut Parser) -> Result<BlockSize, Usage> {
    let text = parser.value()?.string()?;
    let size = text.parse().ok().and_then(BlockSize::new);
    size.ok_or_else(|| Usage::new(format!("--blksize is a number from 8 to 65464, not {text:?}")))
}

fn retries(parser: &mut Parser) -> Result<u32, Usage> {
    let retries: u8 = number(parser, "--retries", "a number from 0 to 255")?;
    Ok(retries.into())
}

fn mode(name: &str) -> Result<Mode, Usage> {
    Mode::from_name(name.as_bytes()).ok_or_else(|| Usage::new(format!("--mode is octet or netascii, not {name:?}")))
}

fn encoding(name: &str) -> Result<Charset, Usage> {
    match name.to_ascii_lowercase().as_str() {
        "gbk" => Ok(Charset::Gbk),
        "utf-8" | "utf8" => Ok(Charset::Utf8),
        _ => Err(Usage::new(format!("--encoding is utf-8 or gbk, not {name:?}"))),
    }
}

fn uploads(name: &str) -> Result<Uploads, Usage> {
    match name {
        "none" => Ok(Uploads::Refused),
        "new" => Ok(Uploads::New),
        "overwrite" => Ok(Uploads::Overwrite),
        _ => Err(Usage::new(format!("--uploads is none, new or overwrite, not {name:?}"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::super::{Action, parse};
    use super::*;

    fn parsed(args: &str) -> Tftp {
        match parse(std::iter::once("tftp").chain(args.split_whitespace())).unwrap().action {
            Action::Tftp(tftp) => *tftp,
            other => panic!("{other:?}"),
        }
    }

    fn refused(args: &str) -> String {
        parse(std::iter::once("tftp").chain(args.split_whitespace())).unwrap_err().to_string()
    }

    #[test]
    fn a_get_is_understood() {
        let Tftp::Get(get) = parsed(
            "get [::1]:6969 a/固件.bin -o out --mode NETASCII --blksize 65464 --windowsize 4 --timeout 3 --retries 2 \
             --no-options --encoding GBK --force --sha256 --json --quiet",
        ) else {
            panic!()
        };
        let expected = Transfer {
            host: "[::1]".to_owned(),
            port: 6969,
            from: "a/固件.bin".into(),
            to: Some("out".into()),
            mode: Mode::Netascii,
            block_size: Some(BlockSize::MAX),
            window_size: NonZeroU16::new(4),
            timeout: NonZeroU8::new(3),
            retries: Some(2),
            no_options: true,
            charset: Charset::Gbk,
            force: true,
            sha256: true,
            json: true,
            quiet: true,
        };
        assert_eq!(get, expected);
        let Tftp::Get(get) = parsed("get host fw.bin") else { panic!() };
        assert_eq!((get.host.as_str(), get.port, get.to), ("host", PORT, None));
    }

    #[test]
    fn a_put_is_understood() {
        let Tftp::Put(put) = parsed("put ::1 ./fw.bin --output=x/y") else { panic!() };
        assert_eq!((put.host.as_str(), put.port), ("::1", PORT));
        assert_eq!((put.from, put.to), ("./fw.bin".into(), Some("x/y".into())));
    }

    #[test]
    fn a_serve_is_understood() {
        let Tftp::Serve(serve) = parsed(
            "serve dir --bind ::1 --port 0 --uploads new --max-size 9 --max-clients 3 --blksize 512 --windowsize 1 \
             --timeout 2 --retries 0 --no-options --seconds 1.5 --json --quiet",
        ) else {
            panic!()
        };
        assert_eq!((serve.bind, serve.port), ("::1".parse().unwrap(), 0));
        assert_eq!((serve.uploads, serve.max_size, serve.max_clients), (Uploads::New, Some(9), Some(3)));
        assert_eq!((serve.duration, serve.retries), (Some(Duration::from_millis(1500)), Some(0)));
        let Tftp::Serve(serve) = parsed("serve dir") else { panic!() };
        assert_eq!((serve.folder, serve.port, serve.uploads), ("dir".into(), PORT, Uploads::Refused));
    }

    #[test]
    fn the_help_is_found_everywhere() {
        for args in ["--help", "-h", "get --help", "put a -h", "serve -h"] {
            assert_eq!(parsed(args), Tftp::Help, "{args}");
        }
        assert!(HELP.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn a_mistake_is_one_sentence_that_names_it() {
        for (args, named) in [
            ("", "get, put or serve"),
            ("fetch", "get, put or serve"),
            ("get", "HOST"),
            ("get host", "REMOTE"),
            ("put host", "LOCAL"),
            ("get host a b", "\"b\""),
            ("get host:0 a", "host:0"),
            ("get host:x a", "\"x\""),
            ("get host a --mode mail", "mail"),
            ("get host a --blksize 7", "\"7\""),
            ("get host a --blksize 65465", "65465"),
            ("get host a --windowsize 0", "--windowsize"),
            ("get host a --timeout 256", "--timeout"),
            ("get host a --retries -1", "--retries"),
            ("get host a --encoding big5", "big5"),
            ("get host a --uploads new", "--uploads"),
            ("get host a -x", "-x"),
            ("serve", "DIR"),
            ("serve a b", "\"b\""),
            ("serve a --uploads all", "all"),
            ("serve a --max-clients 0", "--max-clients"),
            ("serve a --bind here", "--bind"),
            ("serve a --force", "--force"),
        ] {
            let said = refused(args);
            let hint = said.contains("wirebench tftp --help") && !said.contains('\n');
            assert!(said.contains(named) && hint, "{args}: {said}");
        }
    }
}
