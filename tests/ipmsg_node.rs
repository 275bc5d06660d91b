//! IPMSG nodes on simulated time: through a network that loses, doubles and reorders, beside forgers, under floods, and
//! with what other programs really send.

#![allow(clippy::unwrap_used)] // tests panic on purpose

#[path = "ipmsg_node/delivery.rs"]
mod delivery;
#[path = "ipmsg_node/features.rs"]
mod features;
#[path = "ipmsg_node/hostile.rs"]
mod hostile;
#[path = "ipmsg_node/network.rs"]
mod network;
#[path = "ipmsg_node/others.rs"]
mod others;
#[path = "ipmsg_node/presence.rs"]
mod presence;
