//! Best available: which seats a party is offered, and what is offered in place of seats that
//! cannot be had.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, Query, State};
use domain::id::{NodeId, ScreeningId, SeatId};
use domain::seat_map::{SeatKind, SeatMap, ZoneId};
use domain::seating::{BestRequest, Needs, Party, Seats, best_available};
use protocol::api::screening::BestSeats;
use protocol::error::{ErrorCode, Problem, SuggestedSeat};
use rusqlite::Connection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Shop;
use crate::gather::asked_for;
use crate::problem::{ApiError, Speaks};
use crate::screenings::find;

/// Who looks for seats.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BestQuery {
    /// How many people sit together: 1 to 10.
    people: usize,
    /// How many of them sit in a wheelchair.
    #[serde(default)]
    wheelchairs: usize,
    /// Only this zone; any without it.
    zone: Option<ZoneId>,
}

/// The best seats for a party, the best choice first; a choice holds nothing yet
#[utoipa::path(get, operation_id = "best_seats",
    path = "/api/screenings/{screening}/best", tag = "screenings", params(BestQuery),
    responses((status = 200, body = BestSeats), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn best(
    State(shop): State<Shop>,
    Path(id): Path<ScreeningId>,
    Query(query): Query<BestQuery>,
    speaks: Speaks,
) -> Result<Json<BestSeats>, ApiError> {
    let asked = shop.clone();
    let found = shop.db.read(move |db| {
        let party = party(query.people, query.wheelchairs)?;
        let look = Look {
            party,
            zone: query.zone,
            from: From::Everybody,
        };
        let (choices, _) = choices(&asked, db, id, &look)?;
        Ok::<_, ApiError>(BestSeats { choices })
    });
    Ok(Json(found.await.map_err(|error| error.speaking(speaks))?))
}

/// Whose seats are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// This node's own, and those of nodes that can be asked for them now.
    Everybody,
    Ourselves,
}

struct Look {
    party: Party,
    zone: Option<ZoneId>,
    from: From,
}

fn party(people: usize, wheelchairs: usize) -> Result<Party, ApiError> {
    let needs = match wheelchairs {
        0 => Needs::Seats,
        users => Needs::Wheelchairs { users },
    };
    Party::new(people, needs)
        .map_err(|invalid| ApiError::new(ErrorCode::InvalidRequest).detail(invalid.to_string()))
}

fn choices(
    shop: &Shop,
    db: &Connection,
    id: ScreeningId,
    look: &Look,
) -> Result<(Vec<Vec<SeatId>>, std::sync::Arc<SeatMap>), ApiError> {
    let screening = find(shop, db, id)?;
    let map = shop.seat_map(db, &screening)?;
    let seats = seats::sqlite::seats::of_screening(db, id)?;
    let reachable = match look.from {
        From::Everybody => who_can_be_asked(shop, &seats),
        From::Ourselves => BTreeSet::new(),
    };
    let request = BestRequest {
        screening: &screening,
        map: &map,
        seats: &seats,
        now: shop.now(),
        node: &shop.node,
        reachable: &reachable,
        party: look.party,
        zone: look.zone.as_ref(),
        spread: shop.ids.random_u64(),
    };
    let found = best_available(&request);
    Ok((found, map))
}

/// The other owners whose seats a buyer may wait for.
fn who_can_be_asked(shop: &Shop, seats: &Seats) -> BTreeSet<NodeId> {
    let owners: BTreeSet<&NodeId> = seats.values().map(|seat| &seat.owner).collect();
    let others = owners.into_iter().filter(|owner| **owner != shop.node);
    let reached = others.filter(|owner| shop.reaches(&asked_for(shop, owner)));
    reached.cloned().collect()
}

/// What this node can sell at once to a party that wanted the seats `wanted`: as many, with
/// as many wheelchair places. Empty when there is nothing like it.
pub(crate) async fn instead_of(
    shop: &Shop,
    id: ScreeningId,
    wanted: Vec<SeatId>,
) -> Result<Vec<SuggestedSeat>, ApiError> {
    let asked = shop.clone();
    let found = shop.db.read(move |db| {
        let screening = find(&asked, db, id)?;
        let map = asked.seat_map(db, &screening)?;
        let is_wheelchair = |seat: &&SeatId| {
            let found = map.seat(**seat);
            found.is_some_and(|found| found.kind == SeatKind::Wheelchair)
        };
        let look = Look {
            party: party(wanted.len(), wanted.iter().filter(is_wheelchair).count())?,
            zone: None,
            from: From::Ourselves,
        };
        let (choices, map) = choices(&asked, db, id, &look)?;
        let first = choices.into_iter().next().unwrap_or_default();
        let named = first.into_iter().filter_map(|seat| {
            let found = map.seat(seat)?;
            Some(SuggestedSeat {
                seat: seat.0,
                row: found.row.clone(),
                number: found.number,
            })
        });
        Ok::<_, ApiError>(named.collect())
    });
    found.await
}
