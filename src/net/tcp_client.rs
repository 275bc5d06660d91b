//! The worker of tcp_client.

use super::config::TcpClientConfig;
use super::link::Context;
use crate::journal::Failure;

/// Runs until closed.
pub(super) fn run(_context: &Context, _config: TcpClientConfig) -> Result<(), Failure> {
    todo!()
}
