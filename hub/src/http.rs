//! The hub's web API and its screens: parse, call one operation, render.

mod bookings;
mod campaigns;
mod movies;
mod operator;
mod pledges;
mod requests;
mod theaters;

use axum::Router;
use boxoffice::pages;
use protocol::api::screening::LinkChanged;
use rust_embed::RustEmbed;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The web's pages, built by `cargo xtask ui`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Screens;

#[derive(OpenApi)]
#[openapi(
    components(schemas(LinkChanged)),
    info(
        title = "moding hub",
        description = "Films, theaters, screenings and seats on the web."
    )
)]
struct Document;

/// The API's document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(boxoffice::routes().into_openapi());
    document.merge(own_routes().into_openapi());
    document.merge(operator::routes().into_openapi());
    document
}

/// Everything that is served.
pub fn router(app: App) -> Router {
    let shared: Router = boxoffice::routes().with_state(app.shop.clone()).into();
    let own: Router = own_routes().with_state(app.clone()).into();
    let api = shared.merge(own).merge(operator::guarded(app));
    pages::served::<Screens>(api, document())
}

fn own_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(movies::list))
        .routes(routes!(movies::one))
        .routes(routes!(movies::genres))
        .routes(routes!(theaters::list))
        .routes(routes!(theaters::one))
        .routes(routes!(bookings::create))
        .routes(routes!(bookings::look_up))
        .routes(routes!(bookings::cancel))
        .routes(routes!(campaigns::list))
        .routes(routes!(campaigns::one))
        .routes(routes!(campaigns::events))
        .routes(routes!(pledges::look_up))
        .routes(routes!(pledges::lower))
        .routes(routes!(pledges::withdraw))
        .routes(routes!(pledges::place))
        .routes(routes!(requests::count, requests::make))
        .routes(routes!(requests::withdraw))
}
