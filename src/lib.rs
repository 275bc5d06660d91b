//! Wirebench (网络调试助手)
pub mod codec;
pub mod journal;
pub mod net;
