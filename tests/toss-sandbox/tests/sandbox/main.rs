//! The sandbox from outside: over HTTP, and as a process that is killed.
//!
//! `contract` asks only what the real test API can be asked too; see `shop.rs` for how it is
//! pointed there.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod contract;
mod faults;
mod listener;
mod process;
mod repeats;
mod shop;
mod time;
mod webhooks;
mod window;
