//! What goes into a session and what comes out of it.

use crate::batch::Batch;
use crate::message::{Hello, Message, Welcome};

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The peer said this.
    Message(Message),
    /// Our feed has this head now.
    FeedHead(i64),
    /// The batch asked for with [`Output::ReadFeed`].
    FeedRead(Batch),
    /// The batch given with [`Output::Apply`] is applied and durable; `seq` is its `last`.
    Applied { seq: i64 },
    /// The hub has looked up how far it had come ([`Output::Greet`]).
    Greeted(Welcome),
    /// Node: the welcome asked for with [`Output::Keep`] is kept and durable.
    Kept,
    /// Time passed. Wanted at least every second.
    Tick,
}

/// What to do next.
#[derive(Clone, Debug)]
pub enum Output {
    Send(Message),
    /// Read the present rows after `after` of our feed and come back with `FeedRead`.
    ReadFeed {
        after: i64,
    },
    /// Apply it in one transaction with the cursor and come back with `Applied`.
    Apply(Batch),
    /// Hub: look up the cursor for this node and come back with `Greeted`.
    Greet(Hello),
    /// Node: keep what the welcome says and come back with `Kept`.
    Keep(Welcome),
    /// The two sides know each other: the link is good.
    Up,
    /// The link is of no use any more: drop it and make another.
    Down(DownReason),
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownReason {
    /// The peer said nothing for [`SILENCE_MS`].
    Silent,
    /// The hub will not speak with us.
    Refused { reason: String },
    /// Our database is an older copy of itself.
    MustRecover { reason: String, above: i64 },
    /// Another copy of us has gone on.
    PutAside { reason: String, above: i64 },
    /// The peer does not know the session any more; a new hello is due.
    Forgotten,
}
