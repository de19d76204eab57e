//! Orders on the web: what is to be paid for seats that are held, from the first attempt to the
//! booking or to the money that goes back. Begin → the payments module → settle (M2).

pub mod following;
pub mod paying;
mod placing;
mod pledged;
mod settling;

use domain::booking::BookingNumber;
use domain::id::{BookingId, HoldId, OrderId, RefundId, TicketId};
use domain::money::Won;
use domain::seating::{BookRefused, HOLD_SEATS_MAX, Hold, HoldState, RefreshRefused};
use domain::time::Timestamp;
use domain::web_order::{
    Begin, BeginRefused, IfGone, Line, OrderFor, OverBecause, SeatsGiven, WebOrder, WebOrderState,
};
use process::ids::Ids;
use rusqlite::Transaction;
use seats::{BookError, Here, RefreshError};
use store::StoreError;

use crate::hand_offs;
use crate::selling::Phone;
use crate::sqlite::orders;

pub use pledged::open as open_pledge;
pub use settling::{Heard, give_up, settle, wait_no_longer};

/// Why something was not done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefused {
    #[error("there is no such order")]
    Unknown,
    #[error("there is no such hold")]
    UnknownHold,
    #[error("the hold has run out")]
    HoldExpired,
    /// Somebody is paying for the hold, or has, by another order.
    #[error("the hold is being paid")]
    BeingPaid,
    #[error("the amount is not that of the order; nothing was charged")]
    AmountDiffers,
    #[error("this node is recovering")]
    Recovering,
    #[error(transparent)]
    Begin(#[from] BeginRefused),
}

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error(transparent)]
    Refused(#[from] OrderRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BeginRefused> for OrderError {
    fn from(refused: BeginRefused) -> Self {
        Self::Refused(refused.into())
    }
}

/// Who orders what.
#[derive(Clone, Debug)]
pub struct NewOrder {
    pub order: OrderId,
    pub hold: HoldId,
    pub phone: Phone,
    pub if_gone: IfGone,
}

/// New ids for what an order may become. Used only if it does.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub booking: BookingId,
    pub number: BookingNumber,
    pub tickets: Vec<TicketId>,
    pub hold: HoldId,
    pub refund: RefundId,
}

impl Fresh {
    /// Draws them.
    ///
    /// # Panics
    ///
    /// Never: a booking number is made of the digits that are drawn.
    #[must_use]
    pub fn draw(ids: &dyn Ids, now: Timestamp) -> Self {
        let number = ids.digits12().parse();
        let tickets = (0..HOLD_SEATS_MAX).map(|_| TicketId(ids.uuid(now)));
        Self {
            booking: BookingId(ids.uuid(now)),
            number: number.expect("twelve digits are a booking number"),
            tickets: tickets.collect(),
            hold: HoldId(ids.uuid(now)),
            refund: RefundId(ids.uuid(now)),
        }
    }
}

/// Opens the order for a hold. Opening it again is the same order; until it is being paid the
/// buyer may correct what he said.
///
/// # Errors
///
/// Refuses when the hold is unknown, has run out, or was booked without this order.
pub fn open(
    tx: &Transaction<'_>,
    here: Here<'_>,
    new: &NewOrder,
    lines_of: impl FnOnce(&Hold) -> Result<Vec<Line>, StoreError>,
) -> Result<WebOrder, OrderError> {
    if let Some(known) = orders::of_hold(tx, new.hold)? {
        match &known.state {
            WebOrderState::Open | WebOrderState::NotPaid { .. } => {
                orders::set_buyer(tx, known.order, (new.phone.digits(), new.if_gone))?;
                let if_gone = new.if_gone;
                return Ok(WebOrder { if_gone, ..known });
            }
            WebOrderState::Over { .. } => {}
            WebOrderState::Confirming { .. }
            | WebOrderState::WaitingForDeposit { .. }
            | WebOrderState::Paid { .. }
            | WebOrderState::Pledged { .. }
            | WebOrderState::PledgeReturned { .. }
            | WebOrderState::Refunding { .. }
            | WebOrderState::Refunded { .. }
            | WebOrderState::RefundRefused { .. } => return Ok(known),
        }
    }
    let hold = seats::sqlite::holds::find(tx, new.hold)?;
    let hold = hold.ok_or(OrderRefused::UnknownHold)?;
    match hold.state {
        HoldState::Open { until } if here.now < until => {}
        HoldState::Open { .. } | HoldState::Released => {
            return Err(OrderRefused::HoldExpired.into());
        }
        HoldState::Paying | HoldState::Booked { .. } => {
            return Err(OrderRefused::BeingPaid.into());
        }
    }
    let order = WebOrder {
        order: new.order,
        what: OrderFor::Seats {
            hold: hold.hold,
            screening: hold.screening,
            lines: lines_of(&hold)?,
            given: SeatsGiven::AsChosen,
        },
        if_gone: new.if_gone,
        made_at: here.now,
        expires_at: hold.until_max(),
        state: WebOrderState::Open,
    };
    orders::add(tx, &order, Some(new.phone.digits()))?;
    Ok(order)
}

/// The buyer goes to the payment window: the seats are kept a while longer, up to the hold's
/// absolute end.
///
/// # Errors
///
/// Refuses when the order or its hold is over, or money may be moving already.
pub fn prepare(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
) -> Result<WebOrder, OrderError> {
    let order = orders::find(tx, order)?.ok_or(OrderRefused::Unknown)?;
    // No attempt has this name.
    match order.begin("", here.now)? {
        Begin::New => {}
        Begin::Again | Begin::Settled => return Err(OrderRefused::BeingPaid.into()),
    }
    let hold = match &order.what {
        OrderFor::Seats { hold, .. } => *hold,
        OrderFor::Pledge { campaign, .. } => {
            pledged::still_welcome(tx, *campaign)?;
            return Ok(order);
        }
    };
    match seats::refresh(tx, here, hold) {
        Ok(_) => Ok(order),
        Err(RefreshError::Store(fault)) => Err(fault.into()),
        Err(RefreshError::Refused(refused)) => Err(match refused {
            RefreshRefused::Expired => OrderRefused::HoldExpired,
            RefreshRefused::BeingPaid | RefreshRefused::Booked => OrderRefused::BeingPaid,
            RefreshRefused::Recovering => OrderRefused::Recovering,
        }
        .into()),
    }
}

/// An attempt that the gateway may confirm. The amount is compared, never believed (M1).
#[derive(Clone, Debug)]
pub struct Attempt {
    pub name: String,
    pub amount: Won,
}

/// Keeps the seats before the gateway is asked (S5). A hold that has run out is taken again if
/// its seats are free, or others if the buyer wants them; if there are none the order is over
/// and nothing is charged.
///
/// # Errors
///
/// Refuses when the order is over, another attempt is under way, or the amount differs.
pub fn begin(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
    attempt: &Attempt,
    fresh: &Fresh,
) -> Result<(WebOrder, Begin), OrderError> {
    let order = orders::find(tx, order)?.ok_or(OrderRefused::Unknown)?;
    if attempt.amount != order.amount() {
        return Err(OrderRefused::AmountDiffers.into());
    }
    match order.begin(&attempt.name, here.now)? {
        Begin::New => {}
        begun @ (Begin::Again | Begin::Settled) => return Ok((order, begun)),
    }
    let Some(kept) = keep(tx, here, &order, fresh)? else {
        let state = WebOrderState::Over {
            why: OverBecause::Expired,
        };
        return Ok((put(tx, order, state)?, Begin::Settled));
    };
    let state = WebOrderState::Confirming {
        attempt: attempt.name.clone(),
        since: here.now,
    };
    let begun = put(
        tx,
        WebOrder {
            what: kept,
            ..order
        },
        state,
    )?;
    Ok((begun, Begin::New))
}

/// Keeps the order's seats, or those that it is put on; none when there are none.
fn keep(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &WebOrder,
    fresh: &Fresh,
) -> Result<Option<OrderFor>, OrderError> {
    let hold = match &order.what {
        OrderFor::Seats { hold, .. } => *hold,
        OrderFor::Pledge { campaign, .. } => {
            // Its tickets are kept as long as the order is open.
            pledged::still_welcome(tx, *campaign)?;
            return Ok(Some(order.what.clone()));
        }
    };
    match seats::begin_payment(tx, here, hold) {
        Ok(_) => return Ok(Some(order.what.clone())),
        Err(BookError::Store(fault)) => return Err(fault.into()),
        Err(BookError::Refused(BookRefused::Recovering)) => {
            return Err(OrderRefused::Recovering.into());
        }
        // Booked without this order: two tabs, one of them to pay at the theater.
        Err(BookError::Refused(BookRefused::BeingPaid)) => return Ok(None),
        Err(BookError::Refused(BookRefused::UnknownHold | BookRefused::Expired)) => {}
    }
    let Some(what) = placing::hold_again(tx, here, order, fresh.hold)? else {
        return Ok(None);
    };
    match seats::begin_payment(tx, here, fresh.hold) {
        Ok(_) => Ok(Some(what)),
        Err(BookError::Store(fault)) => Err(fault.into()),
        Err(BookError::Refused(_)) => Ok(None),
    }
}

/// The gateway called the fail page: nothing was charged. Anybody can say so, so it is believed
/// only of an order that nothing is under way for, and changes nothing but what the page says.
///
/// # Errors
///
/// Refuses when there is no such order.
pub fn failed(tx: &Transaction<'_>, order: OrderId, code: &str) -> Result<WebOrder, OrderError> {
    let order = orders::find(tx, order)?.ok_or(OrderRefused::Unknown)?;
    if !order.state.is_payable() {
        return Ok(order);
    }
    let code = code.to_owned();
    Ok(put(tx, order, WebOrderState::NotPaid { code })?)
}

/// Puts the order into `state`.
fn put(
    tx: &Transaction<'_>,
    order: WebOrder,
    state: WebOrderState,
) -> Result<WebOrder, StoreError> {
    let order = WebOrder { state, ..order };
    orders::record(tx, &order)?;
    hand_offs::follow(tx, &order)?;
    Ok(order)
}
