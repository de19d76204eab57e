//! The payments module against the sandbox of the gateway: in this process and behind its
//! socket, with answers that get lost and programs that stop in the middle.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod apart;
mod books;
mod confirming;
mod crashes;
mod gateway;
mod lost;
mod reconciling;
mod refunding;
mod repairing;
mod stage;
mod webhooks;
