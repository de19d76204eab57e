//! Seats for an order that has lost its own: the same ones if they are free again, else, if the
//! buyer wants that, others of the same zones and kinds at the same prices.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{Booking, BookingNumber, BookingState, Tender, Ticket};
use domain::conflict::remedy::{Stranded, reseat};
use domain::id::{BookingId, HoldId, NodeId, SeatId, TicketId};
use domain::money::Won;
use domain::screening::Screening;
use domain::seat_map::{SeatKind, SeatMap, ZoneId};
use domain::seating::{BestRequest, Needs, Party, Seats, best_available};
use domain::version::Version;
use domain::web_order::{IfGone, Line, OrderFor, SeatsGiven, WebOrder};
use rusqlite::Transaction;
use seats::{Here, HoldError};
use store::StoreError;

use crate::sqlite::{screenings, theaters};

/// Holds seats for the order under the new id `hold`; none when there are none.
pub(super) fn hold_again(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &WebOrder,
    hold: HoldId,
) -> Result<Option<OrderFor>, StoreError> {
    let OrderFor::Seats {
        screening,
        lines,
        given,
        ..
    } = &order.what
    else {
        // A pledge has no seats yet.
        return Ok(None);
    };
    let id = *screening;
    let Some(screening) = screenings::find(tx, id)? else {
        return Ok(None);
    };
    let map = theaters::seat_map(tx, screening.seat_map, screening.seat_map_version)?;
    let Some(map) = map else {
        return Ok(None);
    };
    let held = |wanted: &[SeatId]| {
        let request = seats::HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted,
        };
        match seats::hold(tx, here, request) {
            Ok(_) => Ok(true),
            // It has changed nothing: the next choice may do.
            Err(HoldError::Refused(_)) => Ok(false),
            Err(HoldError::Store(fault)) => Err(fault),
        }
    };
    let chosen: Vec<SeatId> = lines.iter().map(|line| line.seat).collect();
    if held(&chosen)? {
        return Ok(Some(OrderFor::Seats {
            hold,
            screening: id,
            lines: lines.clone(),
            given: *given,
        }));
    }
    if order.if_gone == IfGone::Refund {
        return Ok(None);
    }
    let rows = seats::sqlite::seats::of_screening(tx, id)?;
    let place = Place {
        screening: &screening,
        map: &map,
        rows: &rows,
        here,
    };
    for lines in place.choices(lines) {
        let wanted: Vec<SeatId> = lines.iter().map(|line| line.seat).collect();
        if held(&wanted)? {
            return Ok(Some(OrderFor::Seats {
                hold,
                screening: id,
                lines,
                given: SeatsGiven::Others,
            }));
        }
    }
    Ok(None)
}

struct Place<'a> {
    screening: &'a Screening,
    map: &'a SeatMap,
    rows: &'a Seats,
    here: Here<'a>,
}

impl Place<'_> {
    /// Other seats for these, the nearest first, each at the price that was paid for its zone.
    fn choices(&self, lines: &[Line]) -> Vec<Vec<Line>> {
        let mut choices = Vec::new();
        choices.extend(self.nearest(lines));
        choices.extend(self.best(lines));
        choices
    }

    fn is_free(&self, seat: SeatId) -> bool {
        let row = self.rows.get(&seat);
        row.is_some_and(|row| &row.owner == self.here.node && row.state.is_free(self.here.now))
    }

    /// Whoever has lost a seat gets the nearest one; together, if that can be had.
    fn nearest(&self, lines: &[Line]) -> Option<Vec<Line>> {
        let seats = lines.iter().map(|line| line.seat);
        let lost: BTreeSet<SeatId> = seats.filter(|&seat| !self.is_free(seat)).collect();
        let free = self.rows.keys().copied().filter(|&seat| self.is_free(seat));
        let free: BTreeSet<SeatId> = free.collect();
        let party = self.party(lines);
        let moves = reseat(&Stranded {
            booking: &party,
            lost: &lost,
            screening: self.screening,
            map: self.map,
            free: &free,
        })?;
        let mut moved = lines.to_vec();
        for line in &mut moved {
            if let Some(one) = moves.iter().find(|one| one.from == line.seat) {
                line.seat = one.to;
            }
        }
        moved.sort_by_key(|line| line.seat);
        Some(moved)
    }

    /// The best seats of the zone that leave nobody alone (S8), for a party of one zone.
    fn best(&self, lines: &[Line]) -> Vec<Vec<Line>> {
        let Some(prices) = self.prices(lines) else {
            return Vec::new();
        };
        let Some(zone) = prices.keys().next().filter(|_| prices.len() == 1) else {
            return Vec::new();
        };
        let is_wheelchair = |line: &&Line| {
            let place = self.map.seat(line.seat);
            place.is_some_and(|place| place.kind == SeatKind::Wheelchair)
        };
        let needs = match lines.iter().filter(is_wheelchair).count() {
            0 => Needs::Seats,
            users => Needs::Wheelchairs { users },
        };
        let Ok(party) = Party::new(lines.len(), needs) else {
            return Vec::new();
        };
        let found = best_available(&BestRequest {
            screening: self.screening,
            map: self.map,
            seats: self.rows,
            now: self.here.now,
            node: self.here.node,
            reachable: &BTreeSet::<NodeId>::new(),
            party,
            zone: Some(zone),
            spread: 0,
        });
        let price = prices[zone];
        let lines = |seats: Vec<SeatId>| {
            let lines = seats.into_iter().map(|seat| Line { seat, price });
            lines.collect()
        };
        found.into_iter().map(lines).collect()
    }

    /// What was paid in each zone; none when the room has changed.
    fn prices(&self, lines: &[Line]) -> Option<BTreeMap<ZoneId, Won>> {
        let zones = lines.iter().map(|line| {
            let place = self.map.seat(line.seat)?;
            Some((place.zone.clone(), line.price))
        });
        zones.collect()
    }

    /// The order's seats as the booking that they would be.
    fn party(&self, lines: &[Line]) -> Booking {
        let nobody = uuid::Uuid::nil();
        let number: Result<BookingNumber, _> = "000000000000".parse();
        let tickets = lines.iter().map(|line| Ticket {
            ticket: TicketId(nobody),
            seat: line.seat,
            price: line.price,
        });
        Booking {
            booking: BookingId(nobody),
            number: number.expect("twelve digits are a booking number"),
            screening: self.screening.screening,
            node: self.here.node.clone(),
            version: Version::FIRST,
            hold: HoldId(nobody),
            tender: Tender::Online,
            order: None,
            booked_at: self.here.now,
            state: BookingState::Confirmed,
            tickets: tickets.collect(),
        }
    }
}
