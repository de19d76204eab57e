//! One type per kind of identifier, so that a hold can never be passed for an order.
//!
//! What only the hub makes is numbered; what any node may make while it is alone carries a
//! UUIDv7, which needs nobody's leave to be unique.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

macro_rules! unique {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbered! {
    /// A film in the catalogue.
    MovieId,
    /// A cinema building.
    TheaterId,
    /// A room with a numbered seat map.
    AuditoriumId,
    /// A seat map; its versions share the id.
    SeatMapId,
    /// One showing of one film in one auditorium.
    ScreeningId,
    /// An all-or-nothing offer for one planned screening.
    CampaignId,
}

unique! {
    /// Seats kept for one buyer for a short time.
    HoldId,
    /// What is to be paid.
    OrderId,
    /// Seats of one screening sold to one buyer.
    BookingId,
    /// One seat of one booking.
    TicketId,
    /// A paid promise of tickets in a campaign.
    PledgeId,
    /// Money that goes back, for one recorded reason.
    RefundId,
}

/// A place in a seat map; the same in every version of that map.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct SeatId(pub u32);

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A process that may own seats: the hub, or a kiosk. Also its name on the wire, so its
/// letters are those that every topic, file name and user name can carry.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "seoul-1")]
pub struct NodeId(String);

/// The longest name of a node.
pub const NODE_ID_LENGTH_MAX: usize = 32;

/// Why a text is no node's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a node's name has 1 to {NODE_ID_LENGTH_MAX} letters a-z, digits and inner hyphens")]
pub struct NodeIdInvalid;

impl NodeId {
    /// The hub's own name.
    #[must_use]
    pub fn hub() -> Self {
        Self("hub".to_owned())
    }

    /// Whether this is the hub.
    #[must_use]
    pub fn is_hub(&self) -> bool {
        self.0 == "hub"
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeId {
    type Err = NodeIdInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let inner = !text.starts_with('-') && !text.ends_with('-');
        if text.is_empty()
            || text.len() > NODE_ID_LENGTH_MAX
            || !inner
            || !text.chars().all(letters)
        {
            return Err(NodeIdInvalid);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for NodeId {
    type Error = NodeIdInvalid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<NodeId> for String {
    fn from(node: NodeId) -> Self {
        node.0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_name_can_stand_in_a_topic() {
        assert!("seoul-1".parse::<NodeId>().is_ok());
        for bad in [
            "",
            "-a",
            "a-",
            "a/b",
            "a+",
            "#",
            "Seoul",
            "서울",
            &"a".repeat(33),
        ] {
            assert_eq!(bad.parse::<NodeId>(), Err(NodeIdInvalid), "{bad}");
        }
    }
}
