//! One showing of one film in one auditorium: when, at what price, and when it is on sale.

use serde::{Deserialize, Serialize};

use crate::id::{AuditoriumId, MovieId, ScreeningId, SeatMapId, TheaterId};
use crate::money::Won;
use crate::seat_map::ZoneId;
use crate::time::{ClockBound, Timestamp};

/// What a seat of one zone costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZonePrice {
    pub zone: ZoneId,
    pub price: Won,
}

/// A showing that is planned. Written by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    pub screening: ScreeningId,
    pub movie: MovieId,
    pub theater: TheaterId,
    pub auditorium: AuditoriumId,
    pub seat_map: SeatMapId,
    pub seat_map_version: i64,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Seats are sold from here …
    pub sale_from: Timestamp,
    /// … up to here, and not at it.
    pub sale_until: Timestamp,
    pub prices: Vec<ZonePrice>,
}

/// The clock may be off by so much that nobody can say whether a screening is on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is not sure enough to say whether the screening is on sale")]
pub struct ClockUnsure;

/// Whether a screening is on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sale {
    NotYet,
    Open,
    Closed,
}

impl Screening {
    /// Whether it is sold at any time. The planned screening of a campaign is not, until the
    /// campaign has succeeded; nor is one that was called off.
    #[must_use]
    pub fn is_sold(&self) -> bool {
        self.sale_from < self.sale_until
    }

    /// Whether seats are sold at `now`.
    #[must_use]
    pub fn sale(&self, now: Timestamp) -> Sale {
        if now < self.sale_from {
            Sale::NotYet
        } else if now < self.sale_until {
            Sale::Open
        } else {
            Sale::Closed
        }
    }

    /// Whether seats are sold at `now` of a clock that may be off by `bound`. A node whose
    /// clock is off a little still sells whatever it can safely sell (P2).
    ///
    /// # Errors
    ///
    /// Refuses only when the answer depends on how far the clock is off: near the beginning or
    /// the end of the sale.
    pub fn sale_at(&self, now: Timestamp, bound: ClockBound) -> Result<Sale, ClockUnsure> {
        match bound {
            ClockBound::Within { ms } => {
                let earliest = self.sale(now.plus_ms(-ms));
                let latest = self.sale(now.plus_ms(ms));
                // Time only goes from not yet over open to closed.
                if earliest == latest {
                    Ok(earliest)
                } else {
                    Err(ClockUnsure)
                }
            }
            ClockBound::Unknown => match self.sale(now) {
                Sale::Closed => Ok(Sale::Closed),
                Sale::NotYet | Sale::Open => Err(ClockUnsure),
            },
        }
    }

    /// The price of a seat in `zone`; none when the screening does not sell that zone.
    #[must_use]
    pub fn price(&self, zone: &ZoneId) -> Option<Won> {
        let price = self.prices.iter().find(|price| &price.zone == zone)?;
        Some(price.price)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on_sale(from: i64, until: i64) -> Screening {
        Screening {
            screening: ScreeningId(1),
            movie: MovieId(1),
            theater: TheaterId(1),
            auditorium: AuditoriumId(1),
            seat_map: SeatMapId(1),
            seat_map_version: 1,
            starts_at: Timestamp(until),
            ends_at: Timestamp(until + 1),
            sale_from: Timestamp(from),
            sale_until: Timestamp(until),
            prices: Vec::new(),
        }
    }

    #[test]
    fn only_near_a_deadline_an_unsure_clock_is_in_the_way() {
        let screening = on_sale(1_000, 9_000);
        let within = |ms| ClockBound::Within { ms };
        let cases = [
            (899, within(100), Ok(Sale::NotYet)),
            (900, within(100), Err(ClockUnsure)),
            (1_099, within(100), Err(ClockUnsure)),
            (1_100, within(100), Ok(Sale::Open)),
            (8_899, within(100), Ok(Sale::Open)),
            (8_900, within(100), Err(ClockUnsure)),
            (9_099, within(100), Err(ClockUnsure)),
            (9_100, within(100), Ok(Sale::Closed)),
            (1_000, within(0), Ok(Sale::Open)),
            (9_000, within(0), Ok(Sale::Closed)),
            // The whole sale lies within the bound.
            (5_000, within(10_000), Err(ClockUnsure)),
            (0, ClockBound::Unknown, Err(ClockUnsure)),
            (5_000, ClockBound::Unknown, Err(ClockUnsure)),
            (9_000, ClockBound::Unknown, Ok(Sale::Closed)),
        ];
        for (now, bound, expected) in cases {
            let sale = screening.sale_at(Timestamp(now), bound);
            assert_eq!(sale, expected, "at {now} with {bound:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_said_is_so_wherever_in_the_bound_the_true_time_is(
            (from, long) in (0_i64..10_000, 0_i64..10_000),
            (now, ms) in (0_i64..20_000, 0_i64..3_000),
            off_permille in -1_000_i64..=1_000,
        ) {
            let screening = on_sale(from, from + long);
            let truth = Timestamp(now + ms * off_permille / 1_000);
            if let Ok(sale) = screening.sale_at(Timestamp(now), ClockBound::Within { ms }) {
                prop_assert_eq!(sale, screening.sale(truth));
            }
        }
    }
}
