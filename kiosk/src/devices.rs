//! The machines that stand at a kiosk, each behind a trait with a real-shaped simulation.

pub mod card_terminal;
pub mod simulated_terminal;
