//! The bodies of the HTTP API, the same at hub and kiosk where both speak of the same thing.

pub mod back;
pub mod booking;
pub mod books;
pub mod campaign;
pub mod catalog;
pub mod hand_off;
pub mod join;
pub mod kiosk;
pub mod live;
pub mod operator;
pub mod order;
pub mod ranking;
pub mod replica;
pub mod screening;
pub mod search;
pub mod seat_map;
pub mod till;
