//! What happens, one by one and in order: for whoever wants each, while a [`State`](super::State) shows what is.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::files::Transfer;
use super::state::{Delivery, Message, Phase, User, With};

/// Gets everything that happens, on the node's thread: it must return at once.
pub type Observer = Box<dyn FnMut(Happening) + Send>;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The node itself: online with an address, or closed and why.
    Phase(Phase),
    /// A user came.
    Online(Arc<User>),
    /// A user changed a name, its absence or its abilities.
    Changed(Arc<User>),
    /// A user left, or left the list.
    Offline(Arc<User>),
    /// Something was said to us (not by us).
    Said {
        /// With whom.
        with: With,
        /// What.
        message: Arc<Message>,
        /// The sender's user name, as it says.
        user: String,
        /// The sender's host name, as it says.
        host: String,
    },
    /// The fate of what we sent has changed.
    Delivery {
        /// At whom.
        to: SocketAddr,
        /// The packet's number.
        number: u64,
        /// To this.
        delivery: Delivery,
    },
    /// A peer wants no more of the files of a message of ours.
    Released {
        /// Who.
        by: SocketAddr,
        /// The packet's number.
        number: u64,
    },
    /// A transfer is over.
    Transferred(Arc<Transfer>),
    /// A command was refused.
    Refused(super::Refusal),
    /// Too many datagrams.
    Limited {
        /// From one address; `None`: from more than are counted one by one.
        from: Option<IpAddr>,
        /// How many were dropped since the last time.
        datagrams: u64,
    },
}
