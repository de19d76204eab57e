//! The payments module: orders that are paid through the gateway, refunds, the ledger. It
//! stands alone, with a database of its own, and is reached only through its router (M6).

pub mod api;
pub mod client;
pub mod gateway;
pub mod http;
pub mod module;
pub mod orders;
pub mod sqlite;

pub use client::PaymentsClient;
pub use module::{Parts, Payments, Shown};
