//! The HTTP face that hub and kiosk share: what is on, the picture of the seats, holds, live
//! events, problem details, pages.
//!
//! Hub and kiosk differ in where the programme comes from ([`Programme`]) and in what a hold
//! becomes; everything up to there is the same, so it stands here once.

pub mod answers;
pub mod asks;
mod best;
pub mod board_view;
pub mod bookings;
pub mod device;
pub mod document;
pub mod finding;
pub mod gather;
pub mod guard;
pub mod health;
mod holds;
pub mod limits;
pub mod links;
pub mod live;
mod movies;
pub mod outside;
pub mod pages;
pub mod problem;
pub mod replica;
pub mod round_trips;
mod screenings;
pub mod searches;
mod seats_view;
pub mod serving;
mod shop;
pub mod sqlite;
pub mod timekeeping;
pub mod upkeep;
pub mod viewers;

pub use screenings::{Placed, find as find_screening, screening_summary};
pub use seats_view::seats_view;
pub use shop::{Handles, Programme, ProgrammeQuery, Shop};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes that hub and kiosk have in common.
#[must_use]
pub fn routes() -> OpenApiRouter<Shop> {
    reading_routes()
        .routes(routes!(best::best))
        .routes(routes!(holds::create))
        .routes(routes!(holds::show, holds::release))
        .routes(routes!(holds::refresh))
        .routes(routes!(live::events))
}

/// Those of them that need nothing but the database, and only to read it.
#[must_use]
pub fn reading_routes() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(screenings::list))
        .routes(routes!(screenings::one))
        .routes(routes!(screenings::seat_map))
        .routes(routes!(screenings::seats))
        .routes(routes!(movies::search))
        .routes(routes!(movies::suggest))
}
