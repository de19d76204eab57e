//! A backer's own pledge: looked up, lowered, withdrawn, and its seats chosen. It is made and
//! raised by an order.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::Shop;
use boxoffice::bookings::booking_view;
use boxoffice::find_screening;
use boxoffice::gather::gather;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::BookingNumber;
use domain::claim::ClaimRefused;
use domain::id::{HoldId, OrderId, PledgeId, SeatId};
use domain::money::Won;
use domain::pledge::{Pledge, PledgeRefused, give_back};
use protocol::api::back::BankAccount;
use protocol::api::booking::BookingView;
use protocol::api::campaign::{LookUpPledge, LowerPledge, PlaceClaim, PledgeView, WithdrawPledge};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::{Here, HoldError, HoldSeats};
use store::StoreError;

use super::{accounts, parsed};
use crate::app::App;
use crate::campaigns::view;
use crate::claims::{self, Choice, PlaceError};
use crate::pledging::changing::{fewer, lower as leave, of_backer};
use crate::pledging::{PledgeError, of_person};
use crate::selling::Phone;
use crate::sqlite::pledge_orders;

/// A backer's pledge by its number and the phone number
#[utoipa::path(post, operation_id = "look_up_pledge",
    path = "/api/pledges/lookup", tag = "pledges",
    request_body = LookUpPledge,
    responses((status = 200, body = PledgeView), (status = 404, body = Problem)))]
pub(super) async fn look_up(
    State(app): State<App>,
    speaks: Speaks,
    Body(request): Body<LookUpPledge>,
) -> Result<Json<PledgeView>, ApiError> {
    let number: BookingNumber = parsed(&request.number, speaks)?;
    let phone: Phone = parsed(&request.phone, speaks)?;
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| {
        let pledge = of_person(db, &number, &phone)?;
        let pledge = pledge.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        Ok::<_, ApiError>((shown(db, shop.here(), &pledge)?, orders_of(db, &pledge)?))
    });
    let (view, orders) = found.await.map_err(|error| error.speaking(speaks))?;
    Ok(Json(PledgeView {
        refund_to_account: view.may_change && accounts::is_needed(&app, &orders).await,
        ..view
    }))
}

/// Leave a pledge fewer tickets, until the deadline; the difference goes back
#[utoipa::path(post, operation_id = "lower_pledge",
    path = "/api/pledges/{pledge}/lowering", tag = "pledges",
    request_body = LowerPledge,
    responses((status = 200, body = PledgeView), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn lower(
    State(app): State<App>,
    Path(pledge): Path<PledgeId>,
    speaks: Speaks,
    Body(request): Body<LowerPledge>,
) -> Result<Json<PledgeView>, ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    if request.tickets == 0 {
        return Err(ApiError::new(ErrorCode::PledgeTickets).speaking(speaks));
    }
    let left = (request.tickets, request.account);
    let lowered = leave_only(&app, (pledge, phone), left).await;
    Ok(Json(lowered.map_err(|error| error.speaking(speaks))?))
}

/// Withdraw a pledge, until the deadline; the money goes back
#[utoipa::path(post, operation_id = "withdraw_pledge",
    path = "/api/pledges/{pledge}/withdrawal", tag = "pledges",
    request_body = WithdrawPledge,
    responses((status = 200, body = PledgeView), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn withdraw(
    State(app): State<App>,
    Path(pledge): Path<PledgeId>,
    speaks: Speaks,
    Body(request): Body<WithdrawPledge>,
) -> Result<Json<PledgeView>, ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    let withdrawn = leave_only(&app, (pledge, phone), (0, request.account)).await;
    Ok(Json(withdrawn.map_err(|error| error.speaking(speaks))?))
}

async fn leave_only(
    app: &App,
    (pledge, phone): (PledgeId, Phone),
    (tickets, account): (u32, Option<BankAccount>),
) -> Result<PledgeView, ApiError> {
    let (shop, theirs) = (app.shop.clone(), phone.clone());
    let orders = app.shop.db.read(move |db| {
        let known = of_backer(db, pledge, &theirs).map_err(pledge_problem)?;
        // What cannot be changed is refused before anybody is asked for an account.
        let fewer = fewer(db, shop.here(), (&known, tickets)).map_err(pledge_problem)?;
        let amount = Won(known.price.0 * i64::from(fewer));
        let parts = pledge_orders::parts(db, known.pledge)?;
        let pieces = give_back(&parts, amount).unwrap_or_default().into_iter();
        Ok::<_, ApiError>(pieces.map(|(order, _)| order).collect::<Vec<_>>())
    });
    let orders = orders.await?;
    let into_account = accounts::for_refund(app, &orders, account).await?;
    let shop = app.shop.clone();
    let left = app.shop.db.write(move |tx| {
        let here = shop.here();
        let pledge = leave(tx, here, (pledge, &phone), tickets).map_err(pledge_problem)?;
        shown(tx, here, &pledge)
    });
    let view = left.await?;
    Ok(PledgeView {
        refund_to_account: view.may_change && into_account,
        ..view
    })
}

/// Choose the seats of a pledge whose campaign has succeeded: as many as it has tickets
#[utoipa::path(post, operation_id = "place_claim",
    path = "/api/pledges/{pledge}/booking", tag = "pledges",
    request_body = PlaceClaim,
    responses((status = 201, body = BookingView), (status = 409, body = Problem)))]
pub(super) async fn place(
    State(app): State<App>,
    Path(pledge): Path<PledgeId>,
    speaks: Speaks,
    Body(request): Body<PlaceClaim>,
) -> Result<(StatusCode, Json<BookingView>), ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    let wanted = Wanted {
        pledge,
        phone,
        seats: request.seats,
    };
    let placed = match wanted.place(&app.shop).await {
        Err(error) if error.is_elsewhere() => match wanted.bring(&app.shop).await {
            Ok(()) => wanted.place(&app.shop).await,
            Err(reason) => Err(reason.unwrap_or(error)),
        },
        placed => placed,
    };
    let placed = placed.map_err(|error| error.speaking(speaks))?;
    Ok((StatusCode::CREATED, Json(placed)))
}

/// The seats that a backer has chosen.
#[derive(Clone)]
struct Wanted {
    pledge: PledgeId,
    phone: Phone,
    seats: Vec<SeatId>,
}

impl Wanted {
    async fn place(&self, shop: &Shop) -> Result<BookingView, ApiError> {
        let (asked, wanted) = (shop.clone(), self.clone());
        let placed = shop.db.write(move |tx| {
            let here = asked.here();
            let pledge = of_backer(tx, wanted.pledge, &wanted.phone).map_err(pledge_problem)?;
            let screening = find_screening(&asked, tx, pledge.screening)?;
            let map = asked.seat_map(tx, &screening)?;
            let choice = Choice {
                pledge: &pledge,
                screening: &screening,
                map: &map,
                seats: &wanted.seats,
            };
            let mut mint = || asked.ids.uuid(here.now);
            let booking = claims::place(tx, here, &choice, &mut mint);
            let booking = booking.map_err(|error| match error {
                PlaceError::Refused(refused) => claim_problem(refused),
                PlaceError::Seats(HoldError::Refused(why)) => ApiError::of_hold(why, &map),
                PlaceError::Seats(HoldError::Store(fault)) | PlaceError::Store(fault) => {
                    fault.into()
                }
            })?;
            booking_view(&asked, tx, &booking)
        });
        placed.await
    }

    /// Has chosen seats that kiosks own granted to the hub; the error is none when they cannot
    /// be reached or say no.
    async fn bring(&self, shop: &Shop) -> Result<(), Option<ApiError>> {
        let (asked, wanted) = (shop.clone(), self.clone());
        let missing = shop.db.read(move |db| {
            let here = asked.here();
            let pledge = of_backer(db, wanted.pledge, &wanted.phone).map_err(pledge_problem)?;
            let screening = find_screening(&asked, db, pledge.screening)?;
            let map = asked.seat_map(db, &screening)?;
            let on_sale = claims::on_sale(&screening, here);
            let request = HoldSeats {
                hold: HoldId(asked.ids.uuid(here.now)),
                screening: &on_sale,
                map: &map,
                wanted: &wanted.seats,
            };
            let missing = seats::find_missing(db, here, &request);
            let missing = missing.map_err(|error| match error {
                HoldError::Refused(why) => ApiError::of_hold(why, &map),
                HoldError::Store(fault) => fault.into(),
            })?;
            Ok::<_, ApiError>((pledge.screening, missing))
        });
        let (screening, missing) = missing.await.map_err(Some)?;
        let gathered = gather(shop, screening, &missing, &shop.node).await;
        gathered.map_err(|failed| {
            tracing::debug!(screening = screening.0, %failed, "seats were not granted");
            None
        })
    }
}

/// The orders that have paid a pledge.
fn orders_of(db: &Connection, pledge: &Pledge) -> Result<Vec<OrderId>, StoreError> {
    Ok(accounts::paid_by(&pledge_orders::parts(db, pledge.pledge)?))
}

fn shown(db: &Connection, here: Here<'_>, pledge: &Pledge) -> Result<PledgeView, ApiError> {
    let shown = view::pledge_view(db, here, pledge)?;
    shown.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
}

/// Why a pledge is not made or changed, as a problem.
pub(super) fn pledge_problem(error: PledgeError) -> ApiError {
    match error {
        PledgeError::Refused(refused) => ApiError::new(match refused {
            PledgeRefused::Unknown => ErrorCode::NotFound,
            PledgeRefused::NotOpen => ErrorCode::CampaignNotOpen,
            PledgeRefused::Tickets => ErrorCode::PledgeTickets,
            PledgeRefused::PledgedAlready => ErrorCode::PledgedAlready,
            PledgeRefused::SoldOut { .. } => ErrorCode::PledgeSoldOut,
            PledgeRefused::Over => ErrorCode::PledgeOver,
        }),
        PledgeError::Store(fault) => fault.into(),
    }
}

fn claim_problem(refused: ClaimRefused) -> ApiError {
    let detail = refused.to_string();
    match refused {
        ClaimRefused::Unknown => ApiError::new(ErrorCode::NotFound),
        ClaimRefused::NotYet { .. } => ApiError::new(ErrorCode::ClaimNotYet),
        ClaimRefused::TooLate | ClaimRefused::NoClaim => ApiError::new(ErrorCode::ClaimOver),
        ClaimRefused::Count { .. } => ApiError::new(ErrorCode::InvalidRequest).detail(detail),
    }
}
