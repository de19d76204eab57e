//! The tables that hub and kiosk have in common besides the seat engine's.

pub mod searches;
