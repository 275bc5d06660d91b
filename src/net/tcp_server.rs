//! The worker of tcp_server.

use super::config::TcpServerConfig;
use super::link::Context;
use crate::journal::Failure;

/// Runs until closed.
pub(super) fn run(_context: &Context, _config: &TcpServerConfig) -> Result<(), Failure> {
    todo!()
}
