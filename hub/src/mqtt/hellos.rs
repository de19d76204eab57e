//! How each node introduced itself since the hub was started, and what the hub made of it: what
//! an operator sees of a node that recovers, or of which there are two copies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use domain::id::NodeId;
use domain::time::Timestamp;
use protocol::message::Hello;
use tokio::sync::Notify;

use crate::sync::Unwelcome;

/// What the hub knows of the nodes' introductions. Cheap to clone; all clones are the same.
#[derive(Clone, Default)]
pub struct Hellos(Arc<Mutex<BTreeMap<NodeId, Heard>>>);

#[derive(Default)]
struct Heard {
    said: Said,
    /// Told when the node shall introduce itself anew.
    again: Arc<Notify>,
}

/// The last introductions of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The last one that was welcome.
    pub welcome: Option<Welcomed>,
    /// The last one that was not.
    pub turned_away: Option<TurnedAway>,
}

/// A copy of the node's database that the hub speaks with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcomed {
    pub at: Timestamp,
    pub incarnation: i64,
    pub software: String,
    pub recovering: bool,
}

/// A copy of the node's database that the hub does not speak with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    pub at: Timestamp,
    pub why: Why,
}

/// Why it was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is an older copy and recovers next.
    MustRecover,
    /// Another copy has gone on.
    PutAside,
    /// It has to be updated, or the hub has to recover.
    Refused,
}

impl Hellos {
    /// The hub speaks with the node.
    pub fn welcomed(&self, hello: &Hello, at: Timestamp) {
        let welcomed = Welcomed {
            at,
            incarnation: hello.incarnation,
            software: hello.software.clone(),
            recovering: hello.recovering,
        };
        let mut nodes = self.nodes();
        let said = &mut nodes.entry(hello.node.clone()).or_default().said;
        let before = said.welcome.replace(welcomed);
        // In a new life, whoever is an older copy now says so again.
        if before.is_some_and(|before| before.incarnation < hello.incarnation) {
            said.turned_away = None;
        }
    }

    /// The hub does not speak with the node.
    pub fn turned_away(&self, node: &NodeId, unwelcome: &Unwelcome, at: Timestamp) {
        let why = match unwelcome {
            Unwelcome::OlderCopy { .. } => Why::MustRecover,
            Unwelcome::Superseded { .. } => Why::PutAside,
            Unwelcome::Protocol { .. } | Unwelcome::HubBehind { .. } => Why::Refused,
        };
        let mut nodes = self.nodes();
        let heard = nodes.entry(node.clone()).or_default();
        heard.said.turned_away = Some(TurnedAway { at, why });
    }

    /// What the node has said; nothing when it has not been heard.
    #[must_use]
    pub fn of(&self, node: &NodeId) -> Said {
        let nodes = self.nodes();
        nodes
            .get(node)
            .map(|heard| heard.said.clone())
            .unwrap_or_default()
    }

    /// Has the node introduce itself anew, so that it is judged again.
    pub fn ask_again(&self, node: &NodeId) {
        self.again(node).notify_one();
    }

    /// Told when the node shall introduce itself anew.
    #[must_use]
    pub fn again(&self, node: &NodeId) -> Arc<Notify> {
        self.nodes().entry(node.clone()).or_default().again.clone()
    }

    fn nodes(&self) -> MutexGuard<'_, BTreeMap<NodeId, Heard>> {
        self.0.lock().expect("no one panics inside")
    }
}
