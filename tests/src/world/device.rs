//! One program on one device: its database, its clock, and a disk on which a commit is durable
//! a little later.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use domain::id::{NodeId, ScreeningId, SeatId, TheaterId};
use domain::time::Timestamp;
use protocol::session::Session;
use rusqlite::{Connection, MAIN_DB, Transaction};
use seats::Here;
use seats::sqlite::recovery;
use store::{Migration, StoreError};

use super::Effect;
use super::promise::Promised;

/// The name of a device in this run: its place in the list. The hub is the first.
pub(super) type DeviceAt = usize;

/// The hub's place.
pub(super) const HUB: DeviceAt = 0;

/// What is on a disk. Cheap to clone.
pub(super) type Image = Arc<[u8]>;

/// The disk of a hub that was never started.
static NEW_HUB: LazyLock<Image> = LazyLock::new(|| laid_out(hub::sqlite::MIGRATIONS));

/// The disk of a kiosk that was never started.
static NEW_KIOSK: LazyLock<Image> = LazyLock::new(|| laid_out(kiosk::sqlite::MIGRATIONS));

/// Bytes of a page on a device's disk: its tables are small, and it is copied often.
const PAGE_BYTES: i64 = 1_024;

/// A device.
pub(super) struct Device {
    pub(super) node: NodeId,
    pub(super) theater: TheaterId,
    pub(super) db: Connection,
    /// What survives a crash now, if that was looked at since it changed.
    durable: Option<Image>,
    /// Something is not durable yet.
    pub(super) dirty: bool,
    known: Known,
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
    pub(super) promised: Promised,
    /// Its program has a fault: it claims a seat that is not its own.
    pub(super) forges: bool,
    /// Thrown away: it is never started again.
    pub(super) gone: bool,
}

/// What was looked up since the database was changed the last time.
#[derive(Default)]
struct Known {
    /// The seats that the node may sell as far as it knows and is sure.
    owned: OnceCell<Vec<(ScreeningId, SeatId)>>,
    head: Cell<Option<i64>>,
    /// When the first open hold ends, if there is one.
    first_end: Cell<Option<Option<Timestamp>>>,
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
    pub(super) image: Image,
    pub(super) at_ms: i64,
}

impl Device {
    /// A new hub or kiosk with an empty database.
    #[must_use]
    pub(super) fn new(node: NodeId, theater: TheaterId) -> Self {
        let disk = if node.is_hub() { &NEW_HUB } else { &NEW_KIOSK };
        Self::on(disk, node, theater)
    }

    /// A device with what is on `disk`.
    #[must_use]
    pub(super) fn on(disk: &Image, node: NodeId, theater: TheaterId) -> Self {
        Self {
            node,
            theater,
            db: deserialize(disk),
            durable: None,
            dirty: false,
            known: Known::default(),
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
            promised: Promised::new(),
            forges: false,
            gone: false,
        }
    }

    /// The time that this node believes in.
    #[must_use]
    pub(super) fn now(&self, true_ms: i64) -> Timestamp {
        Timestamp(true_ms + self.offset_ms)
    }

    /// One operation in one transaction. What it did is durable at the next [`Self::sync`];
    /// says whether it did anything.
    ///
    /// # Errors
    ///
    /// What the operation refuses.
    pub(super) fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        true_ms: i64,
        lossy: bool,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<(T, Changed), E> {
        if lossy && !self.dirty && self.durable.is_none() {
            self.durable = Some(image(&mut self.db));
        }
        let now = self.now(true_ms);
        let before = self.db.total_changes();
        let tx = self.db.transaction()?;
        let node = &self.node;
        let done = act(&tx, Here { node, now })?;
        tx.commit()?;
        if self.db.total_changes() == before {
            return Ok((done, Changed::Nothing));
        }
        self.dirty = true;
        self.known = Known::default();
        Ok((done, Changed::Rows))
    }

    /// Everything up to here is durable.
    pub(super) fn sync(&mut self) -> Vec<Effect> {
        if self.dirty {
            self.durable = None;
        }
        self.dirty = false;
        self.sync_due = false;
        std::mem::take(&mut self.effects)
    }

    /// The power goes. What was not durable is lost, if the disk has it so.
    pub(super) fn crash(&mut self) {
        if self.dirty
            && let Some(durable) = &self.durable
        {
            self.db = deserialize(durable);
            self.known = Known::default();
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
    pub(super) fn durable_image(&mut self) -> Image {
        match &self.durable {
            Some(durable) => durable.clone(),
            None => image(&mut self.db),
        }
    }

    /// The disk is replaced by an older copy.
    pub(super) fn replace_disk(&mut self, older: &Image) {
        self.crash();
        self.db = deserialize(older);
        self.promised.clear();
        self.durable = None;
        self.known = Known::default();
    }

    /// The seats that the node may sell as far as it knows and is sure.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub(super) fn owned(&self) -> Result<&[(ScreeningId, SeatId)], StoreError> {
        if let Some(known) = self.known.owned.get() {
            return Ok(known);
        }
        let owned = look_up_owned(&self.db, &self.node)?;
        Ok(self.known.owned.get_or_init(|| owned))
    }

    /// When the first open hold ends; none while there is none.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub(super) fn first_end(&self) -> Result<Option<Timestamp>, StoreError> {
        if let Some(known) = self.known.first_end.get() {
            return Ok(known);
        }
        let mut query = self
            .db
            .prepare_cached("SELECT min(until) FROM holds WHERE state = 'open'")?;
        let end: Option<i64> = query.query_row([], |row| row.get(0))?;
        let end = end.map(Timestamp);
        self.known.first_end.set(Some(end));
        Ok(end)
    }

    /// The head of its change feed.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub(super) fn head(&self) -> Result<i64, StoreError> {
        if let Some(known) = self.known.head.get() {
            return Ok(known);
        }
        let head = store::change_feed::head(&self.db)?;
        self.known.head.set(Some(head));
        Ok(head)
    }
}

/// Whether an operation did anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Nothing,
    Rows,
}

fn look_up_owned(db: &Connection, node: &NodeId) -> Result<Vec<(ScreeningId, SeatId)>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT screening_id, seat_id FROM seats WHERE owner = ?1")?;
    let seats = query.query_map([node.as_str()], |row| {
        Ok((ScreeningId(row.get(0)?), SeatId(row.get(1)?)))
    })?;
    let mut owned = seats.collect::<Result<Vec<_>, _>>()?;
    let screenings: BTreeSet<ScreeningId> = owned.iter().map(|(screening, _)| *screening).collect();
    for screening in screenings {
        if recovery::is_closed(db, screening)? {
            owned.retain(|(of, _)| *of != screening);
        }
    }
    Ok(owned)
}

fn laid_out(migrations: &[Migration]) -> Image {
    let mut db = store::open_memory(migrations).expect("a database in memory");
    let smaller = format!("PRAGMA page_size = {PAGE_BYTES}; VACUUM");
    db.execute_batch(&smaller).expect("the pages are smaller");
    image(&mut db)
}

fn image(db: &mut Connection) -> Image {
    Image::from(&*db.serialize(MAIN_DB).expect("a copy of the disk"))
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
