//! Campaigns (펀딩): an all-or-nothing offer for one planned screening, from the wish to the
//! settlement or back to everybody's money (C1).
//!
//! The state owns what is known in it. A transition takes `now` and gives the next state or
//! says why not; nothing leads out of *settled* and *refunded*.

mod offer;
mod phase;
mod tally;
mod transition;

#[cfg(test)]
mod laws;

use serde::{Deserialize, Serialize};

pub use offer::{
    BACKERS_WAIT_MS, BACKERS_WINDOW_MS, LEAD_MS, Offer, OfferInvalid, PLACE_BEFORE_MS,
};
pub use offer::{TICKETS_MAX, Windows};
pub use phase::Phase;
pub use tally::{GRACE_MS, IN_FLIGHT_MS, Poll, Tally, Waiting, Word, tally};

use crate::id::{CampaignId, MovieId, ScreeningId, TheaterId};
use crate::time::Timestamp;

/// A campaign: a synced row, written by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub campaign: CampaignId,
    pub movie: MovieId,
    pub theater: TheaterId,
    #[serde(flatten)]
    pub state: CampaignState,
    /// Tickets of live pledges that the hub knows of: paid, not attempted (C2).
    pub paid_tickets: u32,
    pub backers: u32,
}

/// An offer that has its screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    #[serde(flatten)]
    pub offer: Offer,
    pub screening: ScreeningId,
}

/// A screening that will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funded {
    #[serde(flatten)]
    pub planned: Planned,
    pub tally: Tally,
    pub windows: Windows,
}

/// Why a campaign came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum Ended {
    /// 무산: too few tickets at the deadline.
    Failed {
        #[serde(flatten)]
        planned: Planned,
        tally: Tally,
    },
    /// 취소: somebody decided so.
    Cancelled {
        /// None when it had not come so far.
        offer: Option<Offer>,
        screening: Option<ScreeningId>,
        cancelled_at: Timestamp,
    },
}

/// How far a campaign has come (C1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CampaignState {
    /// A theater is asked for an auditorium.
    Requested,
    /// 대관: the theater has named auditorium, date, goal and price.
    Offered {
        #[serde(flatten)]
        offer: Offer,
    },
    /// 오픈 예정: approved, opens by itself.
    Scheduled {
        #[serde(flatten)]
        offer: Offer,
    },
    /// 무딩중: people pledge.
    Open {
        #[serde(flatten)]
        planned: Planned,
    },
    /// 집계중: the deadline is over, and not every word is in.
    Tallying {
        #[serde(flatten)]
        planned: Planned,
    },
    /// 예매 예정: it will be screened; backers choose seats soon.
    Succeeded {
        #[serde(flatten)]
        funded: Funded,
    },
    /// 예매 진행: backers choose seats, then everybody.
    Booking {
        #[serde(flatten)]
        funded: Funded,
    },
    /// 상영 완료.
    Screened {
        #[serde(flatten)]
        funded: Funded,
    },
    /// 정산: the theater has its money.
    Settled {
        #[serde(flatten)]
        funded: Funded,
        settled_at: Timestamp,
    },
    /// 무산: everybody is being paid back.
    Failed {
        #[serde(flatten)]
        planned: Planned,
        tally: Tally,
    },
    /// 취소: everybody is being paid back.
    Cancelled {
        offer: Option<Offer>,
        screening: Option<ScreeningId>,
        cancelled_at: Timestamp,
    },
    /// Everybody has their money back.
    Refunded {
        #[serde(flatten)]
        ended: Ended,
        refunded_at: Timestamp,
    },
}

/// Why a campaign does not go on to another state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CampaignRefused {
    #[error("a campaign that is {} cannot be {}", .is.name(), .wanted.name())]
    Phase { is: Phase, wanted: Phase },
    #[error("it is too early")]
    TooEarly { due: Timestamp },
    #[error("the result waits for payments or for kiosks")]
    Waiting(Waiting),
    #[error(transparent)]
    Offer(#[from] OfferInvalid),
}

impl CampaignState {
    /// Which state it is, without what is known in it.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self {
            Self::Requested => Phase::Requested,
            Self::Offered { .. } => Phase::Offered,
            Self::Scheduled { .. } => Phase::Scheduled,
            Self::Open { .. } => Phase::Open,
            Self::Tallying { .. } => Phase::Tallying,
            Self::Succeeded { .. } => Phase::Succeeded,
            Self::Booking { .. } => Phase::Booking,
            Self::Screened { .. } => Phase::Screened,
            Self::Settled { .. } => Phase::Settled,
            Self::Failed { .. } => Phase::Failed,
            Self::Cancelled { .. } => Phase::Cancelled,
            Self::Refunded { .. } => Phase::Refunded,
        }
    }

    /// What the theater offers, once it has.
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        match self {
            Self::Requested => None,
            Self::Offered { offer } | Self::Scheduled { offer } => Some(offer),
            Self::Open { planned } | Self::Tallying { planned } | Self::Failed { planned, .. } => {
                Some(&planned.offer)
            }
            Self::Succeeded { funded }
            | Self::Booking { funded }
            | Self::Screened { funded }
            | Self::Settled { funded, .. } => Some(&funded.planned.offer),
            Self::Cancelled { offer, .. } => offer.as_ref(),
            Self::Refunded { ended, .. } => match ended {
                Ended::Failed { planned, .. } => Some(&planned.offer),
                Ended::Cancelled { offer, .. } => offer.as_ref(),
            },
        }
    }

    /// The planned screening, once the campaign has opened.
    #[must_use]
    pub fn screening(&self) -> Option<ScreeningId> {
        match self {
            Self::Requested | Self::Offered { .. } | Self::Scheduled { .. } => None,
            Self::Open { planned } | Self::Tallying { planned } | Self::Failed { planned, .. } => {
                Some(planned.screening)
            }
            Self::Succeeded { funded }
            | Self::Booking { funded }
            | Self::Screened { funded }
            | Self::Settled { funded, .. } => Some(funded.planned.screening),
            Self::Cancelled { screening, .. } => *screening,
            Self::Refunded { ended, .. } => match ended {
                Ended::Failed { planned, .. } => Some(planned.screening),
                Ended::Cancelled { screening, .. } => *screening,
            },
        }
    }

    /// The screening that will be or was, with the result that made it so.
    #[must_use]
    pub fn funded(&self) -> Option<&Funded> {
        match self {
            Self::Succeeded { funded }
            | Self::Booking { funded }
            | Self::Screened { funded }
            | Self::Settled { funded, .. } => Some(funded),
            Self::Requested
            | Self::Offered { .. }
            | Self::Scheduled { .. }
            | Self::Open { .. }
            | Self::Tallying { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Refunded { .. } => None,
        }
    }

    /// The numbers on which it was decided, once it was.
    #[must_use]
    pub fn result(&self) -> Option<&Tally> {
        match self {
            Self::Failed { tally, .. } => Some(tally),
            Self::Refunded { ended, .. } => match ended {
                Ended::Failed { tally, .. } => Some(tally),
                Ended::Cancelled { .. } => None,
            },
            Self::Requested
            | Self::Offered { .. }
            | Self::Scheduled { .. }
            | Self::Open { .. }
            | Self::Tallying { .. }
            | Self::Succeeded { .. }
            | Self::Booking { .. }
            | Self::Screened { .. }
            | Self::Settled { .. }
            | Self::Cancelled { .. } => self.funded().map(|funded| &funded.tally),
        }
    }

    /// Whether a pledge may begin at `now`; at the deadline none does (C3).
    #[must_use]
    pub fn takes_pledges(&self, now: Timestamp) -> bool {
        match self {
            Self::Open { planned } => now < planned.offer.deadline,
            Self::Requested
            | Self::Offered { .. }
            | Self::Scheduled { .. }
            | Self::Tallying { .. }
            | Self::Succeeded { .. }
            | Self::Booking { .. }
            | Self::Screened { .. }
            | Self::Settled { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Refunded { .. } => false,
        }
    }
}
