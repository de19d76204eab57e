//! Claims (좌석 선택권): the right of a backer to so many seats of a screening that will be (C6).

use crate::campaign::{CampaignState, Windows};
use crate::id::PledgeId;
use crate::pledge::{Pledge, PledgeState};
use crate::time::Timestamp;

/// A right to seats that has none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub pledge: PledgeId,
    pub tickets: u32,
    pub made_at: Timestamp,
}

impl Claim {
    /// The claim that a pledge is now, if it is one: paid, not placed, not given back (C7), of a
    /// campaign that has succeeded.
    #[must_use]
    pub fn of(pledge: &Pledge, campaign: &CampaignState) -> Option<Self> {
        campaign.funded()?;
        match pledge.state {
            PledgeState::Live => Some(Self {
                pledge: pledge.pledge,
                tickets: pledge.tickets,
                made_at: pledge.made_at,
            }),
            PledgeState::Placed { .. }
            | PledgeState::Returning { .. }
            | PledgeState::Returned { .. } => None,
        }
    }
}

/// Who may choose seats now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody yet.
    NotYet,
    /// Backers alone.
    Backers,
    /// Backers, and everybody who buys what is not theirs.
    Everybody,
    /// What is not placed is placed by itself.
    ByItself,
}

/// Whose turn it is at `now`.
#[must_use]
pub fn turn(windows: &Windows, now: Timestamp) -> Turn {
    if now >= windows.place_at {
        Turn::ByItself
    } else if now >= windows.public_from {
        Turn::Everybody
    } else if now >= windows.backers_from {
        Turn::Backers
    } else {
        Turn::NotYet
    }
}

/// Why a claim is not placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    #[error("there is no such pledge")]
    Unknown,
    #[error("seats cannot be chosen yet")]
    NotYet { from: Timestamp },
    #[error("the seats are being given out; they will be there in a moment")]
    TooLate,
    #[error("the pledge has no claim to seats")]
    NoClaim,
    #[error("choose exactly {tickets} seats")]
    Count { tickets: u32 },
}

/// Decides whether a backer may put a claim on `seats` seats at `now`.
///
/// # Errors
///
/// Refuses outside of the backers' time, and any other number of seats.
pub fn may_place(
    pledge: &Pledge,
    campaign: &CampaignState,
    (seats, now): (usize, Timestamp),
) -> Result<Claim, ClaimRefused> {
    let CampaignState::Booking { funded } = campaign else {
        return Err(match campaign {
            CampaignState::Succeeded { funded } => ClaimRefused::NotYet {
                from: funded.windows.backers_from,
            },
            CampaignState::Requested
            | CampaignState::Offered { .. }
            | CampaignState::Scheduled { .. }
            | CampaignState::Open { .. }
            | CampaignState::Tallying { .. }
            | CampaignState::Booking { .. }
            | CampaignState::Screened { .. }
            | CampaignState::Settled { .. }
            | CampaignState::Failed { .. }
            | CampaignState::Cancelled { .. }
            | CampaignState::Refunded { .. } => ClaimRefused::NoClaim,
        });
    };
    let claim = Claim::of(pledge, campaign).ok_or(ClaimRefused::NoClaim)?;
    match turn(&funded.windows, now) {
        Turn::NotYet => {
            let from = funded.windows.backers_from;
            return Err(ClaimRefused::NotYet { from });
        }
        Turn::ByItself => return Err(ClaimRefused::TooLate),
        Turn::Backers | Turn::Everybody => {}
    }
    if usize::try_from(claim.tickets) != Ok(seats) {
        let tickets = claim.tickets;
        return Err(ClaimRefused::Count { tickets });
    }
    Ok(claim)
}

/// In which order claims are placed by themselves: large groups first, because they fit into
/// few places; among equals who pledged first.
pub fn in_order(claims: &mut [Claim]) {
    claims.sort_by_key(|claim| {
        let smaller = std::cmp::Reverse(claim.tickets);
        (smaller, claim.made_at, claim.pledge)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pledge::tests::pledge;

    #[test]
    fn large_groups_are_seated_first_and_then_whoever_pledged_first() {
        let claim = |id, tickets| {
            let pledge = pledge(id, tickets);
            Claim {
                pledge: pledge.pledge,
                tickets,
                made_at: pledge.made_at,
            }
        };
        let mut claims = vec![claim(3, 2), claim(1, 2), claim(2, 4), claim(4, 1)];
        in_order(&mut claims);
        let order: Vec<_> = claims.iter().map(|it| (it.tickets, it.made_at.0)).collect();
        assert_eq!(order, [(4, 2), (2, 1), (2, 3), (1, 4)]);
    }

    #[test]
    fn whose_turn_it_is_follows_the_clock() {
        let windows = Windows {
            backers_from: Timestamp(10),
            public_from: Timestamp(20),
            place_at: Timestamp(30),
        };
        let at = |ms| turn(&windows, Timestamp(ms));
        let turns = [at(9), at(10), at(19), at(20), at(29), at(30)];
        let expected = [
            Turn::NotYet,
            Turn::Backers,
            Turn::Backers,
            Turn::Everybody,
            Turn::Everybody,
            Turn::ByItself,
        ];
        assert_eq!(turns, expected);
    }
}
