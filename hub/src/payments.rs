//! The payments module: orders that are paid through the gateway, refunds, the ledger. It
//! stands alone, with a database of its own, and is reached only through its router (M6).

pub mod api;
pub mod attempts;
pub mod books;
pub mod calls;
pub mod client;
mod confirming;
pub mod door;
pub mod entries;
pub mod gateway;
pub mod http;
pub mod judging;
pub mod module;
pub mod opening;
pub mod orders;
pub mod outcomes;
pub mod pace;
pub mod reconciliation;
mod reconciling;
pub mod refund_accounts;
mod refunding;
pub mod refunds;
pub mod repairs;
pub mod serving;
pub mod sqlite;
pub mod standing;
pub mod tasks;
pub mod tenders;
pub mod webhooks;

pub use client::PaymentsClient;
pub use module::{Parts, Payments, Shown};
