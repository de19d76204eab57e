//! What goes over the wire, field by field as the gateway writes it (API version 2022-11-16).

pub mod korean_time;
pub mod payment;
pub mod transaction;
pub mod webhook;
