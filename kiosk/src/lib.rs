//! The kiosk: sells the seats that it owns, with the hub or without it.
//!
//! Files at this root say what a kiosk does; folders say what it touches.

pub mod app;
pub mod checkout;
pub mod closing;
pub mod config;
pub mod desk;
pub mod devices;
pub mod hand_off;
pub mod http;
pub mod mqtt;
pub mod pledging;
pub mod programme;
pub mod refunds;
pub mod searching;
pub mod sqlite;
pub mod sync;
pub mod tasks;
pub mod work_offline;
