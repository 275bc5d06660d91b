//! TFTP with sockets and files on loopback: our client against our server, and both against sockets that behave as a
//! test wants them to.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod tftp_service {
    pub mod bench;
    mod client;
    mod files;
    #[cfg(target_os = "linux")] // 127.1.x.y
    mod flood;
    mod server;
}
