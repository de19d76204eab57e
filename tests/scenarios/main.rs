//! Every finding of the simulation, the model check and the reviews as an evening of its own:
//! what happened, why it was wrong, and which rule prevents it now.
//!
//! Each test is named by what must hold. Where a rule has a switch that breaks it on purpose
//! ([`domain::mutant`]), the test shows that the story then fails.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod clocks;
mod clones;
mod doubles;
mod evening;
mod fences;
mod proof;
mod restored_hub;
mod restored_kiosk;
mod senders;
