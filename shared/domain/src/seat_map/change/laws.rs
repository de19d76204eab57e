//! Laws of a changed seat map over random rooms, owners and sales.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::super::layout::zones;
use super::super::rehouse::Rehousing;
use super::super::{SEAT_SIZE, Seat, SeatKind, SeatMapFacts};
use super::*;
use crate::booking::{Booking, BookingState, Tender, Ticket};
use crate::id::{AuditoriumId, HoldId, MovieId, ScreeningId, SeatMapId, TheaterId, TicketId};
use crate::money::Won;
use crate::screening::ZonePrice;
use crate::version::Version;

const ROWS: u32 = 6;
const SEATS_IN_ROW: u32 = 5;
const NOW: Timestamp = Timestamp(1_000);

/// The room with these rows; every second row is dearer.
fn map(version: i64, rows: &BTreeSet<u32>) -> SeatMap {
    let seats = rows.iter().flat_map(|&row| {
        (0..SEATS_IN_ROW).map(move |at| Seat {
            seat: SeatId(row * SEATS_IN_ROW + at),
            row: format!("R{row}"),
            number: at + 1,
            zone: ZoneId(if row % 2 == 0 { "standard" } else { "premium" }.to_owned()),
            kind: SeatKind::Standard,
            x: i32::try_from(at).unwrap() * SEAT_SIZE,
            y: i32::try_from(row).unwrap() * SEAT_SIZE,
        })
    });
    let facts = SeatMapFacts {
        id: SeatMapId(1),
        version,
        zones: zones(),
        seats: seats.collect(),
    };
    SeatMap::new(facts).unwrap()
}

fn screening() -> Screening {
    let price = |zone: &str, won| ZonePrice {
        zone: ZoneId(zone.to_owned()),
        price: Won(won),
    };
    Screening {
        screening: ScreeningId(1),
        movie: MovieId(1),
        theater: TheaterId(1),
        auditorium: AuditoriumId(1),
        seat_map: SeatMapId(1),
        seat_map_version: 1,
        starts_at: Timestamp(10_000),
        ends_at: Timestamp(20_000),
        sale_from: Timestamp(0),
        sale_until: Timestamp(10_000),
        prices: vec![price("standard", 12_000), price("premium", 15_000)],
    }
}

fn booking(id: u128, seats: &[SeatId]) -> Booking {
    let tickets = seats.iter().map(|&seat| Ticket {
        ticket: TicketId(Uuid::from_u128(u128::from(seat.0))),
        seat,
        price: Won(12_000),
    });
    Booking {
        booking: BookingId(Uuid::from_u128(id)),
        number: "123456789012".parse().unwrap(),
        screening: ScreeningId(1),
        node: NodeId::hub(),
        version: Version::FIRST,
        hold: HoldId(Uuid::from_u128(id)),
        tender: Tender::Card,
        order: None,
        booked_at: Timestamp(0),
        state: BookingState::Confirmed,
        tickets: tickets.collect(),
    }
}

fn hold() -> HoldId {
    HoldId(Uuid::from_u128(7))
}

/// Every state that a seat can be in; a sold seat is sold to the booking of its own number.
fn state(seat: u32) -> impl Strategy<Value = SeatState> {
    let booking = BookingId(Uuid::from_u128(u128::from(seat)));
    prop_oneof![
        3 => Just(SeatState::Free),
        1 => Just(SeatState::Held { hold: hold(), until: Timestamp(NOW.0 + 1) }),
        1 => Just(SeatState::Held { hold: hold(), until: NOW }),
        1 => Just(SeatState::Kept { hold: hold() }),
        2 => Just(SeatState::Booked { booking }),
        1 => Just(SeatState::Blocked),
    ]
}

fn rows() -> impl Strategy<Value = BTreeSet<u32>> {
    proptest::collection::btree_set(0..ROWS, 1..=ROWS as usize)
}

/// The rows of every seat of `map`, the hub's or a kiosk's.
fn seats(map: &SeatMap) -> impl Strategy<Value = Seats> + use<> {
    let ids: Vec<u32> = map.seats().iter().map(|seat| seat.seat.0).collect();
    let each: Vec<_> = ids
        .into_iter()
        .map(|seat| (Just(seat), state(seat), any::<bool>()))
        .collect();
    each.prop_map(|seats| {
        let rows = seats.into_iter().map(|(seat, state, ours)| {
            let owner = if ours { "hub" } else { "seoul-1" };
            let row = ScreeningSeat {
                screening: ScreeningId(1),
                seat: SeatId(seat),
                owner: owner.parse().unwrap(),
                version: Version::FIRST,
                state,
            };
            (row.seat, row)
        });
        rows.collect()
    })
}

fn tickets(seats: &Seats) -> Tickets {
    let sold = seats.values().filter_map(|seat| match seat.state {
        SeatState::Booked { booking } => Some((seat.seat, booking)),
        SeatState::Free | SeatState::Held { .. } | SeatState::Kept { .. } | SeatState::Blocked => {
            None
        }
    });
    sold.collect()
}

/// Two versions of a room, and what its seats are like under the first.
fn changes() -> impl Strategy<Value = (SeatMap, SeatMap, Seats)> {
    (rows(), rows()).prop_flat_map(|(before, after)| {
        let (old, new) = (map(1, &before), map(2, &after));
        let seats = seats(&old);
        (Just(old), Just(new), seats)
    })
}

proptest! {
    #[test]
    fn kept_and_added_are_the_new_map_and_kept_and_removed_the_old(
        (old, new, _) in changes()
    ) {
        let change = Change::between(&old, &new, &screening()).unwrap();
        let ids = |map: &SeatMap| map.seats().iter().map(|it| it.seat).collect::<BTreeSet<_>>();
        let of = |lists: [&Vec<SeatId>; 2]| {
            let all: Vec<SeatId> = lists.into_iter().flatten().copied().collect();
            let set: BTreeSet<SeatId> = all.iter().copied().collect();
            assert_eq!(set.len(), all.len(), "a seat is in one list only");
            set
        };
        prop_assert_eq!(of([&change.kept, &change.added]), ids(&new));
        prop_assert_eq!(of([&change.kept, &change.removed]), ids(&old));
    }

    #[test]
    fn no_seat_that_somebody_has_or_may_sell_is_ever_lost((old, new, seats) in changes()) {
        let change = Change::between(&old, &new, &screening()).unwrap();
        let hub = NodeId::hub();
        // A row may be ahead of its ticket, or behind it: either is enough.
        for known in [tickets(&seats), Tickets::new()] {
            let in_the_way = change.obstacles(&seats, &known, (&hub, NOW));
            for seat in &change.removed {
                let row = &seats[seat];
                let nobodys = row.owner == hub
                    && (row.state.is_free(NOW) || row.state == SeatState::Blocked);
                prop_assert_eq!(nobodys, !in_the_way.contains_key(seat), "{:?}", row);
            }
            let only_removed = in_the_way.keys().all(|seat| change.removed.contains(seat));
            prop_assert!(only_removed, "a seat that stays is nobody's business");
        }
    }

    #[test]
    fn who_has_to_move_gets_a_free_seat_of_the_zone_that_stays((old, new, seats) in changes()) {
        let screening = screening();
        let change = Change::between(&old, &new, &screening).unwrap();
        let sold = tickets(&seats);
        let kiosk: NodeId = "seoul-1".parse().unwrap();
        let reachable = BTreeSet::from([kiosk]);
        for (&seat, _) in sold.iter().filter(|(seat, _)| change.removed.contains(seat)) {
            let booking = booking(u128::from(seat.0), &[seat]);
            let moves = Rehousing {
                booking: &booking,
                screening: &screening,
                change: &change,
                old: &old,
                new: &new,
                seats: &seats,
                now: NOW,
                writer: &NodeId::hub(),
                reachable: &reachable,
            }
            .moves();
            let zone = &old.seat(seat).unwrap().zone;
            let free = change.kept.iter().filter(|kept| {
                seats[kept].state.is_free(NOW) && &old.seat(**kept).unwrap().zone == zone
            });
            prop_assert_eq!(moves.is_some(), free.count() > 0);
            for one in moves.unwrap_or_default() {
                prop_assert_eq!(one.from, seat);
                prop_assert!(change.kept.contains(&one.to));
                prop_assert!(seats[&one.to].state.is_free(NOW));
                prop_assert_eq!(&new.seat(one.to).unwrap().zone, zone);
            }
        }
    }
}

#[test]
fn a_seat_that_comes_back_goes_on_from_its_last_version() {
    let row = ScreeningSeat {
        screening: ScreeningId(1),
        seat: SeatId(1),
        owner: NodeId::hub(),
        version: Version::FIRST.granted().granted(),
        state: SeatState::Free,
    };
    let gone = row.taken_out();
    assert_eq!(gone.state, SeatState::Blocked);
    assert!(row.version < gone.version && gone.version < gone.brought_back().version);
}

#[test]
fn a_seat_never_becomes_another_one() {
    let whole: BTreeSet<u32> = (0..ROWS).collect();
    let old = map(1, &whole);
    let altered = |alter: fn(&mut Seat)| {
        let mut facts = SeatMapFacts::from(map(2, &whole));
        alter(facts.seats.last_mut().unwrap());
        let new = SeatMap::new(facts).unwrap();
        Change::between(&old, &new, &screening())
    };
    let last = SeatId(ROWS * SEATS_IN_ROW - 1);
    let ways: [fn(&mut Seat); 3] = [
        |seat| seat.number = 99,
        |seat| seat.zone = ZoneId("couple".to_owned()),
        |seat| seat.kind = SeatKind::Wheelchair,
    ];
    for alter in ways {
        assert_eq!(altered(alter), Err(ChangeInvalid::Altered(last)));
    }
    assert!(
        altered(|seat| seat.x += 1).is_ok(),
        "it may be moved a little"
    );
}

#[test]
fn only_a_later_version_of_the_same_map_that_can_be_sold_will_do() {
    let (old, screening) = (map(2, &BTreeSet::from([1])), screening());
    let between = |new: &SeatMap| Change::between(&old, new, &screening);
    assert_eq!(
        between(&map(2, &BTreeSet::from([0]))),
        Err(ChangeInvalid::NotLater { old: 2, new: 2 })
    );
    let mut facts = SeatMapFacts::from(map(3, &BTreeSet::from([0, 1])));
    facts.seats[0].zone = ZoneId("couple".to_owned());
    let zone = ZoneId("couple".to_owned());
    assert_eq!(
        between(&SeatMap::new(facts.clone()).unwrap()),
        Err(ChangeInvalid::Unpriced {
            seat: SeatId(0),
            zone
        })
    );
    facts.id = SeatMapId(9);
    assert_eq!(
        between(&SeatMap::new(facts).unwrap()),
        Err(ChangeInvalid::OtherMap)
    );
}
