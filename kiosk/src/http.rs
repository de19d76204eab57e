//! The kiosk's web API and its screens: parse, call one operation, render.

mod bookings;
mod closing;
mod desk;
mod device;
mod hand_offs;
mod offline;
mod payments;
mod pledges;
mod refunds;
mod searches;
mod simulator;
mod staff;

use axum::Router;
use boxoffice::pages;
use protocol::api::live::ViewersChanged;
use protocol::api::screening::LinkChanged;
use rust_embed::RustEmbed;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use payments::look_after_orders;
pub use refunds::look_after_refunds;
pub(crate) use searches::titles;

/// The touch screen's pages, built by `cargo xtask ui`.
#[derive(RustEmbed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Screens;

#[derive(OpenApi)]
#[openapi(
    components(schemas(LinkChanged, ViewersChanged)),
    info(
        title = "moding kiosk",
        description = "What the touch screen of one kiosk speaks with. It listens on loopback only."
    )
)]
struct Document;

/// The API's document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(boxoffice::routes().into_openapi());
    document.merge(own_routes().into_openapi());
    document.merge(staff::routes().into_openapi());
    document
}

/// Everything that is served.
pub fn router(app: App) -> Router {
    let shared: Router = boxoffice::routes().with_state(app.shop.clone()).into();
    let own: Router = own_routes().with_state(app.clone()).into();
    let api = shared.merge(own).merge(staff::guarded(app.clone()));
    pages::served::<Screens>(api, document(), &app.shop)
}

fn own_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(device::show))
        .routes(routes!(payments::create))
        .routes(routes!(payments::show))
        .routes(routes!(payments::cancel))
        .routes(routes!(desk::create))
        .merge(hand_offs::routes())
        .merge(pledges::routes())
        .merge(simulator::routes())
        .routes(routes!(bookings::look_up))
        .routes(routes!(searches::commit))
        .routes(routes!(searches::searches))
}
