//! The hands of a test or a demonstration at the simulated terminal.

use axum::extract::State;
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::OrderId;
use protocol::error::{ErrorCode, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::devices::simulated_terminal::{Line, SimulatedCard, SimulatedTerminal};

/// A simulated card is held to the simulated terminal.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PresentCard {
    order: OrderId,
    outcome: SimulatedCard,
}

/// The simulated terminal's line to the acquirer breaks, or is mended.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetLine {
    line: Line,
}

/// The simulator's routes; all of them say *not found* beside a real terminal.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(present_card))
        .routes(routes!(set_line))
}

/// Hold a simulated card to the simulated terminal
#[utoipa::path(post, operation_id = "present_simulated_card",
    path = "/api/simulated-card", tag = "payments",
    request_body = PresentCard,
    responses((status = 204), (status = 404, body = Problem)))]
async fn present_card(
    State(app): State<App>,
    speaks: Speaks,
    Body(card): Body<PresentCard>,
) -> Result<StatusCode, ApiError> {
    let presented = simulator(&app, speaks)?.present_card(card.order, card.outcome);
    presented.map_err(|_| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Break or mend the simulated terminal's line to the acquirer
#[utoipa::path(post, operation_id = "set_simulated_line",
    path = "/api/simulated-line", tag = "payments",
    request_body = SetLine,
    responses((status = 204), (status = 404, body = Problem)))]
async fn set_line(
    State(app): State<App>,
    speaks: Speaks,
    Body(wanted): Body<SetLine>,
) -> Result<StatusCode, ApiError> {
    simulator(&app, speaks)?.set_line(wanted.line);
    Ok(StatusCode::NO_CONTENT)
}

fn simulator(app: &App, speaks: Speaks) -> Result<&SimulatedTerminal, ApiError> {
    let simulator = app.simulator.as_ref();
    simulator.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))
}
