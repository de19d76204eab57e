//! Paying for a hold at the card terminal: begin → ask the terminal → settle (M2).
//!
//! The terminal is asked between the two transactions, never inside. Settling is idempotent:
//! the answer, and whoever looks for it after a crash, may both arrive. What is paid in cash
//! begins here, too, and goes on at the desk.

use domain::booking::{BookingNumber, Tender};
use domain::id::{BookingId, HoldId, OrderId, SeatId, TicketId};
use domain::money::Won;
use domain::order::{DESK_WAIT_MS, NotCharged, Order, OrderState, Purpose, TenderKind};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::{BookRefused, Hold};
use domain::tender::{KioskTender, PaidFor};
use domain::time::Timestamp;
use rusqlite::Transaction;
use seats::{BookError, Here};
use store::StoreError;

use crate::{pledging, sqlite};

/// What the terminal said of an order, or what was found out later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Charged(Charge),
    NotCharged(NotCharged),
    /// The answer was lost: the card may or may not be charged.
    Unknown,
}

/// A charged card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub approval_no: String,
    pub approved_at: Timestamp,
    pub amount: Won,
}

/// New ids for the booking that a charge becomes. Used only if it does.
#[derive(Clone, Debug)]
pub struct NewBooking {
    pub booking: BookingId,
    pub number: BookingNumber,
    /// One for every seat of the hold, and maybe more.
    pub tickets: Vec<TicketId>,
}

/// The price of every seat of a hold, as the server says (M1).
///
/// # Errors
///
/// Fails when a held seat has no price, which holding it would have refused.
pub fn prices(
    screening: &Screening,
    map: &SeatMap,
    seats: &[SeatId],
) -> Result<Vec<(SeatId, Won)>, StoreError> {
    let priced = seats.iter().map(|&seat| {
        let zone = map.seat(seat).map(|place| &place.zone);
        let price = zone.and_then(|zone| screening.price(zone));
        price.map(|price| (seat, price))
    });
    let priced: Option<Vec<_>> = priced.collect();
    priced.ok_or_else(|| StoreError::Inconsistent {
        table: "screenings",
        reason: format!(
            "a held seat of screening {} has no price",
            screening.screening
        ),
    })
}

/// What somebody wants to pay.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder {
    pub order: OrderId,
    pub hold: HoldId,
    pub purpose: Purpose,
    pub kind: TenderKind,
}

/// Keeps the hold's seats and stores the order, before the terminal is asked or the customer
/// is sent to the desk. Asking again while the hold is being paid returns the order that is
/// under way.
///
/// # Errors
///
/// Refuses when the hold is unknown or has run out.
pub fn begin(
    tx: &Transaction<'_>,
    here: Here<'_>,
    new: NewOrder,
    amount_of: impl FnOnce(&Hold) -> Result<Won, StoreError>,
) -> Result<Begun, BookError> {
    if let Some(order) = sqlite::orders::under_way_for(tx, new.hold)? {
        return Ok(Begun::Already(order));
    }
    let hold = seats::begin_payment(tx, here, new.hold)?;
    let order = Order {
        order: new.order,
        hold: hold.hold,
        screening: hold.screening,
        purpose: new.purpose,
        kind: new.kind,
        amount: amount_of(&hold)?,
        made_at: here.now,
        state: match new.kind {
            TenderKind::Card => OrderState::Confirming,
            TenderKind::Cash => OrderState::AtDesk {
                until: here.now.plus_ms(DESK_WAIT_MS),
            },
        },
        given: None,
    };
    sqlite::orders::record(tx, &order)?;
    Ok(Begun::New(order))
}

/// Whether the terminal is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    New(Order),
    Already(Order),
}

/// Records what became of an order. An order that is settled stays as it is (M3).
///
/// # Errors
///
/// Fails when the store does.
pub fn settle(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
    outcome: &Outcome,
    new: (NewBooking, &[(SeatId, Won)]),
) -> Result<Option<Order>, StoreError> {
    let Some(order) = sqlite::orders::find(tx, order)? else {
        return Ok(None);
    };
    match order.state {
        OrderState::Confirming | OrderState::Unknown => {}
        OrderState::AtDesk { .. }
        | OrderState::Paid { .. }
        | OrderState::NotPaid { .. }
        | OrderState::Reversing
        | OrderState::Reversed => return Ok(Some(order)),
    }
    if seats::sqlite::recovery::is_closed(tx, order.screening)? {
        // Found out again when the kiosk has recovered.
        return Ok(Some(order));
    }
    let state = match outcome {
        Outcome::Unknown => OrderState::Unknown,
        Outcome::NotCharged(why) => {
            came_to_nothing(tx, here, &order)?;
            OrderState::NotPaid { why: *why }
        }
        Outcome::Charged(charge) => charged(tx, here, &order, charge, new)?,
    };
    let settled = Order { state, ..order };
    sqlite::orders::record(tx, &settled)?;
    Ok(Some(settled))
}

/// The terminal has given the money of a reversing order back.
///
/// # Errors
///
/// Fails when the store does.
pub fn reversed(tx: &Transaction<'_>, here: Here<'_>, order: OrderId) -> Result<(), StoreError> {
    let Some(order) = sqlite::orders::find(tx, order)? else {
        return Ok(());
    };
    if order.state == OrderState::Reversing {
        came_to_nothing(tx, here, &order)?;
        let state = OrderState::Reversed;
        sqlite::orders::record(tx, &Order { state, ..order })?;
    }
    Ok(())
}

/// The buyer may try another card. Seats that were kept for a pledge are free again: they are
/// not on sale, so nobody may go on with them. While the kiosk is recovering the hold stays as
/// it is.
pub(crate) fn came_to_nothing(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &Order,
) -> Result<(), StoreError> {
    match seats::fail_payment(tx, here, order.hold) {
        Ok(()) | Err(BookError::Refused(_)) => {}
        Err(BookError::Store(fault)) => return Err(fault),
    }
    match order.purpose {
        Purpose::Seats => Ok(()),
        Purpose::Pledge { .. } => {
            sqlite::pledges::take_phone(tx, order.order)?;
            free(tx, here, order)
        }
    }
}

/// Gives back the seats of an order that ended unpaid.
pub(crate) fn free(tx: &Transaction<'_>, here: Here<'_>, order: &Order) -> Result<(), StoreError> {
    match seats::release(tx, here, order.hold) {
        Ok(()) | Err(seats::RefreshError::Refused(_)) => Ok(()),
        Err(seats::RefreshError::Store(fault)) => Err(fault),
    }
}

fn charged(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &Order,
    charge: &Charge,
    new: (NewBooking, &[(SeatId, Won)]),
) -> Result<OrderState, StoreError> {
    // A terminal that charged something else than it was told is not believed.
    if charge.amount != order.amount {
        return Ok(OrderState::Reversing);
    }
    let taken = Taken {
        approval_no: charge.approval_no.clone(),
        at: charge.approved_at,
    };
    Ok(match give(tx, here, order, taken, new)? {
        Some(paid_for) => OrderState::Paid { paid_for },
        // This money has no seats.
        None => OrderState::Reversing,
    })
}

/// How the money for an order was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// Empty for cash.
    pub(crate) approval_no: String,
    pub(crate) at: Timestamp,
}

/// Gives the buyer what was paid for, and records the tender beside it. None when it cannot be
/// given any more.
pub(crate) fn give(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &Order,
    taken: Taken,
    (new, prices): (NewBooking, &[(SeatId, Won)]),
) -> Result<Option<PaidFor>, StoreError> {
    let paid_for = match order.purpose {
        Purpose::Seats => book(tx, here, order, (new, prices))?.map(PaidFor::Booking),
        Purpose::Pledge { campaign } => {
            pledging::give(tx, here, (order, campaign), &new)?.map(PaidFor::Pledge)
        }
    };
    let Some(paid_for) = paid_for else {
        return Ok(None);
    };
    let tender = KioskTender {
        order: order.order,
        kind: order.kind,
        paid_for,
        amount: order.amount,
        approval_no: taken.approval_no,
        taken_at: taken.at,
        gives_back: None,
    };
    seats::record_tender(tx, here, order.screening, tender)?;
    Ok(Some(paid_for))
}

fn book(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &Order,
    (new, prices): (NewBooking, &[(SeatId, Won)]),
) -> Result<Option<BookingId>, StoreError> {
    let tickets = prices.iter().zip(new.tickets);
    let request = seats::BookHold {
        hold: order.hold,
        booking: new.booking,
        number: new.number,
        tender: match order.kind {
            TenderKind::Card => Tender::Card,
            TenderKind::Cash => Tender::Cash,
        },
        order: Some(order.order),
        tickets: tickets
            .map(|(&(seat, price), ticket)| (seat, ticket, price))
            .collect(),
    };
    match seats::book(tx, here, &request) {
        // Or else the hold was booked by another order.
        Ok(booking) => Ok((booking.order == Some(order.order)).then_some(booking.booking)),
        Err(BookError::Refused(
            BookRefused::UnknownHold
            | BookRefused::Expired
            | BookRefused::BeingPaid
            | BookRefused::Recovering,
        )) => Ok(None),
        Err(BookError::Store(fault)) => Err(fault),
    }
}
