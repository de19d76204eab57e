//! Screening requests (재상영 요청): one person's wish to see a film in a cinema again.

use serde::{Deserialize, Serialize};

/// When somebody would come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    WeekdayDay,
    WeekdayEvening,
    WeekendDay,
    WeekendEvening,
    /// 심야.
    Night,
    Any,
}

impl Slot {
    /// Every slot there is.
    pub const ALL: [Self; 6] = [
        Self::WeekdayDay,
        Self::WeekdayEvening,
        Self::WeekendDay,
        Self::WeekendEvening,
        Self::Night,
        Self::Any,
    ];

    /// The name in tables and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WeekdayDay => "weekday_day",
            Self::WeekdayEvening => "weekday_evening",
            Self::WeekendDay => "weekend_day",
            Self::WeekendEvening => "weekend_evening",
            Self::Night => "night",
            Self::Any => "any",
        }
    }

    /// The slot with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.name() == name)
    }
}

/// Why a wish is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefused {
    #[error("there is no such film")]
    UnknownMovie,
    #[error("no theater is in this area")]
    UnknownArea,
    /// One open request per person and film; it may be moved to another area or time.
    #[error("there is no open request with this phone number")]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_named_alike_everywhere() {
        for slot in Slot::ALL {
            assert_eq!(Slot::from_name(slot.name()), Some(slot));
            assert_eq!(serde_json::to_value(slot).unwrap(), slot.name());
        }
    }
}
