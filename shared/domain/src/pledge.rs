//! Pledges (펀딩 참여): a paid promise of tickets in a campaign (C5), and what becomes of money
//! that arrives when the campaign has gone on.

use serde::{Deserialize, Serialize};

use crate::booking::BookingNumber;
use crate::campaign::CampaignState;
use crate::id::{BookingId, CampaignId, NodeId, OrderId, PledgeId, ScreeningId};
use crate::money::Won;
use crate::seating::HOLD_SEATS_MAX;
use crate::time::{MINUTE_MS, Timestamp};
use crate::version::Version;

/// The most tickets of one pledge: as many as one booking has.
#[expect(clippy::cast_possible_truncation, reason = "it is ten")]
pub const PLEDGE_TICKETS_MAX: u32 = HOLD_SEATS_MAX as u32;

/// How long a backer has to pay; the tickets are kept meanwhile.
pub const PAY_MS: i64 = 15 * MINUTE_MS;

/// Why a pledge goes back: exactly one reason.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// The backer withdrew it, or a part of it.
    Withdrawn,
    CampaignFailed,
    CampaignCancelled,
    /// The money came too late, or no seat was left for it.
    NoSeat,
}

impl ReturnReason {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::CampaignFailed => "campaign_failed",
            Self::CampaignCancelled => "campaign_cancelled",
            Self::NoSeat => "no_seat",
        }
    }

    /// The reason with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "withdrawn" => Some(Self::Withdrawn),
            "campaign_failed" => Some(Self::CampaignFailed),
            "campaign_cancelled" => Some(Self::CampaignCancelled),
            "no_seat" => Some(Self::NoSeat),
            _ => None,
        }
    }
}

/// What has become of a pledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PledgeState {
    /// Paid: it counts, and is a claim once the campaign has succeeded.
    Live,
    /// Its claim has seats.
    Placed { booking: BookingId },
    /// The money is on its way back; there is no claim any more (C7).
    Returning { why: ReturnReason },
    /// The backer has the money back.
    Returned {
        why: ReturnReason,
        returned_at: Timestamp,
    },
}

/// A pledge: a synced row. The kiosk that sold it hands it over to the hub with so many of its
/// own seats in the same transaction; from then on the hub writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    pub pledge: PledgeId,
    /// What the backer reads out; the booking gets the same number.
    pub number: BookingNumber,
    pub campaign: CampaignId,
    pub screening: ScreeningId,
    /// Where it was sold.
    pub node: NodeId,
    #[serde(skip)]
    pub version: Version,
    pub tickets: u32,
    /// Of one ticket.
    pub price: Won,
    /// The order that paid it first.
    pub order: OrderId,
    pub made_at: Timestamp,
    #[serde(flatten)]
    pub state: PledgeState,
    /// Of what its node has taken for it: so much is to go back over that node's counter, in
    /// all. The tickets do not say it: what was lowered may have been raised again elsewhere.
    #[serde(default, skip_serializing_if = "Won::is_zero")]
    pub back_at_counter: Won,
    /// The backer's phone number: only on the way from the kiosk to the hub, which keeps it to
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Pledge {
    /// What the tickets cost.
    #[must_use]
    pub fn amount(&self) -> Won {
        Won(self.price.0 * i64::from(self.tickets))
    }

    /// Whether it counts (C2).
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.state {
            PledgeState::Live | PledgeState::Placed { .. } => true,
            PledgeState::Returning { .. } | PledgeState::Returned { .. } => false,
        }
    }

    /// Whether `node` alone may change it: where it was sold, until it was handed over.
    #[must_use]
    pub fn is_written_by(&self, node: &NodeId) -> bool {
        if self.version.epoch > Version::FIRST.epoch {
            return node.is_hub();
        }
        &self.node == node
    }

    /// The row after its kiosk has handed it over to the hub.
    #[must_use]
    pub fn handed_over(&self) -> Self {
        Self {
            version: self.version.granted(),
            ..self.clone()
        }
    }

    /// The row after its writer has put it into `state`.
    #[must_use]
    pub fn changed_to(&self, state: PledgeState) -> Self {
        Self {
            version: self.version.next(),
            state,
            ..self.clone()
        }
    }
}

/// Why a pledge cannot be made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PledgeRefused {
    #[error("there is no such campaign or pledge")]
    Unknown,
    #[error("the campaign does not take pledges now")]
    NotOpen,
    #[error("a pledge has 1 to {PLEDGE_TICKETS_MAX} tickets")]
    Tickets,
    /// C5: it may be raised.
    #[error("there is a pledge with this phone number; raise that one")]
    PledgedAlready,
    #[error("only {left} tickets are left")]
    SoldOut { left: u32 },
    /// It is being paid back, or has its seats.
    #[error("the pledge cannot be changed any more")]
    Over,
}

/// Decides whether a person may pay for `tickets` more at `now`, having `live` already (C5).
///
/// # Errors
///
/// Refuses in this order: the campaign takes none, too few or too many tickets.
pub fn may_begin(
    campaign: &CampaignState,
    now: Timestamp,
    (tickets, live): (u32, u32),
) -> Result<(), PledgeRefused> {
    if !campaign.takes_pledges(now) {
        return Err(PledgeRefused::NotOpen);
    }
    if tickets == 0 || tickets.saturating_add(live) > PLEDGE_TICKETS_MAX {
        return Err(PledgeRefused::Tickets);
    }
    Ok(())
}

/// Decides whether a pledge may have only `tickets` at `now`, none to withdraw it; says how
/// many are given back (C5).
///
/// # Errors
///
/// Refuses after the deadline, what is over, and what would not be less.
pub fn may_lower(
    campaign: &CampaignState,
    now: Timestamp,
    (pledge, tickets): (&Pledge, u32),
) -> Result<u32, PledgeRefused> {
    match pledge.state {
        PledgeState::Live => {}
        PledgeState::Placed { .. }
        | PledgeState::Returning { .. }
        | PledgeState::Returned { .. } => return Err(PledgeRefused::Over),
    }
    if !campaign.takes_pledges(now) {
        return Err(PledgeRefused::NotOpen);
    }
    if tickets >= pledge.tickets {
        return Err(PledgeRefused::Tickets);
    }
    Ok(pledge.tickets - tickets)
}

/// What becomes of money for a pledge when it arrives (C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Welcome {
    /// It counts.
    Counts,
    /// The result is decided: it is honoured if a seat is left, else paid back.
    IfSeatLeft,
    PaidBack(ReturnReason),
}

/// What becomes of money for a pledge that arrives now, whenever it was begun.
#[must_use]
pub fn welcome(campaign: &CampaignState) -> Welcome {
    match campaign {
        CampaignState::Open { .. } | CampaignState::Tallying { .. } => Welcome::Counts,
        CampaignState::Succeeded { .. } | CampaignState::Booking { .. } => Welcome::IfSeatLeft,
        CampaignState::Failed { .. } => Welcome::PaidBack(ReturnReason::CampaignFailed),
        CampaignState::Cancelled { .. } => Welcome::PaidBack(ReturnReason::CampaignCancelled),
        CampaignState::Refunded { ended, .. } => Welcome::PaidBack(match ended {
            crate::campaign::Ended::Failed { .. } => ReturnReason::CampaignFailed,
            crate::campaign::Ended::Cancelled { .. } => ReturnReason::CampaignCancelled,
        }),
        CampaignState::Requested
        | CampaignState::Offered { .. }
        | CampaignState::Scheduled { .. }
        | CampaignState::Screened { .. }
        | CampaignState::Settled { .. } => Welcome::PaidBack(ReturnReason::NoSeat),
    }
}

/// An order that was paid for a pledge, and what of it has not gone back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub order: OrderId,
    pub left: Won,
}

/// From which orders `amount` goes back: the latest first, so that lowering undoes the last
/// raise. `parts` stand in the order in which they were paid. None when there is not so much.
#[must_use]
pub fn give_back(parts: &[Part], amount: Won) -> Option<Vec<(OrderId, Won)>> {
    let (mut due, mut back) = (amount, Vec::new());
    for part in parts.iter().rev() {
        let piece = part.left.min(due);
        if piece > Won(0) {
            back.push((part.order, piece));
            due = due - piece;
        }
    }
    (due == Won(0)).then_some(back)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn pledge(id: u128, tickets: u32) -> Pledge {
        Pledge {
            pledge: PledgeId(Uuid::from_u128(id)),
            number: "123456789012".parse().unwrap(),
            campaign: CampaignId(1),
            screening: ScreeningId(1),
            node: NodeId::hub(),
            version: Version::FIRST,
            tickets,
            price: Won(12_000),
            order: OrderId(Uuid::from_u128(id)),
            made_at: Timestamp(i64::try_from(id).unwrap()),
            state: PledgeState::Live,
            back_at_counter: Won(0),
            phone: None,
        }
    }

    #[test]
    fn a_pledge_belongs_to_its_kiosk_until_it_is_handed_over() {
        let kiosk: NodeId = "seoul-1".parse().unwrap();
        let sold = Pledge {
            node: kiosk.clone(),
            ..pledge(1, 2)
        };
        assert!(sold.is_written_by(&kiosk));
        assert!(!sold.is_written_by(&NodeId::hub()));
        let given = sold.handed_over();
        assert!(given.version > sold.version);
        assert!(given.is_written_by(&NodeId::hub()));
        assert!(!given.is_written_by(&kiosk));
        assert!(pledge(2, 1).is_written_by(&NodeId::hub()));
    }

    proptest! {
        #[test]
        fn what_goes_back_is_the_amount_and_never_more_than_was_paid(
            paid in prop::collection::vec(0_i64..5, 0..6),
            amount in 0_i64..20,
        ) {
            let parts: Vec<Part> = (0_u128..).zip(&paid).map(|(id, &left)| Part {
                order: OrderId(Uuid::from_u128(id)),
                left: Won(left),
            }).collect();
            let sum: i64 = paid.iter().sum();
            match give_back(&parts, Won(amount)) {
                None => prop_assert!(sum < amount),
                Some(back) => {
                    prop_assert_eq!(back.iter().map(|piece| piece.1).sum::<Won>(), Won(amount));
                    for (order, piece) in &back {
                        let part = parts.iter().find(|part| part.order == *order).unwrap();
                        prop_assert!(*piece > Won(0) && *piece <= part.left);
                    }
                    // The latest first: an earlier one is touched when all later ones are used up.
                    for pair in back.windows(2) {
                        let part = parts.iter().find(|part| part.order == pair[0].0).unwrap();
                        prop_assert_eq!(pair[0].1, part.left);
                        prop_assert!(pair[0].0 > pair[1].0);
                    }
                }
            }
        }
    }
}
