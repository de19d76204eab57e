//! The handles that every request gets, and where the programme comes from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::id::{MovieId, NodeId, ScreeningId, SeatMapId, TheaterId};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::time::Timestamp;
use process::clock::Clock;
use process::ids::Ids;
use protocol::api::screening::{ScreeningList, ScreeningSummary};
use rusqlite::Connection;
use seats::Here;
use store::replication::FollowedCopy;
use store::{Db, StoreError};

use crate::asks::Asks;
use crate::finding::{Films, Finder};
use crate::limits::{Limits, Settings};
use crate::links::Links;
use crate::live::{Live, Tiding, Topic};
use crate::outside::Outside;
use crate::replica::Replicas;
use crate::viewers::Viewers;

/// Which screenings to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeQuery {
    /// A business date, `2026-11-22`.
    pub date: Option<String>,
    pub theater: Option<TheaterId>,
    pub movie: Option<MovieId>,
}

/// Where a program keeps what is on: the hub in its catalogue, a kiosk in its mirror of it.
pub trait Programme: Films {
    /// The screening with this id.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn screening(&self, db: &Connection, id: ScreeningId) -> Result<Option<Screening>, StoreError>;

    /// One version of a seat map.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn seat_map(
        &self,
        db: &Connection,
        id: SeatMapId,
        version: i64,
    ) -> Result<Option<SeatMap>, StoreError>;

    /// The screening as a buyer sees it; none when its film or theater is not known (yet).
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn summary(
        &self,
        shop: &Shop,
        db: &Connection,
        screening: &Screening,
    ) -> Result<Option<ScreeningSummary>, StoreError>;

    /// The screenings that a buyer can choose from.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn list(
        &self,
        shop: &Shop,
        db: &Connection,
        query: &ProgrammeQuery,
    ) -> Result<ScreeningList, StoreError>;

    /// The present state of a live topic that is not the shop's own; none when there is nothing
    /// to say of it.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn tiding(
        &self,
        shop: &Shop,
        db: &Connection,
        topic: Topic,
    ) -> Result<Option<Tiding>, StoreError>;
}

/// Everything that selling seats needs. Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    pub db: Db,
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub programme: Arc<dyn Programme>,
    pub links: Links,
    pub asks: Asks,
    pub live: Live,
    pub viewers: Viewers,
    /// How much is taken in.
    pub limits: Limits,
    /// What the pages may load from elsewhere.
    pub outside: Outside,
    /// Finds films by what somebody types.
    pub finder: Finder,
    /// The replicas of this program's databases.
    pub replicas: Replicas,
    /// What is read, if that is a copy of somebody else's database.
    pub copy: Option<FollowedCopy>,
    maps: SeatMaps,
}

/// Seat maps by id and version. A version never changes, so it is read and checked once.
type SeatMaps = Arc<Mutex<BTreeMap<(SeatMapId, i64), Arc<SeatMap>>>>;

/// More seat maps than this are not kept in memory; a theater has far fewer.
const SEAT_MAPS_MAX: usize = 512;

/// What is needed to change the node's own seats.
#[derive(Clone)]
pub struct Handles {
    pub db: Db,
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

impl Shop {
    /// A shop over `handles` that sells what `programme` says.
    #[must_use]
    pub fn new(handles: Handles, programme: Arc<dyn Programme>, links: Links) -> Self {
        let Handles {
            db,
            node,
            clock,
            ids,
        } = handles;
        Self {
            limits: Limits::new(Settings::default(), clock.clone(), db.clone()),
            outside: Outside::default(),
            finder: Finder::default(),
            replicas: Replicas::default(),
            copy: None,
            db,
            node,
            clock,
            ids,
            programme,
            links,
            asks: Asks::default(),
            live: Live::default(),
            viewers: Viewers::default(),
            maps: SeatMaps::default(),
        }
    }

    /// The node's corrected time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time as of which the database is read: now, unless it is a copy.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        let state = self.copy.as_ref().and_then(FollowedCopy::state);
        let age_ms = state.map_or(0, |state| state.age().as_millis());
        let age_ms = i64::try_from(age_ms).unwrap_or(i64::MAX);
        Timestamp(self.now().0.saturating_sub(age_ms))
    }

    /// Whether a customer may wait for what `node` is asked: a session is up, and it is fast
    /// enough.
    #[must_use]
    pub fn reaches(&self, node: &NodeId) -> bool {
        self.asks.reaches(node) && self.links.usable(node)
    }

    /// This node, at this moment.
    #[must_use]
    pub fn here(&self) -> Here<'_> {
        Here {
            node: &self.node,
            now: self.now(),
        }
    }

    /// The seat map of a screening.
    ///
    /// # Errors
    ///
    /// Fails when the store does or the map is not there though the screening is.
    pub fn seat_map(
        &self,
        db: &Connection,
        screening: &Screening,
    ) -> Result<Arc<SeatMap>, StoreError> {
        let key = (screening.seat_map, screening.seat_map_version);
        let known = self
            .maps
            .lock()
            .expect("no one panics inside")
            .get(&key)
            .cloned();
        if let Some(map) = known {
            return Ok(map);
        }
        let map = self.programme.seat_map(db, key.0, key.1)?;
        let map = Arc::new(map.ok_or_else(|| StoreError::Inconsistent {
            table: "seat_maps",
            reason: format!("screening {} has no seat map", screening.screening),
        })?);
        let mut maps = self.maps.lock().expect("no one panics inside");
        if maps.len() >= SEAT_MAPS_MAX {
            maps.clear();
        }
        maps.insert(key, map.clone());
        Ok(map)
    }
}
