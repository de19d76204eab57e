//! Everything a node and the hub say to each other about a session, besides the rows.

use std::collections::BTreeMap;

use domain::id::NodeId;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ask::{Answer, Ask};
use crate::batch::Batch;

/// The version of the protocol that this program speaks. It stands in every topic, too.
pub const PROTOCOL: i64 = 1;

/// How far a receiver has come in a sender's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sender's incarnation for which `seq` counts.
    pub incarnation: i64,
    pub seq: i64,
}

/// What the hub hands out at each session and wants to see at the next: the ratchet by which
/// it finds a database that was copied or rolled back without anybody saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The hub's incarnation in which it was handed out; another one cannot judge it.
    pub hub: i64,
    pub value: Uuid,
}

/// A node introduces itself; said again until the hub answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: i64,
    pub node: NodeId,
    /// Grows when the node's database was restored or made anew.
    pub incarnation: i64,
    /// The number of this connection; a later one is higher.
    pub session: i64,
    /// The version of the program.
    pub software: String,
    /// The version of the database's schema.
    pub schema: i64,
    /// The head of the node's own feed.
    pub head: i64,
    /// How far the node has come in the hub's feed; none if never.
    pub cursor: Option<Cursor>,
    /// The node's corrected time.
    pub clock: Timestamp,
    /// What the hub handed out last; none for a database that never met the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// The head that the feed had when the program was started the first time since the last
    /// welcome. What the hub has applied was durable before it was sent, so a head below the
    /// hub's cursor belongs to a disk that was rolled back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<i64>,
    /// The node was restored: it asks for its own rows, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovering: bool,
    /// The kinds of rows from after the first version that the node's program knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// The hub's answer to a [`Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The session that is welcome.
    pub session: i64,
    /// The hub's own incarnation.
    pub incarnation: i64,
    /// How far the hub has come in the node's feed; none if never.
    pub cursor: Option<Cursor>,
    /// The head of the hub's feed.
    pub head: i64,
    /// The hub's time.
    pub clock: Timestamp,
    /// To be kept before anything is sent, and shown at the next session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// The hub was restored: it asks for every row, its own too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovering: bool,
    /// Where an order is paid that a kiosk hands off: the web's address, without a path. None
    /// when the hub takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pays_at: Option<String>,
    /// The kinds of rows from after the first version that the hub's program knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// What the hub tells a node outside of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    Welcome(Welcome),
    /// The hub does not know this session: introduce yourself (again).
    SayHello,
    /// The hub will not speak with this node until somebody has done what `reason` says.
    Refused {
        session: i64,
        reason: String,
    },
    /// The node's database is an older copy of itself: it has to recover, with an incarnation
    /// above the one that the hub knows.
    Recover {
        session: i64,
        reason: String,
        #[serde(default)]
        above: i64,
    },
    /// Another copy of this node has gone on since. This one may sell nothing until somebody
    /// has decided which of the two is the node.
    PutAside {
        session: i64,
        reason: String,
        #[serde(default)]
        above: i64,
    },
}

/// Everything up to `seq` has been applied and is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    pub session: i64,
    /// The incarnation of the feed that is acknowledged.
    pub incarnation: i64,
    pub seq: i64,
    /// Something in between was missed: go on from `seq`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// How many look at what, by the subject's name (`screening:1`). A name that a receiver does not
/// know it passes over.
pub type ViewerCounts = BTreeMap<String, u32>;

/// A node's presence: retained, and its will. Said again every few seconds with its viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeState {
    pub online: bool,
    /// The session that this is about, so that a late will of an old one kills nothing.
    pub session: i64,
    /// Who looks at what at this node. A program that says so wants to hear of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewers: Option<ViewerCounts>,
}

/// How many look elsewhere at what a node has viewers of. Nobody answers: a while later it is
/// said again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewersElsewhere {
    pub viewers: ViewerCounts,
}

/// The hub's presence: retained, and its will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubState {
    pub online: bool,
    pub incarnation: i64,
    /// A hub that goes down on purpose says so: nodes come back spread over a while.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub going_down: bool,
}

/// Any message of a session, in either direction.
#[derive(Clone, Debug)]
pub enum Message {
    Hello(Hello),
    Command(Command),
    Rows(Batch),
    Ack(Ack),
    Ask(Ask),
    Answer(Answer),
}
