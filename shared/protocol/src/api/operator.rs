//! What only operators speak of: conflicts and decisions about them, and the fleet.

use domain::booking::Tender;
use domain::conflict::{Outcome, Remedy};
use domain::id::{BookingId, NodeId, ScreeningId, SeatId, TheaterId};
use domain::money::Won;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::BookingStatus;
use super::screening::{PricedSeat, ScreeningSummary, TheaterName};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    SeatSoldTwice,
    SeatLost,
    CopyFound,
    NotTheOwner,
    RowRefused,
    /// The gateway will not give money back.
    RefundRefused,
}

/// A conflict in the list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConflictSummary {
    /// Put it into the path with its slashes written as `%2F`.
    #[schema(example = "seat_sold_twice/12/34")]
    pub key: String,
    pub kind: ConflictKind,
    pub found_at: Timestamp,
    /// None while it is open.
    pub decided_at: Option<Timestamp>,
    pub screening: Option<ScreeningId>,
    pub place: Option<PlaceView>,
    /// The node that it speaks of, if it is about one alone.
    pub node: Option<NodeId>,
}

/// Where a seat stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceView {
    pub seat: SeatId,
    /// Empty when the hub does not know the room.
    pub row: String,
    pub number: u32,
}

/// A page of conflicts: the open ones first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConflictList {
    pub open: i64,
    pub total: i64,
    pub conflicts: Vec<ConflictSummary>,
    /// Where the next page begins; none on the last.
    pub next_offset: Option<i64>,
}

/// What becomes of a booking in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// It keeps the seat.
    Wins,
    /// It needs other seats, or its money back.
    Loses,
    /// It does not want the seat any more.
    Gone,
}

/// Who has to change a booking, and whether that one can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WriterView {
    Hub,
    /// Its node is fenced: the hub takes it over.
    Fenced,
    Reachable,
    /// Its node has to come back first, or be fenced.
    Unreachable,
}

/// A booking that wants the seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClaimView {
    pub booking: BookingId,
    #[schema(example = "1234-5678-9012")]
    pub number: String,
    pub state: ClaimState,
    pub status: BookingStatus,
    /// Where it was made.
    pub node: NodeId,
    pub writer: WriterView,
    pub seats: Vec<PricedSeat>,
    pub booked_at: Timestamp,
    pub tender: Tender,
    pub paid: bool,
    pub amount_won: Won,
    /// The last four digits of the guest's phone number, to ask for by name.
    pub phone_end: Option<String>,
}

/// A ticket that would go to another seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MoveView {
    pub from: PlaceView,
    pub to: PricedSeat,
}

/// What can be decided.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RemedyView {
    pub remedy: Remedy,
    /// The booking that it changes; none for dismissing.
    pub booking: Option<BookingId>,
    /// As things are now; when it is carried out the seats are chosen again.
    pub moves: Vec<MoveView>,
    /// What is due to the guest.
    pub due_won: Won,
    /// The money was taken by a card terminal: the counter has to give it back.
    pub card_at_counter: bool,
}

/// What was decided.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DecisionView {
    pub remedy: Remedy,
    pub by: String,
    pub note: String,
    pub decided_at: Timestamp,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// One conflict with all that is needed to decide it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConflictDetail {
    #[serde(flatten)]
    pub summary: ConflictSummary,
    /// Why a row was refused, or how a copy was found out.
    pub reason: Option<String>,
    pub showing: Option<ScreeningSummary>,
    pub claims: Vec<ClaimView>,
    /// Whether somebody is still without a seat.
    pub lasts: bool,
    pub remedies: Vec<RemedyView>,
    pub decision: Option<DecisionView>,
}

/// What the operator decides.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    pub remedy: Remedy,
    /// The operator's name.
    pub by: String,
    /// Why; needed for dismissing.
    #[serde(default)]
    pub note: String,
    /// Which booking, when more than one has lost the seat; else the only one.
    #[serde(default)]
    pub booking: Option<BookingId>,
}

/// How a node stands with the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeStanding {
    InService,
    Fenced,
    /// The hub was restored, and sells nothing in the theater until the node has told what it
    /// knows.
    WaitedFor,
}

/// What a node does, as far as the hub has heard since it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeLife {
    Unheard,
    Selling,
    /// Its database is an older copy: it takes back from the hub what it has lost.
    Recovering,
    /// Another copy of it has gone on; an operator decides which of the two it is.
    PutAside,
    /// It has to be updated first.
    Refused,
}

/// A node of the fleet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NodeView {
    pub node: NodeId,
    pub theater: TheaterName,
    pub standing: NodeStanding,
    pub fenced_at: Option<Timestamp>,
    pub life: NodeLife,
    /// The version of its program.
    pub software: Option<String>,
    /// When another copy of it was put aside, if that was the last that was heard of one.
    pub copy_put_aside_at: Option<Timestamp>,
    /// An operator has ordered a copy of it to recover; it has not come yet.
    pub recovery_ordered: Option<WhichCopy>,
    /// Whether it answers questions now.
    pub reachable: bool,
    /// When the theater was last heard; none since the hub was started.
    pub last_heard_at: Option<Timestamp>,
    /// How many seats of coming screenings it owns.
    pub seats_owned: i64,
    pub open_conflicts: i64,
}

/// Every node, and the theaters in which the hub waits before it sells.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Fleet {
    pub nodes: Vec<NodeView>,
    pub waiting: Vec<TheaterId>,
}

/// Which of two copies of a node's database is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhichCopy {
    /// The one that the hub speaks with.
    InService,
    /// The one that was put aside because the other has gone on.
    PutAside,
}

/// Have a copy of a node's database recover.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRecovery {
    /// The operator's name.
    pub by: String,
    #[serde(default)]
    pub note: String,
    pub copy: WhichCopy,
}

/// Who says so, and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The operator's name.
    pub by: String,
    #[serde(default)]
    pub note: String,
}

/// What an order has changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Carried {
    /// Seats that came back to the hub.
    pub seats: i64,
}

/// The longest name of an operator, in characters.
pub const OPERATOR_CHARS_MAX: usize = 60;

/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 1_000;
