//! The kiosk: sells the seats that it owns, with the hub or without it.
//!
//! Files at this root say what a kiosk does; folders say what it touches.

pub mod app;
pub mod checkout;
pub mod config;
pub mod devices;
pub mod http;
pub mod mqtt;
pub mod programme;
pub mod sqlite;
pub mod sync;
pub mod tasks;
pub mod work_offline;
