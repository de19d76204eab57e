//! What the gateway does to a payment at a moment of its clock: functions over plain values.

pub mod account;
pub mod bank;
pub mod cancel;
pub mod confirm;
pub mod payment;
pub mod retry;
pub mod tax;
