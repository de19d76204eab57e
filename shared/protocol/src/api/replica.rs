//! How the copies of the databases stand, for operators.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a replica is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplicaStanding {
    /// It looks where the replica ends.
    Starting,
    /// Commits are copied.
    Following,
    /// The place does not answer or refuses; it is tried again.
    Unreachable,
    /// Somebody else writes there, or it knows more than this database: nothing is written.
    Stopped,
}

/// One replica.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReplicaView {
    #[schema(example = "hub")]
    pub database: String,
    pub standing: ReplicaStanding,
    /// Whether somebody has to look after it: it has stopped, or is far behind.
    pub is_late: bool,
    /// How old the oldest commit is that is not there, in milliseconds.
    pub lag_ms: u64,
    /// Bytes of the log that are not there.
    pub lag_bytes: u64,
    /// When the newest snapshot was made.
    pub snapshot_at: Option<Timestamp>,
    /// When a restore was last proved to work.
    pub verified_at: Option<Timestamp>,
    /// Why it does not go on.
    pub trouble: Option<String>,
}

/// The replicas of this hub's databases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReplicaList {
    pub replicas: Vec<ReplicaView>,
}
