//! The states of a campaign by name: for tables, the API and the audit trail.

use serde::{Deserialize, Serialize};

macro_rules! phases {
    ($($(#[$doc:meta])* $phase:ident = $name:literal),* $(,)?) => {
        /// Which state a campaign is in (C1).
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Phase {
            $($(#[$doc])* $phase,)*
        }

        impl Phase {
            /// Every phase, in the order in which they come.
            pub const ALL: &'static [Self] = &[$(Self::$phase,)*];

            /// The name in tables and on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$phase => $name,)* }
            }

            /// The phase with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$phase),)* _ => None }
            }
        }
    };
}

phases! {
    Requested = "requested",
    /// 대관 승인 대기.
    Offered = "offered",
    /// 오픈 예정.
    Scheduled = "scheduled",
    /// 무딩중.
    Open = "open",
    /// 집계중.
    Tallying = "tallying",
    /// 예매 예정.
    Succeeded = "succeeded",
    /// 예매 진행.
    Booking = "booking",
    /// 상영 완료.
    Screened = "screened",
    /// 정산.
    Settled = "settled",
    /// 무산.
    Failed = "failed",
    /// 취소.
    Cancelled = "cancelled",
    /// 환불 완료.
    Refunded = "refunded",
}

impl Phase {
    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Settled | Self::Refunded => true,
            Self::Requested
            | Self::Offered
            | Self::Scheduled
            | Self::Open
            | Self::Tallying
            | Self::Succeeded
            | Self::Booking
            | Self::Screened
            | Self::Failed
            | Self::Cancelled => false,
        }
    }

    /// Whether anybody may see it: a theater's plans are its own until they are approved.
    #[must_use]
    pub fn is_public(self) -> bool {
        self >= Self::Scheduled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_named_alike_everywhere() {
        for &phase in Phase::ALL {
            assert_eq!(Phase::from_name(phase.name()), Some(phase));
            let written = serde_json::to_value(phase).unwrap();
            assert_eq!(written, phase.name());
        }
    }
}
