//! This device.

use axum::Json;
use axum::extract::State;
use boxoffice::problem::ApiError;
use domain::id::NodeId;
use protocol::api::kiosk::{KioskStanding, KioskView, TerminalKind, TerminalView};
use protocol::api::screening::TheaterName;

use store::StoreError;

use super::hand_offs;
use crate::app::App;
use crate::devices::card_terminal::Readiness;
use crate::programme;
use crate::sync::{self, Standing};
use crate::work_offline;

/// This device, its theater, its link and its terminal
#[utoipa::path(get, operation_id = "show_kiosk",
    path = "/api/kiosk", tag = "device",
    responses((status = 200, body = KioskView)))]
pub(super) async fn show(State(app): State<App>) -> Result<Json<KioskView>, ApiError> {
    let shop = &app.shop;
    let asked = app.shop.clone();
    let read = shop.db.read(move |db| {
        let doubts = seats::sqlite::recovery::doubts(db)?.len();
        let by_hand = work_offline::find(db)?;
        Ok::<_, StoreError>((
            programme::theater(db)?,
            sync::standing(db)?,
            doubts,
            by_hand,
            hand_offs::by_phone(&asked, db)?,
        ))
    });
    let (theater, standing, doubts, by_hand, by_phone) = read.await?;
    let (link, now) = (shop.links.of_node(&NodeId::hub()), shop.now());
    Ok(Json(KioskView {
        node: shop.node.clone(),
        link,
        theater: theater.map(TheaterName::from),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        terminal: TerminalView {
            kind: TerminalKind::Simulated,
            ready: app.terminal.readiness() == Readiness::Ready,
            line_down: app.terminal.readiness() == Readiness::LineDown,
        },
        desk: app.staff.is_set(),
        by_phone,
        standing: match standing {
            Standing::Selling => KioskStanding::Selling,
            Standing::Recovering => KioskStanding::Recovering,
            Standing::PutAside => KioskStanding::PutAside,
        },
        seats_in_doubt: i64::try_from(doubts).unwrap_or(i64::MAX),
        offline_ends_at: by_hand.ends_soon(link, now),
        by_hand,
        now,
    }))
}
