//! The daily close on the staff's page.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::time::UtcOffset;
use protocol::api::till::{CloseDay, CloseView, OpenTill};
use protocol::error::{ErrorCode, Problem};
use store::StoreError;
use tokio::time::timeout;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::closing::{self, Counted};
use crate::{programme, sqlite};

/// Closes that are listed.
const CLOSES_MAX: u32 = 31;

/// Whoever pays now is waited for this long.
const ALONE_WITHIN: Duration = Duration::from_secs(2);

/// How a business date is written: `2026-11-22`.
const DATE_LETTERS: usize = 10;

/// The staff's side of the close.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, close))
}

/// The latest daily closes, and the date that would be closed now
#[utoipa::path(get, operation_id = "list_closes",
    path = "/api/staff/close", tag = "staff",
    responses((status = 200, body = OpenTill), (status = 401, body = Problem)))]
async fn list(State(app): State<App>) -> Result<Json<OpenTill>, ApiError> {
    let business_date = today(&app).await?;
    let node = app.shop.node.clone();
    let closes = app
        .shop
        .db
        .read(move |db| seats::sqlite::closes::latest(db, &node, CLOSES_MAX));
    let closes: Vec<CloseView> = closes.await?.into_iter().map(CloseView::from).collect();
    Ok(Json(OpenTill {
        business_date,
        last_closed_at: closes.first().map(|close| close.closed_at),
        closes,
    }))
}

/// Close the day: what was taken against the terminal's account and the counted cash
#[utoipa::path(post, operation_id = "close_day",
    path = "/api/staff/close", tag = "staff",
    request_body = CloseDay,
    responses((status = 200, body = CloseView), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn close(
    State(app): State<App>,
    speaks: Speaks,
    Body(asked): Body<CloseDay>,
) -> Result<Json<CloseView>, ApiError> {
    let refused = |code| ApiError::new(code).speaking(speaks);
    let business_date = match asked.business_date {
        Some(date) if is_date(&date) => date,
        Some(_) => return Err(refused(ErrorCode::InvalidRequest)),
        None => today(&app).await?,
    };
    // Nobody may be paying: the terminal's account and ours are read one after the other.
    let alone = timeout(ALONE_WITHIN, app.moving_money.write()).await;
    let _alone = alone.map_err(|_| refused(ErrorCode::PaymentInProgress))?;
    let last = app.shop.db.read(sqlite::closes::last).await?;
    let after = last.map_or(0, |end| end.terminal_last);
    let account = app.terminal.account(after).await;
    let account = account.map_err(|_| refused(ErrorCode::TerminalUnavailable))?;
    let counted = Counted {
        business_date,
        cash: asked.counted_cash_won,
    };
    let shop = app.shop.clone();
    let closed = app
        .shop
        .db
        .write(move |tx| closing::close(tx, shop.here(), &account, counted));
    Ok(Json(CloseView::from(closed.await?)))
}

async fn today(app: &App) -> Result<String, StoreError> {
    let theater = app.shop.db.read(programme::theater).await?;
    let offset = theater.map_or(UtcOffset::SEOUL, |theater| theater.utc_offset);
    Ok(offset.business_date(app.shop.now()).to_string())
}

fn is_date(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == DATE_LETTERS && text.bytes().enumerate().all(shape)
}
