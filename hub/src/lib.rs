//! The hub: web sales, catalogue and programme, the fleet of kiosks and the sync with them.
//!
//! Files at this root say what the hub does; folders say what it touches.

pub mod allotment;
pub mod app;
pub mod broker;
pub mod campaigns;
pub mod catalog;
pub mod claims;
pub mod config;
pub mod conflicts;
pub mod fleet;
pub mod hand_offs;
pub mod http;
pub mod likes;
pub mod mqtt;
pub mod orders;
pub mod payments;
pub mod pledging;
pub mod programme;
pub mod ranking;
pub mod refunds;
pub mod requests;
pub mod seat_maps;
pub mod selling;
pub mod sqlite;
pub mod sync;
pub mod tasks;
pub mod theaters;
pub mod used_tickets;
