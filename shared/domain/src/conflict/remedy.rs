//! Other seats for somebody who has lost theirs: in the same zone, or in a dearer one at the
//! old price; together if that can be had, and as near to the old seats as possible.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::booking::Booking;
use crate::id::SeatId;
use crate::screening::Screening;
use crate::seat_map::{Seat, SeatKind, SeatMap, ZoneId};

/// A ticket that goes from one seat to another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct Move {
    pub from: SeatId,
    pub to: SeatId,
}

/// Somebody who needs other seats, and what there is.
#[derive(Clone, Copy, Debug)]
pub struct Stranded<'a> {
    pub booking: &'a Booking,
    /// The seats of the booking that somebody else has.
    pub lost: &'a BTreeSet<SeatId>,
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
    /// The seats that can be had.
    pub free: &'a BTreeSet<SeatId>,
}

/// Which kinds of seats will do instead of the old one. Room for a wheelchair and the seat
/// beside it are never given to, nor taken from, who needs them (S7).
#[derive(Clone, Copy)]
enum Kinds {
    Same,
    /// A couple's seat will do for somebody who had an ordinary one.
    Better,
}

impl Kinds {
    fn fits(self, old: SeatKind, new: SeatKind) -> bool {
        match (self, old, new) {
            (
                Self::Better,
                SeatKind::Standard | SeatKind::Couple,
                SeatKind::Standard | SeatKind::Couple,
            ) => true,
            (Self::Same | Self::Better, _, _) => old == new,
        }
    }
}

/// Seats in the same zone. None when there are not enough.
#[must_use]
pub fn reseat(stranded: &Stranded<'_>) -> Option<Vec<Move>> {
    let party = stranded.party()?;
    let first = &party.first()?.zone;
    let one_zone = party.iter().all(|seat| &seat.zone == first);
    let together = one_zone
        .then(|| stranded.together(&party, first, Kinds::Same))
        .flatten();
    together.or_else(|| stranded.each(&party, |seat| seat.zone.clone(), Kinds::Same))
}

/// Seats in the cheapest zone that is dearer than every seat of the booking. None when there
/// are not enough.
#[must_use]
pub fn upgrade(stranded: &Stranded<'_>) -> Option<Vec<Move>> {
    let party = stranded.party()?;
    let price = |zone: &ZoneId| stranded.screening.price(zone);
    let dearest = party.iter().filter_map(|seat| price(&seat.zone)).max()?;
    let prices = stranded.screening.prices.iter();
    let mut dearer: Vec<_> = prices.filter(|it| it.price > dearest).collect();
    dearer.sort_by_key(|it| (it.price, it.zone.clone()));
    dearer.iter().find_map(|it| {
        let together = stranded.together(&party, &it.zone, Kinds::Better);
        together.or_else(|| stranded.each(&party, |_| it.zone.clone(), Kinds::Better))
    })
}

impl<'a> Stranded<'a> {
    /// Where the whole party sits so far, in reading order.
    fn party(&self) -> Option<Vec<&'a Seat>> {
        let seats = self.booking.tickets.iter();
        let seats: Option<Vec<_>> = seats.map(|ticket| self.map.seat(ticket.seat)).collect();
        let mut seats = seats?;
        seats.sort_by_key(|seat| seat.seat);
        Some(seats)
    }

    /// Whether the party may sit there: the seat is free, or is its own and not lost.
    fn is_there(&self, seat: SeatId) -> bool {
        let own = self.booking.tickets.iter().any(|it| it.seat == seat);
        self.free.contains(&seat) || own && !self.lost.contains(&seat)
    }

    /// Neighbouring seats for the whole party: where the fewest have to move, then the nearest.
    fn together(&self, party: &[&Seat], zone: &ZoneId, kinds: Kinds) -> Option<Vec<Move>> {
        let mut best: Option<((usize, i64), Vec<Move>)> = None;
        for row in self.map.rows() {
            for run in row.windows(party.len()) {
                let fits = run.windows(2).all(|two| two[0].touches(&two[1]))
                    && run
                        .iter()
                        .zip(party)
                        .all(|(new, old)| &new.zone == zone && kinds.fits(old.kind, new.kind))
                    && run.iter().all(|seat| self.is_there(seat.seat));
                if !fits {
                    continue;
                }
                let (away, moves) = into(party, run);
                let cost = (moves.len(), away);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, moves));
                }
            }
        }
        best.map(|(_, moves)| moves)
    }

    /// The nearest free seat for each one who has lost a seat; the others stay.
    fn each(
        &self,
        party: &[&Seat],
        zone_for: impl Fn(&Seat) -> ZoneId,
        kinds: Kinds,
    ) -> Option<Vec<Move>> {
        let mut taken = BTreeSet::new();
        let lost = party.iter().filter(|seat| self.lost.contains(&seat.seat));
        lost.map(|old| {
            let zone = zone_for(old);
            let seats = self.map.seats().iter();
            let fits = seats.filter(|new| {
                new.zone == zone
                    && kinds.fits(old.kind, new.kind)
                    && self.free.contains(&new.seat)
                    && !taken.contains(&new.seat)
            });
            let nearest = fits.min_by_key(|new| (distance(old, new), new.seat))?;
            taken.insert(nearest.seat);
            Some(Move {
                from: old.seat,
                to: nearest.seat,
            })
        })
        .collect()
    }
}

/// Who has to move so that the party sits in `run`, and how far away all in all.
fn into(party: &[&Seat], run: &[Seat]) -> (i64, Vec<Move>) {
    let stays = |old: &&&Seat| !run.iter().any(|new| new.seat == old.seat);
    let empty = |new: &&Seat| !party.iter().any(|old| old.seat == new.seat);
    let moving = party.iter().filter(stays).zip(run.iter().filter(empty));
    let mut away = 0;
    let moves = moving.map(|(old, new)| {
        away += distance(old, new);
        Move {
            from: old.seat,
            to: new.seat,
        }
    });
    let moves = moves.collect();
    (away, moves)
}

/// The square of the distance, in half seats.
fn distance(old: &Seat, new: &Seat) -> i64 {
    let (dx, dy) = (i64::from(old.x - new.x), i64::from(old.y - new.y));
    dx * dx + dy * dy
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::booking::{BookingState, Tender, Ticket};
    use crate::id::{
        AuditoriumId, BookingId, HoldId, MovieId, ScreeningId, SeatMapId, TheaterId, TicketId,
    };
    use crate::money::Won;
    use crate::screening::ZonePrice;
    use crate::seat_map::SeatMapFacts;
    use crate::seat_map::layout::{Layout, LayoutRow, zones};
    use crate::time::Timestamp;
    use crate::version::Version;
    use uuid::Uuid;

    /// A booking of these seats.
    pub(crate) fn booking(id: u128, seats: &[u32]) -> Booking {
        Booking {
            booking: BookingId(Uuid::from_u128(id)),
            number: "123456789012".parse().unwrap(),
            screening: ScreeningId(1),
            node: "seoul-1".parse().unwrap(),
            version: Version::FIRST,
            hold: HoldId(Uuid::from_u128(id)),
            tender: Tender::Card,
            order: None,
            booked_at: Timestamp(0),
            state: BookingState::Confirmed,
            tickets: seats
                .iter()
                .map(|&seat| Ticket {
                    ticket: TicketId(Uuid::from_u128(u128::from(seat))),
                    seat: SeatId(seat),
                    price: Won(12_000),
                })
                .collect(),
        }
    }

    fn map(rows: &[&str]) -> SeatMap {
        let letters = ('A'..='Z').map(String::from);
        let rows = letters.zip(rows).map(|(row, seats)| LayoutRow {
            row,
            seats: (*seats).to_owned(),
        });
        let layout = Layout {
            rows: rows.collect(),
        };
        SeatMap::new(SeatMapFacts {
            id: SeatMapId(1),
            version: 1,
            zones: zones(),
            seats: layout.seats().unwrap(),
        })
        .unwrap()
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
            starts_at: Timestamp(0),
            ends_at: Timestamp(1),
            sale_from: Timestamp(0),
            sale_until: Timestamp(0),
            prices: vec![
                price("couple", 17_000),
                price("standard", 12_000),
                price("premium", 15_000),
            ],
        }
    }

    /// `seats` are the party's, those in `lost` somebody else's, those in `free` nobody's.
    fn find(
        rows: &[&str],
        (seats, lost, free): (&[u32], &[u32], &[u32]),
        remedy: impl Fn(&Stranded<'_>) -> Option<Vec<Move>>,
    ) -> Option<Vec<(u32, u32)>> {
        let ids = |ids: &[u32]| ids.iter().copied().map(SeatId).collect::<BTreeSet<_>>();
        let moves = remedy(&Stranded {
            booking: &booking(1, seats),
            lost: &ids(lost),
            screening: &screening(),
            map: &map(rows),
            free: &ids(free),
        });
        moves.map(|moves| moves.iter().map(|it| (it.from.0, it.to.0)).collect())
    }

    #[test]
    fn the_nearest_seat_of_the_zone_is_taken() {
        let rows = ["sssss", "sssss", "ppppp"];
        let found = find(&rows, (&[8], &[8], &[1, 3, 13]), reseat);
        assert_eq!(found, Some(vec![(8, 3)]));
    }

    #[test]
    fn a_party_stays_together_and_moves_no_more_than_it_must() {
        let rows = ["ssssss", "ssssss"];
        // 3 is lost, 4 is not: 5 is right beside it.
        let found = find(&rows, (&[3, 4], &[3], &[2, 5, 9, 10]), reseat);
        assert_eq!(found, Some(vec![(3, 5)]));
        // No neighbour of 4 is free: both go to the row behind.
        let found = find(&rows, (&[3, 4], &[3], &[1, 9, 10]), reseat);
        assert_eq!(found, Some(vec![(3, 9), (4, 10)]));
    }

    #[test]
    fn a_party_that_cannot_stay_together_loses_only_what_it_has_lost() {
        let rows = ["ss_ss", "ss_ss"];
        let found = find(&rows, (&[1, 2], &[2], &[3, 6, 8]), reseat);
        assert_eq!(found, Some(vec![(2, 6)]));
        assert_eq!(find(&rows, (&[1, 2], &[1, 2], &[3]), reseat), None);
    }

    #[test]
    fn room_for_a_wheelchair_is_for_wheelchairs() {
        let rows = ["wmss"];
        assert_eq!(find(&rows, (&[4], &[4], &[1, 2]), reseat), None);
        assert_eq!(find(&rows, (&[1], &[1], &[3, 4]), reseat), None);
        assert_eq!(find(&rows, (&[1], &[1], &[3]), upgrade), None);
    }

    #[test]
    fn an_upgrade_takes_the_cheapest_dearer_zone_that_has_room() {
        let rows = ["ssss", "pppp", "cccc"];
        let party: (&[u32], &[u32]) = (&[1, 2], &[2]);
        let found = find(&rows, (party.0, party.1, &[3, 6, 7, 9, 10]), upgrade);
        assert_eq!(found, Some(vec![(1, 6), (2, 7)]));
        let found = find(&rows, (party.0, party.1, &[3, 9, 10]), upgrade);
        assert_eq!(found, Some(vec![(1, 9), (2, 10)]));
        assert_eq!(find(&rows, (&[9], &[9], &[1, 5]), upgrade), None);
    }
}
