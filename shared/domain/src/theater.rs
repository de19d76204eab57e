//! Cinema buildings and their rooms.

use serde::{Deserialize, Serialize};

use crate::id::{AuditoriumId, SeatMapId, TheaterId};
use crate::time::UtcOffset;

/// A cinema building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theater {
    pub theater: TheaterId,
    pub name: String,
    pub name_en: String,
    pub region: String,
    pub area: String,
    pub utc_offset: UtcOffset,
}

/// A room, and the seat map that new screenings in it use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auditorium {
    pub auditorium: AuditoriumId,
    pub theater: TheaterId,
    pub name: String,
    pub seat_map: SeatMapId,
    pub seat_map_version: i64,
}
