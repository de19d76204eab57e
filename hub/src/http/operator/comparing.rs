//! Comparisons of the gateway's list with the books: shown, and what operators decide about what
//! differs.

use axum::Json;
use axum::extract::{Path, State};
use boxoffice::problem::{ApiError, Body, Speaks};
use protocol::api::books::{
    BooksDecided, BooksDecision, BooksDifference, BooksMismatch, BooksRepair, BooksRepaired,
    ComparisonState, ComparisonView, DecideDifference,
};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Transaction;

use super::books::{client, problem};
use super::signed;
use crate::app::App;
use crate::payments::api::Refused;
use crate::payments::api::books as told;
use crate::sqlite::audit::{self, Act};

/// How far a comparison has come, and what was decided about what it has found
#[utoipa::path(get, operation_id = "show_comparison",
    path = "/api/operator/comparisons/{comparison}", tag = "operator",
    responses((status = 200, body = ComparisonView), (status = 404, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<i64>,
    speaks: Speaks,
) -> Result<Json<ComparisonView>, ApiError> {
    let found = client(&app, speaks)?.reconciliation(id).await;
    let found = found.map_err(|error| match error.refused() {
        Some(_) => ApiError::new(ErrorCode::NotFound).speaking(speaks),
        None => problem(&error, speaks),
    })?;
    Ok(Json(comparison(found)))
}

/// Decide about a difference: have it put right, or set it aside; once
#[utoipa::path(post, operation_id = "decide_difference",
    path = "/api/operator/comparisons/{comparison}/differences/{number}/decision",
    tag = "operator", request_body = DecideDifference,
    responses((status = 200, body = ComparisonView), (status = 404, body = Problem),
              (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn decide(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    speaks: Speaks,
    Body(wanted): Body<DecideDifference>,
) -> Result<Json<ComparisonView>, ApiError> {
    let (by, note) = signed(&wanted.by, &wanted.note).map_err(|error| error.speaking(speaks))?;
    let decision = match wanted.decision {
        BooksDecision::CarryOut => told::Decision::CarryOut,
        BooksDecision::SetAside => told::Decision::SetAside,
    };
    let client = client(&app, speaks)?;
    let decided = client.repair((id, number), decision).await;
    decided.map_err(|error| match error.refused() {
        None => problem(&error, speaks),
        Some(Refused::NotFound) => ApiError::new(ErrorCode::NotFound).speaking(speaks),
        Some(_) => ApiError::new(ErrorCode::CannotBeDecided)
            .speaking(speaks)
            .detail(error.to_string()),
    })?;
    let found = client.reconciliation(id).await;
    let found = found.map_err(|error| problem(&error, speaks))?;
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    let subject = found.differences.get(at.saturating_sub(1));
    let act = Act::DifferenceDecided {
        comparison: id,
        subject: subject.map(told::Difference::subject).unwrap_or_default(),
        decision: wanted.decision,
        note,
    };
    let shop = app.shop.clone();
    let record = move |tx: &Transaction<'_>| audit::record_once(tx, shop.now(), &by, &act);
    app.shop.db.write(record).await?;
    Ok(Json(comparison(found)))
}

pub(super) fn comparison(known: told::ReconciliationView) -> ComparisonView {
    ComparisonView {
        comparison: known.reconciliation,
        from: known.window.from,
        until: known.window.until,
        progress: match known.progress {
            told::Progress::Asked { next_read_at } => ComparisonState::Asked { next_read_at },
            told::Progress::Reread { next_read_at } => ComparisonState::Reread { next_read_at },
            told::Progress::Finished { finished_at } => ComparisonState::Finished { finished_at },
        },
        transactions: known.transactions,
        differences: (1..).zip(known.differences).map(difference).collect(),
    }
}

fn difference((number, known): (u32, told::Difference)) -> BooksDifference {
    let view = BooksDifference {
        number,
        can_be_carried_out: known.can_be_carried_out(),
        decided: known.decided.map(decided),
        what: BooksMismatch::AmountDiffers,
        here: None,
        there: None,
        here_won: None,
        there_won: None,
        order: known.order,
        refund: None,
        gateway_order: known.gateway_order,
        payment_key: known.payment_key,
        repair: match known.repair {
            told::Repair::AskTheGateway => BooksRepair::AskTheGateway,
            told::Repair::CancelAtTheGateway => BooksRepair::CancelAtTheGateway,
            told::Repair::EnterTheRefund => BooksRepair::EnterTheRefund,
            told::Repair::AskSupport => BooksRepair::AskSupport,
        },
    };
    match known.mismatch {
        told::Mismatch::ChargeMissingHere { amount } => BooksDifference {
            what: BooksMismatch::ChargeMissingHere,
            there_won: Some(amount),
            ..view
        },
        told::Mismatch::ChargeMissingThere { amount } => BooksDifference {
            what: BooksMismatch::ChargeMissingThere,
            here_won: Some(amount),
            ..view
        },
        told::Mismatch::RefundMissingHere { amount } => BooksDifference {
            what: BooksMismatch::RefundMissingHere,
            there_won: Some(amount),
            ..view
        },
        told::Mismatch::RefundMissingThere { amount, refund } => BooksDifference {
            what: BooksMismatch::RefundMissingThere,
            here_won: Some(amount),
            refund: Some(refund),
            ..view
        },
        told::Mismatch::AmountDiffers { here, there } => BooksDifference {
            here_won: Some(here),
            there_won: Some(there),
            ..view
        },
        told::Mismatch::StateDiffers { here, there } => BooksDifference {
            what: BooksMismatch::StateDiffers,
            here: Some(here),
            there: Some(there),
            ..view
        },
    }
}

fn decided(known: told::RepairView) -> BooksDecided {
    BooksDecided {
        decision: match known.decision {
            told::Decision::CarryOut => BooksDecision::CarryOut,
            told::Decision::SetAside => BooksDecision::SetAside,
        },
        decided_at: known.decided_at,
        progress: match known.progress {
            told::Repaired::Decided => BooksRepaired::Decided,
            told::Repaired::Done { done_at } => BooksRepaired::Done { done_at },
            told::Repaired::Refused { code } => BooksRepaired::Refused { code },
        },
    }
}
