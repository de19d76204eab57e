//! The seat engine that hub and kiosk share: every seat of every screening has exactly one
//! owner node, and only the owner's engine changes it (S1).
//!
//! Each operation is a synchronous function over one transaction: load, decide, record.

mod apply;
mod ask;
mod batch;
mod book;
mod claims;
mod error;
mod examine;
mod feed;
mod given_up;
mod hand_off;
mod hold;
mod own;
mod pledge;
mod recover;
mod refit;
mod remedy;
mod returns;
mod shift;
pub mod sqlite;
mod ticket_fact;

pub use apply::{Applied, ApplyError, apply_row};
pub use ask::{find_missing, grant_asked};
pub use batch::{Stretch, apply_batch, read_batch};
pub use book::{BookHold, begin_payment, book, cancel, fail_payment, record_close, record_tender};
pub use claims::{keep, keep_anyway, leave_out, let_go, unclaimed};
pub use error::{BookError, CancelError, HoldError, OwnError, OwnRefused, RefreshError};
pub use error::{KeepError, KeepRefused};
pub use examine::examine_suspects;
pub use feed::{EVERY_NODE, HUB_ONLY, load_row, seat_of};
pub use hand_off::{apply_hand_off, hand_off, hold_handed_off, record_hand_off};
pub use hold::{HoldSeats, hold, hold_anywhere, refresh, release, release_expired};
pub use own::{block, grant, open_screening, unblock};
pub use pledge::{apply_pledge, hand_over, hold_for_pledge, record_pledge};
pub use recover::{
    Awaited, close_all, finish_recovery, go, listen_again, node_given_up, node_reported,
    settle_doubts, take_back, wait_for_nodes,
};
pub use refit::refit;
pub use remedy::{look_again, reseat, take_over, void};
pub use returns::{Returned, return_tickets};
pub use shift::shift_holds;
pub use ticket_fact::note_tickets;

use domain::id::NodeId;
use domain::time::Timestamp;
use store::{Migration, change_feed, cursor, meta};

/// The tables of the engine; they stand in the program's own list of migrations.
pub const SCHEMA: &str = include_str!("../migrations/0001_seats.sql");

/// What a node needs to come back after a loss: the migration after [`SCHEMA`].
pub const RECOVERY_SCHEMA: &str = include_str!("../migrations/0002_recovery.sql");

/// Bookings that were paid in ways that the first version did not know.
pub const PAID_BY_SCHEMA: &str = include_str!("../migrations/0003_paid_by.sql");

/// Money of every kind, in both directions.
pub const TENDERS_SCHEMA: &str = include_str!("../migrations/0004_tenders.sql");

/// Pledges and the seats that are kept for them: the migration after [`RECOVERY_SCHEMA`].
pub const CLAIMS_SCHEMA: &str = include_str!("../migrations/0004_claims.sql");

/// Orders that are paid on the buyer's phone.
pub const HAND_OFFS_SCHEMA: &str = include_str!("../migrations/0005_hand_offs.sql");

/// What happens to tickets in theaters.
pub const TICKET_FACTS_SCHEMA: &str = include_str!("../migrations/0006_ticket_facts.sql");

/// What of a pledge goes back over a counter: the migration after [`CLAIMS_SCHEMA`].
pub const BACK_AT_COUNTER_SCHEMA: &str = include_str!("../migrations/0007_back_at_counter.sql");

/// A database with nothing but the engine, for whatever measures or tries the engine alone.
pub const ALONE: &[Migration] = &[
    Migration::new("meta", meta::SCHEMA),
    Migration::new("peers", cursor::SCHEMA),
    Migration::new("changes", change_feed::SCHEMA),
    Migration::new("seats", SCHEMA),
    Migration::new("recovery", RECOVERY_SCHEMA),
    Migration::new("paid by", PAID_BY_SCHEMA),
    Migration::new("tenders", TENDERS_SCHEMA),
    Migration::new("claims", CLAIMS_SCHEMA),
    Migration::new("hand-offs", HAND_OFFS_SCHEMA),
    Migration::new("ticket facts", TICKET_FACTS_SCHEMA),
    Migration::new("back at counter", BACK_AT_COUNTER_SCHEMA),
];

/// Which node acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    pub node: &'a NodeId,
    pub now: Timestamp,
}
