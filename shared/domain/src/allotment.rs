//! Which node sells which seats at first.
//!
//! The first simple plan: whole rows, zone by zone, in turn between the hub and the theater's
//! nodes, so that each side can seat a group in every zone.

use std::collections::BTreeMap;

use crate::id::{NodeId, SeatId};
use crate::seat_map::{SeatMap, ZoneId};

/// Deals the rows of `map` to the hub and `nodes`; every seat gets exactly one owner.
#[must_use]
pub fn first_allotment(map: &SeatMap, nodes: &[NodeId]) -> BTreeMap<SeatId, NodeId> {
    let mut sellers = vec![NodeId::hub()];
    sellers.extend_from_slice(nodes);
    let mut rows_dealt: BTreeMap<&ZoneId, usize> = BTreeMap::new();
    let mut owners = BTreeMap::new();
    for row in map.rows() {
        // A row belongs to the zone of its middle seat: couple seats stand at the ends.
        let zone = &row[row.len() / 2].zone;
        let dealt = rows_dealt.entry(zone).or_default();
        let seller = &sellers[*dealt % sellers.len()];
        *dealt += 1;
        owners.extend(row.iter().map(|seat| (seat.seat, seller.clone())));
    }
    owners
}
