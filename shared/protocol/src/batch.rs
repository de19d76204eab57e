//! A stretch of a change feed: the present rows of everything that changed in it.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::Envelope;

/// The most rows of one batch.
pub const BATCH_ROWS_MAX: usize = 500;

/// The most bytes of JSON that a sender puts into one batch, half of what a receiver takes:
/// it packs to well under [`crate::codec::SENT_BYTES_MAX`].
pub const BATCH_JSON_BYTES_MAX: usize = 256 * 1024;

/// The present rows for `seq` in `(base, last]` of the sender's feed.
///
/// A receiver whose cursor is below `base` has missed something and answers with the cursor
/// it wants; one whose cursor is above `base` applies the batch all the same, because row
/// versions make that harmless.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Batch {
    /// The session in which it was sent.
    pub session: i64,
    /// The sender's incarnation: its feed's numbers mean nothing in another one.
    pub incarnation: i64,
    pub base: i64,
    pub last: i64,
    /// Set when the batch reaches the feed's head: everything that the sender committed up to
    /// this corrected time is in the feed up to `last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Timestamp>,
    pub rows: Vec<Envelope>,
}
