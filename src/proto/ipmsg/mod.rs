//! IPMSG (IP Messenger) and what FeiQ (飞秋) and iptux made of it: datagrams on UDP port 2425, files by TCP.
//!
//! Nothing on this wire is authenticated: names, addresses, acknowledgements and exits can be forged.

pub mod attach;
pub mod command;
mod dir;
mod emoticon;
mod entry;
pub mod group;
mod image;
pub mod message;
mod name;
pub mod node;
mod packet;
mod request;
pub mod text;
mod version;

pub use attach::{Attachment, AttachmentList, ExtAttr, FileKind};
pub use command::{COMMANDS, Command, CommandInfo, ENTRY_OPTIONS, MESSAGE_OPTIONS, Who, code, option};
pub use dir::{DirDecoder, DirError, DirEvent, DirHeader, DirLimits, HeaderTooLong, LEAVE_HEADER};
pub use emoticon::{EMOTICONS, Emoticon, Span, spans};
pub use entry::{Entry, Line};
pub use group::{GROUP_ADDRESS, GroupBody, GroupRefused};
pub use image::{Added, CHUNK_BYTES, ImageAck, ImageAssembly, ImageChunk, ImageId, ImageRefused, MAX_IMAGE_BYTES};
pub use message::Message;
pub use name::{MAX_NAME_BYTES, NameRefused, safe_name};
pub use packet::{Fields, MAX_DATAGRAM_BYTES, Malformed, Packet, emit_number, parse_number};
pub use request::{DirRequest, FileRequest};
pub use text::{NotInGbk, TextEncoding};
pub use version::{Build, ClientKind, FeiqVersion, Series, is_feiq};

/// The port that everyone uses, UDP for datagrams and TCP for files.
pub const PORT: u16 = 2425;
