//! The seat engine that hub and kiosk share: every seat of every screening has exactly one
//! owner node, and only the owner's engine changes it (S1).
//!
//! Each operation is a synchronous function over one transaction: load, decide, record.

mod apply;
mod ask;
mod batch;
mod book;
mod error;
mod examine;
mod feed;
mod hold;
mod own;
mod recover;
mod refit;
mod remedy;
mod returns;
mod shift;
pub mod sqlite;

pub use apply::{Applied, ApplyError, apply_row};
pub use ask::{find_missing, grant_asked};
pub use batch::{Stretch, apply_batch, read_batch};
pub use book::{BookHold, begin_payment, book, cancel, fail_payment, record_tender};
pub use error::{BookError, CancelError, HoldError, OwnError, OwnRefused, RefreshError};
pub use examine::examine_suspects;
pub use feed::{EVERY_NODE, HUB_ONLY, load_row, seat_of};
pub use hold::{HoldSeats, hold, refresh, release, release_expired};
pub use own::{block, grant, open_screening, unblock};
pub use recover::{
    Awaited, close_all, finish_recovery, go, node_given_up, node_reported, settle_doubts,
    take_back, wait_for_nodes,
};
pub use refit::refit;
pub use remedy::{look_again, reseat, take_over, void};
pub use returns::{Returned, return_tickets};
pub use shift::shift_holds;

use domain::id::NodeId;
use domain::time::Timestamp;

/// The tables of the engine; they stand in the program's own list of migrations.
pub const SCHEMA: &str = include_str!("../migrations/0001_seats.sql");

/// What a node needs to come back after a loss: the migration after [`SCHEMA`].
pub const RECOVERY_SCHEMA: &str = include_str!("../migrations/0002_recovery.sql");

/// Bookings that were paid in ways that the first version did not know.
pub const PAID_BY_SCHEMA: &str = include_str!("../migrations/0003_paid_by.sql");

/// Which node acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    pub node: &'a NodeId,
    pub now: Timestamp,
}
