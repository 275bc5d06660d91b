//! `wirebench tftp`: a client and a server for scripts.

mod bar;
mod serve;
mod transfer;
mod words;

use super::{Ended, Streams};
use crate::cli::tftp::{HELP, Tftp};
use crate::proto::tftp::Direction;

/// Does what the command line asks for.
pub fn run(command: &Tftp, streams: &mut Streams<'_>) -> Ended {
    match command {
        Tftp::Help => match write!(streams.out, "{HELP}") {
            Ok(()) => Ended::Well,
            Err(_) => Ended::Badly,
        },
        Tftp::Get(transfer) => transfer::run(Direction::Download, transfer, streams),
        Tftp::Put(transfer) => transfer::run(Direction::Upload, transfer, streams),
        Tftp::Serve(serve) => serve::run(serve, streams),
    }
}
