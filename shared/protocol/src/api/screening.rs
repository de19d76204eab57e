//! Screenings, their seat maps and the state of their seats.

use domain::id::{AuditoriumId, HoldId, ScreeningId, SeatId, SeatMapId, TheaterId};
use domain::link::Link;
use domain::money::Won;
use domain::screening::Sale;
use domain::seat_map::{Seat, SeatKind, SeatMap, ZoneId};
use domain::theater::Theater;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalog::MovieSummary;

/// What a seat of one zone costs, with the zone's names.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ZonePriceView {
    pub zone: ZoneId,
    pub name_ko: String,
    pub name_en: String,
    pub price_won: Won,
}

/// Which theater.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TheaterName {
    pub theater: TheaterId,
    pub name: String,
    pub name_en: String,
}

impl From<Theater> for TheaterName {
    fn from(theater: Theater) -> Self {
        Self {
            theater: theater.theater,
            name: theater.name,
            name_en: theater.name_en,
        }
    }
}

/// Which room.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditoriumName {
    pub auditorium: AuditoriumId,
    pub name: String,
}

/// One showing with all that a buyer chooses by.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScreeningSummary {
    pub screening: ScreeningId,
    pub movie: MovieSummary,
    pub theater: TheaterName,
    pub auditorium: AuditoriumName,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The cinema's date: a showing at 02:30 belongs to the evening before.
    #[schema(example = "2026-11-22")]
    pub business_date: String,
    #[schema(example = "22일 26:30 (23일 02:30)")]
    pub time_label: String,
    pub prices: Vec<ZonePriceView>,
    pub capacity: i64,
    /// Seats that can be chosen here now.
    pub free_here: i64,
    pub sale: Sale,
    /// The link to the other side that sells seats of this screening.
    pub link: Link,
}

/// Screenings in a list, and the dates that have any.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScreeningList {
    pub dates: Vec<String>,
    pub screenings: Vec<ScreeningSummary>,
}

/// The places of a room. A version never changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatMapView {
    pub seat_map: SeatMapId,
    pub version: i64,
    pub width: i32,
    pub height: i32,
    pub seats: Vec<Seat>,
}

impl From<&SeatMap> for SeatMapView {
    fn from(map: &SeatMap) -> Self {
        Self {
            seat_map: map.id,
            version: map.version,
            width: map.width,
            height: map.height,
            seats: map.seats().to_vec(),
        }
    }
}

/// A seat as it looks from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatLook {
    /// It can be chosen here.
    Free,
    /// Nobody is known to have it, but the other side sells it (P1).
    Elsewhere,
    Held,
    Sold,
    Blocked,
}

/// One seat's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatStateView {
    pub seat: SeatId,
    pub state: SeatLook,
}

/// How far the seats of the other side can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElsewhereView {
    pub reachable: bool,
    /// When the other side was last heard.
    pub as_of: Option<Timestamp>,
}

/// The state of every seat of a screening.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatsView {
    pub screening: domain::id::ScreeningId,
    pub as_of: Timestamp,
    pub elsewhere: ElsewhereView,
    pub seats: Vec<SeatStateView>,
    /// Events after this one change the picture: give it as `Last-Event-ID`.
    pub event_id: String,
}

/// What changed: the data of a `seats` event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatsChanged {
    pub screening: ScreeningId,
    pub as_of: Timestamp,
    pub seats: Vec<SeatStateView>,
}

/// The data of a `link` event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkChanged {
    pub theater: TheaterId,
    #[serde(flatten)]
    pub link: Link,
}

/// Which seats to keep.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldSeats {
    #[schema(example = json!([12, 13]))]
    pub seats: Vec<SeatId>,
}

/// What a party is offered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BestSeats {
    /// The best choice first; no seat is in two of them. None when the party cannot be seated.
    pub choices: Vec<Vec<SeatId>>,
}

/// A chosen seat with its price.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PricedSeat {
    pub seat: SeatId,
    pub row: String,
    pub number: u32,
    pub zone: ZoneId,
    pub kind: SeatKind,
    pub price_won: Won,
}

/// Seats kept for a buyer. Whoever knows its id may use it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    pub hold: HoldId,
    pub screening: ScreeningId,
    pub seats: Vec<PricedSeat>,
    pub amount_won: Won,
    pub until: Timestamp,
    /// No refresh goes beyond this.
    pub until_max: Timestamp,
    /// The server's time: count down from `until - now`.
    pub now: Timestamp,
}
