//! The books: what the payments module says of accounts, transfers and the gateway's list.

use axum::Json;
use axum::extract::{Path, Query, State};
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::ledger::{Account, Phase};
use protocol::api::books::{
    AccountView, AwaitedAccount, CompareBooks, ComparisonView, Statement, StatementLine,
    TransferState,
};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use serde::Deserialize;
use utoipa::IntoParams;

use super::comparing;
use crate::app::App;
use crate::payments::api::books as told;
use crate::payments::client::{ClientError, PaymentsClient};
use crate::sqlite::awaited_accounts;

/// Transfers on one page of a statement.
const PAGE_LINES: u32 = 100;

/// Refunds that are listed at once.
const AWAITED_MAX: u32 = 200;

/// Every account with what is on it
#[utoipa::path(get, operation_id = "list_accounts",
    path = "/api/operator/accounts", tag = "operator",
    responses((status = 200, body = [AccountView]), (status = 503, body = Problem)))]
pub(super) async fn accounts(
    State(app): State<App>,
    speaks: Speaks,
) -> Result<Json<Vec<AccountView>>, ApiError> {
    let accounts = client(&app, speaks)?.accounts().await;
    let accounts = accounts.map_err(|error| problem(&error, speaks))?;
    let views = accounts.into_iter().map(|known| AccountView {
        account: known.account.to_string(),
        balance_won: known.balance,
        available_won: known.available,
    });
    Ok(Json(views.collect()))
}

/// Refunds that wait until their buyers have named a bank account, the longest first
#[utoipa::path(get, operation_id = "list_awaited_accounts",
    path = "/api/operator/awaited-accounts", tag = "operator",
    responses((status = 200, body = [AwaitedAccount])))]
pub(super) async fn awaited(State(app): State<App>) -> Result<Json<Vec<AwaitedAccount>>, ApiError> {
    let list = |db: &Connection| awaited_accounts::list(db, AWAITED_MAX);
    let found = app.shop.db.read(list).await?.into_iter();
    let views = found.map(|awaited| AwaitedAccount {
        refund: awaited.refund,
        order: awaited.order,
        amount_won: awaited.amount,
        since: awaited.since,
    });
    Ok(Json(views.collect()))
}

/// Which stretch of a statement.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct StatementQuery {
    /// `last` of the stretch before.
    #[serde(default)]
    after: i64,
}

/// A stretch of an account's transfers, oldest first
#[utoipa::path(get, operation_id = "show_statement",
    path = "/api/operator/accounts/{account}/statement", tag = "operator",
    params(("account" = String, Path), StatementQuery),
    responses((status = 200, body = Statement), (status = 404, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn statement(
    State(app): State<App>,
    Path(account): Path<String>,
    Query(query): Query<StatementQuery>,
    speaks: Speaks,
) -> Result<Json<Statement>, ApiError> {
    let no_account = |_| ApiError::new(ErrorCode::NotFound).speaking(speaks);
    let account: Account = account.parse().map_err(no_account)?;
    let read = client(&app, speaks)?.statement(&account, query.after, PAGE_LINES);
    let known = read.await.map_err(|error| problem(&error, speaks))?;
    Ok(Json(Statement {
        account: known.account.to_string(),
        lines: known.lines.into_iter().map(line).collect(),
        last: known.last,
    }))
}

/// Have the gateway's list compared with ours; the same stretch again is the same comparison
#[utoipa::path(post, operation_id = "compare_books",
    path = "/api/operator/comparisons", tag = "operator",
    request_body = CompareBooks,
    responses((status = 200, body = ComparisonView), (status = 422, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn compare(
    State(app): State<App>,
    speaks: Speaks,
    Body(wanted): Body<CompareBooks>,
) -> Result<Json<ComparisonView>, ApiError> {
    let window = told::Window {
        from: wanted.from,
        until: wanted.until,
    };
    let asked = client(&app, speaks)?.reconcile(&window).await;
    let asked = asked.map_err(|error| problem(&error, speaks))?;
    Ok(Json(comparing::comparison(asked)))
}

pub(super) fn client(app: &App, speaks: Speaks) -> Result<&PaymentsClient, ApiError> {
    let none = || ApiError::new(ErrorCode::PaymentsUnavailable).speaking(speaks);
    app.payments
        .as_ref()
        .map(|paying| &paying.client)
        .ok_or_else(none)
}

pub(super) fn problem(error: &ClientError, speaks: Speaks) -> ApiError {
    let refused = error.refused().is_some();
    let code = if refused {
        ErrorCode::InvalidRequest
    } else {
        ErrorCode::PaymentsUnavailable
    };
    ApiError::new(code)
        .speaking(speaks)
        .detail(error.to_string())
}

fn line(known: told::StatementLine) -> StatementLine {
    StatementLine {
        transfer: known.transfer,
        cause: known.cause,
        subject: known.subject,
        other: known.other.to_string(),
        amount_won: known.amount,
        state: match known.phase {
            Phase::Pending => TransferState::Pending,
            Phase::Posted => TransferState::Posted,
            Phase::Voided => TransferState::Voided,
        },
        made_at: known.made_at,
        settled_at: known.settled_at,
    }
}
