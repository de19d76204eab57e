//! One program on one device: its database, its clock, and a disk on which a commit is durable
//! a little later.

use std::collections::BTreeMap;

use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use protocol::session::Session;
use rusqlite::{Connection, MAIN_DB, Transaction};
use seats::Here;
use store::{Migration, StoreError};

use super::Effect;

/// The name of a device in this run: its place in the list. The hub is the first.
pub(super) type DeviceAt = usize;

/// The hub's place.
pub(super) const HUB: DeviceAt = 0;

/// A device.
pub(super) struct Device {
    pub(super) node: NodeId,
    pub(super) theater: TheaterId,
    pub(super) db: Connection,
    /// What survives a crash now, while something is not durable yet.
    image: Option<Vec<u8>>,
    pub(super) dirty: bool,
    /// What waits for the disk.
    pub(super) effects: Vec<Effect>,
    pub(super) sync_due: bool,
    pub(super) running: bool,
    /// Grows with every start: what was meant for an earlier life is not heard.
    pub(super) life: u64,
    /// The node's corrected time minus the true time.
    pub(super) offset_ms: i64,
    /// How wrong the device's own clock is.
    pub(super) wall_skew_ms: i64,
    pub(super) incarnation: i64,
    /// Kiosk: the session with the hub, over which connection.
    pub(super) line: Option<Line>,
    /// Hub: the session with each node.
    pub(super) ends: BTreeMap<NodeId, End>,
    pub(super) copies: Vec<Copy>,
    /// Its network, for a while.
    pub(super) cut_up: bool,
    pub(super) cut_down: bool,
    /// It runs on a disk that was rolled back, and nobody knows yet.
    pub(super) rolled_back: bool,
    /// It was fenced and has not heard: that comes with this place of the hub's feed.
    pub(super) fenced_at: Option<(i64, i64)>,
    /// The power goes at its next commit, before that is durable.
    pub(super) doomed: bool,
    /// Its program has a fault: it claims a seat that is not its own.
    pub(super) forges: bool,
    /// Thrown away: it is never started again.
    pub(super) gone: bool,
}

/// A kiosk's end of a session.
pub(super) struct Line {
    pub(super) connection: u64,
    pub(super) session: Session,
    /// The hub was restored and asks for everything.
    pub(super) restored_hub: bool,
}

/// The hub's end of a session.
pub(super) struct End {
    pub(super) connection: u64,
    pub(super) session: Session,
    pub(super) recovering: bool,
}

/// A copy of a disk at some time.
#[derive(Clone)]
pub(super) struct Copy {
    pub(super) image: Vec<u8>,
    pub(super) at_ms: i64,
}

impl Device {
    /// A new device with an empty database.
    #[must_use]
    pub(super) fn new(node: NodeId, theater: TheaterId, migrations: &[Migration]) -> Self {
        Self {
            node,
            theater,
            db: store::open_memory(migrations).expect("a database in memory"),
            image: None,
            dirty: false,
            effects: Vec::new(),
            sync_due: false,
            running: false,
            life: 0,
            offset_ms: 0,
            wall_skew_ms: 0,
            incarnation: 0,
            line: None,
            ends: BTreeMap::new(),
            copies: Vec::new(),
            cut_up: false,
            cut_down: false,
            rolled_back: false,
            fenced_at: None,
            doomed: false,
            forges: false,
            gone: false,
        }
    }

    /// The time that this node believes in.
    #[must_use]
    pub(super) fn now(&self, true_ms: i64) -> Timestamp {
        Timestamp(true_ms + self.offset_ms)
    }

    /// One operation in one transaction. What it did is durable at the next [`Self::sync`].
    ///
    /// # Errors
    ///
    /// What the operation refuses.
    pub(super) fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        true_ms: i64,
        lossy: bool,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if lossy && !self.dirty && self.image.is_none() {
            self.image = Some(serialize(&mut self.db));
        }
        let now = self.now(true_ms);
        let node = self.node.clone();
        let tx = self.db.transaction()?;
        let done = act(&tx, Here { node: &node, now })?;
        tx.commit()?;
        self.dirty = true;
        Ok(done)
    }

    /// Everything up to here is durable.
    pub(super) fn sync(&mut self) -> Vec<Effect> {
        self.dirty = false;
        self.sync_due = false;
        self.image = None;
        std::mem::take(&mut self.effects)
    }

    /// The power goes. What was not durable is lost, if the disk has it so.
    pub(super) fn crash(&mut self) {
        if let Some(image) = self.image.take() {
            self.db = deserialize(&image);
        }
        self.dirty = false;
        self.sync_due = false;
        self.effects.clear();
        self.line = None;
        self.ends.clear();
        self.running = false;
        self.doomed = false;
        self.life += 1;
    }

    /// The disk as it is after a crash now.
    #[must_use]
    pub(super) fn durable_image(&mut self) -> Vec<u8> {
        match &self.image {
            Some(image) => image.clone(),
            None => serialize(&mut self.db),
        }
    }

    /// The disk is replaced by an older copy.
    pub(super) fn replace_disk(&mut self, image: &[u8]) {
        self.crash();
        self.db = deserialize(image);
    }

    /// The head of its change feed.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub(super) fn head(&self) -> Result<i64, StoreError> {
        store::change_feed::head(&self.db)
    }
}

/// A copy of the disk.
///
/// # Panics
///
/// Panics when SQLite has no memory for it.
#[must_use]
pub fn serialize(db: &mut Connection) -> Vec<u8> {
    db.serialize(MAIN_DB).expect("a copy of the disk").to_vec()
}

/// The database on a copy of a disk.
///
/// # Panics
///
/// Panics when it is not one.
#[must_use]
pub fn deserialize(image: &[u8]) -> Connection {
    let mut db = store::open_memory(&[]).expect("a database in memory");
    db.deserialize_read_exact(MAIN_DB, image, image.len(), false)
        .expect("the copy is a database");
    db
}
