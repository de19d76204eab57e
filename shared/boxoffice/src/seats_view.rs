//! The picture of the seats, as it looks from this node.

use domain::id::NodeId;
use domain::link::{Link, LinkState};
use domain::screening::Screening;
use domain::seating::{ScreeningSeat, SeatState};
use domain::time::Timestamp;
use protocol::api::screening::{ElsewhereView, SeatLook, SeatStateView, SeatsView};
use rusqlite::Connection;
use store::{StoreError, change_feed};

use crate::Shop;

/// The state of every seat of `screening`.
///
/// # Errors
///
/// Fails when the store does.
pub fn seats_view(
    shop: &Shop,
    db: &Connection,
    screening: &Screening,
) -> Result<SeatsView, StoreError> {
    // The event id is read first: what changes in between is told twice rather than never.
    let head = change_feed::head(db)?;
    let seats = seats::sqlite::seats::of_screening(db, screening.screening)?;
    let map = shop.seat_map(db, screening)?;
    let now = shop.now();
    // Rows of seats that were taken out of the map stay for good, and those of seats that
    // come into it may be here before the map is.
    let shown = seats.values().filter(|seat| map.seat(seat.seat).is_some());
    let views = shown.map(|seat| look(seat, &shop.node, now));
    Ok(SeatsView {
        screening: screening.screening,
        as_of: shop.as_of(),
        elsewhere: elsewhere(shop.links.of(screening.theater)),
        seats: views.collect(),
        event_id: head.to_string(),
    })
}

/// One seat as it looks from `node`: free only when `node` itself can sell it (P1).
pub(crate) fn look(seat: &ScreeningSeat, node: &NodeId, now: Timestamp) -> SeatStateView {
    let state = match seat.state {
        SeatState::Free | SeatState::Held { .. } if seat.state.is_free(now) => {
            if &seat.owner == node {
                SeatLook::Free
            } else {
                SeatLook::Elsewhere
            }
        }
        SeatState::Free | SeatState::Held { .. } | SeatState::Kept { .. } => SeatLook::Held,
        SeatState::Booked { .. } => SeatLook::Sold,
        SeatState::Blocked => SeatLook::Blocked,
    };
    SeatStateView {
        seat: seat.seat,
        state,
    }
}

fn elsewhere(link: Link) -> ElsewhereView {
    ElsewhereView {
        reachable: match link.state {
            LinkState::Online => true,
            LinkState::Slow | LinkState::Offline => false,
        },
        as_of: link.last_heard_at,
    }
}
