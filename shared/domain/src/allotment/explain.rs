//! Who has what, how much it should have, and why: what an operator asks of the plan.

use serde::Serialize;

use super::floor::{self, Class, Use};
use super::share::{self, Marks, Phase};
use super::{Grant, Policy, Situation, plan};
use crate::id::NodeId;
use crate::link::LinkState;
use crate::seat_map::{SeatKind, ZoneId};

/// The allotment of one screening as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Milliseconds to the show; negative when it has begun.
    pub before_show_ms: i64,
    pub sellers: Vec<SellerShare>,
    /// Zone by zone, and in each seller by seller; only those that own seats there or should.
    pub holdings: Vec<Holding>,
    /// What the plan would move now.
    pub planned: Vec<Grant>,
}

/// How much of what is free a seller should have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SellerShare {
    pub node: NodeId,
    pub link: LinkState,
    pub sold_lately: u32,
    /// In percent of what the hub can reach; none while the node is dark.
    pub share_percent: Option<u64>,
}

/// What one node has in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    pub zone: ZoneId,
    /// Places of one kind stand in for each other; a companion's counts as wheelchair.
    pub kind: SeatKind,
    pub node: NodeId,
    /// Seats that it owns, sold ones included.
    pub seats: usize,
    pub free: usize,
    /// The most free neighbours that it can seat.
    pub longest_run: usize,
    pub standing: Standing,
}

/// Why a node has what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// It cannot be asked: what it owns stays its own, and nothing is given to it.
    Dark,
    /// It is the hub, and no node of the theater can be asked: it sells what it has.
    Alone,
    /// The theater has everything that is free now.
    HandOver,
    /// It has no less than its low-water mark, out of a share of `share` seats.
    Enough { share: usize, low_water: usize },
    /// It has less than its mark; the planned grants say what can be done.
    Low { share: usize, low_water: usize },
}

/// The allotment of one screening and the reasons for it.
#[must_use]
pub fn explain(situation: &Situation<'_>, policy: &Policy) -> Explanation {
    let reachable = share::reachable(situation);
    let weights = share::weights(situation, policy, &reachable);
    let by_plan = floor::of_situation(situation, &reachable);
    let everyone: Vec<&NodeId> = everyone(situation);
    let mut holdings = Vec::new();
    for (class, plain) in by_plan.iter().zip(plain_floor(situation, &everyone)) {
        let marks = share::marks(class, &weights, policy);
        for (seller, node) in everyone.iter().enumerate() {
            let standing = match reachable.iter().position(|other| other == node) {
                None => Standing::Dark,
                Some(_) if reachable.len() == 1 => Standing::Alone,
                Some(at) => standing(class, at, &marks, share::phase(situation, policy)),
            };
            let owned = |place: &&floor::Place| place.owner == Some(seller);
            holdings.push(Holding {
                zone: class.zone.clone(),
                kind: kind(class.usage),
                node: (*node).clone(),
                seats: plain.places.iter().filter(owned).count(),
                free: plain.free(seller),
                longest_run: plain.longest_run(seller),
                standing,
            });
        }
    }
    holdings.retain(|holding| holding.seats > 0 || is_owed(holding.standing));
    Explanation {
        before_show_ms: situation.starts_at.since_ms(situation.now),
        sellers: seller_shares(situation, &reachable, &weights),
        holdings,
        planned: plan(situation, policy),
    }
}

/// Every node that sells or owns something here, by name, the hub first.
fn everyone<'a>(situation: &Situation<'a>) -> Vec<&'a NodeId> {
    let owners = situation.seats.values().map(|row| &row.owner);
    let mut nodes: Vec<&NodeId> = situation.sellers.keys().chain(owners).collect();
    nodes.sort_by_key(|node| (!node.is_hub(), *node));
    nodes.dedup();
    nodes
}

/// The floor with all that is free, half pairs included.
fn plain_floor(situation: &Situation<'_>, everyone: &[&NodeId]) -> Vec<Class> {
    let mut floor = floor::of_situation(situation, everyone);
    for place in floor.iter_mut().flat_map(|class| &mut class.places) {
        let row = situation.seats.get(&place.seat);
        place.movable = row.is_some_and(|row| row.state.is_free(situation.now));
    }
    floor
}

fn standing(class: &Class, seller: usize, marks: &Marks, phase: Phase) -> Standing {
    let (share, low_water) = (marks.fair[seller], marks.low_water[seller]);
    match phase {
        Phase::HandOver => Standing::HandOver,
        Phase::Shared if class.free(seller) < low_water => Standing::Low { share, low_water },
        Phase::Shared => Standing::Enough { share, low_water },
    }
}

fn is_owed(standing: Standing) -> bool {
    match standing {
        Standing::Dark | Standing::Alone | Standing::HandOver => false,
        Standing::Enough { share, .. } | Standing::Low { share, .. } => share > 0,
    }
}

fn kind(usage: Use) -> SeatKind {
    match usage {
        Use::General => SeatKind::Standard,
        Use::Couple => SeatKind::Couple,
        Use::Accessible => SeatKind::Wheelchair,
    }
}

fn seller_shares(
    situation: &Situation<'_>,
    reachable: &[&NodeId],
    weights: &[u64],
) -> Vec<SellerShare> {
    let sum = weights.iter().sum::<u64>().max(1);
    let share = |(node, seller): (&NodeId, &super::Seller)| {
        let at = reachable.iter().position(|other| *other == node);
        SellerShare {
            node: node.clone(),
            link: seller.link,
            sold_lately: seller.sold_lately,
            share_percent: at.map(|at| (weights[at] * 100 + sum / 2) / sum),
        }
    };
    situation.sellers.iter().map(share).collect()
}
