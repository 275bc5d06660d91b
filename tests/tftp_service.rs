//! TFTP with sockets and files on loopback: our client against our server, and both against sockets that behave as a
//! test wants them to.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod tftp_service {
    pub mod bench;
    mod client;
    mod files;
    mod flood;
    mod server;
}
