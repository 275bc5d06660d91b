//! The command line.

pub mod feiq;
mod item;
pub mod tftp;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, ValueExt};

use crate::i18n::Lang;

/// What `--help` prints. The one place where every option is written down.
pub const HELP: &str = "\
Wirebench (网络调试助手): a workbench for debugging network protocols by hand

Usage: wirebench [OPTIONS]
       wirebench feiq send|listen …   without a window; `wirebench feiq --help` tells more
       wirebench tftp get|put|serve …   without a window; `wirebench tftp --help` tells more

Options:
      --demo               open sessions that talk to peers inside the program
      --lang <LANG>        language of the window: zh-CN or en [default: as in the settings]
      --renderer <NAME>    auto, glow (OpenGL) or wgpu (Vulkan, DirectX 12) [default: auto]
      --config <DIR>       folder of the settings [default: the system's folder for them]
  -h, --help               print this help
  -V, --version            print the version
";

/// The exit status for a [`Usage`] error.
pub const USAGE_STATUS: u8 = 2;

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cli {
    /// What to do.
    pub action: Action,
    /// Start with peers inside the program.
    pub demo: bool,
    /// The language, whatever the settings say.
    pub lang: Option<Lang>,
    /// What draws the window.
    pub renderer: Renderer,
    /// The folder of the settings.
    pub config: Option<PathBuf>,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Action {
    /// Open the window.
    #[default]
    Run,
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
    /// A FeiQ node without a window.
    Feiq(Box<feiq::Feiq>),
    /// TFTP without a window.
    Tftp(Box<tftp::Tftp>),
}

/// What draws the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renderer {
    /// One, and the other where that one does not work.
    #[default]
    Auto,
    /// OpenGL.
    Glow,
    /// Vulkan or DirectX 12.
    Wgpu,
}

/// An argument that can't be understood, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{message}; wirebench {command}--help lists the options")]
pub struct Usage {
    message: String,
    /// The subcommand with a space behind, if the mistake is in one.
    command: &'static str,
}

impl Usage {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), command: "" }
    }

    /// The same mistake, made in a subcommand.
    fn of(self, command: &'static str) -> Self {
        Self { command, ..self }
    }
}

impl From<lexopt::Error> for Usage {
    fn from(error: lexopt::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Reads the arguments, without the program's name. The last of an option that comes twice counts.
pub fn parse<A>(args: A) -> Result<Cli, Usage>
where
    A: IntoIterator,
    A::Item: Into<OsString>,
{
    let mut cli = Cli::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("demo") => cli.demo = true,
            Arg::Long("lang") => cli.lang = Some(lang(&parser.value()?.string()?)?),
            Arg::Long("renderer") => cli.renderer = renderer(&parser.value()?.string()?)?,
            Arg::Long("config") => cli.config = Some(folder(parser.value()?)?),
            Arg::Long("help") | Arg::Short('h') => cli.action = Action::Help,
            Arg::Long("version") | Arg::Short('V') => cli.action = Action::Version,
            // All that follows belongs to it.
            Arg::Value(command) if command == "feiq" => {
                cli.action = Action::Feiq(Box::new(feiq::parse(&mut parser).map_err(|usage| usage.of("feiq "))?));
            }
            Arg::Value(command) if command == "tftp" => {
                cli.action = Action::Tftp(Box::new(tftp::parse(&mut parser).map_err(|usage| usage.of("tftp "))?));
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(cli)
}

fn lang(tag: &str) -> Result<Lang, Usage> {
    Lang::ALL
        .into_iter()
        .find(|lang| lang.tag().eq_ignore_ascii_case(tag))
        .ok_or_else(|| Usage::new(format!("--lang is zh-CN or en, not {tag:?}")))
}

fn renderer(name: &str) -> Result<Renderer, Usage> {
    match name {
        "auto" => Ok(Renderer::Auto),
        "glow" => Ok(Renderer::Glow),
        "wgpu" => Ok(Renderer::Wgpu),
        _ => Err(Usage::new(format!("--renderer is auto, glow or wgpu, not {name:?}"))),
    }
}

fn folder(path: OsString) -> Result<PathBuf, Usage> {
    if path.is_empty() { Err(Usage::new("--config needs a folder")) } else { Ok(path.into()) }
}

#[cfg(test)]
mod tests {
    // tests panic on purpose
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parsed(args: &[&str]) -> Cli {
        parse(args).unwrap()
    }

    fn refused(args: &[&str]) -> String {
        parse(args).unwrap_err().to_string()
    }

    #[test]
    fn nothing_runs_with_what_the_settings_say() {
        assert_eq!(parsed(&[]), Cli::default());
        assert_eq!(Cli::default().action, Action::Run);
    }

    #[test]
    fn every_option_is_understood() {
        let cli = parsed(&["--demo", "--lang", "zh-CN", "--renderer=glow", "--config", "some dir"]);
        let expected = Cli {
            action: Action::Run,
            demo: true,
            lang: Some(Lang::ZhCn),
            renderer: Renderer::Glow,
            config: Some("some dir".into()),
        };
        assert_eq!(cli, expected);
        assert_eq!(parsed(&["--lang=EN", "--renderer", "wgpu"]).lang, Some(Lang::En));
        assert_eq!(parsed(&["--renderer", "wgpu", "--renderer", "auto"]).renderer, Renderer::Auto);
        for (action, names) in [(Action::Help, ["-h", "--help"]), (Action::Version, ["-V", "--version"])] {
            for name in names {
                assert_eq!(parsed(&[name]).action, action);
            }
        }
    }

    #[test]
    fn a_bad_argument_is_one_sentence_that_names_it() {
        for (args, named) in [
            (&["--bogus"][..], "--bogus"),
            (&["-x"], "-x"),
            (&["file.pcap"], "file.pcap"),
            (&["--lang"], "--lang"),
            (&["--lang", "fr"], "\"fr\""),
            (&["--lang", ""], "zh-CN or en"),
            (&["--renderer", "vulkan"], "\"vulkan\""),
            (&["--config", ""], "--config"),
            (&["--demo=yes"], "yes"),
        ] {
            let said = refused(args);
            assert!(said.contains(named) && said.contains("--help") && !said.contains('\n'), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_need_not_be_unicode() {
        use std::os::unix::ffi::OsStringExt;
        let folder = OsString::from_vec(b"/tmp/\xff".to_vec());
        let cli = parse([OsString::from("--config"), folder.clone()]).unwrap();
        assert_eq!(cli.config, Some(folder.into()));
        assert!(parse([OsString::from("--lang"), OsString::from_vec(vec![0xff])]).is_err());
    }

    #[test]
    fn the_help_lists_every_option_and_fits_a_terminal() {
        for option in ["--demo", "--lang", "--renderer", "--config", "-h, --help", "-V, --version"] {
            assert!(HELP.contains(option), "{option}");
        }
        assert!(HELP.lines().all(|line| line.chars().count() <= 100));
    }
}
