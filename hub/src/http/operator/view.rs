//! Conflicts as operators see them.

use boxoffice::problem::ApiError;
use boxoffice::{Shop, find_screening};
use domain::booking::{Booking, BookingState, Tender};
use domain::conflict::{Conflict, Remedy};
use domain::id::{BookingId, SeatId};
use domain::money::Won;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use protocol::api::booking::BookingStatus;
use protocol::api::operator::{
    ClaimState, ClaimView, ConflictDetail, ConflictKind, ConflictSummary, DecisionView, MoveView,
    PlaceView, RemedyView, WriterView,
};
use protocol::api::screening::PricedSeat;
use rusqlite::Connection;
use seats::sqlite::conflicts::Recorded;
use store::StoreError;

use crate::conflicts::{self, Case, Claim, Proposal, Scene, Writer};
use crate::sqlite::guests;

/// So much of a guest's phone number is shown: enough to know somebody by, not to call.
const PHONE_DIGITS_SHOWN: usize = 4;

/// A conflict in the list.
pub(super) fn summary(
    shop: &Shop,
    db: &Connection,
    recorded: &Recorded,
) -> Result<ConflictSummary, StoreError> {
    let conflict = &recorded.conflict;
    let mut place = None;
    if let Some((screening, seat)) = conflict.place() {
        let map = match shop.programme.screening(db, screening)? {
            Some(screening) => Some(shop.seat_map(db, &screening)?),
            None => None,
        };
        place = Some(place_view(map.as_deref(), seat));
    }
    Ok(ConflictSummary {
        key: conflict.key(),
        kind: match conflict {
            Conflict::SeatSoldTwice { .. } => ConflictKind::SeatSoldTwice,
            Conflict::SeatLost { .. } => ConflictKind::SeatLost,
            Conflict::CopyFound { .. } => ConflictKind::CopyFound,
            Conflict::NotTheOwner { .. } => ConflictKind::NotTheOwner,
            Conflict::RowRefused { .. } => ConflictKind::RowRefused,
            Conflict::RefundRefused { .. } => ConflictKind::RefundRefused,
        },
        found_at: recorded.found_at,
        decided_at: recorded.decided.as_ref().map(|(_, at)| *at),
        screening: conflict.place().map(|(screening, _)| screening),
        place,
        node: conflict.node().cloned(),
    })
}

/// One conflict with everything.
pub(super) fn detail(
    shop: &Shop,
    scene: &Scene<'_>,
    case: &Case,
) -> Result<ConflictDetail, ApiError> {
    let summary = summary(shop, scene.db, &case.recorded)?;
    let mut room = None;
    let mut showing = None;
    if let Some(screening) = summary.screening {
        let screening = find_screening(shop, scene.db, screening)?;
        showing = shop.programme.summary(shop, scene.db, &screening)?;
        let map = shop.seat_map(scene.db, &screening)?;
        room = Some((screening, map));
    }
    let room = room
        .as_ref()
        .map(|(screening, map)| (screening, map.as_ref()));
    let mut claims = Vec::new();
    for claim in &case.claims {
        claims.push(claim_view(scene.db, claim, room.map(|(_, map)| map))?);
    }
    let decision = case.recorded.decided.clone();
    Ok(ConflictDetail {
        reason: reason(&case.recorded.conflict),
        showing,
        claims,
        lasts: case.losers().next().is_some(),
        remedies: remedies(scene, case, room)?,
        decision: decision.map(|(decision, decided_at)| DecisionView {
            remedy: decision.remedy,
            by: decision.by,
            note: decision.note,
            decided_at,
            outcome: decision.outcome,
        }),
        summary,
    })
}

fn reason(conflict: &Conflict) -> Option<String> {
    match conflict {
        Conflict::CopyFound { reason, .. } => Some(reason.clone()),
        Conflict::RowRefused {
            row, key, reason, ..
        } => Some(format!("{row} {key}: {reason}")),
        Conflict::NotTheOwner { owner, sender, .. } => {
            Some(format!("{sender} changed a seat of {owner}"))
        }
        Conflict::RefundRefused {
            order,
            amount,
            code,
            ..
        } => Some(format!("order {order}, {amount}: {code}")),
        Conflict::SeatSoldTwice { .. } | Conflict::SeatLost { .. } => None,
    }
}

fn remedies(
    scene: &Scene<'_>,
    case: &Case,
    room: Option<(&Screening, &SeatMap)>,
) -> Result<Vec<RemedyView>, StoreError> {
    let mut views = Vec::new();
    if case.recorded.decided.is_some() {
        return Ok(views);
    }
    let mut losers = case.losers().peekable();
    if losers.peek().is_none() {
        let remedy = |remedy, due_won| RemedyView {
            remedy,
            booking: None,
            moves: Vec::new(),
            due_won,
            card_at_counter: false,
        };
        if let Conflict::RefundRefused { amount, .. } = case.recorded.conflict {
            // Ask the gateway once more; or give the money back in another way, and say how.
            views.push(remedy(Remedy::Refund, amount));
        }
        views.push(remedy(Remedy::Dismiss, Won(0)));
        return Ok(views);
    }
    for claim in losers {
        for proposal in scene.proposals(&claim.booking)? {
            views.push(remedy_view(&claim.booking, &proposal, room));
        }
    }
    Ok(views)
}

fn remedy_view(
    booking: &Booking,
    proposal: &Proposal,
    room: Option<(&Screening, &SeatMap)>,
) -> RemedyView {
    let moves = room.map(|(screening, map)| {
        let moves = proposal.moves.iter().filter_map(|one| {
            let place = map.seat(one.to)?;
            let price = screening.price(&place.zone)?;
            Some(MoveView {
                from: place_view(Some(map), one.from),
                to: priced(map, one.to, price)?,
            })
        });
        moves.collect()
    });
    RemedyView {
        remedy: proposal.remedy,
        booking: Some(booking.booking),
        moves: moves.unwrap_or_default(),
        due_won: proposal.due,
        card_at_counter: proposal.remedy == Remedy::Refund
            && matches!(booking.tender, Tender::Card | Tender::Cash),
    }
}

fn claim_view(
    db: &Connection,
    claim: &Claim,
    map: Option<&SeatMap>,
) -> Result<ClaimView, StoreError> {
    let booking = &claim.booking;
    let tickets = booking.tickets.iter();
    let seats = tickets.filter_map(|ticket| priced(map?, ticket.seat, ticket.price));
    Ok(ClaimView {
        booking: booking.booking,
        number: booking.number.to_string(),
        state: match claim.state {
            conflicts::ClaimState::Wins => ClaimState::Wins,
            conflicts::ClaimState::Loses => ClaimState::Loses,
            conflicts::ClaimState::Gone => ClaimState::Gone,
        },
        status: match booking.state {
            BookingState::Confirmed => BookingStatus::Confirmed,
            BookingState::Cancelled { .. } => BookingStatus::Cancelled,
        },
        node: booking.node.clone(),
        writer: writer_view(&claim.writer),
        seats: seats.collect(),
        booked_at: booking.booked_at,
        tender: booking.tender,
        paid: booking.is_paid(),
        amount_won: booking.amount(),
        phone_end: phone_end(db, booking.booking)?,
    })
}

/// Who has to change a booking.
pub(super) fn writer_view(writer: &Writer) -> WriterView {
    match writer {
        Writer::Hub => WriterView::Hub,
        Writer::Fenced(_) => WriterView::Fenced,
        Writer::Reachable(_) => WriterView::Reachable,
        Writer::Away(_) => WriterView::Unreachable,
    }
}

/// The end of the guest's phone number, if one is known.
pub(super) fn phone_end(db: &Connection, booking: BookingId) -> Result<Option<String>, StoreError> {
    let phone = guests::phone_of(db, booking)?;
    Ok(phone.map(|phone| {
        let from = phone.len().saturating_sub(PHONE_DIGITS_SHOWN);
        phone.chars().skip(from).collect()
    }))
}

/// Where a seat stands.
pub(super) fn place_view(map: Option<&SeatMap>, seat: SeatId) -> PlaceView {
    let place = map.and_then(|map| map.seat(seat));
    PlaceView {
        seat,
        row: place.map_or_else(String::new, |place| place.row.clone()),
        number: place.map_or(0, |place| place.number),
    }
}

fn priced(map: &SeatMap, seat: SeatId, price: Won) -> Option<PricedSeat> {
    let place = map.seat(seat)?;
    Some(PricedSeat {
        seat,
        row: place.row.clone(),
        number: place.number,
        zone: place.zone.clone(),
        kind: place.kind,
        price_won: price,
    })
}
