//! Wishes, campaigns, pledges and claims.

use domain::campaign::{Offer, Phase, Tally, Windows};
use domain::id::{AuditoriumId, BookingId, CampaignId, MovieId, NodeId, OrderId, PledgeId};
use domain::id::{ScreeningId, SeatId, TheaterId};
use domain::money::Won;
use domain::pledge::ReturnReason;
use domain::request::Slot;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::back::{BankAccount, PaidBackView};
use super::catalog::MovieSummary;
use super::screening::{AuditoriumName, TheaterName};

/// What a theater offers: when, where, at what price, and how many make it happen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OfferView {
    pub auditorium: AuditoriumName,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The cinema's date: a showing at 02:30 belongs to the evening before.
    #[schema(example = "2026-11-22")]
    pub business_date: String,
    #[schema(example = "22일 26:30 (23일 02:30)")]
    pub time_label: String,
    /// So many paid tickets make it happen.
    pub goal: u32,
    pub capacity: u32,
    /// Of one ticket.
    pub price_won: Won,
    pub opens_at: Timestamp,
    /// Pledges begin before it, and not at it.
    pub deadline: Timestamp,
}

/// The numbers that the result was decided on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TallyView {
    pub decided_at: Timestamp,
    pub succeeded: bool,
    pub goal: u32,
    pub paid_tickets: u32,
    pub backers: u32,
    /// Payments that were still unknown when the grace was over.
    pub in_flight: u32,
    /// Kiosks that were waited for in vain.
    pub unheard: Vec<NodeId>,
}

impl From<&Tally> for TallyView {
    fn from(tally: &Tally) -> Self {
        Self {
            decided_at: tally.decided_at,
            succeeded: tally.is_success(),
            goal: tally.goal,
            paid_tickets: tally.paid_tickets,
            backers: tally.backers,
            in_flight: tally.in_flight,
            unheard: tally.unheard.clone(),
        }
    }
}

/// When the seats of a screening that will be are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowsView {
    /// Backers choose their seats from here …
    pub backers_from: Timestamp,
    /// … and from here everybody may buy the rest.
    pub public_from: Timestamp,
    /// Whoever has chosen none by then is given seats.
    pub place_at: Timestamp,
}

impl From<Windows> for WindowsView {
    fn from(windows: Windows) -> Self {
        Self {
            backers_from: windows.backers_from,
            public_from: windows.public_from,
            place_at: windows.place_at,
        }
    }
}

/// The rules by which a campaign goes, so that nobody has to be told them twice.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignRules {
    /// The most tickets of one pledge.
    pub tickets_max: u32,
    /// How long one has to pay.
    pub pay_ms: i64,
    /// The longest that the result waits for words after the deadline.
    pub grace_ms: i64,
    /// Whoever has chosen no seats this long before the show is given some.
    pub place_before_ms: i64,
}

/// What is nearly always asked about a campaign, as it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CampaignProgress {
    pub campaign: CampaignId,
    pub phase: Phase,
    pub paid_tickets: u32,
    pub backers: u32,
    /// Of the goal; more than 100 when there are more.
    pub percent: u32,
    /// Tickets that can still be pledged for here.
    pub left: u32,
    /// None unless it came to nothing.
    pub paid_back: Option<PaidBackView>,
    pub now: Timestamp,
}

/// A campaign with all that a backer decides by.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignView {
    #[serde(flatten)]
    pub progress: CampaignProgress,
    pub movie: MovieSummary,
    pub theater: TheaterName,
    pub area: String,
    /// None until the theater has named its terms.
    pub offer: Option<OfferView>,
    /// The planned screening, once the campaign has opened.
    pub screening: Option<ScreeningId>,
    /// None unless it has succeeded.
    pub windows: Option<WindowsView>,
    /// None until it is decided.
    pub result: Option<TallyView>,
    pub rules: CampaignRules,
}

/// A page of campaigns.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignPage {
    pub campaigns: Vec<CampaignView>,
    pub total: u32,
    /// Where the next page begins; none on the last.
    pub next_offset: Option<u32>,
}

/// What a backer was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Notice {
    /// It will be screened; seats can be chosen from then on.
    Succeeded { from: Timestamp },
    /// Seats can be chosen.
    Choose { until: Timestamp },
    /// The seats were chosen for them.
    PlacedByItself { booking: BookingId },
    /// Money is on its way back.
    Returning { why: ReturnReason },
    /// The money has arrived.
    Returned { at: Timestamp },
}

/// A notice and when it was made.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    pub at: Timestamp,
    #[serde(flatten)]
    pub notice: Notice,
}

/// How a pledge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PledgeStatus {
    /// Paid; it counts.
    Live,
    /// It has seats.
    Placed {
        booking: BookingId,
    },
    Returning {
        why: ReturnReason,
    },
    Returned {
        why: ReturnReason,
        returned_at: Timestamp,
    },
}

/// A backer's own pledge.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PledgeView {
    pub pledge: PledgeId,
    /// The booking has the same number.
    #[schema(example = "1234-5678-9012")]
    pub number: String,
    pub tickets: u32,
    pub amount_won: Won,
    pub made_at: Timestamp,
    #[serde(flatten)]
    pub status: PledgeStatus,
    /// It may be raised, lowered or withdrawn now.
    pub may_change: bool,
    /// Seats may be chosen now.
    pub may_choose: bool,
    /// What is lowered or withdrawn goes to a bank account that has to be named with it.
    pub refund_to_account: bool,
    /// Orders whose money waits until a bank account is named for it.
    pub awaiting_account: Vec<OrderId>,
    /// What is on its way back, and what has arrived.
    pub returning_won: Won,
    /// Of what is on its way: it was paid at a kiosk, whose counter gives it back.
    pub at_counter_won: Won,
    pub returned_won: Won,
    /// The latest first.
    pub notices: Vec<NoticeView>,
    pub campaign: CampaignView,
}

/// Who asks for a pledge.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpPledge {
    pub number: String,
    pub phone: String,
}

/// A pledge shall have fewer tickets; raising it takes an order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LowerPledge {
    pub phone: String,
    /// At least one; see the withdrawal for none.
    pub tickets: u32,
    /// Where the money goes that was paid into an account.
    #[serde(default)]
    pub account: Option<BankAccount>,
}

/// Who withdraws a pledge.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawPledge {
    pub phone: String,
    /// Where the money goes that was paid into an account.
    #[serde(default)]
    pub account: Option<BankAccount>,
}

/// The seats that a backer chooses: as many as the pledge has tickets.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceClaim {
    pub phone: String,
    pub seats: Vec<SeatId>,
}

/// Somebody wishes to see a film again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeRequest {
    pub phone: String,
    /// As theaters name it.
    #[schema(example = "종로")]
    pub area: String,
    pub slot: Slot,
}

/// Who takes a wish back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    pub phone: String,
}

/// How many wish for it in an area.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AreaRequests {
    pub area: String,
    pub count: u32,
    pub slots: Vec<SlotRequests>,
}

/// How many of them would come then.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct SlotRequests {
    pub slot: Slot,
    pub count: u32,
}

/// How many wish to see a film again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MovieRequests {
    pub movie: MovieId,
    pub count: u32,
    pub areas: Vec<AreaRequests>,
}

/// A film that is wished for, for whoever plans campaigns.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WishedFilm {
    pub film: MovieSummary,
    pub requests: MovieRequests,
}

/// A theater is asked for an auditorium.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestCampaign {
    pub movie: MovieId,
    pub theater: TheaterId,
    pub by: String,
    #[serde(default)]
    pub note: String,
}

/// The theater's terms.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferCampaign {
    pub auditorium: AuditoriumId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub goal: u32,
    pub capacity: u32,
    pub price_won: Won,
    pub opens_at: Timestamp,
    pub deadline: Timestamp,
    pub by: String,
    #[serde(default)]
    pub note: String,
}

impl OfferCampaign {
    /// The terms alone.
    #[must_use]
    pub fn offer(&self) -> Offer {
        Offer {
            auditorium: self.auditorium,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            goal: self.goal,
            capacity: self.capacity,
            price: self.price_won,
            opens_at: self.opens_at,
            deadline: self.deadline,
        }
    }
}

/// Who approves a campaign, or calls it off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideCampaign {
    pub by: String,
    #[serde(default)]
    pub note: String,
}

/// A step of a campaign: who, when, why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignStep {
    pub at: Timestamp,
    pub by: String,
    /// None for the first one.
    pub from: Option<Phase>,
    pub to: Phase,
    pub paid_tickets: u32,
    pub note: String,
}

/// A campaign as its operators see it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignFile {
    pub campaign: CampaignView,
    /// Payments whose outcome is not known, and their tickets.
    pub in_flight: u32,
    pub in_flight_tickets: u32,
    /// Tickets of backers who have no seats yet.
    pub unplaced_tickets: u32,
    /// The oldest first.
    pub steps: Vec<CampaignStep>,
}
