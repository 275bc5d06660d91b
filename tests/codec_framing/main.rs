//! Framing through its public interface: each rule, damaged and hostile streams, and the same frames for any reads.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod cost;
mod delimited;
mod http;
mod json;
mod lengths;
mod reading;
mod sampled;
mod splits;
mod wrapping;
