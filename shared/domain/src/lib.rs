//! The language of the cinema: what exists, what may happen to it, and what may not.
//!
//! Pure. Nothing here reads a clock, a file, a socket or a random number.

pub mod allotment;
pub mod booking;
pub mod campaign;
pub mod claim;
pub mod conflict;
pub mod daily_close;
pub mod hand_off;
pub mod id;
pub mod ledger;
pub mod link;
pub mod money;
pub mod movie;
pub mod mutant;
pub mod order;
pub mod payment;
pub mod pledge;
pub mod presence;
pub mod ranking;
pub mod refund;
pub mod request;
pub mod screening;
pub mod seat_map;
pub mod seating;
pub mod tender;
pub mod theater;
pub mod ticket_fact;
pub mod time;
pub mod version;
pub mod web_order;
