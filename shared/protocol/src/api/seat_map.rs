//! Changing the seat map of a screening that is on sale, as operators see it.

use domain::conflict::remedy::Move;
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::seat_map::SeatMapFacts;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::operator::{PlaceView, WriterView};

/// Whether something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeMode {
    /// Say what would be done, and do nothing.
    Plan,
    CarryOut,
}

/// What the new map is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeReach {
    #[default]
    Screening,
    /// Screenings that are planned in the room from now on have it as well.
    Room,
}

/// Another version of a screening's seat map.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSeatMap {
    /// The operator's name.
    pub by: String,
    #[serde(default)]
    pub note: String,
    pub mode: ChangeMode,
    #[serde(default)]
    pub reach: ChangeReach,
    /// The whole new map, with the id of the old one and a higher version.
    pub map: SeatMapFacts,
    /// Seats that the operator names for somebody who has to move.
    #[serde(default)]
    pub seats: Vec<Move>,
}

/// Why a seat cannot go yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitKind {
    /// Free at another node, which is asked for it.
    Elsewhere,
    /// Blocked at another node.
    BlockedElsewhere,
    Held,
    Paying,
    /// Somebody has a ticket and has to move.
    Booked,
    Unknown,
}

/// What stands in the way of one seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WaitView {
    pub place: PlaceView,
    pub why: WaitKind,
    pub node: Option<NodeId>,
    pub until: Option<Timestamp>,
    pub booking: Option<BookingId>,
}

/// A ticket that goes from one seat to another at the same price.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketMove {
    pub from: PlaceView,
    pub to: PlaceView,
}

/// A booking that has to move.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BookingMoveView {
    pub booking: BookingId,
    #[schema(example = "1234-5678-9012")]
    pub number: String,
    /// Where it was made.
    pub node: NodeId,
    pub writer: WriterView,
    /// The last four digits of the guest's phone number.
    pub phone_end: Option<String>,
    /// The seats that it has to leave.
    pub leaves: Vec<SeatId>,
    /// Empty when no seats were found: name them.
    pub moves: Vec<TicketMove>,
}

/// What changes, or has changed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatMapChangeView {
    pub screening: ScreeningId,
    /// The version that the screening had, and the one that it gets.
    pub from_version: i64,
    pub to_version: i64,
    /// The screening has the new map.
    pub done: bool,
    pub kept: usize,
    pub added: Vec<PlaceView>,
    pub removed: Vec<PlaceView>,
    pub waits: Vec<WaitView>,
    pub moves: Vec<BookingMoveView>,
    /// Why it cannot be carried out now; none when it can.
    pub refused: Option<String>,
}
