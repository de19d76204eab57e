//! Changing the seat map of a screening that is on sale: the plan, and carrying it out.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::seat_map::SeatMap;
use domain::seat_map::change::Obstacle;
use domain::time::Timestamp;
use protocol::api::operator::PlaceView;
use protocol::api::seat_map::{
    BookingMoveView, ChangeMode, ChangeReach, ChangeSeatMap, SeatMapChangeView, TicketMove,
    WaitKind, WaitView,
};
use protocol::ask::AskRefused;
use protocol::error::{ErrorCode, Problem, SeatProblem, SeatReason};
use rusqlite::Connection;
use store::StoreError;

use super::{refitting, signed, view};
use crate::app::App;
use crate::seat_maps::plan::{Moving, Plan};
use crate::seat_maps::{ChangeError, Reach, Refused, Request, moves_of};

/// Give a screening another version of its seat map; nobody who has a seat loses it
#[utoipa::path(post, operation_id = "change_seat_map",
    path = "/api/operator/screenings/{screening}/seat-map", tag = "operator",
    request_body = ChangeSeatMap,
    responses((status = 200, body = SeatMapChangeView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    Path(screening): Path<ScreeningId>,
    speaks: Speaks,
    Body(wanted): Body<ChangeSeatMap>,
) -> Result<Json<SeatMapChangeView>, ApiError> {
    let mode = wanted.mode;
    let request = request(screening, wanted).map_err(|error| error.speaking(speaks))?;
    let planned = match mode {
        ChangeMode::Plan => refitting::look(&app, &request).await,
        ChangeMode::CarryOut => refitting::change(&app, &request).await,
    };
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => return Err(problem(&app, &request, error).await.speaking(speaks)),
    };
    let checked = plan.check(&app.shop.node, &app.shop.asks.reachable());
    let db = &app.shop.db;
    let view = db.read(move |db| render(db, &request, (mode, plan, checked.err())));
    Ok(Json(view.await?))
}

fn request(screening: ScreeningId, wanted: ChangeSeatMap) -> Result<Request, ApiError> {
    let (by, note) = signed(&wanted.by, &wanted.note)?;
    let invalid = |what: String| ApiError::new(ErrorCode::InvalidRequest).detail(what);
    let map = SeatMap::new(wanted.map).map_err(|error| invalid(error.to_string()))?;
    let mut named = BTreeMap::new();
    for one in wanted.seats {
        if named.insert(one.from, one.to).is_some() {
            return Err(invalid(format!("seat {} is named twice", one.from)));
        }
    }
    Ok(Request {
        screening,
        map,
        reach: match wanted.reach {
            ChangeReach::Screening => Reach::Screening,
            ChangeReach::Room => Reach::Room,
        },
        named,
        by,
        note,
    })
}

fn render(
    db: &Connection,
    request: &Request,
    (mode, plan, refused): (ChangeMode, Plan, Option<Refused>),
) -> Result<SeatMapChangeView, StoreError> {
    let maps = [&plan.old, &request.map];
    let places = |seats: &[SeatId]| seats.iter().map(|&seat| place(maps, seat)).collect();
    let mut moves = Vec::new();
    for moving in &plan.moves {
        moves.push(move_view(db, maps, moving)?);
    }
    let waits = plan.obstacles.iter();
    let waits = waits.map(|(&seat, obstacle)| wait(place(maps, seat), obstacle));
    let change = plan.change.unwrap_or_default();
    let has_map = change == Default::default();
    Ok(SeatMapChangeView {
        screening: request.screening,
        from_version: plan.old.version,
        to_version: request.map.version,
        done: mode == ChangeMode::CarryOut || has_map,
        kept: if has_map {
            request.map.seats().len()
        } else {
            change.kept.len()
        },
        added: places(&change.added),
        removed: places(&change.removed),
        waits: waits.collect(),
        moves,
        refused: refused.map(|refused| refused.to_string()),
    })
}

fn place([old, new]: [&SeatMap; 2], seat: SeatId) -> PlaceView {
    let map = if old.seat(seat).is_some() { old } else { new };
    view::place_view(Some(map), seat)
}

fn move_view(
    db: &Connection,
    maps: [&SeatMap; 2],
    moving: &Moving,
) -> Result<BookingMoveView, StoreError> {
    let moves = moving.act.iter().flat_map(moves_of).map(|one| TicketMove {
        from: place(maps, one.from),
        to: place(maps, one.to),
    });
    let booking = &moving.booking;
    Ok(BookingMoveView {
        booking: booking.booking,
        number: booking.number.to_string(),
        node: booking.node.clone(),
        writer: view::writer_view(&moving.writer),
        phone_end: view::phone_end(db, booking.booking)?,
        leaves: moving.lost.clone(),
        moves: moves.collect(),
    })
}

fn wait(place: PlaceView, obstacle: &Obstacle) -> WaitView {
    type Facts = (
        WaitKind,
        Option<NodeId>,
        Option<Timestamp>,
        Option<BookingId>,
    );
    let (why, node, until, booking): Facts = match obstacle.clone() {
        Obstacle::Elsewhere(node) => (WaitKind::Elsewhere, Some(node), None, None),
        Obstacle::BlockedElsewhere(node) => (WaitKind::BlockedElsewhere, Some(node), None, None),
        Obstacle::Held { owner, until } => (WaitKind::Held, Some(owner), Some(until), None),
        Obstacle::Kept { owner } => (WaitKind::Paying, Some(owner), None, None),
        Obstacle::Booked(booking) => (WaitKind::Booked, None, None, Some(booking)),
        Obstacle::Unknown => (WaitKind::Unknown, None, None, None),
    };
    WaitView {
        place,
        why,
        node,
        until,
        booking,
    }
}

/// The refusal as a problem that names the seats.
async fn problem(app: &App, request: &Request, error: ChangeError) -> ApiError {
    let refused = match error {
        ChangeError::Store(fault) => return fault.into(),
        ChangeError::Refused(refused) => refused,
    };
    let (code, reason) = match &refused {
        Refused::UnknownScreening => (ErrorCode::NotFound, SeatReason::UnknownSeat),
        Refused::Invalid(_)
        | Refused::OtherContent(_)
        | Refused::NamedInPart(_)
        | Refused::NamedWrongly { .. } => (ErrorCode::InvalidRequest, SeatReason::UnknownSeat),
        Refused::Recovering | Refused::Asked(AskRefused::NotNow) => {
            (ErrorCode::Recovering, SeatReason::Elsewhere)
        }
        Refused::Away(_) | Refused::NoAnswer(_) => {
            (ErrorCode::NodeUnreachable, SeatReason::Elsewhere)
        }
        Refused::Over
        | Refused::KeptForBackers
        | Refused::InUse(_)
        | Refused::NoSeats { .. }
        | Refused::Overtaken(_)
        | Refused::Asked(AskRefused::Taken | AskRefused::Elsewhere) => {
            (ErrorCode::RemedyNotPossible, SeatReason::Taken)
        }
    };
    let seats: Vec<SeatId> = match &refused {
        Refused::Away(away) => away.values().flatten().copied().collect(),
        Refused::InUse(used) => used.keys().copied().collect(),
        Refused::NoSeats { seats, .. } => seats.clone(),
        Refused::Overtaken(seat) | Refused::NamedInPart(seat) => vec![*seat],
        Refused::NamedWrongly { from, to } => vec![*from, *to],
        Refused::UnknownScreening
        | Refused::Over
        | Refused::Recovering
        | Refused::KeptForBackers
        | Refused::Invalid(_)
        | Refused::OtherContent(_)
        | Refused::NoAnswer(_)
        | Refused::Asked(_) => Vec::new(),
    };
    let (shop, screening) = (app.shop.clone(), request.screening);
    let named = app.shop.db.read(move |db| {
        let screening = boxoffice::find_screening(&shop, db, screening)?;
        let map = shop.seat_map(db, &screening)?;
        let seats = seats.into_iter().map(|seat| {
            let PlaceView { seat, row, number } = view::place_view(Some(&map), seat);
            SeatProblem {
                seat: seat.0,
                row,
                number,
                reason,
            }
        });
        Ok::<_, ApiError>(seats.collect::<Vec<_>>())
    });
    let error = ApiError::new(code).detail(refused.to_string());
    match named.await {
        Ok(seats) => error.naming(seats),
        Err(_) => error,
    }
}
