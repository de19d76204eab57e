//! One program on one machine: its database, its clock, and its ends of sessions.

use std::collections::{BTreeMap, VecDeque};

use domain::id::NodeId;
use domain::time::Timestamp;
use protocol::message::Message;
use protocol::session::Session;
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::Migration;

/// A machine.
pub(crate) struct Machine {
    pub(crate) node: NodeId,
    pub(crate) db: Connection,
    /// The time that the node believes in, minus the true time.
    pub(super) offset_ms: i64,
    /// How wrong the machine's own clock is; a program reads it when it starts.
    pub(super) wall_ms: i64,
    pub(super) incarnation: i64,
    /// Kiosk: its session with the hub.
    pub(super) line: Option<Line>,
    /// Hub: its session with each node.
    pub(super) ends: BTreeMap<NodeId, End>,
}

/// A kiosk's end of a session, and what is on its way in both directions.
pub(super) struct Line {
    pub(super) session: Session,
    /// The hub was restored and asks for everything.
    pub(super) asked_for_all: bool,
    pub(super) letters: VecDeque<Letter>,
}

/// The hub's end of a session.
pub(super) struct End {
    /// The machine that speaks: two may have one node's disk.
    pub(super) machine: String,
    pub(super) session: Session,
    /// The node was restored and asks for its own rows, too.
    pub(super) recovering: bool,
}

/// A message on its way.
pub(super) enum Letter {
    ToHub(Message),
    ToKiosk(Message),
}

/// A copy of a machine's disk.
pub(crate) struct DiskCopy(pub(super) Vec<u8>);

impl Machine {
    pub(super) fn new(node: NodeId, migrations: &[Migration]) -> Self {
        let db = store::open_memory(migrations).unwrap();
        Self::on(node, db)
    }

    pub(super) fn on(node: NodeId, db: Connection) -> Self {
        Self {
            node,
            db,
            offset_ms: 0,
            wall_ms: 0,
            incarnation: 0,
            line: None,
            ends: BTreeMap::new(),
        }
    }

    /// The time that this node believes in.
    pub(super) fn now(&self, true_ms: i64) -> Timestamp {
        Timestamp(true_ms + self.offset_ms)
    }

    /// One operation in one transaction.
    pub(super) fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        true_ms: i64,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (node, now) = (&self.node, self.now(true_ms));
        let tx = self.db.transaction()?;
        let done = act(&tx, Here { node, now })?;
        tx.commit()?;
        Ok(done)
    }

    pub(super) fn head(&self) -> i64 {
        store::change_feed::head(&self.db).unwrap()
    }
}
