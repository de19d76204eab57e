//! Which node sells which seats of a screening: what the plan is told of it, from the hub's
//! own tables.

mod asking;
pub mod rounds;
mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::allotment::{Policy, Seller, Situation};
use domain::id::{HoldId, NodeId, ScreeningId};
use domain::link::LinkState;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::{SeatState, Seats};
use domain::time::Timestamp;
use rusqlite::Connection;
use store::StoreError;
use uuid::Uuid;

use crate::sqlite::nodes;

/// One screening at one moment.
#[derive(Clone, Debug)]
pub struct Scene {
    pub map: Arc<SeatMap>,
    pub seats: Seats,
    pub sellers: BTreeMap<NodeId, Seller>,
    pub starts_at: Timestamp,
    pub now: Timestamp,
}

impl Scene {
    /// Reads what the plan needs to know of a screening, in three queries.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub fn load(
        db: &Connection,
        screening: &Screening,
        map: Arc<SeatMap>,
        (policy, now): (&Policy, Timestamp),
    ) -> Result<Self, StoreError> {
        let id = screening.screening;
        let since = now.plus_ms(-policy.demand_ms);
        let sold = seats::sqlite::bookings::sold_since(db, id, since)?;
        let hub = (NodeId::hub(), LinkState::Online);
        let links = nodes::links_of_theater(db, screening.theater)?;
        let seller = |(node, link): (NodeId, LinkState)| {
            let sold_lately = sold.get(&node).copied().unwrap_or(0);
            (node, Seller { link, sold_lately })
        };
        let mut seats = seats::sqlite::seats::of_screening(db, id)?;
        keep_for_backers(db, id, &mut seats)?;
        Ok(Self {
            map,
            seats,
            sellers: std::iter::once(hub).chain(links).map(seller).collect(),
            starts_at: screening.starts_at,
            now,
        })
    }

    /// The same as the plan takes it.
    #[must_use]
    pub fn situation(&self) -> Situation<'_> {
        Situation {
            map: &self.map,
            seats: &self.seats,
            sellers: &self.sellers,
            starts_at: self.starts_at,
            now: self.now,
        }
    }
}

/// Claims need no particular seats, but seats of the hub's (S6): to the plan so many of its free
/// ones are taken. It then brings the hub more of them, and gives none of these away.
fn keep_for_backers(
    db: &Connection,
    screening: ScreeningId,
    seats: &mut Seats,
) -> Result<(), StoreError> {
    let kept = seats::sqlite::claims::kept(db, screening)?;
    let kept = usize::try_from(kept).unwrap_or(0);
    let free = seats.values_mut().rev();
    let free = free.filter(|seat| seat.owner.is_hub() && seat.state == SeatState::Free);
    for seat in free.take(kept) {
        seat.state = SeatState::Kept {
            hold: HoldId(Uuid::nil()),
        };
    }
    Ok(())
}
