//! `wirebench feiq send` and `wirebench feiq listen`.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use lexopt::{Parser, ValueExt};

use super::Usage;
use super::item::{Item, destination, next, parsed, seconds};
use crate::proto::ipmsg::PORT;
use crate::proto::ipmsg::node::Prefer;
use crate::service::feiq::{AnnounceTo, Broadcast, VersionChoice, parse_ranges};

/// What `wirebench feiq --help` prints.
pub const HELP: &str = "\
A FeiQ (飞秋, IPMSG) node without a window

Usage: wirebench feiq send [OPTIONS] --to HOST[:PORT]… TEXT
       wirebench feiq listen [OPTIONS]

Options of both:
      --bind ADDR          address of the node [default: 0.0.0.0]
      --port N             its port, UDP and TCP; 0 for a free one [default: 2425]
      --name N             name that others see [default: the user's]
      --host-name N        host name that others see [default: the system's]
      --version-string V   feiq2, feiq3 or any text [default: 1]
  -h, --help               print this help

wirebench feiq send: sends TEXT and waits until everyone has acked it.
      --to HOST[:PORT]     to whom; may be given several times [default port: 2425]
      --encoding NAME      auto, gbk or utf-8 [default: auto, what suits the peer]
      --attach PATH        offer a file or folder along and stay until everyone has
                           fetched or declined it; may be given several times
      --timeout S          stay so many seconds for --attach at most [default: 600]
      --no-node            only send, from any free port, and wait for nothing
  Exit status: 0 acked by all and all files fetched (with --no-node: sent), 1 not,
  2 the arguments can't be understood.

wirebench feiq listen: prints one line for everything that happens, until Ctrl+C.
      --group N            group (department) that others see
      --announce WHOM      broadcast, none, or addresses: 192.168.1.0/24,
                           192.168.1.10-192.168.1.50, 192.168.1.7 [default: broadcast]
      --accept DIR         fetch every file and folder that is offered into DIR, which
                           is made; nothing in it is ever overwritten
      --seconds S          end after so many seconds
      --json               one JSON object a line
  Exit status: 0 ended by time or Ctrl+C, 1 the node could not go online, 2 as above.

JSON: every line has \"event\", and those about a peer \"from\" (address) and \"port\".
  listening  at (address:port)
  online     user, host, nick, group, client (feiq2, feiq3, ipmsg, iptux, other)
  changed    the same: a name or the absence has changed
  offline    user, host, nick
  message    number, user, host, text, encoding, acked, broadcast, auto_reply
  sealed     the same, of an envelope; it is opened, and the sender is told so
  group      group, user, host, text
  shake      user, host
  image      id, size
  file       number, attachment, name, size, folder: one is offered
  received   name, path, size, sha256 (null for a folder): one is complete
  failed     name, reason: one did not come
  released   number: the peer wants no more of our files
  dropped    datagrams, of one address (or of many, then without from): too many
  lost       events that were not printed because the output was too slow
Names, addresses and texts come from the network: nothing proves them.
";

/// What to do as a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Feiq {
    /// Print [`HELP`].
    Help,
    /// Send a message.
    Send(Send),
    /// Print what happens.
    Listen(Listen),
}

/// Who the node is.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Its address.
    pub bind: IpAddr,
    /// Its port; 0 for a free one.
    pub port: u16,
    /// The name that others see; `None`: the user's.
    pub name: Option<String>,
    /// The host's name that others see; `None`: the system's.
    pub host_name: Option<String>,
    /// As which program.
    pub version: VersionChoice,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::UNSPECIFIED.into(),
            port: PORT,
            name: None,
            host_name: None,
            version: VersionChoice::Plain,
        }
    }
}

/// A message to send.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Send {
    /// Who sends.
    pub identity: Identity,
    /// To whom: host and port.
    pub to: Vec<(String, u16)>,
    /// In which encoding.
    pub encoding: Prefer,
    /// What to offer along.
    pub attach: Vec<PathBuf>,
    /// How long to stay for that; `None`: the default.
    pub timeout: Option<Duration>,
    /// Only send.
    pub no_node: bool,
    /// What to say.
    pub text: String,
}

/// What to listen to, and how to tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listen {
    /// Who listens.
    pub identity: Identity,
    /// The group that others see.
    pub group: String,
    /// Whom to tell that we are here.
    pub announce: AnnounceTo,
    /// Where to put what is offered; `None`: it is not fetched.
    pub accept: Option<PathBuf>,
    /// How long; `None`: until it is ended.
    pub duration: Option<Duration>,
    /// In JSON.
    pub json: bool,
}

/// Reads what follows `feiq`.
pub(super) fn parse(parser: &mut Parser) -> Result<Feiq, Usage> {
    match next(parser, &[])? {
        Some(Item::Text(command)) if command == "send" => send(parser),
        Some(Item::Text(command)) if command == "listen" => listen(parser),
        Some(Item::Help) => Ok(Feiq::Help),
        _ => Err(Usage::new("feiq is followed by send or listen")),
    }
}

fn send(parser: &mut Parser) -> Result<Feiq, Usage> {
    let mut send = Send::default();
    let mut text = None;
    while let Some(item) = next(parser, &[])? {
        match item {
            Item::Help => return Ok(Feiq::Help),
            Item::Option(name) => match name.as_str() {
                "to" => send.to.push(destination("--to", &parser.value()?.string()?, PORT)?),
                "encoding" => send.encoding = encoding(&parser.value()?.string()?)?,
                "attach" => send.attach.push(path("--attach", parser.value()?)?),
                "timeout" => send.timeout = Some(seconds("--timeout", &parser.value()?.string()?)?),
                "no-node" => send.no_node = true,
                name => identity(&mut send.identity, name, parser)?,
            },
            Item::Text(said) if text.is_none() => text = Some(said.string()?),
            Item::Text(more) => {
                return Err(Usage::new(format!(
                    "one TEXT is sent, \"{}\" is too much (quote a text with spaces)",
                    more.display()
                )));
            }
        }
    }
    if send.to.is_empty() {
        return Err(Usage::new("--to says to whom"));
    }
    if send.no_node && !send.attach.is_empty() {
        return Err(Usage::new("--attach needs a node, from which the files are fetched: not with --no-node"));
    }
    send.text = match text {
        Some(text) => text,
        None if send.attach.is_empty() => return Err(Usage::new("there is no TEXT to send")),
        None => String::new(),
    };
    Ok(Feiq::Send(send))
}

fn listen(parser: &mut Parser) -> Result<Feiq, Usage> {
    let mut listen = Listen::default();
    while let Some(item) = next(parser, &[])? {
        match item {
            Item::Help => return Ok(Feiq::Help),
            Item::Option(name) => match name.as_str() {
                "group" => listen.group = parser.value()?.string()?,
                "announce" => listen.announce = announce(&parser.value()?.string()?)?,
                "accept" => listen.accept = Some(path("--accept", parser.value()?)?),
                "seconds" => listen.duration = Some(seconds("--seconds", &parser.value()?.string()?)?),
                "json" => listen.json = true,
                name => identity(&mut listen.identity, name, parser)?,
            },
            Item::Text(text) => return Err(Usage::new(format!("unexpected argument \"{}\"", text.display()))),
        }
    }
    Ok(Feiq::Listen(listen))
}

/// An option of both commands.
fn identity(identity: &mut Identity, name: &str, parser: &mut Parser) -> Result<(), Usage> {
    match name {
        "bind" => identity.bind = parsed("--bind", "an address", &parser.value()?.string()?)?,
        "port" => identity.port = parsed("--port", "a number from 0 to 65535", &parser.value()?.string()?)?,
        "name" => identity.name = Some(parser.value()?.string()?),
        "host-name" => identity.host_name = Some(parser.value()?.string()?),
        "version-string" => identity.version = version(parser.value()?.string()?)?,
        _ => return Err(Usage::new(format!("invalid option '--{name}'"))),
    }
    Ok(())
}

fn encoding(name: &str) -> Result<Prefer, Usage> {
    match name.to_ascii_lowercase().as_str() {
        "auto" => Ok(Prefer::Auto),
        "gbk" => Ok(Prefer::Gbk),
        "utf-8" | "utf8" => Ok(Prefer::Utf8),
        _ => Err(Usage::new(format!("--encoding is auto, gbk or utf-8, not {name:?}"))),
    }
}

fn version(text: String) -> Result<VersionChoice, Usage> {
    match text.as_str() {
        "1" => Ok(VersionChoice::Plain),
        "feiq2" => Ok(VersionChoice::Feiq2),
        "feiq3" => Ok(VersionChoice::Feiq3),
        other if other.is_empty() || other.contains(':') => {
            Err(Usage::new(format!("--version-string is not empty and has no colon, unlike {other:?}")))
        }
        _ => Ok(VersionChoice::Own(text)),
    }
}

fn announce(text: &str) -> Result<AnnounceTo, Usage> {
    match text {
        "broadcast" => Ok(AnnounceTo::default()),
        "none" => Ok(AnnounceTo { broadcast: Broadcast::None, ranges: Vec::new() }),
        ranges => match parse_ranges(ranges) {
            Ok(ranges) if !ranges.is_empty() => Ok(AnnounceTo { broadcast: Broadcast::None, ranges }),
            Ok(_) => Err(Usage::new("--announce is broadcast, none, or addresses")),
            Err(error) => Err(Usage::new(format!("--announce: {error}"))),
        },
    }
}

fn path(option: &str, path: OsString) -> Result<PathBuf, Usage> {
    if path.is_empty() { Err(Usage::new(format!("{option} needs a path"))) } else { Ok(path.into()) }
}

#[cfg(test)]
mod tests {
    // tests panic on purpose
    #![allow(clippy::unwrap_used)]

    use super::super::{Action, parse};
    use super::*;

    fn parsed(args: &str) -> Feiq {
        match parse(std::iter::once("feiq").chain(args.split_whitespace())).unwrap().action {
            Action::Feiq(feiq) => *feiq,
            other => panic!("{other:?}"),
        }
    }

    fn refused(args: &str) -> String {
        parse(std::iter::once("feiq").chain(args.split_whitespace())).unwrap_err().to_string()
    }

    #[test]
    fn a_send_is_understood() {
        let Feiq::Send(send) = parsed(
            "send --bind 127.0.0.3 --port 0 --to 127.0.0.2 --to host:99 --to [::1]:7 --to ::1 --encoding UTF-8 \
             --name 甲 --host-name pc --version-string feiq3 --attach a --attach b/c --timeout 1.5 你好",
        ) else {
            panic!()
        };
        let expected = Send {
            identity: Identity {
                bind: "127.0.0.3".parse().unwrap(),
                port: 0,
                name: Some("甲".to_owned()),
                host_name: Some("pc".to_owned()),
                version: VersionChoice::Feiq3,
            },
            to: [("127.0.0.2", PORT), ("host", 99), ("[::1]", 7), ("::1", PORT)]
                .map(|(host, port)| (host.to_owned(), port))
                .to_vec(),
            encoding: Prefer::Utf8,
            attach: vec!["a".into(), "b/c".into()],
            timeout: Some(Duration::from_millis(1500)),
            no_node: false,
            text: "你好".to_owned(),
        };
        assert_eq!(send, expected);
        let Feiq::Send(send) = parsed("send --to a --no-node -- --text") else { panic!() };
        assert_eq!((send.text.as_str(), send.no_node), ("--text", true));
        assert!(matches!(parsed("send --to a --attach b"), Feiq::Send(send) if send.text.is_empty()));
    }

    #[test]
    fn a_listen_is_understood() {
        assert_eq!(parsed("listen"), Feiq::Listen(Listen::default()));
        let Feiq::Listen(listen) =
            parsed("listen --group 开发部 --announce 127.0.0.2-127.0.0.4,127.0.0.9 --accept in --seconds 2 --json")
        else {
            panic!()
        };
        assert_eq!(listen.announce.ranges.iter().map(|range| range.len()).sum::<u64>(), 4);
        assert_eq!(listen.announce.broadcast, Broadcast::None);
        assert_eq!((listen.group.as_str(), listen.json), ("开发部", true));
        assert_eq!((listen.accept, listen.duration), (Some("in".into()), Some(Duration::from_secs(2))));
        assert!(matches!(parsed("listen --announce none"), Feiq::Listen(l) if l.announce.broadcast == Broadcast::None));
        assert!(
            matches!(parsed("listen --announce broadcast"), Feiq::Listen(l) if l.announce == AnnounceTo::default())
        );
    }

    #[test]
    fn the_help_is_found_everywhere() {
        for args in ["--help", "-h", "send --help", "listen -h"] {
            assert_eq!(parsed(args), Feiq::Help, "{args}");
        }
        assert!(HELP.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn a_mistake_is_one_sentence_that_names_it() {
        for (args, named) in [
            ("", "send or listen"),
            ("talk", "send or listen"),
            ("send hello", "--to"),
            ("send --to a", "TEXT"),
            ("send --to a b c", "\"c\""),
            ("send --to a:0 b", "a:0"),
            ("send --to a:x b", "\"x\""),
            ("send --to :1 b", ":1"),
            ("send --to a --encoding big5 b", "big5"),
            ("send --to a --no-node --attach f b", "--attach"),
            ("send --to a --version-string 1:2 b", "colon"),
            ("send --to a --json b", "--json"),
            ("send --to a --timeout -1 b", "--timeout"),
            ("listen --bind here", "--bind"),
            ("listen --port 65536", "--port"),
            ("listen --announce 10.0.0.0/8", "65536"),
            ("listen --announce office", "office"),
            ("listen --seconds soon", "soon"),
            ("listen --seconds nan", "nan"),
            ("listen all", "all"),
            ("listen -x", "-x"),
        ] {
            let said = refused(args);
            let hint = said.contains("wirebench feiq --help") && !said.contains('\n');
            assert!(said.contains(named) && hint, "{args}: {said}");
        }
    }
}
