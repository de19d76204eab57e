//! A payment gateway to try moding against, made from what is publicly documented and measured
//! about Toss Payments. It moves no money. See `README.md`.

pub mod admin;
pub mod answering;
mod app;
pub mod asking;
pub mod clock;
pub mod faults;
pub mod here;
mod http;
pub mod issuing;
pub mod keys;
pub mod naming;
pub mod policy;
pub mod recording;
pub mod refusal;
pub mod rules;
mod running;
mod sandbox;
mod sending;
pub mod sqlite;
pub mod turning;
pub mod wire;

pub use sandbox::{Reach, Sandbox, Settings, StartError};
