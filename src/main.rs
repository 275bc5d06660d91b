//! The program: arguments, logging, panic hook, and the window or what a subcommand does instead.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

use wirebench::cli::{self, Action, Cli};
use wirebench::console::{self, Streams};
use wirebench::ui;

fn main() -> ExitCode {
    #[cfg(windows)]
    console::attach();
    let cli = match cli::parse(std::env::args_os().skip(1)) {
        Ok(cli) => cli,
        Err(usage) => {
            eprintln!("wirebench: {usage}");
            return ExitCode::from(cli::USAGE_STATUS);
        }
    };
    match cli.action {
        Action::Help => {
            print!("{}", cli::HELP);
            ExitCode::SUCCESS
        }
        Action::Version => {
            println!("wirebench {}", wirebench::VERSION);
            ExitCode::SUCCESS
        }
        Action::Feiq(feiq) => {
            log_if_wanted();
            let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
            console::feiq::run(&feiq, &mut Streams { out: &mut out, err: &mut err }).into()
        }
        Action::Tftp(tftp) => {
            log_if_wanted();
            let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
            console::tftp::run(&tftp, &mut Streams { out: &mut out, err: &mut err }).into()
        }
        Action::Run => run(cli),
    }
}

/// What the libraries underneath say is for programmers: only with `WIREBENCH_LOG`.
fn log_if_wanted() {
    if std::env::var_os("WIREBENCH_LOG").is_some() {
        tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    }
}

fn run(cli: Cli) -> ExitCode {
    log_if_wanted();
    let default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tracing::error!("{info}");
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            default_hook(info);
        } else {
            eprintln!("wirebench: internal error: {info}");
        }
    }));
    let options = ui::Options { demo: cli.demo, lang: cli.lang, renderer: cli.renderer, config: cli.config };
    match ui::run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wirebench: {error}");
            ExitCode::FAILURE
        }
    }
}
