//! The keys of rows that have no id of their own.

use domain::id::{NodeId, TicketId};
use domain::ranking::Fact;
use domain::ticket_fact::{TicketEvent, TicketFact};
use domain::time::Timestamp;

/// The key of a daily close: a node closes at most once in a millisecond.
#[must_use]
pub fn close_key(node: &NodeId, closed_at: Timestamp) -> String {
    format!("{node}/{}", closed_at.0)
}

/// The key of a fact: it is one by its hour, its term and its actor.
#[must_use]
pub fn search_key(fact: &Fact) -> String {
    format!("{}/{}/{}", fact.hour, fact.term, fact.actor)
}

/// The key of the only board there is.
pub const RANKING_KEY: &str = "searches";

/// The key of a fact about a ticket: what happened to it, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketFactKey {
    pub ticket: TicketId,
    pub event: TicketEvent,
    pub node: NodeId,
}

impl TicketFactKey {
    /// The fact's key.
    #[must_use]
    pub fn of(fact: &TicketFact) -> Self {
        Self {
            ticket: fact.ticket,
            event: fact.event,
            node: fact.node.clone(),
        }
    }

    /// Reads a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        Some(Self {
            ticket: TicketId(parts.next()?.parse().ok()?),
            event: TicketEvent::from_name(parts.next()?)?,
            node: parts.next()?.parse().ok()?,
        })
    }
}

impl std::fmt::Display for TicketFactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.ticket, self.event.name(), self.node)
    }
}
