//! Joining a campaign at the touch screen, also while the web cannot be reached.

use domain::id::{CampaignId, PledgeId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::screening::ScreeningSummary;

/// A campaign, as this kiosk knows it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CampaignHere {
    pub campaign: CampaignId,
    /// The planned screening. Its seats are not on sale before the backers have chosen.
    pub showing: ScreeningSummary,
    /// So many paid tickets make it happen.
    pub goal: u32,
    pub capacity: u32,
    pub price_won: Won,
    pub deadline: Timestamp,
    pub paid_tickets: u32,
    pub backers: u32,
    /// The figures are from then, if the web cannot be reached (P1).
    pub as_of: Option<Timestamp>,
    /// So many tickets can be pledged here now.
    pub left_here: u32,
    /// Whether it surely takes pledges at this moment.
    pub takes_pledges: bool,
    pub now: Timestamp,
}

/// Somebody joins a campaign.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinCampaign {
    #[schema(minimum = 1, maximum = 10)]
    pub tickets: u32,
    pub kind: TenderKind,
    /// To be told of the result, and to choose seats on the web. Not needed.
    #[schema(example = "010-1234-5678")]
    pub phone: Option<String>,
}

/// What has become of a pledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KioskPledgeState {
    /// It is paid and counts.
    Live,
    /// It has its seats: they are found with the same number.
    Placed,
    /// Its money goes back.
    Returning,
    Returned,
}

/// A pledge of this theater.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KioskPledge {
    pub pledge: PledgeId,
    #[schema(example = "1234-5678-9012")]
    pub number: String,
    pub campaign: CampaignHere,
    pub tickets: u32,
    pub amount_won: Won,
    pub state: KioskPledgeState,
    pub made_at: Timestamp,
    /// What the staff of this kiosk can give back for it now.
    pub back: Option<PledgeBack>,
}

/// Money of a pledge that comes back where it was paid.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct PledgeBack {
    pub kind: TenderKind,
    pub amount_won: Won,
}
