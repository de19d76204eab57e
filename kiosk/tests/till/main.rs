//! Money at the kiosk through its web API: cards, cash, money back, and the daily close, with
//! every way each can go wrong.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod closing;
mod desk;
mod hand_offs;
mod laws;
mod line;
mod payments;
mod pledges;
mod refunds;
mod stand;
