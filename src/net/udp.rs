//! The worker of udp.

use super::config::UdpConfig;
use super::link::Context;
use crate::journal::Failure;

/// Runs until closed.
pub(super) fn run(_context: &Context, _config: &UdpConfig) -> Result<(), Failure> {
    todo!()
}
