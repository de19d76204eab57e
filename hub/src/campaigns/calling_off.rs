//! A screening that was called off although everybody could buy for it: every booking is
//! cancelled, whoever made it, and its money goes back (C1, C4). What was paid on the web the
//! gateway gives back; what a kiosk has taken its counter does, once the kiosk has cancelled.
//! A kiosk that is off for good is not waited for.

use domain::campaign::{Campaign, CampaignState};
use domain::id::{BookingId, NodeId};
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::StoreError;

use crate::refunds;
use crate::sqlite::called_off;
use crate::sqlite::nodes::{self, Standing};

/// Bookings that one transaction cancels: other buyers wait for the same writer.
const BOOKINGS_IN_ONE_GO_MAX: u32 = 100;

/// Cancels a page of the bookings that the hub writes, and has their money go back in full; says
/// how many. Called until there are none left, after as many crashes as it takes: a booking ends
/// once, and its id names its refund.
///
/// # Errors
///
/// Fails when the store does.
pub fn cancel_page(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: &Campaign,
) -> Result<usize, StoreError> {
    let Some(screening) = campaign.state.screening() else {
        return Ok(0);
    };
    let mut ended = 0;
    for id in called_off::live(tx, screening, BOOKINGS_IN_ONE_GO_MAX)? {
        let Some(booking) = seats::sqlite::bookings::find(tx, id)? else {
            continue;
        };
        if !booking.is_written_by(here.node) {
            let standing = nodes::standing(tx, &booking.node)?;
            if standing == Some(Standing::InService) {
                continue;
            }
            seats::take_over(tx, here, id)?;
        }
        // While this hub is recovering it is looked at again.
        if seats::void(tx, here, id)?.is_err() {
            return Ok(ended);
        }
        refunds::of_called_off(tx, here, &booking)?;
        ended += 1;
    }
    Ok(ended)
}

/// Bookings that kiosks have to cancel yet, and whose they are.
///
/// # Errors
///
/// Fails when the store does.
pub fn at_kiosks(
    db: &Connection,
    campaign: &Campaign,
) -> Result<Vec<(BookingId, NodeId)>, StoreError> {
    let Some(screening) = campaign.state.screening() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for id in called_off::live(db, screening, BOOKINGS_IN_ONE_GO_MAX)? {
        let booking = seats::sqlite::bookings::find(db, id)?;
        found.extend(
            booking
                .filter(|booking| !booking.is_written_by(&NodeId::hub()))
                .map(|booking| (id, booking.node)),
        );
    }
    Ok(found)
}

/// How far the buyers of a screening that was called off have their money back.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(
    db: &Connection,
    campaign: &Campaign,
) -> Result<called_off::BuyersBack, StoreError> {
    let (Some(screening), CampaignState::Cancelled { cancelled_at, .. }) =
        (campaign.state.screening(), &campaign.state)
    else {
        return Ok(called_off::BuyersBack::default());
    };
    called_off::progress(db, screening, *cancelled_at)
}
