//! Whether the other side answers, and since when.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The state of a link.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Online,
    Offline,
}

/// What a screen says of a link (P1: everything that may be stale says as of when).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Link {
    pub state: LinkState,
    /// Since when it has been in this state.
    pub since: Timestamp,
    /// When the other side was last heard; none if never.
    pub last_heard_at: Option<Timestamp>,
}

impl Link {
    /// A link that has not been tried yet.
    #[must_use]
    pub fn never_heard(now: Timestamp) -> Self {
        Self {
            state: LinkState::Offline,
            since: now,
            last_heard_at: None,
        }
    }

    /// The link after the other side was heard at `now`.
    #[must_use]
    pub fn heard(self, now: Timestamp) -> Self {
        Self {
            state: LinkState::Online,
            since: match self.state {
                LinkState::Online => self.since,
                LinkState::Offline => now,
            },
            last_heard_at: Some(now),
        }
    }

    /// The link after the other side was found gone at `now`.
    #[must_use]
    pub fn lost(self, now: Timestamp) -> Self {
        Self {
            state: LinkState::Offline,
            since: match self.state {
                LinkState::Online => now,
                LinkState::Offline => self.since,
            },
            last_heard_at: self.last_heard_at,
        }
    }
}
