//! What holds for every room, every history and every plan.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{BookingId, HoldId, ScreeningId, SeatMapId};
use crate::seat_map::layout::{Layout, LayoutRow, zones};
use crate::seat_map::{SeatKind, SeatMapFacts};
use crate::seating::{ScreeningSeat, SeatState};
use crate::version::Version;

const NOW: Timestamp = Timestamp(1_000_000_000);

/// A situation that owns what it speaks of.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) map: SeatMap,
    pub(super) seats: Seats,
    pub(super) sellers: BTreeMap<NodeId, Seller>,
    pub(super) before_show_ms: i64,
}

impl Scene {
    /// A new screening in the room, dealt by the default policy, a week before the show.
    pub(super) fn dealt(rows: &[&str], nodes: &[&str]) -> Self {
        let map = room(rows);
        let nodes: Vec<NodeId> = nodes.iter().map(|name| name.parse().unwrap()).collect();
        let owners = first_allotment(&map, &nodes, 14 * DAY_MS, &Policy::default());
        let row = |(seat, owner)| (seat, seat_row(seat, owner, SeatState::Free));
        let seller = |node: NodeId| (node, seller(LinkState::Online, 0));
        Self {
            map,
            seats: owners.into_iter().map(row).collect(),
            sellers: nodes
                .into_iter()
                .chain([NodeId::hub()])
                .map(seller)
                .collect(),
            before_show_ms: 7 * DAY_MS,
        }
    }

    pub(super) fn situation(&self) -> Situation<'_> {
        Situation {
            map: &self.map,
            seats: &self.seats,
            sellers: &self.sellers,
            starts_at: NOW.plus_ms(self.before_show_ms),
            now: NOW,
        }
    }

    pub(super) fn plan(&self) -> Vec<Grant> {
        plan(&self.situation(), &Policy::default())
    }

    pub(super) fn apply(&mut self, grants: &[Grant]) {
        for grant in grants {
            for seat in &grant.seats {
                let row = self.seats.get_mut(seat).unwrap();
                assert_eq!(row.owner, grant.from);
                *row = row.granted_to(grant.to.clone());
            }
        }
    }

    /// The free seats of `node` in `zone` that are for everybody, and the longest run.
    pub(super) fn free(&self, zone: &str, node: &str) -> (usize, usize) {
        let explained = explain(&self.situation(), &Policy::default());
        let holding = explained.holdings.into_iter().find(|holding| {
            holding.zone.0 == zone
                && holding.kind != SeatKind::Wheelchair
                && holding.node.as_str() == node
        });
        holding.map_or((0, 0), |holding| (holding.free, holding.longest_run))
    }
}

pub(super) fn seller(link: LinkState, sold_lately: u32) -> Seller {
    Seller { link, sold_lately }
}

pub(super) fn booked() -> SeatState {
    SeatState::Booked {
        booking: BookingId(Uuid::nil()),
    }
}

pub(super) fn held(until: Timestamp) -> SeatState {
    SeatState::Held {
        hold: HoldId(Uuid::nil()),
        until,
    }
}

fn seat_row(seat: SeatId, owner: NodeId, state: SeatState) -> ScreeningSeat {
    ScreeningSeat {
        screening: ScreeningId(1),
        seat,
        owner,
        version: Version::FIRST,
        state,
    }
}

pub(super) fn room(rows: &[&str]) -> SeatMap {
    let row = |(at, seats): (usize, &&str)| LayoutRow {
        row: at.to_string(),
        seats: (*seats).to_owned(),
    };
    let layout = Layout {
        rows: rows.iter().enumerate().map(row).collect(),
    };
    let facts = SeatMapFacts {
        id: SeatMapId(1),
        version: 1,
        zones: zones(),
        seats: layout.seats().unwrap(),
    };
    SeatMap::new(facts).unwrap()
}

fn rooms() -> impl Strategy<Value = SeatMap> {
    let part = prop_oneof![
        4 => "s{1,12}",
        2 => "p{1,10}",
        1 => "(cc){1,5}",
        1 => Just("wm".to_owned()),
        1 => Just("mw".to_owned()),
        1 => "\\.{1,2}",
        1 => Just("_".to_owned()),
    ];
    let row = prop::collection::vec(part, 1..5).prop_map(|parts| {
        // Aisles keep neighbouring couple runs even.
        format!("s{}", parts.join("_"))
    });
    prop::collection::vec(row, 1..9).prop_map(|rows| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        room(&rows)
    })
}

fn states() -> impl Strategy<Value = SeatState> {
    prop_oneof![
        6 => Just(SeatState::Free),
        1 => Just(held(NOW.plus_ms(1))),
        1 => Just(held(NOW)),
        1 => Just(SeatState::Kept { hold: HoldId(Uuid::nil()) }),
        3 => Just(booked()),
        1 => Just(SeatState::Blocked),
    ]
}

fn links() -> impl Strategy<Value = LinkState> {
    prop_oneof![4 => Just(LinkState::Online), 1 => Just(LinkState::Offline)]
}

const NODES: [&str; 4] = ["hub", "seoul-1", "seoul-2", "seoul-3"];

/// Any ownership and any states, in runs as buyers and grants leave them, and a node that
/// nobody knows.
fn scenes() -> impl Strategy<Value = Scene> {
    let stretch = (0..NODES.len() + 1, states(), 1usize..9);
    let stretches = prop::collection::vec(stretch, 1..60);
    let sellers = prop::collection::vec((links(), 0u32..80), NODES.len());
    let before_ms = prop_oneof![0..HOUR_MS, 0..DAY_MS, 0..14 * DAY_MS];
    (rooms(), stretches, sellers, before_ms).prop_map(|(map, stretches, sellers, before)| {
        let run =
            |&(owner, state, length): &(usize, SeatState, usize)| vec![(owner, state); length];
        let run: Vec<_> = stretches.iter().flat_map(run).collect();
        let seats = map.seats().iter().zip(run.iter().cycle());
        let seats = seats.map(|(seat, (owner, state))| {
            let owner = NODES.get(*owner).unwrap_or(&"stranger").parse().unwrap();
            (seat.seat, seat_row(seat.seat, owner, *state))
        });
        let sellers = NODES
            .iter()
            .zip(sellers)
            .map(|(name, (link, sold))| (name.parse().unwrap(), seller(link, sold)));
        Scene {
            seats: seats.collect(),
            sellers: sellers.collect(),
            map,
            before_show_ms: before,
        }
    })
}

fn nodes(count: usize) -> Vec<NodeId> {
    NODES[1..=count]
        .iter()
        .map(|name| name.parse().unwrap())
        .collect()
}

/// Seats of wheelchairs whose companion's seat beside them has another owner.
fn torn_pairs(map: &SeatMap, owner: impl Fn(SeatId) -> NodeId) -> usize {
    let torn = |row: &[crate::seat_map::Seat]| {
        let wheelchairs = row
            .iter()
            .enumerate()
            .filter(|(_, s)| s.kind == SeatKind::Wheelchair);
        let alone = wheelchairs.filter(|(at, wheelchair)| {
            let beside = [at.checked_sub(1), at.checked_add(1)].into_iter().flatten();
            let companions: Vec<_> = beside
                .filter_map(|at| row.get(at))
                .filter(|s| s.kind == SeatKind::Companion)
                .filter(|s| s.touches(wheelchair) || wheelchair.touches(s))
                .collect();
            let mine = owner(wheelchair.seat);
            !companions.is_empty() && companions.iter().all(|s| owner(s.seat) != mine)
        });
        alone.count()
    };
    map.rows().map(torn).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_seat_has_one_owner_who_sells_here(map in rooms(), count in 0usize..4) {
        let owners = first_allotment(&map, &nodes(count), 14 * DAY_MS, &Policy::default());
        prop_assert_eq!(owners.len(), map.seats().len());
        let known: Vec<NodeId> = nodes(count).into_iter().chain([NodeId::hub()]).collect();
        prop_assert!(owners.values().all(|owner| known.contains(owner)));
        prop_assert_eq!(torn_pairs(&map, |seat| owners[&seat].clone()), 0);
    }

    #[test]
    fn a_grant_moves_free_seats_between_nodes_that_can_be_asked(scene in scenes()) {
        let mut moved = BTreeSet::new();
        for grant in scene.plan() {
            prop_assert!(!grant.seats.is_empty());
            prop_assert_ne!(&grant.from, &grant.to);
            for node in [&grant.from, &grant.to] {
                let online = scene.sellers.get(node).map(|s| s.link) == Some(LinkState::Online);
                prop_assert!(online || node.is_hub(), "{} is dark", node);
            }
            for seat in &grant.seats {
                let row = &scene.seats[seat];
                prop_assert_eq!(&row.owner, &grant.from);
                prop_assert!(row.state.is_free(NOW));
                prop_assert!(moved.insert(*seat), "{} is moved twice", seat);
            }
        }
    }

    #[test]
    fn the_same_situation_gives_the_same_plan(scene in scenes()) {
        prop_assert_eq!(scene.plan(), scene.plan());
    }

    #[test]
    fn a_plan_that_is_carried_out_leaves_nothing_to_move(mut scene in scenes()) {
        let policy = Policy { refill_seats_max: usize::MAX, ..Policy::default() };
        let grants = plan(&scene.situation(), &policy);
        scene.apply(&grants);
        prop_assert_eq!(plan(&scene.situation(), &policy), []);
    }

    #[test]
    fn a_bounded_plan_comes_to_rest_and_gives_no_seat_back(mut scene in scenes()) {
        let policy = Policy { refill_seats_max: 6, ..Policy::default() };
        let mut owners: BTreeMap<SeatId, Vec<NodeId>> = BTreeMap::new();
        for _ in 0..100 {
            let grants = plan(&scene.situation(), &policy);
            if grants.is_empty() {
                return Ok(());
            }
            for grant in &grants {
                for seat in &grant.seats {
                    let before = owners.entry(*seat).or_default();
                    prop_assert!(!before.contains(&grant.to), "{} came back", seat);
                    before.push(grant.from.clone());
                }
            }
            scene.apply(&grants);
        }
        prop_assert!(false, "seats go round in circles");
    }

    #[test]
    fn a_new_screening_is_dealt_as_the_plan_wants_it(map in rooms(), count in 1usize..4) {
        let owners = first_allotment(&map, &nodes(count), 14 * DAY_MS, &Policy::default());
        let row = |(seat, owner)| (seat, seat_row(seat, owner, SeatState::Free));
        let all = nodes(count).into_iter().chain([NodeId::hub()]);
        let scene = Scene {
            map,
            seats: owners.into_iter().map(row).collect(),
            sellers: all.map(|node| (node, seller(LinkState::Online, 0))).collect(),
            before_show_ms: 14 * DAY_MS,
        };
        prop_assert_eq!(scene.plan(), []);
    }

    #[test]
    fn near_the_show_reachable_nodes_have_all_that_is_free(mut scene in scenes()) {
        scene.before_show_ms = 10 * MINUTE_MS;
        scene.sellers.insert("seoul-2".parse().unwrap(), seller(LinkState::Online, 0));
        scene.apply(&scene.plan());
        let is_general = |seat| scene.map.seat(seat).unwrap().kind == SeatKind::Standard;
        let left = scene.seats.values().filter(|row| {
            row.owner.is_hub() && row.state.is_free(NOW) && is_general(row.seat)
        });
        prop_assert_eq!(left.count(), 0);
    }

    #[test]
    fn a_wheelchair_place_moves_with_its_companions_seat(mut scene in scenes()) {
        // However it came about, a plan tears no pair that was whole and undecided.
        for row in scene.seats.values_mut() {
            if row.state == booked() || row.state == SeatState::Blocked {
                row.state = held(NOW.plus_ms(1));
            }
        }
        let owner = |scene: &Scene, seat| scene.seats[&seat].owner.clone();
        let before = torn_pairs(&scene.map, |seat| owner(&scene, seat));
        scene.apply(&scene.plan());
        prop_assert!(torn_pairs(&scene.map, |seat| owner(&scene, seat)) <= before);
    }

    #[test]
    fn everyone_can_seat_a_group_in_every_big_zone(length in 8usize..20, rows in 4usize..12, count in 1usize..4) {
        let drawn = vec!["s".repeat(length); rows];
        let drawn: Vec<&str> = drawn.iter().map(String::as_str).collect();
        let names: Vec<&str> = NODES[1..=count].to_vec();
        let scene = Scene::dealt(&drawn, &names);
        for node in std::iter::once(&"hub").chain(&names) {
            let (_, longest) = scene.free("standard", node);
            prop_assert!(longest >= Policy::default().run_min, "{} has {}", node, longest);
        }
    }
}
