//! Which node sells which seats: the plan that the hub runs when a screening is published,
//! when a side runs low, when a link comes or goes, and by the clock.
//!
//! Pure: the same situation gives the same grants. The plan only proposes; each grant is made
//! by the seats' owner, which looks at its own rows once more (S2).

mod block;
mod deal;
mod explain;
mod floor;
#[cfg(test)]
mod laws;
mod refill;
mod share;

use std::collections::BTreeMap;

use serde::Serialize;

pub use deal::first_allotment;
pub use explain::{Explanation, Holding, SellerShare, Standing, explain};

use crate::id::{NodeId, SeatId};
use crate::link::LinkState;
use crate::seat_map::{SeatMap, ZoneId};
use crate::seating::Seats;
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

/// Everything that the plan knows of one screening.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    pub map: &'a SeatMap,
    /// Every seat of the screening, as the hub knows it. A seat that is missing is not moved.
    pub seats: &'a Seats,
    /// The hub and the theater's nodes. What anybody else owns is not moved.
    pub sellers: &'a BTreeMap<NodeId, Seller>,
    pub starts_at: Timestamp,
    pub now: Timestamp,
}

/// One node that sells seats of the screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seller {
    /// Whether the hub can ask it now. The hub's own is not looked at: it runs the plan.
    pub link: LinkState,
    /// Seats of this screening that it sold lately, over the same time for every node
    /// ([`Policy::demand_ms`]).
    pub sold_lately: u32,
}

/// How seats are shared. The default is what was measured in `docs/decisions/0006`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What part of the free seats the theater's nodes together should have, by the time
    /// left; the longest time first. The last step that has begun counts.
    pub theater_shares: Vec<ShareStep>,
    /// From this long before the show, in milliseconds, all that is free goes to the theater.
    /// None: both sides sell to the end.
    pub hand_over_ms: Option<i64>,
    /// Over how long sales count as lately, in milliseconds.
    pub demand_ms: i64,
    /// How many seats sold lately weigh as much as the share that the policy expects.
    pub expected_weight: u32,
    /// A seller is low when it has less than this part of its share, in percent.
    pub low_water_percent: u32,
    /// The run of neighbours that every seller should be able to seat in every big zone.
    pub run_min: usize,
    /// The most seats that one plan moves to sellers that are low. The hand-over is not
    /// bounded by it.
    pub refill_seats_max: usize,
}

/// The theater's share from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareStep {
    /// Begins this long before the show, in milliseconds.
    pub before_ms: i64,
    /// Of the free seats, in percent.
    pub percent: u32,
}

impl Default for Policy {
    fn default() -> Self {
        let step = |before_ms, percent| ShareStep { before_ms, percent };
        Self {
            theater_shares: vec![
                step(i64::MAX, 40),
                step(2 * DAY_MS, 50),
                step(6 * HOUR_MS, 60),
                step(3 * HOUR_MS, 75),
            ],
            hand_over_ms: Some(30 * MINUTE_MS),
            demand_ms: DAY_MS,
            expected_weight: 120,
            low_water_percent: 90,
            run_min: 4,
            refill_seats_max: 60,
        }
    }
}

impl Policy {
    /// How long before a show the plan changes by the clock alone, in milliseconds.
    #[must_use]
    pub fn turns(&self) -> Vec<i64> {
        let steps = self.theater_shares.iter().map(|step| step.before_ms);
        let turns = steps.chain(self.hand_over_ms);
        turns.filter(|before_ms| *before_ms < i64::MAX).collect()
    }
}

/// Seats that their owner should give to another node, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    pub from: NodeId,
    pub to: NodeId,
    /// Ascending, each once.
    pub seats: Vec<SeatId>,
    pub why: Why,
}

/// Why seats should move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The receiver had fewer free seats in the zone than its low-water mark.
    RanLow {
        zone: ZoneId,
        free: usize,
        low_water: usize,
    },
    /// The receiver could not seat a group in the zone: its longest run was too short.
    NoRun { zone: ZoneId, longest_run: usize },
    /// The show is near, and the theater sells what is left.
    HandOver,
}

/// The grants to ask for now. Empty when all is as it should be, and when no node of the
/// theater can be asked.
///
/// Applying a plan and planning again gives nothing new, unless the first plan was cut short
/// at [`Policy::refill_seats_max`].
#[must_use]
pub fn plan(situation: &Situation<'_>, policy: &Policy) -> Vec<Grant> {
    let sellers = share::reachable(situation);
    if sellers.len() < 2 {
        return Vec::new();
    }
    let weights = share::weights(situation, policy, &sellers);
    let mut floor = floor::of_situation(situation, &sellers);
    let mut moves = refill::Moves::new(policy);
    for class in &mut floor {
        if share::phase(situation, policy) == share::Phase::HandOver {
            refill::hand_over(class, &weights, &mut moves);
        }
        refill::refill(class, &weights, &mut moves);
    }
    grants(&floor, &sellers)
}

/// What has changed hands on `floor`, one grant for each giver, taker and reason.
fn grants(floor: &[floor::Class], sellers: &[&NodeId]) -> Vec<Grant> {
    let mut seats: BTreeMap<(usize, usize, &Why), Vec<SeatId>> = BTreeMap::new();
    for place in floor.iter().flat_map(|class| &class.places) {
        let (Some(from), Some(to), Some(why)) = (place.owner_before, place.owner, &place.why)
        else {
            continue;
        };
        // A seat that came back to its owner within the plan has not moved.
        if from != to {
            seats.entry((from, to, why)).or_default().push(place.seat);
        }
    }
    let grant = |((from, to, why), mut seats): ((usize, usize, &Why), Vec<SeatId>)| {
        seats.sort_unstable();
        Grant {
            from: sellers[from].clone(),
            to: sellers[to].clone(),
            seats,
            why: why.clone(),
        }
    };
    seats.into_iter().map(grant).collect()
}
