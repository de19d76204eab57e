//! One event as it goes to all who listen: written once, shared by all of them.

use bytes::Bytes;
use serde::Serialize;

use super::topic::Topic;

/// What a client hears when nothing happens: it knows that the stream is alive, and proxies
/// keep it open.
pub(crate) const BEAT: &[u8] = b"event: beat\ndata: {}\n\n";

/// The first words of a stream: when to come back, by the browser's own means.
pub(crate) const OPENING: &[u8] = b"retry: 2000\nevent: beat\ndata: {}\n\n";

/// What happens to a frame when a newer one of its kind comes before it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It adds to what was told: all of them are needed, in order.
    Change {
        /// Who has heard it goes on from here.
        id: i64,
        /// It was read when the feed had come so far.
        upto: i64,
    },
    /// It says all there is: the newest is enough.
    State,
    /// The screening is not what it was: the client begins anew, and this stream is over.
    Reset { upto: i64 },
}

/// An event for everybody who listens to a topic.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) topic: Topic,
    /// The event's name: state events replace each other by topic and name.
    pub(crate) event: &'static str,
    pub(crate) kind: Kind,
    pub(crate) bytes: Bytes,
}

impl Frame {
    /// A change of a topic's rows, with the place in the feed to go on from.
    pub(crate) fn change(topic: Topic, (id, upto): (i64, i64), data: &impl Serialize) -> Self {
        Self {
            topic,
            event: "seats",
            kind: Kind::Change { id, upto },
            bytes: written("seats", Some(id), &json(data)),
        }
    }

    /// The present state of a topic.
    pub(crate) fn state(topic: Topic, event: &'static str, data: &str) -> Self {
        Self {
            topic,
            event,
            kind: Kind::State,
            bytes: written(event, None, data),
        }
    }

    /// Everything has to be fetched anew.
    pub(crate) fn reset(topic: Topic, upto: i64) -> Self {
        Self {
            topic,
            event: "reset",
            kind: Kind::Reset { upto },
            bytes: written("reset", None, &format!("{{\"topic\":\"{topic}\"}}")),
        }
    }
}

/// JSON has no line breaks of its own, so an event's data is one line.
pub(crate) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned())
}

fn written(event: &str, id: Option<i64>, data: &str) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    Bytes::from(format!("event: {event}\n{id}data: {data}\n\n"))
}
