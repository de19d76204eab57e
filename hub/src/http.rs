//! The hub's web API and its screens: parse, call one operation, render.

mod accounts;
mod bookings;
mod campaigns;
pub mod copy;
mod likes;
mod movies;
mod operator;
mod orders;
mod pledges;
mod requests;
mod searches;
mod theaters;
mod webhooks;

use axum::Router;
use boxoffice::pages;
use boxoffice::problem::{ApiError, Speaks};
use protocol::api::campaign::CampaignProgress;
use protocol::api::live::ViewersChanged;
use protocol::api::screening::LinkChanged;
use protocol::error::ErrorCode;
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
    components(schemas(LinkChanged, CampaignProgress, ViewersChanged)),
    info(
        title = "moding hub",
        description = "Films, theaters, screenings and seats on the web.\n\n\
            A hub that stands by for another answers what can be read from its copy of the \
            other's database. Each of its answers has the header `moding-copy-age`: as of so \
            many seconds ago everything that the other hub had put into its replica is in it; \
            `none` while there is no copy. Everything else is refused with the code \
            `standing_by`, or `copy_not_ready` while there is no copy that it can read."
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
    let api = shared.merge(own).merge(operator::guarded(app.clone()));
    pages::served::<Screens>(api, document(), &app.shop)
}

/// What needs nothing but the database, and only to read it: a hub that stands by has it, too.
fn reading_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(movies::list))
        .routes(routes!(movies::one))
        .routes(routes!(movies::genres))
        .routes(routes!(searches::searches))
        .routes(routes!(searches::popular))
        .routes(routes!(searches::wanted))
        .routes(routes!(theaters::list))
        .routes(routes!(theaters::one))
        .routes(routes!(campaigns::list))
        .routes(routes!(campaigns::one))
        .routes(routes!(requests::count))
}

fn own_routes() -> OpenApiRouter<App> {
    reading_routes()
        .routes(routes!(likes::like, likes::unlike))
        .routes(routes!(searches::commit))
        .routes(routes!(bookings::create))
        .routes(routes!(bookings::look_up))
        .routes(routes!(bookings::cancel))
        .routes(routes!(pledges::look_up))
        .routes(routes!(pledges::lower))
        .routes(routes!(pledges::withdraw))
        .routes(routes!(pledges::place))
        .routes(routes!(requests::make))
        .routes(routes!(requests::withdraw))
        .routes(routes!(orders::create))
        .routes(routes!(orders::create_pledge))
        .routes(routes!(orders::show))
        .routes(routes!(orders::attempt))
        .routes(routes!(orders::confirm))
        .routes(routes!(orders::fail))
        .routes(routes!(orders::cancel))
        .routes(routes!(accounts::name))
        .routes(routes!(webhooks::toss))
}

/// Reads what somebody has written.
fn parsed<T: std::str::FromStr>(text: &str, speaks: Speaks) -> Result<T, ApiError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|wrong: T::Err| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(wrong.to_string())
    })
}
