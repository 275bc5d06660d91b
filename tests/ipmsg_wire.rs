//! The bytes of IPMSG, FeiQ and iptux: captured datagrams read to the right fields and written to the same bytes,
//! everything written reads back, and nothing that a peer sends does harm.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod ipmsg_wire {
    pub mod hostile;
    pub mod round_trips;
    pub mod vectors;
}
