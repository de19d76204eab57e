//! Staff take a kiosk offline by hand: it sells only its own seats and asks nobody, until the
//! time is over or the link has been good for a while. Somebody will forget to end it.

use serde::{Deserialize, Serialize};

use super::{Link, LinkState};
use crate::time::{HOUR_MS, MINUTE_MS, Timestamp};

/// Without a given time it ends when the link has been good for this long.
pub const GOOD_AGAIN_MS: i64 = 10 * MINUTE_MS;

/// The longest time that can be given.
pub const OFFLINE_MINUTES_MAX: i64 = 12 * 60;

/// The longest reason.
pub const REASON_CHARS_MAX: usize = 200;

/// Staff are warned this long before it ends by itself.
pub const WARNED_MS: i64 = 2 * MINUTE_MS;

/// That it has ended by itself is said for this long.
pub const ENDED_SHOWN_MS: i64 = HOUR_MS;

/// Whether staff have taken this kiosk offline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ByHand {
    #[default]
    Off,
    On(WorkOffline),
    /// It ended by itself, and staff should know.
    Ended {
        at: Timestamp,
        why: OfflineEnd,
    },
}

/// This kiosk works offline because staff said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WorkOffline {
    pub since: Timestamp,
    /// Until then, whatever the link does; none: until the link has been good for a while.
    pub until: Option<Timestamp>,
    /// What staff wrote; empty for nothing.
    pub reason: String,
}

/// Why it ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfflineEnd {
    TimeOver,
    LinkGood,
}

/// Why a kiosk cannot be taken offline as was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    #[error("say 1 to {OFFLINE_MINUTES_MAX} minutes, or none")]
    Minutes,
    #[error("the reason is longer than {REASON_CHARS_MAX} characters")]
    Reason,
}

impl WorkOffline {
    /// Offline from `now`, for so many minutes or until the link is good.
    ///
    /// # Errors
    ///
    /// Refuses a time that is too long to be meant, and a reason that nobody reads.
    pub fn begin(now: Timestamp, minutes: Option<i64>, reason: &str) -> Result<Self, NotPossible> {
        if minutes.is_some_and(|minutes| !(1..=OFFLINE_MINUTES_MAX).contains(&minutes)) {
            return Err(NotPossible::Minutes);
        }
        let reason = reason.trim();
        if reason.chars().count() > REASON_CHARS_MAX {
            return Err(NotPossible::Reason);
        }
        Ok(Self {
            since: now,
            until: minutes.map(|minutes| now.plus_ms(minutes * MINUTE_MS)),
            reason: reason.to_owned(),
        })
    }

    /// When it ends by itself if the link stays as it is; none while there is nothing to go
    /// back to.
    #[must_use]
    pub fn ends_at(&self, link: Link) -> Option<Timestamp> {
        if self.until.is_some() {
            return self.until;
        }
        match link.state {
            // What it was like before staff acted is why they acted.
            LinkState::Online => Some(link.since.max(self.since).plus_ms(GOOD_AGAIN_MS)),
            LinkState::Slow | LinkState::Offline => None,
        }
    }

    /// Why it is over at `now`, with the link as it is; none while it goes on.
    #[must_use]
    pub fn over(&self, link: Link, now: Timestamp) -> Option<OfflineEnd> {
        let why = match self.until {
            Some(_) => OfflineEnd::TimeOver,
            None => OfflineEnd::LinkGood,
        };
        self.ends_at(link)
            .filter(|ends_at| *ends_at <= now)
            .map(|_| why)
    }
}

impl ByHand {
    /// What it is at `now`, with the link as it is.
    #[must_use]
    pub fn at(self, link: Link, now: Timestamp) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::On(offline) => match offline.over(link, now) {
                Some(why) => Self::Ended { at: now, why },
                None => Self::On(offline),
            },
            Self::Ended { at, .. } if now.since_ms(at) >= ENDED_SHOWN_MS => Self::Off,
            Self::Ended { at, why } => Self::Ended { at, why },
        }
    }

    /// Since when the kiosk asks nobody; none when it does.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::On(offline) => Some(offline.since),
            Self::Off | Self::Ended { .. } => None,
        }
    }

    /// When it will end by itself, for staff who may want it to go on; none while that is
    /// further off than [`WARNED_MS`].
    #[must_use]
    pub fn ends_soon(&self, link: Link, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::On(offline) => offline
                .ends_at(link)
                .filter(|ends_at| ends_at.since_ms(now) <= WARNED_MS),
            Self::Off | Self::Ended { .. } => None,
        }
    }

    /// The same moments after the clock was put right by `by_ms`.
    #[must_use]
    pub fn shifted(self, by_ms: i64) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::On(offline) => Self::On(WorkOffline {
                since: offline.since.plus_ms(by_ms),
                until: offline.until.map(|until| until.plus_ms(by_ms)),
                reason: offline.reason,
            }),
            Self::Ended { at, why } => Self::Ended {
                at: at.plus_ms(by_ms),
                why,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Pace;
    use super::*;

    const T0: Timestamp = Timestamp(1_000_000_000);

    fn minute(minute: i64) -> Timestamp {
        T0.plus_ms(minute * MINUTE_MS)
    }

    fn good_since(at: i64) -> Link {
        Link::never_heard(T0).heard(minute(at), Pace::Good)
    }

    #[test]
    fn who_forgets_to_end_it_is_helped() {
        let offline = WorkOffline::begin(T0, None, " switch is being replaced ").unwrap();
        assert_eq!(offline.reason, "switch is being replaced");
        let gone = good_since(0).lost(minute(3));
        let slow = good_since(0).paced(minute(3), Pace::Slow);
        let cases = [
            // Good all the time: it counts from the moment staff acted.
            (good_since(-60), 9, None),
            (good_since(-60), 10, Some(OfflineEnd::LinkGood)),
            (good_since(30), 39, None),
            (good_since(30), 40, Some(OfflineEnd::LinkGood)),
            // As long as it is bad there is nothing to go back to.
            (gone, 600, None),
            (slow, 600, None),
        ];
        for (link, at, expected) in cases {
            assert_eq!(offline.over(link, minute(at)), expected, "{link:?} at {at}");
        }
    }

    #[test]
    fn a_given_time_is_kept() {
        let offline = WorkOffline::begin(T0, Some(45), "").unwrap();
        assert_eq!(offline.until, Some(minute(45)));
        for link in [good_since(-60), good_since(0).lost(minute(1))] {
            assert_eq!(offline.over(link, minute(44)), None);
            assert_eq!(offline.over(link, minute(45)), Some(OfflineEnd::TimeOver));
        }
    }

    #[test]
    fn staff_are_warned_before_it_ends() {
        let by_link = ByHand::On(WorkOffline::begin(T0, None, "").unwrap());
        let by_time = ByHand::On(WorkOffline::begin(T0, Some(45), "").unwrap());
        let (good, gone) = (good_since(3), good_since(3).lost(minute(5)));
        let cases = [
            (&by_link, good, 10, None),
            (&by_link, good, 11, Some(minute(13))),
            (&by_link, gone, 11, None),
            (&by_time, gone, 42, None),
            (&by_time, gone, 43, Some(minute(45))),
            (&ByHand::Off, good, 11, None),
        ];
        for (by_hand, link, at, expected) in cases {
            let warned = by_hand.ends_soon(link, minute(at));
            assert_eq!(warned, expected, "{by_hand:?} at {at}");
        }
    }

    #[test]
    fn nobody_is_offline_for_days() {
        for minutes in [0, -1, OFFLINE_MINUTES_MAX + 1] {
            let refused = WorkOffline::begin(T0, Some(minutes), "");
            assert_eq!(refused, Err(NotPossible::Minutes));
        }
        let long = "가".repeat(REASON_CHARS_MAX + 1);
        let refused = WorkOffline::begin(T0, None, &long);
        assert_eq!(refused, Err(NotPossible::Reason));
    }

    #[test]
    fn that_it_ended_is_said_for_a_while() {
        let on = ByHand::On(WorkOffline::begin(T0, Some(5), "").unwrap());
        assert_eq!(on.since(), Some(T0));
        let ended = on.clone().at(good_since(0), minute(6));
        assert_eq!(
            ended,
            ByHand::Ended {
                at: minute(6),
                why: OfflineEnd::TimeOver
            }
        );
        assert_eq!(ended.since(), None);
        assert_eq!(ended.clone().at(good_since(0), minute(65)), ended);
        assert_eq!(ended.at(good_since(0), minute(66)), ByHand::Off);
        assert_eq!(on.clone().at(good_since(0), minute(4)), on);
    }

    #[test]
    fn a_clock_that_is_put_right_ends_nothing() {
        let on = ByHand::On(WorkOffline::begin(T0, Some(5), "").unwrap());
        let (link, hour) = (good_since(0).shifted(HOUR_MS), HOUR_MS);
        let shifted = on.shifted(hour);
        let just_before = minute(5).plus_ms(hour - 1);
        assert_eq!(shifted.clone().at(link, just_before), shifted);
    }

    proptest! {
        /// Whatever the link does, working offline by hand never ends without a warning, is
        /// never longer than it has to be, and what has ended stays so.
        #[test]
        fn it_ends_once_and_never_without_a_warning(
            minutes in prop::option::of(1..=OFFLINE_MINUTES_MAX),
            turns in prop::collection::vec((0_i64..8, 0_usize..3), 1..60),
        ) {
            let mut by_hand = ByHand::On(WorkOffline::begin(T0, minutes, "").unwrap());
            let (mut link, mut now, mut warned_at) = (good_since(0), T0, None);
            for (minutes_long, turn) in turns {
                link = match turn {
                    0 => link.heard(now, Pace::Good),
                    1 => link.paced(now, Pace::Slow),
                    _ => link.lost(now),
                };
                // The kiosk looks every second; every half a minute will do here.
                for _ in 0..2 * minutes_long {
                    now = now.plus_ms(MINUTE_MS / 2);
                    let before = by_hand.clone();
                    if before.ends_soon(link, now).is_some() {
                        warned_at = warned_at.or(Some(now));
                    } else {
                        warned_at = None;
                    }
                    by_hand = before.clone().at(link, now);
                    match (&before, &by_hand) {
                        (ByHand::On(on), ByHand::Ended { .. }) => {
                            let warned_for = now.since_ms(warned_at.unwrap_or(now));
                            let short = on.ends_at(link).unwrap().since_ms(on.since) < WARNED_MS;
                            prop_assert!(short || warned_for >= WARNED_MS - MINUTE_MS / 2);
                            prop_assert!(on.ends_at(link).unwrap() <= now);
                        }
                        (ByHand::On(_), after) => prop_assert_eq!(&before, after),
                        (_, after) => prop_assert!(after.since().is_none()),
                    }
                }
            }
        }
    }
}
