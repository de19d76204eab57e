//! What a theater offers (대관): auditorium, date, goal, capacity, price, opening, deadline; and
//! which times follow from it.

use serde::{Deserialize, Serialize};

use super::GRACE_MS;
use crate::id::AuditoriumId;
use crate::money::Won;
use crate::time::{DAY_MS, HOUR_MS, Timestamp};

/// Claims that are not placed this long before the show are placed by themselves (C6).
pub const PLACE_BEFORE_MS: i64 = 3 * HOUR_MS;

/// Backers hear of the success this long before their window opens.
pub const BACKERS_WAIT_MS: i64 = HOUR_MS;

/// Backers choose their seats alone for this long; then the rest goes on sale.
pub const BACKERS_WINDOW_MS: i64 = 2 * DAY_MS;

/// The deadline lies this long before the show: time to tally, to tell and to choose seats.
pub const LEAD_MS: i64 = DAY_MS;

const _: () = assert!(GRACE_MS + BACKERS_WAIT_MS + PLACE_BEFORE_MS < LEAD_MS);

/// The most tickets of one campaign; no room is larger.
pub const TICKETS_MAX: u32 = 2_000;

/// The dearest ticket.
const PRICE_MAX: Won = Won(1_000_000);

/// The terms of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub auditorium: AuditoriumId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// So many paid tickets make it happen (C2).
    pub goal: u32,
    /// So many can be pledged.
    pub capacity: u32,
    /// Of one ticket.
    pub price: Won,
    pub opens_at: Timestamp,
    /// Pledges begin before it, and not at it.
    pub deadline: Timestamp,
}

/// Why terms make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferInvalid {
    #[error(
        "the goal is at least one ticket and at most the capacity, which is at most {TICKETS_MAX}"
    )]
    Tickets,
    #[error("a ticket costs something, and at most {PRICE_MAX}")]
    Price,
    #[error("it opens before the deadline, and the deadline is still to come")]
    Deadline,
    #[error("the show begins at least 24 hours after the deadline, and ends after it has begun")]
    Show,
}

/// When the seats of a screening that will be are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Backers place their claims from here …
    pub backers_from: Timestamp,
    /// … and from here everybody may buy the rest.
    pub public_from: Timestamp,
    /// What is not placed by then is placed by itself.
    pub place_at: Timestamp,
}

impl Offer {
    /// Checks that the terms make sense at `now`.
    ///
    /// # Errors
    ///
    /// Names the first thing that is wrong.
    pub fn check(&self, now: Timestamp) -> Result<(), OfferInvalid> {
        if self.goal == 0 || self.goal > self.capacity || self.capacity > TICKETS_MAX {
            return Err(OfferInvalid::Tickets);
        }
        if self.price <= Won(0) || self.price > PRICE_MAX {
            return Err(OfferInvalid::Price);
        }
        if self.opens_at >= self.deadline || self.deadline <= now {
            return Err(OfferInvalid::Deadline);
        }
        if self.deadline.plus_ms(LEAD_MS) > self.starts_at || self.starts_at >= self.ends_at {
            return Err(OfferInvalid::Show);
        }
        Ok(())
    }

    /// What `tickets` of it cost.
    #[must_use]
    pub fn amount(&self, tickets: u32) -> Won {
        Won(self.price.0 * i64::from(tickets))
    }

    /// The windows after a success that was decided at `decided_at`.
    #[must_use]
    pub fn windows(&self, decided_at: Timestamp) -> Windows {
        let place_at = self.starts_at.plus_ms(-PLACE_BEFORE_MS);
        let backers_from = decided_at.plus_ms(BACKERS_WAIT_MS).min(place_at);
        Windows {
            backers_from,
            public_from: backers_from.plus_ms(BACKERS_WINDOW_MS).min(place_at),
            place_at,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::time::MINUTE_MS;

    pub(crate) fn offer() -> Offer {
        Offer {
            auditorium: AuditoriumId(1),
            starts_at: Timestamp(10 * DAY_MS),
            ends_at: Timestamp(10 * DAY_MS + 2 * HOUR_MS),
            goal: 30,
            capacity: 50,
            price: Won(12_000),
            opens_at: Timestamp(DAY_MS),
            deadline: Timestamp(7 * DAY_MS),
        }
    }

    #[test]
    fn terms_that_make_no_sense_are_refused() {
        let good = offer();
        let now = Timestamp(0);
        assert_eq!(good.check(now), Ok(()));
        let check = |change: &dyn Fn(&mut Offer), expected| {
            let mut bad = good.clone();
            change(&mut bad);
            assert_eq!(bad.check(now), Err(expected), "{bad:?}");
        };
        check(&|it| it.goal = 0, OfferInvalid::Tickets);
        check(&|it| it.goal = 51, OfferInvalid::Tickets);
        check(&|it| it.capacity = TICKETS_MAX + 1, OfferInvalid::Tickets);
        check(&|it| it.price = Won(0), OfferInvalid::Price);
        check(&|it| it.opens_at = it.deadline, OfferInvalid::Deadline);
        check(&|it| it.deadline = Timestamp(0), OfferInvalid::Deadline);
        let late = good.starts_at.plus_ms(MINUTE_MS - LEAD_MS);
        check(&|it| it.deadline = late, OfferInvalid::Show);
        check(&|it| it.ends_at = it.starts_at, OfferInvalid::Show);
    }

    #[test]
    fn backers_choose_first_and_nobody_is_unplaced_three_hours_before() {
        let offer = offer();
        let soon = offer.windows(offer.deadline);
        assert_eq!(soon.backers_from, offer.deadline.plus_ms(BACKERS_WAIT_MS));
        assert_eq!(
            soon.public_from,
            soon.backers_from.plus_ms(BACKERS_WINDOW_MS)
        );
        let late = offer.windows(offer.starts_at.plus_ms(-DAY_MS));
        assert!(late.backers_from < late.public_from);
        assert_eq!(late.public_from, late.place_at);
        let too_late = offer.windows(offer.starts_at);
        assert_eq!(too_late.backers_from, too_late.place_at);
    }
}
