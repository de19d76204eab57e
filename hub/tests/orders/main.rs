//! Paying on the web through the hub's own routes, with the payments module inside it: from the
//! first attempt to the booking, or to the money that goes back.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod crashes;
mod gateway;
mod gone;
mod hand_offs;
mod paying;
mod pledges;
mod returning;
mod stage;
mod tenders;
