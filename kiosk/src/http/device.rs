//! This device.

use axum::Json;
use axum::extract::State;
use boxoffice::problem::ApiError;
use protocol::api::kiosk::{KioskView, TerminalKind, TerminalView};
use protocol::api::screening::TheaterName;

use crate::app::App;
use crate::programme;

/// This device, its theater, its link and its terminal
#[utoipa::path(get, operation_id = "show_kiosk",
    path = "/api/kiosk", tag = "device",
    responses((status = 200, body = KioskView)))]
pub(super) async fn show(State(app): State<App>) -> Result<Json<KioskView>, ApiError> {
    let shop = &app.shop;
    let theater = shop.db.read(programme::theater).await?;
    let place = theater.as_ref().map_or(programme::NOWHERE, |it| it.theater);
    Ok(Json(KioskView {
        node: shop.node.clone(),
        link: shop.links.of(place),
        theater: theater.map(TheaterName::from),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        terminal: TerminalView {
            kind: TerminalKind::Simulated,
            ready: app.terminal.ready(),
        },
        now: shop.now(),
    }))
}
