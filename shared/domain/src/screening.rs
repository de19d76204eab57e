//! One showing of one film in one auditorium: when, at what price, and when it is on sale.

use serde::{Deserialize, Serialize};

use crate::id::{AuditoriumId, MovieId, ScreeningId, SeatMapId, TheaterId};
use crate::money::Won;
use crate::seat_map::ZoneId;
use crate::time::Timestamp;

/// What a seat of one zone costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZonePrice {
    pub zone: ZoneId,
    pub price: Won,
}

/// A showing that is planned. Written by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    pub screening: ScreeningId,
    pub movie: MovieId,
    pub theater: TheaterId,
    pub auditorium: AuditoriumId,
    pub seat_map: SeatMapId,
    pub seat_map_version: i64,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Seats are sold from here …
    pub sale_from: Timestamp,
    /// … up to here, and not at it.
    pub sale_until: Timestamp,
    pub prices: Vec<ZonePrice>,
}

/// Whether a screening is on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sale {
    NotYet,
    Open,
    Closed,
}

impl Screening {
    /// Whether seats are sold at `now`.
    #[must_use]
    pub fn sale(&self, now: Timestamp) -> Sale {
        if now < self.sale_from {
            Sale::NotYet
        } else if now < self.sale_until {
            Sale::Open
        } else {
            Sale::Closed
        }
    }

    /// The price of a seat in `zone`; none when the screening does not sell that zone.
    #[must_use]
    pub fn price(&self, zone: &ZoneId) -> Option<Won> {
        let price = self.prices.iter().find(|price| &price.zone == zone)?;
        Some(price.price)
    }
}
