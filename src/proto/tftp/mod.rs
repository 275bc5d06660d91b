//! TFTP (RFC 1350, 1123 §4.2.3, 2347, 2348, 2349, 7440) without sockets, clocks or files.
//!
//! A [`Transfer`] is one file on its way, of a client ([`Transfer::client`]) or of a server ([`Transfer::server`]).
//! Its driver owns a socket and a file and turns the crank:
//!
//! - a datagram came: [`Transfer::handle_datagram`] gives back the part of it that belongs into the file, in order and
//!   once; the driver writes it before it sends what is due, so that nothing is acknowledged that is not written;
//! - ICMP said that nobody listens: [`Transfer::handle_unreachable`];
//! - the time of [`Transfer::poll_timeout`] is reached: [`Transfer::handle_timeout`];
//! - after each of them: [`Transfer::poll_transmit`] until it has nothing, and [`Transfer::poll_event`];
//! - until [`Transfer::is_over`]: after [`Event::Complete`] a receiver still answers a sender that missed the last ACK.
//!
//! No data is copied or kept: received data is a slice of the datagram, and a block is read from the file again when it
//! must be sent again. A packet allocates nothing.
//!
//! | File | What it is |
//! |---|---|
//! | `packet`, `options` | what is on the wire, and what options may say |
//! | `numbering` | block numbers of 16 bits to and from those of 64 bits; both rollovers |
//! | `pace` | round-trip time, back-off with jitter, when silence is too long |
//! | `receiver`, `sender` | the two ends of the data, with windows; they know no addresses |
//! | `opening` | a client until it has its first answer |
//! | `transfer` | addresses, ERROR, events: an opening or one end, whole |
//! | `endpoint`, `notices` | who is the peer, and ERROR packets to those who are not |
//! | `client`, `server` | how a transfer starts on either side |
//! | `netascii`, `name` | what a driver needs beside it: line ends, and names that stay in a folder |

mod client;
mod endpoint;
mod event;
pub mod name;
pub mod netascii;
mod notices;
mod numbering;
mod opening;
pub mod options;
mod pace;
pub mod packet;
mod receiver;
mod sender;
pub mod server;
mod transfer;

pub use client::{ClientConfig, ConfigError, Direction};
pub use event::{Event, Failure, Statistics, Violation, Warning, WhyPlain};
pub use numbering::Rollover;
pub use options::{Asked, BlockSize, Negotiated, Refusal};
pub use pace::Patience;
pub use packet::{ErrorCode, Mode, Packet};
pub use transfer::{Transfer, Transmit};
