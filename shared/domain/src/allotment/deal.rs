//! The first allotment of a new screening: everybody gets a share of every zone in blocks of
//! neighbours.

use std::collections::{BTreeMap, BTreeSet};

use super::refill::{Moves, fill_up, refill};
use super::share::{expected_weights, marks};
use super::{Policy, floor};
use crate::id::{NodeId, SeatId};
use crate::seat_map::SeatMap;

/// Deals the seats of `map` to the hub and `nodes`, `before_show_ms` before the show; every
/// seat gets exactly one owner.
///
/// Nodes that cannot be asked get their share too: a kiosk that is switched on later finds
/// seats to sell.
#[must_use]
pub fn first_allotment(
    map: &SeatMap,
    nodes: &[NodeId],
    before_show_ms: i64,
    policy: &Policy,
) -> BTreeMap<SeatId, NodeId> {
    let hub = NodeId::hub();
    let nodes: BTreeSet<&NodeId> = nodes.iter().filter(|node| !node.is_hub()).collect();
    let sellers: Vec<&NodeId> = std::iter::once(&hub).chain(nodes).collect();
    let weights = match sellers.len() {
        1 => vec![1],
        _ => expected_weights(policy, before_show_ms, &sellers),
    };
    let mut floor = floor::of_map(map);
    let mut moves = Moves::unbounded(policy);
    for class in &mut floor {
        let marks = marks(class, &weights, policy);
        for to in 1..sellers.len() {
            fill_up(class, to, &marks, &mut moves);
        }
        refill(class, &weights, &mut moves);
    }
    let places = floor.iter().flat_map(|class| &class.places);
    let owner = |owner: Option<usize>| owner.map_or(&hub, |at| sellers[at]).clone();
    places
        .map(|place| (place.seat, owner(place.owner)))
        .collect()
}
